import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type Provider from 'oidc-provider';
// Not part of the library's face: the version is pinned, and test/flow/openid4vci-proofs.test.ts fails when this moves.
import instance from 'oidc-provider/lib/helpers/weak_cache.js';
import { type Clock, seconds } from '../../clock.ts';

/** How long a c_nonce may be used, seconds. */
export const nonceLifetime = 300;

/**
 * Nonces of OpenID4VCI 1.0 §7: `<issued>.<random>.<mac>`, each unlike any other, checked without being stored. Which
 * were used is remembered in accept-proofs.ts. The library's own are the same for all callers of a minute.
 */
export const credentialNonces = (secret: Uint8Array, clock: Clock) => {
  const macOf = (text: string): Buffer => createHmac('sha256', secret).update(`c_nonce|${text}`).digest();
  return {
    nextChallenge(): string {
      const text = `${seconds(clock).toString(36)}.${randomBytes(16).toString('base64url')}`;
      return `${text}.${macOf(text).toString('base64url')}`;
    },
    checkChallenge(nonce: string): boolean {
      const [issued, random, mac, ...rest] = nonce.split('.');
      if (!issued || !random || !mac || rest.length > 0) return false;
      // As text: base64url has several spellings of one MAC, and each would count as a nonce not used yet.
      const given = Buffer.from(mac);
      const expected = Buffer.from(macOf(`${issued}.${random}`).toString('base64url'));
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
      const age = seconds(clock) - Number.parseInt(issued, 36);
      return age >= -1 && age <= nonceLifetime;
    },
  };
};

/** Puts our nonces in the place of the library's. */
export const putCredentialNonces = (provider: Provider, secret: Uint8Array, clock: Clock): void => {
  const internals = instance(provider) as { CNonceChallenges?: ReturnType<typeof credentialNonces> };
  if (!internals.CNonceChallenges) throw new TypeError('oidc-provider keeps its c_nonce elsewhere now');
  internals.CNonceChallenges = credentialNonces(secret, clock);
};
