/**
 * OpenID Connect Core §3.1.2.1 and RP-Initiated Logout §2: the parameters may come as a form post. The library takes one
 * only with cookies that every site may make the browser send. So the browser comes again by GET: the cookies are
 * there, and what guards GET guards this.
 */
import express, { type RequestHandler } from 'express';
import { ServiceError } from '../errors.ts';
import { looksPersonal } from './personal-login-hint.ts';

const askAgainByGet: RequestHandler = (req, res) => {
  if (typeof req.body !== 'string') throw new ServiceError('unsupported_media_type');
  const parameters = new URLSearchParams(req.url.split('?')[1]);
  for (const [name, value] of new URLSearchParams(req.body)) {
    // Addresses end up in logs; the person types her number herself.
    if (name === 'login_hint' && looksPersonal(value)) continue;
    parameters.append(name, value);
  }
  res
    .set('cache-control', 'no-store')
    .redirect(303, `${req.path}${parameters.size > 0 ? `?${parameters}` : ''}`);
};

/** 303 to the same address with the parameters of the body. */
export const parametersInBody: RequestHandler[] = [
  express.text({ type: 'application/x-www-form-urlencoded', limit: '8kb' }),
  askAgainByGet,
];
