import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import { describeWith } from '../contract/server-suites.ts';
import { addApp, type TestApp } from '../flow/test-app.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from '../flow/test-server.ts';
import { launchChromium } from './launch-chromium.ts';

describeWith('CHROMIUM', 'a passkey in a browser (WebAuthn Level 3)', (executablePath) => {
  let server: TestServer;
  let app: TestApp;
  let browser: Browser;
  let context: BrowserContext;
  let accountId: string;
  /** The app, as far as a browser needs one. */
  let landing: Server;
  let redirectUri: string;
  beforeAll(async () => {
    // A passkey belongs to a name, never to an address.
    server = await startTestServer({ host: 'localhost' });
    accountId = (await addPerson(server.accounts)).id;
    landing = createServer((_req, res) => res.end('back at the app'));
    await new Promise<void>((resolve) => landing.listen(0, '127.0.0.1', resolve));
    redirectUri = `http://localhost:${(landing.address() as AddressInfo).port}/callback`;
    app = await addApp(server, { redirect_uris: [redirectUri] });
    browser = await launchChromium(executablePath);
    context = await browser.newContext({ locale: 'zh-CN' });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    landing?.close();
  });

  /** An authenticator of the device, with the person's finger on it or not. */
  const authenticatorOf = async (page: Page): Promise<{ session: CDPSession; authenticatorId: string }> => {
    const session = await context.newCDPSession(page);
    await session.send('WebAuthn.enable', { enableUI: false });
    const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    return { session, authenticatorId };
  };

  const start = async (page: Page, parameters: Record<string, string> = {}) => {
    const started = await app.start({ redirect_uri: redirectUri, ...parameters });
    await page.goto(started.url.href);
    return started;
  };
  const finish = async (page: Page, started: Awaited<ReturnType<typeof start>>) => {
    const agree = page.locator('button[value=agree]');
    await page.waitForFunction(
      () => location.pathname === '/callback' || document.querySelector('button[value=agree]') !== null,
    );
    if ((await agree.count()) > 0) await agree.click();
    await page.waitForURL(/\/callback\?/);
    return app.redeem(page.url(), started);
  };

  /** Makes the passkey as the account pages have the browser make it: the options are the server's own. */
  const makePasskey = async (page: Page): Promise<void> => {
    const account = (await server.accounts.get(accountId))!;
    const { authenticators } = server.accounts;
    const origin = server.baseUrl;
    const challenge = Buffer.alloc(32, 7).toString('base64url');
    const options = await authenticators.passkeyCreation(account, { origin, challenge, shownName: '测**' });
    const response = await page.evaluate(async (given) => {
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(given as never);
      const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
      return JSON.stringify(made.toJSON());
    }, options as unknown);
    expect(
      await authenticators.addPasskey(account, { origin, challenge, response, label: 'this device' }),
    ).toBe(true);
  };

  it('signs in from the name field without a click, by a button, and as a further factor', async () => {
    const page = await context.newPage();
    const { session, authenticatorId } = await authenticatorOf(page);
    // Nobody's finger yet: the page may ask in the name field, and nothing is answered.
    const automatic = (enabled: boolean) =>
      session.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
    await start(page);
    await makePasskey(page);

    await automatic(true);
    const conditional = await start(page, { prompt: 'login' });
    const byField = await finish(page, conditional);
    expect(byField.claims()).toMatchObject({ acr: 'urn:onecert:acr:p2a3', amr: ['pop', 'user', 'mfa'] });

    await automatic(false);
    const button = await start(page, { prompt: 'login' });
    await page.locator('#passkey-button').waitFor({ state: 'visible' });
    await automatic(true);
    await page.locator('#passkey-button').click();
    expect((await finish(page, button)).claims()).toMatchObject({ acr: 'urn:onecert:acr:p2a3' });

    await context.clearCookies();
    await automatic(false);
    const stepUp = await start(page, { acr_values: 'urn:onecert:acr:p1a3' });
    await page.locator('#login-name').fill(samplePerson.phone);
    await page.locator('#password').fill(samplePerson.password);
    await page.locator('form[action$=sign-in] button').click();
    await page.getByText('请再验证一次身份').first().waitFor();
    await automatic(true);
    await page.locator('#passkey-button').click();
    expect((await finish(page, stepUp)).claims()).toMatchObject({
      acr: 'urn:onecert:acr:p1a3',
      amr: ['pwd', 'pop', 'user', 'mfa'],
    });
    await page.close();
  }, 60_000);

  it('says so when the person does not confirm, and lets her go on by password', async () => {
    await context.clearCookies();
    const page = await context.newPage();
    const { session, authenticatorId } = await authenticatorOf(page);
    const started = await start(page);
    await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await page.locator('#passkey-button').click();
    await page.getByText('未完成，可重试或选择其他方式').waitFor();
    await page.locator('#login-name').fill(samplePerson.phone);
    await page.locator('#password').fill(samplePerson.password);
    await page.locator('form[action$=sign-in] button').click();
    expect((await finish(page, started)).claims()).toMatchObject({ acr: 'urn:onecert:acr:p2a1' });
    await page.close();
  }, 60_000);
});
