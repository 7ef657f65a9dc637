/** The parameters of one request (OpenID4VP 1.0 §5), and the links by which it comes to a wallet. */
import { calculateJwkThumbprint, type JWK } from 'jose';
import type { Presentation } from './presentation-store.ts';

export const requestUri = (baseUrl: string, { request }: Pick<Presentation, 'request'>): string =>
  `${baseUrl}/presentations/requests/${request}`;
export const responseUri = (baseUrl: string, { reply }: Pick<Presentation, 'reply'>): string =>
  `${baseUrl}/presentations/responses/${reply}`;

/** How an answer may be encrypted (HAIP 1.0 §5). */
export const encryption = { alg: 'ECDH-ES', enc: ['A128GCM', 'A256GCM'] } as const;

/** The public part of the key an answer is encrypted to, as client_metadata carries it. */
export const publicKeyOf = async ({ kty, crv, x, y }: JWK): Promise<JWK> => {
  const key = { kty, crv, x, y } as JWK;
  return { ...key, kid: await calculateJwkThumbprint(key), use: 'enc', alg: encryption.alg };
};

export const requestParameters = async (
  one: Presentation,
  baseUrl: string,
): Promise<Record<string, unknown>> => ({
  response_type: 'vp_token',
  response_mode: one.responseMode,
  client_id: one.clientId,
  response_uri: responseUri(baseUrl, one),
  nonce: one.nonce,
  state: one.oauthState,
  dcql_query: one.query,
  client_metadata: {
    client_name: one.asker.name,
    vp_formats_supported: {
      'dc+sd-jwt': { 'sd-jwt_alg_values': ['ES256'], 'kb-jwt_alg_values': ['ES256'] },
      // COSE: ES256, and the same fully specified (RFC 9864).
      mso_mdoc: { issuerauth_alg_values: [-7, -9], deviceauth_alg_values: [-7, -9] },
    },
    ...(one.decryption
      ? {
          jwks: { keys: [await publicKeyOf(one.decryption)] },
          encrypted_response_enc_values_supported: encryption.enc,
        }
      : {}),
  },
  onecert: one.asker,
});

/** By reference when it is signed, else by value (§5.9.3 redirect_uri: such a request cannot be signed). */
export const linkQuery = async (one: Presentation, baseUrl: string): Promise<string> => {
  if (one.signer) {
    return new URLSearchParams({
      client_id: one.clientId,
      request_uri: requestUri(baseUrl, one),
      request_uri_method: 'post',
    }).toString();
  }
  const texts = Object.entries(await requestParameters(one, baseUrl)).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return new URLSearchParams(texts).toString();
};
