/** Who works on an app: two at least before it is listed. One makes a code, the other redeems it, signed in as herself. */
import { seconds } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import { type AppRecord, ownerRef, recordIdPattern } from './app-record.ts';
import type { Act, AppRecordDeps } from './dependencies.ts';
import { codeHash, isCode, newCode } from './one-time-code.ts';
import { after, auditRecord, changeRecord, ownersFor, ownRecord, reviewedRecord } from './record-act.ts';

const invitationSeconds = 3 * 86_400;
const mostMaintainers = 10;

const makeInvitation = async (deps: AppRecordDeps, act: Act, id: string): Promise<string> => {
  const code = newCode();
  const record = await changeRecord(deps, id, (present) => {
    if (present.state === 'retired') throw new ServiceError('app_state');
    const expiresAt = seconds(deps.clock) + invitationSeconds;
    return { ...present, invitation: { hash: codeHash(id, code), expiresAt } };
  });
  await auditRecord(deps, record, act, 'maintainer_invited');
  return `${id}.${code}`;
};

/** The code to hand over; a newer one ends the one before. */
export const inviteMaintainer = async (deps: AppRecordDeps, act: Act, id: string): Promise<string> => {
  await ownRecord(deps, act, id);
  return makeInvitation(deps, act, id);
};

/** For an app whose maintainers have all left: whoever redeems it stands for the owner. */
export const inviteAsReviewer = async (deps: AppRecordDeps, act: Act, id: string): Promise<string> => {
  await reviewedRecord(deps, act, id);
  return makeInvitation(deps, act, id);
};

/** Once, by somebody who stands for the owner as well. A wrong code and a stranger learn the same. */
export const joinMaintainers = async (
  deps: AppRecordDeps,
  act: Act,
  invitation: string,
): Promise<AppRecord> => {
  const at = invitation.trim().indexOf('.');
  const [id, code] = [invitation.trim().slice(0, at), invitation.trim().slice(at + 1)];
  const found = recordIdPattern.test(id) ? await deps.records.get(id) : undefined;
  const owners = await ownersFor(deps, act.accountId);
  if (!found || !owners.some((owner) => ownerRef(owner) === found.owner)) throw new ServiceError('not_found');
  const record = await changeRecord(deps, id, (present) => {
    if (!isCode(present.invitation, id, code, seconds(deps.clock))) throw new ServiceError('not_found');
    if (present.maintainers.length >= mostMaintainers) throw new ServiceError('app_state');
    const maintainers = [...new Set([...present.maintainers, act.accountId])];
    return after(deps, present, act.accountId, 'maintainer_joined', { maintainers, invitation: undefined });
  });
  await auditRecord(deps, record, act, 'maintainer_joined');
  return record;
};

/** Takes one out, or herself; somebody always stays. */
export const removeMaintainer = async (
  deps: AppRecordDeps,
  act: Act,
  id: string,
  account: string,
): Promise<AppRecord> => {
  await ownRecord(deps, act, id);
  const record = await changeRecord(deps, id, (present) => {
    if (!present.maintainers.includes(account)) throw new ServiceError('not_found');
    if (present.maintainers.length === 1) throw new ServiceError('app_state');
    return after(deps, present, act.accountId, 'maintainer_left', {
      maintainers: present.maintainers.filter((one) => one !== account),
      formerMaintainers: [...new Set([...present.formerMaintainers, account])],
    });
  });
  await auditRecord(deps, record, act, 'maintainer_left');
  return record;
};
