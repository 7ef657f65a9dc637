import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader, type JWK } from 'jose';
import { errors } from 'oidc-provider';
import { type Clock, seconds } from '../../clock.ts';
import type { Ephemeral } from '../../storage/index.ts';
import { nonceLifetime } from './credential-nonce.ts';

const proofAgeSeconds = 300;

const publicMembers: Record<string, readonly string[]> = {
  EC: ['kty', 'crv', 'x', 'y'],
  OKP: ['kty', 'crv', 'x'],
};

/**
 * What the library's endpoint leaves to the application (OpenID4VCI 1.0 §8.2.1.1, §13): the proofs' signatures, `aud`
 * and the nonce's origin were checked there; here every key must be distinct, `iat` near now, and the nonce unused. A
 * batch may share one nonce; another request needs another.
 */
export const acceptProofs = async (
  deps: { ephemeral: Ephemeral; clock: Clock },
  proofs: readonly string[],
): Promise<JWK[]> => {
  const now = seconds(deps.clock);
  const keys: JWK[] = [];
  const seen = new Set<string>();
  const nonces = new Set<string>();
  for (const proof of proofs) {
    const { jwk } = decodeProtectedHeader(proof);
    const claims = decodeJwt(proof);
    if (typeof claims.iat !== 'number' || Math.abs(claims.iat - now) > proofAgeSeconds) {
      throw new errors.InvalidProof('jwt proof iat is too far from the present time');
    }
    const members = jwk?.kty ? publicMembers[jwk.kty] : undefined;
    if (!jwk || !members) throw new errors.InvalidProof('jwt proof key type is not supported');
    const thumbprint = await calculateJwkThumbprint(jwk);
    if (seen.has(thumbprint)) throw new errors.InvalidProof('every jwt proof must use a key of its own');
    seen.add(thumbprint);
    nonces.add(String(claims.nonce));
    keys.push(
      Object.fromEntries(members.map((name) => [name, (jwk as Record<string, unknown>)[name]])) as JWK,
    );
  }
  for (const nonce of nonces) {
    if (!(await deps.ephemeral.setIfAbsent(`c_nonce:${nonce}`, '1', nonceLifetime + proofAgeSeconds))) {
      throw new errors.InvalidNonce('this c_nonce was used already; fetch a new one from the nonce endpoint');
    }
  }
  return keys;
};
