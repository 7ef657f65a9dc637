import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { describeWith } from '../contract/server-suites.ts';
import { startSandbox } from '../flow/sandbox-app.ts';
import { type RunningApp, startApp } from '../flow/start-app.ts';
import { launchChromium } from './launch-chromium.ts';
import { languageContext, look } from './look-at-page.ts';

describeWith('CHROMIUM', 'the sandbox beside its province in a browser', (executablePath) => {
  let province: RunningApp;
  let sandbox: RunningApp;
  let browser: Browser;
  beforeAll(async () => {
    province = await startApp();
    sandbox = await startSandbox();
    browser = await launchChromium(executablePath);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await sandbox?.stop();
    await province?.stop();
  });

  const band = (page: Page) => page.locator('.sandbox-band');

  const signIn = async (context: BrowserContext, app: RunningApp, who: string): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(`${app.baseUrl}/account`);
    const account = (await app.core.samplePerson(who))!;
    await page.locator('#login-name').fill(account.documentNumber);
    await page.locator('#password').fill(app.passwordOf(who));
    await page.locator('form[action$="/sign-in"] button').click();
    await page.locator('.tiles').first().waitFor();
    return page;
  };

  it('keeps a person signed in at both, each its own, on one host', async () => {
    const context = await browser.newContext({ locale: 'zh-CN' });
    const atProvince = await signIn(context, province, 'lin');
    const atSandbox = await signIn(context, sandbox, 'zhao');
    const open = async (page: Page, { baseUrl }: RunningApp) => {
      await page.goto(`${baseUrl}/account/sessions`);
      await page.locator('h1').waitFor();
      expect(await page.locator('#login-name').count()).toBe(0);
      return band(page).count();
    };
    expect([await open(atProvince, province), await open(atSandbox, sandbox)]).toEqual([0, 1]);
    const names = (await context.cookies()).map(({ name }) => name);
    expect(names).toContain('onecert_session');
    expect(names).toContain('onecert_session_sandbox');
    await context.close();
  }, 60_000);

  it.each(['zh', 'en'] as const)(
    'marks pages that people and axe can read (%s)',
    async (language) => {
      const context = await browser.newContext(languageContext[language]);
      const page = await context.newPage();
      for (const [name, path] of [
        ['home', '/'],
        ['account', '/account'],
        ['open-account', '/open-account'],
        ['nowhere', '/nowhere'],
        ['home-elder', '/?elder=on'],
      ] as const) {
        await page.goto(`${sandbox.baseUrl}${path}`);
        expect(await band(page).textContent()).toMatch(
          language === 'zh' ? /不具法律效力/ : /nothing here is real/,
        );
        await look(page, `sandbox-${name}-${language}`, false);
      }
      await context.close();
    },
    60_000,
  );

  it.each(['zh', 'en'] as const)(
    'marks the wallet and the counter, on top of what scrolls (%s)',
    async (language) => {
      const context = await browser.newContext(languageContext[language]);
      const page = await context.newPage();
      for (const name of ['wallet', 'counter']) {
        await page.goto(`${sandbox.baseUrl}/${name}/`);
        await page.locator('#root h1, #root h2').first().waitFor();
        await look(page, `sandbox-${name}-${language}`, false);
        await page.setViewportSize({ width: 320, height: 480 });
        await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
        expect(await page.title()).toBeTruthy();
        const top = await band(page).evaluate((element) => {
          const { x, y, width, height } = element.getBoundingClientRect();
          return y === 0 && element.contains(document.elementFromPoint(x + width / 2, y + height / 2));
        });
        expect([name, top]).toEqual([name, true]);
      }
      await context.close();
    },
    60_000,
  );

  it('marks the counter without a network as well: its worker keeps the page as it was served', async () => {
    const context = await browser.newContext({ locale: 'zh-CN' });
    const page = await context.newPage();
    await page.goto(`${sandbox.baseUrl}/counter/`);
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    await context.setOffline(true);
    await page.reload();
    await page.locator('#root h1, #root h2').first().waitFor();
    expect(await band(page).textContent()).toContain('沙箱 Sandbox');
    await context.close();
  }, 60_000);
});
