/**
 * Guessing a password is bounded by login name, by account and by address. A try is counted before the password is
 * looked at, so 200 tries at once cannot slip through; a success is counted too and given back, so that only wrong tries
 * use up the budget. Windows are fixed: a success of this one never pays for a wrong try of the next.
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
  /** Holds for her account, in a window of a day. */
  wrongPerDay: number;
  wrongPerAddress: number;
  windowSeconds: number;
}

export const defaultLimits: SignInLimits = {
  wrongPerName: table.passwordName.limit,
  wrongPerDay: table.passwordDay.limit,
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

/** What one try is counted under. */
interface Counter {
  key: string;
  limit: number;
  windowSeconds: number;
}

export const createSignInCounter = ({ ephemeral, clock, counterKey, limits }: CounterDeps): SignInCounter => {
  const hide = (kind: string, value: string): string =>
    createHmac('sha256', counterKey).update(`sign-in|${kind}|${value}`).digest('base64url');

  const spend = async ({ key, limit, windowSeconds }: Counter): Promise<boolean> => {
    const tries = await ephemeral.increment(`${key}:tries`, windowSeconds);
    const right = Number((await ephemeral.get(`${key}:right`)) ?? 0);
    return tries - right <= limit;
  };
  /** In their order up to the first that is used up: what is not looked at costs the others nothing. */
  const spendAll = async (counters: readonly Counter[]): Promise<boolean> => {
    for (const counter of counters) if (!(await spend(counter))) return false;
    return true;
  };

  return {
    async count(as, address) {
      const now = seconds(clock);
      const counter = (
        kind: string,
        value: string,
        limit: number,
        windowSeconds = limits.windowSeconds,
      ): Counter => ({
        key: `sign-in:${Math.floor(now / windowSeconds)}:${hide(kind, value)}`,
        limit,
        windowSeconds,
      });
      const ofAccount = (id: string): Counter[] => [
        counter('account', id, limits.wrongPerName),
        counter('account-day', id, limits.wrongPerDay, table.passwordDay.windowSeconds),
      ];
      const first = [
        // The address first: once it is used up, its tries no longer lock the name's owner out.
        counter('address', addressUnit(address), limits.wrongPerAddress),
        ...('account' in as ? ofAccount(as.account) : [counter('name', as.loginName, limits.wrongPerName)]),
      ];
      if (!(await closedWhenDown(() => spendAll(first)))) throw new ServiceError('too_many_requests');
      return {
        on: (accountId) => closedWhenDown(() => spendAll(ofAccount(accountId))),
        async succeeded(accountId) {
          const spent = [...first, ...(accountId ? ofAccount(accountId) : [])];
          await closedWhenDown(() =>
            Promise.all(
              spent.map(({ key, windowSeconds }) => ephemeral.increment(`${key}:right`, windowSeconds)),
            ),
          );
        },
      };
    },
  };
};
