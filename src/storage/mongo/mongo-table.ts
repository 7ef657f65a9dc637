import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, Model } from 'mongoose';
import { ServiceError } from '../../errors.ts';
import { AlreadyExists } from '../collection.ts';
import {
  type RawRecord,
  type RecordPage,
  type RecordTable,
  type StoredRecord,
  type TableDefinition,
  UnusableStore,
  type WriteOutcome,
} from '../record-store.ts';
import { asServiceError, duplicateIndex, isUnknownOutcome } from './mongo-errors.ts';
import { indexesOf, type Row, rowOf, schemaOf, stored } from './mongo-row.ts';

export interface Concerns {
  read: 'majority' | 'local';
  write: { w: 'majority' | 1; journal: true; wtimeoutMS: number };
}

const INSERT_TRIES = 5;
const REREAD_DELAYS_MS = [0, 250, 1_000];
const PARALLEL = 16;

/** One collection of MongoDB. Compare-and-set is a replace by (_id, ver); mongoose's own version key is not used. */
export class MongoTable implements RecordTable {
  readonly definition: TableDefinition;
  readonly #model: Model<Row>;
  readonly #concerns: Concerns;
  readonly #keys: readonly string[];

  constructor(connection: Connection, definition: TableDefinition, concerns: Concerns) {
    this.definition = definition;
    this.#concerns = concerns;
    this.#keys = [...definition.unique, ...definition.lookup];
    connection.deleteModel(new RegExp(`^${definition.name}$`));
    this.#model = connection.model(definition.name, schemaOf(definition)) as unknown as Model<Row>;
  }

  async createTable(): Promise<void> {
    await this.#ask(async () => {
      try {
        await this.#model.createCollection();
      } catch (error) {
        if ((error as { codeName?: string }).codeName !== 'NamespaceExists') throw error;
      }
    });
  }

  async createIndexes(): Promise<void> {
    const wanted = indexesOf(this.definition);
    await this.#ask(async () => {
      const names = new Set(['_id_', ...wanted.map(({ options }) => options.name)]);
      for (const { name } of await this.#model.collection.listIndexes().toArray()) {
        if (!names.has(name)) await this.#model.collection.dropIndex(name);
      }
      for (const { key, options } of wanted) {
        try {
          await this.#model.collection.createIndex(key, options);
        } catch (error) {
          if (duplicateIndex(error) === undefined) throw error;
          throw new UnusableStore(
            `${this.definition.name}|${options.name} cannot be made unique: the store holds one value twice.`,
          );
        }
      }
    });
  }

  async insert(record: RawRecord, now: number): Promise<void> {
    const row = rowOf(record, this.#keys);
    for (let tries = INSERT_TRIES; ; tries -= 1) {
      const refusedBy = await this.#write(row, async () => {
        await this.#model.collection.insertOne(row as never, { writeConcern: this.#concerns.write });
        return 1;
      });
      if (typeof refusedBy === 'number') return;
      if (tries === 1 || !(await this.#makeWay(row, refusedBy, now))) {
        throw new AlreadyExists(this.definition.name, refusedBy);
      }
    }
  }

  async get(id: string, now: number): Promise<StoredRecord | undefined> {
    const row = await this.#ask(() =>
      this.#model
        .findOne({ _id: { $eq: id }, ...alive(now) }, { ver: 1, schema: 1, body: 1 })
        .readConcern(this.#concerns.read)
        .lean(),
    );
    return row ? stored(row) : undefined;
  }

  find(index: string, values: readonly string[], now: number, page: RecordPage): Promise<StoredRecord[]> {
    return this.#page(
      { [`k.${index}`]: values.length === 1 ? { $eq: values[0]! } : { $in: [...values] } },
      now,
      page,
    );
  }

  list(now: number, page: RecordPage): Promise<StoredRecord[]> {
    return this.#page({}, now, page);
  }

  count(now: number): Promise<number> {
    return this.#ask(() => this.#model.countDocuments(alive(now)).readConcern(this.#concerns.read));
  }

  async replace(record: RawRecord, from: number, now: number): Promise<WriteOutcome> {
    const row = rowOf(record, this.#keys);
    for (let tries = INSERT_TRIES; ; tries -= 1) {
      const outcome = await this.#replaceRow(row, {
        _id: { $eq: row._id },
        ver: { $eq: from },
        ...alive(now),
      });
      if (typeof outcome === 'number') return outcome > 0 ? 'done' : this.#missed(row._id, now);
      if (tries === 1 || !(await this.#makeWay(row, outcome, now))) {
        throw new AlreadyExists(this.definition.name, outcome);
      }
    }
  }

  /** A lost answer stays an error here: a document that is gone does not tell who removed it. */
  async remove(id: string, ver: number | undefined, now: number): Promise<WriteOutcome> {
    const filter = { _id: { $eq: id }, ...(ver !== undefined && { ver: { $eq: ver } }), ...alive(now) };
    const { deletedCount } = await this.#ask(() =>
      this.#model.deleteOne(filter, { writeConcern: this.#concerns.write }),
    );
    if (deletedCount > 0) return 'done';
    return ver === undefined ? 'gone' : this.#missed(id, now);
  }

  sweep(now: number, limit: number): Promise<number> {
    return this.#ask(async () => {
      const filter = { exp: { $lte: new Date(now * 1000) } };
      const ids = await this.#model.find(filter, { _id: 1 }).limit(limit).lean();
      if (ids.length === 0) return 0;
      const { deletedCount } = await this.#model.deleteMany({
        _id: { $in: ids.map(({ _id }) => _id) },
        ...filter,
      });
      return deletedCount;
    });
  }

  async raw(page: RecordPage, match?: { index: string; value: string }): Promise<RawRecord[]> {
    const filter = { _id: { $gt: page.after }, ...(match && { [`k.${match.index}`]: { $eq: match.value } }) };
    const rows = await this.#ask(() =>
      this.#model.find(filter).sort({ _id: 1 }).limit(page.limit).readConcern(this.#concerns.read).lean(),
    );
    return rows.map((row) => ({
      ...stored(row),
      ...(row.exp && { expiresAt: row.exp.getTime() / 1000 }),
      keys: { ...row.k },
    }));
  }

  async fill(records: readonly RawRecord[]): Promise<void> {
    if (records.length === 0) return;
    await this.#ask(async () => {
      try {
        const rows = records.map((record) => rowOf(record, this.#keys));
        await this.#model.collection.insertMany(rows as never[], { writeConcern: this.#concerns.write });
      } catch (error) {
        const index = duplicateIndex(error);
        throw index ? new AlreadyExists(this.definition.name, index) : error;
      }
    });
  }

  async rewrite(entries: readonly { record: RawRecord; from: number }[]): Promise<string[]> {
    const missed: string[] = [];
    for (let start = 0; start < entries.length; start += PARALLEL) {
      await Promise.all(
        entries.slice(start, start + PARALLEL).map(async ({ record, from }) => {
          const row = rowOf(record, this.#keys);
          const outcome = await this.#replaceRow(row, { _id: { $eq: row._id }, ver: { $eq: from } });
          if (typeof outcome === 'string') throw new AlreadyExists(this.definition.name, outcome);
          if (outcome === 0) missed.push(record.id);
        }),
      );
    }
    return missed;
  }

  async #page(match: object, now: number, page: RecordPage): Promise<StoredRecord[]> {
    const rows = await this.#ask(() =>
      this.#model
        .find({ ...match, _id: { $gt: page.after }, ...alive(now) }, { ver: 1, schema: 1, body: 1 })
        .sort({ _id: 1 })
        .limit(page.limit)
        .readConcern(this.#concerns.read)
        .lean(),
    );
    return rows.map(stored);
  }

  #replaceRow(row: Row, filter: object): Promise<number | string> {
    return this.#write(row, async () => {
      const { _id, ...fields } = row;
      const { matchedCount } = await this.#model.replaceOne(filter, fields, {
        writeConcern: this.#concerns.write,
      });
      return matchedCount;
    });
  }

  /** The number of records written, or the index that refused. */
  async #write(row: Row, write: () => Promise<number>): Promise<number | string> {
    try {
      return await write();
    } catch (error) {
      const index = duplicateIndex(error);
      // A retry by the driver can meet its own first try.
      if (index === 'id' && (await this.#happened(row))) return 1;
      if (index !== undefined) return index;
      if (isUnknownOutcome(error) && (await this.#happened(row))) return 1;
      throw asServiceError(error);
    }
  }

  /** Whether the stored record is the one of this very write. Throws when that cannot be found out. */
  async #happened(row: Row): Promise<boolean> {
    for (const [attempt, delay] of REREAD_DELAYS_MS.entries()) {
      if (delay > 0) await sleep(delay);
      try {
        const found = await this.#model
          .findOne({ _id: { $eq: row._id } }, { op: 1 })
          .readConcern(this.#concerns.read)
          .lean();
        return found?.op === row.op;
      } catch (cause) {
        if (attempt === REREAD_DELAYS_MS.length - 1) throw new ServiceError('store_unavailable', { cause });
      }
    }
    return false;
  }

  /** Removes an expired record that holds the value. False when a living one holds it. */
  async #makeWay(row: Row, index: string, now: number): Promise<boolean> {
    const holder = index === 'id' ? { _id: { $eq: row._id } } : { [`k.${index}`]: { $eq: row.k[index]! } };
    return this.#ask(async () => {
      const { deletedCount } = await this.#model.deleteOne({
        ...holder,
        exp: { $lte: new Date(now * 1000) },
      });
      if (deletedCount > 0) return true;
      return (await this.#model.exists({ ...holder, ...alive(now) })) === null;
    });
  }

  async #missed(id: string, now: number): Promise<WriteOutcome> {
    return (await this.get(id, now)) ? 'changed' : 'gone';
  }

  async #ask<R>(work: () => PromiseLike<R>): Promise<R> {
    try {
      return await work();
    } catch (error) {
      throw asServiceError(error);
    }
  }
}

const alive = (now: number) => ({ exp: { $not: { $lte: new Date(now * 1000) } } });
