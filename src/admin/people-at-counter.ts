/** What an officer does for the person in front of her. Each act names its purpose and stands in the person's log. */
import type { Account } from '../accounts/index.ts';
import { ServiceError } from '../errors.ts';
import { maskName, maskPhone } from '../identifiers/index.ts';
import { type Acting, contextOf, type Dependencies } from './dependencies.ts';

export interface FoundPerson {
  account: string;
  /** Masked: enough to see that it is her. */
  name: string;
  phone?: string;
  state: Account['state'];
  proofingLevel: Account['proofingLevel'];
  authenticators: string[];
}

const record = (deps: Dependencies, input: Acting, action: string, purpose: string, account?: string) =>
  deps.audit.append({
    action,
    ...contextOf(input),
    ...(account ? { subject: account } : {}),
    result: account ? 'ok' : 'refused',
    details: { purpose, unit: input.official.capacity.unit.id },
  });

export const findPerson = async (
  deps: Dependencies,
  input: Acting & { document: { kind: string; number: string }; purpose: string },
): Promise<FoundPerson> => {
  const { document, purpose } = input;
  const account = await deps.accounts.findByDocument(document.kind, document.number);
  await record(deps, input, 'person.looked_up', purpose, account?.id);
  if (account === undefined) throw new ServiceError('not_found', { detail: 'there is no such account' });
  const kept = await deps.accounts.authenticators.of(account.id);
  return {
    account: account.id,
    name: maskName(account.name),
    ...(account.phone ? { phone: maskPhone(account.phone) } : {}),
    state: account.state,
    proofingLevel: account.proofingLevel,
    authenticators: [...new Set(kept.map(({ kind }) => kind))].sort(),
  };
};

/** What an official signs in with guards her office as well: no counter takes any of it away. */
export const assertHoldsNoOffice = async (deps: Dependencies, account: string): Promise<void> => {
  if ((await deps.officials.capacities.of(account, [])).length > 0)
    throw new ServiceError('forbidden', {
      detail: 'what an official signs in with is not changed at a counter',
    });
};

/** One call: when it answers, the phone signs nobody in, no session or token of hers is left, no copy on it counts. */
export const endPersonPhone = async (
  deps: Dependencies,
  input: Acting & { account: string; purpose: string },
): Promise<{ account: string; ended: true; copies: number }> => {
  const { account, purpose } = input;
  if (account === input.official.accountId) throw new ServiceError('second_person_needed');
  if ((await deps.accounts.get(account)) === undefined) throw new ServiceError('not_found');
  await assertHoldsNoOffice(deps, account);
  await record(deps, input, 'person.phone_end_asked', purpose, account);
  await deps.recoveries.endLostPhone(account, contextOf(input).actor);
  // What its wallets hold ends with it; on the next phone she signs in and fetches again.
  const copies = await deps.credentials.endPhones({
    account,
    scope: { allBut: undefined },
    context: contextOf(input),
  });
  return { account, ended: true, copies };
};
