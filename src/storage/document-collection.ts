import { randomInt } from 'node:crypto';
import type { Clock } from '../clock.ts';
import {
  AlreadyExists,
  type Collection,
  type CollectionSpec,
  Conflict,
  DataKeyDestroyed,
  type Document,
  NotFound,
  type Page,
  type Versioned,
} from './collection.ts';
import { blindIndex, declaredIndex } from './declaration.ts';
import { type DocumentCodec, plainKey } from './document-codec.ts';
import type { RecordPage, RecordTable, StoredRecord } from './record-store.ts';

const MAX_ID_LENGTH = 512;
const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;

/** The port, once for all engines. */
export class DocumentCollection<T extends Document> implements Collection<T> {
  readonly #spec: CollectionSpec<T>;
  readonly #codec: DocumentCodec<T>;
  readonly #table: RecordTable;
  readonly #clock: Clock;
  readonly #ready: () => void;
  readonly #plainIndexes: ReadonlySet<string>;

  constructor(
    spec: CollectionSpec<T>,
    parts: { codec: DocumentCodec<T>; table: RecordTable; clock: Clock; ready: () => void },
  ) {
    this.#spec = spec;
    this.#codec = parts.codec;
    this.#table = parts.table;
    this.#clock = parts.clock;
    this.#ready = parts.ready;
    this.#plainIndexes = new Set([...(spec.unique ?? []), ...(spec.indexes ?? [])]);
  }

  async insert(doc: T): Promise<Versioned<T>> {
    this.#ready();
    if (!isId(doc.id))
      throw new TypeError(
        `${this.#spec.name}: an id is a well-formed string of 1 to ${MAX_ID_LENGTH} characters`,
      );
    const older = this.#codec.olderUniqueValues(doc);
    if (older.length > 0) await this.#refuseOlderHolder(doc, older);
    const ver = firstVersion();
    await this.#named(this.#table.insert(await this.#codec.encode(doc, ver, 'new'), this.#now()));
    try {
      // Another server may have written the same value under another index key meanwhile: each looks after writing.
      if (older.length > 0) await this.#refuseOlderHolder(doc, older);
    } catch (error) {
      await this.#table.remove(doc.id, ver, this.#now());
      throw error;
    }
    return { ...doc, ver };
  }

  async get(id: string): Promise<Versioned<T> | undefined> {
    this.#ready();
    if (!isId(id)) return undefined;
    const record = await this.#table.get(id, this.#now());
    if (!record) return undefined;
    const decoded = this.#codec.decode(record);
    const { document, keyDestroyed } = decoded instanceof Promise ? await decoded : decoded;
    if (keyDestroyed) throw new DataKeyDestroyed();
    return document;
  }

  async find(index: keyof T & string, value: string | number, page: Page = {}): Promise<Versioned<T>[]> {
    this.#ready();
    if (!this.#plainIndexes.has(index)) throw new TypeError(`${this.#spec.name} has no index ${index}`);
    return this.#decodeAll(await this.#table.find(index, [plainKey(value)], this.#now(), bounded(page)));
  }

  async findKeyed(index: string, value: string, page: Page = {}): Promise<Versioned<T>[]> {
    this.#ready();
    if (typeof value !== 'string') throw new TypeError('a keyed index is searched by a string');
    const values = this.#codec.blindValues(index, value);
    return this.#decodeAll(await this.#table.find(blindIndex(index), values, this.#now(), bounded(page)));
  }

  async list(page: Page = {}): Promise<Versioned<T>[]> {
    this.#ready();
    return this.#decodeAll(await this.#table.list(this.#now(), bounded(page)));
  }

  async count(): Promise<number> {
    this.#ready();
    return this.#table.count(this.#now());
  }

  async replace(doc: Versioned<T>): Promise<Versioned<T>> {
    this.#ready();
    if (!Number.isSafeInteger(doc.ver))
      throw new TypeError(`${this.#spec.name}: replace needs the version that was read`);
    if (!isId(doc.id)) throw new NotFound(this.#spec.name);
    const older = this.#codec.olderUniqueValues(doc);
    if (older.length > 0) await this.#refuseOlderHolder(doc, older);
    const ver = doc.ver + 1;
    const outcome = await this.#named(
      this.#table.replace(await this.#codec.encode(doc, ver, 'stored'), doc.ver, this.#now()),
    );
    if (outcome === 'gone') throw new NotFound(this.#spec.name);
    if (outcome === 'changed') throw new Conflict(this.#spec.name);
    return { ...doc, ver };
  }

  async delete(id: string, ver?: number): Promise<boolean> {
    this.#ready();
    const outcome = isId(id) ? await this.#table.remove(id, ver, this.#now()) : 'gone';
    if (outcome === 'done') return true;
    if (ver !== undefined) throw new Conflict(this.#spec.name);
    return false;
  }

  /** A unique blind index holds the newest key's hashes only: a value hashed with an older key is searched for. */
  async #refuseOlderHolder(doc: T, older: { index: string; values: string[] }[]): Promise<void> {
    for (const { index, values } of older) {
      const holders = await this.#table.find(blindIndex(index), values, this.#now(), { after: '', limit: 2 });
      if (holders.some(({ id }) => id !== doc.id)) throw new AlreadyExists(this.#spec.name, index);
    }
  }

  async #decodeAll(records: StoredRecord[]): Promise<Versioned<T>[]> {
    const documents: Versioned<T>[] = [];
    for (const record of records) documents.push((await this.#codec.decode(record)).document);
    return documents;
  }

  async #named<R>(write: Promise<R>): Promise<R> {
    try {
      return await write;
    } catch (error) {
      throw error instanceof AlreadyExists
        ? new AlreadyExists(this.#spec.name, declaredIndex(error.index))
        : error;
    }
  }

  #now(): number {
    return this.#clock.now() / 1000;
  }
}

/** Not 1: a version read before a document was deleted must not fit the one that takes its id. */
const firstVersion = (): number => randomInt(1, 2 ** 47);

const isId = (id: unknown): id is string =>
  typeof id === 'string' &&
  id.length > 0 &&
  id.length <= MAX_ID_LENGTH &&
  !id.includes('\0') &&
  isWellFormed(id);

/** No lone surrogates: two different ones would become the same bytes. */
const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);

function bounded(page: Page): RecordPage {
  const { after = '', limit = DEFAULT_LIMIT } = page;
  if (typeof after !== 'string') throw new TypeError('a page starts after an id');
  return {
    after: after.includes('\0') ? after.slice(0, after.indexOf('\0')) : after,
    limit: Math.max(1, Math.min(MAX_LIMIT, Math.floor(limit) || 1)),
  };
}
