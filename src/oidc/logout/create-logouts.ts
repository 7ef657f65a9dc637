/** Tells apps that a session has ended: stored first, tried at once, tried again until the app has taken it. */
import type { AdapterPayload } from 'oidc-provider';
import type { Logger } from 'pino';
import { type Clock, seconds } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import { type Outgoing, OutgoingRefused } from '../../outgoing/index.ts';
import { AlreadyExists, Conflict, NotFound, type Storage, type Versioned } from '../../storage/index.ts';
import { keyOf } from '../adapter/oidc-store.ts';
import type { OwnMetadata } from '../apps/client-metadata.ts';
import { isOfficeRef } from '../capacities/acting.ts';
import type { Subjects } from '../subject.ts';
import {
  deliverySpec,
  giveUpSeconds,
  keepSeconds,
  type LogoutDelivery,
  leaseSeconds,
  pauseAfter,
  retryAfterSeconds,
} from './delivery.ts';

/** A session, or an app's part of one, that is over. */
export interface EndedAuthorization {
  accountId: string;
  clientId: string;
  sid: string;
  /** As what she was there. */
  capacity?: string | undefined;
}

/** dropped: the app is gone, or no longer wants to be told. */
export type LogoutOutcome = 'delivered' | 'dropped' | 'retried' | 'dead';

export interface Logouts {
  /** Stores that these apps must be told. Call it before the session is ended: a crash between the two loses nothing. */
  intend(ended: readonly EndedAuthorization[]): Promise<void>;
  /** From now on this process sends: at once what it intends itself. The command line only stores. */
  start(measure: (outcome: LogoutOutcome) => void): void;
  /** One round over what waits: first tries that a crash or another process left, and tries that are due again. */
  deliverDue(): Promise<void>;
  /** What the apps would not take. */
  dead(): Promise<LogoutDelivery[]>;
  /** A dead one is due again, from the beginning. Throws not_found. */
  retry(id: string): Promise<void>;
  /** Begins no more, and waits for what is under way. */
  stop(): Promise<void>;
}

export interface LogoutsDeps {
  storage: Storage;
  clock: Clock;
  logger: Logger;
  outgoing: Outgoing;
  subjects: Subjects;
  /** The app's metadata; undefined when there is no such app (any more). */
  findClient(clientId: string): Promise<AdapterPayload | undefined>;
  /** Where to, and a fresh logout token; undefined when the app no longer wants to be told. */
  prepare(delivery: LogoutDelivery): Promise<{ uri: string; token: string } | undefined>;
}

type Result =
  | { done: 'delivered' | 'dropped' }
  | { done: false; reason: string; final: boolean; retryAfter?: number };

const roundSize = 200;
/** One app that does not answer must not hold up the others. */
const atOnce = 50;
const atOncePerApp = 5;
/** These do not get better by waiting. */
const finalRefusals: ReadonlySet<string> = new Set([
  'scheme',
  'address',
  'redirect',
  'too_large',
  'unusable',
]);

const lostRace = (error: unknown): undefined => {
  if (error instanceof Conflict || error instanceof NotFound) return undefined;
  throw error;
};

export const createLogouts = (deps: LogoutsDeps): Logouts => {
  const { clock, logger } = deps;
  const deliveries = deps.storage.collection(deliverySpec);
  const now = (): number => seconds(clock);
  let running = false;
  let measure: (outcome: LogoutOutcome) => void = () => undefined;
  const underWay = new Map<Promise<unknown>, string>();
  let after: string | undefined;

  const send = async (delivery: LogoutDelivery): Promise<Result> => {
    try {
      const request = await deps.prepare(delivery);
      if (request === undefined) return { done: 'dropped' };
      const answer = await deps.outgoing.fetch(request.uri, {
        method: 'POST',
        body: new URLSearchParams({ logout_token: request.token }),
      });
      if (answer.ok) return { done: 'delivered' };
      const { status } = answer;
      // §2.8: 400 says that the token is not taken; the next one would say the same.
      const final = status < 500 && status !== 429 && status !== 408;
      const retryAfter = retryAfterSeconds(answer.headers.get('retry-after'), now());
      return { done: false, reason: `http_${status}`, final, retryAfter };
    } catch (error) {
      if (error instanceof OutgoingRefused)
        return { done: false, reason: error.reason, final: finalRefusals.has(error.reason) };
      logger.error({ err: error, app: delivery.clientId }, 'logout token could not be made');
      return { done: false, reason: 'not_made', final: false };
    }
  };

  const settle = async (mine: Versioned<LogoutDelivery>, result: Result): Promise<LogoutOutcome> => {
    if (result.done !== false) {
      await deliveries.delete(mine.id, mine.ver).catch(lostRace);
      return result.done;
    }
    const { reason, retryAfter } = result;
    const tries = mine.tries + 1;
    const nextAt = now() + pauseAfter(tries, retryAfter);
    const dead = result.final || nextAt > mine.giveUpAt;
    const next = { ...mine, tries, nextAt, reason, leaseUntil: 0 };
    await deliveries.replace({ ...next, state: dead ? 'dead' : 'waiting' }).catch(lostRace);
    logger.warn({ app: mine.clientId, reason, tries, dead }, 'an app was not told of a logout');
    return dead ? 'dead' : 'retried';
  };

  const isDue = ({ state, nextAt, leaseUntil }: LogoutDelivery): boolean =>
    state === 'waiting' && nextAt <= now() && leaseUntil <= now();

  /** The lease goes to one process; should it die, another takes over when the lease has run out. */
  const attempt = async (delivery: Versioned<LogoutDelivery>): Promise<void> => {
    if (!isDue(delivery)) return;
    const leased = { ...delivery, leaseUntil: now() + leaseSeconds };
    const mine = await deliveries.replace(leased).catch(lostRace);
    if (mine !== undefined) measure(await settle(mine, await send(mine)));
  };

  const begin = (delivery: Versioned<LogoutDelivery>): Promise<unknown> | undefined => {
    const { clientId } = delivery;
    const ofApp = [...underWay.values()].filter((one) => one === clientId).length;
    if (!running || underWay.size >= atOnce || ofApp >= atOncePerApp) return undefined;
    const work: Promise<unknown> = attempt(delivery)
      .catch((error: unknown) => logger.error({ err: error }, 'logout delivery failed'))
      .finally(() => underWay.delete(work));
    underWay.set(work, clientId);
    return work;
  };

  const store = async (ended: EndedAuthorization): Promise<void> => {
    const app = await deps.findClient(ended.clientId);
    if (app?.backchannel_logout_uri === undefined) return;
    const at = now();
    const realm = isOfficeRef(ended.capacity) ? ('office' as const) : undefined;
    const delivery: LogoutDelivery = {
      id: keyOf(`${ended.clientId} ${ended.sid}`),
      clientId: ended.clientId,
      sid: ended.sid,
      sub: deps.subjects((app as unknown as OwnMetadata).onecert_sector, ended.accountId, realm),
      state: 'waiting',
      tries: 0,
      createdAt: at,
      nextAt: at,
      giveUpAt: at + giveUpSeconds,
      leaseUntil: 0,
      expiresAt: at + keepSeconds,
    };
    try {
      begin(await deliveries.insert(delivery));
    } catch (error) {
      if (!(error instanceof AlreadyExists)) throw error;
    }
  };

  return {
    async intend(ended) {
      for (const one of ended) await store(one);
    },
    start(measured) {
      measure = measured;
      running = true;
    },
    async deliverDue() {
      const found = await deliveries.find('state', 'waiting', {
        limit: roundSize,
        ...(after === undefined ? {} : { after }),
      });
      after = found.length < roundSize ? undefined : found.at(-1)!.id;
      await Promise.all(found.filter(isDue).map(begin));
    },
    dead: () => deliveries.find('state', 'dead', { limit: 500 }),
    async retry(id) {
      const dead = await deliveries.get(id);
      if (dead?.state !== 'dead') throw new ServiceError('not_found');
      const at = now();
      const again = { state: 'waiting', tries: 0, nextAt: at, giveUpAt: at + giveUpSeconds } as const;
      const waiting = await deliveries.replace({ ...dead, ...again, expiresAt: at + keepSeconds });
      begin(waiting);
    },
    async stop() {
      running = false;
      await Promise.all(underWay.keys());
    },
  };
};
