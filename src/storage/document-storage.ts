import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { dumpLines, loadLines } from './backup.ts';
import { Catalogue, type CatalogueEntry, indexKeysFor, indexKeysIn, sameLayout } from './catalogue.ts';
import type { Collection, CollectionSpec, Document } from './collection.ts';
import { DataKeys, dataKeysTable, type KeyProgress } from './data-keys.ts';
import { blindIndex, checkDeclaration, tableOf } from './declaration.ts';
import { DocumentCodec, type IndexKey } from './document-codec.ts';
import { DocumentCollection } from './document-collection.ts';
import type { Ephemeral } from './ephemeral.ts';
import { FactStore, factsTable, metaTable } from './fact-store.ts';
import type { Storage } from './index.ts';
import { Masters } from './masters.ts';
import { type RecordEngine, type RecordTable, UnusableStore } from './record-store.ts';
import { clearOwner, reindexPass, rewriteAll, sweepAll } from './rewrite-table.ts';

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
  olderMasters: readonly Uint8Array[];
  indexKeys: readonly IndexKey[];
  clock: Clock;
}

/** Both ports on whatever engines were opened. */
export class DocumentStorage implements Storage {
  readonly ephemeral: Ephemeral;
  readonly engines: Storage['engines'];
  readonly facts: FactStore;
  readonly keys: Storage['keys'];
  readonly #engine: RecordEngine;
  readonly #ephemeral: EphemeralEngine;
  readonly #indexKeys: readonly IndexKey[];
  readonly #clock: Clock;
  readonly #declared = new Map<string, Declared>();
  readonly #ready = new Set<string>();
  readonly #internal: { data_keys: RecordTable; facts: RecordTable; store_meta: RecordTable };
  readonly #masters: Masters;
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
    const meta = new FactStore(this.#internal.store_meta, parts.clock);
    this.#masters = new Masters(meta, parts.personalDataMaster, parts.olderMasters);
    this.#dataKeys = new DataKeys(this.#internal.data_keys, this.#masters, parts.clock);
    this.facts = new FactStore(this.#internal.facts, parts.clock);
    this.#catalogue = new Catalogue(meta);
    this.keys = {
      status: () => this.#keyStatus(),
      rewrap: (onProgress) => this.#dataKeys.rewrap(onProgress),
      reindex: (onProgress) => this.#reindex(onProgress),
    };
  }

  /** Makes the storage's own tables, so that facts can be read before anything is declared. */
  async open(): Promise<this> {
    for (const table of Object.values(this.#internal)) {
      await table.createTable();
      await table.createIndexes();
    }
    await this.#catalogue.check();
    await this.#masters.open(() => this.#dataKeys.firstMaster());
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
      if (!spec.owner || !this.#ready.has(spec.name)) continue;
      const { unique, lookup } = table.definition;
      if (![...unique, ...lookup].includes(spec.owner)) continue;
      await clearOwner(table, { index: spec.owner, value: JSON.stringify(owner) }, blind);
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
    const masters = new Set<string>();
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
        if (name !== dataKeysTable.name) return;
        for (const { id, body } of batch) {
          const master = this.#dataKeys.masterOf(id, JSON.parse(body));
          if (master) masters.add(master);
        }
      },
    );
    await this.#masters.adopt(masters);
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
    const { spec, codec, table, blind } = declared;
    const now = this.#clock.now() / 1000;
    const { unique, lookup } = table.definition;
    const indexKeys = blind.length > 0 ? indexKeysFor(name, found, this.#indexKeys) : { indexKey: 0 };
    const entry: CatalogueEntry = { schema: spec.schemaVersion, unique, lookup, ...indexKeys };
    await table.createTable();
    if (found) {
      const isCurrent =
        !found.rewriting && found.schema === spec.schemaVersion && sameLayout(found, table.definition);
      if (!isCurrent) {
        // Noted first: from here on an older release would meet documents it cannot read.
        await this.#catalogue.set(name, { ...entry, rewriting: true });
        await rewriteAll({ codec, table }, now);
      }
    }
    await table.createIndexes();
    if (!found || JSON.stringify(found) !== JSON.stringify(entry)) await this.#catalogue.set(name, entry);
  }

  async #reindex(onProgress?: (progress: KeyProgress) => void): Promise<number> {
    const now = this.#clock.now() / 1000;
    const indexed = [...this.#declared].filter(
      ([name, { blind }]) => blind.length > 0 && this.#ready.has(name),
    );
    let [done, total, changed] = [0, 0, 0];
    for (const [, { table }] of indexed) total += await table.count(now);
    for (const [name, { codec, table }] of indexed) {
      await sweepAll(table, now);
      const parts = { codec, table, forgetKeys: () => this.#dataKeys.forgetRemembered() };
      for (let first = true; ; first = false) {
        const inPass = await reindexPass(parts, (records) => {
          if (!first) return;
          done += records;
          onProgress?.({ done, total: Math.max(total, done) });
        });
        changed += inPass;
        // What was being written when this began is found by the pass that finds nothing else.
        if (inPass === 0) break;
      }
      const { olderIndexKeys: _, ...entry } = (await this.#catalogue.collections()).get(name)!;
      await this.#catalogue.set(name, { ...entry, indexKey: this.#indexKeys[0]!.version });
    }
    return changed;
  }

  async #keyStatus(): ReturnType<Storage['keys']['status']> {
    const masters = await this.#masters.inUse();
    const versions = [...(await this.#catalogue.collections()).values()].flatMap(indexKeysIn);
    return {
      masters: masters ?? { current: this.#masters.newest.id, older: [] },
      indexKeys: [...new Set(versions)].sort((a, b) => b - a),
    };
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
