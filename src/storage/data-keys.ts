import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Clock, seconds } from '../clock.ts';
import { AlreadyExists, DataKeyDestroyed } from './collection.ts';
import type { MasterKey, Masters } from './masters.ts';
import type { RawRecord, RecordTable, TableDefinition } from './record-store.ts';
import { seal, unseal } from './sealing.ts';

export const dataKeysTable: TableDefinition = { name: 'data_keys', unique: [], lookup: [] };

const KEY_BYTES = 32;
const REMEMBERED = 10_000;
/** How long this process may go on using a key that another process destroyed. */
const REMEMBER_MS = 10_000;
const SCHEMA = 1;

/** Small enough that a server beside it does not wait for the write lock. */
const REWRAP_BATCH = 200;

/** `by`: id of the master; absent in what earlier releases wrote. */
type DataKeyBody = { wrapped: string; by?: string } | { destroyed: number };

export interface KeyProgress {
  done: number;
  total: number;
}

/** One random key a person, stored wrapped with the personal-data master key and bound to her id. */
export class DataKeys {
  readonly #table: RecordTable;
  readonly #masters: Masters;
  readonly #clock: Clock;
  readonly #remembered = new Map<string, { key: Buffer; until: number }>();
  /** Destroyed by this process: a read that was under way must not bring the key back. */
  readonly #destroyed = new Set<string>();

  constructor(table: RecordTable, masters: Masters, clock: Clock) {
    this.#table = table;
    this.#masters = masters;
    this.#clock = clock;
  }

  /** The person's key, made on first use. Throws DataKeyDestroyed. */
  async getOrCreate(owner: string): Promise<Buffer> {
    const known = this.#recall(owner) ?? (await this.#load(owner));
    if (known) return known;
    const key = randomBytes(KEY_BYTES);
    const master = await this.#masters.current();
    try {
      await this.#table.insert(record(owner, 1, wrap(master, owner, key)), seconds(this.#clock));
    } catch (error) {
      if (!(error instanceof AlreadyExists)) throw error;
      return this.getOrCreate(owner);
    }
    await this.#wrapAnew(owner, key, { ver: 1, by: master.id });
    this.#remember(owner, key);
    return key;
  }

  /**
   * After an insert: a whole change of masters may have come and gone since this process asked for the current one, and
   * nobody else would find this key any more. A conflict says that somebody has: another run, or who destroyed the key.
   */
  async #wrapAnew(owner: string, key: Buffer, stored: { ver: number; by: string }): Promise<void> {
    const current = await this.#masters.current();
    if (current.id === stored.by) return;
    const next = record(owner, stored.ver + 1, wrap(current, owner, key));
    const outcome = await this.#table.replace(next, stored.ver, seconds(this.#clock));
    if (outcome === 'done') await this.#wrapAnew(owner, key, { ver: next.ver, by: current.id });
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

  /** A read that must not rest on what this process remembers: another may have destroyed a key. */
  forgetRemembered(): void {
    this.#remembered.clear();
  }

  /** The master of the first key found: for a store whose release kept no record of it. */
  async firstMaster(): Promise<string | undefined> {
    for (let after = ''; ; ) {
      const page = await this.#table.raw({ after, limit: REWRAP_BATCH });
      for (const { id, body } of page) {
        const found = this.masterOf(id, JSON.parse(body) as DataKeyBody);
        if (found) return found;
      }
      if (page.length < REWRAP_BATCH) return undefined;
      after = page.at(-1)!.id;
    }
  }

  /** The id of the master a stored key is wrapped with: as written, or found by trying. Undefined: destroyed. */
  masterOf(owner: string, body: DataKeyBody): string | undefined {
    if ('destroyed' in body) return undefined;
    return body.by ?? this.#tryAll(owner, body.wrapped)?.master.id ?? 'unknown';
  }

  /**
   * Wraps every data key with the newest master; the keys themselves and what they seal stay. Each by compare-and-set:
   * it may run beside servers and other runs, and goes on after a crash where it is started again.
   */
  async rewrap(onProgress?: (progress: KeyProgress) => void): Promise<number> {
    await this.#masters.begin();
    let changed = 0;
    for (;;) {
      const inPass = await this.#rewrapPass(onProgress);
      changed += inPass;
      // A key that was being made when this began is found by the pass that finds nothing else.
      if (inPass === 0) break;
    }
    await this.#masters.finish();
    return changed;
  }

  async #rewrapPass(onProgress?: (progress: KeyProgress) => void): Promise<number> {
    const { newest } = this.#masters;
    const total = await this.#table.count(seconds(this.#clock));
    let [changed, done] = [0, 0];
    for (let after = ''; ; ) {
      const page = await this.#table.raw({ after, limit: REWRAP_BATCH });
      const entries = page.flatMap(({ id, ver, body }) => {
        const present = JSON.parse(body) as DataKeyBody;
        if ('destroyed' in present || present.by === newest.id) return [];
        const next = wrap(newest, id, this.#unwrap(id, present));
        return [{ record: record(id, ver + 1, next), from: ver }];
      });
      const missed = entries.length === 0 ? [] : await this.#table.rewrite(entries);
      changed += entries.length - missed.length;
      if (missed.length > 0) continue;
      done += page.length;
      onProgress?.({ done, total: Math.max(total, done) });
      if (page.length < REWRAP_BATCH) return changed;
      after = page.at(-1)!.id;
      await nextTurn();
    }
  }

  #unwrap(owner: string, { wrapped, by }: { wrapped: string; by?: string }): Buffer {
    if (by !== undefined) return unseal(this.#masters.get(by).key, wrapped, sealedAs(owner));
    const found = this.#tryAll(owner, wrapped);
    if (!found) throw new Error('a data key does not open: other master, other place or changed bytes');
    return found.key;
  }

  #tryAll(owner: string, wrapped: string): { master: MasterKey; key: Buffer } | undefined {
    for (const master of this.#masters.all) {
      try {
        return { master, key: unseal(master.key, wrapped, sealedAs(owner)) };
      } catch {
        // The next one may open it.
      }
    }
    return undefined;
  }

  async #load(owner: string): Promise<Buffer | undefined> {
    const stored = await this.#table.get(owner, seconds(this.#clock));
    if (!stored) return undefined;
    const body = JSON.parse(stored.body) as DataKeyBody;
    if ('destroyed' in body) throw new DataKeyDestroyed();
    const key = this.#unwrap(owner, body);
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

const wrap = (master: MasterKey, owner: string, key: Buffer): DataKeyBody => ({
  wrapped: seal(master.key, key, sealedAs(owner)),
  by: master.id,
});

const record = (owner: string, ver: number, body: DataKeyBody): RawRecord => ({
  id: owner,
  ver,
  schema: SCHEMA,
  keys: {},
  body: JSON.stringify(body),
});
