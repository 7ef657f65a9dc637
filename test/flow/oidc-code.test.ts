import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import * as client from 'openid-client';
import { addApp, type Started, type TestApp, walkThrough } from './test-app.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';

const person = { loginName: samplePerson.phone, password: samplePerson.password };

const redeemBy = (
  server: TestServer,
  app: TestApp,
  code: string,
  over: Record<string, string | undefined> = {},
): Promise<Response> => {
  const fields = { grant_type: 'authorization_code', code, redirect_uri: app.redirectUri, ...over };
  const given = Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const secret = Buffer.from(`${app.clientId}:${app.clientSecret}`).toString('base64');
  return fetch(`${server.baseUrl}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${secret}` },
    body: new URLSearchParams(given),
  });
};

const codeOf = (callback: string): string => new URL(callback).searchParams.get('code')!;

describe('the code flow', () => {
  let server: TestServer;
  let app: TestApp;
  beforeAll(async () => {
    server = await startTestServer();
    await addPerson(server.accounts);
    app = await addApp(server);
  });
  afterAll(() => server.close());

  const freshCode = async (): Promise<{
    code: string;
    verifier: string;
    started: Started;
    callback: string;
  }> => {
    const started = await app.start();
    const callback = await walkThrough(app.browser(), started, person);
    return { code: codeOf(callback), verifier: started.checks.pkceCodeVerifier!, started, callback };
  };

  it('signs a person in to an app, and tells userinfo what she agreed to and nothing else', async () => {
    const { callback, started } = await freshCode();
    const tokens = await app.redeem(callback, started);
    const claims = tokens.claims()!;
    expect(claims).toMatchObject({
      iss: server.baseUrl,
      aud: app.clientId,
      acr: 'urn:onecert:acr:p2a1',
      amr: ['pwd'],
      proofing_level: 2,
      authenticator_level: 1,
    });
    expect(Math.abs(claims.auth_time! - Date.now() / 1000)).toBeLessThan(20);
    const info = await client.fetchUserInfo(app.config, tokens.access_token, claims.sub);
    expect(Object.keys(info).sort()).toEqual([
      'acr',
      'amr',
      'auth_time',
      'authenticator_level',
      'name',
      'proofing_level',
      'sub',
    ]);
    expect(info.name).toBe(samplePerson.name);
  });

  it('lets a second app in without a question of who, under another subject', async () => {
    const other = await addApp(server);
    const browser = app.browser();
    const first = await app.start();
    const sub = (await app.redeem(await walkThrough(browser, first, person), first)).claims()!.sub;
    const second = await other.start();
    const page = await browser.open(second.url.href);
    expect(page.text).not.toContain('name="password"');
    expect(page.text).toContain('value="agree"');
    const callback = await browser.submit(page, '/consent', { decision: 'agree' });
    const otherSub = (await other.redeem(callback.url, second)).claims()!.sub;
    expect(otherSub).not.toBe(sub);
    expect(
      await server.oidc.subjectFor(
        other.clientId,
        (await server.accounts.findByLoginName(person.loginName))[0]!.id,
      ),
    ).toBe(otherSub);
  });

  it('gives two apps of one host the same subject', async () => {
    const one = await addApp(server, { host: 'same.example.test' });
    const two = await addApp(server, { host: 'same.example.test' });
    const subs = [];
    for (const each of [one, two]) {
      const started = await each.start();
      subs.push(
        (await each.redeem(await walkThrough(each.browser(), started, person), started)).claims()!.sub,
      );
    }
    expect(subs[0]).toBe(subs[1]);
  });

  it('keeps name, phone and document number out of the ID token, with an API audience too', async () => {
    const scopes = ['openid', 'profile', 'phone', 'document', 'item:driving-licence-renewal'];
    const api = await addApp(server, { scope: scopes.join(' ') });
    const started = await api.start({ scope: scopes.join(' ') });
    const tokens = await api.redeem(await walkThrough(api.browser(), started, person), started);
    const text = JSON.stringify(decodeJwt(tokens.id_token!));
    for (const secret of [samplePerson.name, samplePerson.phone, samplePerson.documentNumber]) {
      expect(text).not.toContain(secret);
    }
    const info = await client.fetchUserInfo(api.config, tokens.access_token, tokens.claims()!.sub);
    expect(info).toMatchObject({
      phone_number: samplePerson.phone,
      document_number: samplePerson.documentNumber,
    });
  });

  it.each(['EdDSA', 'RS256'] as const)(
    'signs ID tokens with %s for an app that needs it',
    async (idTokenAlg) => {
      const old = await addApp(server, { id_token_signed_response_alg: idTokenAlg });
      const started = await old.start();
      const tokens = await old.redeem(await walkThrough(old.browser(), started, person), started);
      expect(tokens.claims()!.aud).toBe(old.clientId);
    },
  );

  it('redeems a code once, in a race of fifty (security (c) 18)', async () => {
    const { code, verifier } = await freshCode();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => redeemBy(server, app, code, { code_verifier: verifier })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const refused = await Promise.all(
      answers.filter(({ status }) => status !== 200).map((answer) => answer.json()),
    );
    for (const body of refused) expect(body).toMatchObject({ error: 'invalid_grant' });
  });

  it('ends the tokens of the first redemption when a code comes a second time (security (c) 18)', async () => {
    const { code, verifier } = await freshCode();
    const first = (await (await redeemBy(server, app, code, { code_verifier: verifier })).json()) as {
      access_token: string;
    };
    const asWho = { headers: { authorization: `Bearer ${first.access_token}` } };
    expect((await fetch(`${server.baseUrl}/me`, asWho)).status).toBe(200);
    expect((await redeemBy(server, app, code, { code_verifier: verifier })).status).toBe(400);
    expect((await fetch(`${server.baseUrl}/me`, asWho)).status).toBe(401);
  });

  it('refuses a code in the hands of another app, and ends it (security (c) 18)', async () => {
    const { code, verifier } = await freshCode();
    const thief = await addApp(server);
    const stolen = await redeemBy(server, thief, code, {
      code_verifier: verifier,
      redirect_uri: app.redirectUri,
    });
    expect(stolen.status).toBe(400);
    expect(await stolen.json()).toMatchObject({ error: 'invalid_grant' });
    expect((await redeemBy(server, app, code, { code_verifier: verifier })).status).toBe(400);
  });

  it.each([
    ['no verifier', { code_verifier: undefined }],
    ['another verifier', { code_verifier: 'a'.repeat(43) }],
    ['a short verifier', { code_verifier: 'short' }],
    ['another redirect_uri', { redirect_uri: 'https://elsewhere.example.test/callback' }],
    ['no redirect_uri', { redirect_uri: undefined }],
  ])('refuses a code with %s (security (c) 18)', async (_case, over) => {
    const { code, verifier } = await freshCode();
    const answer = await redeemBy(server, app, code, { code_verifier: verifier, ...over });
    expect(answer.status).toBe(400);
  });

  it('refuses a verifier for a code that was asked without a challenge', async () => {
    const old = await addApp(server, { pkce: 'optional' });
    const url = client.buildAuthorizationUrl(old.config, {
      redirect_uri: old.redirectUri,
      scope: 'openid',
      state: 's',
    });
    const callback = await walkThrough(old.browser(), { url, checks: {} }, person);
    expect((await redeemBy(server, old, codeOf(callback), { code_verifier: 'a'.repeat(43) })).status).toBe(
      400,
    );
    const again = await walkThrough(old.browser(), { url, checks: {} }, person);
    expect((await redeemBy(server, old, codeOf(again))).status).toBe(200);
  });

  it('accepts only the right secret, and not the form in which it is kept', async () => {
    const { code, verifier } = await freshCode();
    const kept = (await server.oidc.apps.get(app.clientId))!.secrets[0]!.hash;
    for (const clientSecret of [kept, `${app.clientSecret}x`, '']) {
      const answer = await redeemBy(server, { ...app, clientSecret }, code, { code_verifier: verifier });
      expect([400, 401]).toContain(answer.status);
      expect(await answer.text()).not.toContain('access_token');
    }
    expect((await redeemBy(server, app, code, { code_verifier: verifier })).status).toBe(200);
  });

  it('security (c) 1: names only its own host, whatever Host or request target says', async () => {
    const { port } = new URL(server.baseUrl);
    const ask = (path: string, headers: Record<string, string>): Promise<{ status: number; text: string }> =>
      new Promise((resolve, reject) => {
        const req = request({ host: '127.0.0.1', port, path, headers }, (res) => {
          let text = '';
          res.on('data', (part) => {
            text += part;
          });
          res.on('end', () => resolve({ status: res.statusCode!, text }));
        });
        req.on('error', reject);
        req.end();
      });
    const own = { host: `127.0.0.1:${port}` };
    const path = '/.well-known/openid-configuration';
    const right = await ask(path, own);
    expect(JSON.parse(right.text)).toMatchObject({
      issuer: server.baseUrl,
      token_endpoint: `${server.baseUrl}/token`,
      jwks_uri: `${server.baseUrl}/jwks`,
      subject_types_supported: ['pairwise'],
      acr_values_supported: expect.arrayContaining(['urn:onecert:acr:p1a1', 'urn:onecert:acr:p3a3']),
    });
    expect((await ask(path, { host: 'evil.example' })).status).toBe(421);
    expect((await ask(`http://evil.example${path}`, own)).status).toBe(421);
    const spoofed = {
      ...own,
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-forwarded-prefix': '/evil',
      forwarded: 'host=evil.example',
    };
    expect((await ask(path, spoofed)).text).toBe(right.text);
  });

  it('security (c) 2: publishes no private member of a key', async () => {
    const { keys } = (await (await fetch(`${server.baseUrl}/jwks`)).json()) as {
      keys: Record<string, unknown>[];
    };
    expect(keys.map(({ alg }) => alg).sort()).toEqual(['ES256', 'EdDSA', 'RS256']);
    for (const key of keys)
      for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(key).not.toHaveProperty(member);
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length);
  });

  it('logs nothing of the person', () => {
    for (const secret of [
      samplePerson.name,
      samplePerson.phone,
      samplePerson.documentNumber,
      samplePerson.password,
    ]) {
      expect(server.log()).not.toContain(secret);
    }
  });
});
