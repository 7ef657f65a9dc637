/**
 * A phone is a contact, not an identity: it may be shared and it changes hands. Its text messages sign a person in only
 * while the phone is hers as far as we know: she used it within the time an operator keeps a given-up number back
 * before selling it again, and nobody else has confirmed the same number since.
 */
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { Conflict } from '../storage/index.ts';
import type { AuthenticatorDeps } from './authenticator-deps.ts';
import type { Account } from './index.ts';

/** Operators keep a number back for 90 days. */
export const quarantineSeconds = 90 * 86_400;

export const phoneIsHers = (account: Account, now: number): boolean =>
  account.phone !== undefined &&
  account.phoneContested !== true &&
  now - (account.phoneSeenAt ?? account.createdAt) <= quarantineSeconds;

/** Hers, and she has answered a code there: what an import or another person wrote into the account proves nothing. */
export const phoneProves = (account: Account, now: number): boolean =>
  phoneIsHers(account, now) && (account.phoneConfirmed === true || account.phoneSeenAt !== undefined);

const attempts = 5;

/** Changes an account by compare-and-set. */
export const changeAccount = async (
  { accounts }: Pick<AuthenticatorDeps, 'accounts'>,
  id: string,
  change: (account: Account) => Account | undefined,
): Promise<Account> => {
  for (let attempt = 1; ; attempt += 1) {
    const present = await accounts.get(id);
    if (present === undefined) throw new ServiceError('not_found');
    const next = change(present);
    if (next === undefined) return present;
    try {
      return await accounts.replace({ ...next, ver: present.ver });
    } catch (error) {
      if (!(error instanceof Conflict) || attempt === attempts) throw error;
    }
  }
};

const dayOf = (at: number): number => Math.floor(at / 86_400);

/** The owner has just used her phone; written once a day. */
export const notePhoneSeen = async (deps: AuthenticatorDeps, account: Account): Promise<void> => {
  const now = seconds(deps.clock);
  if (dayOf(account.phoneSeenAt ?? 0) === dayOf(now)) return;
  await changeAccount(deps, account.id, (present) => ({ ...present, phoneSeenAt: now }));
};

/**
 * The person, signed in by something else, has answered a code sent to her phone. The first time for this phone, it is
 * in doubt for everybody else who has it: they confirm it in the same way, and then share it, or sign in without it.
 */
export const confirmPhone = async (deps: AuthenticatorDeps, accountId: string): Promise<void> => {
  const before = await deps.accounts.get(accountId);
  if (before?.phone === undefined) throw new ServiceError('not_found');
  const first = before.phoneConfirmed !== true && before.phoneContested !== true;
  const account = await changeAccount(deps, accountId, ({ phoneContested: _cleared, ...present }) => ({
    ...present,
    phoneConfirmed: true,
    phoneSeenAt: seconds(deps.clock),
  }));
  await deps.audit?.append({
    action: 'phone.confirmed',
    actor: `account:${accountId}`,
    subject: accountId,
    result: 'ok',
  });
  await deps.tell(account, 'phone_confirmed');
  if (!first) return;
  for (const other of await deps.accounts.findKeyed('phone', before.phone, { limit: 100 })) {
    if (other.id === accountId || other.phoneContested) continue;
    const contested = await changeAccount(deps, other.id, (present) => ({
      ...present,
      phoneContested: true,
    }));
    await deps.audit?.append({ action: 'phone.contested', actor: 'system', subject: other.id, result: 'ok' });
    await deps.tell(contested, 'phone_contested');
  }
};

/** Takes the phone off the account: lost, stolen or given up. Who calls it also ends all sessions (`endAllOf`). */
export const endPhone = async (deps: AuthenticatorDeps, accountId: string, actor: string): Promise<void> => {
  const account = await changeAccount(deps, accountId, (present) => {
    const { phone: _phone, phoneSeenAt: _seen, phoneConfirmed: _c, phoneContested: _d, ...kept } = present;
    return kept;
  });
  await deps.audit?.append({ action: 'phone.ended', actor, subject: accountId, result: 'ok' });
  await deps.tell(account, 'phone_ended');
};
