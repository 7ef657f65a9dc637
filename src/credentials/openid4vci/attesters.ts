/**
 * Whose word about a device key counts (OpenID4VCI 1.0 appendix D): keys named by the operator, or certificates of
 * authorities she named. Without either nobody's does.
 */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type CryptoKey, importJWK, importX509, type JWK } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { isForSigning, isValidAt, pathToAuthority, readAuthorities } from '../../trust/index.ts';

export interface AttestationSettings {
  /** A JWK set: public keys of attesters, each with a `kid`. */
  keysFile?: string | undefined;
  /** PEM: authorities whose certificates attesters show in `x5c`. */
  authoritiesFile?: string | undefined;
  /** Every proof needs one. */
  required: boolean;
}

interface Header {
  alg?: string | undefined;
  kid?: string | undefined;
  x5c?: string[] | undefined;
}

export interface Attesters {
  /** The key that this header's attestation has to be signed with. Throws when nobody vouches for it. */
  keyOf(header: Header): Promise<CryptoKey | Uint8Array>;
  required: boolean;
}

const mostCertificates = 4;
const keySet = z.object({
  keys: z.array(z.looseObject({ kid: z.string(), d: z.undefined().optional() })).min(1),
});

/** Reads the files once, at the start. */
export const openAttesters = (
  settings: AttestationSettings | undefined,
  clock: Clock,
): Attesters | undefined => {
  if (!settings) return undefined;
  const { keysFile, authoritiesFile, required } = settings;
  const keys = keysFile ? keySet.parse(JSON.parse(readFileSync(keysFile, 'utf8'))).keys : [];
  const authorities = authoritiesFile ? readAuthorities(authoritiesFile) : [];

  const leafOf = (x5c: string[]): X509Certificate => {
    if (x5c.length === 0 || x5c.length > mostCertificates) throw new Error('x5c is no chain');
    const now = clock.now();
    const valid = (one: X509Certificate): boolean => isValidAt(one, now);
    const chain = x5c.map((der) => new X509Certificate(Buffer.from(der, 'base64')));
    const [leaf] = chain as [X509Certificate];
    if (leaf.ca || !isForSigning(leaf) || !valid(leaf))
      throw new Error('the attester’s certificate is not valid for this');
    // Of two certificates of one authority, an older and a newer, the one that is valid counts.
    const path = pathToAuthority(chain, authorities.filter(valid));
    if (!path?.every(valid)) throw new Error('x5c leads to no authority that is trusted here');
    return leaf;
  };

  return {
    required,
    async keyOf({ alg, kid, x5c }) {
      if (x5c !== undefined) return importX509(leafOf(x5c).toString(), alg ?? 'ES256');
      const known = keys.find((key) => key.kid === kid);
      if (!known) throw new Error('the attester is not known here');
      return importJWK(known as JWK, alg);
    },
  };
};
