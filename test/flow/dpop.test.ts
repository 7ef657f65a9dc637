import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { calculateJwkThumbprint, exportJWK, SignJWT } from 'jose';
import * as client from 'openid-client';
import { addKeyApp, dpopProof, type KeyApp, newKeys, now, type Served } from './key-app.ts';
import { addApp, type TestApp, walkThrough } from './test-app.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';

const person = { loginName: samplePerson.phone, password: samplePerson.password };

type Keys = Awaited<ReturnType<typeof newKeys>>;

describe('tokens bound to a key (DPoP, RFC 9449, security (c) 21)', () => {
  let server: TestServer;
  let served: Served;
  let app: KeyApp;
  let open: TestApp;
  let keys: Keys;
  beforeAll(async () => {
    server = await startTestServer();
    served = { baseUrl: server.baseUrl, apps: server.oidc.apps };
    await addPerson(server.accounts);
    app = await addKeyApp(served);
    open = await addApp(server, { token_endpoint_auth_method: 'none' });
    keys = await newKeys('ES256');
  });
  afterAll(() => server.close());

  const tokenAt = () => ({ htm: 'POST', htu: `${server.baseUrl}/token` });

  /** Redeems a fresh code of the public app with the proof, as it stands. */
  const redeem = async (proof: string | undefined, parameters: Record<string, string> = {}) => {
    const started = await open.start(parameters);
    const callback = new URL(await walkThrough(open.browser(), started, person));
    const fields = {
      grant_type: 'authorization_code',
      client_id: open.clientId,
      code: callback.searchParams.get('code')!,
      redirect_uri: open.redirectUri,
      code_verifier: started.checks.pkceCodeVerifier!,
    };
    return app.send(`${server.baseUrl}/token`, {
      method: 'POST',
      headers: proof === undefined ? {} : { dpop: proof },
      body: new URLSearchParams(fields),
    });
  };

  const bound = async (): Promise<string> => {
    const { body } = await redeem(await dpopProof(keys, tokenAt()));
    expect(body.token_type).toBe('DPoP');
    return body.access_token as string;
  };

  const me = (token: string, dpop: string | undefined, scheme = 'DPoP') =>
    app.send(`${server.baseUrl}/me`, {
      headers: { authorization: `${scheme} ${token}`, ...(dpop === undefined ? {} : { dpop }) },
    });
  const meAt = (token: string) => ({ htm: 'GET', htu: `${server.baseUrl}/me`, token });

  it.each(['ES256', 'PS256', 'EdDSA', 'Ed25519'])(
    'are given and taken with a key for %s, by openid-client',
    async (alg) => {
      const pair = await client.randomDPoPKeyPair(alg);
      const started = await open.start();
      const callback = await walkThrough(open.browser(), started, person);
      const DPoP = client.getDPoPHandle(open.config, pair);
      const tokens = await client.authorizationCodeGrant(
        open.config,
        new URL(callback),
        started.checks,
        undefined,
        { DPoP },
      );
      const { sub } = tokens.claims()!;
      const info = await client.fetchUserInfo(open.config, tokens.access_token, sub, { DPoP });
      expect(info.sub).toBe(sub);
    },
  );

  it('say in introspection which key they are bound to', async () => {
    const pair = await client.randomDPoPKeyPair('ES256', { extractable: true });
    const DPoP = client.getDPoPHandle(app.config, pair);
    const started = await app.start();
    const callback = await walkThrough(app.browser(), started, person);
    const tokens = await app.redeem(callback, started, { DPoP });
    const told = await client.tokenIntrospection(app.config, tokens.access_token);
    expect(told).toMatchObject({ active: true, token_type: 'DPoP', cnf: { jkt: expect.any(String) } });
  });

  it('open nothing without the proof, as a bearer token or with another key', async () => {
    const token = await bound();
    expect((await me(token, undefined)).status).toBeGreaterThanOrEqual(400);
    expect((await me(token, undefined, 'Bearer')).status).toBe(401);
    expect((await me(token, await dpopProof(keys, meAt(token)), 'Bearer')).status).toBeGreaterThanOrEqual(
      400,
    );
    expect((await me(token, await dpopProof(await newKeys('ES256'), meAt(token)))).status).toBe(401);
    expect((await me(token, await dpopProof(keys, meAt(token)))).status).toBe(200);
  });

  it('take each proof once, in a race of ten', async () => {
    const token = await bound();
    const proof = await dpopProof(keys, meAt(token));
    const answers = await Promise.all(Array.from({ length: 10 }, () => me(token, proof)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const second = await dpopProof(keys, tokenAt());
    const both = [await redeem(second), await redeem(second)].map(({ status }) => status);
    expect(both).toEqual([200, 400]);
  });

  it.each([
    ['for another method', { htm: 'PUT' }],
    ['for another address', { htu: 'https://other.example/me' }],
    ['for another path', { htu: '<base>/token' }],
    ['for another case of the path', { htu: '<base>/ME' }],
    ['for no address', { htu: undefined }],
    ['for no method', { htm: undefined }],
    ['for another token', { ath: 'x' }],
    ['for no token', { ath: undefined }],
    ['without an id', { jti: undefined }],
    ['without a time', { iat: undefined }],
    ['with a text for a time', { iat: 'now' }],
    ['an hour old', { iat: now() - 3600 }],
    ['an hour ahead', { iat: now() + 3600 }],
    ['two minutes ahead', { iat: now() + 120 }],
    ['with an unknown nonce', { nonce: 'made-up' }],
    ['that has ended', { exp: now() - 60 }],
    ['not valid yet', { nbf: now() + 600 }],
  ])('refuse a proof %s', async (_case, over) => {
    const token = await bound();
    const claims = Object.fromEntries(
      Object.entries(over).map(([name, value]) => [
        name,
        typeof value === 'string' ? value.replace('<base>', server.baseUrl) : value,
      ]),
    );
    const answer = await me(token, await dpopProof(keys, meAt(token), { claims }));
    expect([400, 401]).toContain(answer.status);
    expect(answer.headers.get('www-authenticate')).toMatch(/^DPoP |, ?DPoP /);
  });

  it.each([
    ['a query and a fragment', { htu: '<base>/me?a=b#c' }],
    ['upper case in the host', { htu: '<upper>/me' }],
    ['eight seconds ahead', { iat: now() + 8 }],
    ['eight seconds old', { iat: now() - 8 }],
    ['an end and a beginning', { nbf: now(), exp: now() + 300 }],
    ['members nobody knows', { hello: 'world' }],
  ])('take a proof with %s', async (_case, over) => {
    const token = await bound();
    const claims = Object.fromEntries(
      Object.entries(over).map(([name, value]) => [
        name,
        typeof value === 'string'
          ? value.replace('<base>', server.baseUrl).replace('<upper>', server.baseUrl.replace('http', 'HTTP'))
          : value,
      ]),
    );
    expect((await me(token, await dpopProof(keys, meAt(token), { claims }))).status).toBe(200);
  });

  it('refuse a proof whose header is not as it must be', async () => {
    const token = await bound();
    const at = meAt(token);
    const rsa = await newKeys('RS256');
    const bad = [
      await dpopProof(keys, at, { header: { typ: 'jwt' } }),
      await dpopProof(keys, at, { header: { typ: undefined } }),
      await dpopProof(keys, at, { header: { jwk: undefined } }),
      await dpopProof(keys, at, { header: { jwk: await exportJWK(keys.privateKey) } }),
      await dpopProof(keys, at, { header: { jwk: { kty: 'oct', k: 'AAAA' } } }),
      await dpopProof(keys, at, { key: await newKeys('ES256') }),
      // RSASSA-PKCS1-v1_5 is not among the algorithms, whatever the key.
      await dpopProof(rsa, { ...at, alg: 'RS256' }),
      await new SignJWT({ jti: 'hs', iat: now(), htm: at.htm, htu: at.htu })
        .setProtectedHeader({ alg: 'HS256', typ: 'dpop+jwt' })
        .sign(new TextEncoder().encode('x'.repeat(32))),
      'x',
      'a.b.c',
      `${await dpopProof(keys, at)}, ${await dpopProof(keys, at)}`,
    ];
    for (const proof of bad) expect([400, 401]).toContain((await me(token, proof)).status);
  });

  it('refuse an RSA key of 512 bits, a key as long as a header can be, and one longer', async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 512 });
    const jwk = weak.publicKey.export({ format: 'jwk' });
    const head = (header: object): string => Buffer.from(JSON.stringify(header)).toString('base64url');
    const payload = head({ jti: 'weak', iat: now(), ...tokenAt() });
    for (const n of [jwk.n, 'A'.repeat(6_000), '_'.repeat(6_000), '_'.repeat(60_000)]) {
      const proof = `${head({ alg: 'PS256', typ: 'dpop+jwt', jwk: { ...jwk, n } })}.${payload}.${'A'.repeat(86)}`;
      const answer = await redeem(proof);
      expect([400, 431]).toContain(answer.status);
    }
    const x5c = Array.from({ length: 100 }, () => 'A'.repeat(80));
    const stuffed = { ...(await exportJWK(keys.publicKey)), x5c };
    const fat = await dpopProof(keys, tokenAt(), { header: { jwk: stuffed } });
    expect((await redeem(fat)).status).toBeLessThan(500);
  });

  it('date a proof by our nonce when its own time is far off (RFC 9449 §8)', async () => {
    for (const iat of [now() - 7200, now() + 7200]) {
      const proof = await dpopProof(keys, tokenAt(), { claims: { iat } });
      const first = await redeem(proof);
      expect([first.status, first.body.error]).toEqual([400, 'use_dpop_nonce']);
      const nonce = first.headers.get('dpop-nonce')!;
      expect(nonce).toMatch(/^[\w-]{43}$/);
      const again = await redeem(await dpopProof(keys, tokenAt(), { claims: { iat, nonce } }));
      expect(again.status).toBe(200);
    }
  });

  it('keep the key that the authorization request named (dpop_jkt, §10)', async () => {
    const dpop_jkt = await calculateJwkThumbprint(await exportJWK(keys.publicKey));
    const other = await newKeys('ES256');
    const swapped = await redeem(await dpopProof(other, tokenAt()), { dpop_jkt });
    expect([swapped.status, swapped.body.error]).toEqual([400, 'invalid_grant']);
    expect((await redeem(undefined, { dpop_jkt })).body.error).toBe('invalid_grant');
    expect((await redeem(await dpopProof(keys, tokenAt()), { dpop_jkt })).status).toBe(200);
  });

  it('are demanded of an app that says all its tokens are bound', async () => {
    const strict = await addKeyApp(served, { metadata: { dpop_bound_access_tokens: true } });
    const started = await strict.start();
    const callback = await walkThrough(strict.browser(), started, person);
    const refused = await strict.redeem(callback, started).catch((error: Error) => error);
    expect(refused).toMatchObject({ error: 'invalid_grant' });
  });
});
