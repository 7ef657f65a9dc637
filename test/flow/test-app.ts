/** An app as its developer would write it: openid-client, code flow with PKCE. */
import * as client from 'openid-client';
import type { AddAppInput } from '../../src/oidc/index.ts';
import { TestBrowser, type Visit } from './test-browser.ts';
import type { TestServer } from './test-server.ts';

export interface Started {
  url: URL;
  checks: { pkceCodeVerifier?: string; expectedState?: string; expectedNonce?: string; maxAge?: number };
}

export interface TestApp {
  clientId: string;
  clientSecret?: string;
  redirectUri: string;
  config: client.Configuration;
  start(parameters?: Record<string, string>): Promise<Started>;
  redeem(
    callback: string,
    started: Started,
  ): Promise<client.TokenEndpointResponse & client.TokenEndpointResponseHelpers>;
  browser(headers?: Record<string, string>): TestBrowser;
  logoutUrl(idToken: string, more?: Record<string, string>): string;
}

let next = 0;

/** Nothing listens at the redirect URI: the browser stops there. */
export const addApp = async (
  server: Pick<TestServer, 'baseUrl' | 'oidc'>,
  input: Partial<AddAppInput> & { host?: string } = {},
): Promise<TestApp> => {
  next += 1;
  const { host = `app${next}.example.test`, ...given } = input;
  const origin = `https://${host}`;
  const redirectUri = `${origin}/callback`;
  const { clientId, clientSecret } = await server.oidc.apps.add({
    client_name: `测试应用 ${next}`,
    redirect_uris: [redirectUri],
    post_logout_redirect_uris: [`${origin}/`],
    ...given,
  });
  const auth = clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret);
  const config = await client.discovery(new URL(server.baseUrl), clientId, undefined, auth, {
    execute: [client.allowInsecureRequests],
  });
  const idTokenAlg = given.id_token_signed_response_alg ?? 'ES256';
  const metadata = { id_token_signed_response_alg: idTokenAlg };
  const exact = new client.Configuration(config.serverMetadata(), clientId, metadata, auth);
  client.allowInsecureRequests(exact);
  return {
    clientId,
    ...(clientSecret === undefined ? {} : { clientSecret }),
    redirectUri,
    config: exact,
    async start(parameters = {}) {
      const pkceCodeVerifier = client.randomPKCECodeVerifier();
      const expectedState = client.randomState();
      const expectedNonce = client.randomNonce();
      const url = client.buildAuthorizationUrl(exact, {
        redirect_uri: redirectUri,
        scope: 'openid profile',
        code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
        state: expectedState,
        nonce: expectedNonce,
        ...parameters,
      });
      const maxAge = parameters.max_age === undefined ? {} : { maxAge: Number(parameters.max_age) };
      return { url, checks: { pkceCodeVerifier, expectedState, expectedNonce, ...maxAge } };
    },
    redeem: (callback, { checks }) => client.authorizationCodeGrant(exact, new URL(callback), checks),
    browser: (headers) => new TestBrowser((url) => url.hostname.endsWith('.example.test'), headers),
    logoutUrl: (idToken, more = {}) =>
      client.buildEndSessionUrl(exact, {
        id_token_hint: idToken,
        post_logout_redirect_uri: `${origin}/`,
        ...more,
      }).href,
  };
};

/** From the app's link to its callback: signs in when asked, agrees when asked. Returns the callback address. */
export const walkThrough = async (
  browser: TestBrowser,
  started: Started,
  person: { loginName: string; password: string },
): Promise<string> => {
  let at: Visit = await browser.open(started.url.href);
  if (at.text.includes('/sign-in"')) at = await browser.signIn(at, person.loginName, person.password);
  if (at.text.includes('/consent"')) at = await browser.submit(at, '/consent', { decision: 'agree' });
  if (at.status !== 0) throw new Error(`stuck at ${at.url}: ${at.status} ${at.text.slice(0, 2000)}`);
  return at.url;
};
