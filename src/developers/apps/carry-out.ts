/**
 * A decision on a record is one write; what follows from it elsewhere (the login's registry, the audit, the mails) is
 * carried out after it, and again by a job where a crash came between. Every step may be done twice.
 */
import { seconds } from '../../clock.ts';
import type { AppRecord, PendingAct, RecordAct, StoredRecord } from './app-record.ts';
import { clientOf } from './complete-manifest.ts';
import type { Act, AppRecordDeps } from './dependencies.ts';
import { tellContacts } from './mails.ts';
import { after, auditRecord, changeRecord, findAll } from './record-act.ts';

const carryOutInRegistry = async (
  deps: AppRecordDeps,
  record: AppRecord,
  { act, by, requestId }: PendingAct,
): Promise<void> => {
  const { apps } = deps;
  const { clientId, manifest } = record;
  if (clientId === undefined) return;
  const context = { actor: `account:${by}`, ...(requestId === undefined ? {} : { requestId }) };
  if (act === 'listed') await apps.ensure({ ...clientOf(deps, manifest), clientId }, context);
  else if (act === 'suspended') await apps.setState(clientId, 'suspended', context);
  else if (act === 'resumed') await apps.setState(clientId, 'listed', context);
  else if (act === 'retired') await apps.setState(clientId, 'retired', context);
  else if (act === 'changed' || act === 'change_approved') {
    const { profile: _p, source: _s, withoutSecret: _w, ...metadata } = clientOf(deps, manifest);
    await apps.change(clientId, metadata, context);
  }
};

const finish = async (deps: AppRecordDeps, record: StoredRecord): Promise<StoredRecord> => {
  const { pending, unfinished: _, ...rest } = record;
  if (pending === undefined) return record;
  await carryOutInRegistry(deps, record, pending);
  const { by: accountId, requestId, act } = pending;
  await auditRecord(deps, record, { accountId, ...(requestId === undefined ? {} : { requestId }) }, act);
  await tellContacts(deps, record, act);
  return deps.records.replace(rest as StoredRecord);
};

/** Decides and carries out. `next` gives what the act changes, or refuses by throwing. */
export const decideAndCarryOut = async (
  deps: AppRecordDeps,
  id: string,
  { accountId, requestId }: Act,
  act: RecordAct,
  next: (record: StoredRecord) => Parameters<typeof after>[4],
): Promise<AppRecord> => {
  const decided = await changeRecord(deps, id, (record) => ({
    ...after(deps, record, accountId, act, next(record)),
    unfinished: 'yes',
    pending: {
      act,
      by: accountId,
      at: seconds(deps.clock),
      from: record.state,
      ...(requestId === undefined ? {} : { requestId }),
    },
  }));
  return finish(deps, decided);
};

/** Whoever decided may still be at it. */
const patienceSeconds = 30;

/** A turn of the job: what was decided and not carried out. */
export const finishPending = async (deps: AppRecordDeps): Promise<number> => {
  let finished = 0;
  for (const record of await findAll(deps, 'unfinished', 'yes')) {
    if (record.pending === undefined || record.pending.at > seconds(deps.clock) - patienceSeconds) continue;
    try {
      await finish(deps, record);
      finished += 1;
    } catch (error) {
      deps.onFailure(error);
    }
  }
  return finished;
};
