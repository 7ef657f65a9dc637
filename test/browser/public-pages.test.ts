import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { describeWith } from '../contract/server-suites.ts';
import { type RunningApp, startApp } from '../flow/start-app.ts';
import { launchChromium } from './launch-chromium.ts';

describeWith('CHROMIUM', 'the public pages and the sign-in in a browser', (executablePath) => {
  let app: RunningApp;
  let browser: Browser;
  let signIn: string;
  beforeAll(async () => {
    app = await startApp();
    browser = await launchChromium(executablePath);
    const { clientId } = await app.core.apps.add({
      client_name: '示例应用',
      redirect_uris: ['http://localhost:1/callback'],
      pkce: 'optional',
    });
    signIn = `/auth?${new URLSearchParams({
      client_id: clientId,
      redirect_uri: 'http://localhost:1/callback',
      response_type: 'code',
      scope: 'openid profile',
    })}`;
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  it.each([
    ['zh-CN', 390],
    ['en-GB', 320],
  ])(
    'in %s at %i px, every link and button is a thumb high and nothing scrolls sideways',
    async (locale, width) => {
      const context = await browser.newContext({ locale, viewport: { width, height: 720 } });
      const page = await context.newPage();
      for (const path of ['/', '/developers', '/certificate-types', '/developers/errors', signIn]) {
        await page.goto(`${app.baseUrl}${path}`);
        const small = await page
          .locator('a, button, input:not([type=hidden])')
          .evaluateAll((all) =>
            all.filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML),
          );
        expect([path, small]).toEqual([path, []]);
        const widths = await page.locator('html').evaluate((html) => [html.scrollWidth, html.clientWidth]);
        expect([path, widths[0]! <= widths[1]!]).toEqual([path, true]);
      }
      await context.close();
    },
  );
});
