/** The addresses of the old login. A page for the browser, JSON of the old shape for the app's back end. */
import { type ErrorRequestHandler, type Request, type Response, Router } from 'express';
import { codeOf, formBody, rateLimit, requestIdOf, sendErrorPage } from '../http/index.ts';
import { deprecation } from '../oidc/index.ts';
import type { Ephemeral } from '../storage/index.ts';
import type { Tickets } from './create-tickets.ts';
import { type Result, resultOf } from './results.ts';
import { backEndCall, startQuery } from './schema.ts';

export interface TicketRoutesDeps {
  tickets: Tickets;
  baseUrl: string;
  ephemeral: Ephemeral;
  /** Sign-ins a minute from one address; a back end is one address for all its people. */
  perMinute: number;
}

const send = (res: Response, { status, body }: Result): void => {
  res.status(status).set('cache-control', 'no-store').json(body);
};

const startPath = '/sso/mobile.do';
const callPath = '/sso/servlet/simpleauth';

/** Old apps send them in the address, in the body, or some in each; one that is in both could be read in two ways. */
const parametersOf = (req: Request): Record<string, unknown> | undefined => {
  const body = (req.body ?? {}) as Record<string, unknown>;
  const twice = Object.keys(body).some((name) => Object.hasOwn(req.query, name));
  return twice ? undefined : { ...req.query, ...body };
};

export const ticketRoutes = ({ tickets, baseUrl, ephemeral, perMinute }: TicketRoutesDeps): Router => {
  const router = Router();
  const limit = (name: string, most: number) =>
    rateLimit({ ephemeral, name, limit: most, windowSeconds: 60 });
  const calls = limit('ticket-calls', 10 * perMinute);
  router.use([startPath, callPath], (_req, res, next) => {
    res.set(deprecation(baseUrl));
    next();
  });

  router.get(startPath, limit('ticket-start', perMinute), async (req, res) => {
    const asked = startQuery.safeParse(req.query);
    const start = asked.success ? await tickets.start(asked.data) : { kind: 'unknown' as const };
    if (start.kind === 'unknown') return sendErrorPage(req, res, 'ticket_request');
    res.set(deprecation(baseUrl, start.until));
    // A service code that is known is nobody's secret; anything else that was asked for is not repeated.
    if (start.kind === 'over')
      return sendErrorPage(req, res, 'ticket_service_over', {
        back: start.home,
        keep: ['action', 'servicecode'],
      });
    res.set('cache-control', 'no-store').redirect(303, start.to);
  });

  const answer = async (req: Request, res: Response): Promise<void> => {
    const call = backEndCall.safeParse(parametersOf(req));
    if (!call.success) return send(res, resultOf('request'));
    const { until, ...result } = await tickets.answer(call.data, requestIdOf(res));
    res.set(deprecation(baseUrl, until));
    send(res, result);
  };
  router.get(callPath, calls, answer);
  router.post(callPath, calls, formBody(), answer);

  /** The old shape, whatever happens: an old app reads nothing else. */
  const inOldShape: ErrorRequestHandler = (error: unknown, _req, res, next) => {
    const code = codeOf(error);
    if (code === 'too_many_requests') return send(res, resultOf('busy'));
    if (code === 'invalid_request' || code === 'payload_too_large') return send(res, resultOf('request'));
    if (code === 'store_unavailable') return send(res, resultOf('unavailable'));
    next(error);
  };
  router.use(callPath, inOldShape);
  return router;
};
