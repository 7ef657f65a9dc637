import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, type JWK, jwtVerify, SignJWT } from 'jose';
import { rotateKey } from '../../src/trust/index.ts';
import { startApp } from '../flow/start-app.ts';
import { TestBrowser } from '../flow/test-browser.ts';
import { byPrivateKey, type ClientKeys, makeKeys, register } from './clients.ts';
import { type Plan, RelyingParty, startPlan } from './relying-party.ts';

const none = Buffer.from('{"alg":"none"}').toString('base64url');

/** A picture of one dot. */
const dot = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('oidcc-dynamic-certification-test-plan, response_type=code', () => {
  let plan: Plan;
  let rp: RelyingParty;
  beforeAll(async () => {
    plan = await startPlan({ ONECERT_CLIENT_REGISTRATION_IMPLICIT: 'true' });
    rp = new RelyingParty(plan.op, plan.suite, 'oidcc-dynamic', 'default');
  });
  afterAll(() => plan.stop());

  const metadata = async () => (await rp.get('/.well-known/openid-configuration')).body;

  it('oidcc-idtoken-rs256: RS256, and the header names the key', async () => {
    const { client } = await register(plan, { id_token_signed_response_alg: 'RS256' });
    const { header } = await rp.flow(client);
    expect(header).toMatchObject({ alg: 'RS256', kid: expect.stringMatching(/./) });
  });

  it('oidcc-idtoken-signature: RS256 also for who asks for no algorithm', async () => {
    const { answer, client } = await register(plan);
    expect(answer.body.id_token_signed_response_alg).toBe('RS256');
    expect((await rp.flow(client)).header).toMatchObject({ alg: 'RS256', kid: expect.stringMatching(/./) });
  });

  it('oidcc-idtoken-unsigned: skipped by what discovery lists, and registered by nobody', async () => {
    expect((await metadata()).id_token_signing_alg_values_supported).not.toContain('none');
    const { answer } = await register(plan, { id_token_signed_response_alg: 'none' });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } });
  });

  it('oidcc-userinfo-rs256: userinfo as a JWT of ours, for the app, with no nonce', async () => {
    expect((await metadata()).userinfo_signing_alg_values_supported).toContain('RS256');
    const { client } = await register(plan, { userinfo_signed_response_alg: 'RS256' });
    const { tokens, claims } = await rp.flow(client, { scope: 'openid profile' });
    const { front } = plan.op;
    const response = await front.fetch(`${front.origin}/me`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(response.headers.get('content-type')).toMatch(/^application\/jwt\b/);
    const keys = createLocalJWKSet((await rp.get('/jwks')).body as never);
    const expected = { issuer: front.origin, audience: client.client_id, algorithms: ['RS256'] };
    const { payload } = await jwtVerify(await response.text(), keys, expected);
    expect(payload).toMatchObject({ sub: claims.sub, name: '林晓雯' });
    expect(payload).not.toHaveProperty('nonce');
  });

  it('oidcc-ensure-redirect-uri-in-authorization-request: of two registered ones none is guessed', async () => {
    const redirect_uris = [plan.suite.redirectUri, `${plan.suite.redirectUri}/2`];
    const { client } = await register(plan, { redirect_uris });
    const module = 'oidcc-ensure-redirect-uri-in-authorization-request';
    const went = await rp.authorize(client, { redirect_uri: undefined }, { module });
    expect([went.callback, went.page.status, went.browser.pictures.length]).toEqual([undefined, 400, 1]);
  });

  it('oidcc-redirect-uri-query-OK: a registered query comes back with the answer', async () => {
    const redirect_uris = [`${plan.suite.redirectUri}?foo=bar`];
    const { client } = await register(plan, { redirect_uris });
    expect((await rp.flow(client)).callback!.query).toMatchObject({ foo: 'bar', code: expect.any(String) });
  });

  it.each([
    ['oidcc-redirect-uri-query-mismatch', '?foo=bar', '?bar=foo'],
    ['oidcc-redirect-uri-query-added', '', '?foo=bar'],
  ])('%s: an error page, and no redirect', async (module, registered, asked) => {
    const { redirectUri } = plan.suite;
    const { client } = await register(plan, { redirect_uris: [`${redirectUri}${registered}`] });
    const went = await rp.authorize({ ...client, redirectUri: `${redirectUri}${asked}` }, {}, { module });
    expect([went.callback, went.page.status, went.browser.pictures.length]).toEqual([undefined, 400, 1]);
  });

  it('oidcc-redirect-uri-regfrag: a redirect URI with a fragment is not registered', async () => {
    const { answer } = await register(plan, { redirect_uris: [`${plan.suite.redirectUri}#foobar`] });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_redirect_uri' } });
    expect(answer.type).toContain('application/json');
  });

  it('oidcc-discovery-endpoint-verification: the response and grant types a dynamic provider has to list', async () => {
    expect(await metadata()).toMatchObject({
      registration_endpoint: `${plan.op.front.origin}/reg`,
      response_types_supported: expect.arrayContaining(['code', 'id_token', 'id_token token']),
      grant_types_supported: expect.arrayContaining(['authorization_code', 'implicit']),
      request_uri_parameter_supported: true,
      require_request_uri_registration: true,
    });
  });

  it('what discovery lists is there: an ID token in the answer for who registered response_type=id_token', async () => {
    const redirect_uri = 'https://own.example.test/cb';
    const { answer, client } = await register(plan, {
      redirect_uris: [redirect_uri],
      response_types: ['id_token'],
      grant_types: ['implicit'],
    });
    expect(answer.body.grant_types).toContain('implicit');
    const { url, nonce } = rp.request(client, { response_type: 'id_token' });
    const browser = new TestBrowser(
      (to) => to.hostname === 'own.example.test',
      {},
      (to, init) => plan.op.front.fetch(to, init),
    );
    const asked = await browser.signIn(await browser.open(url), '19900000001', plan.op.passwordOf('lin'));
    const back = await browser.submit(asked, '/consent', { decision: 'agree' });
    const given = new URLSearchParams(new URL(back.url).hash.slice(1));
    const { claims } = await rp.verify(client, given.get('id_token')!, nonce);
    expect(claims).not.toHaveProperty('name');
    const { client: ordinary } = await register(plan);
    const refused = await browser.request(rp.request(ordinary, { response_type: 'id_token' }).url);
    expect(refused.headers.get('location')).toMatch(/[#?]error=\w+/);
  });

  it('oidcc-server: registered, used, unregistered, and then unknown', async () => {
    const { answer, client, unregister } = await register(plan);
    expect([answer.status, answer.type.split(';')[0]]).toEqual([201, 'application/json']);
    expect(answer.body).toMatchObject({
      token_endpoint_auth_method: 'private_key_jwt',
      response_types: ['code'],
      subject_type: 'pairwise',
      registration_client_uri: expect.stringMatching(/^https:/),
      registration_access_token: expect.stringMatching(/./),
    });
    expect(answer.body).not.toHaveProperty('client_secret');
    const { claims } = await rp.flow(client);
    expect(claims.aud).toBe(client.client_id);
    expect(await unregister()).toBe(204);
    const after = await rp.browser().browser.request(rp.request(client).url);
    expect([after.status, after.headers.get('location')]).toEqual([400, null]);
  });

  it.each(['client_secret_basic', 'client_secret_post'])(
    'oidcc-server with %s: the secret comes with its end, and nobody asks for PKCE',
    async (token_endpoint_auth_method) => {
      const { answer, client } = await register(plan, { token_endpoint_auth_method });
      expect(answer.body).toMatchObject({ client_secret: expect.any(String), client_secret_expires_at: 0 });
      await rp.flow(client);
    },
  );

  describe('the sign-in page', () => {
    it('oidcc-registration-logo-uri: shows the logo, from our own origin alone', async () => {
      const path = '/images/logo.png';
      plan.suite.serve(path, 'image/png', () => dot);
      const logo_uri = `${plan.suite.front.origin}${path}`;
      const { client } = await register(plan, { logo_uri });
      const went = await rp.authorize(client, {}, { module: 'oidcc-registration-logo-uri' });
      const [page] = went.browser.pictures;
      expect(page!.text).not.toContain(plan.suite.front.origin);
      const src = /<img class="app-logo" src="([^"]+)"/.exec(page!.text)![1]!;
      const { front } = plan.op;
      const image = await front.fetch(`${front.origin}${src}`);
      expect(image.headers.get('content-type')).toBe('image/png');
      expect(Buffer.from(await image.arrayBuffer()).equals(dot)).toBe(true);
      expect(plan.suite.asked(path)).toBe(1);
    });

    it.each([
      ['oidcc-registration-policy-uri', 'policy_uri'],
      ['oidcc-registration-tos-uri', 'tos_uri'],
    ])('%s: links to what %s names', async (module, member) => {
      const address = `${plan.suite.base}/${member}.html`;
      const { client } = await register(plan, { [member]: address });
      const went = await rp.authorize(client, {}, { module });
      const link = `<a href="${address}" target="_blank" rel="noopener noreferrer">`;
      expect(went.browser.pictures[0]!.text).toContain(link);
    });
  });

  it('oidcc-registration-jwks-uri: the client signs with a key we fetch', async () => {
    const keys = await makeKeys();
    plan.suite.serve('/test/a/onecert/jwks', 'application/json', () => JSON.stringify(keys.jwks));
    const jwks_uri = `${plan.suite.base}/jwks`;
    const { client } = await register(plan, { jwks_uri }, () => keys);
    await rp.flow(client);
    expect(plan.suite.asked('/test/a/onecert/jwks')).toBeGreaterThan(0);
  });

  it('oidcc-registration-sector-uri: a file that lists the redirect URI, and one sub for all apps of it', async () => {
    const path = '/test/a/onecert/redirect_uris.json';
    plan.suite.serve(path, 'application/json', () => JSON.stringify([plan.suite.redirectUri]));
    const sector = {
      subject_type: 'pairwise',
      sector_identifier_uri: `${plan.suite.base}/redirect_uris.json`,
    };
    const made = [await register(plan, sector), await register(plan, sector)];
    expect(made.map(({ answer }) => answer.status)).toEqual([201, 201]);
    const subs = await Promise.all(made.map(async ({ client }) => (await rp.flow(client)).claims.sub));
    expect(subs[0]).toBe(subs[1]);
    expect((await rp.flow((await register(plan)).client)).claims.sub).not.toBe(subs[0]);
  });

  it.each([
    ['another redirect URI', JSON.stringify(['https://example.com/op'])],
    ['no list', '{}'],
  ])('oidcc-registration-sector-bad: %s in the file is invalid_client_metadata', async (_what, file) => {
    const path = `/test/a/onecert/bad-${randomUUID()}.json`;
    plan.suite.serve(path, 'application/json', () => file);
    const sector_identifier_uri = `${plan.suite.front.origin}${path}`;
    const { answer } = await register(plan, { subject_type: 'pairwise', sector_identifier_uri });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } });
  });

  it('oidcc-refresh-token-rp-key-rotation: a refresh signed by the key that took the old one’s place', async () => {
    let keys: ClientKeys = await makeKeys();
    const path = '/test/a/onecert/rotating';
    plan.suite.serve(path, 'application/json', () => JSON.stringify(keys.jwks));
    const { client } = await register(
      plan,
      { jwks_uri: `${plan.suite.base}/rotating`, grant_types: ['authorization_code', 'refresh_token'] },
      () => keys,
    );
    const { tokens } = await rp.flow(client, { scope: 'openid offline_access', prompt: 'consent' });
    keys = await makeKeys();
    // The suite waits a minute, so that nobody's limit on fetching keys stands in the way.
    await new Promise((resolve) => setTimeout(resolve, 60_500));
    const answer = await rp.token(client, {
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token!,
    });
    expect(answer).toMatchObject({ status: 200, body: { access_token: expect.any(String) } });
  }, 120_000);

  describe('request_uri', () => {
    const withObject = async (
      name: string,
      object: (client_id: string) => string | Promise<string>,
      more = {},
    ) => {
      const path = `/test/a/onecert/requesturi/${name}`;
      const uri = `${plan.suite.front.origin}${path}#${randomUUID()}`;
      const made = await register(plan, { request_uris: [uri], ...more });
      const body = await object(made.client.client_id);
      plan.suite.serve(path, 'application/jwt', () => body);
      return { ...made, uri };
    };

    it('oidcc-request-uri-unsigned: skipped, since discovery does not list `none`; refused all the same', async () => {
      expect((await metadata()).request_object_signing_alg_values_supported).not.toContain('none');
      const payload = Buffer.from(JSON.stringify({ scope: 'openid profile' })).toString('base64url');
      const { client, uri } = await withObject('unsigned', () => `${none}.${payload}.`);
      const { response } = await rp.authorize(client, { request_uri: uri });
      expect(response.error).toBe('invalid_request_object');
    });

    it('oidcc-request-uri-signed-rs256: what the app signed is what counts', async () => {
      const keys = await makeKeys();
      const inside = { state: 'aB3-._~', nonce: 'cD4-._~', scope: 'openid profile' };
      const { client, uri } = await withObject(
        'signed',
        (client_id) =>
          new SignJWT({
            client_id,
            response_type: 'code',
            redirect_uri: plan.suite.redirectUri,
            ...inside,
          })
            .setProtectedHeader({ alg: 'RS256', kid: keys.kid })
            .setIssuer(client_id)
            .setAudience(plan.op.front.origin)
            .sign(keys.key),
        { jwks: keys.jwks, request_object_signing_alg: 'RS256' },
      );
      const signing = byPrivateKey(
        client.client_id,
        client.redirectUri,
        () => keys,
        `${plan.op.front.origin}/token`,
      );
      const went = await rp.authorize(signing, { request_uri: uri, state: undefined, nonce: undefined });
      expect(went.response).toMatchObject({ state: inside.state, code: expect.any(String) });
      const answer = await rp.redeem(signing, went.response.code!);
      await rp.verify(signing, String(answer.body.id_token), inside.nonce);
      expect(answer.body.scope).toBe('openid profile');
    });

    it('security (c) 8: fetches no address that the app did not register, and tells the app of one that is gone', async () => {
      const path = '/test/a/onecert/requesturi/strange';
      plan.suite.serve(path, 'application/jwt', () => 'x');
      const { client } = await register(plan);
      const strange = await rp.authorize(client, { request_uri: `${plan.suite.front.origin}${path}` });
      expect(strange.response.error).toBe('request_uri_not_supported');
      expect(plan.suite.asked(path)).toBe(0);
      const gone = `${plan.suite.front.origin}/test/a/onecert/requesturi/gone`;
      const other = await register(plan, { request_uris: [gone] });
      expect((await rp.authorize(other.client, { request_uri: gone })).response.error).toBe(
        'invalid_request_uri',
      );
    });
  });

  it('oidcc-ensure-client-assertion-with-iss-aud-succeeds: the issuer as audience', async () => {
    const { client, keys } = await register(plan);
    const { response } = await rp.authorize(client);
    const toIssuer = byPrivateKey(client.client_id, client.redirectUri, () => keys, plan.op.front.origin);
    expect((await rp.redeem(toIssuer, response.code!)).status).toBe(200);
  });

  it('oidcc-refresh-token: with private_key_jwt, to its own client alone', async () => {
    const grants = { grant_types: ['authorization_code', 'refresh_token'] };
    const [first, second] = [await register(plan, grants), await register(plan, grants)];
    const { tokens } = await rp.flow(first.client, { scope: 'openid offline_access', prompt: 'consent' });
    const fields = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token! };
    expect((await rp.token(second.client, fields)).body.error).toBe('invalid_grant');
  });

  it('oidcc-server-rotate-keys: after a rotation and a restart a new key stands beside the old ones', async () => {
    const { core } = plan.op;
    const kids = (body: Record<string, unknown>) => (body.keys as { kid: string }[]).map(({ kid }) => kid);
    const before = kids((await rp.get('/jwks')).body);
    const { client } = await register(plan);
    const { tokens } = await rp.flow(client);
    const options = { purpose: 'login', owner: 'province', alg: 'RS256', actor: 'cli' } as const;
    const { key } = await rotateKey(core.keyring, core.trust, core.audit, options);
    const restarted = await startApp({ KEYS_DIR: core.config.keysDir });
    try {
      const jwks = (await (await fetch(`${restarted.baseUrl}/jwks`)).json()) as { keys: JWK[] };
      expect(kids(jwks as never).sort()).toEqual([...before, key.kid].sort());
      const { protectedHeader } = await jwtVerify(tokens.id_token, createLocalJWKSet(jwks));
      expect(before).toContain(protectedHeader.kid);
    } finally {
      await restarted.stop();
    }
  });
});
