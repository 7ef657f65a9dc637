/**
 * Guessing a password is bounded by login name, by account and by address. A try is counted before the password is
 * looked at, so 200 tries at once cannot slip through; a success is counted too and given back, so that only wrong tries
 * use up the budget. All counters share one fixed window: a success of this window never pays for a wrong try of the
 * next.
 */
import { createHmac } from 'node:crypto';
import { type Clock, seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { addressUnit } from '../http/index.ts';
import type { Ephemeral } from '../storage/index.ts';
import { limits as table } from './limits.ts';

export interface SignInLimits {
  /** Holds for each of a person's names and for her account. */
  wrongPerName: number;
  wrongPerAddress: number;
  windowSeconds: number;
}

export const defaultLimits: SignInLimits = {
  wrongPerName: table.passwordName.limit,
  wrongPerAddress: table.passwordAddress.limit,
  windowSeconds: table.passwordName.windowSeconds,
};

export interface CountedTry {
  /**
   * Counts the try on an account as well; false when that account's budget is used up, maybe under another of its names.
   * The caller answers as to a wrong password: "too many" would tell that two names are one person's.
   */
  on(accountId: string): Promise<boolean>;
  /** Gives back what was counted, of the accounts tried that of this one alone: at the others it was a guess. */
  succeeded(accountId?: string): Promise<void>;
}

/** What was typed in place of a name, or the account of a person known already. */
export type TriedAs = { loginName: string } | { account: string };

export interface SignInCounter {
  /** Throws too_many_requests when the budget is used up, store_unavailable when it cannot be counted. */
  count(as: TriedAs, address: string): Promise<CountedTry>;
}

interface CounterDeps {
  ephemeral: Ephemeral;
  clock: Clock;
  /** Keys the hash: a login name is a phone or ID number and must not stand in a key of the store. */
  counterKey: Uint8Array;
  limits: SignInLimits;
}

const closedWhenDown = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (cause) {
    throw new ServiceError('store_unavailable', { cause });
  }
};

export const createSignInCounter = ({ ephemeral, clock, counterKey, limits }: CounterDeps): SignInCounter => {
  const hide = (kind: string, value: string): string =>
    createHmac('sha256', counterKey).update(`sign-in|${kind}|${value}`).digest('base64url');

  const spend = async (key: string, limit: number): Promise<boolean> => {
    const tries = await ephemeral.increment(`${key}:tries`, limits.windowSeconds);
    const right = Number((await ephemeral.get(`${key}:right`)) ?? 0);
    return tries - right <= limit;
  };

  return {
    async count(as, address) {
      const window = Math.floor(seconds(clock) / limits.windowSeconds);
      const keyOf = (kind: string, value: string): string => `sign-in:${window}:${hide(kind, value)}`;
      const accountKey = (id: string): string => keyOf('account', id);
      const place = keyOf('address', addressUnit(address));
      const name = 'account' in as ? accountKey(as.account) : keyOf('name', as.loginName);
      const allowed = await closedWhenDown(async () => {
        // The address first: once it is used up, its tries no longer lock the name's owner out.
        const byAddress = await spend(place, limits.wrongPerAddress);
        return byAddress && (await spend(name, limits.wrongPerName));
      });
      if (!allowed) throw new ServiceError('too_many_requests');
      return {
        on(accountId) {
          return closedWhenDown(() => spend(accountKey(accountId), limits.wrongPerName));
        },
        async succeeded(accountId) {
          const spent = [name, place, ...(accountId ? [accountKey(accountId)] : [])];
          await closedWhenDown(() =>
            Promise.all(spent.map((key) => ephemeral.increment(`${key}:right`, limits.windowSeconds))),
          );
        },
      };
    },
  };
};
