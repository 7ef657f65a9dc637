/** How many tries a thing may be asked for in a window. Closed when it cannot be counted. */
import { createHmac } from 'node:crypto';
import { type Clock, seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { Ephemeral } from '../storage/index.ts';

export interface Budget {
  /** Part of the key: what is counted. */
  name: string;
  limit: number;
  windowSeconds: number;
}

export interface GuessBudget {
  /** Counts one; throws too_many_requests above the limit, store_unavailable when it cannot be counted. */
  spend(budget: Budget, of: string): Promise<void>;
  /** Keyed hash of what must not stand in a key of the store. */
  hide(kind: string, value: string): string;
}

export const createGuessBudget = (deps: {
  ephemeral: Ephemeral;
  clock: Clock;
  counterKey: Uint8Array;
}): GuessBudget => {
  const hide: GuessBudget['hide'] = (kind, value) =>
    createHmac('sha256', deps.counterKey).update(`${kind}|${value}`).digest('base64url');
  return {
    hide,
    async spend(budget, of) {
      const window = Math.floor(seconds(deps.clock) / budget.windowSeconds);
      const key = `budget:${budget.name}:${window}:${hide(budget.name, of)}`;
      const count = await deps.ephemeral.increment(key, budget.windowSeconds).catch((cause: unknown) => {
        throw new ServiceError('store_unavailable', { cause });
      });
      if (count > budget.limit) throw new ServiceError('too_many_requests');
    },
  };
};
