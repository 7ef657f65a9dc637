/** Request metrics. Labels are route patterns, methods and status codes: no ids, no paths, nothing of a person. */
import type { RequestHandler } from 'express';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

export interface Metrics {
  registry: Registry;
  /** Measures every request; stands first. */
  measure: RequestHandler;
  /** Answers GET /metrics. */
  handler: RequestHandler;
}

const routeOf = (req: { route?: { path?: unknown } }, res: { locals: { route?: string } }): string => {
  if (res.locals.route !== undefined) return res.locals.route;
  return typeof req.route?.path === 'string' ? req.route.path : 'other';
};

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']);

/** A registry of its own, so that two apps in one process (tests) do not meet. */
export const createMetrics = (options: { processMetrics?: boolean } = {}): Metrics => {
  const registry = new Registry();
  if (options.processMetrics ?? true) collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from request to end of answer, by route pattern.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  return {
    registry,
    measure: (req, res, next) => {
      const start = process.hrtime.bigint();
      res.once('close', () => {
        const method = methods.has(req.method) ? req.method : 'other';
        const secondsTaken = Number(process.hrtime.bigint() - start) / 1e9;
        duration.observe({ method, route: routeOf(req, res), status: res.statusCode }, secondsTaken);
      });
      next();
    },
    handler: async (_req, res) => {
      res.type(registry.contentType).send(await registry.metrics());
    },
  };
};
