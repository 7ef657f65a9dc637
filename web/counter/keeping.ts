/** What this device could not keep: the counter goes on judging, and says what a closed page would lose. */
import { useSyncExternalStore } from 'react';

export type Kept = 'pack' | 'codes' | 'results';

const listeners = new Set<() => void>();
let lost: readonly Kept[] = [];

const change = (next: readonly Kept[]): void => {
  lost = next;
  for (const listener of listeners) listener();
};

/** Writes, or remembers that it could not: a full disk, a blocked or an emptied store. */
export const keep = async (what: Kept, write: () => Promise<unknown>): Promise<void> => {
  try {
    await write();
    if (lost.includes(what)) change(lost.filter((each) => each !== what));
  } catch {
    if (!lost.includes(what)) change([...lost, what]);
  }
};

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export const useLost = (): readonly Kept[] => useSyncExternalStore(subscribe, () => lost);
