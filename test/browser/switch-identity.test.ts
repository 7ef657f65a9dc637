/** One person, three identities, in a browser: herself, her enterprise, her office, and back. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { pino } from 'pino';
import type { Browser, Page } from 'playwright-core';
import { projectDir } from '../../src/config.ts';
import { type SampleApp, startSampleApps } from '../../src/sample/index.ts';
import { describeWith } from '../contract/server-suites.ts';
import { lastCode } from '../flow/account-visitor.ts';
import { type RunningApp, startApp } from '../flow/start-app.ts';
import { launchChromium } from './launch-chromium.ts';

describeWith('CHROMIUM', 'switching person ↔ enterprise ↔ office (NET-3, ZZD-1)', (executablePath) => {
  let app: RunningApp;
  let browser: Browser;
  let page: Page;
  let samples: SampleApp[] = [];
  const complaints: string[] = [];
  const urlOf = (id: string): string => samples.find((sample) => sample.id === id)!.url;

  beforeAll(async () => {
    app = await startApp();
    samples = await startSampleApps({
      apps: app.core.apps,
      baseUrl: app.baseUrl,
      dataDir: app.dataDir,
      projectDir,
      path: process.env.PATH,
      logger: pino({ level: 'silent' }),
    });
    for (const { url } of samples) {
      for (let tries = 0; tries < 200; tries += 1) {
        const up = await fetch(url).then(
          ({ ok }) => ok,
          () => false,
        );
        if (up) break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    browser = await launchChromium(executablePath);
    const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 390, height: 844 } });
    page = await context.newPage();
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) complaints.push(message.text());
    });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    for (const sample of samples) sample.stop();
    await app?.stop();
  });

  /** Presses the button with these words. */
  const press = (name: string | RegExp) => page.getByRole('button', { name }).first().click();
  const acting = () => page.locator('.acting strong').textContent();
  const code = () => page.locator('main code').textContent();
  const account = async () => (await app.core.samplePerson('jin'))!;
  const signIn = async () => {
    await page.getByLabel(/手机号|证件/).fill((await account()).documentNumber);
    await page.getByLabel('密码').fill(app.passwordOf('jin'));
    await press(/^登录/);
  };

  it('at the office app she is herself, then her firm’s legal representative, then an official with a second factor', async () => {
    await page.goto(urlOf('office'));
    await page.getByRole('link', { name: /登录工作台/ }).click();
    await signIn();
    await press('本人');
    await press('同意');
    expect(await acting()).toBe('本人');

    await page.getByRole('link', { name: /切换身份/ }).click();
    await press(/义乌晨光企业代理服务有限公司/);
    await press('同意');
    expect(await acting()).toBe('义乌晨光企业代理服务有限公司 法定代表人');

    await page.getByRole('link', { name: /切换身份/ }).click();
    await press(/浙江省公安厅/);
    await press(/验证码/);
    await page.locator('#own-code').fill(await lastCode(app));
    await press(/继续/);
    await press('同意');
    expect(await acting()).toBe('浙江省公安厅 公职身份');
    const desk = await page.locator('main').textContent();
    expect(desk).toMatch(/11330000MB9900013T[\s\S]*330000[\s\S]*审批 Approver/);
    expect(await code()).toMatch(/^[\w-]{43}$/);
  }, 60_000);

  it('each identity is the app’s own: at the portal she goes on as herself or her firm, and no office is offered', async () => {
    await page.goto(new URL('/renew', urlOf('portal')).href);
    expect(await page.locator('button[name=capacity]').allInnerTexts()).toEqual([
      expect.stringMatching(/本人/),
      expect.stringMatching(/义乌晨光/),
    ]);
    await press(/义乌晨光/);
    await press('同意');
    expect(await page.locator('main').textContent()).toMatch(/只能由本人办理[\s\S]*法定代表人/);
    await page.getByRole('link', { name: /切换身份/ }).click();
    await press('本人');
    await press('同意');
    expect(await page.locator('main').textContent()).not.toMatch(/只能由本人办理/);
  }, 60_000);

  it('her post ends: the browser she was in office with is signed out, and she comes back as herself (ZZD-2)', async () => {
    const { id } = await account();
    await app.core.officials.posts.leave({ account: id, reason: 'retired', context: { actor: 'cli' } });
    await page.goto(new URL('/desk', urlOf('office')).href);
    expect(await page.locator('main').textContent()).toMatch(/已失效/);
    await page.goto(new URL('/login?switch=yes', urlOf('office')).href);
    await signIn();
    await page.locator('button[name=capacity]').first().waitFor();
    const choices = await page.locator('button[name=capacity]').allInnerTexts();
    expect(choices.join()).not.toContain('公安厅');
    await press('本人');
    expect(await acting()).toBe('本人');
    expect(complaints).toEqual([]);
  }, 60_000);
});
