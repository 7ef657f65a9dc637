import { calculateJwkThumbprint, importJWK, type JWK } from 'jose';
import { ServiceError } from '../errors.ts';

/** A holder's public key with only its own members, and its RFC 7638 thumbprint. */
export interface DeviceKey {
  jwk: { kty: string; crv: string; x: string; y?: string };
  alg: 'ES256' | 'EdDSA';
  thumbprint: string;
}

const refuse = (detail: string, cause?: unknown): never => {
  throw new ServiceError('invalid_request', { detail, cause });
};

/** A public P-256 or Ed25519 key on its curve; anything else, and any private or symmetric member, is refused. */
export const parseDeviceKey = async (jwk: JWK): Promise<DeviceKey> => {
  const { kty, crv, x, y } = jwk;
  for (const member of ['d', 'p', 'q', 'k', 'oth'])
    if (member in jwk) refuse('a device key must be a public key');
  if (!coordinate(x)) return refuse('a device key lacks its coordinates');
  if (kty === 'EC' && crv === 'P-256' && coordinate(y)) return checked({ kty, crv, x, y }, 'ES256');
  if (kty === 'OKP' && crv === 'Ed25519') return checked({ kty, crv, x }, 'EdDSA');
  return refuse('a device key must be P-256 or Ed25519');
};

/** 32 bytes in their one base64url spelling: a second spelling would be a second thumbprint of the same key. */
const coordinate = (value: unknown): value is string => {
  if (typeof value !== 'string') return false;
  const bytes = Buffer.from(value, 'base64url');
  return bytes.length === 32 && bytes.toString('base64url') === value;
};

const checked = async (jwk: DeviceKey['jwk'], alg: DeviceKey['alg']): Promise<DeviceKey> => {
  try {
    await importJWK(jwk, alg); // refuses points that are not on the curve
  } catch (cause) {
    refuse('a device key is not a valid key', cause);
  }
  return { jwk, alg, thumbprint: await calculateJwkThumbprint(jwk) };
};

/** OpenID4VCI 1.0 §8.2: one credential a key. Two copies on one key would be two answers to the same question. */
export const parseDeviceKeys = async (
  jwks: JWK[],
  accepted: readonly string[],
  most: number,
): Promise<DeviceKey[]> => {
  if (jwks.length === 0) refuse('no device key');
  if (jwks.length > most) refuse('too many device keys');
  const keys = await Promise.all(jwks.map(parseDeviceKey));
  if (!keys.every((key) => accepted.includes(key.alg)))
    refuse('this format does not take device keys of that kind');
  if (new Set(keys.map((key) => key.thumbprint)).size !== keys.length) refuse('device keys must be distinct');
  return keys;
};
