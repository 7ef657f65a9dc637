/** The lead's and the officers' routes about counters; what they do is in src/counters. */
import type { Request, RequestHandler } from 'express';
import { counterSchema as schema } from '../counters/index.ts';
import { parse } from '../http/index.ts';
import type { counterAccess } from './counter-access.ts';
import type { Acting, Dependencies } from './dependencies.ts';

export const counterHandlers = (
  { counters: { desk } }: Pick<Dependencies, 'counters'>,
  actingOf: (req: Request) => Acting,
): Record<keyof typeof counterAccess, RequestHandler> => {
  const counterId = (req: Request): string => parse(schema.counterParams, req.params).id;
  return {
    counters: async (req, res) => {
      res.json({ counters: await desk.list(actingOf(req)) });
    },
    proposeCounter: async (req, res) => {
      res.status(201).json(await desk.propose(actingOf(req), parse(schema.proposeBody, req.body)));
    },
    renewCounterCode: async (req, res) => {
      res.status(201).json(await desk.renewCode(actingOf(req), counterId(req)));
    },
    setCounterItems: async (req, res) => {
      const { items } = parse(schema.itemsBody, req.body);
      res.json(await desk.setItems(actingOf(req), { id: counterId(req), items }));
    },
    revokeCounter: async (req, res) => {
      const { reason } = parse(schema.revokeBody, req.body);
      res.json(await desk.revoke(actingOf(req), { id: counterId(req), reason }));
    },
    resumeCounter: async (req, res) => {
      res.json(await desk.resume(actingOf(req), counterId(req)));
    },
    counterFlags: async (req, res) => {
      res.json({ flags: await desk.flags(actingOf(req)) });
    },
    closeCounterFlag: async (req, res) => {
      const { id: flag } = parse(schema.flagParams, req.params);
      const { outcome } = parse(schema.flagBody, req.body);
      res.json(await desk.closeFlag(actingOf(req), { flag, outcome }));
    },
    posters: async (req, res) => {
      res.json({ posters: await desk.posters(actingOf(req)) });
    },
    makePoster: async (req, res) => {
      res.status(201).json(await desk.makePoster(actingOf(req), parse(schema.makePosterBody, req.body)));
    },
    endPoster: async (req, res) => {
      res.json(await desk.endPoster(actingOf(req), parse(schema.posterParams, req.params).id));
    },
    counterPin: async (req, res) => {
      res.json({ set: await desk.hasPin(actingOf(req)) });
    },
    setCounterPin: async (req, res) => {
      await desk.setPin(actingOf(req), parse(schema.pinBody, req.body).pin);
      res.json({ set: true });
    },
    openCase: async (req, res) => {
      const { id, item, state, createdAt } = await desk.openCase(
        actingOf(req),
        parse(schema.caseBody, req.body),
      );
      res.status(201).json({ number: id, item, state, created_at: createdAt });
    },
  };
};
