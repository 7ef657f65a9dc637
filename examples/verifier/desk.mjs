// A desk that judges codes with no network: the same in Node and in a browser.
import { applyDelta, createReplayMemory, openPack, titleOf, verdict, verify } from 'onecert/verifier';

/**
 * `root`: the province's public root, from your build or configuration and never from a pack. `kept`: what `keep` was
 * last given ({ jws, memory }), from a file or a database of yours. `clock`: seconds since 1970.
 */
export const openDesk = ({ root, kept, keep, clock = () => Math.floor(Date.now() / 1000) }) => {
  let held = kept;
  let opened;
  let firstCode;
  const seen = createReplayMemory(clock);
  const take = (next, jws) => {
    if (!('trusted' in next)) return next.verdict;
    opened = next;
    held = { jws, memory: next.memory };
    keep?.(held);
  };
  const trust = () => ({ root, now: clock(), memory: held?.memory });
  return {
    /** After a start: opens what was kept. Undefined, or the verdict that refuses it. */
    open: async () => (held ? take(await openPack(held.jws, trust()), held.jws) : verdict('pack_invalid')),
    /** The number to ask /pack/delta?from= for. */
    number: () => opened?.payload.number ?? 0,
    /** What /pack/delta answered. A refused one changes nothing. */
    async update(delta) {
      const next = await applyDelta(delta, held?.jws, trust());
      return take(next, next.jws);
    },
    /** Judges what a scanner read, a file's text, or base64url of an mdoc. */
    async judge(text) {
      if (!opened) return verdict('pack_invalid');
      const { latestTime } = held.memory;
      const found = await verify(text, opened.trusted, { now: clock(), latestTime, seen, firstCode });
      firstCode = found.firstCode;
      return found;
    },
  };
};

/** A verdict as a person reads it: the word, what it is, what to do, how old what is known is. */
export const inWords = (found, language, now) => {
  const age = found.statusAsOf === undefined ? '' : ` (${Math.floor((now - found.statusAsOf) / 60)} min)`;
  return `${titleOf(found.outcome)[language]}: ${found.sentence[language]} ${found.advice[language]}${age}`;
};
