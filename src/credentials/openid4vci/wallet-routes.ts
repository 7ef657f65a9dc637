/** Where wallets come back to: deferred credentials and notifications (OpenID4VCI 1.0 §9, §11). */
import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import { errors } from 'oidc-provider';
import { z } from 'zod';
import { requestIdOf } from '../../http/index.ts';
import { type Deliveries, deliveryEvents } from '../deliveries.ts';
import type { Deferrals } from './deferrals.ts';
import { answerKeyOf, type Encryption, encryptAnswer } from './encryption.ts';

export interface WalletRoutesDeps {
  deferrals: Deferrals;
  deliveries: Deliveries;
  encryption: Encryption;
  /** Any live access token of this server; `req.caller` says whose. */
  requireToken: RequestHandler;
}

const notificationBody = z.object({
  notification_id: z.string().max(100),
  event: z.enum(deliveryEvents),
  // RFC 6749 §5.2 names these characters. Read and not kept: a wallet may write anything into it.
  event_description: z
    .string()
    .max(2000)
    .regex(/^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/)
    .optional(),
});

const deferredBody = z.object({
  transaction_id: z.string().max(100),
  credential_response_encryption: z.unknown().optional(),
});

/** Wallets in a browser come from anywhere; the token is in a header, never in a cookie. */
const fromAnywhere: RequestHandler = (req, res, next) => {
  res.set({
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'WWW-Authenticate, DPoP-Nonce',
    'cache-control': 'no-store',
  });
  if (req.method !== 'OPTIONS') return next();
  res.set({
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'Authorization, Content-Type, DPoP',
  });
  res.status(204).end();
};

const protocolError = (code: string, description: string) =>
  new errors.CustomOIDCProviderError(code, description);

/** Answers in the protocol's error objects what the protocol has a name for. */
const inProtocol =
  (handle: (req: Request, res: Response) => Promise<void>): RequestHandler =>
  async (req, res) => {
    try {
      await handle(req, res);
    } catch (error) {
      if (!(error instanceof errors.OIDCProviderError)) throw error;
      const { error: code, error_description, statusCode } = error;
      res.status(statusCode).json({ error: code, error_description });
    }
  };

const json = (text: unknown): unknown => {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
};

export const walletEndpoints = (deps: WalletRoutesDeps): Router => {
  const router = Router();
  router.use(
    ['/notification', '/credential_deferred'],
    fromAnywhere,
    deps.requireToken,
    express.text({ type: () => true, limit: '56kb' }),
  );

  const notify = async (req: Request, res: Response): Promise<void> => {
    const body = notificationBody.safeParse(req.is('application/json') ? json(req.body) : undefined);
    if (!body.success)
      throw protocolError('invalid_notification_request', 'the notification is not well formed');
    const { accountId, capacity, clientId } = req.caller!;
    const isKnown = await deps.deliveries.record({
      id: body.data.notification_id,
      holder: capacity.kind === 'enterprise' ? capacity.enterprise.id : accountId,
      client: clientId,
      event: body.data.event,
      requestId: requestIdOf(res),
    });
    if (!isKnown) throw protocolError('invalid_notification_id', 'the notification_id is unknown');
    res.status(204).end();
  };
  router.post('/notification', inProtocol(notify));

  const collect = async (req: Request, res: Response): Promise<void> => {
    const encrypted = Boolean(req.is('application/jwt'));
    const text = encrypted ? await deps.encryption.open(String(req.body)).catch(() => undefined) : req.body;
    if (text === undefined)
      throw protocolError('invalid_encryption_parameters', 'the request is not encrypted to this issuer');
    const isKnownType = encrypted || req.is('application/json');
    const body = deferredBody.safeParse(isKnownType ? json(Buffer.from(text as string)) : undefined);
    if (!body.success)
      throw protocolError('invalid_credential_request', 'the deferred request is not well formed');
    const answerTo = await answerKeyOf(body.data.credential_response_encryption, encrypted);
    const { accountId, capacity, clientId } = req.caller!;
    const answer = await deps.deferrals.collect({
      transactionId: body.data.transaction_id,
      account: accountId,
      capacity: capacity.ref,
      client: clientId,
      requestId: requestIdOf(res),
    });
    res.status('transaction_id' in answer ? 202 : 200);
    // As bytes: Express adds no charset to them.
    if (answerTo) res.type('application/jwt').send(Buffer.from(await encryptAnswer(answerTo, answer)));
    else res.json(answer);
  };
  router.post('/credential_deferred', inProtocol(collect));
  return router;
};
