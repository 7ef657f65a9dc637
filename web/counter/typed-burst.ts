/** Keys that come faster than a person types, and the end of them: a scan gun may send Enter, Tab, or nothing. */

import { viewOfShowCode } from '../../src/verifier/core/index.ts';
import { tidyScan } from './judge.ts';

/** A gun's slowest key is 20 ms after the one before; a busy computer may hand several over late. */
const pauseMs = 1500;

/** After the last key, with no Enter: at once where the code is whole, else when a gun has surely stopped. Milliseconds. */
export const endsAfterMs = (text: string): number => {
  const tidy = tidyScan(text);
  if (tidy.startsWith('SC1:')) return viewOfShowCode(tidy) ? 50 : pauseMs;
  return tidy.startsWith('PS1:') ? pauseMs : 300;
};
const shortestCode = 8;
/** The fastest typist needs twice as long. Milliseconds a key, over the whole text. */
const gunMsPerKey = 50;

export interface TypedBurst {
  /** One character at a time of the same clock (milliseconds). */
  type(character: string, at: number): void;
  /** Enter or Tab: the text, when it is long enough to be a code. */
  end(): string | undefined;
  /** Nothing came for a while: the text, when it was typed as only a gun does. */
  pause(): string | undefined;
  text(): string;
}

export const createTypedBurst = (): TypedBurst => {
  let text = '';
  let startedAt = 0;
  let lastAt = 0;
  const take = (good: boolean): string | undefined => {
    const taken = text;
    text = '';
    return good && taken.length >= shortestCode ? taken : undefined;
  };
  return {
    type(character, at) {
      if (at - lastAt > pauseMs) text = '';
      if (text === '') startedAt = at;
      lastAt = at;
      text += character;
    },
    end: () => take(true),
    pause: () => take(lastAt - startedAt <= text.length * gunMsPerKey),
    text: () => text,
  };
};

/** A code is letters, digits and signs of one byte; what an input method makes of them is none. Files may hold names. */
export const isFromInputMethod = (text: string): boolean => {
  const bare = text.trim();
  if (/^[{[]/.test(bare)) return false;
  return /[\u2014\u2018-\u201d\u2026\u3001-\u301f\u4e00-\u9fff\uffe5]/.test(bare);
};
