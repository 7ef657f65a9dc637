/** Key pairs as JWKs, and signatures in the shape JOSE wants, over node:crypto. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  sign as rawSign,
  verify as rawVerify,
} from 'node:crypto';
import { promisify } from 'node:util';
import type { JWK } from 'jose';
import type { KeyAlg } from './index.ts';

const makeKeyPair = promisify(generateKeyPair);

/** A new private key as JWK. RSA is only for apps that cannot take anything newer. */
export async function generatePrivateJwk(alg: KeyAlg): Promise<JWK> {
  const { privateKey } =
    alg === 'ES256'
      ? await makeKeyPair('ec', { namedCurve: 'P-256' })
      : alg === 'EdDSA'
        ? await makeKeyPair('ed25519')
        : await makeKeyPair('rsa', { modulusLength: 2048 });
  return privateKey.export({ format: 'jwk' }) as JWK;
}

/** The members that identify the key and nothing else: a private member cannot slip through a list of what is public. */
export function publicMembers(jwk: JWK): JWK {
  if (jwk.kty === 'EC') return { kty: 'EC', crv: jwk.crv, x: jwk.x, y: jwk.y };
  if (jwk.kty === 'OKP') return { kty: 'OKP', crv: jwk.crv, x: jwk.x };
  return { kty: 'RSA', n: jwk.n, e: jwk.e };
}

/** RFC 7638 §3: SHA-256 over the required members in lexicographic order. */
export function thumbprint(jwk: JWK): string {
  const members = Object.entries(publicMembers(jwk)).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify(Object.fromEntries(members)))
    .digest('base64url');
}

/** True when the JWK is of the type and curve its algorithm needs. */
export function fitsAlgorithm(jwk: JWK, alg: KeyAlg): boolean {
  if (alg === 'ES256') return jwk.kty === 'EC' && jwk.crv === 'P-256';
  if (alg === 'EdDSA') return jwk.kty === 'OKP' && jwk.crv === 'Ed25519';
  return jwk.kty === 'RSA';
}

/** Undefined when the private part is damaged or is not the one of this public key: a trial signature tells. */
export function importPrivateJwk(privateJwk: JWK, alg: KeyAlg, publicJwk: JWK): KeyObject | undefined {
  try {
    const key = createPrivateKey({ key: privateJwk as Record<string, unknown>, format: 'jwk' });
    const trial = Buffer.from('onecert key check');
    return verifies(alg, publicJwk, trial, signature(alg, key, trial)) ? key : undefined;
  } catch {
    return undefined;
  }
}

/** True when this public key's private part made the signature, in JOSE's shape. */
export function verifies(alg: KeyAlg, publicJwk: JWK, data: Uint8Array, made: Uint8Array): boolean {
  const key = createPublicKey({ key: publicMembers(publicJwk) as Record<string, unknown>, format: 'jwk' });
  return rawVerify(digestOf(alg), data, joseShape(alg, key), made);
}

/** RFC 7518 §3.4 (r||s), RFC 8037 §3.1, RFC 7518 §3.3. */
export const signature = (alg: KeyAlg, key: KeyObject, data: Uint8Array): Uint8Array =>
  new Uint8Array(rawSign(digestOf(alg), data, joseShape(alg, key)));

const digestOf = (alg: KeyAlg): string | null => (alg === 'EdDSA' ? null : 'sha256');

const joseShape = (alg: KeyAlg, key: KeyObject) =>
  alg === 'ES256' ? { key, dsaEncoding: 'ieee-p1363' as const } : { key };
