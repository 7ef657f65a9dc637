/** What binds a recovery to the browser that began it: a random cookie, and form tokens made from it. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Request, Response } from 'express';
import { cookieAt } from '../http/index.ts';

export interface BrowserDeps {
  baseUrl: string;
  /** 32 bytes shared by all processes. */
  secret: Uint8Array;
}

const isSecure = ({ baseUrl }: BrowserDeps): boolean => baseUrl.startsWith('https:');
/** `__Host-`: no other host of the domain can plant one (RFC 6265bis §4.1.3.2). */
const cookieName = (deps: BrowserDeps, req: Request): string =>
  cookieAt(req, isSecure(deps) ? '__Host-onecert_recovery' : 'onecert_recovery');

export const readToken = (deps: BrowserDeps, req: Request): string | undefined =>
  new RegExp(`(?:^|;\\s*)${cookieName(deps, req)}=([\\w-]{43})(?:;|$)`).exec(req.headers.cookie ?? '')?.[1];

/** A cookie of this browser's own, in place of whatever it brought along. */
export const giveToken = (deps: BrowserDeps, res: Response): string => {
  const token = randomBytes(32).toString('base64url');
  res.cookie(cookieName(deps, res.req), token, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: isSecure(deps),
  });
  return token;
};

/** A form of another browser, step or person does not pass. */
export const formToken = (deps: BrowserDeps, token: string, act: string): string =>
  createHmac('sha256', deps.secret).update(`recovery form|${act}|${token}`).digest('base64url');

export const isFormToken = (deps: BrowserDeps, given: string, token: string, act: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(formToken(deps, token, act))];
  return a.length === b.length && timingSafeEqual(a, b);
};
