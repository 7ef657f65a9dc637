/**
 * A scan to sign in, in short memory: nothing of it outlives ten minutes. Four entries, each with one thing that is
 * decided atomically:
 *
 *   offer   by the id in the QR       `take` decides who answers: confirmed or refused, once
 *   seen    by the id in the QR       `setIfAbsent` decides whose phone it is
 *   page    by the browser's secret   the state in a word: all that a waiting page reads
 *   answer  by the browser's secret   `take` decides which request signs in, once
 *
 * Who knows the QR has the id; only the browser that drew it has the secret, and the result lies under the secret.
 */
import { randomBytes } from 'node:crypto';
import type { Ephemeral } from '../../storage/index.ts';
import { keyOf } from '../adapter/oidc-store.ts';
import type { Device } from '../sessions/device-words.ts';
import type { Place } from './place-of.ts';

/** A code that nobody has scanned; a number that nobody has chosen. */
export const stepSeconds = 60;
/** "More time" gives this much, as long as the sign-in page itself lives. */
export const moreSeconds = 120;
export const mostSeconds = 600;

export type ScanState = 'waiting' | 'seen' | 'confirmed' | 'refused' | 'ended';

export interface ScanOffer {
  /** Where the answer goes: see `pageOf`. */
  page: string;
  site: { name: string; host: string };
  place: Place;
  device: Device;
  /** Three, one of which stands on the page. */
  numbers: number[];
  number: number;
  /** Unix seconds. */
  drawnAt: number;
  /** When the sign-in page itself ends; no code is drawn for it after that. */
  pageEndsAt: number;
  /** The app wants a sign-in no older than this. */
  maxAgeSeconds?: number;
}

export interface Seen {
  accountId: string;
  /** Unix seconds: when the phone's time to answer ends. */
  until: number;
}

export interface ScanAnswer {
  accountId: string;
  /** The phone's session: it must still live when the browser comes. */
  sessionUid: string;
  method: 'scan' | 'scan_mfa';
  /** When the phone's factors were shown, Unix seconds. */
  at: number;
}

/** What the browser that drew a code keeps in its cookie. */
export interface DrawnScan {
  id: string;
  secret: string;
}

const random = (bytes: number): string => randomBytes(bytes).toString('base64url');

export const newScan = (): DrawnScan => ({ id: random(16), secret: random(32) });

export const scanIdPattern = /^[A-Za-z0-9_-]{22}$/;
const secretPattern = /^[A-Za-z0-9_-]{43}$/;

export const toCookie = ({ id, secret }: DrawnScan): string => `${id}.${secret}`;

export const fromCookie = (value: string | undefined): DrawnScan | undefined => {
  const [id = '', secret = '', ...rest] = value?.split('.') ?? [];
  const whole = scanIdPattern.test(id) && secretPattern.test(secret) && rest.length === 0;
  return whole ? { id, secret } : undefined;
};

/** Bound to the browser by the secret, and to the one sign-in by its uid. */
export const pageOf = (uid: string, secret: string): string => keyOf(`scan-page|${uid}|${secret}`);

export type ScanStore = ReturnType<typeof createScanStore>;

export const createScanStore = (ephemeral: Ephemeral) => {
  const offerKey = (id: string): string => `scan:offer:${keyOf(id)}`;
  const seenKey = (id: string): string => `scan:seen:${keyOf(id)}`;
  const pageKey = (page: string): string => `scan:page:${page}`;
  const answerKey = (page: string): string => `scan:answer:${page}`;
  const read = <T>(text: string | undefined): T | undefined =>
    text === undefined ? undefined : (JSON.parse(text) as T);

  return {
    async draw(id: string, offer: ScanOffer): Promise<void> {
      await ephemeral.set(offerKey(id), JSON.stringify(offer), mostSeconds);
      await ephemeral.set(pageKey(offer.page), 'waiting', stepSeconds);
    },
    offer: async (id: string) => read<ScanOffer>(await ephemeral.get(offerKey(id))),
    /** Exactly one of many gets it. */
    takeOffer: async (id: string) => read<ScanOffer>(await ephemeral.take(offerKey(id))),
    claim: (id: string, seen: Seen) => ephemeral.setIfAbsent(seenKey(id), JSON.stringify(seen), mostSeconds),
    seen: async (id: string) => read<Seen>(await ephemeral.get(seenKey(id))),
    /** Only by whom it was claimed. */
    prolong: (id: string, seen: Seen) => ephemeral.set(seenKey(id), JSON.stringify(seen), mostSeconds),
    async stateOf(page: string): Promise<ScanState> {
      return ((await ephemeral.get(pageKey(page))) as ScanState | undefined) ?? 'ended';
    },
    setState: (page: string, state: ScanState, ttlSeconds: number) =>
      ephemeral.set(pageKey(page), state, ttlSeconds),
    putAnswer: (page: string, answer: ScanAnswer) =>
      ephemeral.set(answerKey(page), JSON.stringify(answer), stepSeconds),
    /** Exactly one of many gets it. */
    takeAnswer: async (page: string) => read<ScanAnswer>(await ephemeral.take(answerKey(page))),
    /** Only by the browser that drew it: who merely has the code ends nothing with it. */
    async drop(scan: DrawnScan, uid: string): Promise<void> {
      const page = pageOf(uid, scan.secret);
      const offer = read<ScanOffer>(await ephemeral.get(offerKey(scan.id)));
      if (offer?.page === page) await ephemeral.delete(offerKey(scan.id));
      await ephemeral.delete(pageKey(page));
    },
  };
};
