import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeProtectedHeader } from 'jose';
import * as client from 'openid-client';
import { type Answer, call } from './json-call.ts';
import { walkThrough } from './test-app.ts';
import { TestBrowser } from './test-browser.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';

const person = { loginName: samplePerson.phone, password: samplePerson.password };
const redirectUri = 'https://own.example.test/callback';
const scopes = ['openid', 'profile', 'phone', 'offline_access'];

describe('dynamic client registration (RFC 7591, RFC 7592)', () => {
  let server: TestServer;
  let sectorFile: unknown = [];
  beforeAll(async () => {
    server = await startTestServer({
      oidc: {
        registration: { mode: 'open', scopes },
        outgoing: { fetch: async () => new Response(JSON.stringify(sectorFile)) },
      },
    });
    await addPerson(server.accounts);
  });
  afterAll(() => server.close());

  const register = (over: Record<string, unknown> = {}): Promise<Answer> =>
    call('POST', `${server.baseUrl}/reg`, { client_name: 'Own', redirect_uris: [redirectUri], ...over });
  const manage = (made: Answer, method: string, body?: unknown): Promise<Answer> =>
    call(
      method,
      String(made.body.registration_client_uri),
      body,
      String(made.body.registration_access_token),
    );

  it('lets a client of a stock library register and sign a person in, with RS256 where it said nothing', async () => {
    const config = await client.dynamicClientRegistration(
      new URL(server.baseUrl),
      { client_name: 'Stock', redirect_uris: [redirectUri] },
      undefined,
      { execute: [client.allowInsecureRequests] },
    );
    const made = config.clientMetadata();
    expect(made).toMatchObject({ id_token_signed_response_alg: 'RS256', subject_type: 'pairwise' });
    const state = client.randomState();
    // No PKCE: a confidential client of an old library.
    const url = client.buildAuthorizationUrl(config, { redirect_uri: redirectUri, scope: 'openid', state });
    const callback = await walkThrough(
      new TestBrowser((url) => url.origin !== server.baseUrl),
      { url, checks: { expectedState: state } },
      person,
    );
    const tokens = await client.authorizationCodeGrant(config, new URL(callback), { expectedState: state });
    expect(decodeProtectedHeader(tokens.id_token!).alg).toBe('RS256');
  });

  it('shows the secret once: neither reading nor changing gives it again, nor the form in which it is kept', async () => {
    const made = await register();
    expect(made.status).toBe(201);
    expect(made.body.client_secret).toMatch(/^[\w-]{43}$/);
    const read = await manage(made, 'GET');
    expect(read.status).toBe(200);
    expect(JSON.stringify(read.body)).not.toMatch(/client_secret"|sha256:|onecert_first_party/);
    const { client_secret, client_id } = made.body;
    const changed = await manage(made, 'PUT', {
      client_id,
      client_secret,
      client_name: 'Renamed',
      redirect_uris: [redirectUri],
    });
    expect([changed.status, changed.body.client_name]).toEqual([200, 'Renamed']);
    expect(JSON.stringify(changed.body)).not.toMatch(/client_secret"|sha256:/);
    const wrong = await manage(made, 'PUT', {
      client_id,
      client_secret: 'x'.repeat(43),
      client_name: 'Mine',
      redirect_uris: [redirectUri],
    });
    expect(wrong.status).toBe(400);
    const app = await server.oidc.apps.get(String(client_id));
    expect([app?.metadata.client_name, app?.secrets.length]).toEqual(['Renamed', 1]);
  });

  it('ends a client at its own wish, and never gives its id again', async () => {
    const made = await register();
    expect((await manage(made, 'DELETE')).status).toBe(204);
    expect((await manage(made, 'GET')).status).toBe(401);
    expect((await server.oidc.apps.get(String(made.body.client_id)))?.state).toBe('retired');
  });

  it('security (c) 28 takes no member that is not the client’s to say', async () => {
    const made = await register({
      client_id: 'onecert-wallet',
      client_secret: 'mine',
      onecert_first_party: true,
      onecert_sector: 'www.gov.example',
      __proto__: { admin: true },
      source: 'province',
    });
    expect(made.status).toBe(201);
    expect(made.body.client_id).not.toBe('onecert-wallet');
    expect(made.body.client_secret).not.toBe('mine');
    expect(await server.oidc.apps.get(String(made.body.client_id))).toMatchObject({
      firstParty: false,
      sector: 'own.example.test',
      source: 'registration',
    });
  });

  it.each([
    ['a script', { redirect_uris: ['javascript:alert(1)'] }, 'invalid_redirect_uri'],
    ['data', { redirect_uris: ['data:text/html,x'] }, 'invalid_redirect_uri'],
    ['plain http', { redirect_uris: ['http://own.example.test/cb'] }, 'invalid_redirect_uri'],
    ['a wildcard', { redirect_uris: ['https://*.example.test/cb'] }, 'invalid_redirect_uri'],
    ['a fragment', { redirect_uris: ['https://own.example.test/cb#x'] }, 'invalid_redirect_uri'],
    ['a user name', { redirect_uris: ['https://a@own.example.test/cb'] }, 'invalid_redirect_uri'],
    ['no redirect', { redirect_uris: [] }, 'invalid_redirect_uri'],
    ['a name of nothing', { client_name: '\u200b' }, 'invalid_client_metadata'],
    ['a script as home', { client_uri: 'javascript:alert(1)' }, 'invalid_client_metadata'],
    ['a script as logo', { logo_uri: 'data:image/svg+xml,x' }, 'invalid_client_metadata'],
    ['an unknown method', { token_endpoint_auth_method: 'client_secret_jwt' }, 'invalid_client_metadata'],
    ['an implicit grant', { response_types: ['token'] }, 'invalid_client_metadata'],
    ['a symmetric signature', { id_token_signed_response_alg: 'HS256' }, 'invalid_client_metadata'],
    ['no signature', { id_token_signed_response_alg: 'none' }, 'invalid_client_metadata'],
    ['a private key', { jwks: { keys: [{ kty: 'oct', k: 'AAAA' }] } }, 'invalid_client_metadata'],
    ['the ID number', { scope: 'openid document' }, 'invalid_client_metadata'],
    ['high without a key', { onecert_profile: 'high' }, 'invalid_client_metadata'],
  ])('security (c) 27 refuses %s', async (_what, over, error) => {
    const answer = await register(over);
    expect([answer.status, answer.body.error]).toEqual([400, error]);
  });

  it('security (c) 27 refuses a megabyte of metadata and what is no JSON object', async () => {
    const big = await register({ client_name: 'x'.repeat(1_000_000) });
    expect([400, 413]).toContain(big.status);
    for (const body of [[], 'text', 1, null]) {
      expect((await call('POST', `${server.baseUrl}/reg`, body)).status).toBe(400);
    }
  });

  it('takes several hosts with a sector file that lists all of them, and no other (OpenID Connect Registration §5)', async () => {
    const uris = [redirectUri, 'https://two.example.test/callback'];
    const sector_identifier_uri = 'https://sector.example.test/uris.json';
    expect((await register({ redirect_uris: uris })).body.error).toBe('invalid_client_metadata');
    sectorFile = [redirectUri];
    expect((await register({ redirect_uris: uris, sector_identifier_uri })).status).toBe(400);
    sectorFile = uris;
    const made = await register({ redirect_uris: uris, sector_identifier_uri });
    expect(made.status).toBe(201);
    expect((await server.oidc.apps.get(String(made.body.client_id)))?.sector).toBe('sector.example.test');
  });
});

describe('dynamic client registration by initial access token', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ oidc: { registration: { mode: 'token', scopes } } });
  });
  afterAll(() => server.close());

  it('takes a client with a token and no other', async () => {
    const token = await server.oidc.registrationToken(60);
    const by = (authorization?: string) =>
      fetch(`${server.baseUrl}/reg`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) },
        body: JSON.stringify({ client_name: 'Own', redirect_uris: [redirectUri] }),
      });
    expect((await by()).status).toBe(401);
    expect((await by(`Bearer ${token}x`)).status).toBe(401);
    expect((await by(`Bearer ${token}`)).status).toBe(201);
  });

  it('is off where nobody switched it on', async () => {
    const closed = await startTestServer();
    try {
      const document = (await (
        await fetch(`${closed.baseUrl}/.well-known/openid-configuration`)
      ).json()) as object;
      expect(document).not.toHaveProperty('registration_endpoint');
      const answer = await fetch(`${closed.baseUrl}/reg`, { method: 'POST' });
      expect(answer.status).toBe(404);
    } finally {
      await closed.close();
    }
  });
});
