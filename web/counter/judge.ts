import { type ReplayMemory, type Verdict, verdict, verify } from '../../src/verifier/core/index.ts';
import { deviceSeconds } from '../shared/server-time.ts';
import type { Opened } from './trust-store.ts';

type FirstCode = Verdict['firstCode'];

/** A scan gun with the shift lock on, or full-width characters of an input method: a code has only one reading. */
export const tidyScan = (text: string): string => {
  const bare = text.replace(/^[\s\uFEFF]+/, '');
  return /^(sc|ps)1:/i.test(bare.normalize('NFKC').slice(0, 4)) ? bare.normalize('NFKC').toUpperCase() : bare;
};

/** One judgement, in this page and with nothing from the network. */
export const judge = (
  text: string,
  opened: Opened | undefined,
  seen: ReplayMemory,
  firstCode: FirstCode,
): Promise<Verdict> => {
  if (!opened) return Promise.resolve(verdict('pack_invalid'));
  if (!('trusted' in opened)) return Promise.resolve(opened.verdict);
  const { trusted, memory } = opened;
  return verify(tidyScan(text), trusted, {
    now: deviceSeconds(),
    seen,
    latestTime: memory.latestTime,
    firstCode,
  });
};
