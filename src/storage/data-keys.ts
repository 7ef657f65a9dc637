import { randomBytes } from 'node:crypto';
import { type Clock, seconds } from '../clock.ts';
import { AlreadyExists, DataKeyDestroyed } from './collection.ts';
import type { RawRecord, RecordTable, TableDefinition } from './record-store.ts';
import { seal, unseal } from './sealing.ts';

export const dataKeysTable: TableDefinition = { name: 'data_keys', unique: [], lookup: [] };

const KEY_BYTES = 32;
const REMEMBERED = 10_000;
/** How long this process may go on using a key that another process destroyed. */
const REMEMBER_MS = 10_000;
const SCHEMA = 1;

type DataKeyBody = { wrapped: string } | { destroyed: number };

/** One random key a person, stored wrapped with the personal-data master key and bound to her id. */
export class DataKeys {
  readonly #table: RecordTable;
  readonly #master: Uint8Array;
  readonly #clock: Clock;
  readonly #remembered = new Map<string, { key: Buffer; until: number }>();
  /** Destroyed by this process: a read that was under way must not bring the key back. */
  readonly #destroyed = new Set<string>();

  constructor(table: RecordTable, master: Uint8Array, clock: Clock) {
    if (master.length !== KEY_BYTES) throw new Error('the personal-data master key must have 32 bytes');
    this.#table = table;
    this.#master = master;
    this.#clock = clock;
  }

  /** The person's key, made on first use. Throws DataKeyDestroyed. */
  async getOrCreate(owner: string): Promise<Buffer> {
    const known = this.#recall(owner) ?? (await this.#load(owner));
    if (known) return known;
    const key = randomBytes(KEY_BYTES);
    const body: DataKeyBody = { wrapped: seal(this.#master, key, sealedAs(owner)) };
    try {
      await this.#table.insert(record(owner, 1, body), seconds(this.#clock));
    } catch (error) {
      if (!(error instanceof AlreadyExists)) throw error;
      return this.getOrCreate(owner);
    }
    this.#remember(owner, key);
    return key;
  }

  /** The person's key. Throws DataKeyDestroyed. */
  async get(owner: string): Promise<Buffer> {
    const key = this.#recall(owner) ?? (await this.#load(owner));
    if (!key)
      throw new Error('a sealed record has no data key: was the store restored without its data keys?');
    return key;
  }

  async isDestroyed(owner: string): Promise<boolean> {
    try {
      if (!this.#recall(owner)) await this.#load(owner);
      return false;
    } catch (error) {
      if (error instanceof DataKeyDestroyed) return true;
      throw error;
    }
  }

  /** Leaves a mark in place of the key, so that none is ever made again for this person. */
  async destroy(owner: string): Promise<void> {
    const now = seconds(this.#clock);
    const body: DataKeyBody = { destroyed: now };
    for (;;) {
      const stored = await this.#table.get(owner, now);
      if (stored && 'destroyed' in (JSON.parse(stored.body) as DataKeyBody)) break;
      if (stored) {
        if ((await this.#table.replace(record(owner, stored.ver + 1, body), stored.ver, now)) === 'done')
          break;
        continue;
      }
      try {
        await this.#table.insert(record(owner, 1, body), now);
        break;
      } catch (error) {
        if (!(error instanceof AlreadyExists)) throw error;
      }
    }
    this.#destroyed.add(owner);
    this.#remembered.delete(owner);
  }

  async #load(owner: string): Promise<Buffer | undefined> {
    const stored = await this.#table.get(owner, seconds(this.#clock));
    if (!stored) return undefined;
    const body = JSON.parse(stored.body) as DataKeyBody;
    if ('destroyed' in body) throw new DataKeyDestroyed();
    const key = unseal(this.#master, body.wrapped, sealedAs(owner));
    this.#remember(owner, key);
    return key;
  }

  #recall(owner: string): Buffer | undefined {
    const entry = this.#remembered.get(owner);
    if (!entry || entry.until <= this.#clock.now()) return undefined;
    this.#remembered.delete(owner);
    this.#remembered.set(owner, entry);
    return entry.key;
  }

  #remember(owner: string, key: Buffer): void {
    if (this.#destroyed.has(owner)) return;
    this.#remembered.delete(owner);
    this.#remembered.set(owner, { key, until: this.#clock.now() + REMEMBER_MS });
    // A Map keeps the order of insertion: the first is the one unused for longest.
    if (this.#remembered.size > REMEMBERED) this.#remembered.delete(this.#remembered.keys().next().value!);
  }
}

const sealedAs = (owner: string): string[] => [dataKeysTable.name, owner, 'wrapped'];

const record = (owner: string, ver: number, body: DataKeyBody): RawRecord => ({
  id: owner,
  ver,
  schema: SCHEMA,
  keys: {},
  body: JSON.stringify(body),
});
