import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addApp, type TestApp, walkThrough } from './test-app.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';

const person = { loginName: samplePerson.phone, password: samplePerson.password };
const itemScope = 'item:driving-licence-renewal';
const offline = { scope: 'openid profile offline_access', prompt: 'consent' };

describe('what is done with a token', () => {
  let server: TestServer;
  let app: TestApp;
  let down: (part: string) => boolean = () => false;
  beforeAll(async () => {
    server = await startTestServer({ down: (part) => down(part) });
    await addPerson(server.accounts);
    app = await addApp(server, {
      grant_types: ['authorization_code', 'refresh_token'],
      scope: `openid profile ${itemScope}`,
    });
  });
  afterAll(() => server.close());

  const send = async (path: string, of: TestApp, body: BodyInit, type?: string) => {
    const basic = Buffer.from(`${of.clientId}:${of.clientSecret}`).toString('base64');
    const answer = await fetch(`${server.baseUrl}${path}`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}`, ...(type ? { 'content-type': type } : {}) },
      body,
    });
    const text = await answer.text();
    return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
  };
  const post = (path: string, of: TestApp, fields: Record<string, string>) =>
    send(path, of, new URLSearchParams(fields));
  const introspect = async (of: TestApp, token: string) =>
    (await post('/token/introspection', of, { token })).body;
  const revoke = (of: TestApp, token: string) => post('/token/revocation', of, { token });

  const signIn = async (of: TestApp, parameters: Record<string, string> = {}) => {
    const started = await of.start(parameters);
    return of.redeem(await walkThrough(of.browser(), started, person), started);
  };
  const userinfo = async (token: string): Promise<number> =>
    (await fetch(`${server.baseUrl}/me`, { headers: { authorization: `Bearer ${token}` } })).status;

  /** security.md (b) "Truncated/altered opaque token accepted": each is one change. */
  const variantsOf = (token: string): string[] => [
    ...[1, 2, 8, 20, token.length - 1].map((length) => token.slice(0, length)),
    ...[1, 2, 8].map((start) => token.slice(start)),
    `${token}A`,
    `A${token}`,
    `${token}=`,
    `${token}==`,
    `${token}.`,
    `${token}\u0000`,
    ` ${token}`,
    `${token} `,
    `${token}\n`,
    token.toUpperCase(),
    token.toLowerCase(),
    token.replace(/[A-Za-z]/, (letter) =>
      letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase(),
    ),
    [...token].reverse().join(''),
    `${token}${token}`,
    JSON.stringify(token),
    JSON.stringify([token]),
    JSON.stringify({ token }),
  ];

  it('a token counts as it was given and in no other form: truncated, padded, in another case, as JSON (security (c) 23)', async () => {
    const tokens = await signIn(app, offline);
    for (const token of [tokens.access_token, tokens.refresh_token!]) {
      for (const variant of variantsOf(token)) {
        const told = await introspect(app, variant);
        expect([variant, told.active ?? false]).toEqual([variant, false]);
        expect((await revoke(app, variant)).status).toBeLessThan(500);
        // White space round a header's value is not part of it, and a line break ends it.
        if (variant.trim() === variant && !variant.includes('\0'))
          expect(await userinfo(variant)).toBeGreaterThanOrEqual(400);
      }
      expect((await introspect(app, token)).active).toBe(true);
    }
    expect(await userinfo(tokens.access_token)).toBe(200);
    for (const variant of variantsOf(tokens.refresh_token!)) {
      const fields = { grant_type: 'refresh_token', refresh_token: variant };
      expect((await post('/token', app, fields)).status).toBe(400);
    }
  });

  it.each(['/token/introspection', '/token/revocation'])(
    '%s takes a token as one form field: not as JSON, not twice, not as a list (security (c) 23)',
    async (path) => {
      const { access_token: token } = await signIn(app);
      const bodies: [string, string | undefined][] = [
        [JSON.stringify({ token }), 'application/json'],
        [JSON.stringify([token]), 'application/json'],
        [`token=${token}&token=${token}`, 'application/x-www-form-urlencoded'],
        [`token[]=${token}`, 'application/x-www-form-urlencoded'],
        [`token[$ne]=1`, 'application/x-www-form-urlencoded'],
        ['', 'application/x-www-form-urlencoded'],
      ];
      for (const [body, type] of bodies) {
        const { status } = await send(path, app, body, type);
        expect([body, status]).toEqual([body, 400]);
      }
      expect(await userinfo(token)).toBe(200);
    },
  );

  it('an app learns of its own tokens only: another’s is exactly {"active":false} (security (c) 23)', async () => {
    const other = await addApp(server);
    const tokens = await signIn(app, { ...offline, scope: `openid offline_access ${itemScope}` });
    expect(await introspect(app, tokens.access_token)).toMatchObject({
      active: true,
      aud: server.baseUrl,
      sub: tokens.claims()!.sub,
      acr: 'urn:onecert:acr:p2a1',
    });
    for (const token of [tokens.access_token, tokens.refresh_token!, 'made-up'])
      expect(await introspect(other, token)).toEqual({ active: false });
  });

  it('a code, a pushed request and an ID token are none: introspection and userinfo do not know them (security (c) 25)', async () => {
    const started = await app.start();
    const callback = new URL(await walkThrough(app.browser(), started, person));
    const code = callback.searchParams.get('code')!;
    expect(await introspect(app, code)).toEqual({ active: false });
    expect(await userinfo(code)).toBe(401);
    const tokens = await app.redeem(callback.href, started);
    for (const path of ['/token/introspection', '/token/revocation']) {
      const { status, body } = await post(path, app, { token: tokens.id_token! });
      expect([path, status, body.error]).toEqual([path, 400, 'unsupported_token_type']);
    }
    expect(await userinfo(tokens.id_token!)).toBe(401);
  });

  it('userinfo takes no refresh token, no certificate and no JWT of whatever kind for a bearer token (security (c) 25)', async () => {
    const tokens = await signIn(app, offline);
    const head = (header: object): string => Buffer.from(JSON.stringify(header)).toString('base64url');
    const claims = head({
      iss: server.baseUrl,
      sub: tokens.claims()!.sub,
      aud: server.baseUrl,
      scope: 'openid',
    });
    const bearers = [
      tokens.refresh_token!,
      `${head({ alg: 'none' })}.${claims}.`,
      `${head({ alg: 'ES256', typ: 'at+jwt' })}.${claims}.${'A'.repeat(86)}`,
      `${head({ alg: 'ES256', typ: 'vc+jwt' })}.${claims}.${'A'.repeat(86)}`,
      `${head({ alg: 'ES256', typ: 'dc+sd-jwt' })}.${claims}.${'A'.repeat(86)}~`,
    ];
    for (const bearer of bearers) expect(await userinfo(bearer)).toBe(401);
  });

  it('a token ends when its app revokes it, with all that hangs on the same grant, and no other app’s', async () => {
    const other = await addApp(server);
    const tokens = await signIn(app, offline);
    expect((await revoke(other, tokens.access_token)).status).toBe(200);
    expect(await userinfo(tokens.access_token)).toBe(200);
    expect((await revoke(app, tokens.refresh_token!)).status).toBe(200);
    expect(await userinfo(tokens.access_token)).toBe(401);
    expect(await introspect(app, tokens.refresh_token!)).toEqual({ active: false });
  });

  it.each(['oidc_grants', 'oidc_access_tokens', 'oidc_refresh_tokens'])(
    'a revocation while %s is away is 503, and comes to an end when it is asked again (security (c) 24)',
    async (part) => {
      const tokens = await signIn(app, offline);
      down = (name) => name === part;
      const refused = await revoke(app, tokens.refresh_token!);
      down = () => false;
      expect([refused.status, refused.body.error]).toEqual([503, 'temporarily_unavailable']);
      expect((await revoke(app, tokens.refresh_token!)).status).toBe(200);
      expect(await userinfo(tokens.access_token)).toBe(401);
      const fields = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token! };
      expect((await post('/token', app, fields)).body.error).toBe('invalid_grant');
    },
  );

  describe('is bound to what the app asked it for (RFC 8707, security (c) 22)', () => {
    const told = async (parameters: Record<string, string> | [string, string][]) => {
      const { url, checks } = await app.start({
        scope: `openid profile ${itemScope} offline_access`,
        prompt: 'consent',
      });
      for (const [name, value] of Array.isArray(parameters) ? parameters : Object.entries(parameters))
        url.searchParams.append(name, value);
      const browser = app.browser();
      const first = await browser.request(url.href);
      const back = new URL(first.headers.get('location')!, server.baseUrl);
      return { url, checks, error: back.searchParams.get('error') };
    };
    const ours = () => server.baseUrl;

    it.each([
      ['another server', 'https://other.example/'],
      ['an address of ours that is no API', '<issuer>/portal'],
      ['our address with a slash', '<issuer>/'],
      ['no address', 'wallet'],
      ['a fragment', '<issuer>#x'],
    ])('%s is invalid_target', async (_case, resource) => {
      expect((await told({ resource: resource.replace('<issuer>', ours()) })).error).toBe('invalid_target');
    });

    it('one of several that is not ours makes the whole request invalid_target', async () => {
      const two: [string, string][] = [
        ['resource', ours()],
        ['resource', 'https://other.example/'],
      ];
      expect((await told(two)).error).toBe('invalid_target');
    });

    it('the token request and each refresh may name it again, and nothing else', async () => {
      const { url, checks } = await told({ resource: ours() });
      const callback = new URL(await walkThrough(app.browser(), { url, checks }, person));
      const redeem = (more: Record<string, string>) =>
        post('/token', app, {
          grant_type: 'authorization_code',
          code: callback.searchParams.get('code')!,
          redirect_uri: app.redirectUri,
          code_verifier: checks.pkceCodeVerifier!,
          ...more,
        });
      const given = await redeem({ resource: ours() });
      expect(given.status).toBe(200);
      expect(await introspect(app, given.body.access_token as string)).toMatchObject({ aud: ours() });
      const refresh = (more: Record<string, string>) =>
        post('/token', app, {
          grant_type: 'refresh_token',
          refresh_token: given.body.refresh_token as string,
          ...more,
        });
      expect((await refresh({ resource: 'https://other.example/' })).body.error).toBe('invalid_target');
      const narrower = await refresh({ resource: ours(), scope: itemScope });
      expect([narrower.status, narrower.body.scope]).toEqual([200, itemScope]);
    });

    it('a code for userinfo alone gives no token for our APIs', async () => {
      const started = await app.start({ scope: 'openid profile' });
      const callback = new URL(await walkThrough(app.browser(), started, person));
      const answer = await post('/token', app, {
        grant_type: 'authorization_code',
        code: callback.searchParams.get('code')!,
        redirect_uri: app.redirectUri,
        code_verifier: started.checks.pkceCodeVerifier!,
        resource: ours(),
      });
      expect([answer.status, answer.body.error]).toEqual([400, 'invalid_target']);
    });
  });
});
