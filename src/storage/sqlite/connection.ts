import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type Database from 'libsql';
import { ServiceError } from '../../errors.ts';
import { type Bind, toBind } from './bind.ts';
import { type DatabaseKind, openDatabase } from './open-database.ts';

/** How long a caller waits in all for a writer in another process before the answer is "busy". */
const PATIENCE_MS = 3_000;
/** Beyond this the write-ahead log is folded back: at the next sweep, and after so many commits. */
const LOG_LIMIT_BYTES = 16 * 1024 * 1024;
const COMMITS_BETWEEN_LOOKS = 64;

export interface Statement {
  run(...values: unknown[]): number;
  get(...values: unknown[]): unknown[] | undefined;
  all(...values: unknown[]): unknown[][];
}

type Outcome = { value: unknown } | { error: unknown };

/**
 * One SQLite file. The driver is synchronous, so what runs inside `run` or `immediate` is never interleaved with
 * anything else of this process; no statement stays open across an await.
 */
export class SqliteConnection {
  readonly path: string;
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Statement>();
  readonly #tries: number;
  #waiting: { work: () => unknown; resolve(value: unknown): void; reject(error: unknown): void }[] = [];
  #commits = 0;
  #closed = false;

  private constructor(path: string, database: Database.Database, tries: number) {
    this.path = path;
    this.#database = database;
    this.#tries = tries;
  }

  static async open(path: string, kind: DatabaseKind, busyTimeoutMs: number): Promise<SqliteConnection> {
    const tries = Math.max(3, Math.ceil(PATIENCE_MS / (busyTimeoutMs + 30)));
    const database = await patiently(tries, () => openDatabase(path, kind, busyTimeoutMs));
    return new SqliteConnection(path, database, tries);
  }

  /** Runs work that reads, or writes with one statement and at once. Waits for other processes without blocking this one. */
  async run<T>(work: () => T): Promise<T> {
    if (this.#closed)
      throw new ServiceError('store_unavailable', { cause: new Error(`${this.path} is closed`) });
    try {
      return work();
    } catch (error) {
      if (!isBusy(error)) throw asServiceError(error);
    }
    await pause();
    return patiently(this.#tries - 1, work);
  }

  /**
   * Runs work that writes with one statement, in one transaction with whatever else wants to write meanwhile: one sync of
   * the disk for all of them (group commit). Each has its own outcome; none is told before all are on the disk.
   */
  write<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ work, resolve: resolve as (value: unknown) => void, reject });
      if (this.#waiting.length === 1) setImmediate(() => void this.#commitWaiting());
    });
  }

  async #commitWaiting(): Promise<void> {
    const writes = this.#waiting;
    this.#waiting = [];
    try {
      const all = (): Outcome[] => writes.map(({ work }) => this.#outcomeOf(work));
      // A statement by itself is a transaction by itself.
      const outcomes = await (writes.length === 1 ? this.run(all) : this.immediate(all));
      for (const [place, outcome] of outcomes.entries()) {
        if ('error' in outcome) writes[place]!.reject(outcome.error);
        else writes[place]!.resolve(outcome.value);
      }
    } catch (error) {
      for (const { reject } of writes) reject(error);
    }
    this.#commits += 1;
    // Nobody waits for it, and a log that cannot be folded now is read at the next start.
    if (this.#commits % COMMITS_BETWEEN_LOOKS === 0) await this.checkpointWhenLarge().catch(() => undefined);
  }

  /** A broken constraint takes back its own statement only; a failure of the engine ends the transaction for all. */
  #outcomeOf(work: () => unknown): Outcome {
    try {
      return { value: work() };
    } catch (error) {
      if (isEngineFailure(error)) throw error;
      return { error };
    }
  }

  /** Runs work in one write transaction. */
  immediate<T>(work: () => T): Promise<T> {
    return this.run(() => {
      this.#database.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        this.#database.exec('COMMIT');
        return result;
      } catch (error) {
        // A full disk makes SQLite roll back by itself.
        if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  /** Prepared once for each text: the driver never frees a prepared statement. */
  statement(sql: string): Statement {
    const known = this.#statements.get(sql);
    if (known) return known;
    const prepared = this.#database.prepare<[Bind[]]>(sql);
    if (prepared.reader) prepared.raw();
    const statement: Statement = {
      run: (...values) => prepared.run(values.map(toBind)).changes,
      get: (...values) => prepared.get(values.map(toBind)) as unknown[] | undefined,
      all: (...values) => prepared.all(values.map(toBind)) as unknown[][],
    };
    this.#statements.set(sql, statement);
    return statement;
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  /** Folds the write-ahead log back into the file and empties it. */
  checkpoint(): Promise<void> {
    return this.run(() => this.#fold());
  }

  /**
   * libsql 0.5 takes no notice of a failed read while it folds: it writes what it could not read over the database
   * (docs/fault-tests.md). So the log is read here first, which a bad disk refuses, and is then in the memory of the system.
   */
  #fold(): void {
    readThrough(`${this.path}-wal`);
    this.#database.pragma('wal_checkpoint(TRUNCATE)');
  }

  async checkpointWhenLarge(): Promise<void> {
    const log = statSync(`${this.path}-wal`, { throwIfNoEntry: false });
    if (log && log.size > LOG_LIMIT_BYTES) await this.checkpoint();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#statements.clear();
    try {
      // The driver lets go of the file only when the statements are collected: until then the log would stay behind.
      this.#fold();
    } catch {
      return; // Nothing is lost: the log is read at the next start. Closing would fold it.
    }
    this.#database.close();
  }
}

/** Throws when any part of the file cannot be read; a file that is not there has no parts. */
function readThrough(path: string): void {
  if (!statSync(path, { throwIfNoEntry: false })) return;
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(1024 * 1024);
    for (let at = 0, read = 1; read > 0; at += read) read = readSync(file, buffer, 0, buffer.length, at);
  } finally {
    closeSync(file);
  }
}

async function patiently<T>(tries: number, work: () => T): Promise<T> {
  for (let left = tries; ; left -= 1) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || left <= 1) throw asServiceError(error);
    }
    await pause();
  }
}

const pause = (): Promise<void> => sleep(5 + Math.random() * 45);

const codeOf = (error: unknown): string => String((error as { code?: unknown } | undefined)?.code ?? '');

const isEngineFailure = (error: unknown): boolean =>
  /^SQLITE_(BUSY|LOCKED|FULL|IOERR|CORRUPT|NOTADB|READONLY|CANTOPEN|NOMEM|PROTOCOL)/.test(codeOf(error));

const isBusy = (error: unknown): boolean => /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error));

/** The engine's own failures become `store_unavailable`; broken constraints and our own errors pass. */
function asServiceError(error: unknown): unknown {
  return isEngineFailure(error) ? new ServiceError('store_unavailable', { cause: error }) : error;
}
