/** A counter lead at the console: a counter entered with its code, a PIN, a poster and its pages, a flag, the end. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { describeWith } from '../contract/server-suites.ts';
import { openKit } from '../flow/counter-kit.ts';
import { type ConsoleProvince, openConsoleProvince } from './console-province.ts';
import { launchChromium } from './launch-chromium.ts';
import { languageContext, look } from './look-at-page.ts';

describeWith('CHROMIUM', 'counters 窗口 at the console, and posters', (executablePath) => {
  let app: ConsoleProvince;
  let browser: Browser;
  let chen: Page;
  beforeAll(async () => {
    app = await openConsoleProvince();
    browser = await launchChromium(executablePath);
    chen = await app.newPage(browser, languageContext.zh);
    await app.enter(chen, 'chen', '绍兴');
    await chen.goto(`${app.baseUrl}/console/#/counters`);
    await chen.getByTestId('counters-page').waitFor();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });
  const choose = async (page: Page, testId: string, words: string) => {
    const input = page.getByTestId(testId).locator('input');
    await input.click();
    if (await input.isEditable()) await input.fill(words);
    await page.locator('.ant-select-item-option', { hasText: words }).last().click();
    await page.locator('.ant-select-dropdown:visible').waitFor({ state: 'detached' });
  };

  it('a lead enters a counter of her hall and reads out its code; the device takes it', async () => {
    await chen.getByTestId('add').click();
    await chen.getByTestId('add-do').click();
    await chen.getByText('请填写名称').waitFor();
    await chen.getByTestId('add-name').fill('3号窗口');
    await chen.getByTestId('add-items').getByText('驾驶证期满换证').click();
    await chen.getByTestId('add-do').click();
    const code = (await chen.getByTestId('code').locator('.code').textContent())!;
    expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    const device = await openKit(app, app.core.clock).makeDevice();
    expect((await device.enrol(code)).status).toBe(201);
    await chen.locator('.ant-modal-footer button:visible').click();
    await chen.reload();
    await chen.locator('[data-state=active]').waitFor();
  });

  it('she chooses a PIN; one that everybody tries first is refused in words', async () => {
    const pin = chen.getByTestId('pin').locator('input');
    await pin.fill('123456');
    await chen.getByTestId('pin-save').click();
    await chen.getByText('不能是连续').waitFor();
    await pin.fill('270418');
    await chen.getByTestId('pin-save').click();
    await chen.getByTestId('pin-saved').waitFor();
    expect(await pin.inputValue()).toBe('');
  });

  it('a poster is made, read by who scans it without the app, and printed in both languages', async () => {
    await choose(chen, 'poster-for', '驾驶证期满换证');
    await chen.getByTestId('poster-make').click();
    const print = chen.getByTestId('posters').locator('a', { hasText: 'A4' });
    const url = (await print.getAttribute('href'))!;
    await look(chen, 'console counters', false);
    await chen.setViewportSize({ width: 1280, height: 900 });
    for (const language of ['zh', 'en'] as const) {
      const page = await app.newPage(browser, languageContext[language]);
      await page.goto(url.replace('/print', ''));
      await look(page, `poster ${language}`, false);
      await page.goto(url);
      await look(page, `poster sheet ${language}`, false);
      const sheet = await page.locator('.poster-code').boundingBox();
      expect(sheet!.width).toBeGreaterThan(200);
      await page.context().close();
    }
  });

  it('what the bulk guard or a reconciled result raised is closed with an outcome; a revoked counter says so', async () => {
    const [counter] = await app.core.counters.operator.list();
    expect(counter!.state).toBe('active');
    await chen.getByTestId(`revoke-${counter!.id}`).click();
    await choose(chen, 'revoke-reason', '设备丢失');
    await chen.getByTestId('revoke-do').click();
    await chen.locator('[data-state=revoked]').waitFor();
    expect((await app.core.counters.operator.list())[0]!.state).toBe('revoked');
    expect(app.complaints).toEqual([]);
  });

  it('works in English and on a phone', async () => {
    const page = await app.newPage(browser, languageContext.en);
    await app.enter(page, 'chen', 'Shaoxing');
    await page.goto(`${app.baseUrl}/console/#/counters`);
    await page.getByTestId('counters-page').waitFor();
    await page.locator('[data-state=revoked]').waitFor();
    await look(page, 'console counters en', false);
  });
});
