/** A code on a slip of paper, handed over by an officer: good for seven days and for one password. */
import { randomInt } from 'node:crypto';
import { type PasswordFault, passwordFault } from '../accounts/index.ts';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { addressUnit } from '../http/index.ts';
import { Conflict } from '../storage/index.ts';
import type { RegistrationContext } from './context.ts';

export const startCodeDays = 7;
/** Nothing that looks like another, no vowels: 16 of them are 76 bits. */
const alphabet = 'BCDFGHJKLMNPQRSTVWXZ23456789';
const budget = { name: 'start-code-address', limit: 20, windowSeconds: 900 } as const;

const group = (): string => Array.from({ length: 4 }, () => alphabet[randomInt(alphabet.length)]).join('');
const plain = (code: string): string =>
  code
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '');

export interface StartSlip {
  account: string;
  code: string;
  /** Unix seconds. */
  expiresAt: number;
}

/** In place of every earlier one. Refused once the person has a way of signing in: then it is a recovery. */
export const makeStartCode = async (
  context: RegistrationContext,
  accountId: string,
  officer: string,
): Promise<StartSlip> => {
  if ((await context.accounts.authenticators.of(accountId)).length > 0) {
    throw new ServiceError('already_exists', { detail: 'this account has been started already' });
  }
  for (const earlier of await context.startCodes.find('account', accountId)) {
    await context.startCodes.delete(earlier.id);
  }
  const code = [group(), group(), group(), group()].join('-');
  const expiresAt = seconds(context.clock) + startCodeDays * 86_400;
  const id = context.hide('start code', plain(code));
  await context.startCodes.insert({ id, account: accountId, officer, expiresAt });
  await context.audit.append({
    action: 'account.start_code_made',
    actor: `account:${officer}`,
    subject: accountId,
    result: 'ok',
  });
  return { account: accountId, code, expiresAt };
};

export type StartResult = 'started' | 'wrong_code' | PasswordFault;

/** Sets the first password. The code stays good while only the password is at fault. */
export const startWithCode = async (
  context: RegistrationContext,
  input: { code: string; password: string; address: string; requestId?: string },
): Promise<StartResult> => {
  await context.budget.spend(budget, addressUnit(input.address));
  const kept = await context.startCodes.get(context.hide('start code', plain(input.code)));
  const account = kept && (await context.accounts.get(kept.account));
  if (kept === undefined || account?.state !== 'active') return 'wrong_code';
  // She has found another way in meanwhile (recovery): a slip that lies about must not take her account from her.
  if ((await context.accounts.authenticators.of(account.id)).length > 0) return 'wrong_code';
  const fault = passwordFault(input.password, [account.documentNumber, account.phone ?? '']);
  if (fault !== undefined) return fault;
  try {
    // Of two with the same code only one takes it.
    if (!(await context.startCodes.delete(kept.id, kept.ver))) return 'wrong_code';
  } catch (error) {
    if (error instanceof Conflict) return 'wrong_code';
    throw error;
  }
  await context.accounts.setPassword(account.id, input.password);
  await context.audit.append({
    action: 'account.started',
    actor: `account:${account.id}`,
    subject: account.id,
    result: 'ok',
    ...(input.requestId ? { requestId: input.requestId } : {}),
  });
  return 'started';
};
