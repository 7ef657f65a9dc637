/**
 * App secrets. The library compares `client.clientSecret` with what the app sends; we replace that comparison (see
 * provider.ts) and so need not keep the secret in any form that could be turned back. A secret has 256 random bits: no
 * guess reaches it, and a plain SHA-256 is as good here as a slow hash. The price: no method that needs the secret
 * itself as a key (client_secret_jwt, HS256), and those are switched off.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export const newAppSecret = (): string => randomBytes(32).toString('base64url');

export const hashAppSecret = (secret: string): string =>
  createHash('sha256').update(secret).digest('base64url');

export const appSecretMatches = (hash: string | undefined, given: unknown): boolean => {
  if (hash === undefined || typeof given !== 'string') return false;
  const expected = Buffer.from(hash);
  const actual = Buffer.from(hashAppSecret(given));
  return expected.length === actual.length && timingSafeEqual(expected, actual);
};
