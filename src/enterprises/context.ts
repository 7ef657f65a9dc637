import type { Account, Accounts } from '../accounts/index.ts';
import { ServiceError } from '../errors.ts';
import { normaliseName } from '../identifiers/index.ts';
import type { Items } from '../items/index.ts';
import type { Ephemeral } from '../storage/index.ts';
import type { Reconciler } from './reconcile-with-register.ts';
import type { EnterpriseRegister } from './register/enterprise-register.ts';
import type { TellDeps } from './tell-events.ts';

/** What every use case of the feature works on. */
export interface EnterprisesContext extends TellDeps {
  accounts: Accounts;
  items: Items;
  register: EnterpriseRegister;
  ephemeral: Ephemeral;
  reconciler: Reconciler;
}

/** Who acts, as herself. */
export interface Act {
  accountId: string;
  requestId?: string;
}

/** A person named by somebody else: her document and her name must both be right. */
export interface NamedPerson {
  kind: string;
  number: string;
  name: string;
}

export const actingAccount = async ({ accounts }: EnterprisesContext, act: Act): Promise<Account> => {
  const account = await accounts.get(act.accountId);
  if (account?.state !== 'active') throw new ServiceError('unauthenticated');
  return account;
};

const searches = 20;
const searchWindowSeconds = 900;

/** The account of the person named. Bounded by giver, and one answer for unknown and misnamed: no list of people. */
export const findNamedPerson = async (
  { accounts, ephemeral }: EnterprisesContext,
  act: Act,
  named: NamedPerson,
): Promise<Account> => {
  const tries = await ephemeral.increment(`enterprise:search:${act.accountId}`, searchWindowSeconds);
  if (tries > searches) throw new ServiceError('too_many_requests');
  const account = await accounts.findByDocument(named.kind, named.number);
  if (account?.state !== 'active' || normaliseName(account.name) !== normaliseName(named.name)) {
    throw new ServiceError('person_not_found');
  }
  return account;
};
