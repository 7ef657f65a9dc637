/**
 * oidc-provider and Koa build URLs from the request. A foreign Host, an absolute-form request target
 * (RFC 9112 §3.2.2: Koa takes its href from it) and forwarded headers of a stranger end here.
 */
import type { Request, RequestHandler } from 'express';
import { ServiceError } from '../errors.ts';

type Trust = (address: string | undefined, hop: number) => boolean;

const forwarded = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
];

const hostsOf = (baseUrl: string): Set<string> => {
  const { host, hostname, port, protocol } = new URL(baseUrl);
  const hosts = new Set([host]);
  if (port === '') hosts.add(`${hostname}:${protocol === 'https:' ? 443 : 80}`);
  return hosts;
};

const dropStrangersHeaders = (req: Request): void => {
  const trusts = req.app.get('trust proxy fn') as Trust;
  if (trusts(req.socket.remoteAddress, 0)) return;
  for (const name of forwarded) delete req.headers[name];
};

/** Answers 421 wrong_host for every host but the issuer's. Stands before everything that reads the request. */
export const hostGuard = (baseUrl: string): RequestHandler => {
  const hosts = hostsOf(baseUrl);
  return (req, _res, next) => {
    dropStrangersHeaders(req);
    // A load balancer asks each process by its own address; these answers hold no address at all.
    if (req.path === '/health/live' || req.path === '/health/ready') return next();
    if (!req.url.startsWith('/') || !hosts.has((req.host ?? '').toLowerCase()))
      throw new ServiceError('wrong_host');
    next();
  };
};
