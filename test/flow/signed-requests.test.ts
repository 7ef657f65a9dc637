import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CompactEncrypt, exportJWK, exportSPKI, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import * as client from 'openid-client';
import { addKeyApp, type KeyApp, newKeys, now, type Served } from './key-app.ts';
import { addApp, walkThrough } from './test-app.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';

const person = { loginName: samplePerson.phone, password: samplePerson.password };

describe('authorization requests that do not travel in the open', () => {
  let server: TestServer;
  let served: Served;
  let app: KeyApp;
  let ahead = 0;
  beforeAll(async () => {
    server = await startTestServer({ clock: { now: () => Date.now() + ahead } });
    served = { baseUrl: server.baseUrl, apps: server.oidc.apps };
    await addPerson(server.accounts);
    app = await addKeyApp(served);
  });
  afterAll(() => server.close());

  /** How the server meets a request at /auth: the error it tells the app, or shows; 'asked' when it asks who it is. */
  const meet = async (url: URL): Promise<string> => {
    const visit = await app.browser().request(url.href);
    const location = visit.headers.get('location') ?? '';
    if (location.includes('/interaction/')) return 'asked';
    return location === ''
      ? (/\b(?:invalid|request|unsupported)_\w+/.exec(visit.text)?.[0] ?? `page ${visit.status}`)
      : (new URL(location).searchParams.get('error') ?? 'code');
  };

  describe('signed by the app (JAR, RFC 9101)', () => {
    it.each(['ES256', 'PS256', 'EdDSA', 'RS256'] as const)(
      'with a key for %s are taken, by openid-client',
      async (alg) => {
        const of = await addKeyApp(served, { alg });
        const { parameters, checks } = await of.request();
        const url = await client.buildAuthorizationUrlWithJAR(of.config, parameters, of.keys.privateKey);
        const callback = await walkThrough(of.browser(), { url, checks }, person);
        expect((await of.redeem(callback, { url, checks })).claims()!.nonce).toBe(checks.expectedNonce);
      },
    );

    it('count for themselves alone: what the address adds is not read', async () => {
      const { parameters, checks } = await app.request();
      const request = await app.requestObject(parameters);
      const url = app.authorize({ client_id: app.clientId, request });
      url.searchParams.set('state', 'of-the-address');
      url.searchParams.set('scope', 'openid document');
      const callback = await walkThrough(app.browser(), { url, checks }, person);
      const back = new URL(callback);
      expect(back.searchParams.get('state')).toBe(checks.expectedState);
    });

    const ask = async (request: string): Promise<string> =>
      meet(app.authorize({ client_id: app.clientId, response_type: 'code', scope: 'openid', request }));

    it.each([
      ['for another server', { aud: 'https://other.example' }, 'invalid_request_object'],
      ['for nobody', { aud: undefined }, 'invalid_request_object'],
      ['of another app', { iss: 'app-other' }, 'invalid_request_object'],
      ['naming another app', { client_id: 'app-other' }, 'invalid_request_object'],
      ['without an end', { exp: undefined }, 'invalid_request_object'],
      ['that has ended', { exp: now() - 300 }, 'invalid_request_object'],
      ['that ends in ten years', { exp: now() + 315_360_000 }, 'invalid_request_object'],
      ['issued in the future', { iat: now() + 600 }, 'invalid_request_object'],
      ['not valid yet', { nbf: now() + 600 }, 'invalid_request_object'],
      ['valid in eight seconds', { nbf: now() + 8, iat: now() + 8 }, 'asked'],
      ['with a request inside', { request: 'x' }, 'invalid_request_object'],
      ['with a reference inside', { request_uri: 'https://x.example' }, 'invalid_request_object'],
      ['with another redirect URI', { redirect_uri: 'https://evil.example/' }, 'invalid_redirect_uri'],
    ])('(security (c) 7) %s', async (_case, claims, expected) => {
      const { parameters } = await app.request();
      expect(await ask(await app.requestObject(parameters, { claims }))).toBe(expected);
    });

    it('made for something else are refused (RFC 9101 §10.8)', async () => {
      const { parameters } = await app.request();
      for (const typ of ['dpop+jwt', 'at+jwt', 'client-authentication+jwt', 'logout+jwt']) {
        const request = await app.requestObject(parameters, { header: { typ } });
        expect([typ, await ask(request)]).toEqual([typ, 'invalid_request_object']);
      }
    });

    it('are refused for every algorithm but a registered key’s (security (b) alg none, HS-RS mix-up)', async () => {
      const rsa = await addKeyApp(served, { alg: 'RS256' });
      const { parameters } = await rsa.request();
      const pem = await exportSPKI(rsa.keys.publicKey);
      const claims = { ...parameters, iss: rsa.clientId, aud: server.baseUrl, exp: now() + 60, nbf: now() };
      const unsigned = new UnsecuredJWT(claims).encode();
      const variants = ['none', 'None', 'NONE'].map((alg) => {
        const head = Buffer.from(JSON.stringify({ alg })).toString('base64url');
        return `${head}.${unsigned.split('.')[1]}.`;
      });
      for (const alg of ['HS256', 'HS384', 'HS512'])
        variants.push(
          await new SignJWT(claims).setProtectedHeader({ alg }).sign(new TextEncoder().encode(pem)),
        );
      const foreign = await newKeys('ES384');
      variants.push(
        await rsa.requestObject(parameters, { header: { alg: 'ES384' }, key: foreign }),
        await rsa.requestObject(parameters, { header: { alg: 'ES256' }, key: await newKeys('ES256') }),
      );
      for (const request of variants)
        expect(await meet(rsa.authorize({ client_id: rsa.clientId, request }))).toBe(
          'invalid_request_object',
        );
    });

    it('are checked by the registered key, wherever the header points (security (b) key injected by header)', async () => {
      const asked: string[] = [];
      const trap = createServer((req, res) => {
        asked.push(req.url ?? '');
        res.end('{}');
      });
      await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
      const url = `http://127.0.0.1:${(trap.address() as { port: number }).port}/`;
      const key = await newKeys('ES256');
      const jwk = await exportJWK(key.publicKey);
      const { parameters } = await app.request();
      for (const header of [{ jwk }, { jku: url }, { x5u: url }, { x5c: ['MIIB'] }, { jwk, kid: url }])
        expect(await ask(await app.requestObject(parameters, { header, key }))).toBe(
          'invalid_request_object',
        );
      expect(asked).toEqual([]);
      trap.close();
    });

    it('in a JWE are refused, signed inside or not (security (b) unsigned request object in JWE, JWE bombs)', async () => {
      const { parameters } = await app.request();
      const { body } = await app.send(`${server.baseUrl}/jwks`);
      const inner = [
        JSON.stringify(parameters),
        new UnsecuredJWT(parameters).encode(),
        await app.requestObject(parameters),
      ];
      const jwks = (body.keys as Record<string, unknown>[]).filter(({ kty }) => kty !== 'OKP');
      expect(jwks.length).toBeGreaterThan(0);
      for (const jwk of jwks) {
        const alg = jwk.kty === 'RSA' ? 'RSA-OAEP-256' : 'ECDH-ES';
        const key = await importJWK({ ...jwk, alg, use: 'enc' }, alg);
        for (const text of inner) {
          const request = await new CompactEncrypt(Buffer.from(text))
            .setProtectedHeader({ alg, enc: 'A256GCM', cty: 'JWT' })
            .encrypt(key);
          expect(await ask(request)).toBe('invalid_request_object');
        }
      }
      // Ten million rounds of PBKDF2, and a ciphertext that says it is compressed: refused by the header alone.
      for (const header of [
        { alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 10_000_000, p2s: 'AAAAAAAAAAA' },
        { alg: 'RSA-OAEP-256', enc: 'A128GCM', zip: 'DEF' },
        { alg: 'dir', enc: 'A128GCM', zip: 'DEF' },
      ]) {
        const head = Buffer.from(JSON.stringify(header)).toString('base64url');
        expect(await ask(`${head}.AAAA.AAAA.AAAA.AAAA`)).toBe('invalid_request_object');
      }
    });

    it('by a reference that the app did not register are not taken: nothing is fetched (security (c) 8)', async () => {
      const asked: string[] = [];
      const trap = createServer((req, res) => {
        asked.push(req.url ?? '');
        res.end();
      });
      await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
      const { port } = trap.address() as { port: number };
      const references = [
        `http://127.0.0.1:${port}/r`,
        `https://localhost:${port}/r`,
        'urn:x',
        'file:///etc/passwd',
      ];
      for (const request_uri of references) {
        const { parameters } = await app.request({ request_uri });
        expect(await meet(app.authorize(parameters))).toBe('request_uri_not_supported');
      }
      expect(asked).toEqual([]);
      trap.close();
    });
  });

  describe('pushed by the app (PAR, RFC 9126)', () => {
    const push = (fields: Record<string, string>, of = app) => of.post('/request', fields);

    it('are good for sixty seconds and one sign-in', async () => {
      const { parameters, checks } = await app.request();
      const pushed = await push(parameters);
      expect([pushed.status, pushed.body.expires_in]).toEqual([201, 60]);
      expect(pushed.headers.get('cache-control')).toContain('no-store');
      const url = app.authorize({ client_id: app.clientId, request_uri: pushed.body.request_uri as string });
      // RFC 9126 §7.3 with FAPI 2.0 §5.3.2.2: a reloaded page is no second use.
      expect(await meet(url)).toBe('asked');
      const callback = await walkThrough(app.browser(), { url, checks }, person);
      await app.redeem(callback, { url, checks });
      expect(await meet(url)).toBe('invalid_request_uri');
    });

    it('give one code in a race of ten', async () => {
      const browser = app.browser();
      await walkThrough(browser, await app.start(), person);
      const { url } = await app.start({ prompt: 'none' });
      const visits = await Promise.all(Array.from({ length: 10 }, () => browser.request(url.href)));
      const codes = visits.filter((visit) => visit.headers.get('location')?.includes('code='));
      expect(codes).toHaveLength(1);
    });

    it('belong to the app that pushed them (security (c) 8)', async () => {
      const other = await addKeyApp(served);
      const { parameters } = await app.request();
      const { body } = await push(parameters);
      const request_uri = body.request_uri as string;
      expect(await meet(app.authorize({ client_id: other.clientId, request_uri }))).toMatch(
        /^invalid_request/,
      );
      expect(await meet(app.authorize({ client_id: app.clientId, request_uri: `${request_uri}x` }))).toBe(
        'invalid_request_uri',
      );
    });

    it('may be signed as well, and then count for themselves alone', async () => {
      const { parameters, checks } = await app.request();
      const pushed = await push({ request: await app.requestObject(parameters), scope: 'openid document' });
      expect(pushed.status).toBe(201);
      const url = app.authorize({ client_id: app.clientId, request_uri: pushed.body.request_uri as string });
      const callback = await walkThrough(app.browser(), { url, checks }, person);
      const tokens = await app.redeem(callback, { url, checks });
      expect(tokens.scope).toBe('openid profile');
      const unsigned = new UnsecuredJWT({ ...parameters, iss: app.clientId, aud: server.baseUrl }).encode();
      expect((await push({ request: unsigned })).body.error).toBe('invalid_request_object');
    });

    it.each([
      ['no authentication', { client_assertion: 'x' }, 400],
      ['a request_uri inside', { request_uri: 'urn:ietf:params:oauth:request_uri:x' }, 400],
      ['another redirect URI', { redirect_uri: 'https://evil.example/' }, 400],
      ['a scope not registered', { scope: 'openid document' }, 400],
      ['the plain challenge method', { code_challenge_method: 'plain' }, 400],
      ['a token response', { response_type: 'token' }, 400],
      ['another app’s id', { client_id: 'app-other' }, 400],
    ])('are refused at once with %s (security (c) 10)', async (_case, over, status) => {
      const { parameters } = await app.request();
      const answer = await push({ ...parameters, ...over });
      expect([answer.status, typeof answer.body.error]).toEqual([status, 'string']);
      expect(answer.body.request_uri).toBeUndefined();
    });

    it('are refused without authentication, beyond 56 KB and by any method but POST (security (c) 10)', async () => {
      const { parameters } = await app.request();
      const anonymous = await app.send(`${server.baseUrl}/request`, {
        method: 'POST',
        body: new URLSearchParams(parameters),
      });
      expect(anonymous.body.error).toBe('invalid_client');
      const huge = await push({ ...parameters, state: 'x'.repeat(5_000_000) });
      expect(huge.status).toBeGreaterThanOrEqual(400);
      expect(huge.status).toBeLessThan(500);
      for (const method of ['GET', 'PUT', 'DELETE'])
        expect((await app.send(`${server.baseUrl}/request`, { method })).status).toBe(405);
    });

    it('are counted by the address they come from (security (c) 10)', async () => {
      const narrow = await startTestServer({ oidc: { authorizationsPerMinute: 1 } });
      const of = await addKeyApp({ baseUrl: narrow.baseUrl, apps: narrow.oidc.apps });
      const { parameters } = await of.request();
      const statuses: number[] = [];
      for (let count = 0; count < 12; count += 1)
        statuses.push((await of.post('/request', parameters)).status);
      expect(statuses).toEqual([...Array(10).fill(201), 429, 429]);
      await narrow.close();
    });

    it('are open to apps of every kind: with a secret, and to public ones', async () => {
      for (const method of ['client_secret_basic', 'none'] as const) {
        const of = await addApp(server, { token_endpoint_auth_method: method });
        const { url, checks } = await of.start();
        const pushed = await client.buildAuthorizationUrlWithPAR(of.config, url.searchParams);
        const callback = await walkThrough(of.browser(), { url: pushed, checks }, person);
        expect((await of.redeem(callback, { url: pushed, checks })).claims()!.aud).toBe(of.clientId);
      }
    });

    it('leave nothing of themselves in an address, a cookie or the log (security (b) PAR secrecy lost)', async () => {
      const canary = 'c4n4ry-7f3b';
      const { parameters, checks } = await app.request({
        state: `${canary}-state`,
        nonce: `${canary}-nonce`,
        login_hint: person.loginName,
        claims: JSON.stringify({ id_token: { acr: { values: [`${canary}-acr`] } } }),
      });
      const { body } = await push(parameters);
      const browser = app.browser();
      const seen: string[] = [];
      const request = browser.request.bind(browser);
      browser.request = async (address, init) => {
        const visit = await request(address, init);
        seen.push(address, visit.headers.get('location') ?? '', ...visit.headers.getSetCookie());
        return visit;
      };
      const url = app.authorize({ client_id: app.clientId, request_uri: body.request_uri as string });
      const callback = await walkThrough(browser, { url, checks }, person);
      expect(new URL(callback).searchParams.get('state')).toBe(`${canary}-state`);
      const own = seen.filter((text) => !text.startsWith(app.redirectUri));
      expect(own.length).toBeGreaterThan(4);
      for (const secret of [canary, person.loginName, parameters.code_challenge!, 'login_hint']) {
        expect(own.filter((text) => text.includes(secret))).toEqual([]);
        expect(server.log()).not.toContain(secret);
      }
    });

    it('end after a minute', async () => {
      const { url } = await app.start();
      ahead += 120_000;
      expect(await meet(url)).toBe('invalid_request_uri');
      ahead -= 120_000;
    });
  });
});
