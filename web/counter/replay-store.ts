import type { ReplayMemory } from '../../src/verifier/core/index.ts';
import { deviceSeconds } from '../shared/server-time.ts';
import { keep } from './keeping.ts';
import { seenStore } from './trust-store.ts';

/** Codes accepted on this device in the last two minutes; survives a reload, which is the cheapest trick. */
export const loadReplayMemory = async (): Promise<ReplayMemory> => {
  const { database, name } = seenStore;
  const seen = new Map<string, number>();
  for (const { key, until } of await database.all<{ key: string; until: number }>(name).catch(() => [])) {
    if (until > deviceSeconds()) seen.set(key, until);
    else void database.delete(name, key).catch(() => undefined);
  }
  return {
    add(key, expiresAt) {
      for (const [old, until] of seen) {
        if (until > deviceSeconds()) continue;
        seen.delete(old);
        void database.delete(name, old).catch(() => undefined);
      }
      if (seen.has(key)) return false;
      seen.set(key, expiresAt);
      void keep('codes', () => database.put(name, { key, until: expiresAt }, key));
      return true;
    },
  };
};
