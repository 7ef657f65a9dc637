/** The first administrators' start link in a browser with an authenticator of its device. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { describeWith } from '../contract/server-suites.ts';
import { type RunningApp, startApp } from '../flow/start-app.ts';
import { launchChromium } from './launch-chromium.ts';

describeWith('CHROMIUM', 'an administrator’s start link (security (d))', (executablePath) => {
  let app: RunningApp;
  let browser: Browser;
  let page: Page;
  let link: string;
  let account: string;
  const complaints: string[] = [];

  beforeAll(async () => {
    app = await startApp();
    const people = await Promise.all(['petrov', 'wang'].map((id) => app.core.samplePerson(id)));
    const accounts = people.map((person) => person!.id) as [string, string];
    account = accounts[0];
    const [first] = await app.core.officials.administrators.found({ accounts, unit: 'zj-government' });
    link = `${app.baseUrl}/officials/start/${first!.token}`;
    browser = await launchChromium(executablePath);
    const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 320, height: 640 } });
    page = await context.newPage();
    page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) complaints.push(message.text());
    });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  it('says what it needs where the browser makes no passkeys or runs no script, on a narrow screen, in both languages', async () => {
    const plain = await browser.newContext({ locale: 'zh-CN', javaScriptEnabled: false });
    const without = await plain.newPage();
    await without.goto(link);
    expect(await without.locator('main').textContent()).toMatch(/看不到按钮？/);
    expect(await without.locator('#passkey-button').isVisible()).toBe(false);
    await plain.close();
    for (const language of ['en', 'zh']) {
      await page.goto(`${link}?lang=${language}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      expect([language, wide]).toEqual([language, false]);
    }
  }, 30_000);

  it('makes the passkey by one button, and she signs in with it to add a second one', async () => {
    const session = await page.context().newCDPSession(page);
    await session.send('WebAuthn.enable', { enableUI: false });
    await session.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await page.goto(link);
    await page.locator('#passkey-button').click();
    await page.getByRole('heading', { name: '通行密钥已创建' }).waitFor();
    const hers = await app.core.accounts.authenticators.of(account);
    expect(hers.map(({ label }) => label)).toContain('管理员通行密钥');
    await page.getByRole('link', { name: '登录并添加备用通行密钥' }).click();
    await page.waitForURL(`${app.baseUrl}/account/passkey-new`);
    await page.goto(link);
    expect(await page.locator('h1').textContent()).toBe('链接已失效');
    expect(complaints).toEqual([]);
  }, 60_000);
});
