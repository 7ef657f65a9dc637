import { randomBytes } from 'node:crypto';
import { seconds } from '../../clock.ts';
import { addressUnit } from '../../http/index.ts';
import { normaliseLoginName, normalisePhone } from '../../identifiers/index.ts';
import type { Account } from '../index.ts';
import { phoneProves } from '../phone-standing.ts';
import { type RecoveryContext, recoveryIdOf } from './context.ts';
import type { Recovery } from './recovery-store.ts';

export const recoverySeconds = 1_200;
const beginBudget = { name: 'recovery-address', limit: 30, windowSeconds: 900 } as const;
/** More accounts than this on one phone are recovered by document number. */
const mostPeople = 5;

/** Who the typed name may be. By phone only those whom it still proves: its next owner finds nobody. */
const peopleOf = async (context: RecoveryContext, name: string, isPhone: boolean): Promise<Account[]> => {
  const found = (await context.findByLoginName(name)).filter(({ state }) => state === 'active');
  if (!isPhone) return found.length === 1 ? found : [];
  const hers = found.filter((account) => phoneProves(account, seconds(context.clock)));
  return hers.length > mostPeople ? [] : hers;
};

/** Same work and same answer for a name nobody has. The token is new: what the browser brought along is not taken up. */
export const beginRecovery = async (
  context: RecoveryContext,
  input: { token: string; loginName: string; address: string },
): Promise<Recovery> => {
  await context.budget.spend(beginBudget, addressUnit(input.address));
  const name = normaliseLoginName(input.loginName);
  const isPhone = normalisePhone(name) !== undefined;
  const people = (await peopleOf(context, name, isPhone)).map(({ id }) => id);
  return context.recoveries.insert({
    id: recoveryIdOf(context, input.token),
    state: 'proving',
    by: isPhone ? 'phone' : 'document',
    named: context.budget.hide('recovery-name', name),
    people,
    ...(isPhone || people[0] === undefined ? {} : { account: people[0] }),
    proofs: [],
    messageSent: false,
    challenge: randomBytes(32).toString('base64url'),
    expiresAt: seconds(context.clock) + recoverySeconds,
  });
};
