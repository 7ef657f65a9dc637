import {
  type CollectionSpec,
  DataKeyDestroyed,
  type Document,
  type KeyedIndex,
  type Versioned,
} from './collection.ts';
import type { DataKeys } from './data-keys.ts';
import { blindIndex, tableOf } from './declaration.ts';
import type { RawRecord, StoredRecord } from './record-store.ts';
import { keyedHash, seal, unseal } from './sealing.ts';

export interface IndexKey {
  version: number;
  key: Uint8Array;
}

/** The body of a record: plain fields, and the sealed ones each by itself. */
interface Body {
  d: Record<string, unknown>;
  s?: Record<string, string>;
}

interface Decoded<T> {
  document: Versioned<T>;
  keyDestroyed: boolean;
}

/** The latest moment a Date can hold. */
const LATEST_SECONDS = 8_640_000_000_000;

/** Turns documents into records and back: sealing, index values, expiry and the migration of older shapes. */
export class DocumentCodec<T extends Document> {
  readonly #spec: CollectionSpec<T>;
  readonly #dataKeys: DataKeys;
  readonly #indexKeys: readonly IndexKey[];
  readonly #plainIndexes: readonly string[];
  readonly #keyed: readonly [string, KeyedIndex<T>][];

  constructor(spec: CollectionSpec<T>, dataKeys: DataKeys, indexKeys: readonly IndexKey[]) {
    this.#spec = spec;
    this.#dataKeys = dataKeys;
    this.#indexKeys = indexKeys;
    this.#keyed = Object.entries(spec.keyed ?? {});
    const { unique, lookup } = tableOf(spec);
    const blind = new Set(this.#keyed.map(([index]) => blindIndex(index)));
    this.#plainIndexes = [...unique, ...lookup].filter((index) => !blind.has(index));
  }

  /** `stored`: the document is in the store already; what was sealed in it stays marked as lost if its key is gone. */
  async encode(document: T, ver: number, origin: 'new' | 'stored'): Promise<RawRecord> {
    const { ver: _, ...plain } = document as T & { ver?: number } & Record<string, unknown>;
    const keys: Record<string, string> = {};
    for (const index of this.#plainIndexes) {
      const value = plain[index];
      if (value !== undefined && value !== null) keys[index] = plainKey(value);
    }
    Object.assign(keys, this.#blindKeys(document));
    const expiresAt = this.#expiry(plain);
    const body: Body = { d: plain };
    const sealed =
      this.#spec.sealed &&
      ((await this.#seal(document.id, plain)) ?? (origin === 'stored' && (await this.#lost(plain))));
    if (sealed) body.s = sealed;
    return {
      id: document.id,
      ver,
      schema: this.#spec.schemaVersion,
      ...(expiresAt !== undefined && { expiresAt }),
      keys,
      body: JSON.stringify(body),
    };
  }

  /** At once when nothing is sealed in it: most records are of that kind, and each wait has its price. */
  decode(record: StoredRecord): Decoded<T> | Promise<Decoded<T>> {
    const { schema } = record;
    if (schema > this.#spec.schemaVersion) {
      throw new Error(`a document of ${this.#spec.name} is of version ${schema}, made by a newer OneCert`);
    }
    const { d, s } = JSON.parse(record.body) as Body;
    if (s === undefined) return this.#decoded(record, d, false);
    return this.#unseal(record.id, d, s).then((opened) => this.#decoded(record, d, !opened));
  }

  #decoded(record: StoredRecord, plain: Record<string, unknown>, keyDestroyed: boolean): Decoded<T> {
    const { schema } = record;
    let document = plain;
    for (let version = schema; version < this.#spec.schemaVersion; version += 1) {
      document = this.#spec.migrations![version]!(document);
    }
    if (keyDestroyed) hideSealed(document, this.#spec.sealed ?? []);
    document.id = record.id;
    document.ver = record.ver;
    return { document: document as unknown as Versioned<T>, keyDestroyed };
  }

  /** Whether every blind index value of the record is hashed with the newest index key. */
  isIndexed({ keys }: RawRecord): boolean {
    const prefix = `${this.#indexKeys[0]!.version}:`;
    return this.#keyed.every(([index]) => keys[blindIndex(index)]?.startsWith(prefix) ?? true);
  }

  /** The record with its blind index values under the newest index key. Its version stays: nothing a reader sees changes. */
  async reindexed(record: RawRecord): Promise<RawRecord> {
    const { document } = await this.decode(record);
    const blind = new Set(this.#keyed.map(([index]) => blindIndex(index)));
    const plain = Object.entries(record.keys).filter(([index]) => !blind.has(index));
    return { ...record, keys: { ...Object.fromEntries(plain), ...this.#blindKeys(document) } };
  }

  /** The values of a blind index to search for: one for each index key, the newest first. */
  blindValues(index: string, value: string): string[] {
    const declared = this.#spec.keyed?.[index];
    if (!declared) throw new TypeError(`${this.#spec.name} has no keyed index ${index}`);
    return this.#indexKeys.map((key) => this.#blind(index, declared, value, key));
  }

  /** For each unique blind index of a document, its values under the index keys that no longer write. */
  olderUniqueValues(document: T): { index: string; values: string[] }[] {
    if (this.#indexKeys.length < 2) return [];
    return this.#keyed.flatMap(([index, declared]) => {
      const value = declared.unique ? indexedValue(declared, document) : undefined;
      return value === undefined ? [] : [{ index, values: this.blindValues(index, value).slice(1) }];
    });
  }

  #blindKeys(document: T): Record<string, string> {
    const keys: Record<string, string> = {};
    for (const [index, declared] of this.#keyed) {
      const value = indexedValue(declared, document);
      if (value !== undefined)
        keys[blindIndex(index)] = this.#blind(index, declared, value, this.#indexKeys[0]!);
    }
    return keys;
  }

  #blind(index: string, declared: KeyedIndex<T>, value: string, { version, key }: IndexKey): string {
    const normalised = declared.normalise ? declared.normalise(value) : value;
    return `${version}:${keyedHash(key, [this.#spec.name, index, normalised])}`;
  }

  #expiry(plain: Record<string, unknown>): number | undefined {
    const { expiresAt } = this.#spec;
    const value = expiresAt && plain[expiresAt];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'number' || !Number.isFinite(value) || value > LATEST_SECONDS) {
      throw new TypeError(`${this.#spec.name}.${expiresAt} must be Unix seconds`);
    }
    return value;
  }

  /** Moves the sealed fields out of `plain`. */
  async #seal(id: string, plain: Record<string, unknown>): Promise<Record<string, string> | undefined> {
    const fields = (this.#spec.sealed ?? []).filter((field) => plain[field] !== undefined);
    if (fields.length === 0) return undefined;
    const owner = plain[this.#spec.owner!];
    if (typeof owner !== 'string' || owner === '') {
      throw new TypeError(`${this.#spec.name}.${this.#spec.owner} must name whose data this is`);
    }
    const key = await this.#dataKeys.getOrCreate(owner);
    const sealed: Record<string, string> = {};
    for (const field of fields) {
      sealed[field] = seal(key, JSON.stringify(plain[field]), [this.#spec.name, id, field]);
      delete plain[field];
    }
    return sealed;
  }

  /** In place of ciphertext nobody can open: the names of the fields that were sealed. */
  async #lost(plain: Record<string, unknown>): Promise<Record<string, string> | false> {
    const { sealed, owner } = this.#spec;
    if (!sealed?.length || typeof plain[owner!] !== 'string') return false;
    if (!(await this.#dataKeys.isDestroyed(plain[owner!] as string))) return false;
    return Object.fromEntries(sealed.map((field) => [field, '']));
  }

  /** Puts the sealed fields back. False when the key is gone. */
  async #unseal(
    id: string,
    plain: Record<string, unknown>,
    sealed: Record<string, string>,
  ): Promise<boolean> {
    let key: Buffer;
    try {
      key = await this.#dataKeys.get(String(plain[this.#spec.owner!]));
    } catch (error) {
      if (error instanceof DataKeyDestroyed) return false;
      throw error;
    }
    for (const [field, value] of Object.entries(sealed)) {
      plain[field] = JSON.parse(unseal(key, value, [this.#spec.name, id, field]).toString('utf8'));
    }
    return true;
  }
}

/** An index value as text, a number apart from its digits and whatever characters a string holds. */
export function plainKey(value: unknown): string {
  if (typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value)))
    return JSON.stringify(value);
  throw new TypeError('an index value is a string or a finite number');
}

function indexedValue<T extends Document>(declared: KeyedIndex<T>, document: T): string | undefined {
  try {
    return declared.value(document) ?? undefined;
  } catch (error) {
    if (error instanceof DataKeyDestroyed) return undefined;
    throw error;
  }
}

/** Not enumerable: the rest of the document can still be copied and written. */
function hideSealed(document: object, fields: readonly string[]): void {
  for (const field of fields) {
    Object.defineProperty(document, field, {
      enumerable: false,
      configurable: true,
      get: () => {
        throw new DataKeyDestroyed();
      },
    });
  }
}
