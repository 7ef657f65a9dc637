import type { FactStore } from './fact-store.ts';
import { type TableDefinition, UnusableStore } from './record-store.ts';

/** The layout of the tables themselves, apart from the shapes of the documents in them. */
const FORMAT = 1;
const COLLECTION = 'collection:';

/** What the store remembers of a collection, so that another release can tell what it finds. */
export interface CatalogueEntry {
  schema: number;
  unique: readonly string[];
  lookup: readonly string[];
  /** The index key that came last; 0 without keyed indexes. */
  indexKey: number;
  /** Others that documents may still be hashed with, until `onecert keys reindex` has finished. */
  olderIndexKeys?: readonly number[];
  /** Set while documents are being rewritten; whoever finds it goes on. */
  rewriting?: true;
}

/** The store's own record of what it holds: format, collections, an unfinished restore. */
export class Catalogue {
  readonly #meta: FactStore;

  constructor(meta: FactStore) {
    this.#meta = meta;
  }

  /** Refuses a store that a newer release laid out, or that a restore left half filled. */
  async check(): Promise<void> {
    const format = await this.#meta.get('format');
    if (Number(format) > FORMAT) {
      throw new UnusableStore(
        `The store has layout ${format}, this OneCert knows layouts up to ${FORMAT}. Start the newer release, or restore a backup made by this one.`,
      );
    }
    if (await this.#meta.get('restoring')) {
      throw new UnusableStore(
        'A restore into this store did not finish. Empty the store (data folder or database) and restore the backup again.',
      );
    }
    if (format === undefined) await this.#meta.set('format', String(FORMAT));
  }

  refuseNewer(name: string, stored: number, known: number): void {
    if (stored <= known) return;
    throw new UnusableStore(
      `The store holds ${name} in version ${stored}, this OneCert knows versions up to ${known}. Start the newer release, or restore a backup made by this one.`,
    );
  }

  async collections(): Promise<Map<string, CatalogueEntry>> {
    const entries = await this.#meta.entries(COLLECTION);
    return new Map([...entries].map(([name, value]) => [name, JSON.parse(value) as CatalogueEntry]));
  }

  set(name: string, entry: CatalogueEntry): Promise<void> {
    return this.#meta.set(`${COLLECTION}${name}`, JSON.stringify(entry));
  }

  startRestoring(): Promise<void> {
    return this.#meta.set('restoring', 'yes');
  }

  endRestoring(): Promise<void> {
    return this.#meta.delete('restoring');
  }
}

export const sameLayout = (entry: CatalogueEntry, table: TableDefinition): boolean =>
  JSON.stringify([entry.unique, entry.lookup]) === JSON.stringify([table.unique, table.lookup]);

/** Every index key that documents of the collection may be hashed with. */
export const indexKeysIn = ({ indexKey, olderIndexKeys = [] }: CatalogueEntry): number[] =>
  [indexKey, ...olderIndexKeys].filter((version) => version > 0);

/** A new index key begins to write; documents under the others stay as they are until they are indexed anew. */
export function indexKeysFor(
  name: string,
  found: CatalogueEntry | undefined,
  keys: readonly { version: number }[],
): Pick<CatalogueEntry, 'indexKey' | 'olderIndexKeys'> {
  const newest = keys[0]?.version ?? 0;
  if (newest === 0) throw new Error(`collection ${name} needs an index key`);
  const used = found ? indexKeysIn(found) : [];
  const missing = used.filter((version) => keys.every((key) => key.version !== version));
  if (missing.length > 0) {
    throw new UnusableStore(
      `Records of ${name} are indexed with index key ${missing.join(', ')}, which this start was not given. Name it in ONECERT_INDEX_KEYS behind the newest one, and take it away only after \`onecert keys reindex\` has finished.`,
    );
  }
  const [indexKey = newest, ...older] = used.includes(newest) ? used : [newest, ...used];
  return { indexKey, ...(older.length > 0 && { olderIndexKeys: older }) };
}
