import { randomInt } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { seconds } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import { AlreadyExists, Conflict, type Versioned } from '../../storage/index.ts';
import type {
  CredentialStore,
  StatusEntryDocument,
  StatusListDocument,
  StatusValue,
} from '../credential-store.ts';
import { idOfEntry, withState } from './status-value.ts';

/** Bitstring Status List 1.0 asks for 131,072 entries at least, so that an index does not single a holder out. */
export const statusListSize = 131_072;

/** At most half of a list is used: random picks then hit a free index in two tries on average. */
const capacity = statusListSize / 2;
const block = 64;
const mostTries = 200;

export interface StatusClaim {
  certificate: string;
  copy: string;
  state: StatusValue;
  sequence: number;
}

export type ClaimStatusIndex = (claim: StatusClaim) => Promise<Versioned<StatusEntryDocument>>;

/**
 * Claims a uniformly random free index by inserting its entry. Occupancy is counted in blocks reserved by compare
 * and set: one write for 64 claims, right with several processes, and a crash only wastes part of a block.
 */
export const createStatusIndexClaims = (deps: { store: CredentialStore; clock: Clock }): ClaimStatusIndex => {
  const { store, clock } = deps;
  let lease: { list: number; left: number } | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let newest: string | undefined;

  const newestList = async (): Promise<Versioned<StatusListDocument> | undefined> => {
    let found = newest ? await store.statusLists.get(newest) : undefined;
    for (;;) {
      const page = await store.statusLists.list({ after: found?.id });
      if (page.length === 0) break;
      found = page[page.length - 1]!;
    }
    newest = found?.id;
    return found;
  };

  const openList = async (number: number): Promise<void> => {
    const id = String(number).padStart(6, '0');
    try {
      await store.statusLists.insert({
        id,
        number,
        size: statusListSize,
        opened: seconds(clock),
        reserved: 0,
      });
    } catch (error) {
      if (!(error instanceof AlreadyExists)) throw error; // another process opened it
    }
  };

  const reserve = async (): Promise<number> => {
    for (;;) {
      const list = await newestList();
      if (!list || list.reserved + block > capacity) {
        await openList((list?.number ?? 0) + 1);
        continue;
      }
      try {
        await store.statusLists.replace({ ...list, reserved: list.reserved + block });
        return list.number;
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
      }
    }
  };

  const takeSlot = (): Promise<number> => {
    const slot = queue.then(async () => {
      if (!lease || lease.left === 0) lease = { list: await reserve(), left: block };
      lease.left -= 1;
      return lease.list;
    });
    queue = slot.catch(() => undefined);
    return slot;
  };

  return async (claim) => {
    const list = await takeSlot();
    for (let tries = 0; tries < mostTries; tries += 1) {
      const index = randomInt(statusListSize);
      const { state, sequence, ...whose } = claim;
      const entry: StatusEntryDocument = {
        id: idOfEntry(list, index),
        list,
        index,
        ...whose,
        state,
        sequence,
      };
      try {
        return await store.statusEntries.insert(withState(entry, state, sequence));
      } catch (error) {
        if (!(error instanceof AlreadyExists)) throw error;
      }
    }
    throw new ServiceError('store_unavailable', { detail: 'no free status index' });
  };
};
