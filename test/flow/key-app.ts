/** An app that holds a private key. By openid-client where it behaves; by hand where a test wants it to misbehave. */
import { createHash, randomUUID } from 'node:crypto';
import { exportJWK, type GenerateKeyPairResult, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import * as client from 'openid-client';
import type { AddAppInput, Apps } from '../../src/oidc/index.ts';
import type { Started } from './test-app.ts';
import { TestBrowser } from './test-browser.ts';

export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

/** Over what a test changes in a JWT; a member that is undefined is left out. */
export interface Odd {
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  key?: GenerateKeyPairResult;
}

type Keys = GenerateKeyPairResult;

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export const now = (): number => Math.floor(Date.now() / 1000);

/** Signed as the header says. */
export const signJwt = (claims: JWTPayload, header: Record<string, unknown>, keys: Keys): Promise<string> =>
  new SignJWT(claims).setProtectedHeader(header as { alg: string }).sign(keys.privateKey);

export const newKeys = (alg: string): Promise<Keys> => generateKeyPair(alg, { extractable: true });

/** RFC 9449 §4.2 */
export const dpopProof = async (
  keys: Keys,
  { token, ...of }: { htm: string; htu: string; token?: string; alg?: string },
  odd: Odd = {},
): Promise<string> => {
  const { htm, htu, alg = 'ES256' } = of;
  const ath = token === undefined ? undefined : createHash('sha256').update(token).digest('base64url');
  const claims = { jti: randomUUID(), iat: now(), htm, htu, ath, ...odd.claims };
  const header = { alg, typ: 'dpop+jwt', jwk: await exportJWK(keys.publicKey), ...odd.header };
  return signJwt(claims, header, odd.key ?? keys);
};

export interface KeyAppInput {
  alg?: 'ES256' | 'PS256' | 'EdDSA' | 'RS256';
  profile?: 'standard' | 'high';
  /** Over what is registered. */
  metadata?: Partial<AddAppInput>;
  /** What the app itself knows of its registration. */
  known?: Partial<client.ClientMetadata>;
}

export interface Served {
  baseUrl: string;
  apps: Pick<Apps, 'add'>;
  /** Default: the platform's. */
  fetch?: (url: string | URL, init?: RequestInit) => Promise<Response>;
}

export class KeyApp {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly keys: Keys;
  readonly alg: string;
  readonly config: client.Configuration;
  readonly served: Served;

  constructor(of: Pick<KeyApp, 'clientId' | 'redirectUri' | 'keys' | 'alg' | 'config' | 'served'>) {
    this.clientId = of.clientId;
    this.redirectUri = of.redirectUri;
    this.keys = of.keys;
    this.alg = of.alg;
    this.config = of.config;
    this.served = of.served;
  }

  async send(url: string, init: RequestInit = {}): Promise<Answer> {
    const { fetch: over = fetch } = this.served;
    const answer = await over(url, { redirect: 'manual', ...init });
    const text = await answer.text();
    const json = /^application\/(?:[\w-]+\+)?json\b/.test(answer.headers.get('content-type') ?? '');
    const body = (json ? JSON.parse(text) : { text }) as Answer['body'];
    return { status: answer.status, headers: answer.headers, body };
  }

  /** RFC 7523 §3 */
  assertion(odd: Odd = {}): Promise<string> {
    const { clientId: id } = this;
    const claims = {
      iss: id,
      sub: id,
      aud: this.served.baseUrl,
      jti: randomUUID(),
      iat: now(),
      exp: now() + 60,
    };
    return signJwt({ ...claims, ...odd.claims }, { alg: this.alg, ...odd.header }, odd.key ?? this.keys);
  }

  /** A form post in the app's name: with an assertion of its own unless one is given. */
  async post(
    path: string,
    fields: Record<string, string>,
    more: { assertion?: string; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const assertion = more.assertion ?? (await this.assertion());
    const body = new URLSearchParams({
      client_assertion_type: assertionType,
      client_assertion: assertion,
      ...fields,
    });
    return this.send(`${this.served.baseUrl}${path}`, { method: 'POST', headers: more.headers ?? {}, body });
  }

  /** The parameters of an authorization request, and what the app will check. */
  async request(over: Record<string, string | undefined> = {}): Promise<{
    parameters: Record<string, string>;
    checks: Started['checks'];
  }> {
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const asked = {
      client_id: this.clientId,
      redirect_uri: this.redirectUri,
      response_type: 'code',
      scope: 'openid profile',
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: client.randomState(),
      nonce: client.randomNonce() as string | undefined,
      ...over,
    };
    const given = Object.entries(asked).filter(([, value]) => value !== undefined);
    const parameters = Object.fromEntries(given) as Record<string, string>;
    return {
      parameters,
      checks: {
        pkceCodeVerifier,
        ...(asked.state === undefined ? {} : { expectedState: asked.state }),
        ...(asked.nonce === undefined ? {} : { expectedNonce: asked.nonce }),
      },
    };
  }

  /** Pushes the request as openid-client does. */
  async start(over: Record<string, string | undefined> = {}, options?: client.DPoPOptions): Promise<Started> {
    const { parameters, checks } = await this.request(over);
    return { url: await client.buildAuthorizationUrlWithPAR(this.config, parameters, options), checks };
  }

  /** A signed request object (RFC 9101). */
  async requestObject(parameters: Record<string, string>, odd: Odd = {}): Promise<string> {
    const times = { nbf: now(), iat: now(), exp: now() + 300 };
    const claims = { iss: this.clientId, aud: this.served.baseUrl, ...times, ...parameters, ...odd.claims };
    return signJwt(
      claims,
      { alg: this.alg, typ: 'oauth-authz-req+jwt', ...odd.header },
      odd.key ?? this.keys,
    );
  }

  authorize(parameters: Record<string, string>): URL {
    return new URL(`${this.served.baseUrl}/auth?${new URLSearchParams(parameters)}`);
  }

  redeem(callback: string, { checks }: Started, options?: client.AuthorizationCodeGrantOptions) {
    return client.authorizationCodeGrant(this.config, new URL(callback), checks, undefined, options);
  }

  browser(headers?: Record<string, string>): TestBrowser {
    return new TestBrowser((url) => url.href.startsWith(this.redirectUri), headers, this.served.fetch);
  }
}

let next = 0;

/** Registers an app with a fresh key. */
export const addKeyApp = async (served: Served, input: KeyAppInput = {}): Promise<KeyApp> => {
  next += 1;
  const { alg = 'ES256', profile = 'standard' } = input;
  const keys = await newKeys(alg);
  const redirectUri = `https://key-app${next}.example.test/callback`;
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: `key-${next}` };
  const { clientId } = await served.apps.add({
    client_name: `密钥应用 ${next}`,
    redirect_uris: [redirectUri],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [jwk] as never },
    profile,
    ...input.metadata,
  });
  const custom = served.fetch ? { [client.customFetch]: served.fetch as client.CustomFetch } : {};
  const auth = client.PrivateKeyJwt({ key: keys.privateKey, kid: jwk.kid });
  const known = { id_token_signed_response_alg: 'ES256', ...input.known };
  const config = await client.discovery(new URL(served.baseUrl), clientId, known, auth, {
    execute: [client.allowInsecureRequests],
    ...custom,
  });
  return new KeyApp({ clientId, redirectUri, keys, alg, config, served });
};
