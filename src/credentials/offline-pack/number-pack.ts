import { AlreadyExists, type Collection } from '../../storage/index.ts';
import type { PackDocument } from '../credential-store.ts';

const idOf = (number: number): string => String(number).padStart(12, '0');

/** Gathers the content as it is now, and says under which number it goes out. */
export type NumberPack = <T extends { contentHash: string }>(
  gather: () => Promise<T>,
) => Promise<T & { number: number }>;

/**
 * Gives each content its number: the last one when nothing changed, else the next. Numbers are inserted and never
 * removed, so two processes cannot give one number to two contents, and a verifier may refuse any that goes back. The
 * content is gathered after the last number was read: what was gathered before that one cannot come after it.
 */
export const numberPack = (packs: Collection<PackDocument>): NumberPack => {
  let last: PackDocument | undefined;

  /** Numbers have no gaps: doubling, then halving, finds the last in few reads however many there are. */
  const findLast = async (): Promise<PackDocument | undefined> => {
    let there = last?.number ?? 0;
    let found = last;
    let step = 1;
    for (let next = await packs.get(idOf(there + step)); next; next = await packs.get(idOf(there + step))) {
      found = next;
      there += step;
      step *= 2;
    }
    for (let missing = there + step; missing - there > 1; ) {
      const middle = Math.floor((there + missing) / 2);
      const next = await packs.get(idOf(middle));
      if (next) {
        found = next;
        there = middle;
      } else missing = middle;
    }
    return found;
  };

  return async (gather) => {
    for (;;) {
      const newest = await findLast();
      last = newest;
      const gathered = await gather();
      const { contentHash } = gathered;
      if (newest?.contentHash === contentHash) return { ...gathered, number: newest.number };
      const number = (newest?.number ?? 0) + 1;
      try {
        last = await packs.insert({ id: idOf(number), number, contentHash });
        return { ...gathered, number };
      } catch (error) {
        if (!(error instanceof AlreadyExists)) throw error;
      }
    }
  };
};
