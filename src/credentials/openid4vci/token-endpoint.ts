import { Readable } from 'node:stream';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { type OfferDeps, preAuthorizedCodeGrant } from './create-offer.ts';
import { anonymousWalletClientId, checkTxCode } from './redeem-offer.ts';

const bodyLimit = 56 * 1024;

const readBody = async (stream: AsyncIterable<Buffer>): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > bodyLimit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/**
 * Goes before the library's token endpoint for the pre-authorized code grant alone: counts transaction codes and lets
 * wallets come without a client_id (`pre-authorized_grant_anonymous_access_supported`). The body is read here and handed
 * on as a fresh stream.
 */
export const tokenEndpointMiddleware =
  (deps: Pick<OfferDeps, 'offers' | 'codes'>) =>
  async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    if (ctx.path !== '/token' || ctx.method !== 'POST' || !ctx.is('application/x-www-form-urlencoded'))
      return next();
    const body = await readBody(ctx.req);
    if (!body) {
      ctx.status = 413;
      ctx.body = { error: 'invalid_request', error_description: 'the request body is too large' };
      return;
    }
    const handOn = (bytes: Buffer): void => {
      if (ctx.request.req.headers['content-length']) {
        ctx.request.req.headers['content-length'] = String(bytes.length);
      }
      ctx.req = Readable.from([bytes], { objectMode: false }) as typeof ctx.req;
    };
    const form = new URLSearchParams(body.toString());
    const codes = form.getAll('pre-authorized_code');
    const grantTypes = form.getAll('grant_type');
    if (grantTypes.length !== 1 || grantTypes[0] !== preAuthorizedCodeGrant || codes.length !== 1) {
      handOn(body);
      return next();
    }
    if (!form.get('client_id') && !form.get('client_assertion') && !ctx.get('authorization'))
      form.set('client_id', anonymousWalletClientId);
    const answer = await checkTxCode(deps, { code: codes[0]!, txCode: form.get('tx_code') ?? undefined });
    if (answer.kind === 'refused') {
      ctx.status = 400;
      ctx.set('cache-control', 'no-store');
      ctx.body = { error: answer.error, error_description: answer.description };
      return;
    }
    handOn(Buffer.from(form.toString()));
    return next();
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
