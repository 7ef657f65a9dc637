import type { CatalogueEntry } from './catalogue.ts';
import { type RawRecord, type RecordTable, UnusableStore } from './record-store.ts';

const FORMAT = 1;
const BATCH = 500;

/** First line of a backup. */
interface Head {
  onecert: 'backup';
  format: number;
  collections: Record<string, CatalogueEntry>;
}

/** One JSON line each; the body goes in as it is, since it is JSON itself. */
export async function* dumpLines(
  collections: ReadonlyMap<string, CatalogueEntry>,
  tables: Iterable<RecordTable>,
): AsyncIterable<string> {
  const head: Head = { onecert: 'backup', format: FORMAT, collections: Object.fromEntries(collections) };
  yield JSON.stringify(head);
  let records = 0;
  for (const table of tables) {
    for (let after = ''; ; ) {
      const page = await table.raw({ after, limit: BATCH });
      for (const { body, ...rest } of page) {
        records += 1;
        yield `${JSON.stringify({ c: table.definition.name, ...rest }).slice(0, -1)},"body":${body}}`;
      }
      if (page.length < BATCH) break;
      after = page.at(-1)!.id;
    }
  }
  yield JSON.stringify({ end: records });
}

/** Reads a backup: `begin` gets its collections, `fill` the records in batches. Returns the number of records. */
export async function loadLines(
  lines: AsyncIterable<string>,
  begin: (collections: Map<string, CatalogueEntry>) => Promise<void>,
  fill: (collection: string, records: RawRecord[]) => Promise<void>,
): Promise<number> {
  let begun = false;
  let records = 0;
  let batch: RawRecord[] = [];
  let batchOf = '';
  const flush = async () => {
    if (batch.length > 0) await fill(batchOf, batch);
    batch = [];
  };
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const entry = parse(line);
    if (!begun) {
      await begin(collectionsOf(entry));
      begun = true;
      continue;
    }
    if (typeof entry.end === 'number') {
      await flush();
      if (entry.end !== records) throw broken();
      return records;
    }
    const { c, body, ...rest } = entry as { c: string; body: unknown } & Omit<RawRecord, 'body'>;
    if (typeof c !== 'string' || typeof rest.id !== 'string' || body === undefined) throw broken();
    if (c !== batchOf || batch.length === BATCH) await flush();
    batchOf = c;
    batch.push({ ...rest, body: JSON.stringify(body) });
    records += 1;
  }
  throw broken();
}

function collectionsOf(entry: Record<string, unknown>): Map<string, CatalogueEntry> {
  const { onecert, format, collections } = entry as unknown as Head;
  if (onecert !== 'backup' || typeof collections !== 'object')
    throw new UnusableStore('This is not a backup of OneCert.');
  if (format > FORMAT)
    throw new UnusableStore('This backup was made by a newer OneCert. Restore it with that release.');
  return new Map(Object.entries(collections));
}

function parse(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    throw broken();
  }
}

const broken = (): UnusableStore =>
  new UnusableStore('The backup is cut off or damaged. Take another one and restore it into an empty store.');
