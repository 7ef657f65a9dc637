import { randomBytes } from 'node:crypto';
import { seconds } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import type { AppRecord } from './app-record.ts';
import { decideAndCarryOut } from './carry-out.ts';
import { checkListing, failuresOf } from './check-listing.ts';
import type { Act, AppRecordDeps } from './dependencies.ts';
import { ownRecord } from './record-act.ts';

/** Puts a tested app before the reviewers, with the report of the automatic check. Throws app_not_ready with what fails. */
export const askForListing = async (deps: AppRecordDeps, act: Act, id: string): Promise<AppRecord> => {
  const own = await ownRecord(deps, act, id);
  if (own.review !== undefined || own.clientId !== undefined || own.state === 'retired')
    throw new ServiceError('app_state');
  const report = await checkListing(deps, own);
  const faults = failuresOf(report);
  if (faults.length > 0) throw new ServiceError('app_not_ready', { faults });
  if (own.state !== 'tested') throw new ServiceError('app_state', { detail: 'say first that it was tried' });
  return decideAndCarryOut(deps, id, act, 'listing_asked', (record) => {
    if (record.ver !== own.ver) throw new ServiceError('conflict');
    return {
      review: {
        id: randomBytes(9).toString('base64url'),
        kind: 'listing',
        askedAt: seconds(deps.clock),
        askedBy: act.accountId,
        manifest: record.manifest,
        report,
      },
      reviewing: 'yes',
    };
  });
};

export const takeBack = async (deps: AppRecordDeps, act: Act, id: string): Promise<AppRecord> => {
  await ownRecord(deps, act, id);
  return decideAndCarryOut(deps, id, act, 'taken_back', ({ review }) => {
    if (review === undefined) throw new ServiceError('app_state');
    return { review: undefined, reviewing: undefined };
  });
};
