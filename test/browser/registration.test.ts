import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { describeWith } from '../contract/server-suites.ts';
import { goodPassword, newcomers, newPhone, OpeningBrowser } from '../flow/opening-browser.ts';
import { type RunningApp, startApp } from '../flow/start-app.ts';
import { launchChromium } from './launch-chromium.ts';

/** Set to a folder to get a picture of every step. */
const pictures = process.env.REGISTRATION_PICTURES;

describeWith('CHROMIUM', 'opening an account in a browser', (executablePath) => {
  let app: RunningApp;
  let browser: Browser;
  beforeAll(async () => {
    app = await startApp({ TRUSTED_PROXIES: 'loopback' });
    browser = await launchChromium(executablePath);
    if (pictures) mkdirSync(pictures, { recursive: true });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  const look = async (page: Page, name: string) => {
    // WCAG 1.4.10: nothing is cut off or scrolls sideways, at 320 px and at 200 % zoom of a phone.
    const widths = await page.locator('html').evaluate((html) => [html.scrollWidth, html.clientWidth]);
    expect([name, widths[0]! <= widths[1]!]).toEqual([name, true]);
    const small = await page
      .locator('button, a.button, input:not([type=hidden]):not([type=checkbox]), select, .box label')
      .evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().height < 44).length);
    expect([name, small]).toEqual([name, 0]);
    if (pictures) await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
  };

  const press = async (page: Page, ...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };

  /** Tab until this is where typing goes. */
  const tabTo = async (page: Page, selector: string) => {
    for (let presses = 0; presses < 30; presses += 1) {
      const reached = await page.locator(selector).evaluate((one) => one === one.ownerDocument.activeElement);
      if (reached) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`${selector} is not reached by the keyboard`);
  };

  const codeFor = (phone: string) => new OpeningBrowser(app).codeFor(phone);

  const openWithKeyboard = async (context: BrowserContext, name: string, person: typeof newcomers.shen) => {
    const page = await context.newPage();
    const phone = newPhone();
    await page.goto(`${app.baseUrl}/open-account`);
    await look(page, `${name}-1-notice`);
    await tabTo(page, '#consent-identity');
    await press(page, 'Space');
    await tabTo(page, 'form[action$=notice] button');
    await press(page, 'Enter');
    await page.locator('#phone').waitFor();
    await tabTo(page, '#phone');
    await page.keyboard.type('1');
    await press(page, 'Enter');
    await page.locator('#phone-fault').waitFor();
    await look(page, `${name}-2-phone-fault`);
    await tabTo(page, '#phone');
    await press(page, 'Control+A');
    await page.keyboard.type(phone);
    await press(page, 'Enter');
    await page.locator('#code').waitFor();
    await look(page, `${name}-3-code`);
    await tabTo(page, '#code');
    await page.keyboard.type(await codeFor(phone));
    await press(page, 'Enter');
    await page.locator('#number').waitFor();
    await tabTo(page, '#name');
    await page.keyboard.insertText(person.name);
    await tabTo(page, '#kind');
    await press(page, 'ArrowDown');
    await tabTo(page, '#number');
    const body = person.number.slice(0, 17);
    await page.keyboard.type(`${body}${person.number[17] === '1' ? '2' : '1'}`);
    await press(page, 'Enter');
    await page.locator('#number-fault').waitFor();
    await look(page, `${name}-4-identity-fault`);
    expect(await page.locator('#name').inputValue()).toBe(person.name);
    expect(await page.locator('#kind').inputValue()).toBe('111');
    await tabTo(page, '#number');
    await press(page, 'Control+A');
    await page.keyboard.type(person.number);
    await press(page, 'Enter');
    await page.locator('#password').waitFor();
    await look(page, `${name}-5-password`);
    await tabTo(page, '#password');
    await page.keyboard.type(goodPassword);
    await tabTo(page, '#repeat');
    await page.keyboard.type(goodPassword);
    await press(page, 'Enter');
    await page.locator('a.button[href="/wallet/"]').waitFor();
    await look(page, `${name}-6-done`);
    await page.goBack();
    await page.goto(`${app.baseUrl}/open-account`);
    expect(await page.locator('a.button[href="/wallet/"]').count()).toBe(1);
    expect(await page.content()).not.toContain(person.number);
    return page;
  };

  it('goes by keyboard alone, without JavaScript, at 320 px, in Chinese', async () => {
    const context = await browser.newContext({
      locale: 'zh-CN',
      javaScriptEnabled: false,
      viewport: { width: 320, height: 640 },
      extraHTTPHeaders: { 'x-forwarded-for': '203.0.113.1' },
    });
    const page = await openWithKeyboard(context, 'zh-320', newcomers.shen);
    expect(await page.locator('h1').textContent()).toBe('账户已开通');
    expect(await app.core.accounts.findByDocument('111', newcomers.shen.number)).toBeDefined();
    await context.close();
  }, 60_000);

  it('goes the same way in English on a desk', async () => {
    const context = await browser.newContext({
      locale: 'en-GB',
      javaScriptEnabled: false,
      viewport: { width: 1280, height: 900 },
      extraHTTPHeaders: { 'x-forwarded-for': '203.0.113.2' },
    });
    const page = await openWithKeyboard(context, 'en-desk', newcomers.zhou);
    expect(await page.locator('h1').textContent()).toBe('Your account is open');
    await page.goto(`${app.baseUrl}/open-account/start`);
    await look(page, 'en-desk-start');
    await page.goto(`${app.baseUrl}/raise-level`);
    await look(page, 'en-desk-level');
    await page.goto(`${app.baseUrl}/open-account`);
    await tabTo(page, 'form[action$=restart] button');
    await press(page, 'Enter');
    await page.locator('#consent-identity').waitFor();
    await context.close();
  }, 60_000);

  it('raises the level by a click that says it is a sample', async () => {
    const { account, slip } = await app.core.registration.openByOfficer({
      ...newcomers.rare,
      cardChecked: false,
      officer: (await app.core.samplePerson('lin'))!.id,
    });
    const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    await page.goto(`${app.baseUrl}/open-account/start`);
    await page.locator('#code').fill(slip.code);
    await page.locator('#password').fill(goodPassword);
    await page.locator('#repeat').fill(goodPassword);
    await press(page, 'Enter');
    await page.locator('a.button[href="/wallet/"]').click();
    await page.getByTestId('sign-in').click();
    await page.locator('#login-name').fill(newcomers.rare.number);
    await page.locator('#password').fill(goodPassword);
    await press(page, 'Enter');
    await page.getByTestId('display-name').waitFor();
    await page.goto(`${app.baseUrl}/raise-level`);
    await look(page, 'zh-phone-level');
    await page.getByRole('button', { name: '模拟：比对一致' }).click();
    await page.getByText('您已是最高等级').waitFor();
    expect((await app.core.accounts.get(account.id))!.proofingLevel).toBe(3);
    await context.close();
  }, 60_000);
});
