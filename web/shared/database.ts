/** IndexedDB with promises: just what the two apps need. Raw, because only raw IndexedDB keeps a CryptoKey. */
export interface StoreDefinition {
  name: string;
  keyPath?: string;
  autoIncrement?: boolean;
}

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** A browser that throws data away refuses to open it anew until it is done. */
const clearingMs = 500;

export class LocalDatabase {
  readonly #name: string;
  readonly #stores: StoreDefinition[];
  readonly #version: number;
  #database: Promise<IDBDatabase>;
  /** The browser has thrown the data away (eviction, "clear site data") while the page was open. */
  onLost: (() => void) | undefined;

  /** A higher `version` adds the stores that are not there yet. */
  constructor(name: string, stores: StoreDefinition[], version = 1) {
    this.#name = name;
    this.#stores = stores;
    this.#version = version;
    this.#database = this.#open();
  }

  #open(): Promise<IDBDatabase> {
    const opened = new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(this.#name, this.#version);
      request.onupgradeneeded = () => {
        const { result } = request;
        for (const { name: store, ...options } of this.#stores)
          if (!result.objectStoreNames.contains(store)) result.createObjectStore(store, options);
      };
      request.onsuccess = () => {
        const { result } = request;
        // Another tab has a newer version of the app: it must not wait for this one.
        result.onversionchange = () => result.close();
        result.onclose = () => {
          this.#database = Promise.reject(new Error('database closed'));
          this.#database.catch(() => undefined);
          setTimeout(() => this.onLost?.(), clearingMs);
        };
        resolve(result);
      };
      request.onerror = () => reject(request.error);
      request.onblocked = () => reject(new Error('database blocked'));
    });
    // Reported where it is used: an unused database must not end the page.
    opened.catch(() => undefined);
    return opened;
  }

  async #store(name: string, mode: IDBTransactionMode): Promise<IDBObjectStore> {
    const database = await this.#database.catch(() => {
      this.#database = this.#open();
      return this.#database;
    });
    return database.transaction(name, mode).objectStore(name);
  }

  /** Done when it is on the disk: a full one is told only at the end of the transaction. */
  async #write<T>(name: string, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const store = await this.#store(name, 'readwrite');
    return new Promise((resolve, reject) => {
      const request = act(store);
      store.transaction.oncomplete = () => resolve(request.result);
      store.transaction.onabort = () => reject(store.transaction.error ?? request.error);
    });
  }

  async get<T>(store: string, key: IDBValidKey): Promise<T | undefined> {
    return settled<T | undefined>((await this.#store(store, 'readonly')).get(key));
  }

  async all<T>(store: string): Promise<T[]> {
    return settled<T[]>((await this.#store(store, 'readonly')).getAll());
  }

  put(store: string, value: unknown, key?: IDBValidKey): Promise<IDBValidKey> {
    return this.#write(store, (into) => into.put(value, key));
  }

  /** Reads and writes in one transaction, so that two tabs cannot both count from the same number. */
  async update<T>(store: string, key: IDBValidKey, change: (before: T | undefined) => T): Promise<T> {
    const within = await this.#store(store, 'readwrite');
    const after = change(await settled<T | undefined>(within.get(key)));
    return new Promise((resolve, reject) => {
      within.put(after, key);
      within.transaction.oncomplete = () => resolve(after);
      within.transaction.onabort = () => reject(within.transaction.error);
    });
  }

  /** Reads and removes in one transaction: of two tabs one has it, and a page that is killed then cannot have it again. */
  async take<T>(store: string, key: IDBValidKey): Promise<T | undefined> {
    const within = await this.#store(store, 'readwrite');
    const found = await settled<T | undefined>(within.get(key));
    return new Promise((resolve, reject) => {
      within.delete(key);
      within.transaction.oncomplete = () => resolve(found);
      within.transaction.onabort = () => reject(within.transaction.error);
    });
  }

  async delete(store: string, key: IDBValidKey): Promise<void> {
    await this.#write(store, (from) => from.delete(key));
  }

  async clear(store: string): Promise<void> {
    await this.#write(store, (from) => from.clear());
  }
}
