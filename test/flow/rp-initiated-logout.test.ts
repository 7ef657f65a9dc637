/**
 * The modules of the OpenID Foundation's plan for RP-Initiated Logout (oidcc-rp-initiated-logout-certification-test-plan),
 * each as a test of ours; and what an attacker would try at the same address.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { base64url, decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { addApp, type TestApp, walkThrough } from './test-app.ts';
import type { TestBrowser, Visit } from './test-browser.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';

const person = { loginName: samplePerson.phone, password: samplePerson.password };

describe('RP-Initiated Logout 1.0', () => {
  let server: TestServer;
  let app: TestApp;
  let home: string;
  beforeAll(async () => {
    server = await startTestServer();
    await addPerson(server.accounts);
    app = await addApp(server);
    home = `${new URL(app.redirectUri).origin}/`;
  });
  afterAll(() => server.close());

  const signedIn = async (): Promise<{ browser: TestBrowser; idToken: string }> => {
    const browser = app.browser();
    const started = await app.start();
    const tokens = await app.redeem(await walkThrough(browser, started, person), started);
    return { browser, idToken: tokens.id_token! };
  };
  const endSession = (parameters: Record<string, string>): string =>
    `${server.baseUrl}/session/end?${new URLSearchParams(parameters)}`;
  const confirm = (browser: TestBrowser, question: Visit): Promise<Visit> =>
    browser.submit(question, '/session/end/confirm', { logout: 'yes' });
  /** With prompt=none: null is a person signed in, else the error. */
  const silently = async (browser: TestBrowser): Promise<string | null> => {
    const answer = await browser.request((await app.start({ prompt: 'none' })).url.href);
    return new URL(answer.headers.get('location')!).searchParams.get('error');
  };

  it('module discovery-endpoint-verification: the endpoint is in discovery, at the issuer', async () => {
    const { issuer, end_session_endpoint } = app.config.serverMetadata();
    expect(new URL(end_session_endpoint!).origin).toBe(issuer);
  });

  it('module rp-initiated-logout: signs out and returns to the app with the state, and nothing more', async () => {
    const { browser, idToken } = await signedIn();
    const out = await confirm(browser, await browser.open(app.logoutUrl(idToken, { state: 'a b&c' })));
    expect(out.url).toBe(`${home}?state=a+b%26c`);
    expect(await silently(browser)).toBe('login_required');
  });

  it('module no-state: without a state none comes back', async () => {
    const { browser, idToken } = await signedIn();
    expect((await confirm(browser, await browser.open(app.logoutUrl(idToken)))).url).toBe(home);
    expect(await silently(browser)).toBe('login_required');
  });

  it.each(['no-params', 'no-post-logout-redirect-uri', 'only-state'])(
    'module %s: signs out and says so on a page of ours',
    async (module) => {
      const { browser, idToken } = await signedIn();
      const parameters = {
        'no-params': {},
        'no-post-logout-redirect-uri': { id_token_hint: idToken, state: 's' },
        'only-state': { state: 's' },
      }[module] as Record<string, string>;
      const out = await confirm(browser, await browser.open(endSession(parameters)));
      expect([out.status, new URL(out.url).origin]).toEqual([200, server.baseUrl]);
      expect(out.text).toContain('已退出登录');
      expect(await silently(browser)).toBe('login_required');
    },
  );

  it('module no-id-token-hint: an address nobody vouches for is not returned to', async () => {
    const { browser } = await signedIn();
    const question = await browser.open(endSession({ post_logout_redirect_uri: home, state: 's' }));
    const out = await confirm(browser, question);
    expect([new URL(out.url).origin, out.text.includes('已退出登录'), out.text.includes(home)]).toEqual([
      server.baseUrl,
      true,
      false,
    ]);
  });

  it.each([
    ['bad-post-logout-redirect-uri', () => `${home}not_registered`],
    ['query-added-to-post-logout-redirect-uri', () => `${home}?foo=bar`],
  ])('module %s: a page says that it is wrong, and nobody is sent there', async (_module, uri) => {
    const { browser, idToken } = await signedIn();
    const page = await browser.open(app.logoutUrl(idToken, { post_logout_redirect_uri: uri(), state: 's' }));
    expect([page.status, new URL(page.url).origin]).toEqual([400, server.baseUrl]);
    expect(page.text).toMatch(/<h1>/);
    expect(page.text).not.toContain(uri());
    expect(await silently(browser)).toBeNull();
  });

  it('module bad-id-token-hint, security (c) 26: a hint signed by another key is refused, whatever it says', async () => {
    const { browser, idToken } = await signedIn();
    const claims = decodeJwt(idToken);
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const own = await exportJWK(publicKey);
    const header = { alg: 'ES256', typ: 'JWT' };
    const forged = [
      await new SignJWT(claims).setProtectedHeader(header).sign(privateKey),
      await new SignJWT(claims).setProtectedHeader({ ...header, jwk: own }).sign(privateKey),
      await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(app.clientSecret!)),
      await new SignJWT({ ...claims, aud: 'nobody' }).setProtectedHeader(header).sign(privateKey),
      'not.a.token',
      '',
    ];
    for (const hint of forged) {
      const page = await browser.open(endSession({ id_token_hint: hint, post_logout_redirect_uri: home }));
      if (hint === '') expect(page.text).toContain('要退出登录吗');
      else expect([hint, page.status]).toEqual([hint, 400]);
    }
    expect(await silently(browser)).toBeNull();
  });

  it('module modified-id-token-hint: one without a signature is refused', async () => {
    const { browser, idToken } = await signedIn();
    const none = `${base64url.encode('{"alg":"none"}')}.${idToken.split('.')[1]}.`;
    expect((await browser.open(app.logoutUrl(none, { state: 's' }))).status).toBe(400);
    expect(await silently(browser)).toBeNull();
  });

  it('takes a hint that has expired: people sign out long after they signed in (§2)', async () => {
    const { browser, idToken } = await signedIn();
    const { provider } = server.oidc;
    const client = await provider.Client.find(app.clientId);
    const token = new (
      provider as unknown as {
        IdToken: new (
          ...of: unknown[]
        ) => { set: (...a: unknown[]) => void; issue: (how: object) => Promise<string> };
      }
    ).IdToken({}, { client, ctx: undefined });
    token.set('sub', decodeJwt(idToken).sub);
    const old = await token.issue({ use: 'idtoken', expiresAt: Math.floor(Date.now() / 1000) - 7_200 });
    expect(decodeJwt(old).exp! * 1000).toBeLessThan(Date.now());
    expect((await confirm(browser, await browser.open(app.logoutUrl(old, { state: 's' })))).url).toBe(
      `${home}?state=s`,
    );
  });

  it('takes the same request as a form post, and answers where nobody is signed in', async () => {
    const { browser, idToken } = await signedIn();
    const body = new URLSearchParams({
      id_token_hint: idToken,
      post_logout_redirect_uri: home,
      state: 'posted',
    });
    const post = async (by: TestBrowser): Promise<Visit> =>
      by.follow(await by.request(`${server.baseUrl}/session/end`, { method: 'POST', body }));
    const question = await post(browser);
    expect(question.text).toContain('要退出登录吗');
    expect((await confirm(browser, question)).url).toBe(`${home}?state=posted`);
    expect(await silently(browser)).toBe('login_required');
    // Again, in the same browser and in one that knows of no session: nothing to ask, the way back all the same.
    expect((await post(browser)).url).toBe(`${home}?state=posted`);
    expect((await post(app.browser())).url).toBe(`${home}?state=posted`);
    const without = await app.browser().open(`${server.baseUrl}/session/end`);
    expect([without.status, without.text.includes('已退出登录')]).toEqual([200, true]);
  });

  it('knows the app by client_id where there is no hint, and refuses one that is another than the hint’s', async () => {
    const { browser, idToken } = await signedIn();
    const other = await addApp(server);
    const asked = { client_id: app.clientId, post_logout_redirect_uri: home, state: 's' };
    const mixed = await browser.open(
      endSession({ ...asked, client_id: other.clientId, id_token_hint: idToken }),
    );
    expect(mixed.status).toBe(400);
    const foreign = await browser.open(endSession({ ...asked, client_id: other.clientId }));
    expect(foreign.status).toBe(400);
    expect((await browser.open(endSession({ ...asked, client_id: 'nobody' }))).status).toBe(400);
    expect((await confirm(browser, await browser.open(endSession(asked)))).url).toBe(`${home}?state=s`);
  });

  it('security (c) 26: no link, image or form of another site signs a person out', async () => {
    const { browser, idToken } = await signedIn();
    for (const url of [
      `${server.baseUrl}/session/end`,
      app.logoutUrl(idToken),
      `${server.baseUrl}/session/end?logout=yes`,
    ])
      await browser.open(url);
    const confirmUrl = `${server.baseUrl}/session/end/confirm`;
    expect((await browser.request(`${confirmUrl}?logout=yes`)).status).toBe(404);
    for (const body of ['logout=yes', 'logout=yes&xsrf=', `logout=yes&xsrf=${'x'.repeat(21)}`]) {
      const answer = await browser.request(confirmUrl, { method: 'POST', body: new URLSearchParams(body) });
      expect(answer.status).toBe(400);
    }
    expect(await silently(browser)).toBeNull();
  });

  it('security (c) 26: nobody is sent to an address that is not registered to the letter', async () => {
    const { browser, idToken } = await signedIn();
    const { host } = new URL(home);
    for (const uri of [
      `${home}.`,
      `${home}%2e`,
      `${home}#x`,
      `http://${host}/`,
      `https://${host}:443/`,
      `https://${host.toUpperCase()}/`,
      `https://${host}@evil.example/`,
      `https://${host}.evil.example/`,
      `//${host}/`,
      `https:\\\\${host}\\`,
      'javascript:alert(1)',
      'data:text/html,x',
      `${home}\r\nlocation: https://evil.example`,
    ]) {
      const page = await browser.request(app.logoutUrl(idToken, { post_logout_redirect_uri: uri }));
      expect([uri, page.status, page.headers.get('location')]).toEqual([uri, 400, null]);
      expect(page.text).not.toContain('evil.example');
    }
    expect(await silently(browser)).toBeNull();
  });
});
