/** What is done to a whole table at once: documents in a new shape, index values under another key or cleared. */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { AlreadyExists, type Document } from './collection.ts';
import type { DocumentCodec } from './document-codec.ts';
import type { RawRecord, RecordTable } from './record-store.ts';

const BATCH = 200;

interface Table {
  codec: DocumentCodec<Document>;
  table: RecordTable;
}

/** Without expired records, whose index values could stand in the way. */
export async function sweepAll(table: RecordTable, now: number): Promise<void> {
  while ((await table.sweep(now, BATCH)) === BATCH) await nextTurn();
}

/** Writes every document anew in the current shape. */
export async function rewriteAll({ codec, table }: Table, now: number): Promise<void> {
  await sweepAll(table, now);
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

/** How often a page is read again because of a newcomer that is about to be refused. */
const TWIN_TRIES = 20;

/**
 * A newcomer whose value somebody else holds under another index key stands there for a moment, until its server has
 * looked after writing (DocumentCollection.insert). Meanwhile the two meet in the unique index: undefined, read again.
 */
const besideTwins = () => {
  let tries = 0;
  return async (table: RecordTable, entries: Parameters<RecordTable['rewrite']>[0]) => {
    try {
      return await table.rewrite(entries);
    } catch (error) {
      tries += 1;
      if (!(error instanceof AlreadyExists) || tries > TWIN_TRIES) throw error;
      await sleep(25);
      return undefined;
    }
  };
};

/**
 * One pass over the table; returns how many records still stood under another index key. A record's version stays, so
 * that nobody who is changing it meanwhile is refused; who changes it in between wins, and the page is read again.
 */
export async function reindexPass(
  parts: Table & {
    /** Forgets remembered data keys: the values of a person who was closed a moment ago must not come back. */
    forgetKeys(): void;
  },
  onPage: (records: number) => void,
): Promise<number> {
  const { codec, table } = parts;
  const rewriteBesideTwins = besideTwins();
  let changed = 0;
  for (let after = ''; ; ) {
    const page = await table.raw({ after, limit: BATCH });
    parts.forgetKeys();
    const entries = [];
    for (const record of page) {
      if (!codec.isIndexed(record)) entries.push({ record: await codec.reindexed(record), from: record.ver });
    }
    const missed = entries.length === 0 ? [] : await rewriteBesideTwins(table, entries);
    if (missed === undefined) continue;
    changed += entries.length - missed.length;
    if (missed.length > 0) continue;
    onPage(page.length);
    if (page.length < BATCH) return changed;
    after = page.at(-1)!.id;
    await nextTurn();
  }
}

/** Takes the index values and the ciphertext of a person whose data key is gone off every record of hers. */
export async function clearOwner(
  table: RecordTable,
  match: { index: string; value: string },
  blind: readonly string[],
): Promise<void> {
  for (let after = ''; ; ) {
    const page = await table.raw({ after, limit: BATCH }, match);
    const entries = page.flatMap((record) => {
      const { body, hadAny } = emptied(record.body);
      if (!hadAny && !blind.some((index) => index in record.keys)) return [];
      const kept = Object.entries(record.keys).filter(([index]) => !blind.includes(index));
      const next = { ...record, ver: record.ver + 1, keys: Object.fromEntries(kept), body };
      return [{ record: next, from: record.ver }];
    });
    if ((await table.rewrite(entries)).length > 0) continue;
    if (page.length < BATCH) return;
    after = page.at(-1)!.id;
  }
}

/** The names of what was sealed stay, so that a reader is told it is lost and not that it never was. */
function emptied(text: string): { body: string; hadAny: boolean } {
  const body = JSON.parse(text) as { s?: Record<string, string> };
  const hadAny = Object.values(body.s ?? {}).some((sealed) => sealed !== '');
  if (body.s) body.s = Object.fromEntries(Object.keys(body.s).map((field) => [field, '']));
  return { body: JSON.stringify(body), hadAny };
}
