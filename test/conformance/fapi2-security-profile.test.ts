/**
 * What the modules of the OpenID Foundation's `fapi2-security-profile-final-test-plan` check of a server (private_key_jwt,
 * DPoP, unsigned requests, plain responses, OpenID Connect and plain OAuth), over a TLS front and two instances on one
 * store. Each title names its module.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { decodeProtectedHeader } from 'jose';
import * as client from 'openid-client';
import { dpopProof, type KeyApp, now } from '../flow/key-app.ts';
import { walkThrough } from '../flow/test-app.ts';
import { type Fapi2Kit, type Keys, later, openFapi2Kit, refusedAsClient } from './fapi2-kit.ts';

let fapi: Fapi2Kit;
let app: KeyApp;
let second: KeyApp;
let keys: Keys;

beforeAll(async () => {
  fapi = await openFapi2Kit();
  ({ app, second, keys } = fapi);
}, 90_000);
afterAll(() => fapi.server.stop());
afterEach(() => {
  jest.restoreAllMocks();
});

describe('FAPI 2.0 Security Profile Final, the ways that lead through', () => {
  it.each(['openid-configuration', 'oauth-authorization-server'])(
    'fapi2-security-profile-final-discovery-end-point-verification: /.well-known/%s names what the profile asks for',
    async (name) => {
      const { status, body, headers } = await app.send(`${fapi.origin}/.well-known/${name}`);
      expect([status, body.issuer]).toEqual([200, fapi.origin]);
      expect(headers.get('content-type')).toMatch(/^application\/json/);
      for (const [member, url] of Object.entries(body)) {
        if (/_endpoint$|_uri$/.test(member)) expect(new URL(url as string).origin).toBe(fapi.origin);
      }
      expect(body.code_challenge_methods_supported).toEqual(['S256']);
      expect(body.token_endpoint_auth_methods_supported).toContain('private_key_jwt');
      expect(body.authorization_response_iss_parameter_supported).toBe(true);
      for (const member of [
        'id_token_signing_alg_values_supported',
        'token_endpoint_auth_signing_alg_values_supported',
        'userinfo_signing_alg_values_supported',
        'dpop_signing_alg_values_supported',
      ])
        expect([member, body[member]]).toEqual([member, expect.arrayContaining(['ES256', 'EdDSA'])]);
      expect(body.dpop_signing_alg_values_supported).not.toContain('RS256');
    },
  );

  it('fapi2-security-profile-final-happy-flow: a person signs in, the token is bound, userinfo answers', async () => {
    const { tokens, DPoP, callback } = await fapi.signIn();
    expect(callback.searchParams.get('iss')).toBe(fapi.origin);
    expect([...callback.searchParams.keys()].sort()).toEqual(['code', 'iss', 'state']);
    expect(callback.hash).toBe('');
    expect(tokens.token_type).toBe('dpop');
    expect(tokens.expires_in).toBeLessThanOrEqual(900);
    const header = decodeProtectedHeader(tokens.id_token!);
    expect(header).toMatchObject({ alg: 'ES256', kid: expect.any(String) });
    const { sub } = tokens.claims()!;
    expect((await client.fetchUserInfo(app.config, tokens.access_token, sub, { DPoP })).sub).toBe(sub);
    for (const secret of [tokens.access_token, tokens.refresh_token!, callback.searchParams.get('code')!])
      expect(secret.length).toBeGreaterThanOrEqual(22);
  });

  it('fapi2-security-profile-final-happy-flow, plain_oauth: no openid in the scope gives a bound token and no ID token', async () => {
    const { tokens } = await fapi.signIn({ scope: 'wallet offline_access', nonce: undefined });
    expect(tokens.id_token).toBeUndefined();
    expect([tokens.token_type, tokens.scope]).toEqual(['dpop', 'wallet']);
  });

  it('fapi2-security-profile-final-user-rejects-authentication: the app is told access_denied, with state and iss', async () => {
    const started = await fapi.start();
    const browser = app.browser();
    const page = await browser.signIn(
      await browser.open(started.url.href),
      fapi.person.loginName,
      fapi.person.password,
    );
    const back = new URL((await browser.submit(page, '/consent', { decision: 'refuse' })).url);
    expect(back.searchParams.get('error')).toBe('access_denied');
    expect(back.searchParams.get('state')).toBe(started.checks.expectedState);
    expect(back.searchParams.get('iss')).toBe(fapi.origin);
  });

  it('fapi2-security-profile-final-ensure-authorization-request-without-state-success: none comes back', async () => {
    const { callback, started, code } = await fapi.authorize({ state: undefined });
    expect(callback.searchParams.has('state')).toBe(false);
    expect((await fapi.redeem(code, started)).status).toBe(200);
  });

  it.each([
    ['without-nonce-success', undefined],
    ['with-64-char-nonce-success', 'n'.repeat(64)],
    ['with-long-nonce', 'n'.repeat(384)],
  ])('fapi2-security-profile-final-ensure-authorization-request-%s', async (_case, nonce) => {
    const { tokens } = await fapi.signIn({ nonce });
    expect(tokens.claims()!.nonce).toBe(nonce);
  });

  it('fapi2-security-profile-final-ensure-authorization-request-with-long-state: a thousand characters come back', async () => {
    const state = 's'.repeat(1000);
    expect((await fapi.authorize({ state })).callback.searchParams.get('state')).toBe(state);
  });

  it('fapi2-security-profile-final-ensure-other-scope-order-succeeds', async () => {
    const { tokens } = await fapi.signIn({ scope: 'offline_access profile openid' });
    expect(tokens.claims()!.sub).toEqual(expect.any(String));
  });

  it('fapi2-security-profile-final-test-claims-parameter-identity-claims: what is asked one by one ends in no error', async () => {
    const claims = JSON.stringify({
      id_token: { acr: null },
      userinfo: { sub: { essential: true }, xyz: null },
    });
    const { tokens } = await fapi.signIn({ claims });
    expect(tokens.claims()).not.toHaveProperty('xyz');
  });

  it.each(['dpop', 'DPOP', 'DPoP'])(
    'fapi2-security-profile-final-access-token-type-header-case-sensitivity: %s is taken',
    async (scheme) => {
      const token = await fapi.token();
      expect((await fapi.resource(token, await dpopProof(keys, fapi.resourceAt(token)), scheme)).status).toBe(
        200,
      );
    },
  );

  it.each([
    ['check-dpop-proof-nbf-exp', { nbf: now(), exp: now() + 300 }],
    ['ensure-dpopproof-with-iat-10seconds-before-succeeds', { iat: now() - 10 }],
    ['ensure-dpopproof-with-iat-10seconds-after-succeeds', { iat: now() + 10 }],
  ])('fapi2-security-profile-final-%s', async (_module, times) => {
    const claims = Object.fromEntries(
      Object.entries(times).map(([name, at]) => [name, at - now() + Math.floor(Date.now() / 1000)]),
    );
    const { started, code } = await fapi.authorize();
    const given = await fapi.redeem(code, started, {
      proof: await dpopProof(keys, fapi.tokenAt(), { claims }),
    });
    expect(given.status).toBe(200);
    const token = given.body.access_token as string;
    expect(
      (await fapi.resource(token, await dpopProof(keys, fapi.resourceAt(token), { claims }))).status,
    ).toBe(200);
  });

  it('fapi2-security-profile-final-par-without-duplicate-parameters: client_id and request_uri are enough', async () => {
    const { started } = await fapi.authorize();
    expect([...started.url.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri']);
  });

  it.each(['state', 'nonce'])(
    'fapi2-security-profile-final-ensure-different-%s-inside-and-outside-request-object: what was pushed counts',
    async (name) => {
      const started = await fapi.start();
      started.url.searchParams.set(name, 'outside');
      const callback = await walkThrough(app.browser(), started, fapi.person);
      const pair = await client.randomDPoPKeyPair('ES256');
      const DPoP = client.getDPoPHandle(app.config, pair);
      expect((await app.redeem(callback, started, { DPoP })).access_token).toEqual(expect.any(String));
    },
  );

  it('fapi2-security-profile-final-state-only-outside-request-object-not-used', async () => {
    const started = await fapi.start({ state: undefined });
    started.url.searchParams.set('state', 'outside');
    const callback = new URL(await walkThrough(app.browser(), started, fapi.person));
    expect(callback.searchParams.has('state')).toBe(false);
  });
});

describe('FAPI 2.0 Security Profile Final, pushed requests', () => {
  it('fapi2-security-profile-final-par-ensure-reused-request-uri-prior-to-auth-completion-succeeds', async () => {
    const started = await fapi.start();
    const browser = app.browser();
    expect((await browser.open(started.url.href)).text).toContain('/sign-in"');
    const callback = await walkThrough(browser, started, fapi.person);
    expect((await fapi.redeem(new URL(callback).searchParams.get('code')!, started)).status).toBe(200);
  });

  it('fapi2-security-profile-final-par-attempt-reuse-request_uri: after the sign-in it is used up', async () => {
    const { started } = await fapi.authorize();
    expect(await fapi.meet(started.url)).toBe('invalid_request_uri');
  });

  it('fapi2-security-profile-final-par-attempt-to-use-expired-request_uri', async () => {
    const { body, started } = await fapi.push();
    expect(body.expires_in).toBe(60);
    later(61);
    expect(await fapi.meet(started.url)).toBe('invalid_request_uri');
  });

  it('fapi2-security-profile-final-par-attempt-to-use-request_uri-for-different-client', async () => {
    const { body } = await fapi.push();
    const request_uri = body.request_uri as string;
    expect(await fapi.meet(app.authorize({ client_id: second.clientId, request_uri }))).toMatch(
      /^invalid_request/,
    );
  });

  it('fapi2-security-profile-final-par-authorization-request-containing-request_uri-form-param', async () => {
    const { status, body } = await fapi.push({ request_uri: 'urn:ietf:params:oauth:request_uri:x' });
    expect(status).toBe(400);
    expect(['invalid_request', 'request_uri_not_supported']).toContain(body.error);
  });

  it('fapi2-security-profile-final-par-attempt-invalid-http-method', async () => {
    const { status, headers } = await app.send(`${fapi.origin}/request`, {
      method: 'PUT',
      body: 'a=b',
    });
    expect([status, headers.get('allow')]).toEqual([405, 'POST']);
  });

  it.each([
    ['par-ensure-pkce-required', { code_challenge: undefined, code_challenge_method: undefined }],
    ['par-plain-pkce-rejected', { code_challenge_method: 'plain' }],
    ['ensure-request-object-without-redirect-uri-fails', { redirect_uri: undefined }],
    ['ensure-redirect-uri-in-authorization-request', { redirect_uri: undefined }],
    ['ensure-registered-redirect-uri', { redirect_uri: 'https://other.example.test/callback' }],
    [
      'plain-fapi-tolerate-unregistered-redirect-uri',
      { redirect_uri: 'https://key-app1.example.test/callback/x' },
    ],
    ['ensure-response-type-code-idtoken-fails', { response_type: 'code id_token' }],
    ['ensure-response-type-token-fails', { response_type: 'token' }],
  ])('fapi2-security-profile-final-%s: refused where it is pushed', async (_module, over) => {
    const { status, body } = await fapi.push(over);
    expect(status).toBe(400);
    expect(['invalid_request', 'unsupported_response_type']).toContain(body.error);
  });

  it('fapi2-security-profile-final-ensure-unsigned-authorization-request-without-using-par-fails', async () => {
    const { parameters } = await app.request();
    expect(await fapi.meet(app.authorize(parameters))).toBe('invalid_request');
  });

  it.each([
    ['par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted', 8, 201],
    ['par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails', 65, 401],
  ])('fapi2-security-profile-final-%s', async (_module, ahead, status) => {
    const at = now() + ahead;
    const assertion = await app.assertion({ claims: { iat: at, nbf: at, exp: at + 60 } });
    expect((await fapi.push({}, { assertion })).status).toBe(status);
  });

  it.each([
    ['par-test-array-as-audience-fails', () => [fapi.origin, 'https://other.example']],
    ['par-test-array-as-audience-fails, even for a list of one', () => [fapi.origin]],
    ['par-endpoint-as-audience-fails', () => `${fapi.origin}/request`],
    ['par-token-endpoint-as-audience-fails', () => `${fapi.origin}/token`],
  ])('fapi2-security-profile-final-%s', async (_module, aud) => {
    refusedAsClient(await fapi.push({}, { assertion: await app.assertion({ claims: { aud: aud() } }) }));
  });
});
