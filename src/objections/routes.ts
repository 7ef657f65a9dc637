import express, { type Request, type RequestHandler, Router } from 'express';
import type { Capacity } from '../accounts/index.ts';
import { parse, requestIdOf } from '../http/index.ts';
import { walletGuard } from '../wallet/index.ts';
import type { Objections } from './create-objections.ts';
import type { Filing } from './dependencies.ts';
import { filedBody, objectionParams } from './schema.ts';

export interface ObjectionRoutesDeps {
  objections: Objections;
  requireScope(scope: string, as?: readonly Capacity['kind'][]): RequestHandler;
}

const filingOf = (req: Request): Filing => {
  const { accountId, capacity } = req.caller!;
  const requestId = requestIdOf(req.res!);
  const context = { actor: `account:${accountId}`, ...(requestId ? { requestId } : {}) };
  return { accountId, capacity: capacity.ref, context };
};

/** Mount it before the wallet's routes: a DPoP proof is used once. */
export const objectionRoutes = ({ objections, requireScope }: ObjectionRoutesDeps): Router => {
  const router = Router();
  const base = '/wallet/api/objections';
  router.use(base, ...walletGuard(requireScope), express.json({ limit: '16kb' }));
  router.get(base, async (req, res) => {
    res.json(await objections.list(filingOf(req)));
  });
  router.post(base, async (req, res) => {
    const { shown, isNew } = await objections.file(filingOf(req), parse(filedBody, req.body));
    res.status(isNew ? 201 : 200).json(shown);
  });
  router.post(`${base}/:id/withdraw`, async (req, res) => {
    res.json(await objections.withdraw(filingOf(req), parse(objectionParams, req.params).id));
  });
  return router;
};
