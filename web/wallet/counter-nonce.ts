/** What a counter's screen gives a phone: 8 bytes that the next code carries, so that it counts there and only there. */
import { base45Decode } from '../../src/verifier/core/base45.ts';

const prefix = 'SCN1:';
/** A queue moves on; after this the counter shows another one. */
const heldMilliseconds = 180_000;

let held: { nonce: Uint8Array; until: number } | undefined;
let wantedFor: [certificateId: string, view: string] | undefined;

/** The nonce in a code of docs/show-code.md §6; undefined for any other text. */
export const nonceIn = (text: string): Uint8Array | undefined => {
  const bytes = text.startsWith(prefix) ? base45Decode(text.slice(prefix.length)) : undefined;
  return bytes?.length === 8 ? bytes : undefined;
};

/** The showing that asks for a nonce; scanning one leads back to it. */
export const wantNonceFor = (certificateId: string, view: string): void => {
  wantedFor = [certificateId, view];
};

export const nonceIsWanted = (): boolean => wantedFor !== undefined;

/** Keeps it for the next showing and says where that is: what asked for it, or the choice of one. */
export const holdNonce = (nonce: Uint8Array): string[] => {
  held = { nonce, until: Date.now() + heldMilliseconds };
  const back = wantedFor ?? [];
  wantedFor = undefined;
  return ['show', ...back];
};

export const heldNonce = (): Uint8Array | undefined =>
  held && held.until > Date.now() ? held.nonce : undefined;

/** The showing is over: the next one is at another counter. */
export const dropNonce = (): void => {
  held = undefined;
};
