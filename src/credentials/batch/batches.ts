/** Batch issuing: a certificate for every row, and a signed copy for the department's file where one is asked for. */
import { seconds } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import type { Keyring } from '../../keyring/index.ts';
import { Conflict, type Storage, type Versioned } from '../../storage/index.ts';
import type { FileFormat } from '../index.ts';
import { opaqueId } from '../opaque-id.ts';
import { type BatchRows, rowsOfHolders, rowsOfRegister } from './batch-rows.ts';
import { type BatchDocument, type BatchReason, type BatchRefusal, openBatchStore } from './batch-store.ts';
import { type RunBatchDeps, runBatch } from './run-batch.ts';

/** A batch and how far it is. */
export interface BatchProgress extends BatchDocument {
  done: number;
  certificates: number;
  /** Copies signed by this batch, and those that stood already. */
  signed: number;
  standing: number;
  refused: number;
  reasons: Partial<Record<BatchReason, number>>;
}

export interface Batches {
  /**
   * Counts the rows and stores the job. `holders`: a CSV that names whom; without it, every row of the register.
   * With `proposed` it waits for a second person. Throws not_found, invalid_request.
   */
  create(input: {
    /** Chosen by who must not make two of one request. */
    id?: string;
    type: string;
    copies?: FileFormat;
    holders?: Uint8Array;
    issuers?: string[];
    actor: string;
    proposed?: { unit: string; by: string };
  }): Promise<BatchDocument>;
  get(id: string): Promise<BatchDocument | undefined>;
  progress(id: string): Promise<BatchProgress>;
  refusals(id: string): Promise<BatchRefusal[]>;
  ofUnit(unit: string): Promise<BatchDocument[]>;
  running(): Promise<BatchDocument[]>;
  /** The second person's word. Throws proposal_ended. */
  decide(id: string, to: 'running' | 'declined', by: string): Promise<BatchDocument>;
  /** Works until nothing is left. Throws conflict when the rows are not those it began with; a new batch skips what is there. */
  run(id: string, options?: { holders?: Uint8Array; width?: number }): Promise<void>;
}

export interface BatchesDeps extends Omit<RunBatchDeps, 'store'> {
  storage: Storage;
  keyring: Pick<Keyring, 'secrets'>;
}

const rowsOfChunk = 100;

/** Declares its collections: call before `storage.prepare()`. */
export const createBatches = ({ storage, ...given }: BatchesDeps): Batches => {
  const { catalogue, registers, clock, audit, keyring } = given;
  const store = openBatchStore(storage);

  const rowsOf = (type: string, holders: Uint8Array | undefined): Promise<BatchRows> => {
    const register = registers.get(catalogue.get(type).register);
    const { nonceSecret } = keyring.secrets;
    return holders ? rowsOfHolders(register, holders, nonceSecret) : rowsOfRegister(register, nonceSecret);
  };
  const getBatch = async (id: string): Promise<Versioned<BatchDocument>> => {
    const batch = await store.batches.get(id);
    if (!batch) throw new ServiceError('not_found');
    return batch;
  };
  const every = async (index: 'state' | 'unit', value: string): Promise<BatchDocument[]> => {
    const found: BatchDocument[] = [];
    for (let after: string | undefined; ; ) {
      const page = await store.batches.find(index, value, { after, limit: 500 });
      found.push(...page);
      if (page.length < 500) return found.sort((a, b) => b.createdAt - a.createdAt);
      after = page.at(-1)!.id;
    }
  };
  async function* chunksOf(batch: string) {
    for (let after: string | undefined; ; ) {
      const page = await store.chunks.find('batch', batch, { after, limit: 500 });
      yield* page;
      if (page.length < 500) return;
      after = page.at(-1)!.id;
    }
  }

  return {
    async create({ id = opaqueId('ib'), type, copies, holders, issuers, actor, proposed }) {
      const { register, formats } = catalogue.get(type);
      if (copies && !formats.includes(copies))
        throw new ServiceError('invalid_request', { detail: 'this type is not issued in that format' });
      const rows = await rowsOf(type, holders);
      const batch = await store.batches.insert({
        id,
        type,
        register,
        copies,
        source: holders ? 'holders' : 'register',
        sourceMark: rows.mark,
        rows: rows.count,
        rowsOfChunk,
        issuers,
        state: proposed ? 'open' : 'running',
        actor,
        createdAt: seconds(clock),
        unit: proposed?.unit,
        proposedBy: proposed?.by,
      });
      await audit.append({
        action: proposed ? 'batch.proposed' : 'batch.begun',
        actor,
        object: batch.id,
        result: 'ok',
        details: { type, rows: rows.count, copies: copies ?? '', unit: proposed?.unit ?? '' },
      });
      return batch;
    },
    get: (id) => store.batches.get(id),
    async progress(id) {
      const { ver: _ver, ...batch } = await getBatch(id);
      const sum: BatchProgress = {
        ...batch,
        done: 0,
        certificates: 0,
        signed: 0,
        standing: 0,
        refused: 0,
        reasons: {},
      };
      for await (const chunk of chunksOf(id)) {
        for (const name of ['done', 'certificates', 'signed', 'standing'] as const) sum[name] += chunk[name];
        sum.refused += chunk.refused.length;
        for (const reason of chunk.refused.flatMap(({ reasons }) => reasons))
          sum.reasons[reason] = (sum.reasons[reason] ?? 0) + 1;
      }
      return sum;
    },
    async refusals(id) {
      const found: BatchRefusal[] = [];
      for await (const { refused } of chunksOf(id)) found.push(...refused);
      return found;
    },
    ofUnit: (unit) => every('unit', unit),
    running: () => every('state', 'running'),
    async decide(id, to, by) {
      const batch = await getBatch(id);
      if (batch.state !== 'open') throw new ServiceError('proposal_ended');
      try {
        const decided = await store.batches.replace({ ...batch, state: to, decidedBy: by });
        await audit.append({
          action: to === 'running' ? 'batch.approved' : 'batch.declined',
          actor: `account:${by}`,
          object: id,
          result: 'ok',
          details: { type: batch.type, unit: batch.unit ?? '' },
        });
        return decided;
      } catch (error) {
        if (error instanceof Conflict) throw new ServiceError('proposal_ended');
        throw error;
      }
    },
    async run(id, { holders, width } = {}) {
      const batch = await getBatch(id);
      if (batch.state === 'done') return;
      if (batch.state !== 'running') throw new ServiceError('proposal_ended');
      if ((batch.source === 'holders') !== (holders !== undefined))
        throw new ServiceError('invalid_request', {
          detail: 'a batch goes on with the list of holders it began with',
        });
      const rows = await rowsOf(batch.type, holders);
      if (rows.mark !== batch.sourceMark)
        throw new ServiceError('conflict', {
          detail: 'the rows have changed since this batch began: begin a new one, it skips what is there',
        });
      await runBatch({ ...given, store }, batch, rows, { width });
    },
  };
};
