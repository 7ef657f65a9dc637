import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { describeWith } from '../contract/server-suites.ts';
import { addLoser, codeTo, messagesTo, newPassword, signsIn } from '../flow/recovering-browser.ts';
import { type RunningApp, startApp } from '../flow/start-app.ts';
import { launchChromium } from './launch-chromium.ts';

/** Set to a folder to get a picture of every step. */
const pictures = process.env.RECOVERY_PICTURES;

describeWith('CHROMIUM', 'recovering a password in a browser', (executablePath) => {
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
    // WCAG 1.4.10: nothing is cut off or scrolls sideways; WCAG 2.5.8: nothing too small to press.
    const widths = await page.locator('html').evaluate((html) => [html.scrollWidth, html.clientWidth]);
    expect([name, widths[0]! <= widths[1]!]).toEqual([name, true]);
    const small = await page
      .locator('button:visible, a.button, input:not([type=hidden])')
      .evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().height < 44).length);
    expect([name, small]).toEqual([name, 0]);
    if (pictures) await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
  };

  /** Enter, and the page that it leads to. */
  const enter = async (page: Page, selector: string) => {
    const loaded = page.waitForEvent('load');
    await page.locator(selector).first().press('Enter');
    await loaded;
  };
  const pressOn = (page: Page, act: string) => enter(page, `form[action$="/${act}"] button`);

  const settings = [
    { name: 'zh-390', locale: 'zh-CN', width: 390, javaScriptEnabled: true },
    { name: 'en-desk', locale: 'en', width: 1280, javaScriptEnabled: true },
    { name: 'en-320-plain', locale: 'en', width: 320, javaScriptEnabled: false },
  ];
  it.each(settings)(
    'by keyboard alone, $name',
    async ({ name, locale, width, javaScriptEnabled }) => {
      const context = await browser.newContext({
        locale,
        javaScriptEnabled,
        viewport: { width, height: 844 },
      });
      const page = await context.newPage();
      const her = await addLoser(app);
      const mother = await addLoser(app, { phone: her.phone, name: '欧阳春华' });
      await page.goto(`${app.baseUrl}/recover`);
      await look(page, `${name}-1-begin`);
      await page.locator('#login-name').fill(her.phone);
      await enter(page, '#login-name');
      await look(page, `${name}-2-phone`);
      await pressOn(page, 'send');
      await look(page, `${name}-3-sent`);
      await page.locator('#sms').fill('000000');
      await pressOn(page, 'sms');
      await look(page, `${name}-4-wrong`);
      await page.locator('#sms').fill(await codeTo(app, her.phone));
      await enter(page, '#sms');
      await look(page, `${name}-5-choose`);
      await enter(page, 'button:has-text("苏**")');
      await look(page, `${name}-6-second`);
      await enter(page, 'form[action$="/face"] button[value=match]');
      await look(page, `${name}-7-password`);
      await page.locator('#password').fill(newPassword);
      await page.locator('#repeat').fill(newPassword);
      await enter(page, '#repeat');
      await look(page, `${name}-8-later`);
      await pressOn(page, 'restart');
      await page.locator('#login-name').fill(mother.number);
      await enter(page, '#login-name');
      await look(page, `${name}-9-document`);
      const link = /http\S+\/recover\/stop\/[\w-]+/.exec((await messagesTo(app, her.phone)).join('\n'))![0];
      await page.goto(link);
      await look(page, `${name}-10-stop`);
      await enter(page, 'main button');
      await look(page, `${name}-11-stopped`);
      expect(await signsIn(app, her, newPassword)).toBe(false);
      await context.close();
    },
    60_000,
  );
});
