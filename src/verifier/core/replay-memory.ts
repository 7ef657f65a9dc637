import type { ReplayMemory } from './trusted.ts';

/** A replay memory for one device, forgetting what has expired. The clock is seconds since 1970. */
export const createReplayMemory = (now: () => number, capacity = 10_000): ReplayMemory => {
  const seen = new Map<string, number>();
  return {
    add(key, expiresAt) {
      if (seen.has(key)) return false;
      if (seen.size >= capacity) {
        for (const [old, until] of seen) if (until < now()) seen.delete(old);
        // Still full of live codes: the oldest goes, since a counter must not stop.
        if (seen.size >= capacity) seen.delete(seen.keys().next().value!);
      }
      seen.set(key, expiresAt);
      return true;
    },
  };
};
