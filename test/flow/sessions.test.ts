import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { refreshTokenGrant } from 'openid-client';
import type { Account } from '../../src/accounts/index.ts';
import type { SessionView } from '../../src/oidc/sessions/sessions.ts';
import { addApp, type TestApp, walkThrough } from './test-app.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';

const person = { loginName: samplePerson.phone, password: samplePerson.password };
const iphone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Safari/604.1';
const windows =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0';

describe('a person’s sign-ins', () => {
  let server: TestServer;
  let app: TestApp;
  let account: Account;
  beforeAll(async () => {
    server = await startTestServer({ trustedProxies: ['loopback'] });
    account = await addPerson(server.accounts);
    await addPerson(server.accounts, {
      name: '样例李小红',
      documentNumber: '330106198511220029',
      phone: '13800138002',
    });
    app = await addApp(server, { grant_types: ['refresh_token'] });
  });
  afterAll(() => server.close());

  const signIn = async (agent: string, address: string, who = person) => {
    const browser = app.browser({ 'user-agent': agent, 'x-forwarded-for': address });
    const started = await app.start();
    const tokens = await app.redeem(await walkThrough(browser, started, who), started);
    return { browser, tokens };
  };
  const me = async (token: string): Promise<number> =>
    (await fetch(`${server.baseUrl}/me`, { headers: { authorization: `Bearer ${token}` } })).status;
  const list = () => server.oidc.sessions.of(account.id, { address: '192.0.2.200' });

  it('are listed with device, whether from here, how and for which apps, and without an address', async () => {
    await signIn(iphone, '192.0.2.7');
    await signIn(windows, '198.51.100.7');
    const all = await list();
    const shown = all.map(({ device, thisNetwork, methods, apps }) => [
      device.en,
      thisNetwork,
      methods,
      apps,
    ]);
    expect(shown).toEqual(
      expect.arrayContaining([
        ['iPhone · Safari', true, ['pwd'], [app.clientId]],
        ['Windows computer · Edge', false, ['pwd'], [app.clientId]],
      ]),
    );
    expect(JSON.stringify(all)).not.toMatch(/192\.0\.2|198\.51\.100|Mozilla/);
  });

  it('end one by one, with their tokens, and nobody ends another’s', async () => {
    await server.oidc.sessions.endAll(account.id);
    const one = await signIn(iphone, '192.0.2.7');
    const two = await signIn(windows, '198.51.100.7');
    const onWindows = (await list()).find(({ device }) => device.en.startsWith('Windows'))!;
    const stranger = (await server.accounts.findByLoginName('13800138002'))[0]!;
    await expect(server.oidc.sessions.end(stranger.id, onWindows.id)).rejects.toMatchObject({
      code: 'not_found',
    });
    await server.oidc.sessions.end(account.id, onWindows.id);
    expect([await me(one.tokens.access_token), await me(two.tokens.access_token)]).toEqual([200, 401]);
    const page = await two.browser.open((await app.start()).url.href);
    expect(page.text).toContain('name="password"');
    expect((await one.browser.open((await app.start()).url.href)).status).toBe(0);
  });

  it('end with what an app was to keep without her, when she shuts out whoever knew her password', async () => {
    await server.oidc.sessions.endAll(account.id);
    const scopes = ['openid', 'profile', 'offline_access'];
    const keeps = await addApp(server, {
      scope: scopes.join(' '),
      grant_types: ['authorization_code', 'refresh_token'],
    });
    const offline = async () => {
      const started = await keeps.start({ scope: 'openid offline_access', prompt: 'consent' });
      return keeps.redeem(await walkThrough(keeps.browser(), started, person), started);
    };
    const mine = await offline();
    const [{ id }] = (await list()) as unknown as [SessionView];
    const hers = await server.oidc.provider.AccessToken.find(mine.access_token);
    const strangers = await offline();
    await server.oidc.sessions.endAllButThis(account.id, hers!.sessionUid!);
    expect((await list()).map((session) => session.id)).toEqual([id]);
    const refreshed = (token: { refresh_token?: string }) =>
      refreshTokenGrant(keeps.config, token.refresh_token!).then(
        () => true,
        () => false,
      );
    expect([await refreshed(strangers), await refreshed(mine)]).toEqual([false, true]);
  });

  it('end all but the one she sits at, and the apps she agreed to can be taken back one by one', async () => {
    const here = await signIn(iphone, '192.0.2.7');
    const there = await signIn(windows, '198.51.100.7');
    const views = await server.oidc.sessions.of(account.id);
    expect(views.length).toBeGreaterThanOrEqual(2);
    const uidOf = async (browser: typeof here.browser): Promise<string> => {
      const cookie = browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
      const req = { headers: { cookie }, connection: {}, socket: {} };
      const { Session } = server.oidc.provider;
      return (await Session.get({ req, res: {} } as unknown as Parameters<typeof Session.get>[0])).uid;
    };
    await server.oidc.sessions.endAll(account.id, await uidOf(here.browser));
    expect([await me(here.tokens.access_token), await me(there.tokens.access_token)]).toEqual([200, 401]);
    await server.oidc.sessions.endAll(account.id);
    expect([await me(here.tokens.access_token), await me(there.tokens.access_token)]).toEqual([401, 401]);
    expect(await list()).toEqual([]);

    const again = await signIn(iphone, '192.0.2.7');
    expect((await server.oidc.consents.of(account.id)).map(({ client }) => client)).toContain(app.clientId);
    await server.oidc.consents.withdraw(account.id, app.clientId);
    expect(await me(again.tokens.access_token)).toBe(401);
  });
});
