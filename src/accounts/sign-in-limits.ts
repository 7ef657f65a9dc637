/**
 * Guessing is bounded by login name and by address. A try is counted before the password is looked at, so 200 tries at
 * once cannot slip through; a success is counted too and given back, so that only wrong tries use up the budget. Both
 * counters share one fixed window: a success of this window never pays for a wrong try of the next.
 */
import { createHmac } from 'node:crypto';
import { type Clock, seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { Ephemeral } from '../storage/index.ts';

export interface SignInLimits {
  wrongPerName: number;
  wrongPerAddress: number;
  windowSeconds: number;
}

export const defaultLimits: SignInLimits = { wrongPerName: 10, wrongPerAddress: 60, windowSeconds: 900 };

export interface CountedTry {
  succeeded(): Promise<void>;
}

export interface SignInCounter {
  /** Throws too_many_requests when the budget is used up, store_unavailable when it cannot be counted. */
  count(loginName: string, address: string): Promise<CountedTry>;
}

interface CounterDeps {
  ephemeral: Ephemeral;
  clock: Clock;
  /** Keys the hash: a login name is a phone or ID number and must not stand in a key of the store. */
  counterKey: Uint8Array;
  limits: SignInLimits;
}

export const createSignInCounter = ({ ephemeral, clock, counterKey, limits }: CounterDeps): SignInCounter => {
  const hide = (kind: string, value: string): string =>
    createHmac('sha256', counterKey).update(`sign-in|${kind}|${value}`).digest('base64url');

  const spend = async (key: string, limit: number): Promise<boolean> => {
    const tries = await ephemeral.increment(`${key}:tries`, limits.windowSeconds);
    const right = Number((await ephemeral.get(`${key}:right`)) ?? 0);
    return tries - right <= limit;
  };

  const closedWhenDown = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      throw new ServiceError('store_unavailable', { cause });
    }
  };

  return {
    async count(loginName, address) {
      const window = Math.floor(seconds(clock) / limits.windowSeconds);
      const name = `sign-in:${window}:${hide('name', loginName)}`;
      const place = `sign-in:${window}:${hide('address', address)}`;
      const allowed = await closedWhenDown(async () => {
        // The address first: once it is used up, its tries no longer lock the name's owner out.
        const byAddress = await spend(place, limits.wrongPerAddress);
        return byAddress && (await spend(name, limits.wrongPerName));
      });
      if (!allowed) throw new ServiceError('too_many_requests');
      return {
        async succeeded() {
          await closedWhenDown(() =>
            Promise.all(
              [name, place].map((key) => ephemeral.increment(`${key}:right`, limits.windowSeconds)),
            ),
          );
        },
      };
    },
  };
};
