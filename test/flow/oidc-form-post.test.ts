import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addApp, type TestApp } from './test-app.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';

const person = { loginName: samplePerson.phone, password: samplePerson.password };

describe('parameters in a form post (OpenID Connect Core §3.1.2.1)', () => {
  let server: TestServer;
  let app: TestApp;
  beforeAll(async () => {
    server = await startTestServer();
    await addPerson(server.accounts);
    app = await addApp(server);
  });
  afterAll(() => server.close());

  const asPost = (url: URL, more: [string, string][] = []) => {
    const body = new URLSearchParams([...url.searchParams, ...more]);
    return [`${url.origin}${url.pathname}`, { method: 'POST', body }] as const;
  };

  it('start a sign-in that ends at the app with a code, and again for who is signed in', async () => {
    const browser = app.browser();
    const started = await app.start();
    const [address, post] = asPost(started.url);
    const origin = new URL(app.redirectUri).origin;
    const sent = await browser.request(address, { ...post, headers: { origin } });
    expect(sent.status).toBe(303);
    expect(new URL(sent.headers.get('location')!, server.baseUrl).pathname).toBe('/auth');
    const asked = await browser.signIn(await browser.follow(sent), person.loginName, person.password);
    const back = await browser.submit(asked, '/consent', { decision: 'agree' });
    expect((await app.redeem(back.url, started)).claims()?.iss).toBe(server.baseUrl);
    const silent = await app.start({ prompt: 'none' });
    const answered = await browser.follow(await browser.request(...asPost(silent.url)));
    expect(answered.url).toContain('code=');
  });

  it('may not come twice, nor once in the body and once in the address', async () => {
    const browser = app.browser();
    const { url } = await app.start();
    const twice = await browser.follow(await browser.request(...asPost(url, [['scope', 'openid']])));
    const both = await browser.follow(await browser.request(url.href, asPost(url)[1]));
    expect([twice.status, both.status]).toEqual([400, 400]);
  });

  it('are no form when they are too long or of another type', async () => {
    const browser = app.browser();
    const { url } = await app.start();
    const long = await browser.request(...asPost(url, [['ui_hint', 'x'.repeat(9_000)]]));
    const json = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } };
    const other = await browser.request(`${server.baseUrl}/auth`, json);
    const nothing = await browser.request(`${server.baseUrl}/auth`, { method: 'POST' });
    expect([long.status, other.status, nothing.status]).toEqual([413, 415, 415]);
  });

  it('security (c) lead to no address with a phone or document number in it', async () => {
    const { url } = await app.start();
    const sent = await app.browser().request(...asPost(url, [['login_hint', person.loginName]]));
    expect([sent.status, sent.headers.get('location')!.includes(person.loginName)]).toEqual([303, false]);
  });

  it('ask to sign out too, and sign nobody out by themselves', async () => {
    const browser = app.browser();
    const started = await app.start();
    const at = await browser.signIn(await browser.open(started.url.href), person.loginName, person.password);
    const back = at.status === 0 ? at : await browser.submit(at, '/consent', { decision: 'agree' });
    const tokens = await app.redeem(back.url, started);
    const question = await browser.follow(
      await browser.request(...asPost(new URL(app.logoutUrl(tokens.id_token!)))),
    );
    expect(question.text).toContain('要退出登录吗');
  });
});
