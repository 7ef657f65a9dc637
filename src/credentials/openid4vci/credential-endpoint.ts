/** What goes round the library's credential endpoint: encryption, deferral, and the names of its errors. */
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Deferred } from './deferrals.ts';
import { type AnswerKey, type Encryption, encryptAnswer } from './encryption.ts';
import { handOn, readBody, refuse } from './request-body.ts';

/** What a request and its answer tell each other, beside what the library hands on. */
export interface CredentialExchange {
  /** The request came encrypted. */
  encrypted: boolean;
  /** Whom the answer is encrypted to. */
  answerTo?: AnswerKey | undefined;
  /** The answer of today: come back later. */
  deferred?: Deferred;
}

type Ctx = KoaContextWithOIDC & { state: { exchange?: CredentialExchange } };

/** Of a credential request that is being answered. */
export const exchangeOf = (ctx: KoaContextWithOIDC): CredentialExchange =>
  (ctx as Ctx).state.exchange ?? { encrypted: false };

const isCredentialRequest = (ctx: KoaContextWithOIDC): boolean =>
  ctx.path === '/credential' && ctx.method === 'POST';

/** OpenID4VCI 1.0 §10: a request as a JWE is opened before the library reads it, an answer is sealed after it spoke. */
export const encryptionMiddleware =
  (encryption: Encryption) =>
  async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    if (!isCredentialRequest(ctx)) return next();
    const exchange: CredentialExchange = { encrypted: Boolean(ctx.is('application/jwt')) };
    (ctx as Ctx).state.exchange = exchange;
    if (exchange.encrypted) {
      const body = await readBody(ctx.req);
      if (!body) return refuse(ctx, 413, 'invalid_credential_request', 'the request body is too large');
      const opened = await encryption.open(body.toString()).catch(() => undefined);
      if (!opened)
        return refuse(
          ctx,
          400,
          'invalid_encryption_parameters',
          'the request is not encrypted to this issuer',
        );
      handOn(ctx, Buffer.from(opened), 'application/json');
    }
    await next();
    if (exchange.deferred && ctx.status < 300) {
      ctx.status = 202;
      ctx.body = exchange.deferred;
    }
    // Errors are never encrypted (§8.3.1.2).
    if (exchange.answerTo && ctx.status < 300) {
      ctx.body = await encryptAnswer(exchange.answerTo, ctx.body);
      ctx.type = 'application/jwt';
    }
  };

/** Whether the request shows a token the way it has to: RFC 6750 §2.1, RFC 9449 §7.1. */
const showsToken = (ctx: KoaContextWithOIDC): boolean => {
  const [scheme, token, ...rest] = ctx.get('authorization').split(' ');
  const expected = ctx.get('dpop') ? 'dpop' : 'bearer';
  return scheme?.toLowerCase() === expected && token !== undefined && rest.length === 0;
};

/**
 * The library reads the body of a credential request before the token, and has one name for what is wrong with either.
 * Without a token the answer is 401 and a challenge (RFC 6750 §3.1), whatever the body; what is wrong with the body
 * alone has a name of its own (OpenID4VCI 1.0 §8.3.1.2).
 */
export const credentialErrorMiddleware =
  (baseUrl: string) =>
  async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    if (ctx.path !== '/credential' || ctx.status !== 400) return;
    if (ctx.get('authorization') === '') {
      ctx.status = 401;
      ctx.set('www-authenticate', `Bearer realm="${baseUrl}", DPoP realm="${baseUrl}"`);
      ctx.body = { error: 'invalid_token', error_description: 'no access token provided' };
      return;
    }
    const body = ctx.body as { error?: string } | undefined;
    if (body?.error === 'invalid_request' && showsToken(ctx))
      ctx.body = { ...body, error: 'invalid_credential_request' };
  };
