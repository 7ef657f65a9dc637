/** The few primitives of WebCrypto that the verifier needs, over byte strings. */
import type { PublicKeyJwk } from './trust-list.ts';

export type Bytes = Uint8Array<ArrayBuffer>;

const subtle = globalThis.crypto.subtle;
const p256 = { name: 'ECDSA', namedCurve: 'P-256' } as const;
export const es256 = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** A copy on a buffer of its own: what WebCrypto and its types want. */
export const ownBytes = (bytes: Uint8Array): Bytes => new Uint8Array(bytes);

export const sha256 = async (bytes: Uint8Array): Promise<Bytes> =>
  new Uint8Array(await subtle.digest('SHA-256', ownBytes(bytes)));

export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export const sha256Hex = async (bytes: Uint8Array): Promise<string> => toHex(await sha256(bytes));

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

/** True only for a P-256 public key that WebCrypto takes and a signature of r||s that fits. */
export const verifyEs256 = async (
  jwk: PublicKeyJwk,
  data: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> => {
  const key = await importEs256(jwk);
  return (
    key !== undefined &&
    signature.length === 64 &&
    subtle.verify(es256, key, ownBytes(signature), ownBytes(data))
  );
};

/** Imported keys by their point: importing costs as much as verifying, and an issuer's key comes back all the time. */
const imported = new Map<string, CryptoKey>();
const mostImported = 500;

const importEs256 = async (jwk: PublicKeyJwk): Promise<CryptoKey | undefined> => {
  if (jwk.kty !== 'EC' || jwk.crv !== 'P-256' || !jwk.x || !jwk.y) return undefined;
  const point = `${jwk.x}.${jwk.y}`;
  const known = imported.get(point);
  if (known) return known;
  try {
    // Only the point: no other member of the JWK (alg, use, key_ops) may steer the import.
    const members = { kty: 'EC', crv: 'P-256', x: jwk.x, y: jwk.y };
    const key = await subtle.importKey('jwk', members, p256, false, ['verify']);
    if (imported.size >= mostImported) imported.delete(imported.keys().next().value!);
    imported.set(point, key);
    return key;
  } catch {
    return undefined;
  }
};
