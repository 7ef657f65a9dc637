/**
 * Works a batch off, chunk by chunk. Any number of processes may do so at once: the insert of a chunk is its claim, and
 * what a killed one left is taken over when its lease is over. Every row may be done again: its certificate is found by
 * its register key and its copy by an id of its own, so nothing is issued twice.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Audit } from '../../audit/index.ts';
import { type Clock, seconds } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import { AlreadyExists, Conflict, type Versioned } from '../../storage/index.ts';
import type { Credentials, FileFormat } from '../index.ts';
import { type IssueRegisterDeps, outcomeOf } from '../issue-register.ts';
import type { RegisterLine } from '../registers/register.ts';
import type { BatchRows } from './batch-rows.ts';
import {
  type BatchDocument,
  type BatchReason,
  type BatchStore,
  type ChunkDocument,
  chunkId,
} from './batch-store.ts';

export interface RunBatchDeps extends Omit<IssueRegisterDeps, 'credentials'> {
  store: BatchStore;
  credentials: Pick<Credentials, 'ensureRow' | 'keepFileCopy'>;
  audit: Audit;
  clock: Clock;
}

const leaseMs = 15_000;

/** Rows at once in one process: their writes share one sync of the disk. */
const defaultWidth = 32;

export const runBatch = async (
  deps: RunBatchDeps,
  batch: Versioned<BatchDocument>,
  rows: BatchRows,
  { width = defaultWidth }: { width?: number } = {},
): Promise<void> => {
  const worker = randomUUID();
  const chunks = Math.ceil(batch.rows / batch.rowsOfChunk);
  const taken = await takenChunks(deps, batch.id);
  for (let number = 0; number < chunks; number += 1) {
    if (taken.has(chunkId(batch.id, number))) continue;
    const claimed = await claimNew(deps, batch.id, number, worker);
    if (claimed) await workChunk(deps, { batch, rows, width, chunk: claimed });
  }
  for (;;) {
    const open = await deps.store.chunks.find('openIn', batch.id, { limit: 500 });
    if (open.length === 0) break;
    const left = open.find(({ leasedUntil }) => leasedUntil <= deps.clock.now());
    const claimed = left && (await takeOver(deps, left, worker));
    if (claimed) await workChunk(deps, { batch, rows, width, chunk: claimed });
    else await sleep(500);
  }
  await finish(deps, batch.id);
};

const takenChunks = async ({ store }: RunBatchDeps, batch: string): Promise<Set<string>> => {
  const ids = new Set<string>();
  for (let after: string | undefined; ; ) {
    const page = await store.chunks.find('batch', batch, { after, limit: 500 });
    for (const { id } of page) ids.add(id);
    if (page.length < 500) return ids;
    after = page.at(-1)!.id;
  }
};

const claimNew = async (
  { store, clock }: RunBatchDeps,
  batch: string,
  number: number,
  worker: string,
): Promise<Versioned<ChunkDocument> | undefined> => {
  try {
    return await store.chunks.insert({
      id: chunkId(batch, number),
      batch,
      openIn: batch,
      worker,
      leasedUntil: clock.now() + leaseMs,
      done: 0,
      certificates: 0,
      signed: 0,
      standing: 0,
      refused: [],
    });
  } catch (error) {
    if (error instanceof AlreadyExists) return undefined;
    throw error;
  }
};

const takeOver = async (
  { store, clock }: RunBatchDeps,
  chunk: Versioned<ChunkDocument>,
  worker: string,
): Promise<Versioned<ChunkDocument> | undefined> => {
  try {
    return await store.chunks.replace({ ...chunk, worker, leasedUntil: clock.now() + leaseMs });
  } catch (error) {
    if (error instanceof Conflict) return undefined;
    throw error;
  }
};

interface Work {
  batch: BatchDocument;
  rows: BatchRows;
  width: number;
  chunk: Versioned<ChunkDocument>;
}

const workChunk = async (deps: RunBatchDeps, { batch, rows, width, chunk }: Work): Promise<void> => {
  const number = Number(chunk.id.slice(-6));
  const result = {
    done: 0,
    certificates: 0,
    signed: 0,
    standing: 0,
    refused: [] as ChunkDocument['refused'],
  };
  let position = number * batch.rowsOfChunk;
  const end = Math.min(position + batch.rowsOfChunk, batch.rows);
  const lane = async (): Promise<void> => {
    while (position < end) {
      const at = position;
      position += 1;
      const { line, found } = await rows.at(at);
      if (found.length === 0) result.refused.push({ line, reasons: ['not_in_register'] });
      for (const row of found) {
        const outcome = await workRow(deps, batch, row);
        if (outcome.certificate) result.certificates += 1;
        if (outcome.copy) result[outcome.copy] += 1;
        if (outcome.reasons) result.refused.push({ line, reasons: outcome.reasons });
      }
      result.done += 1;
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, end - position) }, lane));
  result.refused.sort((a, b) => a.line - b.line);
  try {
    await deps.store.chunks.replace({ ...chunk, ...result, openIn: undefined });
  } catch (error) {
    if (!(error instanceof Conflict)) throw error; // the lease was over, and who took it finishes it
  }
};

interface RowResult {
  certificate?: string;
  copy?: 'signed' | 'standing';
  reasons?: BatchReason[];
}

const workRow = async (deps: RunBatchDeps, batch: BatchDocument, row: RegisterLine): Promise<RowResult> => {
  if (row.row && batch.issuers && !batch.issuers.includes(row.row.issuer))
    return { reasons: ['other_department'] };
  const context = { actor: batch.actor, requestId: batch.id };
  const { certificate, reasons } = await outcomeOf(deps, batch.type, row, context);
  if (!certificate || !batch.copies) return { certificate, reasons };
  return { certificate, ...(await copyOf(deps, certificate, batch.copies, context)) };
};

/** What stops one copy and not the batch. The store, a register or a program that fails stops it: then it is resumed. */
const copyReasons: Partial<Record<string, BatchReason>> = {
  certificate_state: 'certificate_state',
  key_unavailable: 'key_unavailable',
  internal_error: 'copy_refused',
};

const copyOf = async (
  { credentials }: RunBatchDeps,
  certificate: string,
  format: FileFormat,
  context: { actor: string; requestId: string },
): Promise<Pick<RowResult, 'copy' | 'reasons'>> => {
  try {
    const { isNew } = await credentials.keepFileCopy(certificate, format, context);
    return { copy: isNew ? 'signed' : 'standing' };
  } catch (error) {
    const reason = error instanceof ServiceError ? copyReasons[error.code] : undefined;
    if (!reason) throw error;
    return { reasons: [reason] };
  }
};

const finish = async ({ store, audit, clock }: RunBatchDeps, id: string): Promise<void> => {
  const batch = await store.batches.get(id);
  if (batch?.state !== 'running') return;
  try {
    await store.batches.replace({ ...batch, state: 'done', finishedAt: seconds(clock) });
  } catch (error) {
    if (error instanceof Conflict) return; // another worker said so
    throw error;
  }
  await audit.append({
    action: 'batch.done',
    actor: batch.actor,
    object: id,
    result: 'ok',
    details: { type: batch.type, rows: batch.rows, copies: batch.copies ?? '' },
  });
};
