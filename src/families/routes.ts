import express, { type Request, type RequestHandler, Router } from 'express';
import type { Capacity } from '../accounts/index.ts';
import { type Enrolment, enrolmentOf } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { parse, requestIdOf } from '../http/index.ts';
import { type Officials, officeScope } from '../officials/index.ts';
import type { Act, CounterAct } from './context.ts';
import type { Families } from './create-families.ts';
import * as schema from './schema.ts';

export interface FamilyRoutesDeps {
  families: Families;
  officials: Pick<Officials, 'requireRole'>;
  requireScope(scope: string, as?: readonly Capacity['kind'][]): RequestHandler;
}

const actOf = (req: Request): Act => {
  const requestId = requestIdOf(req.res!);
  return { accountId: req.caller!.accountId, ...(requestId ? { requestId } : {}) };
};

/** The same wallet in the same sign-in is the same phone. */
const enrolmentIn = (req: Request): Enrolment | undefined => {
  const { accountId: account, clientId: client, sessionUid: signIn } = req.caller!;
  return signIn === undefined ? undefined : enrolmentOf({ account, client, signIn });
};

/** Of the office that `requireRole` let through. */
const counterActOf = (req: Request): CounterAct => ({
  ...actOf(req),
  unit: req.official!.capacity.unit.id,
});

/** Families are between people: nobody agrees or looks in the name of a firm or an office. */
const onlyAsHerself: RequestHandler = (req, _res, next) => {
  if (req.caller!.capacity.kind !== 'self') throw new ServiceError('forbidden');
  next();
};

const noStore: RequestHandler = (_req, res, next) => {
  res.set('cache-control', 'no-store');
  next();
};

/** Mount it before the wallet's routes: `/wallet/api/family` has a guard of its own, and a DPoP proof is used once. */
export const familyRoutes = ({ families, officials, requireScope }: FamilyRoutesDeps): Router => {
  const router = Router();
  const json = express.json({ limit: '128kb' });
  const base = '/wallet/api/family';
  router.use(base, requireScope('wallet'), onlyAsHerself, json, noStore);

  const seen = async (act: Act, id: string) => {
    const { acting, for_me } = await families.of(act.accountId);
    return [...acting, ...for_me].find((link) => link.id === id);
  };

  router.get(base, async (req, res) => {
    res.json(await families.of(actOf(req).accountId));
  });
  router.post(`${base}/children`, async (req, res) => {
    const act = actOf(req);
    const { id } = await families.addChild(act, parse(schema.childBody, req.body));
    res.status(201).json(await seen(act, id));
  });
  router.post(`${base}/invitations`, async (req, res) => {
    const act = actOf(req);
    const { id } = await families.invite(act, parse(schema.inviteBody, req.body));
    res.status(201).json(await seen(act, id));
  });
  router.get(`${base}/:link/certificates`, async (req, res) => {
    res.json(await families.certificates.list(actOf(req), parse(schema.linkParams, req.params).link));
  });
  router.post(`${base}/:link/certificates`, async (req, res) => {
    const { link } = parse(schema.linkParams, req.params);
    const { type } = parse(schema.typeBody, req.body);
    res.status(201).json(await families.certificates.add(actOf(req), { link, type }));
  });
  router.post(`${base}/:link/certificates/:id/reveal`, async (req, res) => {
    const { link, id: certificate } = parse(schema.certificateParams, req.params);
    res.json(await families.certificates.reveal(actOf(req), { link, certificate }));
  });
  router.post(`${base}/:link/copies`, async (req, res) => {
    const { link } = parse(schema.linkParams, req.params);
    const body = parse(schema.copiesBody, req.body);
    res.json(
      await families.certificates.issue(actOf(req), {
        link,
        configuration: body.credential_configuration_id,
        certificate: body.certificate,
        proofs: body.proofs.jwt,
        enrolment: enrolmentIn(req),
      }),
    );
  });
  router.post(`${base}/:link/:answer`, async (req, res) => {
    const act = actOf(req);
    const { link, answer } = parse(schema.answerParams, req.params);
    await families[answer](act, link);
    res.json(await seen(act, link));
  });

  const counter = '/families/api/records';
  router.use(
    counter,
    requireScope(officeScope, ['office']),
    officials.requireRole('counter_lead'),
    json,
    noStore,
  );
  router.get(counter, async (req, res) => {
    res.json({ records: await families.counter.waiting(counterActOf(req).unit) });
  });
  router.post(counter, async (req, res) => {
    const recorded = await families.counter.record(counterActOf(req), parse(schema.recordBody, req.body));
    res.status(201).json(recorded);
  });
  router.post(`${counter}/:record/:decision`, async (req, res) => {
    const decided = await families.counter.decide(
      counterActOf(req),
      parse(schema.decisionParams, req.params),
    );
    res.json(decided);
  });
  return router;
};
