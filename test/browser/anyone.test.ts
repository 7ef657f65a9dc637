import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import QRCode from 'qrcode';
import { describeWith } from '../contract/server-suites.ts';
import { type RunningApp, startApp } from '../flow/start-app.ts';
import { launchChromium } from './launch-chromium.ts';

describeWith('CHROMIUM', 'the login-free check at /v', (executablePath) => {
  let app: RunningApp;
  let browser: Browser;
  let slip: string;

  beforeAll(async () => {
    app = await startApp();
    const account = (await app.core.samplePerson('lin'))!;
    const context = { actor: `account:${account.id}`, requestId: 'test' };
    slip = (await app.core.credentials.issueSlip({ account, type: 'driving_licence', context })).text;
    browser = await launchChromium(executablePath);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  const asked = new Set<string>();
  const visit = async (path: string): Promise<[BrowserContext, Page]> => {
    const context = await browser.newContext({ locale: 'zh-CN', serviceWorkers: 'allow' });
    const page = await context.newPage();
    page.on('request', (request) => asked.add(request.url()));
    await page.goto(`${app.baseUrl}${path}`);
    return [context, page];
  };
  const verdictOn = async (page: Page): Promise<string[]> => {
    const verdict = page.getByTestId('verdict');
    await verdict.waitFor();
    return [(await verdict.getAttribute('data-code'))!, (await verdict.getAttribute('data-outcome'))!];
  };

  it('ZLB-2 SUP-1 GRS-1 the short address needs no login: pasted text and a photo are checked in the page', async () => {
    const [context, page] = await visit('/v');
    expect(page.url()).toBe(`${app.baseUrl}/counter/anyone`);
    await page.getByTestId('pack-update').waitFor();
    await page.getByTestId('entry').fill(slip);
    await page.getByTestId('submit').click();
    expect(await verdictOn(page)).toEqual(['valid', 'valid']);
    await page.getByTestId('next').click();
    const picture = await QRCode.toBuffer([{ data: slip, mode: 'alphanumeric' }], { scale: 4 });
    await page
      .getByTestId('photo')
      .setInputFiles({ name: 'slip.png', mimeType: 'image/png', buffer: picture });
    expect((await verdictOn(page))[0]).toBe('valid');
    await page.getByTestId('next').click();
    await page.getByTestId('entry').fill(slip.replace(/.$/, (last) => (last === '0' ? '1' : '0')));
    await page.getByTestId('submit').click();
    expect((await verdictOn(page))[1]).toBe('not_valid');
    await context.close();
  });

  it('a code in the address behind # is checked at once, leaves the address, and no server ever sees it', async () => {
    const [context, page] = await visit(`/v#${encodeURIComponent(slip)}`);
    expect((await verdictOn(page))[0]).toBe('valid');
    expect(page.url()).toBe(`${app.baseUrl}/counter/anyone`);
    await context.close();
    expect([...asked].filter((url) => /PS1|SC1/.test(url.split('#')[0]!))).toEqual([]);
    // Public keys and its own files: nothing that asks who somebody is.
    const paths = [...asked].map((url) => new URL(url)).filter(({ protocol }) => protocol === 'http:');
    const open = /^\/(v|counter\/.*|trust\/root|pack(\/.*)?)$/;
    expect(paths.map(({ pathname }) => pathname).filter((path) => !open.test(path))).toEqual([]);
  });

  it('works offline after one visit, by the short address too', async () => {
    const [context, page] = await visit('/v');
    await page.locator('[data-testid=offline][data-state=ready]').waitFor();
    await context.setOffline(true);
    for (const address of ['/counter/anyone', '/v']) {
      await page.goto(`${app.baseUrl}${address}#${encodeURIComponent(slip)}`);
      expect([address, ...(await verdictOn(page))]).toEqual([address, 'valid', 'valid']);
      await page.goto('about:blank');
    }
    await context.close();
  });
});
