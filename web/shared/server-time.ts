/**
 * The province's clock as of the last answer: a phone's own clock may be wrong, and a show code lives 60 s.
 * The `Date` header has a resolution of one second, so a difference under 3 s counts as none.
 */
import { readChoice, writeChoice } from './preferences.ts';

const storeName = 'clock-offset';
let offset = Number(readChoice(storeName)) || 0;

export const deviceSeconds = (): number => Math.floor(Date.now() / 1000);

export const noteServerDate = (response: Response): void => {
  const date = Date.parse(response.headers.get('date') ?? '');
  // A cached answer carries an old date; only what came over the network counts.
  if (Number.isNaN(date) || response.headers.has('age')) return;
  const difference = Math.round(date / 1000) - deviceSeconds();
  const next = Math.abs(difference) < 3 ? 0 : difference;
  if (next !== offset) writeChoice(storeName, String(next));
  offset = next;
};

export const serverOffset = (): number => offset;

export const serverSeconds = (): number => deviceSeconds() + offset;
