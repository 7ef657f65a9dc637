/**
 * When each app last redeemed an authorization code: in the sandbox to the second, so that the province's portal can say
 * that an app was tried there (RFC 7592 §3 lets an answer carry members of our own); in the province about to the hour,
 * for the access list.
 */
import { type Clock, seconds } from '../../clock.ts';
import type { Storage } from '../../storage/index.ts';

export interface LastSignIns {
  note(clientId: string): Promise<void>;
  /** Unix seconds. */
  of(clientId: string): Promise<number | undefined>;
}

export const createLastSignIns = (deps: {
  storage: Storage;
  clock: Clock;
  /** Written down once in so many seconds, by each process. */
  everySeconds: number;
}): LastSignIns => {
  const { facts } = deps.storage;
  const factOf = (clientId: string): string => `signed-in:${clientId}`;
  const written = new Map<string, number>();
  return {
    async note(clientId) {
      const now = seconds(deps.clock);
      if (now - (written.get(clientId) ?? 0) < deps.everySeconds) return;
      await facts.set(factOf(clientId), String(now));
      written.set(clientId, now);
    },
    async of(clientId) {
      const at = await facts.get(factOf(clientId));
      return at === undefined ? undefined : Number(at);
    },
  };
};
