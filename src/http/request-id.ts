/** Every answer names its request, so that a person at the help desk and a line in the log can be brought together. */
import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';

const uuid = /^[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/i;

/** Sets `res.locals.requestId` and `x-request-id`. What a caller sends is taken over only when it is a UUID. */
export const requestId = (): RequestHandler => (req, res, next) => {
  const given = req.get('x-request-id');
  const id = given !== undefined && uuid.test(given) ? given.toLowerCase() : randomUUID();
  res.locals.requestId = id;
  res.setHeader('x-request-id', id);
  next();
};

/** The id of the request that `res` answers; works on the raw response oidc-provider sees, too. */
export const requestIdOf = (res: object): string => {
  const { locals } = res as { locals?: { requestId?: string } };
  return locals?.requestId ?? '';
};
