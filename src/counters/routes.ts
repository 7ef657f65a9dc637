import express, { type Request, type RequestHandler, Router } from 'express';
import { ServiceError } from '../errors.ts';
import { parse, rateLimit, requestIdOf } from '../http/index.ts';
import type { Asking, CounterContext, OnShift } from './context.ts';
import { enrolDevice } from './enrol-counter.ts';
import { lookUpShown } from './look-up-shown.ts';
import { beginFaceSession, lookWithoutPhone } from './look-without-phone.ts';
import { officeAt } from './officers.ts';
import { listInbox, openInbox } from './posters.ts';
import * as schema from './schema.ts';
import { beginShift, endShift, onShift } from './shifts.ts';
import { counterOf } from './signed-request.ts';
import { takeResults } from './take-results.ts';
import { writeState } from './write-state.ts';

declare global {
  namespace Express {
    interface Request {
      counter?: Asking;
    }
  }
}

/** What an enrolled device asks (docs/counters.md §3). Every route but the enrolment takes the device's own signature. */
export const counterRoutes = (context: CounterContext): Router => {
  const router = Router();
  const base = '/counter/api';
  const noStore: RequestHandler = (_req, res, next) => {
    res.set('cache-control', 'no-store');
    next();
  };
  const signed: RequestHandler = async (req, res, next) => {
    const path = req.originalUrl.split('?')[0]!;
    const request = { authorization: req.get('authorization'), method: req.method, path };
    const requestId = requestIdOf(res);
    const counter = await counterOf(context, request).catch((error: unknown) => {
      // RFC 9110 §11.6.1: what is refused for want of a proof says which.
      if (error instanceof ServiceError && error.code === 'unauthenticated')
        res.set('www-authenticate', `Counter realm="${context.baseUrl}"`);
      throw error;
    });
    req.counter = { counter, ...(requestId === undefined ? {} : { requestId }) };
    next();
  };
  const json = express.json({ limit: '512kb' });
  const asking = (req: Request): Asking => req.counter!;
  const shiftOf = (req: Request, shift: string): Promise<OnShift> => onShift(context, asking(req), shift);

  router.post(
    `${base}/enrol`,
    noStore,
    rateLimit({ ephemeral: context.ephemeral, name: 'counter-enrol', limit: 10, windowSeconds: 60 }),
    json,
    async (req, res) => {
      const { code, public_key: publicKey, proof } = parse(schema.enrolBody, req.body);
      const requestId = requestIdOf(res);
      const given = { code, publicKey, proof, ...(requestId === undefined ? {} : { requestId }) };
      const counter = await enrolDevice(context, given);
      res.status(201).json(await writeState(context, { counter }));
    },
  );
  router.use(base, noStore, signed, json);

  router.get(`${base}/me`, async (req, res) => {
    res.json(await writeState(context, asking(req)));
  });
  router.post(`${base}/shifts`, async (req, res) => {
    const { officer, pin_key: pinKey } = parse(schema.shiftBody, req.body);
    res.status(201).json(await beginShift(context, asking(req), { officer, pinKey }));
  });
  router.post(`${base}/shifts/:shift/end`, async (req, res) => {
    parse(schema.nothing, req.body ?? {});
    await endShift(context, asking(req), parse(schema.shiftParams, req.params).shift);
    res.json({ ended: true });
  });
  router.post(`${base}/looks`, async (req, res) => {
    const { shift, ...input } = parse(schema.lookBody, req.body);
    res.json(await lookUpShown(context, await shiftOf(req, shift), input));
  });
  router.post(`${base}/face-sessions`, async (req, res) => {
    const { shift, sample } = parse(schema.faceBody, req.body);
    res.status(201).json(await beginFaceSession(context, await shiftOf(req, shift), sample));
  });
  router.post(`${base}/no-phone`, async (req, res) => {
    const { shift, presence, ...input } = parse(schema.withoutPhoneBody, req.body);
    const shown =
      'officer' in presence
        ? { officer: presence.officer, pinKey: presence.pin_key }
        : { faceSession: presence.face_session };
    const onDuty = await shiftOf(req, shift);
    res.json(await lookWithoutPhone(context, onDuty, { ...input, presence: shown }));
  });
  router.post(`${base}/results`, async (req, res) => {
    const { results, wrong_pins: wrongPins } = parse(schema.resultsBody, req.body);
    res.json({ results: await takeResults(context, asking(req), { results, wrongPins }) });
  });
  router.get(`${base}/inbox`, async (req, res) => {
    res.json({ entries: await listInbox(context, asking(req)) });
  });
  router.post(`${base}/inbox/:id/open`, async (req, res) => {
    const { shift } = parse(schema.onlyShift, req.body);
    const { id } = parse(schema.inboxParams, req.params);
    res.json(await openInbox(context, await shiftOf(req, shift), id));
  });
  router.post(`${base}/annotated-copies`, async (req, res) => {
    const { shift, ...wanted } = parse(schema.copyBody, req.body);
    const { counter, officer, requestId } = await shiftOf(req, shift);
    const office = await officeAt(context, counter, officer);
    if (!office) throw new ServiceError('shift_ended');
    const made = await context.annotatedCopies.forCounter({
      ...wanted,
      key: parse(schema.idempotencyKey, req.get('idempotency-key')),
      accountId: officer,
      unit: office.unit,
      items: counter.items,
      ...(requestId === undefined ? {} : { requestId }),
    });
    res.status(201).json(made);
  });
  return router;
};
