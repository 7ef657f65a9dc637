import type { Clock } from '../../clock.ts';
import { type CredentialStore, everyOf } from '../credential-store.ts';

/** The status of every entry of one list as two-bit values, and when it was read. */
export interface StatusBits {
  list: number;
  size: number;
  /** 2 bits an entry, entry 0 in the least significant bits of byte 0 (Token Status List §4.1). */
  bits: Uint8Array;
  /** Unix seconds: every change acknowledged before this is in `bits`. */
  readAt: number;
}

export interface StatusTable {
  /** Undefined for a list that was never opened. At most a second old, and never older than a change made here. */
  read(list: number): Promise<StatusBits | undefined>;
  /** Numbers of all lists, ascending. */
  lists(): Promise<number[]>;
  /** A state changed in this process: what was read before is old. */
  changed(): void;
}

const keepMilliseconds = 1000;

/** The table behind all renderings. Reads only the entries that are set, so its cost follows the number revoked. */
export const createStatusTable = (deps: { store: CredentialStore; clock: Clock }): StatusTable => {
  const { store, clock } = deps;
  let generation = 0;
  const kept = new Map<number, { at: number; generation: number; bits: Promise<StatusBits | undefined> }>();

  const load = async (list: number): Promise<StatusBits | undefined> => {
    const document = await store.statusLists.get(String(list).padStart(6, '0'));
    if (!document) return undefined;
    const readAt = Math.floor(clock.now() / 1000);
    const bits = new Uint8Array(document.size / 4);
    for await (const { index, state } of everyOf(store.statusEntries, 'setIn', list))
      bits[index >> 2]! |= state << ((index & 3) * 2);
    return { list, size: document.size, bits, readAt };
  };

  return {
    async read(list) {
      const known = kept.get(list);
      const age = known ? clock.now() - known.at : 0;
      if (known && known.generation === generation && age >= 0 && age < keepMilliseconds) return known.bits;
      const bits = load(list);
      kept.set(list, { at: clock.now(), generation, bits });
      bits.then(
        (found) => found ?? kept.delete(list), // an unknown number must not fill the memory
        () => kept.delete(list), // a failed read is not kept
      );
      return bits;
    },
    async lists() {
      const numbers: number[] = [];
      for (let after: string | undefined; ; ) {
        const page = await store.statusLists.list({ after });
        if (page.length === 0) return numbers;
        numbers.push(...page.map((list) => list.number));
        after = page[page.length - 1]!.id;
      }
    },
    changed() {
      generation += 1;
    },
  };
};
