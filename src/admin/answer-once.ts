/**
 * `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a request sent twice is answered once. The answer is
 * kept for a day; of requests at once the first acts and the others wait for its answer. What a crash left open is acted
 * on again when its lease is over: the acts below are safe to repeat.
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, RequestHandler, Response } from 'express';
import { type Clock, seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { parse } from '../http/index.ts';
import { AlreadyExists, type Collection, Conflict, type Storage, type Versioned } from '../storage/index.ts';
import { idempotencyKey } from './schema.ts';

interface Answer {
  status: number;
  body: unknown;
}

interface OnceDocument {
  /** SHA-256 over account, office and key. */
  id: string;
  account: string;
  /** Method, path and body, which may name a person: sealed, as is the answer. */
  request: string;
  answer?: Answer;
  /** Unix milliseconds: until then the first request is taken to be running. */
  leasedUntil: number;
  /** Unix seconds. */
  expiresAt: number;
}

export type Once = Collection<OnceDocument>;

const keptSeconds = 86_400;
const leaseMs = 30_000;
const patienceMs = 10_000;

export const openOnce = (storage: Storage): Once =>
  storage.collection<OnceDocument>({
    name: 'answered_requests',
    schemaVersion: 1,
    owner: 'account',
    sealed: ['request', 'answer'],
    expiresAt: 'expiresAt',
  });

const send = (res: Response, { status, body }: Answer): void => void res.status(status).json(body);

/** Wraps a handler that answers with `res.json`. Without the header it is called as it is. */
export const answerOnce = (
  { once, clock }: { once: Once; clock: Clock },
  handler: RequestHandler,
): RequestHandler => {
  const claim = async (req: Request, id: string): Promise<Versioned<OnceDocument> | Answer> => {
    const mine: OnceDocument = {
      id,
      account: req.official!.accountId,
      request: JSON.stringify([req.method, req.originalUrl, req.body ?? null]),
      leasedUntil: clock.now() + leaseMs,
      expiresAt: seconds(clock) + keptSeconds,
    };
    for (const givingUp = performance.now() + patienceMs; performance.now() < givingUp; ) {
      const known = await once.get(id);
      if (known && known.request !== mine.request) throw new ServiceError('idempotency_key_reused');
      if (known?.answer) return known.answer;
      if (known && known.leasedUntil > clock.now()) {
        await sleep(50);
        continue;
      }
      try {
        return known ? await once.replace({ ...mine, ver: known.ver }) : await once.insert(mine);
      } catch (error) {
        if (!(error instanceof AlreadyExists || error instanceof Conflict)) throw error;
      }
    }
    throw new ServiceError('request_running');
  };

  return async (req, res, next) => {
    if (req.get('idempotency-key') === undefined) return handler(req, res, next);
    const key = parse(idempotencyKey, req.get('idempotency-key'));
    const { accountId, capacity } = req.official!;
    const id = createHash('sha256')
      .update(JSON.stringify([accountId, capacity.unit.id, key]))
      .digest('base64url');
    const claimed = await claim(req, id);
    if ('body' in claimed) {
      res.set('Idempotency-Replayed', 'true');
      return send(res, claimed);
    }
    let answer: Answer | undefined;
    const sendLater = Object.create(res, {
      json: {
        value(body: unknown) {
          answer = { status: res.statusCode, body };
          return res;
        },
      },
      status: { value: (status: number) => res.status(status) && sendLater },
    }) as Response;
    try {
      await handler(req, sendLater, next);
    } catch (error) {
      // Nothing was done, or what was done is found again: the same request may be tried again at once.
      await once.delete(id);
      throw error;
    }
    if (!answer) throw new Error('a handler answered without json');
    await once.replace({ ...claimed, answer });
    send(res, answer);
  };
};
