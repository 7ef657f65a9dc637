import { createHash, randomInt, timingSafeEqual } from 'node:crypto';

/** No letter that reads like another; 12 of them are 59 bits, more than the form's rate limit lets anybody guess. */
const letters = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';

export const newCode = (): string => {
  const text = Array.from({ length: 12 }, () => letters[randomInt(letters.length)]).join('');
  return `${text.slice(0, 4)}-${text.slice(4, 8)}-${text.slice(8)}`;
};

/** Bound to the record: a code opens nothing else. */
export const codeHash = (recordId: string, code: string): string => {
  const plain = code.toUpperCase().replace(/[^A-Z\d]/g, '');
  return createHash('sha256').update(`${recordId}:${plain}`).digest('base64url');
};

export const isCode = (
  kept: { hash: string; expiresAt: number } | undefined,
  recordId: string,
  code: string,
  now: number,
): boolean => {
  if (kept === undefined || kept.expiresAt <= now) return false;
  return timingSafeEqual(Buffer.from(kept.hash), Buffer.from(codeHash(recordId, code)));
};
