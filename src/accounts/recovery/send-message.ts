import { createHash } from 'node:crypto';
import { seconds } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import { addressUnit } from '../../http/index.ts';
import { Conflict, type Versioned } from '../../storage/index.ts';
import type { Account } from '../index.ts';
import { phoneProves } from '../phone-standing.ts';
import { countedAs, type RecoveryContext } from './context.ts';
import type { Recovery } from './recovery-store.ts';

const budgets = {
  minute: { name: 'recovery-sms-minute', limit: 1, windowSeconds: 60 },
  hour: { name: 'recovery-sms-hour', limit: 5, windowSeconds: 3_600 },
  address: { name: 'recovery-sms-address', limit: 20, windowSeconds: 3_600 },
} as const;

/** A number no operator gives out (+999 is nobody's): a code for it is made, kept and never sent. */
const standIn = (named: string): string => {
  const digits = BigInt(`0x${createHash('sha256').update(named).digest('hex')}`) % 10n ** 10n;
  return `+999${String(digits).padStart(10, '0')}`;
};

/** Where this recovery's message goes, and whether anybody is there. All the people of one recovery have one phone. */
export const phoneOf = async (
  context: RecoveryContext,
  recovery: Recovery,
): Promise<{ phone: string; hers: boolean }> => {
  const id = recovery.account ?? recovery.people[0];
  const account: Account | undefined = id === undefined ? undefined : await context.find(id);
  const hers =
    account?.phone !== undefined &&
    account.state === 'active' &&
    context.codes.reaches(account.phone) &&
    phoneProves(account, seconds(context.clock));
  return { phone: (hers && account.phone) || standIn(recovery.named), hers };
};

/**
 * Sends a code, or does as if. What the phone itself has had lately is not told: it would say whose phone it is. Throws
 * too_many_requests for this name or address.
 */
export const sendMessage = async (
  context: RecoveryContext,
  recovery: Versioned<Recovery>,
  address: string,
): Promise<void> => {
  await context.budget.spend(budgets.address, addressUnit(address));
  await context.budget.spend(budgets.minute, countedAs(recovery));
  await context.budget.spend(budgets.hour, countedAs(recovery));
  const { phone, hers } = await phoneOf(context, recovery);
  try {
    await context.codes.send({
      phone,
      binding: recovery.id,
      address,
      deliver: hers,
    });
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'too_many_requests') throw error;
  }
  if (recovery.messageSent) return;
  await context.recoveries.replace({ ...recovery, messageSent: true }).catch((error: unknown) => {
    if (!(error instanceof Conflict)) throw error;
  });
};
