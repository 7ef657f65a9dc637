/**
 * What the modules of the OpenID Foundation's `fapi2-security-profile-final-test-plan` check of a server (private_key_jwt,
 * DPoP, unsigned requests, plain responses, OpenID Connect and plain OAuth), over a TLS front and two instances on one
 * store. Each title names its module.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { calculateJwkThumbprint, decodeProtectedHeader, exportJWK } from 'jose';
import * as client from 'openid-client';
import { addKeyApp, dpopProof, type KeyApp, newKeys, now, type Odd } from '../flow/key-app.ts';
import { type Started, walkThrough } from '../flow/test-app.ts';
import { type HttpsApp, startHttpsApp } from './tls-front.ts';

type Keys = Awaited<ReturnType<typeof newKeys>>;

const openid = 'openid profile offline_access';

let server: HttpsApp;
let app: KeyApp;
let second: KeyApp;
let keys: Keys;
let person: { loginName: string; password: string };

beforeAll(async () => {
  server = await startHttpsApp({}, { instances: 2 });
  const served = { baseUrl: server.front.origin, apps: server.core.apps, fetch: server.front.fetch };
  const registered = {
    profile: 'high',
    metadata: {
      scope: 'profile wallet',
      grant_types: ['authorization_code', 'refresh_token'],
    },
  } as const;
  const input = {
    ...registered,
    metadata: { ...registered.metadata, grant_types: [...registered.metadata.grant_types] },
  };
  app = await addKeyApp(served, { ...input, alg: 'PS256' });
  second = await addKeyApp(served, input);
  keys = await newKeys('ES256');
  const { documentNumber } = (await server.core.samplePerson('lin'))!;
  person = { loginName: documentNumber, password: server.passwordOf('lin') };
}, 90_000);
afterAll(() => server.stop());
afterEach(() => {
  jest.restoreAllMocks();
});

/** Everybody's clock goes on: the server's, the library's and the app's. */
const later = (seconds: number): void => {
  const at = Date.now.bind(Date);
  jest.spyOn(Date, 'now').mockImplementation(() => at() + seconds * 1000);
};

const push = async (
  over: Record<string, string | undefined> = {},
  more: Parameters<KeyApp['post']>[2] = {},
) => {
  const { parameters, checks } = await app.request({ scope: openid, prompt: 'consent', ...over });
  return { ...(await app.post('/request', parameters, more)), parameters, checks };
};

/** Pushes, signs in, agrees. */
const authorize = async (over: Record<string, string | undefined> = {}, of = app) => {
  const started = await of.start({ scope: openid, prompt: 'consent', ...over });
  const callback = new URL(await walkThrough(of.browser(), started, person));
  return { started, callback, code: callback.searchParams.get('code')! };
};

const tokenAt = () => ({ htm: 'POST', htu: `${server.front.origin}/token` });

interface Asked {
  of?: KeyApp;
  fields?: Record<string, string | undefined>;
  assertion?: string;
  proof?: string | null;
}

/** Redeems a code by hand. */
const redeem = async (
  code: string,
  started: Started,
  { of = app, fields = {}, assertion, proof }: Asked = {},
) => {
  const all = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: app.redirectUri,
    code_verifier: started.checks.pkceCodeVerifier,
    ...fields,
  };
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  const dpop = proof === undefined ? await dpopProof(keys, tokenAt()) : proof;
  return of.post('/token', given as Record<string, string>, {
    ...(assertion === undefined ? {} : { assertion }),
    headers: dpop === null ? {} : { dpop },
  });
};

const signIn = async (over: Record<string, string | undefined> = {}) => {
  const { started, callback } = await authorize(over);
  const pair = await client.randomDPoPKeyPair('ES256', { extractable: true });
  const DPoP = client.getDPoPHandle(app.config, pair);
  return { tokens: await app.redeem(callback.href, started, { DPoP }), DPoP, callback, started };
};

const bound = async (over: Record<string, string | undefined> = {}): Promise<string> => {
  const { started, code } = await authorize(over);
  return (await redeem(code, started)).body.access_token as string;
};

const resource = async (token: string, proof: string | undefined, scheme = 'DPoP') =>
  app.send(`${server.front.origin}/me`, {
    headers: { authorization: `${scheme} ${token}`, ...(proof === undefined ? {} : { dpop: proof }) },
  });
const resourceAt = (token: string) => ({ htm: 'GET', htu: `${server.front.origin}/me`, token });

/** What /auth says to a browser that nobody is signed in with. */
const meet = async (url: URL): Promise<string> => {
  const visit = await app.browser().request(url.href);
  const location = visit.headers.get('location');
  if (location === null) return /\binvalid_\w+/.exec(visit.text)?.[0] ?? `page ${visit.status}`;
  if (location.includes('/interaction/')) return 'asked';
  return new URL(location).searchParams.get('error') ?? 'code';
};

const refusedAsClient = ({ status, body }: { status: number; body: Record<string, unknown> }): void => {
  expect([400, 401]).toContain(status);
  expect(['invalid_client', 'invalid_request']).toContain(body.error);
};

describe('FAPI 2.0 Security Profile Final, the ways that lead through', () => {
  it.each(['openid-configuration', 'oauth-authorization-server'])(
    'fapi2-security-profile-final-discovery-end-point-verification: /.well-known/%s names what the profile asks for',
    async (name) => {
      const { status, body, headers } = await app.send(`${server.front.origin}/.well-known/${name}`);
      expect([status, body.issuer]).toEqual([200, server.front.origin]);
      expect(headers.get('content-type')).toMatch(/^application\/json/);
      for (const [member, url] of Object.entries(body)) {
        if (/_endpoint$|_uri$/.test(member)) expect(new URL(url as string).origin).toBe(server.front.origin);
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
    const { tokens, DPoP, callback } = await signIn();
    expect(callback.searchParams.get('iss')).toBe(server.front.origin);
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
    const { tokens } = await signIn({ scope: 'wallet offline_access', nonce: undefined });
    expect(tokens.id_token).toBeUndefined();
    expect([tokens.token_type, tokens.scope]).toEqual(['dpop', 'wallet']);
  });

  it('fapi2-security-profile-final-user-rejects-authentication: the app is told access_denied, with state and iss', async () => {
    const started = await app.start({ scope: openid, prompt: 'consent' });
    const browser = app.browser();
    const page = await browser.signIn(
      await browser.open(started.url.href),
      person.loginName,
      person.password,
    );
    const back = new URL((await browser.submit(page, '/consent', { decision: 'refuse' })).url);
    expect(back.searchParams.get('error')).toBe('access_denied');
    expect(back.searchParams.get('state')).toBe(started.checks.expectedState);
    expect(back.searchParams.get('iss')).toBe(server.front.origin);
  });

  it('fapi2-security-profile-final-ensure-authorization-request-without-state-success: none comes back', async () => {
    const { callback, started, code } = await authorize({ state: undefined });
    expect(callback.searchParams.has('state')).toBe(false);
    expect((await redeem(code, started)).status).toBe(200);
  });

  it.each([
    ['without-nonce-success', undefined],
    ['with-64-char-nonce-success', 'n'.repeat(64)],
    ['with-long-nonce', 'n'.repeat(384)],
  ])('fapi2-security-profile-final-ensure-authorization-request-%s', async (_case, nonce) => {
    const { tokens } = await signIn({ nonce });
    expect(tokens.claims()!.nonce).toBe(nonce);
  });

  it('fapi2-security-profile-final-ensure-authorization-request-with-long-state: a thousand characters come back', async () => {
    const state = 's'.repeat(1000);
    expect((await authorize({ state })).callback.searchParams.get('state')).toBe(state);
  });

  it('fapi2-security-profile-final-ensure-other-scope-order-succeeds', async () => {
    const { tokens } = await signIn({ scope: 'offline_access profile openid' });
    expect(tokens.claims()!.sub).toEqual(expect.any(String));
  });

  it('fapi2-security-profile-final-test-claims-parameter-identity-claims: what is asked one by one ends in no error', async () => {
    const claims = JSON.stringify({
      id_token: { acr: null },
      userinfo: { sub: { essential: true }, xyz: null },
    });
    const { tokens } = await signIn({ claims });
    expect(tokens.claims()).not.toHaveProperty('xyz');
  });

  it.each(['dpop', 'DPOP', 'DPoP'])(
    'fapi2-security-profile-final-access-token-type-header-case-sensitivity: %s is taken',
    async (scheme) => {
      const token = await bound();
      expect((await resource(token, await dpopProof(keys, resourceAt(token)), scheme)).status).toBe(200);
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
    const { started, code } = await authorize();
    const given = await redeem(code, started, { proof: await dpopProof(keys, tokenAt(), { claims }) });
    expect(given.status).toBe(200);
    const token = given.body.access_token as string;
    expect((await resource(token, await dpopProof(keys, resourceAt(token), { claims }))).status).toBe(200);
  });

  it('fapi2-security-profile-final-par-without-duplicate-parameters: client_id and request_uri are enough', async () => {
    const { started } = await authorize();
    expect([...started.url.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri']);
  });

  it.each(['state', 'nonce'])(
    'fapi2-security-profile-final-ensure-different-%s-inside-and-outside-request-object: what was pushed counts',
    async (name) => {
      const started = await app.start({ scope: openid, prompt: 'consent' });
      started.url.searchParams.set(name, 'outside');
      const callback = await walkThrough(app.browser(), started, person);
      const pair = await client.randomDPoPKeyPair('ES256');
      const DPoP = client.getDPoPHandle(app.config, pair);
      expect((await app.redeem(callback, started, { DPoP })).access_token).toEqual(expect.any(String));
    },
  );

  it('fapi2-security-profile-final-state-only-outside-request-object-not-used', async () => {
    const started = await app.start({ scope: openid, prompt: 'consent', state: undefined });
    started.url.searchParams.set('state', 'outside');
    const callback = new URL(await walkThrough(app.browser(), started, person));
    expect(callback.searchParams.has('state')).toBe(false);
  });
});

describe('FAPI 2.0 Security Profile Final, pushed requests', () => {
  it('fapi2-security-profile-final-par-ensure-reused-request-uri-prior-to-auth-completion-succeeds', async () => {
    const started = await app.start({ scope: openid, prompt: 'consent' });
    const browser = app.browser();
    expect((await browser.open(started.url.href)).text).toContain('/sign-in"');
    const callback = await walkThrough(browser, started, person);
    expect((await redeem(new URL(callback).searchParams.get('code')!, started)).status).toBe(200);
  });

  it('fapi2-security-profile-final-par-attempt-reuse-request_uri: after the sign-in it is used up', async () => {
    const { started } = await authorize();
    expect(await meet(started.url)).toBe('invalid_request_uri');
  });

  it('fapi2-security-profile-final-par-attempt-to-use-expired-request_uri', async () => {
    const { body } = await push();
    expect(body.expires_in).toBe(60);
    const url = app.authorize({ client_id: app.clientId, request_uri: body.request_uri as string });
    later(61);
    expect(await meet(url)).toBe('invalid_request_uri');
  });

  it('fapi2-security-profile-final-par-attempt-to-use-request_uri-for-different-client', async () => {
    const { body } = await push();
    const request_uri = body.request_uri as string;
    expect(await meet(app.authorize({ client_id: second.clientId, request_uri }))).toMatch(
      /^invalid_request/,
    );
  });

  it('fapi2-security-profile-final-par-authorization-request-containing-request_uri-form-param', async () => {
    const { status, body } = await push({ request_uri: 'urn:ietf:params:oauth:request_uri:x' });
    expect(status).toBe(400);
    expect(['invalid_request', 'request_uri_not_supported']).toContain(body.error);
  });

  it('fapi2-security-profile-final-par-attempt-invalid-http-method', async () => {
    const { status, headers } = await app.send(`${server.front.origin}/request`, {
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
    const { status, body } = await push(over);
    expect(status).toBe(400);
    expect(['invalid_request', 'unsupported_response_type']).toContain(body.error);
  });

  it('fapi2-security-profile-final-ensure-unsigned-authorization-request-without-using-par-fails', async () => {
    const { parameters } = await app.request();
    expect(await meet(app.authorize(parameters))).toBe('invalid_request');
  });

  it.each([
    ['par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted', 8, 201],
    ['par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails', 65, 401],
  ])('fapi2-security-profile-final-%s', async (_module, ahead, status) => {
    const at = now() + ahead;
    const assertion = await app.assertion({ claims: { iat: at, nbf: at, exp: at + 60 } });
    expect((await push({}, { assertion })).status).toBe(status);
  });

  it.each([
    ['par-test-array-as-audience-fails', () => [server.front.origin, 'https://other.example']],
    ['par-test-array-as-audience-fails, even for a list of one', () => [server.front.origin]],
    ['par-endpoint-as-audience-fails', () => `${server.front.origin}/request`],
    ['par-token-endpoint-as-audience-fails', () => `${server.front.origin}/token`],
  ])('fapi2-security-profile-final-%s', async (_module, aud) => {
    refusedAsClient(await push({}, { assertion: await app.assertion({ claims: { aud: aud() } }) }));
  });
});

describe('FAPI 2.0 Security Profile Final, the token endpoint', () => {
  it('fapi2-security-profile-final-ensure-pkce-code-verifier-required', async () => {
    const { started, code } = await authorize();
    const { status, body } = await redeem(code, started, { fields: { code_verifier: undefined } });
    expect([status, body.error]).toEqual([400, 'invalid_grant']);
  });

  it('fapi2-security-profile-final-incorrect-pkce-code-verifier-rejected', async () => {
    const { started, code } = await authorize();
    const code_verifier = client.randomPKCECodeVerifier();
    const { status, body } = await redeem(code, started, { fields: { code_verifier } });
    expect([status, body.error]).toEqual([400, 'invalid_grant']);
  });

  it('fapi2-security-profile-final-ensure-client-id-in-token-endpoint: another app’s id is refused', async () => {
    const { started, code } = await authorize();
    refusedAsClient(await redeem(code, started, { fields: { client_id: second.clientId } }));
  });

  it('fapi2-security-profile-final-ensure-holder-of-key-required: no proof, no token', async () => {
    const { started, code } = await authorize();
    const { status, body } = await redeem(code, started, { proof: null });
    expect(status).toBe(400);
    expect(['invalid_grant', 'invalid_request', 'invalid_dpop_proof']).toContain(body.error);
  });

  it('fapi2-security-profile-final-ensure-authorization-code-is-bound-to-client', async () => {
    const { started, code } = await authorize();
    const { status, body } = await redeem(code, started, { of: second });
    expect([status, body.error]).toEqual([400, 'invalid_grant']);
  });

  it('fapi2-security-profile-final-attempt-reuse-authorization-code-after-one-second: and its token is dead', async () => {
    const { started, code } = await authorize();
    const first = await redeem(code, started);
    const again = await redeem(code, started);
    expect([first.status, again.status, again.body.error]).toEqual([200, 400, 'invalid_grant']);
    const token = first.body.access_token as string;
    expect((await resource(token, await dpopProof(keys, resourceAt(token)))).status).toBe(401);
  });

  it('fapi2-security-profile-final-ensure-token-endpoint-fails-with-expired-auth-code: after 60 seconds', async () => {
    const { started, code } = await authorize();
    later(61);
    const { status, body } = await redeem(code, started);
    expect([status, body.error]).toEqual([400, 'invalid_grant']);
  });

  it('fapi2-security-profile-final-ensure-client-assertion-in-token-endpoint: without one there is no token', async () => {
    const { started, code } = await authorize();
    const answer = await app.send(`${server.front.origin}/token`, {
      method: 'POST',
      headers: { dpop: await dpopProof(keys, tokenAt()) },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: app.clientId,
        code,
        redirect_uri: app.redirectUri,
        code_verifier: started.checks.pkceCodeVerifier!,
      }),
    });
    refusedAsClient(answer);
  });

  it.each<[string, Odd]>([
    ['ensure-signed-client-assertion-with-RS256-fails', { header: { alg: 'RS256' } }],
    ['ensure-client-assertion-with-exp-is-5-minutes-in-past-fails', { claims: { exp: now() - 300 } }],
    ['ensure-client-assertion-with-wrong-aud-fails', { claims: { aud: 'https://other.example' } }],
    ['ensure-client-assertion-with-no-sub-fails', { claims: { sub: undefined } }],
    ['ensure-invalid-client-assertions-fail: another issuer', { claims: { iss: 'app-other' } }],
    ['ensure-invalid-client-assertions-fail: no id', { claims: { jti: undefined } }],
  ])('fapi2-security-profile-final-%s', async (module, odd) => {
    const { started, code } = await authorize();
    // The same RSA key, by the scheme that the profile leaves out.
    const rs256 = module.includes('RS256') ? { key: await asRs256(app.keys) } : {};
    const assertion = await app.assertion({ ...odd, ...rs256 });
    refusedAsClient(await redeem(code, started, { assertion }));
  });

  it.each(['ensure-dpop-auth-code-binding-success', 'ensure-dpopproof-at-par-endpoint-binding-success'])(
    'fapi2-security-profile-final-%s',
    async (module) => {
      const jkt = await calculateJwkThumbprint(await exportJWK(keys.publicKey));
      const atPar = { htm: 'POST', htu: `${server.front.origin}/request` };
      const byProof = module.includes('at-par');
      const { body, checks } = await push(byProof ? {} : { dpop_jkt: jkt }, {
        headers: byProof ? { dpop: await dpopProof(keys, atPar) } : {},
      });
      const url = app.authorize({ client_id: app.clientId, request_uri: body.request_uri as string });
      const code = async () =>
        new URL(await walkThrough(app.browser(), { url, checks }, person)).searchParams.get('code')!;
      expect((await redeem(await code(), { url, checks })).status).toBe(200);
    },
  );

  it('fapi2-security-profile-final-ensure-mismatched-dpop-jkt-fails: at the PAR endpoint', async () => {
    const other = await calculateJwkThumbprint(await exportJWK((await newKeys('ES256')).publicKey));
    const proof = await dpopProof(keys, { htm: 'POST', htu: `${server.front.origin}/request` });
    const { status, body } = await push({ dpop_jkt: other }, { headers: { dpop: proof } });
    expect([status, body.error]).toEqual([400, 'invalid_request']);
  });

  it.each([
    'ensure-token-endpoint-fails-with-mismatched-dpop-jkt',
    'ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt',
  ])('fapi2-security-profile-final-%s', async (module) => {
    const other = await newKeys('ES256');
    const byProof = module.includes('proof-jkt');
    const proof = await dpopProof(other, { htm: 'POST', htu: `${server.front.origin}/request` });
    const dpop_jkt = await calculateJwkThumbprint(await exportJWK(other.publicKey));
    const { body, checks } = await push(byProof ? {} : { dpop_jkt }, {
      headers: byProof ? { dpop: proof } : {},
    });
    const url = app.authorize({ client_id: app.clientId, request_uri: body.request_uri as string });
    const callback = new URL(await walkThrough(app.browser(), { url, checks }, person));
    const answer = await redeem(callback.searchParams.get('code')!, { url, checks });
    expect(answer.status).toBe(400);
    expect(['invalid_grant', 'invalid_request', 'invalid_dpop_proof']).toContain(answer.body.error);
  });
});

describe('FAPI 2.0 Security Profile Final, tokens in use', () => {
  it('fapi2-security-profile-final-dpop-negative-tests', async () => {
    const token = await bound();
    const at = resourceAt(token);
    const good = await dpopProof(keys, at);
    const status = async (proof: string | undefined, scheme?: string) =>
      (await resource(token, proof, scheme)).status;
    expect(await status(good)).toBe(200);
    const bad: (string | undefined)[] = [
      good,
      undefined,
      `${await dpopProof(keys, at)}, ${await dpopProof(keys, at)}`,
      (await dpopProof(keys, at)).replace('.', ''),
      ...(await Promise.all(
        ['typ', 'jwk'].map((name) => dpopProof(keys, at, { header: { [name]: undefined } })),
      )),
      ...(await Promise.all(
        ['jti', 'htm', 'htu', 'iat', 'ath'].map((name) =>
          dpopProof(keys, at, { claims: { [name]: undefined } }),
        ),
      )),
      await dpopProof(keys, at, { header: { typ: 'dpop+xyz' } }),
      await dpopProof(keys, at, { header: { jwk: await exportJWK(keys.privateKey) } }),
      await dpopProof(keys, at, { claims: { htm: 'PUT' } }),
      await dpopProof(keys, at, { claims: { htu: 'https://other.example/me' } }),
      await dpopProof(keys, at, { claims: { iat: now() + 3600 } }),
      await dpopProof(keys, at, { claims: { iat: now() - 3600 } }),
      await dpopProof(keys, at, { claims: { ath: 'x' } }),
      await dpopProof(await newKeys('ES256'), at),
    ];
    for (const [index, proof] of bad.entries())
      expect([index, [400, 401].includes(await status(proof))]).toEqual([index, true]);
    expect(await status(undefined, 'Bearer')).toBe(401);
    expect(await status(await dpopProof(keys, at, { claims: { htu: `${at.htu}?a=b#c` } }))).toBe(200);
    expect(await status(await dpopProof(keys, at, { header: { x: 1 }, claims: { y: 2 } }))).toBe(200);
  });

  it('fapi2-security-profile-final-refresh-token: it stays the same, and wants the app’s key and a proof', async () => {
    const { tokens, DPoP } = await signIn();
    const first = await client.refreshTokenGrant(app.config, tokens.refresh_token!, undefined, { DPoP });
    // §5.3.2.1: no rotation. An answer that was lost is no loss.
    expect(first.refresh_token).toBe(tokens.refresh_token);
    expect(first.access_token).not.toBe(tokens.access_token);
    expect(first.claims()!.sub).toBe(tokens.claims()!.sub);
    later(30);
    const again = await client.refreshTokenGrant(app.config, tokens.refresh_token!, undefined, { DPoP });
    expect(again.token_type).toBe('dpop');
    const fields = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token! };
    const unproved = await app.post('/token', fields);
    expect([unproved.status, unproved.body.error]).toEqual([400, 'invalid_grant']);
    const proof = await dpopProof(keys, tokenAt(), { claims: { iat: Math.floor(Date.now() / 1000) } });
    const foreign = await second.post('/token', fields, { headers: { dpop: proof } });
    expect([foreign.status, foreign.body.error]).toEqual([400, 'invalid_grant']);
  });

  it('takes no access token in a query, and answers a redirect by 303 with cookies that only TLS carries', async () => {
    const token = await bound();
    const answer = await app.send(`${server.front.origin}/me?access_token=${token}`);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    const browser = app.browser();
    const visit = await browser.request((await app.start()).url.href);
    expect(visit.status).toBe(303);
    const cookies = visit.headers.getSetCookie();
    expect(cookies.length).toBeGreaterThan(0);
    for (const cookie of cookies) expect(cookie).toMatch(/^__(?:Host|Secure)-.*; secure; httponly/i);
  });
});

/** An RSA key once more, for another scheme: a key object of the platform knows only one. */
const asRs256 = async (pair: Keys): Promise<Keys> => {
  const { importJWK } = await import('jose');
  const { alg: _alg, ...jwk } = await exportJWK(pair.privateKey);
  return {
    privateKey: (await importJWK({ ...jwk }, 'RS256')) as Keys['privateKey'],
    publicKey: pair.publicKey,
  };
};
