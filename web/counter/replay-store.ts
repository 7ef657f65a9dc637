import type { ReplayMemory } from '../../src/verifier/core/index.ts';
import { deviceSeconds } from '../shared/server-time.ts';
import { keep } from './keeping.ts';
import { seenStore } from './trust-store.ts';

interface Accepted {
  key: string;
  until: number;
}

/** A second tab is the same counter. */
const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('onecert-counter-codes') : undefined;

/** Codes accepted on this device in the last two minutes, in whichever tab; survives a reload, which is the cheapest trick. */
export const loadReplayMemory = async (): Promise<ReplayMemory> => {
  const { database, name } = seenStore;
  const seen = new Map<string, number>();
  channel?.addEventListener('message', ({ data }: MessageEvent<Accepted>) => seen.set(data.key, data.until));
  for (const { key, until } of await database.all<Accepted>(name).catch(() => [])) {
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
      const accepted: Accepted = { key, until: expiresAt };
      seen.set(key, expiresAt);
      channel?.postMessage(accepted);
      void keep('codes', () => database.put(name, accepted, key));
      return true;
    },
  };
};
