/**
 * What the wallet needs of its server to answer verifiers: masked values for the consent page, the holder's log, and a way
 * to verifiers elsewhere, whom a page of this origin may not reach itself (connect-src 'self').
 */
import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import type { Capacity } from '../accounts/index.ts';
import { ServiceError } from '../errors.ts';
import { parse, rateLimit, requestIdOf } from '../http/index.ts';
import { type OutgoingFetch, OutgoingRefused } from '../outgoing/index.ts';
import type { Ephemeral } from '../storage/index.ts';
import { type Asking, previewDisclosure, recordOutcome, type WalletDeps } from './preview-disclosure.ts';
import { fetchBody, outcomeBody, previewBody, sendBody } from './wallet-schema.ts';

export interface PresentingDeps extends WalletDeps {
  ephemeral: Ephemeral;
  fetch: OutgoingFetch;
  requireScope(scope: string, as?: readonly Capacity['kind'][]): RequestHandler;
}

/** A request object with a chain of certificates, an answer with an address. */
const maxBytes = 100_000;

const askingOf = (req: Request, res: Response): Asking => ({
  accountId: req.caller!.accountId,
  capacity: req.caller!.capacity.ref,
  requestId: requestIdOf(res),
});

export const presentingRoutes = ({ ephemeral, fetch, requireScope, ...deps }: PresentingDeps): Router => {
  const router = Router();
  const path = '/wallet/api/presentations';
  router.use(
    path,
    requireScope('wallet', ['self', 'enterprise']),
    rateLimit({
      ephemeral,
      name: 'presenting',
      limit: 60,
      windowSeconds: 60,
      key: (req) => req.caller!.accountId,
    }),
    express.json({ limit: '1mb' }),
    (_req, res, next) => {
      res.set('cache-control', 'no-store');
      next();
    },
  );
  router.post(`${path}/preview`, async (req, res) => {
    res.json(await previewDisclosure(deps, askingOf(req, res), parse(previewBody, req.body)));
  });
  router.post(`${path}/outcomes`, async (req, res) => {
    await recordOutcome(deps, askingOf(req, res), parse(outcomeBody, req.body));
    res.status(201).json({ recorded: true });
  });

  const reach = async (url: string, init: RequestInit): Promise<{ status: number; text: string }> => {
    try {
      const answer = await fetch(url, { ...init, maxBytes });
      return { status: answer.status, text: await answer.text() };
    } catch (error) {
      if (error instanceof OutgoingRefused) throw new ServiceError('verifier_unreachable', { cause: error });
      throw error;
    }
  };
  router.post(`${path}/fetch`, async (req, res) => {
    const { url, wallet_nonce: nonce } = parse(fetchBody, req.body);
    const form = nonce === undefined ? undefined : new URLSearchParams({ wallet_nonce: nonce });
    res.json(await reach(url, form ? { method: 'POST', body: form } : {}));
  });
  router.post(`${path}/send`, async (req, res) => {
    const { url, form } = parse(sendBody, req.body);
    res.json(await reach(url, { method: 'POST', body: new URLSearchParams(form) }));
  });
  return router;
};
