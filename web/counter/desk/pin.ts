/** An officer's PIN, compared on this device; the digits themselves leave it never (docs/counters.md §3). */
import { base64url, fromBase64url, type Officer } from './desk-api.ts';

/** PBKDF2 of the digits: what the server is sent in their place. */
export const pinKeyOf = async (digits: string, { pin }: Officer): Promise<string> => {
  const secret = await crypto.subtle.importKey('raw', new TextEncoder().encode(digits), 'PBKDF2', false, [
    'deriveBits',
  ]);
  const derived = await crypto.subtle.deriveBits(
    { name: 'PBKDF2', hash: 'SHA-256', salt: fromBase64url(pin.salt), iterations: pin.iterations },
    secret,
    256,
  );
  return base64url(derived);
};

export const fitsVerifier = async (pinKey: string, { pin }: Officer): Promise<boolean> =>
  base64url(await crypto.subtle.digest('SHA-256', fromBase64url(pinKey))) === pin.verifier;

/** Wrong tries by officer: Unix seconds each, and how many the server has not heard of. */
export interface WrongPins {
  times: Record<string, number[]>;
  unreported: Record<string, number>;
}

export const noWrongPins: WrongPins = { times: {}, unreported: {} };

interface Limit {
  wrong_pins: number;
  wrong_pins_seconds: number;
}

export const isLocked = (
  { times }: WrongPins,
  officer: string,
  now: number,
  { wrong_pins, wrong_pins_seconds }: Limit,
): boolean =>
  // A clock that was set back does not open the lock.
  (times[officer] ?? []).filter((at) => at > now - wrong_pins_seconds).length >= wrong_pins;

export const withWrongPin = (
  { times, unreported }: WrongPins,
  officer: string,
  now: number,
  { wrong_pins_seconds }: Limit,
): WrongPins => ({
  times: {
    ...times,
    [officer]: [...(times[officer] ?? []).filter((at) => at > now - wrong_pins_seconds), now],
  },
  unreported: { ...unreported, [officer]: (unreported[officer] ?? 0) + 1 },
});
