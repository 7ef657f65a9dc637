import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { describeWith } from '../contract/server-suites.ts';
import { lastCode } from '../flow/account-visitor.ts';
import { appoint, mailedCode } from '../flow/app-records.ts';
import { type RunningApp, startApp } from '../flow/start-app.ts';
import { launchChromium } from './launch-chromium.ts';
import { languageContext, look } from './look-at-page.ts';

/** Two maintainers and a reviewer; others in each language, since a phone gets one code a minute. */
const people = { zh: ['gu', 'wang', 'zhou'], en: ['lin', 'petrov', 'ouyang'] } as const;

describeWith('CHROMIUM', 'developers’ and reviewers’ pages in a browser', (executablePath) => {
  let app: RunningApp;
  let browser: Browser;
  beforeAll(async () => {
    app = await startApp();
    for (const [first, second, reviewer] of Object.values(people)) {
      await appoint(app, first, 'zj-police', ['issuer_clerk']);
      await appoint(app, second, 'zj-police', ['issuer_clerk']);
      await appoint(app, reviewer, 'zj-government', ['app_reviewer']);
    }
    browser = await launchChromium(executablePath);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  /** Answers what the login asks, until another page comes. */
  const prove = async (page: Page, who: string, steps = 20): Promise<void> => {
    const account = (await app.core.samplePerson(who))!;
    const press = (form: string) => page.locator(`form[action$="/${form}"] button`).first().click();
    const asks = (form: string) => page.locator(`form[action$="/${form}"]`).count();
    const { pathname } = new URL(page.url());
    if (!pathname.startsWith('/interaction/')) return;
    if (steps === 0) throw new Error(`stuck: ${await page.locator('main').textContent()}`);
    if (await asks('sign-in')) {
      await page.locator('#login-name').fill(account.documentNumber);
      await page.locator('#password').fill(app.passwordOf(who));
      await press('sign-in');
    } else if (await asks('own-sms')) {
      await page.locator('form[action$="/own-sms"] input[name=code]').fill(await lastCode(app));
      await press('own-sms');
    } else if (await asks('own-sms-send')) await press('own-sms-send');
    // What stands there now leads on by itself.
    await page.waitForTimeout(200);
    await page.waitForLoadState();
    return prove(page, who, steps - 1);
  };
  const open = async (page: Page, who: string, path: string): Promise<void> => {
    await page.goto(`${app.baseUrl}/account/${path}`);
    await prove(page, who);
  };
  const press = async (page: Page, who: string, act: string): Promise<void> => {
    await page.locator(`form[action*="/${act}"] button`).first().click();
    await page.waitForTimeout(200);
    await page.waitForLoadState();
    await prove(page, who);
  };

  it.each(['zh', 'en'] as const)(
    'an app is registered, handed in and listed by hand (%s)',
    async (language) => {
      const [first, second, third] = people[language];
      const context = await browser.newContext(languageContext[language]);
      const page = await context.newPage();
      const name = (step: string) => `apps-${language}-${step}`;
      await open(page, first, 'developer-apps');
      await look(page, name('list-empty'), false);
      await open(page, first, 'developer-app-new');
      await page.locator('#name_zh').fill(`换证小助手${language}`);
      await page.locator('#name_en').fill(`Renewal helper ${language}`);
      await page.locator('#items').fill('driving-licence-renewal');
      await page.locator('#redirects').fill('javascript:alert(1)');
      await page.locator('#kind').selectOption('native');
      await page.locator('#data_class').selectOption('general');
      await page.locator('#contact').fill('apps@police.example.test');
      await look(page, name('new'), false);
      await press(page, first, 'register');
      expect(await page.locator('#redirects').inputValue()).toBe('javascript:alert(1)');
      await look(page, name('new-faulty'), false);
      await page.locator('#redirects').fill(`test.example.hand${language}:/callback`);
      await press(page, first, 'register');
      await page.locator('#said').waitFor();
      await look(page, name('draft'), false);
      const id = new URL(page.url()).searchParams.get('id')!;
      await open(page, first, `developer-app-check?id=${id}`);
      await look(page, name('check'), false);
      await open(page, first, `developer-app-manifest?id=${id}`);
      await look(page, name('manifest'), false);

      await open(page, first, `developer-app?id=${id}`);
      await press(page, first, 'code');
      await page.locator('#code').fill(await mailedCode(app));
      await press(page, first, 'confirm');
      await press(page, first, 'invite');
      const invitation = (await page.locator('.secret').textContent())!;
      await look(page, name('invitation'), false);
      const other = await browser.newContext(languageContext[language]);
      const colleague = await other.newPage();
      await open(colleague, second, 'developer-apps');
      await colleague.locator('summary').first().click();
      await colleague.locator('#invitation').fill(invitation);
      await press(colleague, second, 'join');
      await colleague.locator('#said').waitFor();
      await press(colleague, second, 'tested');
      await press(colleague, second, 'ask');
      await look(colleague, name('asked'), false);
      await other.close();

      const last = await browser.newContext(languageContext[language]);
      const reviewer = await last.newPage();
      await open(reviewer, third, 'app-reviews');
      await look(reviewer, name('reviews'), false);
      await reviewer.locator('.tiles a').first().click();
      await reviewer.waitForLoadState();
      await look(reviewer, name('review'), false);
      await press(reviewer, third, 'approve');
      await reviewer.locator('#said').waitFor();
      await last.close();

      await open(page, first, `developer-app?id=${id}`);
      expect(await page.locator('.state').first().textContent()).toBe(
        language === 'zh' ? '已上架' : 'Listed',
      );
      await look(page, name('listed'), false);
      await open(page, first, 'developer-apps');
      await look(page, name('list'), false);
      await context.close();
    },
    120_000,
  );
});
