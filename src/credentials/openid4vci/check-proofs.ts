import { EmbeddedJWK, type JWK, jwtVerify } from 'jose';
import { errors } from 'oidc-provider';
import type { Clock } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import type { Ephemeral } from '../../storage/index.ts';
import { acceptProofs } from './accept-proofs.ts';
import { credentialNonces } from './credential-nonce.ts';

/** The public keys that these proofs show; throws invalid_request. */
export type ProofCheck = (proofs: readonly string[]) => Promise<JWK[]>;

/**
 * Key proofs (OpenID4VCI 1.0 appendix F.1) that come to an API of our own instead of the credential endpoint: what the
 * library checks there, signature, `aud` and the nonce's origin, is checked here with the same nonces.
 */
export const createProofCheck = (deps: {
  ephemeral: Ephemeral;
  clock: Clock;
  baseUrl: string;
  nonceSecret: Uint8Array;
}): ProofCheck => {
  const nonces = credentialNonces(deps.nonceSecret, deps.clock);
  return async (proofs) => {
    try {
      for (const proof of proofs) {
        const { payload } = await jwtVerify(proof, EmbeddedJWK, {
          typ: 'openid4vci-proof+jwt',
          algorithms: ['ES256', 'EdDSA'],
          audience: deps.baseUrl,
          currentDate: new Date(deps.clock.now()),
        });
        if (!nonces.checkChallenge(String(payload.nonce))) throw new errors.InvalidNonce('unknown c_nonce');
      }
      return await acceptProofs(deps, proofs);
    } catch (cause) {
      if (cause instanceof errors.OIDCProviderError && cause.statusCode >= 500) throw cause;
      throw new ServiceError('invalid_request', { detail: 'a key proof is not acceptable', cause });
    }
  };
};
