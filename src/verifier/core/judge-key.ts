/** Whether a key of the trust list may have signed this: purpose, type, time, state. */
import type { Examination } from './examination.ts';
import type { PackType } from './pack.ts';
import type { TrustListIssuer, TrustListKey } from './trust-list.ts';
import type { Trusted } from './trusted.ts';

/** How far the clocks of two honest machines may be apart. Seconds. */
export const clockTolerance = 300;

/** Issuers round a copy's date down to the day, so that it does not tell when two copies were fetched together. */
const issuerRounding = 86_400;

/**
 * Called with a key whose signature fits. `signedAt` is the document's own date: an active or retired key counts for
 * its time in the list; a compromised one for none, because the thief writes the date.
 */
export const judgeKey = (
  examination: Examination,
  trusted: Trusted,
  { key, type, signedAt }: { key: TrustListKey; type: PackType; signedAt: number },
): TrustListIssuer => {
  const allowed = key.purpose === 'certificate' && key.types?.includes(type.id) === true;
  examination.check('issuer-allowed', allowed, 'issuer_not_allowed');
  examination.check(
    'key-not-compromised',
    key.state === 'active' || key.state === 'retired',
    'key_compromised',
  );
  const inTime = signedAt >= key.from - issuerRounding - clockTolerance && signedAt <= key.to;
  examination.check('key-in-its-time', inTime, 'unknown_issuer');
  const issuer = examination.found(
    'issuer-known',
    trusted.issuers.find(({ id }) => id === key.issuer),
    'unknown_issuer',
  );
  const { id, name, province } = issuer;
  examination.known.issuer = { id, name, ...(province ? { province } : {}) };
  return issuer;
};

/** Records what the type says for everybody: its name and what to compare with the person. */
export const noteType = (examination: Examination, trusted: Trusted, type: PackType): void => {
  examination.known.type = { id: type.id, name: type.name };
  examination.known.advice = type.compare;
  examination.known.packNumber = trusted.packNumber;
};
