/** Scan to sign in, both sides of it. What it stops and what it does not: docs/threats-sign-in.md. */
import { randomInt } from 'node:crypto';
import type { Accounts } from '../../accounts/index.ts';
import type { Audit } from '../../audit/index.ts';
import { type Clock, seconds } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import type { Text } from '../../http/index.ts';
import type { Ephemeral } from '../../storage/index.ts';
import type { OidcStore } from '../adapter/oidc-store.ts';
import { deviceOf, deviceWords } from '../sessions/device-words.ts';
import { isActive, type Phone, type PhoneSignIn, phoneSignIn } from './phone-sign-in.ts';
import type { Place, PlaceOf } from './place-of.ts';
import {
  createScanStore,
  type DrawnScan,
  moreSeconds,
  mostSeconds,
  newScan,
  pageOf,
  type ScanAnswer,
  type ScanOffer,
  type ScanState,
  type Seen,
  stepSeconds,
} from './scan-store.ts';
import { createWaitingPages, type WaitingPages } from './waiting-pages.ts';

/** What the phone is shown before anybody confirms anything. */
export interface ScanView {
  site: { name: string; host: string };
  /** Of the browser that drew the code, and of the phone: a city at most. */
  place: Place;
  here: Place;
  /** Both cities are known and not the same. */
  elsewhere: boolean;
  device: Text;
  numbers: number[];
  drawnAt: number;
  until: number;
  /** The phone's own sign-in is too old for the app, has ended, or came from a scan itself. */
  needsSignIn: boolean;
}

/** What the page that drew the code shows. */
export interface ScanPageView {
  id: string;
  state: ScanState;
  /** Once a phone has scanned, and not before: a copied picture of the code alone lacks it. */
  number?: number;
  place: Place;
  device: Text;
}

export interface DrawInput {
  uid: string;
  site: { name: string; host: string };
  address: string;
  userAgent: string;
  pageEndsAt: number;
  maxAgeSeconds?: number;
}

/** The phone's side: for the wallet's API. */
export interface PhoneScans {
  /** The first account to look is the only one that can answer. Throws scan_ended. */
  look(id: string, phone: Phone): Promise<ScanView>;
  /** Throws scan_mismatch for another number than the page's: then it is over. */
  confirm(id: string, number: number, phone: Phone): Promise<void>;
  refuse(id: string, phone: Phone): Promise<void>;
  moreTime(id: string, phone: Phone): Promise<{ until: number }>;
}

export interface Scans extends PhoneScans {
  draw(input: DrawInput): Promise<DrawnScan>;
  /** Undefined when it is over and the page needs a new code. */
  show(uid: string, scan: DrawnScan): Promise<ScanPageView | undefined>;
  /** The next code of a page that waits, from what is known of it; undefined when the page has to be loaded again. */
  renew(uid: string, scan: DrawnScan): Promise<DrawnScan | undefined>;
  drop(uid: string, scan: DrawnScan): Promise<void>;
  /** The confirmed answer, once. */
  take(uid: string, scan: DrawnScan): Promise<ScanAnswer | undefined>;
  readonly pages: WaitingPages;
}

export interface ScanDeps {
  ephemeral: Ephemeral;
  store: OidcStore;
  accounts: Accounts;
  audit: Audit;
  clock: Clock;
  placeOf: PlaceOf;
  /** Codes one person may look at in a minute. */
  looksPerMinute: number;
}

const wrongNumbers = { limit: 5, windowSeconds: 900 };

/** Three of two digits that differ; the right one anywhere among them. */
const threeNumbers = (): { numbers: number[]; number: number } => {
  const numbers = new Set<number>();
  while (numbers.size < 3) numbers.add(randomInt(10, 100));
  const three = [...numbers];
  return { numbers: three, number: three[randomInt(3)]! };
};

export const createScans = (deps: ScanDeps): Scans => {
  const { ephemeral, clock, audit } = deps;
  const store = createScanStore(ephemeral);
  const pages = createWaitingPages(store.stateOf);
  const now = (): number => seconds(clock);
  const change = async (page: string, state: ScanState, ttlSeconds: number = stepSeconds): Promise<void> => {
    await store.setState(page, state, ttlSeconds);
    pages.ring(page);
  };
  const wrongKey = (accountId: string): string =>
    `scan:wrong:${accountId}:${Math.floor(now() / wrongNumbers.windowSeconds)}`;

  /** Her phone, in its time; anybody else's learns only that it is over. */
  const claimed = async (id: string, phone: Phone): Promise<Seen> => {
    const seen = await store.seen(id);
    if (seen?.accountId !== phone.accountId || seen.until <= now()) throw new ServiceError('scan_ended');
    return seen;
  };
  const refuseAfterTooMany = async (accountId: string): Promise<void> => {
    const wrong = Number((await ephemeral.get(wrongKey(accountId))) ?? 0);
    if (wrong >= wrongNumbers.limit) throw new ServiceError('too_many_requests');
  };
  const fits = (offer: ScanOffer, shown: PhoneSignIn | undefined): shown is PhoneSignIn =>
    shown !== undefined && (offer.maxAgeSeconds === undefined || now() - shown.at <= offer.maxAgeSeconds);
  const isElsewhere = (offer: ScanOffer, here: Place): boolean =>
    offer.place.kind === 'city' && here.kind === 'city' && offer.place.name.zh !== here.name.zh;
  const signInOf = async (phone: Phone): Promise<PhoneSignIn | undefined> => {
    if (!(await isActive(deps.accounts, phone.accountId))) throw new ServiceError('unauthenticated');
    return phoneSignIn(deps, phone);
  };
  const record = (
    phone: Phone,
    result: 'ok' | 'refused',
    details: Record<string, string | boolean>,
  ): Promise<unknown> =>
    audit.append({
      action: result === 'ok' ? 'scan.confirmed' : 'scan.refused',
      actor: `account:${phone.accountId}`,
      subject: phone.accountId,
      result,
      details,
    });
  const tell = (phone: Phone, kind: 'scan_mismatch' | 'scan_elsewhere'): Promise<void> =>
    deps.accounts.tell(phone.accountId, kind);

  return {
    pages,
    async draw(input) {
      const scan = newScan();
      const { uid, site, address, userAgent, pageEndsAt, maxAgeSeconds } = input;
      await store.draw(scan.id, {
        page: pageOf(uid, scan.secret),
        site,
        place: deps.placeOf(address),
        device: deviceOf(userAgent),
        ...threeNumbers(),
        drawnAt: now(),
        pageEndsAt,
        ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
      });
      return scan;
    },
    async renew(uid, scan) {
      const before = await store.offer(scan.id);
      if (before?.page !== pageOf(uid, scan.secret) || now() >= before.pageEndsAt) return undefined;
      if ((await store.takeOffer(scan.id)) === undefined) return undefined;
      const next = newScan();
      const page = pageOf(uid, next.secret);
      await store.draw(next.id, { ...before, page, ...threeNumbers(), drawnAt: now() });
      return next;
    },
    async show(uid, scan) {
      const page = pageOf(uid, scan.secret);
      const state = await store.stateOf(page);
      if (state === 'ended') return undefined;
      const offer = await store.offer(scan.id);
      // Answered: what was offered is gone, the word is left.
      if (offer?.page !== page) {
        const answered = state === 'confirmed' || state === 'refused';
        const nothing = { kind: 'unknown' as const, name: { zh: '', en: '' } };
        return answered ? { id: scan.id, state, place: nothing, device: nothing.name } : undefined;
      }
      const { place, device, number } = offer;
      const shown = state === 'waiting' ? {} : { number };
      return { id: scan.id, state, ...shown, place, device: deviceWords(device) };
    },
    drop: (uid, scan) => store.drop(scan, uid),
    async take(uid, scan) {
      const answer = await store.takeAnswer(pageOf(uid, scan.secret));
      if (answer === undefined) return undefined;
      // Signed out on the phone in between: the confirmation goes with it.
      return (await phoneSignIn(deps, answer)) === undefined ? undefined : answer;
    },

    async look(id, phone) {
      const looks = await ephemeral.increment(`scan:look:${phone.accountId}`, 60);
      if (looks > deps.looksPerMinute) throw new ServiceError('too_many_requests');
      await refuseAfterTooMany(phone.accountId);
      const shown = await signInOf(phone);
      const offer = await store.offer(id);
      if (offer === undefined) throw new ServiceError('scan_ended');
      const first = { accountId: phone.accountId, until: now() + stepSeconds };
      if (now() < offer.drawnAt + stepSeconds && (await store.claim(id, first)))
        await change(offer.page, 'seen');
      const { until } = await claimed(id, phone);
      const here = deps.placeOf(phone.address);
      return {
        site: offer.site,
        place: offer.place,
        here,
        elsewhere: isElsewhere(offer, here),
        device: deviceWords(offer.device),
        numbers: offer.numbers,
        drawnAt: offer.drawnAt,
        until,
        needsSignIn: !fits(offer, shown),
      };
    },
    async confirm(id, number, phone) {
      await refuseAfterTooMany(phone.accountId);
      await claimed(id, phone);
      const shown = await signInOf(phone);
      const looked = await store.offer(id);
      if (looked !== undefined && !fits(looked, shown)) throw new ServiceError('scan_needs_sign_in');
      const offer = await store.takeOffer(id);
      if (offer === undefined || !fits(offer, shown)) throw new ServiceError('scan_ended');
      if (number !== offer.number) {
        await change(offer.page, 'refused');
        await ephemeral.increment(wrongKey(phone.accountId), wrongNumbers.windowSeconds);
        await record(phone, 'refused', { why: 'number' });
        await tell(phone, 'scan_mismatch');
        throw new ServiceError('scan_mismatch');
      }
      const elsewhere = isElsewhere(offer, deps.placeOf(phone.address));
      await record(phone, 'ok', { elsewhere });
      await store.putAnswer(offer.page, { accountId: phone.accountId, ...shown });
      await change(offer.page, 'confirmed');
      if (elsewhere) await tell(phone, 'scan_elsewhere');
    },
    async refuse(id, phone) {
      await claimed(id, phone);
      const offer = await store.takeOffer(id);
      if (offer === undefined) throw new ServiceError('scan_ended');
      await change(offer.page, 'refused');
      await record(phone, 'refused', { why: 'person' });
    },
    async moreTime(id, phone) {
      await claimed(id, phone);
      const offer = await store.offer(id);
      if (offer === undefined || now() + moreSeconds > offer.drawnAt + mostSeconds)
        throw new ServiceError('scan_ended');
      const until = now() + moreSeconds;
      await store.prolong(id, { accountId: phone.accountId, until });
      await change(offer.page, 'seen', moreSeconds);
      return { until };
    },
  };
};
