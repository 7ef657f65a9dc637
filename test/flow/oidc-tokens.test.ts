import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import * as client from 'openid-client';
import { accessTokenGuard } from '../../src/oidc/index.ts';
import { addApp, type TestApp, walkThrough } from './test-app.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';

const person = { loginName: samplePerson.phone, password: samplePerson.password };
const itemScope = 'item:driving-licence-renewal';

describe('tokens', () => {
  let server: TestServer;
  let app: TestApp;
  beforeAll(async () => {
    server = await startTestServer({
      mount: (running) => {
        const guard = accessTokenGuard({ provider: () => running.provider, baseUrl: running.baseUrl });
        const router = express.Router();
        router.get(
          '/portal/items/:code',
          // Two in a row, as the portal's routes have them.
          guard('openid'),
          guard(itemScope),
          (req, res) => void res.json({ ...req.caller, scopes: 0 }),
        );
        return router;
      },
    });
    await addPerson(server.accounts);
    app = await addApp(server, {
      grant_types: ['refresh_token'],
      scope: ['openid', 'profile', itemScope].join(' '),
    });
  });
  afterAll(() => server.close());

  const basic = (of: TestApp): Record<string, string> => ({
    authorization: `Basic ${Buffer.from(`${of.clientId}:${of.clientSecret}`).toString('base64')}`,
  });

  const post = async (path: string, of: TestApp, fields: Record<string, string>) => {
    const body = new URLSearchParams(fields);
    const answer = await fetch(`${server.baseUrl}${path}`, { method: 'POST', headers: basic(of), body });
    const text = await answer.text();
    return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
  };

  const signIn = async (of: TestApp, parameters: Record<string, string> = {}) => {
    const started = await of.start(parameters);
    return of.redeem(await walkThrough(of.browser(), started, person), started);
  };

  const offline = { scope: 'openid profile offline_access', prompt: 'consent' };
  const userinfo = async (token: string): Promise<number> =>
    (await fetch(`${server.baseUrl}/me`, { headers: { authorization: `Bearer ${token}` } })).status;

  it('gives a refresh token only for consented offline_access', async () => {
    expect((await signIn(app)).refresh_token).toBeUndefined();
    expect((await signIn(app, { scope: 'openid offline_access' })).refresh_token).toBeUndefined();
    expect((await signIn(app, offline)).refresh_token).toBeDefined();
  });

  it('refuses a scope that was not granted at refresh, and grants that are not enabled (security (c) 22)', async () => {
    const tokens = await signIn(app, offline);
    const wider = {
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token!,
      scope: 'openid document',
    };
    expect((await post('/token', app, wider)).body.error).toBe('invalid_scope');
    for (const grant_type of [
      'password',
      'implicit',
      'urn:ietf:params:oauth:grant-type:jwt-bearer',
      'urn:ietf:params:oauth:grant-type:device_code',
      'urn:openid:params:grant-type:ciba',
    ]) {
      const answer = await post('/token', app, { grant_type, username: 'a', password: 'b', scope: 'openid' });
      expect([grant_type, answer.status, answer.body.error]).toEqual([
        grant_type,
        400,
        'unsupported_grant_type',
      ]);
    }
  });

  it('ends an app’s tokens when its consent is withdrawn, and asks again', async () => {
    const fresh = await addApp(server);
    const tokens = await signIn(fresh);
    const [account] = await server.accounts.findByLoginName(person.loginName);
    expect((await server.oidc.consents.of(account!.id)).map(({ client: id }) => id)).toContain(
      fresh.clientId,
    );
    await server.oidc.consents.withdraw(account!.id, fresh.clientId);
    expect(await userinfo(tokens.access_token)).toBe(401);
    const browser = fresh.browser();
    const form = await browser.open((await fresh.start()).url.href);
    expect((await browser.signIn(form, person.loginName, person.password)).text).toContain('value="agree"');
  });

  it('keeps two tabs of one app signed in', async () => {
    const browser = app.browser();
    const one = await app.start();
    const first = await app.redeem(await walkThrough(browser, one, person), one);
    const two = await app.start();
    const second = await app.redeem(await walkThrough(browser, two, person), two);
    expect([await userinfo(first.access_token), await userinfo(second.access_token)]).toEqual([200, 200]);
  });

  describe('at an API of ours', () => {
    const call = (authorization?: string, more: Record<string, string> = {}): Promise<Response> =>
      fetch(`${server.baseUrl}/portal/items/x?a=b`, {
        headers: { accept: 'application/json', ...(authorization ? { authorization } : {}), ...more },
      });

    it('let through who holds the scope, and name the caller', async () => {
      const { access_token: token } = await signIn(app, { scope: `openid profile ${itemScope}` });
      const answer = await call(`Bearer ${token}`);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({
        clientId: app.clientId,
        accountId: expect.stringMatching(/^p_/),
      });
      expect(await userinfo(token)).toBe(200);
    });

    it.each([
      ['no token', undefined, 401],
      ['no bearer', 'Basic abc', 401],
      ['a made-up token', 'Bearer abc', 401],
      ['two tokens', 'Bearer abc def', 401],
      ['an array of tokens', 'Bearer ["abc"]', 401],
    ])('refuse %s', async (_case, authorization, status) => {
      const answer = await call(authorization);
      expect(answer.status).toBe(status);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
      expect(await answer.json()).toMatchObject({
        code: 'unauthenticated',
        type: `${server.baseUrl}/errors/unauthenticated`,
      });
    });

    it('refuse a token for userinfo alone, and one whose grant was revoked', async () => {
      expect((await call(`Bearer ${(await signIn(app)).access_token}`)).status).toBe(401);
      const { access_token: token } = await signIn(app, { scope: `openid ${itemScope}` });
      const [account] = await server.accounts.findByLoginName(person.loginName);
      await server.oidc.endAllOf(account!.id);
      expect((await call(`Bearer ${token}`)).status).toBe(401);
    });

    it('take a token bound to a key only with a fresh proof by that key (RFC 9449)', async () => {
      const started = await app.start({ scope: `openid ${itemScope}` });
      const callback = await walkThrough(app.browser(), started, person);
      const keys = await client.randomDPoPKeyPair('ES256', { extractable: true });
      const DPoP = client.getDPoPHandle(app.config, keys);
      const tokens = await client.authorizationCodeGrant(
        app.config,
        new URL(callback),
        started.checks,
        undefined,
        { DPoP },
      );
      const token = tokens.access_token;
      const proof = async (over: Record<string, unknown> = {}, key = keys): Promise<string> =>
        new SignJWT({
          htm: 'GET',
          htu: `${server.baseUrl}/portal/items/x`,
          jti: randomUUID(),
          ath: createHash('sha256').update(token).digest('base64url'),
          ...over,
        })
          .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(key.publicKey) })
          .setIssuedAt(over.iat as number | undefined)
          .sign(key.privateKey);
      expect((await call(`Bearer ${token}`)).status).toBe(401);
      expect((await call(`DPoP ${token}`)).status).toBe(401);
      const good = await proof();
      expect((await call(`DPoP ${token}`, { dpop: good })).status).toBe(200);
      expect((await call(`DPoP ${token}`, { dpop: good })).status).toBe(401);
      const other = (await generateKeyPair('ES256', { extractable: true })) as typeof keys;
      const now = Math.floor(Date.now() / 1000);
      const ahead = await proof({ iat: now + 10 });
      expect((await call(`DPoP ${token}`, { dpop: ahead })).status).toBe(200);
      const bad = [
        await proof({ htm: 'POST' }),
        await proof({ htu: `${server.baseUrl}/portal/items/y` }),
        await proof({ ath: 'x' }),
        await proof({ iat: now - 3600 }),
        await proof({ iat: now + 3600 }),
        await proof({ jti: undefined }),
        await proof({}, other),
      ];
      for (const dpop of bad) expect((await call(`DPoP ${token}`, { dpop })).status).toBe(401);
    });

    it('refuse a token without the scope, and say which', async () => {
      const wallet = await addApp(server, { scope: 'openid wallet' });
      const { access_token: token } = await signIn(wallet, { scope: 'openid wallet' });
      const answer = await call(`Bearer ${token}`);
      expect(answer.status).toBe(403);
      expect(answer.headers.get('www-authenticate')).toContain(`scope="${itemScope}"`);
    });
  });
});
