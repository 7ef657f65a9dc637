/**
 * App secrets. The library compares `client.clientSecret` with what the app sends; we replace that comparison (see
 * extend-library.ts) and so need not keep the secret in any form that could be turned back. A secret has 256 random
 * bits: no guess reaches it, and a plain SHA-256 is as good here as a slow hash. The price: no method that needs the
 * secret itself as a key (client_secret_jwt, HS256), and those are switched off.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { AppSecret } from './app.ts';

export const newAppSecret = (): string => randomBytes(32).toString('base64url');

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

export const keptSecret = (secret: string, createdAt: number): AppSecret => {
  const hash = hashOf(secret);
  return { id: hash.slice(0, 8), hash, createdAt };
};

const mark = 'sha256:';

/** What the library holds as the client's secret: the hashes, with the end of each. */
export const secretsForLibrary = (secrets: readonly AppSecret[]): string =>
  secrets.map(({ hash, expiresAt }) => `${mark}${hash}:${expiresAt ?? ''}`).join(' ') || mark;

/** Whether a `client_secret` of the library's is one of ours and not one just made. */
export const isKeptForm = (secret: unknown): boolean => typeof secret === 'string' && secret.startsWith(mark);

/** Compares in constant time with each secret that has not ended. `now` in Unix seconds. */
export const appSecretMatches = (kept: string | undefined, given: unknown, now: number): boolean => {
  if (kept === undefined || typeof given !== 'string') return false;
  const actual = Buffer.from(hashOf(given));
  let matches = false;
  for (const one of kept.split(' ')) {
    const [hash = '', end = ''] = one.slice(mark.length).split(':');
    const expected = Buffer.from(hash);
    const equal = expected.length === actual.length && timingSafeEqual(expected, actual);
    if (equal && (end === '' || now < Number(end))) matches = true;
  }
  return matches;
};
