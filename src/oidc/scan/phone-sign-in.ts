/** What the phone that scans has itself shown: it passes on that and no more. */
import type { Accounts, SignInMethod } from '../../accounts/index.ts';
import { type Clock, seconds } from '../../clock.ts';
import type { OidcStore } from '../adapter/oidc-store.ts';
import { strengthOf } from '../levels.ts';
import type { SessionLike } from '../library.ts';
import { type MethodTimes, shownSince, timesOf } from '../sign-in-state.ts';

/** The wallet's access token says whose it is, and in which session it was given. */
export interface Phone {
  accountId: string;
  sessionUid: string | undefined;
  address: string;
}

export interface PhoneSignIn {
  sessionUid: string;
  method: 'scan' | 'scan_mfa';
  at: number;
}

/** A session that itself began with a scan confirms none: a relayed one could else beget others. */
const isOwn = (method: string): boolean => method !== 'scan' && method !== 'scan_mfa';

/** Undefined when the session has ended, belongs to another account, or the phone has shown no factor of its own. */
export const phoneSignIn = async (
  deps: { store: OidcStore; clock: Clock },
  { accountId, sessionUid }: Pick<Phone, 'accountId' | 'sessionUid'>,
): Promise<PhoneSignIn | undefined> => {
  const found = sessionUid === undefined ? undefined : await deps.store.sessionByUid(sessionUid);
  const session = found?.payload as unknown as SessionLike | undefined;
  if (session?.accountId !== accountId || (found?.expiresAt ?? 0) <= seconds(deps.clock)) return undefined;
  const own = Object.entries(timesOf(session)).filter(([method]) => isOwn(method));
  const strength = Math.min(2, strengthOf(own.map(([method]) => method as SignInMethod)));
  const at = shownSince(Object.fromEntries(own) as MethodTimes, strength);
  if (at === undefined) return undefined;
  return { sessionUid: sessionUid!, method: strength === 2 ? 'scan_mfa' : 'scan', at };
};

/** Blocked and closed accounts confirm nothing, even while an access token still stands. */
export const isActive = async (accounts: Accounts, accountId: string): Promise<boolean> =>
  (await accounts.get(accountId))?.state === 'active';
