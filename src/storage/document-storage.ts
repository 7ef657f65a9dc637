import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { dumpLines, loadLines } from './backup.ts';
import { Catalogue, type CatalogueEntry, sameLayout } from './catalogue.ts';
import type { Collection, CollectionSpec, Document } from './collection.ts';
import { DataKeys, dataKeysTable } from './data-keys.ts';
import { blindIndex, checkDeclaration, tableOf } from './declaration.ts';
import { DocumentCodec, type IndexKey } from './document-codec.ts';
import { DocumentCollection } from './document-collection.ts';
import type { Ephemeral } from './ephemeral.ts';
import { FactStore, factsTable, metaTable } from './fact-store.ts';
import type { Storage } from './index.ts';
import { type RawRecord, type RecordEngine, type RecordTable, UnusableStore } from './record-store.ts';

const BATCH = 500;
const PING_MS = 1_000;

/** The short memory as the storage holds it. */
export interface EphemeralEngine extends Ephemeral {
  /** Where entries do not go away by themselves. */
  sweep?(limit: number): Promise<number>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

interface Declared {
  spec: CollectionSpec<Document>;
  codec: DocumentCodec<Document>;
  table: RecordTable;
  blind: readonly string[];
}

export interface StorageParts {
  engine: RecordEngine;
  ephemeral: EphemeralEngine;
  ephemeralName: 'sqlite' | 'redis';
  personalDataMaster: Uint8Array;
  indexKeys: readonly IndexKey[];
  clock: Clock;
}

/** Both ports on whatever engines were opened. */
export class DocumentStorage implements Storage {
  readonly ephemeral: Ephemeral;
  readonly engines: Storage['engines'];
  readonly facts: FactStore;
  readonly #engine: RecordEngine;
  readonly #ephemeral: EphemeralEngine;
  readonly #indexKeys: readonly IndexKey[];
  readonly #clock: Clock;
  readonly #declared = new Map<string, Declared>();
  readonly #ready = new Set<string>();
  readonly #internal: { data_keys: RecordTable; facts: RecordTable; store_meta: RecordTable };
  readonly #dataKeys: DataKeys;
  readonly #catalogue: Catalogue;

  constructor(parts: StorageParts) {
    this.#engine = parts.engine;
    this.#ephemeral = parts.ephemeral;
    this.#indexKeys = parts.indexKeys;
    this.#clock = parts.clock;
    this.ephemeral = parts.ephemeral;
    this.engines = { documents: parts.engine.name, ephemeral: parts.ephemeralName };
    this.#internal = {
      data_keys: parts.engine.table(dataKeysTable),
      facts: parts.engine.table(factsTable),
      store_meta: parts.engine.table(metaTable),
    };
    this.#dataKeys = new DataKeys(this.#internal.data_keys, parts.personalDataMaster, parts.clock);
    this.facts = new FactStore(this.#internal.facts, parts.clock);
    this.#catalogue = new Catalogue(new FactStore(this.#internal.store_meta, parts.clock));
  }

  /** Makes the storage's own tables, so that facts can be read before anything is declared. */
  async open(): Promise<this> {
    for (const table of Object.values(this.#internal)) {
      await table.createTable();
      await table.createIndexes();
    }
    await this.#catalogue.check();
    return this;
  }

  collection<T extends Document>(spec: CollectionSpec<T>): Collection<T> {
    checkDeclaration(spec);
    if (this.#declared.has(spec.name)) throw new TypeError(`collection ${spec.name} is declared twice`);
    const codec = new DocumentCodec(spec, this.#dataKeys, this.#indexKeys);
    const table = this.#engine.table(tableOf(spec));
    this.#declared.set(spec.name, {
      spec: spec as unknown as CollectionSpec<Document>,
      codec: codec as unknown as DocumentCodec<Document>,
      table,
      blind: Object.keys(spec.keyed ?? {}).map(blindIndex),
    });
    const ready = () => {
      if (!this.#ready.has(spec.name)) throw new Error(`collection ${spec.name} is used before prepare()`);
    };
    return new DocumentCollection(spec, { codec, table, clock: this.#clock, ready });
  }

  async prepare(): Promise<void> {
    await this.#catalogue.check();
    const found = await this.#catalogue.collections();
    for (const [name, { spec }] of this.#declared) {
      this.#catalogue.refuseNewer(name, found.get(name)?.schema ?? 0, spec.schemaVersion);
    }
    for (const [name, declared] of this.#declared) {
      if (!this.#ready.has(name)) await this.#prepareCollection(name, declared, found.get(name));
      this.#ready.add(name);
    }
  }

  async destroyDataKey(owner: string): Promise<void> {
    await this.#dataKeys.destroy(owner);
    for (const { spec, table, blind } of this.#declared.values()) {
      if (!spec.owner || blind.length === 0 || !this.#ready.has(spec.name)) continue;
      await this.#clearBlindIndexes(table, { index: spec.owner, value: JSON.stringify(owner) }, blind);
    }
    await this.#engine.scrub();
  }

  async sweep(): Promise<number> {
    const now = this.#clock.now() / 1000;
    const sweepers = [...this.#declared.values()]
      .filter(({ spec }) => spec.expiresAt && this.#ready.has(spec.name))
      .map(
        ({ table }) =>
          () =>
            table.sweep(now, BATCH),
      );
    if (this.#ephemeral.sweep) sweepers.push(() => this.#ephemeral.sweep!(BATCH));
    let removed = 0;
    for (const sweep of sweepers) {
      for (;;) {
        const count = await sweep();
        removed += count;
        if (count < BATCH) break;
        await nextTurn();
      }
    }
    return removed;
  }

  async ping(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new ServiceError('store_unavailable')), PING_MS);
    });
    try {
      await Promise.race([Promise.all([this.#engine.ping(), this.#ephemeral.ping()]), limit]);
    } finally {
      clearTimeout(timer);
    }
  }

  async *dump(): AsyncIterable<string> {
    const collections = await this.#catalogue.collections();
    const tables = [...collections].map(([name, entry]) => this.#tableFor(name, entry));
    // The data keys last: whatever was sealed while this runs finds its key in the backup.
    yield* dumpLines(collections, [...tables, this.#internal.facts, this.#internal.data_keys]);
  }

  async load(lines: AsyncIterable<string>): Promise<number> {
    await this.#refuseUnlessEmpty();
    let loaded = new Map<string, CatalogueEntry>();
    const tables = new Map<string, RecordTable>([
      ['facts', this.#internal.facts],
      ['data_keys', this.#internal.data_keys],
    ]);
    const records = await loadLines(
      lines,
      async (collections) => {
        for (const [name, { schema }] of collections) {
          this.#catalogue.refuseNewer(name, schema, this.#declared.get(name)?.spec.schemaVersion ?? schema);
        }
        await this.#catalogue.startRestoring();
        loaded = collections;
        for (const [name, entry] of collections) {
          const table = this.#tableFor(name, entry);
          await table.createTable();
          if (!this.#declared.has(name)) await table.createIndexes();
          tables.set(name, table);
        }
      },
      async (name, batch) => {
        const table = tables.get(name);
        if (!table)
          throw new UnusableStore(`The backup holds records of ${name}, which it does not declare.`);
        await table.fill(batch);
      },
    );
    for (const [name, entry] of loaded) await this.#catalogue.set(name, entry);
    await this.#catalogue.endRestoring();
    this.#ready.clear();
    await this.prepare();
    return records;
  }

  async close(): Promise<void> {
    this.#ready.clear();
    await this.#ephemeral.close();
    await this.#engine.close();
  }

  async #prepareCollection(
    name: string,
    declared: Declared,
    found: CatalogueEntry | undefined,
  ): Promise<void> {
    const { spec, table, blind } = declared;
    const { unique, lookup } = table.definition;
    const indexKey = blind.length > 0 ? (this.#indexKeys[0]?.version ?? 0) : 0;
    if (blind.length > 0 && indexKey === 0) throw new Error(`collection ${name} needs an index key`);
    const entry: CatalogueEntry = { schema: spec.schemaVersion, unique, lookup, indexKey };
    await table.createTable();
    if (found) {
      const isCurrent =
        !found.rewriting &&
        found.schema === spec.schemaVersion &&
        // Servers with different newest keys run side by side during a change: only the newer one rewrites.
        found.indexKey >= indexKey &&
        sameLayout(found, table.definition);
      if (!isCurrent) {
        // Noted first: from here on an older release would meet documents it cannot read.
        await this.#catalogue.set(name, {
          ...entry,
          indexKey: Math.max(indexKey, found.indexKey),
          rewriting: true,
        });
        await this.#rewrite(declared);
      }
      entry.indexKey = Math.max(indexKey, found.indexKey);
    }
    await table.createIndexes();
    if (!found || JSON.stringify(found) !== JSON.stringify(entry)) await this.#catalogue.set(name, entry);
  }

  /** Writes every document anew in the current shape and with the current index values. */
  async #rewrite({ codec, table }: Declared): Promise<void> {
    while ((await table.sweep(this.#clock.now() / 1000, BATCH)) === BATCH) await nextTurn();
    for (let after = ''; ; ) {
      const page = await table.raw({ after, limit: BATCH });
      const entries: { record: RawRecord; from: number }[] = [];
      for (const old of page) {
        const { document } = await codec.decode(old);
        entries.push({ record: await codec.encode(document, old.ver + 1, 'stored'), from: old.ver });
      }
      // What another server changed meanwhile is still in the old shape: the same page again.
      const missed = await table.rewrite(entries);
      if (missed.length > 0) continue;
      if (page.length < BATCH) return;
      after = page.at(-1)!.id;
      await nextTurn();
    }
  }

  async #clearBlindIndexes(
    table: RecordTable,
    match: { index: string; value: string },
    blind: readonly string[],
  ): Promise<void> {
    for (let after = ''; ; ) {
      const page = await table.raw({ after, limit: BATCH }, match);
      const entries = page
        .filter(({ keys }) => blind.some((index) => index in keys))
        .map((record) => {
          const keys = Object.fromEntries(
            Object.entries(record.keys).filter(([index]) => !blind.includes(index)),
          );
          return { record: { ...record, ver: record.ver + 1, keys }, from: record.ver };
        });
      if ((await table.rewrite(entries)).length > 0) continue;
      if (page.length < BATCH) return;
      after = page.at(-1)!.id;
    }
  }

  async #refuseUnlessEmpty(): Promise<void> {
    const first = { after: '', limit: 1 };
    const collections = await this.#catalogue.collections();
    const tables = [...collections].map(([name, entry]) => this.#tableFor(name, entry));
    for (const table of [...tables, this.#internal.facts, this.#internal.data_keys]) {
      if ((await table.raw(first)).length > 0) {
        throw new UnusableStore(
          `The store is not empty (${table.definition.name}). A backup is restored into an empty store only.`,
        );
      }
    }
  }

  #tableFor(name: string, { unique, lookup }: CatalogueEntry): RecordTable {
    const table = this.#ready.has(name) ? this.#declared.get(name)?.table : undefined;
    return table ?? this.#engine.table({ name, unique, lookup });
  }
}
