import { join } from 'node:path';
import { type Clock, seconds } from '../../clock.ts';
import type { Ephemeral } from '../ephemeral.ts';
import { SqliteConnection } from './connection.ts';
import { ephemeralFile } from './open-database.ts';

const SET = `INSERT INTO entries (key, value, expires_at) VALUES (?, ?, ?)
  ON CONFLICT(key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at`;
const SET_IF_ABSENT = `${SET} WHERE entries.expires_at <= ?`;
const GET = 'SELECT value FROM entries WHERE key = ? AND expires_at > ?';
const TAKE = 'DELETE FROM entries WHERE key = ? AND expires_at > ? RETURNING value';
const DELETE = 'DELETE FROM entries WHERE key = ?';
const INCREMENT = `INSERT INTO entries (key, value, expires_at) VALUES (?1, 1, ?2)
  ON CONFLICT(key) DO UPDATE SET
    value = CASE WHEN expires_at <= ?3 THEN 1 ELSE value + 1 END,
    expires_at = CASE WHEN expires_at <= ?3 THEN excluded.expires_at ELSE expires_at END
  RETURNING value`;
const SWEEP = 'DELETE FROM entries WHERE key IN (SELECT key FROM entries WHERE expires_at <= ? LIMIT ?)';

/**
 * The short memory in a file of its own, `ephemeral.db`: several processes on one machine may share it. Times are
 * kept in milliseconds. Values are stored as JSON text, since the driver cuts text at a NUL when it reads.
 */
export class SqliteEphemeral implements Ephemeral {
  readonly #connection: SqliteConnection;
  readonly #clock: Clock;

  private constructor(connection: SqliteConnection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  static async open(dataDir: string, clock: Clock, busyTimeoutMs: number): Promise<SqliteEphemeral> {
    const connection = await SqliteConnection.open(
      join(dataDir, 'ephemeral.db'),
      ephemeralFile,
      busyTimeoutMs,
    );
    try {
      await connection.immediate(() => {
        connection.exec(
          'CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY NOT NULL, value, expires_at INTEGER NOT NULL) WITHOUT ROWID',
        );
        connection.exec('CREATE INDEX IF NOT EXISTS "entries|expires_at" ON entries(expires_at)');
        connection.exec('CREATE TABLE IF NOT EXISTS began (seconds INTEGER NOT NULL)');
        connection
          .statement('INSERT INTO began (seconds) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM began)')
          .run(seconds(clock));
      });
    } catch (error) {
      connection.close();
      throw error;
    }
    return new SqliteEphemeral(connection, clock);
  }

  async set(key: string, value: string, ttlSeconds: number): Promise<void> {
    await this.#connection.run(() =>
      this.#connection.statement(SET).run(key, JSON.stringify(value), this.#end(ttlSeconds)),
    );
  }

  setIfAbsent(key: string, value: string, ttlSeconds: number): Promise<boolean> {
    return this.#connection.run(() => {
      const binds = [key, JSON.stringify(value), this.#end(ttlSeconds), this.#clock.now()];
      return this.#connection.statement(SET_IF_ABSENT).run(...binds) > 0;
    });
  }

  async get(key: string): Promise<string | undefined> {
    const row = await this.#connection.run(() => this.#connection.statement(GET).get(key, this.#clock.now()));
    return row && text(row[0]);
  }

  async take(key: string): Promise<string | undefined> {
    const row = await this.#connection.run(() =>
      this.#connection.statement(TAKE).get(key, this.#clock.now()),
    );
    return row && text(row[0]);
  }

  increment(key: string, ttlSeconds: number): Promise<number> {
    return this.#connection.run(() => {
      const row = this.#connection.statement(INCREMENT).get(key, this.#end(ttlSeconds), this.#clock.now());
      return row?.[0] as number;
    });
  }

  async delete(key: string): Promise<void> {
    await this.#connection.run(() => this.#connection.statement(DELETE).run(key));
  }

  since(): Promise<number> {
    return this.#connection.run(
      () => this.#connection.statement('SELECT seconds FROM began').get()?.[0] as number,
    );
  }

  /** Removes up to `limit` expired entries and returns how many. */
  async sweep(limit: number): Promise<number> {
    const removed = await this.#connection.run(() =>
      this.#connection.statement(SWEEP).run(this.#clock.now(), limit),
    );
    await this.#connection.checkpointWhenLarge();
    return removed;
  }

  async ping(): Promise<void> {
    await this.#connection.run(() => this.#connection.statement('SELECT 1').get());
  }

  async close(): Promise<void> {
    this.#connection.close();
  }

  #end(ttlSeconds: number): number {
    return this.#clock.now() + Math.max(1, ttlSeconds) * 1000;
  }
}

/** A counter is kept as a number, everything else as JSON text. */
const text = (value: unknown): string =>
  typeof value === 'number' ? String(value) : JSON.parse(String(value));
