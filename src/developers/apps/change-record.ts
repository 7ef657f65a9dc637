import { randomBytes } from 'node:crypto';
import { seconds } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import type { AppRecord, Manifest } from './app-record.ts';
import { decideAndCarryOut } from './carry-out.ts';
import { checkListing, failuresOf } from './check-listing.ts';
import { completeManifest } from './complete-manifest.ts';
import type { Act, AppRecordDeps } from './dependencies.ts';
import { type GivenManifest, weightOf } from './manifest.ts';
import { ownRecord } from './record-act.ts';

/** A mailbox that stays has confirmed itself already. */
const keptContacts = ({ confirmedContacts }: AppRecord, { contacts }: Manifest): string[] =>
  confirmedContacts.filter((contact) => contacts.includes(contact));

/**
 * A new manifest in whole. Before listing it takes the place of the old one, and what was tried counts no more when it is
 * another app now. Of a listed app only what people are shown changes at once; the rest asks the reviewers.
 */
export const changeManifest = async (
  deps: AppRecordDeps,
  act: Act,
  id: string,
  given: GivenManifest,
): Promise<AppRecord> => {
  const own = await ownRecord(deps, act, id);
  if (own.state === 'retired') throw new ServiceError('app_state');
  // What a reviewer reads stays as it is.
  if (own.review !== undefined)
    throw new ServiceError('app_state', { detail: 'a review is under way: take the request back first' });
  const manifest = await completeManifest(deps, given, own);
  const weighty = weightOf(manifest) !== weightOf(own.manifest);
  if (own.clientId === undefined || !weighty) {
    return decideAndCarryOut(deps, id, act, 'changed', (record) => {
      if (record.ver !== own.ver) throw new ServiceError('conflict');
      return {
        manifest,
        confirmedContacts: keptContacts(record, manifest),
        ...(weighty ? { state: 'draft' } : {}),
      };
    });
  }
  const report = await checkListing(deps, {
    ...own,
    manifest,
    confirmedContacts: keptContacts(own, manifest),
  });
  const faults = failuresOf(report).filter(({ path }) => path !== 'tested' && path !== 'contacts');
  if (faults.length > 0) throw new ServiceError('app_not_ready', { faults });
  return decideAndCarryOut(deps, id, act, 'change_asked', (record) => {
    if (record.ver !== own.ver) throw new ServiceError('conflict');
    return {
      review: {
        id: randomBytes(9).toString('base64url'),
        kind: 'change',
        askedAt: seconds(deps.clock),
        askedBy: act.accountId,
        manifest,
        report,
      },
      reviewing: 'yes',
    };
  });
};

/** For good. Whoever built it can end it at any time. */
export const retireOwn = async (deps: AppRecordDeps, act: Act, id: string): Promise<AppRecord> => {
  await ownRecord(deps, act, id);
  return decideAndCarryOut(deps, id, act, 'retired', () => ({ review: undefined, reviewing: undefined }));
};
