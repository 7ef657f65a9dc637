import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader, type JWK } from 'jose';
import { errors } from 'oidc-provider';
import { type Clock, seconds } from '../../clock.ts';
import type { Ephemeral } from '../../storage/index.ts';

/** Longer than the library accepts one of its nonces (five steps of a minute). */
const replayWindowSeconds = 600;
const proofAgeSeconds = 300;

const publicMembers: Record<string, readonly string[]> = {
  EC: ['kty', 'crv', 'x', 'y'],
  OKP: ['kty', 'crv', 'x'],
};

/**
 * What the library's endpoint leaves to the application (OpenID4VCI 1.0 §8.2.1.1, §13): the proofs' signatures, `aud`
 * and nonce were checked there; here every key must be distinct, `iat` near now, and a pair (nonce, key) unused. The
 * unit is the pair, not the proof's bytes (ECDSA is malleable) and not the nonce (the library gives all callers of one
 * minute the same).
 */
export const acceptProofs = async (
  deps: { ephemeral: Ephemeral; clock: Clock },
  proofs: readonly string[],
): Promise<JWK[]> => {
  const now = seconds(deps.clock);
  const keys: JWK[] = [];
  const seen = new Set<string>();
  const pairs: string[] = [];
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
    pairs.push(`c_nonce:${claims.nonce}:${thumbprint}`);
    keys.push(
      Object.fromEntries(members.map((name) => [name, (jwk as Record<string, unknown>)[name]])) as JWK,
    );
  }
  for (const pair of pairs) {
    if (!(await deps.ephemeral.setIfAbsent(pair, '1', replayWindowSeconds))) {
      throw new errors.InvalidNonce('this c_nonce was used with this key already; fetch a new one');
    }
  }
  return keys;
};
