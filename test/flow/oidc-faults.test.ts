import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addApp, type TestApp, walkThrough } from './test-app.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';

const person = { loginName: samplePerson.phone, password: samplePerson.password };

describe('when the store or the audit does not answer', () => {
  let server: TestServer;
  let app: TestApp;
  let down: (part: string) => boolean = () => false;
  let auditFails = false;
  beforeAll(async () => {
    server = await startTestServer({ down: (part) => down(part), auditFails: () => auditFails });
    await addPerson(server.accounts);
    app = await addApp(server, { grant_types: ['refresh_token'] });
  });
  afterAll(() => server.close());

  const basic = () => ({
    authorization: `Basic ${Buffer.from(`${app.clientId}:${app.clientSecret}`).toString('base64')}`,
  });

  it.each(['oidc_authorization_codes', 'oidc_grants', 'oidc_sessions', 'accounts', 'oidc_access_tokens'])(
    'answers 503 temporarily_unavailable at the token endpoint while %s is away, and keeps the code',
    async (name) => {
      const started = await app.start();
      const callback = await walkThrough(app.browser(), started, person);
      const redeem = () =>
        fetch(`${server.baseUrl}/token`, {
          method: 'POST',
          headers: basic(),
          body: new URLSearchParams({
            grant_type: 'authorization_code',
            code: new URL(callback).searchParams.get('code')!,
            redirect_uri: app.redirectUri,
            code_verifier: started.checks.pkceCodeVerifier!,
          }),
        });
      down = (part) => part === name;
      const refused = await redeem();
      down = () => false;
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
      expect(await refused.json()).toMatchObject({ error: 'temporarily_unavailable' });
      // What fails after the redemption cannot be repeated; all else can.
      if (name !== 'accounts' && name !== 'oidc_access_tokens') expect((await redeem()).status).toBe(200);
    },
  );

  it('never says that an app is unknown because it could not be read', async () => {
    const { url } = await app.start();
    await new Promise((resolve) => setTimeout(resolve, 5_100));
    down = (part) => part === 'apps';
    const visit = await app.browser().request(url.href);
    down = () => false;
    expect(visit.status).toBe(503);
    expect(visit.text).toContain('temporarily_unavailable');
    expect(visit.text).not.toContain('does not answer');
  });

  it('closes the password when tries cannot be counted', async () => {
    const browser = app.browser();
    const page = await browser.open((await app.start()).url.href);
    // The interaction itself lives there as well: let it be read, and let only the count fail.
    let reads = 0;
    down = (part) => {
      if (part === 'ephemeral') reads += 1;
      return part === 'ephemeral' && reads > 1;
    };
    const refused = await browser.post(page, '/sign-in', {
      login_name: person.loginName,
      password: person.password,
    });
    down = () => false;
    expect(refused.status).toBeGreaterThanOrEqual(500);
    expect(refused.text).not.toContain('登录成功');
  });

  it('keeps tokens and sessions over an outage', async () => {
    const browser = app.browser();
    const started = await app.start();
    const tokens = await app.redeem(await walkThrough(browser, started, person), started);
    const me = () =>
      fetch(`${server.baseUrl}/me`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    down = () => true;
    expect((await me()).status).toBe(503);
    const during = await browser.request((await app.start({ prompt: 'none' })).url.href);
    expect(during.status === 503 || during.headers.get('location')!.includes('temporarily_unavailable')).toBe(
      true,
    );
    down = () => false;
    expect((await me()).status).toBe(200);
    const after = await browser.request((await app.start({ prompt: 'none' })).url.href);
    expect(after.headers.get('location')).toContain('code=');
  });

  it('signs nobody in and hands out no code that it could not record', async () => {
    const browser = app.browser();
    const page = await browser.open((await app.start()).url.href);
    auditFails = true;
    const refused = await browser.post(page, '/sign-in', {
      login_name: person.loginName,
      password: person.password,
    });
    auditFails = false;
    expect(refused.status).toBeGreaterThanOrEqual(500);
    expect(refused.text).not.toContain('登录成功');
    await walkThrough(browser, await app.start(), person);
    auditFails = true;
    const silent = await browser.request((await app.start({ prompt: 'none' })).url.href);
    auditFails = false;
    expect([silent.status, silent.headers.get('location')]).toEqual([503, null]);
  });
});
