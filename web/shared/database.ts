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

export class LocalDatabase {
  readonly #database: Promise<IDBDatabase>;

  /** A higher `version` adds the stores that are not there yet. */
  constructor(name: string, stores: StoreDefinition[], version = 1) {
    this.#database = new Promise((resolve, reject) => {
      const request = indexedDB.open(name, version);
      request.onupgradeneeded = () => {
        for (const { name: store, ...options } of stores)
          if (!request.result.objectStoreNames.contains(store))
            request.result.createObjectStore(store, options);
      };
      request.onsuccess = () => {
        // Another tab brings a newer version: it must not wait for this one.
        request.result.onversionchange = () => request.result.close();
        resolve(request.result);
      };
      request.onerror = () => reject(request.error);
      request.onblocked = () => reject(new Error('database blocked'));
    });
    // Reported where it is used: an unused database must not end the page.
    this.#database.catch(() => undefined);
  }

  async #store(name: string, mode: IDBTransactionMode): Promise<IDBObjectStore> {
    return (await this.#database).transaction(name, mode).objectStore(name);
  }

  async get<T>(store: string, key: IDBValidKey): Promise<T | undefined> {
    return settled<T | undefined>((await this.#store(store, 'readonly')).get(key));
  }

  async all<T>(store: string): Promise<T[]> {
    return settled<T[]>((await this.#store(store, 'readonly')).getAll());
  }

  async put(store: string, value: unknown, key?: IDBValidKey): Promise<IDBValidKey> {
    return settled((await this.#store(store, 'readwrite')).put(value, key));
  }

  /** Reads and writes in one transaction, so that two tabs cannot both count from the same number. */
  async update<T>(store: string, key: IDBValidKey, change: (before: T | undefined) => T): Promise<T> {
    const within = await this.#store(store, 'readwrite');
    const after = change(await settled<T | undefined>(within.get(key)));
    await settled(within.put(after, key));
    return after;
  }

  async delete(store: string, key: IDBValidKey): Promise<void> {
    await settled((await this.#store(store, 'readwrite')).delete(key));
  }

  async clear(store: string): Promise<void> {
    await settled((await this.#store(store, 'readwrite')).clear());
  }
}
