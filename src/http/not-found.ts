import type { RequestHandler } from 'express';
import { ServiceError } from '../errors.ts';

/** Last route: oidc-provider has no answer of its own for paths it does not know. */
export const notFound = (): RequestHandler => () => {
  throw new ServiceError('not_found');
};
