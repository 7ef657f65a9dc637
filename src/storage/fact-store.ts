import { type Clock, seconds } from '../clock.ts';
import { AlreadyExists } from './collection.ts';
import type { RecordTable, TableDefinition } from './record-store.ts';

export const factsTable: TableDefinition = { name: 'facts', unique: [], lookup: [] };
export const metaTable: TableDefinition = { name: 'store_meta', unique: [], lookup: [] };

/** Small named values; the last one set stays. */
export class FactStore {
  readonly #table: RecordTable;
  readonly #clock: Clock;

  constructor(table: RecordTable, clock: Clock) {
    this.#table = table;
    this.#clock = clock;
  }

  async get(name: string): Promise<string | undefined> {
    const record = await this.#table.get(name, seconds(this.#clock));
    return record && (JSON.parse(record.body) as string);
  }

  async set(name: string, value: string): Promise<void> {
    await this.update(name, () => value);
  }

  /** Compare-and-set until it holds. The same value, or undefined, writes nothing. */
  async update(name: string, change: (present: string | undefined) => string | undefined): Promise<void> {
    const now = seconds(this.#clock);
    for (;;) {
      const stored = await this.#table.get(name, now);
      const present = stored && (JSON.parse(stored.body) as string);
      const value = change(present);
      if (value === undefined || value === present) return;
      const record = { id: name, schema: 1, keys: {}, body: JSON.stringify(value) };
      if (stored) {
        if ((await this.#table.replace({ ...record, ver: stored.ver + 1 }, stored.ver, now)) === 'done')
          return;
        continue;
      }
      try {
        return await this.#table.insert({ ...record, ver: 1 }, now);
      } catch (error) {
        if (!(error instanceof AlreadyExists)) throw error;
      }
    }
  }

  async delete(name: string): Promise<void> {
    await this.#table.remove(name, undefined, seconds(this.#clock));
  }

  async entries(prefix: string): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (let after = ''; ; ) {
      const page = await this.#table.raw({ after, limit: 500 });
      for (const { id, body } of page)
        if (id.startsWith(prefix)) found.set(id.slice(prefix.length), JSON.parse(body));
      if (page.length < 500) return found;
      after = page.at(-1)!.id;
    }
  }
}
