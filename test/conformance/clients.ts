import { randomUUID } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { type Answer, bySecretBasic, bySecretPost, type Client, type Plan } from './relying-party.ts';

/** As `onecert app add --metadata` makes it for the suite (docs/conformance.md). */
export const addStaticClient = async (
  { op, suite }: Plan,
  method: 'client_secret_basic' | 'client_secret_post',
  redirectUri: string = suite.redirectUri,
): Promise<Client> => {
  const { clientId, clientSecret } = await op.core.apps.add({
    client_name: 'Conformance suite',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    scope: 'openid profile phone offline_access',
    token_endpoint_auth_method: method,
    id_token_signed_response_alg: 'RS256',
    pkce: 'optional',
  });
  const by = method === 'client_secret_basic' ? bySecretBasic : bySecretPost;
  return by(clientId, clientSecret!, redirectUri);
};

/** What a client signs with, and the set it publishes. */
export interface ClientKeys {
  key: CryptoKey;
  kid: string;
  jwks: { keys: JWK[] };
}

export const makeKeys = async (): Promise<ClientKeys> => {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const kid = randomUUID();
  return {
    key: privateKey,
    kid,
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'RS256' }] },
  };
};

/** private_key_jwt (OpenID Connect Core §9); `keys` is asked each time, since they may have changed. */
export const byPrivateKey = (
  id: string,
  redirectUri: string,
  keys: () => ClientKeys,
  audience: string,
): Client => ({
  client_id: id,
  redirectUri,
  async authenticate(form) {
    const { key, kid } = keys();
    const assertion = await new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg: 'RS256', kid })
      .setIssuer(id)
      .setSubject(id)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(key);
    form.set('client_id', id);
    form.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    form.set('client_assertion', assertion);
  },
});

export interface Registered {
  answer: Answer;
  client: Client;
  keys: ClientKeys;
  unregister(): Promise<number>;
}

/** The registration request as the suite makes it, and what a module adds. */
export const register = async (
  { op, suite }: Plan,
  more: Record<string, unknown> = {},
  keys?: () => ClientKeys,
): Promise<Registered> => {
  const own = await makeKeys();
  const redirectUris = (more.redirect_uris as string[] | undefined) ?? [suite.redirectUri];
  const request = {
    client_name: 'OneCert conformance 3fWQxBb0u2',
    grant_types: ['authorization_code'],
    ...(more.jwks_uri === undefined ? { jwks: own.jwks } : {}),
    token_endpoint_auth_method: 'private_key_jwt',
    response_types: ['code'],
    redirect_uris: redirectUris,
    contacts: ['certification@oidf.org'],
    ...more,
  };
  const { front } = op;
  const json = { 'content-type': 'application/json', accept: 'application/json' };
  const sent = { method: 'POST', headers: json, body: JSON.stringify(request) };
  const response = await front.fetch(`${front.origin}/reg`, sent);
  const body = (await response.json()) as Record<string, unknown>;
  const answer: Answer = { status: response.status, type: response.headers.get('content-type') ?? '', body };
  const id = String(body.client_id);
  const [redirectUri] = redirectUris as [string];
  const client =
    typeof body.client_secret === 'string'
      ? (request.token_endpoint_auth_method === 'client_secret_post' ? bySecretPost : bySecretBasic)(
          id,
          body.client_secret,
          redirectUri,
        )
      : byPrivateKey(id, redirectUri, keys ?? (() => own), `${front.origin}/token`);
  return {
    answer,
    client,
    keys: own,
    async unregister() {
      const headers = { authorization: `Bearer ${String(body.registration_access_token)}` };
      return (await front.fetch(String(body.registration_client_uri), { method: 'DELETE', headers })).status;
    },
  };
};
