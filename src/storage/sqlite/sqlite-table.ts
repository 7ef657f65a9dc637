import { AlreadyExists } from '../collection.ts';
import type {
  RawRecord,
  RecordPage,
  RecordTable,
  StoredRecord,
  TableDefinition,
  WriteOutcome,
} from '../record-store.ts';
import { UnusableStore } from '../record-store.ts';
import type { SqliteConnection } from './connection.ts';

const ALIVE = '(expires_at IS NULL OR expires_at > ?)';

/** One table: the fixed columns and one literal column for each index value, so that every lookup uses its index. */
export class SqliteTable implements RecordTable {
  readonly definition: TableDefinition;
  readonly #connection: SqliteConnection;
  readonly #name: string;
  readonly #keys: readonly string[];
  readonly #sql: ReturnType<typeof statements>;

  constructor(connection: SqliteConnection, definition: TableDefinition) {
    this.definition = definition;
    this.#connection = connection;
    this.#name = quoted(definition.name);
    this.#keys = [...definition.unique, ...definition.lookup];
    this.#sql = statements(this.#name, this.#keys);
  }

  createTable(): Promise<void> {
    return this.#connection.immediate(() => {
      this.#connection.exec(
        `CREATE TABLE IF NOT EXISTS ${this.#name} (
          id TEXT PRIMARY KEY NOT NULL, ver INTEGER NOT NULL, schema INTEGER NOT NULL, expires_at REAL, body TEXT NOT NULL)`,
      );
      const present = new Set(
        this.#connection.statement(`SELECT name FROM pragma_table_info(?)`).all(this.definition.name).flat(),
      );
      for (const key of this.#keys) {
        if (!present.has(columnName(key))) {
          this.#connection.exec(`ALTER TABLE ${this.#name} ADD COLUMN ${column(key)} TEXT`);
        }
      }
    });
  }

  createIndexes(): Promise<void> {
    const { name, unique, lookup } = this.definition;
    const wanted = new Map<string, string>([
      [
        `${name}|expires_at`,
        `CREATE INDEX IF NOT EXISTS % ON ${this.#name}(expires_at) WHERE expires_at IS NOT NULL`,
      ],
      ...unique.map((key) => {
        return [
          `${name}|unique|${key}`,
          `CREATE UNIQUE INDEX IF NOT EXISTS % ON ${this.#name}(${column(key)})`,
        ] as const;
      }),
      // With the id in it, a page is read from the index in order. Who has no value costs no write in it.
      ...lookup.map((key) => {
        return [
          `${name}|lookup|${key}|held`,
          `CREATE INDEX IF NOT EXISTS % ON ${this.#name}(${column(key)}, id) WHERE ${column(key)} IS NOT NULL`,
        ] as const;
      }),
    ]);
    return this.#connection.immediate(() => {
      const present = this.#connection
        .statement(`SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL`)
        .all(name)
        .flat() as string[];
      for (const index of present)
        if (!wanted.has(index)) this.#connection.exec(`DROP INDEX ${quoted(index)}`);
      for (const [index, sql] of wanted) {
        try {
          this.#connection.exec(sql.replace('%', quoted(index)));
        } catch (cause) {
          if (!isConstraint(cause)) throw cause;
          throw new UnusableStore(`${index} cannot be made unique: the store holds one value twice.`, {
            cause,
          });
        }
      }
    });
  }

  async insert(record: RawRecord, now: number): Promise<void> {
    const values = this.#row(record);
    const outcome = await this.#connection.write(() => this.#write(this.#sql.insert, values));
    if (outcome === true) return;
    await this.#overExpired(record, now, () => this.#write(this.#sql.insert, values));
  }

  get(id: string, now: number): Promise<StoredRecord | undefined> {
    return this.#connection.run(() => {
      const row = this.#connection.statement(this.#sql.get).get(id, now);
      return row && stored(row);
    });
  }

  async find(
    index: string,
    values: readonly string[],
    now: number,
    page: RecordPage,
  ): Promise<StoredRecord[]> {
    const sql = this.#sql.find(index, values.length);
    const rows = await this.#connection.run(() =>
      this.#connection.statement(sql).all(...values, page.after, now, page.limit),
    );
    return rows.map(stored);
  }

  async list(now: number, page: RecordPage): Promise<StoredRecord[]> {
    const rows = await this.#connection.run(() =>
      this.#connection.statement(this.#sql.list).all(page.after, now, page.limit),
    );
    return rows.map(stored);
  }

  count(now: number): Promise<number> {
    return this.#connection.run(() => this.#connection.statement(this.#sql.count).get(now)?.[0] as number);
  }

  async replace(record: RawRecord, from: number, now: number): Promise<WriteOutcome> {
    const values = [...this.#row(record).slice(1), record.id, from, now];
    const write = () => this.#write(this.#sql.replace, values);
    let outcome = await this.#connection.write(write);
    if (typeof outcome === 'string') outcome = await this.#overExpired(record, now, write);
    return outcome ? 'done' : this.#missed(record.id, now);
  }

  async remove(id: string, ver: number | undefined, now: number): Promise<WriteOutcome> {
    const removed = await this.#connection.write(() =>
      ver === undefined
        ? this.#connection.statement(this.#sql.remove).run(id, now)
        : this.#connection.statement(this.#sql.removeVersion).run(id, now, ver),
    );
    if (removed > 0) return 'done';
    return ver === undefined ? 'gone' : this.#missed(id, now);
  }

  sweep(now: number, limit: number): Promise<number> {
    return this.#connection.run(() => this.#connection.statement(this.#sql.sweep).run(now, limit));
  }

  async raw(page: RecordPage, match?: { index: string; value: string }): Promise<RawRecord[]> {
    const rows = await this.#connection.run(() =>
      match
        ? this.#connection.statement(this.#sql.rawMatch(match.index)).all(match.value, page.after, page.limit)
        : this.#connection.statement(this.#sql.raw).all(page.after, page.limit),
    );
    return rows.map((row) => {
      const [id, ver, schema, body, expiresAt, ...values] = row as [
        string,
        number,
        number,
        string,
        number | null,
      ];
      const keys: Record<string, string> = {};
      for (const [position, value] of (values as (string | null)[]).entries()) {
        if (value !== null) keys[this.#keys[position]!] = value;
      }
      return { id, ver, schema, body, ...(expiresAt !== null && { expiresAt }), keys };
    });
  }

  fill(records: readonly RawRecord[]): Promise<void> {
    return this.#connection.immediate(() => {
      for (const record of records) {
        const outcome = this.#write(this.#sql.insert, this.#row(record));
        if (typeof outcome === 'string') throw new AlreadyExists(this.definition.name, outcome);
      }
    });
  }

  rewrite(entries: readonly { record: RawRecord; from: number }[]): Promise<string[]> {
    return this.#connection.immediate(() => {
      const missed: string[] = [];
      for (const { record, from } of entries) {
        const outcome = this.#write(this.#sql.rewrite, [...this.#row(record).slice(1), record.id, from]);
        if (typeof outcome === 'string') throw new AlreadyExists(this.definition.name, outcome);
        if (!outcome) missed.push(record.id);
      }
      return missed;
    });
  }

  /** True when a row was written, false when none matched, else the index that refused it. */
  #write(sql: string, values: readonly unknown[]): boolean | string {
    try {
      return this.#connection.statement(sql).run(...values) > 0;
    } catch (error) {
      if (!isConstraint(error)) throw error;
      // "UNIQUE constraint failed: table.column"
      const name =
        String((error as Error).message)
          .split('.')
          .pop() ?? 'id';
      return name === 'id' ? 'id' : name.replace(/^k_/, '');
    }
  }

  /** Tries a refused write again without the expired records that may stand in its way. */
  async #overExpired(record: RawRecord, now: number, write: () => boolean | string): Promise<boolean> {
    const keys = this.definition.unique.map((key) => record.keys[key]);
    const outcome = await this.#connection.immediate(() => {
      this.#connection.statement(this.#sql.clear(this.definition.unique)).run(now, record.id, ...keys);
      return write();
    });
    if (typeof outcome === 'string') throw new AlreadyExists(this.definition.name, outcome);
    return outcome;
  }

  async #missed(id: string, now: number): Promise<WriteOutcome> {
    return (await this.get(id, now)) ? 'changed' : 'gone';
  }

  #row(record: RawRecord): unknown[] {
    return [
      record.id,
      record.ver,
      record.schema,
      record.expiresAt,
      record.body,
      ...this.#keys.map((key) => record.keys[key]),
    ];
  }
}

function statements(table: string, keys: readonly string[]) {
  const columns = ['id', 'ver', 'schema', 'expires_at', 'body', ...keys.map(column)];
  const assignments = columns.slice(1).map((name) => `${name} = ?`);
  const whole = ['id', 'ver', 'schema', 'body', 'expires_at', ...keys.map(column)].join(', ');
  return {
    insert: `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    get: `SELECT id, ver, schema, body FROM ${table} WHERE id = ? AND ${ALIVE}`,
    find: (key: string, values: number) =>
      `SELECT id, ver, schema, body FROM ${table} WHERE ${column(key)} ${
        values === 1 ? '= ?' : `IN (${Array(values).fill('?').join(', ')})`
      } AND id > ? AND ${ALIVE} ORDER BY id LIMIT ?`,
    list: `SELECT id, ver, schema, body FROM ${table} WHERE id > ? AND ${ALIVE} ORDER BY id LIMIT ?`,
    count: `SELECT count(*) FROM ${table} WHERE ${ALIVE}`,
    replace: `UPDATE ${table} SET ${assignments.join(', ')} WHERE id = ? AND ver = ? AND ${ALIVE}`,
    rewrite: `UPDATE ${table} SET ${assignments.join(', ')} WHERE id = ? AND ver = ?`,
    remove: `DELETE FROM ${table} WHERE id = ? AND ${ALIVE}`,
    removeVersion: `DELETE FROM ${table} WHERE id = ? AND ${ALIVE} AND ver = ?`,
    clear: (unique: readonly string[]) =>
      `DELETE FROM ${table} WHERE expires_at <= ? AND (${['id', ...unique.map(column)]
        .map((name) => `${name} = ?`)
        .join(' OR ')})`,
    sweep: `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE expires_at <= ? LIMIT ?)`,
    raw: `SELECT ${whole} FROM ${table} WHERE id > ? ORDER BY id LIMIT ?`,
    rawMatch: (key: string) =>
      `SELECT ${whole} FROM ${table} WHERE ${column(key)} = ? AND id > ? ORDER BY id LIMIT ?`,
  };
}

const stored = (row: unknown[]): StoredRecord => {
  const [id, ver, schema, body] = row as [string, number, number, string];
  return { id, ver, schema, body };
};

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const columnName = (key: string): string => `k_${key}`;
const column = (key: string): string => quoted(columnName(key));

const isConstraint = (error: unknown): boolean =>
  ['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY'].includes(
    String((error as { code?: unknown }).code),
  );
