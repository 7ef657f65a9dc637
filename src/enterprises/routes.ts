import express, { type Request, type RequestHandler, Router } from 'express';
import { parse } from '../http/parse.ts';
import type { Act } from './context.ts';
import type { Enterprises } from './create-enterprises.ts';
import { itemsForMandates } from './give-mandate.ts';
import {
  appointManagerBody,
  enterpriseParams,
  giveMandateBody,
  managerParams,
  mandateAnswerParams,
  mandateParams,
  nameStaffBody,
  openEnterpriseBody,
} from './schema.ts';
import { writeEnterprise, writeMandate, writeNotice } from './write-views.ts';

export interface EnterpriseRoutesDeps {
  enterprises: Enterprises;
  requireScope(scope: string): RequestHandler;
}

/** Scope of the account pages; no app of somebody else gets it. */
export const enterpriseScope = 'enterprise';

const actOf = (req: Request): Act => ({
  accountId: req.caller!.accountId,
  requestId: req.res?.getHeader('x-request-id') as string | undefined,
});

export const enterpriseRoutes = ({ enterprises, requireScope }: EnterpriseRoutesDeps): Router => {
  const router = Router();
  const { context } = enterprises;
  const base = '/enterprises/api';
  router.use(base, requireScope(enterpriseScope), express.json({ limit: '16kb' }), (_req, res, next) => {
    res.set('cache-control', 'no-store');
    next();
  });
  const show = async <T, V>(list: readonly T[], write: (one: T) => Promise<V>): Promise<V[]> =>
    Promise.all(list.map(write));

  router.get(`${base}/items`, (_req, res) => {
    res.json({ items: itemsForMandates(context.items).map(({ code, name }) => ({ code, name })) });
  });
  router.get(`${base}/notices`, async (req, res) => {
    res.json({ notices: (await enterprises.myNotices(actOf(req))).map(writeNotice) });
  });
  router.get(`${base}/enterprises`, async (req, res) => {
    const act = actOf(req);
    const mine = await enterprises.mine(act);
    res.json({ enterprises: await show(mine, (one) => writeEnterprise(context, one, act.accountId)) });
  });
  router.post(`${base}/enterprises`, async (req, res) => {
    const act = actOf(req);
    const opened = await enterprises.open(act, parse(openEnterpriseBody, req.body));
    res.status(201).json(await writeEnterprise(context, opened, act.accountId));
  });
  router.get(`${base}/enterprises/:id`, async (req, res) => {
    const act = actOf(req);
    const found = await enterprises.get(act, parse(enterpriseParams, req.params).id);
    res.json(await writeEnterprise(context, found, act.accountId));
  });
  router.post(`${base}/enterprises/:id/managers`, async (req, res) => {
    const act = actOf(req);
    const { id: enterprise } = parse(enterpriseParams, req.params);
    const { person } = parse(appointManagerBody, req.body);
    const changed = await enterprises.appointManager(act, { enterprise, person });
    res.status(201).json(await writeEnterprise(context, changed, act.accountId));
  });
  router.delete(`${base}/enterprises/:id/managers/:post`, async (req, res) => {
    const { id: enterprise, post } = parse(managerParams, req.params);
    await enterprises.removeManager(actOf(req), { enterprise, post });
    res.status(204).end();
  });
  router.get(`${base}/enterprises/:id/mandates`, async (req, res) => {
    const act = actOf(req);
    const { given, received } = await enterprises.mandatesOf(act, parse(enterpriseParams, req.params).id);
    const write = (list: typeof given) => show(list, (one) => writeMandate(context, one, act.accountId));
    res.json({ given: await write(given), received: await write(received) });
  });
  router.post(`${base}/enterprises/:id/mandates`, async (req, res) => {
    const act = actOf(req);
    const { id: enterprise } = parse(enterpriseParams, req.params);
    const given = await enterprises.giveMandate(act, { enterprise, ...parse(giveMandateBody, req.body) });
    res.status(201).json(await writeMandate(context, given, act.accountId));
  });
  router.get(`${base}/mandates`, async (req, res) => {
    const act = actOf(req);
    const mine = await enterprises.myMandates(act);
    res.json({ mandates: await show(mine, (one) => writeMandate(context, one, act.accountId)) });
  });
  router.post(`${base}/mandates/:id/staff`, async (req, res) => {
    const act = actOf(req);
    const { id: mandate } = parse(mandateParams, req.params);
    const named = await enterprises.nameAgentStaff(act, { mandate, ...parse(nameStaffBody, req.body) });
    res.status(201).json(await writeMandate(context, named, act.accountId));
  });
  router.post(`${base}/mandates/:id/end`, async (req, res) => {
    const act = actOf(req);
    const ended = await enterprises.endMandate(act, { mandate: parse(mandateParams, req.params).id });
    res.json(await writeMandate(context, ended, act.accountId));
  });
  router.post(`${base}/mandates/:id/:answer`, async (req, res) => {
    const act = actOf(req);
    const { id: mandate, answer } = parse(mandateAnswerParams, req.params);
    const answered = await enterprises.answerMandate(act, { mandate, answer });
    res.json(await writeMandate(context, answered, act.accountId));
  });
  return router;
};
