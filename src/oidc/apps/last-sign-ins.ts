/**
 * When each app last redeemed an authorization code: kept by the sandbox alone, so that the province's portal can say
 * that an app was tried there. RFC 7592 §3 lets an answer carry members of our own.
 */
import { type Clock, seconds } from '../../clock.ts';
import type { Storage } from '../../storage/index.ts';

export interface LastSignIns {
  note(clientId: string): Promise<void>;
  /** Unix seconds. */
  of(clientId: string): Promise<number | undefined>;
}

export const createLastSignIns = (deps: { storage: Storage; clock: Clock }): LastSignIns => {
  const { facts } = deps.storage;
  const factOf = (clientId: string): string => `signed-in:${clientId}`;
  return {
    note: (clientId) => facts.set(factOf(clientId), String(seconds(deps.clock))),
    async of(clientId) {
      const at = await facts.get(factOf(clientId));
      return at === undefined ? undefined : Number(at);
    },
  };
};
