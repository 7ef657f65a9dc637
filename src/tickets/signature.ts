/**
 * How an old app proves that a back-end call is its own. The secret (servicepwd 接入密码) is derived from a key of the
 * server and kept nowhere: a copy of the store signs nothing.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { TicketService } from './ticket-service.ts';

export const secretOf = (key: Uint8Array, { id, salt }: Pick<TicketService, 'id' | 'salt'>): string =>
  createHmac('sha256', key)
    .update(JSON.stringify(['servicepwd', id, salt]))
    .digest('base64url');

export interface SignedCall {
  servicecode: string;
  /** yyyyMMddHHmmss of China. */
  time: string;
  sign: string;
  method: string;
  /** The ticket or token the call is about. */
  value: string;
}

export type SignatureVerdict = 'hmac' | 'md5' | 'wrong';

/** Either digest says all a caller may learn: which of the two he used shows in its length. */
const matches = (expected: string, given: string): boolean =>
  expected.length === given.length &&
  timingSafeEqual(Buffer.from(expected), Buffer.from(given.toLowerCase()));

/**
 * HMAC-SHA-256 over everything the call says, so that one signature is good for one ticket. The old digest, MD5 over
 * code, secret and time, is good for any call of these minutes to whoever saw it.
 */
export const verifySignature = (secret: string, call: SignedCall): SignatureVerdict => {
  const { servicecode, time, method, value, sign } = call;
  const hmac = createHmac('sha256', secret)
    .update([servicecode, time, method, value].join('\n'))
    .digest('hex');
  if (matches(hmac, sign)) return 'hmac';
  const md5 = createHash('md5').update(`${servicecode}${secret}${time}`).digest('hex');
  return matches(md5, sign) ? 'md5' : 'wrong';
};

/** Unix seconds of `yyyyMMddHHmmss`; NaN for anything else. */
export const secondsOf = (time: string): number => {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(time);
  if (parts === null) return Number.NaN;
  const [, year, month, day, hour, minute, second] = parts;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}+08:00`) / 1000;
};
