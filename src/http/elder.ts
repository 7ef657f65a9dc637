/**
 * 长辈版: large type, four actions a screen, on every page the server renders. Kept in a cookie, since most pages are seen
 * before anybody is signed in.
 */
import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';

const cookieName = 'onecert_elder';
const cookiePattern = /(?:^|;\s*)onecert_elder=on(?:;|$)/;

const chosenIn = (req: IncomingMessage): string | undefined => {
  const chosen = (req as { query?: Record<string, unknown> }).query?.elder;
  return chosen === 'on' || chosen === 'off' ? chosen : undefined;
};

/** What the link on this page has just chosen, else what was chosen before. */
export const elderOf = (req: IncomingMessage): boolean =>
  (chosenIn(req) ?? (cookiePattern.test(req.headers.cookie ?? '') ? 'on' : 'off')) === 'on';

/** Keeps a choice made by the link on a page. */
export const keepElder =
  (secure: boolean): RequestHandler =>
  (req, res, next) => {
    const chosen = req.method === 'GET' ? chosenIn(req) : undefined;
    const kept = { path: '/', sameSite: 'lax', httpOnly: true, secure } as const;
    if (chosen === 'on') res.cookie(cookieName, 'on', { ...kept, maxAge: 365 * 86_400_000 });
    if (chosen === 'off') res.clearCookie(cookieName, kept);
    next();
  };
