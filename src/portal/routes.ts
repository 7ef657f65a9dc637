import express, { type RequestHandler, Router } from 'express';
import type { Accounts } from '../accounts/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import type { Catalogue, Credentials } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { parse } from '../http/parse.ts';
import { type Items, itemScope } from '../items/index.ts';
import type { Collection } from '../storage/index.ts';
import type { Case } from './case-store.ts';
import { prefillItem } from './prefill-item.ts';
import { itemParams, submitCaseBody } from './schema.ts';
import { submitCase } from './submit-case.ts';

export interface PortalDeps {
  accounts: Accounts;
  audit: Audit;
  cases: Collection<Case>;
  catalogue: Catalogue;
  clock: Clock;
  credentials: Credentials;
  items: Items;
  requireScope(scope: string): RequestHandler;
}

export const portalRoutes = (deps: PortalDeps): Router => {
  const router = Router();
  const publicCase = ({ id, item, state, createdAt }: Case) => ({
    number: id,
    item,
    item_name: deps.items.find(item)?.name,
    state,
    created_at: createdAt,
  });
  /** An app's token carries the item's scope; without it the item does not exist for that app. */
  const requireItem =
    (codeOf: (req: express.Request) => string): RequestHandler =>
    (req, res, next) =>
      deps.requireScope(itemScope(codeOf(req)))(req, res, next);
  const caller = (req: express.Request, res: express.Response) => ({
    accountId: req.caller!.accountId,
    clientId: req.caller!.clientId,
    requestId: res.getHeader('x-request-id') as string | undefined,
  });
  router.use('/portal', deps.requireScope('openid'), express.json({ limit: '16kb' }), (_req, res, next) => {
    res.set('cache-control', 'no-store');
    next();
  });

  router.get(
    '/portal/items/:code',
    requireItem((req) => parse(itemParams, req.params).code),
    async (req, res) => {
      res.json(await prefillItem(deps, { code: req.params.code as string, ...caller(req, res) }));
    },
  );
  router.post(
    '/portal/cases',
    requireItem((req) => parse(submitCaseBody, req.body).item),
    async (req, res) => {
      res.status(201).json(publicCase(await submitCase(deps, { item: req.body.item, ...caller(req, res) })));
    },
  );
  router.get('/portal/cases', async (req, res) => {
    const { accountId, scopes } = req.caller!;
    const mine = await deps.cases.find('applicant', accountId);
    const visible = mine.filter(({ item }) => scopes.has(itemScope(item)));
    if (![...scopes].some((scope) => scope.startsWith('item:'))) throw new ServiceError('forbidden');
    res.json({ cases: visible.map(publicCase) });
  });
  return router;
};
