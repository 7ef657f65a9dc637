import type { KoaContextWithOIDC } from 'oidc-provider';
import { type OfferDeps, preAuthorizedCodeGrant } from './create-offer.ts';
import { anonymousWalletClientId, checkTxCode } from './redeem-offer.ts';
import { handOn, readBody, refuse } from './request-body.ts';

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
    if (!body) return refuse(ctx, 413, 'invalid_request', 'the request body is too large');
    const form = new URLSearchParams(body.toString());
    const codes = form.getAll('pre-authorized_code');
    const grantTypes = form.getAll('grant_type');
    if (grantTypes.length !== 1 || grantTypes[0] !== preAuthorizedCodeGrant || codes.length !== 1) {
      handOn(ctx, body);
      return next();
    }
    if (!form.get('client_id') && !form.get('client_assertion') && !ctx.get('authorization'))
      form.set('client_id', anonymousWalletClientId);
    const answer = await checkTxCode(deps, { code: codes[0]!, txCode: form.get('tx_code') ?? undefined });
    if (answer.kind === 'refused') return refuse(ctx, 400, answer.error, answer.description);
    handOn(ctx, Buffer.from(form.toString()));
    return next();
  };
