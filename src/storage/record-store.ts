/**
 * What an engine of documents has to offer, and no more: raw records with an id, a version, an expiry and index values,
 * and a body it never looks into. Sealing, blind indexes, migrations and backup are written once above this.
 *
 * Every method that takes `now` (Unix seconds) MUST treat a record whose expiry is not after it as absent, and an
 * insert or replace MUST NOT be refused because of one.
 */
export interface RawRecord {
  id: string;
  ver: number;
  /** Version of the shape of the body. */
  schema: number;
  /** Unix seconds; absent: never. */
  expiresAt?: number;
  /** Index name -> value. A record without a value takes no part in that index. */
  keys: Record<string, string>;
  /** JSON text. */
  body: string;
}

/** What a read returns: the index values stay behind. */
export type StoredRecord = Pick<RawRecord, 'id' | 'ver' | 'schema' | 'body'>;

export interface TableDefinition {
  /** snake_case. */
  name: string;
  unique: readonly string[];
  lookup: readonly string[];
}

export interface RecordPage {
  /** Only ids that sort after this one. */
  after: string;
  limit: number;
}

export type WriteOutcome = 'done' | 'changed' | 'gone';

export interface RecordTable {
  readonly definition: TableDefinition;
  /** Creates the table and its columns, where missing. */
  createTable(): Promise<void>;
  /** Creates the declared indexes and removes those no longer declared. */
  createIndexes(): Promise<void>;

  /** Throws AlreadyExists with 'id' or the name of the index. */
  insert(record: RawRecord, now: number): Promise<void>;
  get(id: string, now: number): Promise<StoredRecord | undefined>;
  /** Records whose index holds one of the values, ordered by id. */
  find(index: string, values: readonly string[], now: number, page: RecordPage): Promise<StoredRecord[]>;
  list(now: number, page: RecordPage): Promise<StoredRecord[]>;
  count(now: number): Promise<number>;
  /** Replaces the record of that id if it is in version `from`. */
  replace(record: RawRecord, from: number, now: number): Promise<WriteOutcome>;
  /** Removes the record; with `ver` only if it is in that version. */
  remove(id: string, ver: number | undefined, now: number): Promise<WriteOutcome>;
  /** Removes up to `limit` expired records and returns how many. */
  sweep(now: number, limit: number): Promise<number>;

  /** Whole records, expired ones too: for backup and migration. With `match`, those with that index value. */
  raw(page: RecordPage, match?: { index: string; value: string }): Promise<RawRecord[]>;
  /** Adds records as they are, for restoring a backup. */
  fill(records: readonly RawRecord[]): Promise<void>;
  /** Replaces records as they are, each if still in version `from`; returns the ids that were changed meanwhile. */
  rewrite(entries: readonly { record: RawRecord; from: number }[]): Promise<string[]>;
}

export interface RecordEngine {
  readonly name: 'sqlite' | 'mongodb';
  table(definition: TableDefinition): RecordTable;
  /** Makes what was overwritten unreadable in the engine's files, as far as the engine can. */
  scrub(): Promise<void>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The store cannot be used as it is. The message names the place and says what to do; nothing was changed. */
export class UnusableStore extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'UnusableStore';
  }
}
