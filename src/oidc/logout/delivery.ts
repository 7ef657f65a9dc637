/** One app that is to be told of one ended session (OpenID Connect Back-Channel Logout 1.0), kept until it was. */
import type { CollectionSpec } from '../../storage/index.ts';

export interface LogoutDelivery {
  /** Made of app and sid: the same end told twice is one delivery. */
  id: string;
  clientId: string;
  sid: string;
  /** As in the ID tokens the app has: pairwise, of the realm she was there in. */
  sub: string;
  /** dead: nobody tries any more, until an operator says so. */
  state: 'waiting' | 'dead';
  tries: number;
  /** All times in Unix seconds. */
  createdAt: number;
  nextAt: number;
  giveUpAt: number;
  /** A process is sending it until then; afterwards it has died over it. */
  leaseUntil: number;
  /** What came of the last try: `http_503`, `timed_out`, … */
  reason?: string;
  expiresAt: number;
}

export const deliverySpec: CollectionSpec<LogoutDelivery> = {
  name: 'logout_deliveries',
  schemaVersion: 1,
  indexes: ['state'],
  expiresAt: 'expiresAt',
};

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** Between one try and the next; the last one stands for all further ones. */
const pauses = [1, 5, 30, 2 * minute, 10 * minute, 30 * minute, hour] as const;
export const giveUpSeconds = day;
/** A dead letter can be seen and sent again for so long. */
export const keepSeconds = 31 * day;
/** Longer than a try takes: its limit is 2.5 s. */
export const leaseSeconds = 15;

/** Seconds from a failed try to the next; the app may ask for more (Retry-After), never for less. */
export const pauseAfter = (tries: number, retryAfter = 0): number =>
  Math.max(pauses[Math.min(tries, pauses.length) - 1] ?? pauses[0], retryAfter);

/** RFC 9110 §10.2.3: seconds or a date. */
export const retryAfterSeconds = (header: string | null, nowSeconds: number): number => {
  if (header === null) return 0;
  const given = /^\d{1,9}$/.test(header) ? Number(header) : Date.parse(header) / 1000 - nowSeconds;
  return Number.isFinite(given) ? Math.max(0, Math.ceil(given)) : 0;
};
