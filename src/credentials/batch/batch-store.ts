/** What is kept of a batch: its job, and a record for each run of lines that a worker took. No personal data. */
import type { Collection, Storage } from '../../storage/index.ts';
import type { FileFormat } from '../index.ts';
import type { RowReason } from '../issue-register.ts';

/** Why a row of a batch has no certificate, or no copy. */
export type BatchReason =
  | RowReason
  /** The holder named in the list has no row in the register. */
  | 'not_in_register'
  /** The row is another department's than those the batch is for. */
  | 'other_department'
  /** The certificate has ended or expired: the record is there, a copy is not signed. */
  | 'certificate_state'
  | 'key_unavailable'
  /** Our own verifier did not accept the copy. */
  | 'copy_refused';

export interface BatchRefusal {
  line: number;
  reasons: BatchReason[];
}

export type BatchState = 'open' | 'declined' | 'running' | 'done';

export interface BatchDocument {
  /** `ib_` + 22 characters */
  id: string;
  type: string;
  register: string;
  /** Format of the department's file copy; without it records only. */
  copies?: FileFormat;
  /** register: every line of it; holders: those a list names. */
  source: 'register' | 'holders';
  /** HMAC over what names the rows: a batch goes on over the rows it began with, or not at all. */
  sourceMark: string;
  rows: number;
  rowsOfChunk: number;
  /** Only rows of these departments; absent: all. */
  issuers?: string[];
  /** open: waits for the second person. */
  state: BatchState;
  /** `cli`, `account:<id>`. */
  actor: string;
  /** Unix seconds. */
  createdAt: number;
  finishedAt?: number;
  /** Of a batch that a clerk proposed. */
  unit?: string;
  proposedBy?: string;
  decidedBy?: string;
}

export interface ChunkDocument {
  /** `<batch>:<number in 6 digits>`: the insert is the claim. */
  id: string;
  batch: string;
  /** The batch while the chunk is not done, so that a worker finds what another left. */
  openIn?: string;
  worker: string;
  /** Unix milliseconds: after it another worker may take the chunk. */
  leasedUntil: number;
  /** Lines done, certificates made or found, copies signed now, copies that stood already. */
  done: number;
  certificates: number;
  signed: number;
  standing: number;
  refused: BatchRefusal[];
}

export interface BatchStore {
  batches: Collection<BatchDocument>;
  chunks: Collection<ChunkDocument>;
}

/** Declares the collections. Call before `storage.prepare()`. */
export const openBatchStore = (storage: Storage): BatchStore => ({
  batches: storage.collection<BatchDocument>({
    name: 'issue_batches',
    schemaVersion: 1,
    indexes: ['state', 'unit'],
  }),
  chunks: storage.collection<ChunkDocument>({
    name: 'issue_batch_chunks',
    schemaVersion: 1,
    indexes: ['batch', 'openIn'],
  }),
});

export const chunkId = (batch: string, number: number): string =>
  `${batch}:${String(number).padStart(6, '0')}`;
