/** The reviewers' side: list or send back, approve a change, suspend, resume, retire. */
import { randomBytes } from 'node:crypto';
import { seconds } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import type { AppRecord, RecordAct, StoredRecord } from './app-record.ts';
import { decideAndCarryOut } from './carry-out.ts';
import { completeManifest } from './complete-manifest.ts';
import type { Act, AppRecordDeps } from './dependencies.ts';
import { assertNotOwn, findAll, reaches, reviewedRecord } from './record-act.ts';

/** What waits within her reach, the oldest first; her own apps are another reviewer's. */
export const waitingReviews = async (deps: AppRecordDeps, { accountId }: Act): Promise<StoredRecord[]> => {
  const shown: StoredRecord[] = [];
  for (const record of await findAll(deps, 'reviewing', 'yes'))
    if (await reaches(deps, accountId, record)) shown.push(record);
  return shown.sort((a, b) => (a.review?.askedAt ?? 0) - (b.review?.askedAt ?? 0));
};

export interface Decision {
  /** Of the review she has read. */
  review: string;
  decision: 'approve' | 'send_back';
  reason?: string | undefined;
}

export const decideReview = async (
  deps: AppRecordDeps,
  act: Act,
  id: string,
  { review: seen, decision, reason }: Decision,
): Promise<AppRecord> => {
  const found = await reviewedRecord(deps, act, id);
  assertNotOwn(act, found);
  if (decision === 'send_back' && !reason)
    throw new ServiceError('invalid_request', { detail: 'fields: reason' });
  const kind = found.review?.kind;
  const approved: RecordAct = kind === 'change' ? 'change_approved' : 'listed';
  // What was free at the asking may be another's by now.
  if (decision === 'approve' && found.review) await completeManifest(deps, found.review.manifest, found);
  return decideAndCarryOut(deps, id, act, decision === 'approve' ? approved : 'sent_back', (record) => {
    assertNotOwn(act, record);
    const { review } = record;
    if (review?.id !== seen || review.kind !== kind) throw new ServiceError('conflict');
    const over = {
      review: undefined,
      reviewing: undefined,
      reviewedAt: seconds(deps.clock),
      ...(reason ? { reason } : {}),
    };
    if (decision === 'send_back') return over;
    const clientId = record.clientId ?? `app-${randomBytes(12).toString('hex')}`;
    const { manifest } = review;
    const confirmedContacts = record.confirmedContacts.filter((one) => manifest.contacts.includes(one));
    return { ...over, manifest, confirmedContacts, clientId };
  });
};

const states = { suspend: 'suspended', resume: 'resumed', retire: 'retired' } as const;
export type StateAct = keyof typeof states;

/** A suspended app gets no token, and what it had is dead at once here and within two seconds elsewhere (ZZD-3). */
export const changeStateOf = async (
  deps: AppRecordDeps,
  act: Act,
  id: string,
  { to, reason }: { to: StateAct; reason: string },
): Promise<AppRecord> => {
  const found = await reviewedRecord(deps, act, id);
  assertNotOwn(act, found);
  const client = found.clientId === undefined ? undefined : await deps.apps.get(found.clientId);
  // The operator has the last word in the registry: what she retired does not come back from here.
  if (to === 'resume' && client?.state === 'retired') throw new ServiceError('app_state');
  return decideAndCarryOut(deps, id, act, states[to], (record) => {
    if (record.clientId === undefined) throw new ServiceError('app_state');
    return { reason, ...(to === 'retire' ? { review: undefined, reviewing: undefined } : {}) };
  });
};
