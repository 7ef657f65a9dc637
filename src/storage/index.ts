/**
 * Storage: the two ports, and `openStorage`, which picks the adapters. Owns every file under src/storage.
 * May import: nothing of the features. Only src/app.ts and src/cli open a storage; features get ports handed in.
 */
import type { Clock } from '../clock.ts';
import type { Collection, CollectionSpec, Document } from './collection.ts';
import type { KeyProgress } from './data-keys.ts';
import type { Ephemeral } from './ephemeral.ts';

export * from './collection.ts';
export type { KeyProgress } from './data-keys.ts';
export * from './ephemeral.ts';
export { createRecent, type Recent } from './recent.ts';
export { UnusableStore } from './record-store.ts';

export interface StorageSettings {
  /** Folder of the embedded store (onecert.db, ephemeral.db); used when mongodbUrl is absent. */
  dataDir: string;
  mongodbUrl?: string;
  redisUrl?: string;
  /** What the keys in Redis begin with; default `onecert:`. */
  redisPrefix?: string;
  /** Refuse a MongoDB that is no replica set: only there does an acknowledged write outlive the loss of a machine. */
  requireReplicaSet?: boolean;
  /** 32 bytes; wraps the per-person data keys. */
  personalDataMaster: Uint8Array;
  /** Masters that still open data keys wrapped before a change. */
  olderMasters?: readonly Uint8Array[];
  /** Index keys, newest first: the first writes, all are tried for lookups. */
  indexKeys: readonly { version: number; key: Uint8Array }[];
  /** SQLite busy timeout: 100 ms in the server, 5,000 in the command line. */
  busyTimeoutMs?: number;
  clock: Clock;
}

export interface Storage {
  collection<T extends Document>(spec: CollectionSpec<T>): Collection<T>;
  readonly ephemeral: Ephemeral;
  /**
   * Creates tables and indexes of all declared collections, runs pending migrations, refuses a newer store.
   * Call once after all features have declared their collections.
   */
  prepare(): Promise<void>;
  /**
   * Destroys a person's data key (crypto-shredding): her sealed fields can never be read again. Then removes the index
   * values and the ciphertext from every record that can be found by its owner. Finishes when called again. A process
   * that read of her in the last ten seconds may still write an index value: call it once more after a minute.
   */
  destroyDataKey(owner: string): Promise<void>;
  /** Facts about the store itself, kept beside the data: BASE_URL, key fingerprints, schema versions. */
  readonly facts: {
    get(name: string): Promise<string | undefined>;
    set(name: string, value: string): Promise<void>;
  };
  /**
   * Planned change of the keys that lie outside the store, while servers go on working. Both jobs go on where a crash
   * left them when they are run again, report their progress and return how many records they changed.
   */
  readonly keys: {
    /** Ids of the masters that wrap data keys; the versions of index keys that records are found by, newest first. */
    status(): Promise<{ masters: { current: string; older: readonly string[] }; indexKeys: number[] }>;
    /** Wraps every data key with the newest master. Afterwards the older ones can be taken away. */
    rewrap(onProgress?: (progress: KeyProgress) => void): Promise<number>;
    /** Indexes every record with the newest index key. Afterwards the older ones can be taken away. */
    reindex(onProgress?: (progress: KeyProgress) => void): Promise<number>;
  };
  /** Which engines are really connected, for `onecert info` and /health/ready. */
  readonly engines: { documents: 'sqlite' | 'mongodb'; ephemeral: 'sqlite' | 'redis' };
  /** Removes expired documents and entries, 500 at a time, and returns how many. To be called every minute or so. */
  sweep(): Promise<number>;
  /** Throws when an engine does not answer within a second. */
  ping(): Promise<void>;
  /**
   * Every raw record (still sealed) of every collection plus facts and wrapped data keys, as JSON lines; and the way
   * back into an empty store. Independent of the engine: a SQLite backup restores into MongoDB. Both after `prepare`.
   * Documents written while a dump runs may be in it or not; each one is whole. `load` returns the number of records.
   */
  dump(): AsyncIterable<string>;
  load(lines: AsyncIterable<string>): Promise<number>;
  close(): Promise<void>;
}

/** Opens the engines the settings ask for. Loaded here, so that importing the ports loads no driver. */
export async function openStorage(settings: StorageSettings): Promise<Storage> {
  const storage = await import('./open-storage.ts');
  return storage.openStorage(settings);
}
