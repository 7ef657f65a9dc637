/** What every act on a record shares: whose it may be, the change by compare-and-set, and the entry in its history. */
import type { OfficeCapacity } from '../../accounts/index.ts';
import { seconds } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import { isAdministratorRole } from '../../officials/index.ts';
import { Conflict } from '../../storage/index.ts';
import {
  type AppRecord,
  ownerOf,
  ownerRef,
  type RecordAct,
  recordIdPattern,
  type StoredRecord,
  stateAfter,
} from './app-record.ts';
import type { Act, AppRecordDeps, OwnerFacts } from './dependencies.ts';

/** For whom a person may bring apps: where she is an official, no administrator, or represents or manages a firm. */
export const ownersFor = async (deps: AppRecordDeps, accountId: string): Promise<OwnerFacts[]> => {
  const capacities = await deps.capacities.of(accountId, []);
  const owners = capacities.flatMap((capacity): OwnerFacts[] => {
    if (capacity.kind === 'enterprise' && capacity.role !== 'delegate') {
      const { id, name, region } = capacity.enterprise;
      return [{ kind: 'enterprise', id, name: { zh: name, en: name }, region }];
    }
    if (capacity.kind !== 'office' || capacity.roles.some(isAdministratorRole)) return [];
    const { id, name, region } = capacity.unit;
    return [{ kind: 'unit', id, name, region }];
  });
  return [...new Map(owners.map((owner) => [ownerRef(owner), owner])).values()];
};

/** A maintainer who has no capacity at the owner any more is none: what she built stays with the unit or firm. */
export const maintains = async (
  deps: AppRecordDeps,
  accountId: string,
  { maintainers, owner }: AppRecord,
): Promise<boolean> =>
  maintainers.includes(accountId) &&
  (await ownersFor(deps, accountId)).some((one) => ownerRef(one) === owner);

const findRecord = async ({ records }: AppRecordDeps, id: string): Promise<StoredRecord> => {
  const record = recordIdPattern.test(id) ? await records.get(id) : undefined;
  if (record === undefined) throw new ServiceError('not_found');
  return record;
};

/** The record for one of its maintainers; for anybody else there is none. */
export const ownRecord = async (deps: AppRecordDeps, act: Act, id: string): Promise<StoredRecord> => {
  const record = await findRecord(deps, id);
  if (!(await maintains(deps, act.accountId, record))) throw new ServiceError('not_found');
  return record;
};

/** Offices in which she reviews apps. */
const reviewingOffices = async (deps: AppRecordDeps, accountId: string): Promise<OfficeCapacity[]> =>
  (await deps.capacities.of(accountId, [])).filter(
    (capacity): capacity is OfficeCapacity =>
      capacity.kind === 'office' && capacity.roles.includes('app_reviewer'),
  );

export const isReviewer = async (deps: AppRecordDeps, accountId: string): Promise<boolean> =>
  (await reviewingOffices(deps, accountId)).length > 0;

/** Whether the record is within the reach of one of her offices. */
export const reaches = async (
  deps: AppRecordDeps,
  accountId: string,
  record: AppRecord,
): Promise<boolean> => {
  const offices = await reviewingOffices(deps, accountId);
  const owner = offices.length > 0 ? await deps.ownerFacts(ownerOf(record.owner)) : undefined;
  if (owner === undefined) return false;
  for (const office of offices) if (await deps.mayReview(office, owner)) return true;
  return false;
};

/** The record for a reviewer within whose reach it is. */
export const reviewedRecord = async (deps: AppRecordDeps, act: Act, id: string): Promise<StoredRecord> => {
  const record = await findRecord(deps, id);
  if (!(await reaches(deps, act.accountId, record))) throw new ServiceError('not_found');
  return record;
};

/** Four eyes. */
export const assertNotOwn = ({ accountId }: Act, { maintainers, formerMaintainers }: AppRecord): void => {
  if ([...maintainers, ...formerMaintainers].includes(accountId)) throw new ServiceError('own_app');
};

const mostEntries = 200;

/** The record after an act, with its history; throws app_state where the act is not possible. */
export const after = (
  deps: Pick<AppRecordDeps, 'clock'>,
  record: AppRecord,
  by: string,
  act: RecordAct,
  more: Partial<AppRecord> & { reason?: string } = {},
): AppRecord => {
  const { reason, ...changes } = more;
  const moves: readonly RecordAct[] = ['tested', 'listed', 'suspended', 'resumed', 'retired'];
  const to = stateAfter(act, record.state);
  if (moves.includes(act) && to === undefined) throw new ServiceError('app_state');
  const state = changes.state ?? (moves.includes(act) ? to! : record.state);
  const entry = {
    at: seconds(deps.clock),
    by,
    act,
    ...(state === record.state ? {} : { from: record.state, to: state }),
    ...(reason === undefined ? {} : { reason }),
  };
  return { ...record, ...changes, state, history: [...record.history, entry].slice(-mostEntries) };
};

const attempts = 5;

/** Changes one record by compare-and-set. `next` may refuse by throwing; what is pending is finished first by its owner. */
export const changeRecord = async (
  { records }: Pick<AppRecordDeps, 'records'>,
  id: string,
  next: (record: StoredRecord) => AppRecord,
): Promise<StoredRecord> => {
  for (let attempt = 1; ; attempt += 1) {
    const present = await records.get(id);
    if (present === undefined) throw new ServiceError('not_found');
    if (present.pending !== undefined) throw new ServiceError('conflict');
    try {
      return await records.replace({ ...next(present), ver: present.ver });
    } catch (error) {
      if (!(error instanceof Conflict) || attempt === attempts) throw error;
    }
  }
};

export const auditRecord = (
  { audit }: Pick<AppRecordDeps, 'audit'>,
  record: Pick<AppRecord, 'id' | 'state'>,
  { accountId, requestId }: Act,
  act: string,
): Promise<unknown> =>
  audit.append({
    action: `app_record.${act}`,
    actor: `account:${accountId}`,
    subject: accountId,
    object: `app_record:${record.id}`,
    result: 'ok',
    details: { state: record.state },
    ...(requestId === undefined ? {} : { requestId }),
  });

/** Every record with that index value. */
export const findAll = async (
  { records }: Pick<AppRecordDeps, 'records'>,
  index: 'owner' | 'reviewing' | 'unfinished',
  value: string,
): Promise<StoredRecord[]> => {
  const found: StoredRecord[] = [];
  for (;;) {
    const after = found.at(-1)?.id;
    const page = await records.find(index, value, { limit: 500, ...(after ? { after } : {}) });
    found.push(...page);
    if (page.length < 500) return found;
  }
};
