/** Whether a request came to the province or to its sandbox: said once at the edge, read wherever a page is made. */
import type { IncomingMessage } from 'node:http';
import type { Express } from 'express';

export type InstanceKind = 'province' | 'sandbox';

export const keepKind = (app: Express, kind: InstanceKind): void => {
  app.locals.kind = kind;
};

export const isSandbox = (req: IncomingMessage): boolean =>
  (req as IncomingMessage & { app?: Express }).app?.locals.kind === 'sandbox';

/** Cookies know no port (RFC 6265 §8.5): on one host with its province, the sandbox needs names of its own. */
export const ownCookie = (name: string, kind: InstanceKind): string =>
  kind === 'sandbox' ? `${name}_sandbox` : name;

/** The same, where a request is at hand. */
export const cookieAt = (req: IncomingMessage, name: string): string =>
  ownCookie(name, isSandbox(req) ? 'sandbox' : 'province');
