/**
 * Wallets that authenticate by an attestation of their provider (Attestation-Based Client Authentication; HAIP 1.0 §4.3.1):
 * whose word counts is the operator's setting, as with key attestations.
 */
import { createHmac } from 'node:crypto';
import type { JWTPayload } from 'jose';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { errors } from 'oidc-provider';
import { type Clock, seconds } from '../../clock.ts';
import { type AttestationSettings, openAttesters } from './attesters.ts';

/** A proof of the instance's key is made for one request. Seconds. */
const proofAge = 300;

export const isAttestedWallet = (client: unknown): boolean =>
  String((client as { clientAuthMethod?: unknown } | undefined)?.clientAuthMethod).startsWith(
    'attest_jwt_client_auth',
  );

/** The provider's feature `attestClientAuth`. */
export const walletAttestationFeature = (deps: {
  settings: Omit<AttestationSettings, 'required'>;
  clock: Clock;
  nonceSecret: Uint8Array;
}) => {
  const { clock } = deps;
  const attesters = openAttesters({ ...deps.settings, required: true }, clock)!;
  return {
    enabled: true,
    ack: 'draft-12',
    challengeSecret: createHmac('sha256', deps.nonceSecret).update('wallet attestation').digest(),
    getAttestationSignaturePublicKey: async (_ctx: unknown, header: Parameters<typeof attesters.keyOf>[0]) =>
      attesters.keyOf(header),
    /** The library looks at the challenge and at replays; here the proof's own date. */
    async assertAttestationJwtAndPop(_ctx: unknown, _attestation: unknown, pop: { payload: JWTPayload }) {
      const { iat } = pop.payload;
      if (typeof iat !== 'number' || Math.abs(iat - seconds(clock)) > proofAge)
        throw new errors.InvalidClientAuth('the proof of the wallet instance is too old or from the future');
    },
  };
};

/**
 * The library has one endpoint for the challenge of an attestation and the nonce of a key proof, and answers both at
 * each. Here each has its own: `/challenge` and `/nonce` (HAIP 1.0 §4.3.1; OpenID4VCI 1.0 §7).
 */
export const nonceEndpoint =
  () =>
  async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    const forKeys = ctx.path === '/nonce';
    if (!forKeys && ctx.path !== '/challenge') return next();
    ctx.path = '/challenge';
    await next();
    const { c_nonce, attestation_challenge } = (ctx.body ?? {}) as Record<string, unknown>;
    if (ctx.method !== 'POST' || ctx.status !== 200) return;
    ctx.body = forKeys ? { c_nonce } : { attestation_challenge };
    if (forKeys) ctx.remove('oauth-client-attestation-challenge');
  };
