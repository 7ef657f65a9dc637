import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { describeWith } from '../contract/server-suites.ts';
import { type RunningApp, startApp } from '../flow/start-app.ts';
import { launchChromium } from './launch-chromium.ts';
import { languageContext, look } from './look-at-page.ts';

describeWith('CHROMIUM', 'the developers’ pages in a browser', (executablePath) => {
  let app: RunningApp;
  let browser: Browser;
  beforeAll(async () => {
    app = await startApp();
    browser = await launchChromium(executablePath);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  it.each(['zh', 'en'] as const)('in %s, every page can be read and used', async (language) => {
    const context = await browser.newContext(languageContext[language]);
    const page = await context.newPage();
    for (const path of ['', '/quick-start/node', '/quick-start/go', '/errors', '/inspect']) {
      await page.goto(`${app.baseUrl}/developers${path}`);
      await look(page, `developers${path.replaceAll('/', '-')}-${language}`, false);
    }
    await page.locator('#pasted').fill(`${app.baseUrl}/auth?client_id=nobody&response_type=code`);
    await page.locator('main button[type=submit]').click();
    await page.locator('.findings').waitFor();
    await look(page, `developers-inspected-${language}`, false);
    await context.close();
  });

  it('copies a block with its button, word for word', async () => {
    const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
    const page = await context.newPage();
    await page.goto(`${app.baseUrl}/developers/quick-start/node`);
    const block = page.locator('pre[data-file="server.mjs"]');
    await page.locator('figure', { has: block }).getByRole('button').click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await block.textContent());
    await context.close();
  });
});
