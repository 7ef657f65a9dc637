/** A province with one type that an official approves, and its officials at the console. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { projectDir } from '../../src/config.ts';
import { lastCode } from '../flow/account-visitor.ts';
import { type RunningApp, startApp } from '../flow/start-app.ts';

export const approvedType = 'residence_permit';

export interface ConsoleProvince extends RunningApp {
  /** From the console's button on: password, text message, office. */
  signIn(page: Page, person: string, unit: string): Promise<void>;
  /** Opens the console as a sample person who acts in her office, with password and text message. */
  enter(page: Page, person: string, unit: string): Promise<void>;
  newPage(browser: Browser, options?: BrowserContextOptions): Promise<Page>;
  /** What the pages complained of, in their consoles. */
  complaints: string[];
}

export const openConsoleProvince = async (): Promise<ConsoleProvince> => {
  const folder = mkdtempSync(join(tmpdir(), 'onecert-console-'));
  for (const name of ['certificates', 'items'])
    cpSync(join(projectDir, 'config', name), join(folder, name), { recursive: true });
  const file = join(folder, 'certificates', `${approvedType}.yaml`);
  writeFileSync(file, `${readFileSync(file, 'utf8')}\nissuing: approval\n`);
  writeFileSync(join(folder, 'own.yaml'), `certificatesDir: ${join(folder, 'certificates')}\n`);
  // A phone gets one code a minute: time goes on between them.
  const clock = { ahead: 0, now: () => Date.now() + clock.ahead };
  const app = await startApp(
    { ONECERT_CONFIG: join(folder, 'own.yaml'), DATA_DIR: join(folder, 'data') },
    { clock },
  );
  const complaints: string[] = [];
  const { baseUrl } = app;
  const signIn = async (page: Page, person: string, unit: string): Promise<void> => {
    const { documentNumber } = (await app.core.samplePerson(person))!;
    await page.getByTestId('sign-in').click();
    await page.locator('#login-name').fill(documentNumber);
    await page.locator('#password').fill(app.passwordOf(person));
    await page.locator('#password').press('Enter');
    await page.locator('button[name=capacity]', { hasText: unit }).click();
    clock.ahead += 61_000;
    await page.locator('form[action$="/own-sms-send"] button').click();
    await page.locator('#own-code').fill(await lastCode(app));
    await page.locator('#own-code').press('Enter');
    await page.getByTestId('office').waitFor();
  };
  return {
    ...app,
    complaints,
    async newPage(browser, options = {}) {
      const context = await browser.newContext({
        locale: 'zh-CN',
        viewport: { width: 1440, height: 900 },
        reducedMotion: 'reduce',
        ...options,
      });
      const page = await context.newPage();
      page.on('pageerror', ({ message }) => complaints.push(message));
      page.on('console', (message) => {
        if (/content security policy|Warning: \[antd/i.test(message.text())) complaints.push(message.text());
      });
      return page;
    },
    signIn,
    async enter(page, person, unit) {
      await page.goto(`${baseUrl}/console/`);
      await signIn(page, person, unit);
    },
    async stop() {
      await app.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
