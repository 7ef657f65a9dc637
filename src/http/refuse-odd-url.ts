/** NUL and bytes that are not UTF-8 in path or query never reach a route or a store. */
import type { RequestHandler } from 'express';
import { ServiceError } from '../errors.ts';
import { isPlainText } from './form-body.ts';

export const refuseOddUrl = (): RequestHandler => (req, _res, next) => {
  try {
    if (!isPlainText(decodeURIComponent(req.url.replaceAll('+', ' ')))) throw new URIError();
  } catch (cause) {
    throw new ServiceError('invalid_request', { cause });
  }
  next();
};
