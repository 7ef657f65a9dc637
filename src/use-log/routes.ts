import express, { type Request, type RequestHandler, Router } from 'express';
import type { Capacity } from '../accounts/index.ts';
import { parse, requestIdOf } from '../http/index.ts';
import { walletGuard } from '../wallet/index.ts';
import type { UseLog } from './create-use-log.ts';
import type { Reading } from './dependencies.ts';
import { seenBody, stopBody, usesQuery } from './schema.ts';

export interface UseLogRoutesDeps {
  useLog: UseLog;
  requireScope(scope: string, as?: readonly Capacity['kind'][]): RequestHandler;
}

const readingOf = (req: Request): Reading => {
  const { accountId, capacity } = req.caller!;
  const requestId = requestIdOf(req.res!);
  return { accountId, capacity: capacity.ref, ...(requestId ? { requestId } : {}) };
};

/** Mount it before the wallet's routes: a DPoP proof is used once. */
export const useLogRoutes = ({ useLog, requireScope }: UseLogRoutesDeps): Router => {
  const router = Router();
  for (const base of ['/wallet/api/uses', '/wallet/api/changes'])
    router.use(base, ...walletGuard(requireScope), express.json({ limit: '4kb' }));
  router.get('/wallet/api/uses', async (req, res) => {
    const { after } = parse(usesQuery, req.query);
    res.json(await useLog.uses({ ...readingOf(req), after }));
  });
  router.post('/wallet/api/uses/stop', async (req, res) => {
    await useLog.stop(readingOf(req), parse(stopBody, req.body));
    res.json({ stopped: true });
  });
  router.get('/wallet/api/changes', async (req, res) => {
    res.json(await useLog.changes(readingOf(req)));
  });
  router.post('/wallet/api/changes/seen', async (req, res) => {
    await useLog.seen({ ...readingOf(req), ...parse(seenBody, req.body) });
    res.json({ seen: true });
  });
  return router;
};
