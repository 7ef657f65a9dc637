import type { RequestHandler } from 'express';
import type { Capacity, CapacitySource, OfficeCapacity } from '../accounts/index.ts';
import { ServiceError } from '../errors.ts';
import type { Role } from './roles.ts';

/** Who acts, in which office; set by `requireRole`. */
export interface Official {
  accountId: string;
  capacity: OfficeCapacity;
}

declare global {
  namespace Express {
    interface Request {
      official?: Official;
    }
  }
}

interface OfficeCaller {
  accountId: string;
  capacity?: Capacity;
}

/**
 * Stands after the access-token guard. Lets through who acts in an office that still has one of the roles; without
 * roles, any office. A citizen's or an enterprise's token never passes (ZZD-1).
 */
export const createRequireRole =
  (capacities: CapacitySource) =>
  (...roles: readonly Role[]): RequestHandler =>
  async (req, _res, next) => {
    const caller = (req as { caller?: OfficeCaller }).caller;
    if (!caller) throw new ServiceError('unauthenticated');
    if (caller.capacity?.kind !== 'office')
      throw new ServiceError('forbidden', { detail: 'an office is needed' });
    // The token says which office; what that office may do is asked of the store, each time.
    const capacity = await capacities.live(caller.accountId, caller.capacity.ref, []);
    if (capacity?.kind !== 'office') throw new ServiceError('forbidden', { detail: 'this office has ended' });
    if (roles.length > 0 && !roles.some((role) => capacity.roles.includes(role)))
      throw new ServiceError('forbidden', { detail: `needs the role ${roles.join(' or ')}` });
    req.official = { accountId: caller.accountId, capacity };
    next();
  };
