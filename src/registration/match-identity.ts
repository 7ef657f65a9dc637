import { addressUnit } from '../http/index.ts';
import { documentKey } from '../identifiers/index.ts';
import type { RegistrationContext } from './context.ts';
import type { Identity } from './judge-identity.ts';
import type { PopulationAnswer } from './population-check.ts';

const hour = 3_600;
/** Names tried against a number, whoever tries; and what one phone or one address may ask. Counted before looking. */
const budgets = {
  address: { name: 'register-address', limit: 30, windowSeconds: hour },
  phone: { name: 'register-phone', limit: 10, windowSeconds: 24 * hour },
  document: { name: 'register-document', limit: 10, windowSeconds: hour },
} as const;

export interface MatchedIdentity {
  answer: PopulationAnswer;
  /** The account of this document; only after a match is it looked for. */
  accountId?: string;
}

/**
 * Asks the register, and the accounts only once it has said yes: to who does not know name and number, neither answer
 * nor time tells whether there is an account.
 */
export const matchIdentity = async (
  context: RegistrationContext,
  identity: Identity,
  by: { address: string; phone: string },
): Promise<MatchedIdentity> => {
  await context.budget.spend(budgets.address, addressUnit(by.address));
  await context.budget.spend(budgets.phone, by.phone);
  await context.budget.spend(budgets.document, documentKey(identity));
  const answer = await context.population.match(identity);
  if (answer !== 'match') return { answer };
  const account = await context.accounts.findByDocument(identity.kind, identity.number);
  return { answer, ...(account ? { accountId: account.id } : {}) };
};
