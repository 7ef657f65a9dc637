/** One-time passwords by time: RFC 6238 over RFC 4226, SHA-1, six digits, 30 s, as every authenticator app reads it. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const stepSeconds = 30;
/** One step either way: a phone's clock may be off, and typing takes time. */
const drift = 1;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const toBase32 = (bytes: Uint8Array): string => {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => alphabet[Number.parseInt(five.padEnd(5, '0'), 2)])
    .join('');
};

const fromBase32 = (text: string): Buffer => {
  const bits = [...text].map((c) => alphabet.indexOf(c).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)));
};

/** 160 random bits (RFC 4226 §4), base32. */
export const newTotpSecret = (): string => toBase32(randomBytes(20));

/** RFC 4226 §5.3 */
export const totpAt = (secret: string, step: number, digits = 6): string => {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const offset = mac[19]! & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 10 ** digits).padStart(digits, '0');
};

export const stepOf = (unixSeconds: number): number => Math.floor(unixSeconds / stepSeconds);

/** The time step the code belongs to, if any near now and later than `usedStep`. */
export const matchingStep = (
  secret: string,
  code: string,
  now: number,
  usedStep = -1,
): number | undefined => {
  const given = Buffer.from(code);
  let found: number | undefined;
  for (let step = stepOf(now) - drift; step <= stepOf(now) + drift; step += 1) {
    const right = Buffer.from(totpAt(secret, step));
    const same = right.length === given.length && timingSafeEqual(right, given);
    if (same && step > usedStep) found ??= step;
  }
  return found;
};

/** What a QR code for an authenticator app holds. Names the service, never the person. */
export const totpUri = (secret: string, issuer: string, label: string): string =>
  `otpauth://totp/${encodeURIComponent(issuer)}:${encodeURIComponent(label)}?secret=${secret}&issuer=${encodeURIComponent(issuer)}`;
