import { seconds } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import { type AppRecord, newRecordId, ownerRef, type StoredRecord } from './app-record.ts';
import { completeManifest } from './complete-manifest.ts';
import type { Act, AppRecordDeps } from './dependencies.ts';
import type { GivenManifest } from './manifest.ts';
import { auditRecord, findAll, ownersFor } from './record-act.ts';

/** Drafts beyond this are a mistake or a flood; retired ones do not count. */
const mostOfOneOwner = 200;

/** A draft of an app for one's unit or enterprise. */
export const registerRecord = async (
  deps: AppRecordDeps,
  act: Act,
  input: { owner: string; manifest: GivenManifest },
): Promise<StoredRecord> => {
  const owners = await ownersFor(deps, act.accountId);
  if (!owners.some((owner) => ownerRef(owner) === input.owner))
    throw new ServiceError('forbidden', { detail: 'you do not stand for this unit or enterprise' });
  const manifest = await completeManifest(deps, input.manifest, { owner: input.owner });
  const others = await findAll(deps, 'owner', input.owner);
  if (others.filter(({ state }) => state !== 'retired').length >= mostOfOneOwner)
    throw new ServiceError('too_many_requests');
  const now = seconds(deps.clock);
  const record: AppRecord = {
    id: newRecordId(),
    state: 'draft',
    owner: input.owner,
    manifest,
    maintainers: [act.accountId],
    formerMaintainers: [],
    confirmedContacts: [],
    history: [{ at: now, by: act.accountId, act: 'registered', to: 'draft' }],
    createdAt: now,
  };
  const stored = await deps.records.insert(record);
  await auditRecord(deps, stored, act, 'registered');
  return stored;
};
