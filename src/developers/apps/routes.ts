/** The registry of apps for programs: the same acts as on the pages. */
import express, { type Request, type RequestHandler, Router } from 'express';
import type { Capacity } from '../../accounts/index.ts';
import { ServiceError } from '../../errors.ts';
import { parse, rateLimit, requestIdOf } from '../../http/index.ts';
import { type Officials, officeScope } from '../../officials/index.ts';
import type { Ephemeral } from '../../storage/index.ts';
import type { AppRecords } from './create-app-records.ts';
import type { Act } from './dependencies.ts';
import { accessCsv } from './export-access.ts';
import { type GivenManifest, parseManifest, readManifest } from './manifest.ts';
import * as schema from './schema.ts';

/** Scope of the registry's API. */
export const developerScope = 'developer';

export interface AppRecordRoutesDeps {
  records: AppRecords;
  officials: Pick<Officials, 'requireRole'>;
  ephemeral: Ephemeral;
  /** How strong the sign-in was in which the token was given. */
  strengthShown(sessionUid: string): Promise<number>;
  requireScope(scope: string, as?: readonly Capacity['kind'][]): RequestHandler;
}

const actOf = (req: Request): Act => {
  const requestId = requestIdOf(req.res!);
  return { accountId: req.caller!.accountId, ...(requestId ? { requestId } : {}) };
};

const manifestOf = (given: string | Record<string, unknown>): GivenManifest =>
  typeof given === 'string' ? parseManifest(given) : readManifest(given);

const noStore: RequestHandler = (_req, res, next) => {
  res.set('cache-control', 'no-store');
  next();
};

export const appRecordRoutes = (deps: AppRecordRoutesDeps): Router => {
  const { records, officials, ephemeral, requireScope } = deps;
  const router = Router();
  const base = '/developers/api';
  const json = express.json({ limit: '128kb' });
  const limited = rateLimit({ ephemeral, name: 'developers-api', limit: 240, windowSeconds: 60 });

  /** Whoever decides what an app may learn of people has shown two factors. */
  const twoFactors: RequestHandler = async (req, _res, next) => {
    const { sessionUid } = req.caller!;
    if (sessionUid === undefined || (await deps.strengthShown(sessionUid)) < 2)
      throw new ServiceError('second_factor_needed');
    next();
  };

  const reviews = `${base}/reviews`;
  router.use(
    reviews,
    limited,
    requireScope(officeScope, ['office']),
    officials.requireRole('app_reviewer'),
    json,
    noStore,
  );
  router.get(reviews, async (req, res) => {
    const act = actOf(req);
    res.json({ waiting: await records.reviews.waiting(act), apps: await records.reviews.all(act) });
  });
  router.get(`${reviews}/:id`, async (req, res) => {
    res.json(await records.reviews.get(actOf(req), parse(schema.recordParams, req.params).id));
  });
  router.post(`${reviews}/:id/decision`, async (req, res) => {
    const { id } = parse(schema.recordParams, req.params);
    res.json(await records.reviews.decide(actOf(req), id, parse(schema.decisionBody, req.body)));
  });
  router.post(`${reviews}/:id/invite`, async (req, res) => {
    const { id } = parse(schema.recordParams, req.params);
    res.json({ invitation: await records.reviews.invite(actOf(req), id) });
  });
  router.post(`${reviews}/:id/state`, async (req, res) => {
    const { id } = parse(schema.recordParams, req.params);
    res.json(await records.reviews.setState(actOf(req), id, parse(schema.stateBody, req.body)));
  });

  router.use(
    [`${base}/apps`, `${base}/access`],
    limited,
    requireScope(developerScope),
    twoFactors,
    json,
    noStore,
  );
  router.get(`${base}/apps`, async (req, res) => {
    const act = actOf(req);
    const owners = (await records.ownersFor(act.accountId)).map(({ kind, id, name }) => ({
      owner: `${kind}:${id}`,
      name,
    }));
    res.json({ owners, apps: await records.mine(act) });
  });
  router.post(`${base}/apps`, async (req, res) => {
    const { owner, manifest } = parse(schema.registerBody, req.body);
    res.status(201).json(await records.register(actOf(req), { owner, manifest: manifestOf(manifest) }));
  });
  router.post(`${base}/apps/join`, async (req, res) => {
    res.json(await records.join(actOf(req), parse(schema.joinBody, req.body).invitation));
  });
  router.get(`${base}/apps/:id`, async (req, res) => {
    res.json(await records.get(actOf(req), parse(schema.recordParams, req.params).id));
  });
  router.put(`${base}/apps/:id/manifest`, async (req, res) => {
    const { id } = parse(schema.recordParams, req.params);
    const { manifest } = parse(schema.changeBody, req.body);
    res.json(await records.change(actOf(req), id, manifestOf(manifest)));
  });
  router.get(`${base}/apps/:id/check`, async (req, res) => {
    const { id } = parse(schema.recordParams, req.params);
    res.json({ report: await records.check(actOf(req), id) });
  });
  router.post(`${base}/apps/:id/contacts/code`, async (req, res) => {
    const { id } = parse(schema.recordParams, req.params);
    await records.mailContactCode(actOf(req), id, parse(schema.contactBody, req.body).contact);
    res.status(204).end();
  });
  router.post(`${base}/apps/:id/contacts/confirm`, async (req, res) => {
    const { id } = parse(schema.recordParams, req.params);
    res.json(await records.confirmContact(actOf(req), id, parse(schema.codeBody, req.body).code));
  });
  router.delete(`${base}/apps/:id/maintainers/:account`, async (req, res) => {
    const { id, account } = parse(schema.maintainerParams, req.params);
    await records.removeMaintainer(actOf(req), id, account);
    res.status(204).end();
  });
  router.post(`${base}/apps/:id/secrets`, async (req, res) => {
    const { id } = parse(schema.recordParams, req.params);
    res.status(201).json(await records.makeSecret(actOf(req), id));
  });
  router.delete(`${base}/apps/:id/secrets/:secret`, async (req, res) => {
    const { id, secret } = parse(schema.secretParams, req.params);
    await records.endSecret(actOf(req), id, secret);
    res.status(204).end();
  });

  const acts = {
    try: records.tryOut,
    'confirm-tested': records.confirmTested,
    'ask-for-listing': records.askForListing,
    'take-back': records.takeBack,
    retire: records.retire,
    invite: async (act: Act, id: string) => ({ invitation: await records.invite(act, id) }),
  };
  router.post(`${base}/apps/:id/:act`, async (req, res) => {
    const { id, act } = parse(schema.actParams, req.params);
    res.json(await acts[act](actOf(req), id));
  });

  router.get(`${base}/access`, async (req, res) => {
    const { format, ...filter } = parse(schema.accessQuery, req.query);
    const lines = await records.access(actOf(req), filter);
    if (format === 'json') return void res.json({ access: lines });
    res.attachment('access.csv').type('text/csv').send(accessCsv(lines));
  });
  return router;
};
