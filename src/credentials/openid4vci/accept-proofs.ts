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

export interface ProofDeps {
  ephemeral: Ephemeral;
  clock: Clock;
}

/** Public members alone, each key a different one. */
const distinctKeys = async (jwks: readonly (JWK | undefined)[]): Promise<JWK[]> => {
  const keys: JWK[] = [];
  const seen = new Set<string>();
  for (const jwk of jwks) {
    const members = jwk?.kty ? publicMembers[jwk.kty] : undefined;
    if (!jwk || !members) throw new errors.InvalidProof('the key type of a proof is not supported');
    const thumbprint = await calculateJwkThumbprint(jwk);
    if (seen.has(thumbprint)) throw new errors.InvalidProof('every proof must use a key of its own');
    seen.add(thumbprint);
    keys.push(
      Object.fromEntries(members.map((name) => [name, (jwk as Record<string, unknown>)[name]])) as JWK,
    );
  }
  return keys;
};

const takeNonces = async ({ ephemeral }: ProofDeps, nonces: ReadonlySet<string>): Promise<void> => {
  for (const nonce of nonces) {
    if (!(await ephemeral.setIfAbsent(`c_nonce:${nonce}`, '1', nonceLifetime + proofAgeSeconds)))
      throw new errors.InvalidNonce('this c_nonce was used already; fetch a new one from the nonce endpoint');
  }
};

/**
 * What the library's endpoint leaves to the application (OpenID4VCI 1.0 §8.2.1.1, §13): the proofs' signatures, `aud`
 * and the nonce's origin were checked there; here every key must be distinct, `iat` near now, and the nonce unused. A
 * batch may share one nonce; another request needs another.
 */
export const acceptProofs = async (deps: ProofDeps, proofs: readonly string[]): Promise<JWK[]> => {
  const now = seconds(deps.clock);
  const claims = proofs.map((proof) => decodeJwt(proof));
  for (const { iat } of claims) {
    if (typeof iat !== 'number' || Math.abs(iat - now) > proofAgeSeconds)
      throw new errors.InvalidProof('jwt proof iat is too far from the present time');
  }
  const keys = await distinctKeys(proofs.map((proof) => decodeProtectedHeader(proof).jwk as JWK | undefined));
  await takeNonces(deps, new Set(claims.map(({ nonce }) => String(nonce))));
  return keys;
};

/** Keys an attester vouches for in place of a proof each (appendix F.3): as many as a batch may have. */
export const acceptAttestation = async (
  deps: ProofDeps & { batchSize: number },
  attested: { attestedKeys: readonly JWK[]; payload: { nonce?: unknown } },
): Promise<JWK[]> => {
  if (attested.attestedKeys.length > deps.batchSize)
    throw new errors.InvalidProof(`more keys are attested than a batch may have (${deps.batchSize})`);
  const keys = await distinctKeys(attested.attestedKeys);
  await takeNonces(deps, new Set([String(attested.payload.nonce)]));
  return keys;
};
