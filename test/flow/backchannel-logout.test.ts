import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Account, Capacity, CapacitySource } from '../../src/accounts/index.ts';
import { createOutgoing } from '../../src/outgoing/index.ts';
import { company, office } from './sample-capacities.ts';
import { addApp, walkThrough } from './test-app.ts';
import { TestBrowser } from './test-browser.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';
import { startSite, type TestSite, within } from './test-site.ts';

describe('back-channel logout: every way a session ends tells its apps', () => {
  let server: TestServer;
  let account: Account;
  let a: TestSite;
  let b: TestSite;
  let ids: string[];
  let held: Capacity[] = [];
  const down = new Set<string>();
  const source: CapacitySource = {
    of: async () => held,
    live: async (_account, ref) => held.find((one) => one.ref === ref),
  };

  beforeAll(async () => {
    server = await startTestServer({
      sms: true,
      down: (part) => down.has(part),
      oidc: {
        outgoing: createOutgoing({ hosts: ['127.0.0.1'] }),
        extraScopes: ['item:driving-licence-renewal', 'office'],
        capacities: source,
        itemsOf: (scopes) => scopes.filter((one) => one.startsWith('item:')).map((one) => one.slice(5)),
      },
    });
    account = await addPerson(server.accounts);
    server.oidc.logouts.start(() => undefined);
    a = await startSite('a');
    b = await startSite('b', { sessionRequired: false });
    ids = [];
    for (const site of [a, b]) {
      const { clientId, clientSecret } = await server.oidc.apps.add({
        ...site.metadata,
        scope: 'openid profile item:driving-licence-renewal office',
      });
      await site.configure(server.baseUrl, clientId, clientSecret!);
      ids.push(clientId);
    }
  });
  afterEach(async () => {
    down.clear();
    held = [];
    await server.oidc.endAllOf(account.id);
    await within(5, () => a.sessions() + b.sessions() === 0);
    for (const site of [a, b]) Object.assign(site, { told: [], knocks: 0, answers: undefined });
  });
  afterAll(async () => {
    await a.close();
    await b.close();
    await server.close();
  });

  const enter = async (
    site: TestSite,
    browser = new TestBrowser(() => false),
    scope = 'openid profile',
    capacity = 'self',
  ): Promise<TestBrowser> => {
    let page = await browser.open(`${site.origin}/login?scope=${encodeURIComponent(scope)}`);
    for (let hop = 0; hop < 5 && page.url.startsWith(server.baseUrl); hop += 1) {
      if (page.text.includes('/sign-in"'))
        page = await browser.signIn(page, samplePerson.phone, samplePerson.password);
      else if (page.text.includes('/capacity"')) page = await browser.submit(page, '/capacity', { capacity });
      else if (page.text.includes('/own-sms-send"')) {
        page = await browser.submit(page, '/own-sms-send');
        const [message] = await server.outbox.messages();
        page = await browser.submit(page, '/own-sms', { code: /\d{6}/.exec(message!.text)![0] });
      } else page = await browser.submit(page, '/consent', { decision: 'agree' });
    }
    expect(page.text).toMatch(/^signed in at/);
    return browser;
  };
  const enterBoth = async (): Promise<TestBrowser> => enter(b, await enter(a));
  const bothEnded = () => within(5, () => a.told.length === 1 && b.told.length === 1);
  const here = async () => (await server.oidc.sessions.of(account.id)).filter(({ apps }) => apps.length > 0);

  it('says in discovery that it can, with sessions', async () => {
    const discovery = await (await fetch(`${server.baseUrl}/.well-known/openid-configuration`)).json();
    expect(discovery).toMatchObject({
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
      end_session_endpoint: `${server.baseUrl}/session/end`,
    });
  });

  it('names the session where the app asks for it, and the person alone where it does not', async () => {
    await enterBoth();
    expect([typeof a.idToken().sid, b.idToken().sid]).toEqual(['string', undefined]);
    await server.oidc.endAllOf(account.id);
    expect(await bothEnded()).toBe(true);
    expect(a.told).toMatchObject([{ sub: a.idToken().sub, sid: a.idToken().sid, aud: ids[0] }]);
    expect(b.told[0]).not.toHaveProperty('sid');
    expect(b.told).toMatchObject([{ sub: b.idToken().sub, aud: ids[1] }]);
  });

  it('security (c) 26: the token can be taken for nothing else: its type, its event, no nonce, two minutes', async () => {
    await enter(a);
    await server.oidc.endAllOf(account.id);
    expect(await within(5, () => a.told.length === 1)).toBe(true);
    const { iat, exp, jti, ...rest } = a.told[0]!;
    expect(rest).toEqual({
      iss: server.baseUrl,
      aud: ids[0],
      sub: a.idToken().sub,
      sid: a.idToken().sid,
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    });
    expect([exp! - iat!, typeof jti]).toEqual([120, 'string']);
  });

  it('shows the person what is open, what will be told, and what she must leave herself', async () => {
    const browser = await enter(a);
    const silent = await addApp(server, { client_name: '不听通知的应用' });
    const started = await silent.start();
    const there = new TestBrowser((url) => url.hostname.endsWith('.example.test'));
    there.cookies.push(...browser.cookies);
    await walkThrough(there, started, { loginName: '', password: '' });
    const question = await there.open(`${server.baseUrl}/session/end`);
    expect(question.text).toMatch(
      /站点 a<\/strong> 将同时退出[\s\S]*不听通知的应用<\/strong> 请另在该应用中退出/,
    );
    const english = await there.open(`${server.baseUrl}/session/end?lang=en`);
    expect(english.text).toMatch(/will be signed out as well[\s\S]*sign out there too/);
  });

  it('when the person ends a device on her list, and the others go on', async () => {
    await enterBoth();
    await enter(a);
    expect(a.sessions()).toBe(2);
    const first = (await here()).find(({ apps }) => apps.length === 2)!;
    await server.oidc.sessions.end(account.id, first.id);
    expect(await bothEnded()).toBe(true);
    expect([a.sessions(), b.sessions()]).toEqual([1, 0]);
  });

  it('when all but this one are ended: a new password, a lost phone', async () => {
    const kept = await enterBoth();
    const uid = await uidOf(kept);
    await enter(a);
    await server.oidc.sessions.endAllButThis(account.id, uid);
    expect(await within(5, () => a.told.length === 1)).toBe(true);
    expect([a.sessions(), b.sessions(), b.knocks]).toEqual([1, 1, 0]);
  });

  it('when consent is withdrawn: that app alone', async () => {
    const browser = await enterBoth();
    await server.oidc.consents.withdraw(account.id, ids[0]!);
    expect(await within(5, () => a.told.length === 1)).toBe(true);
    expect([a.sessions(), b.sessions()]).toEqual([0, 1]);
    // She is still signed in to the province; the app is not in her session any more and is not told again.
    expect((await here())[0]!.apps).toEqual([ids[1]]);
    const again = await browser.open(`${a.origin}/login`);
    expect([again.text.includes('/sign-in"'), again.text.includes('/consent"')]).toEqual([false, true]);
  });

  it('when a mandate ends: what was given under it, and nothing else', async () => {
    held = [company];
    await enter(b, await enter(a, undefined, 'openid item:driving-licence-renewal', company.ref));
    await server.oidc.endCapacity(account.id, company.ref);
    expect(await within(5, () => a.told.length === 1)).toBe(true);
    expect([a.sessions(), b.sessions(), b.knocks]).toEqual([0, 1, 0]);
  });

  it('when a post ends: by the subject of the realm of offices, which the app knows', async () => {
    held = [office];
    await enter(a, undefined, 'openid office', office.ref);
    const sub = await server.oidc.subjectFor(ids[0]!, account.id, 'office');
    expect(a.idToken().sub).toBe(sub);
    await server.oidc.endOfficeSessions(account.id);
    expect(await within(5, () => a.told.length === 1)).toBe(true);
    expect(a.told).toMatchObject([{ sub }]);
    expect(a.sessions()).toBe(0);
  });

  it('when she signs out of one app only, that one is told', async () => {
    const browser = await enterBoth();
    const question = await browser.open(`${a.origin}/logout`);
    await browser.submit(question, '/session/end/confirm', {});
    expect(await within(5, () => a.told.length === 1)).toBe(true);
    expect([b.knocks, b.sessions()]).toEqual([0, 1]);
  });

  it('tells nobody when nothing has ended: a new session id at a sign-in anew, a refused confirmation', async () => {
    const browser = await enterBoth();
    await enter(a, browser);
    const form = await browser.open(`${a.origin}/logout`);
    const forged = new URLSearchParams({ xsrf: 'x'.repeat(43), logout: 'yes' });
    const url = `${server.baseUrl}/session/end/confirm`;
    expect(form.status).toBe(200);
    expect((await browser.request(url, { method: 'POST', body: forged })).status).toBe(400);
    await server.oidc.logouts.deliverDue();
    expect([a.knocks, b.knocks]).toEqual([0, 0]);
  });

  it('ends no session whose apps could not be noted down first', async () => {
    const browser = await enterBoth();
    const question = await browser.open(`${a.origin}/logout`);
    down.add('logout_deliveries');
    const out = await browser.post(question, '/session/end/confirm', { logout: 'yes' });
    expect([out.status, out.headers.get('location')]).toEqual([503, null]);
    down.clear();
    expect(b.sessions()).toBe(1);
    const again = await browser.submit(await browser.open(`${b.origin}/logout`), '/session/end/confirm', {
      logout: 'yes',
    });
    expect(again.text).toBe('signed out at b');
    expect(await bothEnded()).toBe(true);
  });

  it('makes a new token for each try, and what an app refuses waits for an operator', async () => {
    await enter(a);
    a.answers = 503;
    await server.oidc.endAllOf(account.id);
    expect(await within(5, () => a.knocks === 1)).toBe(true);
    a.answers = undefined;
    expect(
      await within(5, async () => {
        await server.oidc.logouts.deliverDue();
        return a.told.length === 1;
      }),
    ).toBe(true);
    await enter(a);
    a.answers = 400;
    await server.oidc.endAllOf(account.id);
    expect(await within(5, async () => (await server.oidc.logouts.dead()).length === 1)).toBe(true);
    const [dead] = await server.oidc.logouts.dead();
    expect(dead).toMatchObject({ clientId: ids[0], reason: 'http_400' });
    a.answers = undefined;
    await server.oidc.logouts.retry(dead!.id);
    expect(await within(5, () => a.told.length === 2)).toBe(true);
    expect(new Set(a.told.map(({ jti }) => jti)).size).toBe(2);
    // Nothing of a person is in the log: not her number, not her subject.
    for (const secret of [samplePerson.phone, samplePerson.name, String(a.idToken().sub), account.id])
      expect(server.log()).not.toContain(secret);
  });

  const uidOf = async (browser: TestBrowser): Promise<string> => {
    const req = { headers: { cookie: browser.cookieHeader(new URL(server.baseUrl)) }, socket: {} };
    const session = await server.oidc.provider.Session.get({ req, res: {}, secure: false } as never);
    return (session as unknown as { uid: string }).uid;
  };

  it('ZZD-3 when the app was suspended meanwhile: what she had open there ends with her session too', async () => {
    await enterBoth();
    await server.oidc.apps.setState(ids[0]!, 'suspended');
    const [open] = await here();
    await server.oidc.sessions.end(account.id, open!.id);
    expect(await bothEnded()).toBe(true);
    expect([a.sessions(), b.sessions()]).toEqual([0, 0]);
  });
});
