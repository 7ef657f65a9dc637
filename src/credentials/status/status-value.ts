import type { StatusEntryDocument, StatusValue } from '../credential-store.ts';
import type { CertificateState } from '../index.ts';

/** Reasons are told online only: every end state is the same "invalid" in a status list. */
export const statusValueOf = (state: CertificateState): StatusValue => {
  if (state === '01') return 0;
  return state === '02' ? 2 : 1;
};

export const idOfEntry = (list: number, index: number): string => `${list}:${index}`;

/** The entry with another state; `setIn` follows, so that rendering finds it. */
export const withState = <T extends StatusEntryDocument>(
  entry: T,
  state: StatusValue,
  sequence: number,
): T => ({
  ...entry,
  state: entry.ended ? 1 : state,
  sequence,
  setIn: entry.ended || state !== 0 ? entry.list : undefined,
});
