/** A simple counter in short memory. When the store is down it lets through: places that must close count themselves. */
import type { Request, RequestHandler } from 'express';
import { ServiceError } from '../errors.ts';
import type { Ephemeral } from '../storage/index.ts';
import { addressUnit } from './address-unit.ts';

export interface RateLimit {
  ephemeral: Ephemeral;
  /** Part of the key; one counter a name. */
  name: string;
  limit: number;
  windowSeconds: number;
  /** What is counted; default: the caller's address. Never personal data. */
  key?(req: Request): string;
}

/** Throws too_many_requests above `limit` calls in `windowSeconds`. */
export const rateLimit = (options: RateLimit): RequestHandler => {
  const keyOf = options.key ?? ((req: Request) => addressUnit(req.ip ?? 'unknown'));
  return async (req, res, next) => {
    const count = await options.ephemeral
      .increment(`rate:${options.name}:${keyOf(req)}`, options.windowSeconds)
      .catch(() => 0);
    if (count > options.limit) {
      res.setHeader('retry-after', String(options.windowSeconds));
      throw new ServiceError('too_many_requests');
    }
    next();
  };
};
