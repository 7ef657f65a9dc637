import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addApp, type TestApp, walkThrough } from './test-app.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';

const person = { loginName: samplePerson.phone, password: samplePerson.password };
const other = { ...samplePerson, documentNumber: '330102198805150024', phone: '13800138009' };

describe('attacks on the authorization endpoint and beside it', () => {
  let server: TestServer;
  let app: TestApp;
  beforeAll(async () => {
    server = await startTestServer({ trustedProxies: ['loopback'] });
    await addPerson(server.accounts);
    await addPerson(server.accounts, other);
    app = await addApp(server);
  });
  afterAll(() => server.close());

  const errorOf = (location: string | null): string | null => {
    const url = new URL(location ?? 'about:blank');
    return url.searchParams.get('error') ?? new URLSearchParams(url.hash.slice(1)).get('error');
  };
  const ask = async (parameters: Record<string, string>, browser = app.browser()) =>
    browser.request((await app.start(parameters)).url.href);

  it.each([
    [{ 'x-forwarded-host': 'evil.example' }],
    [{ 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' }],
    [{ 'x-forwarded-host': 'evil.example, 127.0.0.1' }],
  ])(
    'security (c) 1: a host that is not the issuer’s is refused from a trusted proxy too (%j)',
    async (headers) => {
      const answer = await fetch(`${server.baseUrl}/.well-known/openid-configuration`, { headers });
      expect(answer.status).toBe(421);
      expect(await answer.text()).not.toContain('evil.example');
    },
  );

  it('security (c) 2: no address for everybody holds a private member of a key', async () => {
    const addresses = [
      '/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server',
      '/jwks',
    ];
    for (const address of addresses) {
      const text = await (await fetch(`${server.baseUrl}${address}`)).text();
      expect([address, /"(?:d|p|q|dp|dq|qi|k|oth)"\s*:/.test(text)]).toEqual([address, false]);
    }
  });

  it('security (c) 3: a token whose key is gone, or is said to be another, is nobody’s hint and no failure of ours', async () => {
    const browser = app.browser();
    const started = await app.start();
    const { id_token } = await app.redeem(await walkThrough(browser, started, person), started);
    const [head = '', ...rest] = id_token!.split('.');
    const { keys } = (await (await fetch(`${server.baseUrl}/jwks`)).json()) as { keys: { kid: string }[] };
    const header = JSON.parse(Buffer.from(head, 'base64url').toString()) as { kid: string };
    const others = keys.map(({ kid }) => kid).filter((kid) => kid !== header.kid);
    for (const kid of ['gone', ...others]) {
      const altered = Buffer.from(JSON.stringify({ ...header, kid })).toString('base64url');
      const visit = await ask({ prompt: 'none', id_token_hint: [altered, ...rest].join('.') }, browser);
      expect([kid, errorOf(visit.headers.get('location'))]).toEqual([kid, 'invalid_request']);
    }
  });

  it.each([
    ['a megabyte of state', `state=${'a'.repeat(1_000_000)}`],
    ['ten thousand parameters', Array.from({ length: 10_000 }, (_, n) => `p${n}=1`).join('&')],
  ])(
    'security (c) 5: %s ends with an error, never a redirect, in an address and in a form',
    async (_what, more) => {
      const { url } = await app.start();
      const long = await fetch(`${url.href}&${more}`, { redirect: 'manual' });
      expect([414, 431, 400].includes(long.status)).toBe(true);
      const body = `${url.searchParams}&${more}`;
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const form = await fetch(`${server.baseUrl}/auth`, {
        method: 'POST',
        redirect: 'manual',
        headers,
        body,
      });
      expect([form.status, form.headers.get('location')]).toEqual([413, null]);
    },
  );

  it.each([
    ['web_message', 'unsupported_response_mode'],
    ['query.jwt', 'unsupported_response_mode'],
    ['jwt', 'unsupported_response_mode'],
    ['https://evil.example', 'unsupported_response_mode'],
    ['form_post query', 'unsupported_response_mode'],
  ])(
    'security (c) 6: response_mode=%s is refused where the app registered to be told',
    async (response_mode, error) => {
      const visit = await ask({ response_mode });
      const location = visit.headers.get('location');
      expect(errorOf(location)).toBe(error);
      expect(location!.startsWith(`${app.redirectUri}?`)).toBe(true);
    },
  );

  it.each(['token', 'id_token', 'code token', 'code id_token', 'none', 'CODE', ''])(
    'security (c) 6: response_type=%s gives nothing',
    async (response_type) => {
      const visit = await ask({ response_type });
      const location = visit.headers.get('location');
      expect(errorOf(location)).toMatch(/^(unsupported_response_type|invalid_request|unauthorized_client)$/);
      expect(location).not.toMatch(/[?#&](code|id_token|access_token)=/);
    },
  );

  it('security (c) 6: prompt=none with the hint of another person signs nobody in', async () => {
    const browser = app.browser();
    const first = await app.start();
    const { id_token } = await app.redeem(await walkThrough(browser, first, person), first);
    const others = app.browser();
    const second = await app.start();
    await walkThrough(others, second, { loginName: other.phone, password: other.password });
    const visit = await ask({ prompt: 'none', id_token_hint: id_token! }, others);
    expect(errorOf(visit.headers.get('location'))).toBe('login_required');
    const hers = await ask({ prompt: 'none', id_token_hint: id_token! }, browser);
    expect(hers.headers.get('location')).toContain('code=');
  });

  it.each([
    ['S256 in lower case', { code_challenge_method: 's256' }],
    ['an empty method', { code_challenge_method: '' }],
    ['a challenge that is the verifier', { code_challenge: 'a'.repeat(43), code_challenge_method: 'plain' }],
    ['a challenge too short', { code_challenge: 'abc' }],
  ])('security (c) 6: PKCE is not talked down by %s', async (_what, parameters) => {
    expect(errorOf((await ask(parameters)).headers.get('location'))).toBe('invalid_request');
  });

  it('security (c) 9: every answer names who gave it and the state it was asked with; a form of another site signs nobody in', async () => {
    const browser = app.browser();
    const started = await app.start();
    const back = new URL(await walkThrough(browser, started, person));
    expect(back.searchParams.get('iss')).toBe(server.baseUrl);
    expect(back.searchParams.get('state')).toBe(started.checks.expectedState);
    const victim = app.browser({ origin: 'https://evil.example' });
    const page = await victim.open((await app.start()).url.href);
    const fields = { login_name: other.phone, password: other.password };
    const posted = await victim.post(page, '/sign-in', fields);
    expect(posted.headers.getSetCookie().some((cookie) => cookie.startsWith('onecert_session='))).toBe(false);
    const silent = await ask({ prompt: 'none' }, victim);
    expect(errorOf(silent.headers.get('location'))).toBe('login_required');
  });

  describe('security (c) 10: pushed requests', () => {
    const push = async (of: TestApp, more: Record<string, string> = {}, secret = of.clientSecret!) => {
      const { url } = await of.start(more);
      const basic = Buffer.from(`${of.clientId}:${secret}`).toString('base64');
      const headers = { authorization: `Basic ${basic}` };
      const answer = await fetch(`${server.baseUrl}/request`, {
        method: 'POST',
        headers,
        body: url.searchParams,
      });
      return { status: answer.status, body: (await answer.json()) as Record<string, string> };
    };

    it('are taken from nobody who does not say who she is', async () => {
      const { url } = await app.start();
      const nobody = await fetch(`${server.baseUrl}/request`, { method: 'POST', body: url.searchParams });
      expect([400, 401]).toContain(nobody.status);
      expect(await push(app, {}, 'wrong')).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    });

    it('are not taken at five megabytes', async () => {
      const { status, body } = await push(app, { state: randomBytes(2_500_000).toString('hex') });
      expect([400, 413]).toContain(status);
      expect(body).not.toHaveProperty('request_uri');
    });

    it('security (c) 8: are good for the app that pushed them alone', async () => {
      const { status, body } = await push(app);
      expect(status).toBe(201);
      expect(Number(body.expires_in)).toBeLessThanOrEqual(60);
      const thief = await addApp(server);
      const address = new URL(`${server.baseUrl}/auth`);
      address.search = `${new URLSearchParams({ client_id: thief.clientId, request_uri: body.request_uri! })}`;
      const visit = await thief.browser().request(address.href);
      const location = visit.headers.get('location');
      expect(location === null || errorOf(location) !== null).toBe(true);
      expect(location ?? '').not.toContain('code=');
      expect(location ?? '').not.toContain('/interaction/');
    });
  });

  it('security (c) 12: no page of a sign-in may be framed, and none is kept by a cache', async () => {
    const page = await app.browser().open((await app.start()).url.href);
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(page.headers.get('x-frame-options')).toBe('DENY');
    expect(page.headers.get('cache-control')).toContain('no-store');
  });

  it('security (c) 13: a claim by name is consented to as its scope, and given to no app that may not have it', async () => {
    const claims = JSON.stringify({
      userinfo: { name: null, document_number: { essential: true } },
      id_token: { phone_number: null, name: null },
    });
    const fresh = await addApp(server);
    const browser = fresh.browser();
    const started = await fresh.start({ scope: 'openid', claims });
    const asked = await browser.signIn(
      await browser.open(started.url.href),
      person.loginName,
      person.password,
    );
    expect(asked.text).toContain('您的姓名');
    expect(asked.text).not.toContain('您的手机号码');
    expect(asked.text).not.toContain('证件号码');
    const tokens = await fresh.redeem(
      (await browser.submit(asked, '/consent', { decision: 'agree' })).url,
      started,
    );
    expect(tokens.scope).toBe('openid profile');
    for (const name of ['name', 'phone_number', 'document_number'])
      expect(tokens.claims()).not.toHaveProperty(name);
    const info = await fetch(`${server.baseUrl}/me`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    const given = (await info.json()) as object;
    expect(given).toHaveProperty('name', samplePerson.name);
    expect(given).not.toHaveProperty('document_number');
    expect(given).not.toHaveProperty('phone_number');
  });

  it('security (c) 13: a claim she has not agreed to is asked for, never given in silence', async () => {
    const browser = app.browser();
    const narrow = await addApp(server);
    await walkThrough(browser, await narrow.start({ scope: 'openid' }), person);
    const claims = JSON.stringify({ userinfo: { name: null } });
    const { url } = await narrow.start({ scope: 'openid', prompt: 'none', claims });
    expect(errorOf((await browser.request(url.href)).headers.get('location'))).toBe('consent_required');
  });
});
