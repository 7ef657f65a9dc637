/** The Express edge all features share, in the one order that is right. */
import express, { type Express } from 'express';
import type { Logger } from 'pino';
import { keepElder } from './elder.ts';
import { hostGuard } from './host-guard.ts';
import { type InstanceKind, keepKind } from './instance-kind.ts';
import type { Metrics } from './metrics.ts';
import { notFound } from './not-found.ts';
import { sendStylesheet, stylesheetPath } from './page.ts';
import { problemHandler } from './problem.ts';
import { refuseOddUrl } from './refuse-odd-url.ts';
import { requestId } from './request-id.ts';
import { securityHeaders } from './security-headers.ts';

export interface EdgeSettings {
  baseUrl: string;
  /** Default: province. */
  kind?: InstanceKind;
  /** Addresses or CIDR blocks whose X-Forwarded-* are believed. Empty: nobody's. */
  trustedProxies: readonly string[];
  logger: Logger;
  metrics?: Metrics;
}

/** An Express app with everything that stands before the routes. Mount routes, then call `closeEdge`. */
export const openEdge = (settings: EdgeSettings): Express => {
  const app = express();
  app.disable('x-powered-by');
  keepKind(app, settings.kind ?? 'province');
  // An ETag on a page with a form token brings back the old token.
  app.set('etag', false);
  app.set('trust proxy', settings.trustedProxies.length > 0 ? [...settings.trustedProxies] : false);
  app.set('query parser', 'simple');
  if (settings.metrics) app.use(settings.metrics.measure);
  app.use(requestId());
  app.use(hostGuard(settings.baseUrl));
  app.use(securityHeaders(settings.baseUrl));
  app.use(refuseOddUrl());
  if (settings.kind === 'sandbox') {
    app.use((_req, res, next) => {
      res.set('x-robots-tag', 'noindex');
      next();
    });
  }
  app.use(keepElder(settings.baseUrl.startsWith('https:')));
  app.get(stylesheetPath, sendStylesheet);
  return app;
};

/** What stands after all routes: the 404 and the error handler. */
export const closeEdge = (app: Express, settings: EdgeSettings): void => {
  app.use(notFound());
  app.use(problemHandler({ baseUrl: settings.baseUrl, logger: settings.logger }));
};
