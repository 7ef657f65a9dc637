/**
 * The durable port. A feature declares its document type once (`CollectionSpec`) and works on `Collection<T>`.
 * Adapters: SQLite and MongoDB. What every adapter MUST give, checked by test/contract/collection.contract.ts:
 *
 * - `insert` fails with `AlreadyExists` when the id or a unique index value is taken; a document past its expiry
 *   counts as absent for reads AND does not block a later insert of the same id or unique value.
 * - `replace` is compare-and-set on (id, ver): of N parallel callers holding the same version exactly one wins, the
 *   others get `Conflict`. `delete` with a version likewise.
 * - an acknowledged write survives `kill -9`.
 * - absent (undefined or null) values of a unique field never collide.
 * - a version read before a document was deleted or expired never matches a later document of the same id.
 * - documents are JSON: what JSON cannot carry (Date, bigint, NaN) does not belong in them. An id is a well-formed
 *   string of 1 to 512 characters without NUL; a lookup by any other string finds nothing.
 * - after `destroyDataKey`, `get` of a document sealed for that person throws `DataKeyDestroyed`; `find` and `list`
 *   still return it, and reading one of its sealed fields throws `DataKeyDestroyed`.
 * - single-document atomicity only: no transaction spans documents.
 */
export interface CollectionSpec<T extends Document> {
  /** snake_case, used as table or collection name. */
  name: string;
  /** Version of the document shape. A store holding a newer one is refused at start. */
  schemaVersion: number;
  /**
   * `migrations[n]` turns a document of version n into version n+1. All of 1..schemaVersion-1 must be there. The
   * sealed fields of a person whose data key is gone are missing from the document handed in.
   */
  migrations?: Record<number, (doc: Record<string, unknown>) => Record<string, unknown>>;
  /** Plain top-level fields (string | number) with a unique index. */
  unique?: readonly (keyof T & string)[];
  /** Plain top-level fields (string | number) with a lookup index. */
  indexes?: readonly (keyof T & string)[];
  /** Top-level field with the expiry in Unix seconds; documents past it are absent. Absent field: never expires. */
  expiresAt?: keyof T & string;
  /** Top-level field naming the person (account id) whose data key seals the sealed fields. */
  owner?: keyof T & string;
  /** Fields stored only encrypted with the owner's data key (AES-256-GCM, bound to collection, id and field). */
  sealed?: readonly (keyof T & string)[];
  /**
   * Blind indexes over values that are themselves never stored in the clear: index name -> how to get the values
   * to index from a document and how to normalise them. Stored as a keyed hash, separated by collection and index.
   */
  keyed?: Record<string, KeyedIndex<T>>;
}

export interface KeyedIndex<T> {
  value(doc: T): string | undefined;
  normalise?(value: string): string;
  unique?: boolean;
}

export interface Document {
  id: string;
}

/** A document as read: the port's own version number travels with it for compare-and-set. */
export type Versioned<T> = T & { readonly ver: number };

export interface Page {
  /** Return documents whose id sorts after this one. */
  after?: string;
  /** At most 500; default 100. */
  limit?: number;
}

export interface Collection<T extends Document> {
  insert(doc: T): Promise<Versioned<T>>;
  get(id: string): Promise<Versioned<T> | undefined>;
  /** By a plain unique or lookup index; ordered by id. */
  find(index: keyof T & string, value: string | number, page?: Page): Promise<Versioned<T>[]>;
  /** By a keyed index; the plain value is normalised and hashed here and never stored. */
  findKeyed(index: string, value: string, page?: Page): Promise<Versioned<T>[]>;
  list(page?: Page): Promise<Versioned<T>[]>;
  count(): Promise<number>;
  /** Compare-and-set. Throws Conflict when the stored version is not `doc.ver`, NotFound when it is gone. */
  replace(doc: Versioned<T>): Promise<Versioned<T>>;
  /** True when a document was removed. With `ver`: only that version, else Conflict. */
  delete(id: string, ver?: number): Promise<boolean>;
}

/** Insert refused: the id or a unique index value is taken. `index` is 'id' or the index name. Never holds the value. */
export class AlreadyExists extends Error {
  readonly collection: string;
  readonly index: string;
  constructor(collection: string, index: string) {
    super(`already exists in ${collection} (${index})`);
    this.name = 'AlreadyExists';
    this.collection = collection;
    this.index = index;
  }
}

/** Compare-and-set lost: somebody else changed (or removed) the document first. */
export class Conflict extends Error {
  constructor(collection: string) {
    super(`changed meanwhile in ${collection}`);
    this.name = 'Conflict';
  }
}

/** Compare-and-set on a document that is not there (any more). */
export class NotFound extends Error {
  constructor(collection: string) {
    super(`not found in ${collection}`);
    this.name = 'NotFound';
  }
}

/** The person's data key was destroyed; what it sealed is gone for good. */
export class DataKeyDestroyed extends Error {
  constructor() {
    super('the data key of this record was destroyed');
    this.name = 'DataKeyDestroyed';
  }
}
