import type { Account, Accounts } from '../accounts/index.ts';
import type { Audit } from '../audit/index.ts';
import { type Clock, seconds } from '../clock.ts';
import type { Catalogue, Credentials, ProofCheck } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import type { PopulationCheck } from '../registration/index.ts';
import type { Ephemeral } from '../storage/index.ts';
import { closeLink } from './close-link.ts';
import { type Family, type Link, overBecause } from './family.ts';
import { actorsFor, type FamilyStore, familyOf } from './family-store.ts';
import type { GuardianRegister } from './register/guardian-register.ts';

/** What every use case of the feature works on. */
export interface FamiliesContext {
  accounts: Accounts;
  audit: Audit;
  catalogue: Catalogue;
  clock: Clock;
  credentials: Credentials;
  ephemeral: Ephemeral;
  guardians: GuardianRegister;
  population: PopulationCheck;
  checkProofs: ProofCheck;
  store: FamilyStore;
}

/** Who acts, as herself. */
export interface Act {
  accountId: string;
  requestId?: string;
}

/** An officer at a counter, in the unit she acts for. */
export interface CounterAct extends Act {
  unit: string;
}

export const actingAccount = async (
  { accounts }: FamiliesContext,
  act: Act,
  proofing = 0,
): Promise<Account> => {
  const account = await accounts.get(act.accountId);
  if (account?.state !== 'active') throw new ServiceError('unauthenticated');
  if (account.proofingLevel < proofing) throw new ServiceError('proofing_too_low');
  return account;
};

const tries = 20;
const tryWindowSeconds = 3_600;

/** Whoever names other people by their documents is bounded: no list of people is made here. */
export const countTry = async ({ ephemeral }: FamiliesContext, accountId: string): Promise<void> => {
  if ((await ephemeral.increment(`family:named:${accountId}`, tryWindowSeconds)) > tries) {
    throw new ServiceError('too_many_requests');
  }
};

const holderOf = async ({ accounts }: FamiliesContext, link: Link): Promise<Account | undefined> =>
  link.holder === undefined ? undefined : accounts.get(link.holder);

/** The family with every link ended that is over by the clock. */
export const settledFamily = async (context: FamiliesContext, actor: string): Promise<Family | undefined> => {
  const family = await familyOf(context.store, actor);
  let settled = true;
  for (const link of family?.links ?? []) {
    if (link.state === 'ended') continue;
    const reason = overBecause(link, await holderOf(context, link), seconds(context.clock));
    if (reason) await closeLink(context, { actor, link: link.id, reason, by: 'system' });
    settled &&= reason === undefined;
  }
  return settled ? family : familyOf(context.store, actor);
};

export interface FoundLink {
  actor: string;
  link: Link;
  side: 'acting' | 'holder';
}

/** The link of this person, on whichever side she is; of other people's links she is not told that there are any. */
export const findLink = async (
  context: FamiliesContext,
  accountId: string,
  id: string,
): Promise<FoundLink> => {
  for (const actor of [accountId, ...(await actorsFor(context.store, accountId))]) {
    const link = (await settledFamily(context, actor))?.links.find((one) => one.id === id);
    if (link && actor === accountId) return { actor, link, side: 'acting' };
    if (link?.holder === accountId) return { actor, link, side: 'holder' };
  }
  throw new ServiceError('not_found');
};

/** For whom she may act under this link at this moment; undefined when it does not stand. */
export const actsFor = async (
  context: FamiliesContext,
  accountId: string,
  id: string,
): Promise<Account | undefined> => {
  try {
    return (await liveLink(context, { accountId }, id)).holder;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (['unauthenticated', 'not_found', 'family_link_over'].includes(error.code)) return undefined;
    throw error;
  }
};

export const linkStands = async (context: FamiliesContext, accountId: string, id: string): Promise<boolean> =>
  (await actsFor(context, accountId, id)) !== undefined;

/** For whoever acts: the link stands at this moment, and so does the account of whom it is for. */
export const liveLink = async (
  context: FamiliesContext,
  act: Act,
  id: string,
): Promise<{ link: Link; holder: Account }> => {
  const { id: actor } = await actingAccount(context, act);
  const link = (await settledFamily(context, actor))?.links.find((one) => one.id === id);
  if (!link) throw new ServiceError('not_found');
  const holder = await holderOf(context, link);
  if (link.state !== 'active' || holder?.state !== 'active') throw new ServiceError('family_link_over');
  return { link, holder };
};
