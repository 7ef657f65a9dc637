import type { RequestHandler } from 'express';
import { type Capacity, officeCardScope } from '../accounts/index.ts';
import { ServiceError } from '../errors.ts';

/** Express: a token for the wallet, in any capacity; in an office only where the app asked to carry her card (ZZD-1). */
export const walletGuard = (
  requireScope: (scope: string, as?: readonly Capacity['kind'][]) => RequestHandler,
): RequestHandler[] => [
  requireScope('wallet', ['self', 'enterprise', 'office']),
  (req, res, next) => {
    const { capacity, scopes } = req.caller!;
    if (capacity.kind === 'office' && !scopes.has(officeCardScope)) throw new ServiceError('wrong_capacity');
    res.set('cache-control', 'no-store');
    next();
  },
];
