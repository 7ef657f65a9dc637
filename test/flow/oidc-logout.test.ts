import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addApp, type TestApp, walkThrough } from './test-app.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';

const person = { loginName: samplePerson.phone, password: samplePerson.password };

describe('signing out', () => {
  let server: TestServer;
  let app: TestApp;
  beforeAll(async () => {
    server = await startTestServer();
    await addPerson(server.accounts);
    app = await addApp(server);
  });
  afterAll(() => server.close());

  const signedIn = async () => {
    const browser = app.browser();
    const started = await app.start();
    return { browser, tokens: await app.redeem(await walkThrough(browser, started, person), started) };
  };
  const userinfo = async (token: string): Promise<number> =>
    (await fetch(`${server.baseUrl}/me`, { headers: { authorization: `Bearer ${token}` } })).status;

  it('asks, ends the session and the tokens, and leads back to the app with its state', async () => {
    const { browser, tokens } = await signedIn();
    const question = await browser.open(app.logoutUrl(tokens.id_token!, { state: 'kept' }));
    expect(question.text).toContain('要退出登录吗');
    expect(question.text).not.toContain('<script');
    const out = await browser.post(question, '/session/end/confirm', { logout: 'yes' });
    expect([out.status, out.headers.get('location'), out.text.includes('已退出登录')]).toEqual([
      200,
      null,
      true,
    ]);
    expect((await browser.follow(out)).url).toBe(`${new URL(app.redirectUri).origin}/?state=kept`);
    expect(await userinfo(tokens.access_token)).toBe(401);
    const again = await browser.open((await app.start()).url.href);
    expect(again.text).toContain('name="password"');
    const [account] = await server.accounts.findByLoginName(person.loginName);
    expect((await server.audit.about(account!.id)).map(({ action }) => action)).toContain('session.ended');
  });

  it('signs nobody out by a link alone', async () => {
    const { browser, tokens } = await signedIn();
    await browser.open(app.logoutUrl(tokens.id_token!));
    expect(await userinfo(tokens.access_token)).toBe(200);
    const silent = await app.start({ prompt: 'none' });
    expect((await browser.request(silent.url.href)).headers.get('location')).toContain('code=');
  });

  it('refuses a confirmation without the session’s own secret', async () => {
    const { browser, tokens } = await signedIn();
    await browser.open(app.logoutUrl(tokens.id_token!));
    for (const xsrf of ['', 'x', 'a'.repeat(48)]) {
      const body = new URLSearchParams({ xsrf, logout: 'yes' });
      expect(
        (await browser.request(`${server.baseUrl}/session/end/confirm`, { method: 'POST', body })).status,
      ).toBe(400);
    }
    expect(await userinfo(tokens.access_token)).toBe(200);
  });

  it('lets a person stay', async () => {
    const { browser } = await signedIn();
    const question = await browser.open(`${server.baseUrl}/session/end`);
    const stayed = await browser.post(question, '/session/end/confirm');
    expect(stayed.text).toContain('您仍处于登录状态');
    const silent = await app.start({ prompt: 'none' });
    expect((await browser.request(silent.url.href)).headers.get('location')).toContain('code=');
  });

  it('answers in a browser that knows of no session, without a script', async () => {
    const { tokens } = await signedIn();
    const elsewhere = app.browser();
    const page = await elsewhere.request(app.logoutUrl(tokens.id_token!, { state: 's' }));
    expect([page.status, page.text.includes('<script')]).toEqual([200, false]);
    expect((await elsewhere.follow(page)).url).toBe(`${new URL(app.redirectUri).origin}/?state=s`);
  });

  it('speaks both languages and leads on, on each page of it', async () => {
    const { browser, tokens } = await signedIn();
    const question = await browser.open(app.logoutUrl(tokens.id_token!));
    const link = /<a class="language" href="([^"]+)"/.exec(question.text)![1]!.replaceAll('&amp;', '&');
    const english = await browser.open(new URL(link, question.url).href);
    expect(english.text).toContain('Sign out?');
    // The choice is kept for the answer.
    const stayed = await browser.post(english, '/session/end/confirm', {});
    expect(stayed.text).toContain('Going back');
    const out = await browser.open(`${server.baseUrl}/session/end/success`);
    expect(out.text).toContain('You are signed out');
    expect(out.text).toMatch(/class="language"[\s\S]*href="\/">Back to the start page/);
    const wrong = await browser.open(`${server.baseUrl}/auth?client_id=nobody`);
    expect(wrong.text).toMatch(/class="language"[\s\S]*href="\/">Back to the start page/);
  });

  it('returns to no address that is not registered', async () => {
    const { browser, tokens } = await signedIn();
    for (const uri of [
      'https://evil.example/',
      `${new URL(app.redirectUri).origin}/x`,
      '//evil.example',
      'javascript:alert(1)',
    ]) {
      const page = await browser.request(app.logoutUrl(tokens.id_token!, { post_logout_redirect_uri: uri }));
      expect([uri, page.status, page.headers.get('location')]).toEqual([uri, 400, null]);
      expect(page.text).not.toContain('//evil.example');
    }
    const withoutHint = new URL(`${server.baseUrl}/session/end`);
    withoutHint.searchParams.set('post_logout_redirect_uri', 'https://evil.example/');
    expect((await browser.request(withoutHint.href)).text).not.toContain('//evil.example');
  });

  it('refuses a forged hint', async () => {
    const { browser, tokens } = await signedIn();
    const [header, payload, signature] = tokens.id_token!.split('.') as [string, string, string];
    const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
    const changed = Buffer.from(
      JSON.stringify({ ...JSON.parse(Buffer.from(payload, 'base64url').toString()), sub: 'x' }),
    );
    const forged = [
      `${none}.${payload}.`,
      `${header}.${changed.toString('base64url')}.${signature}`,
      `${header}.${payload}.${'A'.repeat(86)}`,
      'x.y.z',
    ];
    for (const hint of forged) expect((await browser.request(app.logoutUrl(hint))).status).toBe(400);
  });
});
