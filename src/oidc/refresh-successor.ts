/**
 * Refresh tokens are rotated, and a token presented again at once gets the same successor (docs/decisions/0014): two
 * tabs, or an answer lost on the way, are one honest app. The store keeps hashes, so the successor is computed anew from
 * the token presented. Only this server can: it takes a secret that is neither in the store nor in the app.
 */
import { createHmac } from 'node:crypto';

/** Within this time of a token's use its holder gets the same successor; later it is stolen. */
export const sameSuccessorSeconds = 5;

/** `presented -> successor`, both the tokens themselves. */
export const createSuccessors = (nonceSecret: Uint8Array): ((presented: string) => string) => {
  const key = createHmac('sha256', nonceSecret).update('refresh token successor').digest();
  return (presented) => createHmac('sha256', key).update(presented).digest('base64url');
};
