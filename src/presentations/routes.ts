import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import { errorEntry, ServiceError } from '../errors.ts';
import { parse, rateLimit, requestIdOf } from '../http/index.ts';
import type { Ephemeral } from '../storage/index.ts';
import { acceptAnswer } from './accept-answer.ts';
import { askAtPoster } from './ask-at-poster.ts';
import { askForPresentation } from './ask-for-presentation.ts';
import type { PresentationDeps } from './dependencies.ts';
import { giveResult } from './give-result.ts';
import { handOutRequest } from './hand-out-request.ts';
import {
  answerForm,
  askBody,
  posterParams,
  presentationParams,
  replyParams,
  requestForm,
  requestParams,
  resultQuery,
} from './schema.ts';

export interface PresentationRoutesDeps extends PresentationDeps {
  ephemeral: Ephemeral;
  /** Lets apps through: `req.askingApp`. */
  requireApp: RequestHandler;
}

/** Wallets may live in any browser; nothing here reads a cookie. */
const forWallets: RequestHandler = (_req, res, next) => {
  res.set({ 'access-control-allow-origin': '*', 'cache-control': 'no-store' });
  next();
};

/** Protocol endpoints answer in OAuth's words (OpenID4VP 1.0 §8.5), and tell nobody which check it was. */
const inProtocol =
  (handle: (req: Request, res: Response) => Promise<void>): RequestHandler =>
  async (req, res) => {
    try {
      await handle(req, res);
    } catch (error) {
      if (!(error instanceof ServiceError) || errorEntry(error.code).status >= 500) throw error;
      res.status(error.code === 'not_found' ? 404 : 400).json({ error: 'invalid_request' });
    }
  };

/** Two presentations with a photograph in each. */
const form = express.urlencoded({ extended: false, limit: '1mb', parameterLimit: 10 });

export const presentationRoutes = ({ ephemeral, requireApp, ...deps }: PresentationRoutesDeps): Router => {
  const router = Router();
  const perMinute = (name: string, limit: number) =>
    rateLimit({ ephemeral, name: `presentations-${name}`, limit, windowSeconds: 60 });
  const noStore: RequestHandler = (_req, res, next) => {
    res.set('cache-control', 'no-store');
    next();
  };

  router.post(
    '/presentations',
    requireApp,
    rateLimit({
      ephemeral,
      name: 'presentations-asked',
      limit: 600,
      windowSeconds: 60,
      key: (req) => req.askingApp!.clientId,
    }),
    express.json({ limit: '32kb' }),
    noStore,
    async (req, res) => {
      const asked = await askForPresentation(deps, {
        app: req.askingApp!,
        wanted: parse(askBody, req.body),
        requestId: requestIdOf(res),
      });
      res.status(201).json(asked);
    },
  );
  router.get('/presentations/:id', requireApp, noStore, async (req, res) => {
    const { id } = parse(presentationParams, req.params);
    const { response_code: responseCode } = parse(resultQuery, req.query);
    res.json(await giveResult(deps, { id, clientId: req.askingApp!.clientId, responseCode }));
  });

  const sendRequest = async (res: Response, request: string, walletNonce?: string) => {
    const jwt = await handOutRequest(deps, { request, walletNonce });
    res.type('application/oauth-authz-req+jwt').send(Buffer.from(jwt));
  };
  const requests = [forWallets, perMinute('requests', 300)];
  router.get(
    '/presentations/requests/:request',
    ...requests,
    inProtocol((req, res) => sendRequest(res, parse(requestParams, req.params).request)),
  );
  router.post(
    '/presentations/requests/:request',
    ...requests,
    form,
    inProtocol((req, res) => {
      const { wallet_nonce: walletNonce } = parse(requestForm, req.body ?? {});
      return sendRequest(res, parse(requestParams, req.params).request, walletNonce);
    }),
  );
  router.post(
    '/presentations/responses/:reply',
    forWallets,
    perMinute('responses', 120),
    form,
    inProtocol(async (req, res) => {
      const { reply } = parse(replyParams, req.params);
      const answer = parse(answerForm, req.body ?? {});
      res.json(await acceptAnswer(deps, { reply, form: answer, requestId: requestIdOf(res) }));
    }),
  );
  router.post('/presentations/posters/:poster', noStore, perMinute('posters', 30), async (req, res) => {
    const { url, expires_at } = await askAtPoster(deps, parse(posterParams, req.params).poster);
    res.status(201).json({ url, expires_at });
  });
  return router;
};
