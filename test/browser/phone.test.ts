import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { projectDir } from '../../src/config.ts';
import { readSamplePeople } from '../../src/credentials/index.ts';
import { freePort } from '../../src/tour/server-process.ts';
import { describeWith } from '../contract/server-suites.ts';
import { launchChromium } from './launch-chromium.ts';
import { look } from './look-at-page.ts';

/** Loopback in place of a network: the same address for the server, its certificate and the browser. */
const host = '127.0.0.1';

describeWith('CHROMIUM', 'npm start -- --phone', (executablePath) => {
  let dir: string;
  let port: number;
  let said = '';
  let server: ChildProcess;
  let browser: Browser;

  const answers = (): Promise<boolean> =>
    new Promise((resolve) => {
      get(
        { host, port, path: '/health/ready', ca: readFileSync(join(dir, 'authority.pem')) },
        ({ statusCode }) => resolve(statusCode === 200),
      ).on('error', () => resolve(false));
    });
  const start = async (): Promise<void> => {
    said = '';
    server = spawn(process.execPath, [join(projectDir, 'dist/main.js'), `--phone=${host}`], {
      env: { ...process.env, MONGODB_URL: '', REDIS_URL: '', DATA_DIR: dir, PORT: String(port) },
    });
    server.stdout!.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    while (!said.includes('用后请在手机上删除')) {
      if (server.exitCode !== null) throw new Error(`the server ended: ${said}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const stop = async (): Promise<void> => {
    if (server.exitCode !== null) return;
    server.kill('SIGTERM');
    await once(server, 'exit');
  };
  const passwordOf = (id: string): string =>
    JSON.parse(readFileSync(join(dir, host, 'sample-people.json'), 'utf8')).find(
      (person: { id: string }) => person.id === id,
    ).password;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'onecert-phone-'));
    port = await freePort();
    await start();
    const { publicKey } = new X509Certificate(readFileSync(join(dir, 'server.pem')));
    const print = createHash('sha256')
      .update(publicKey.export({ type: 'spki', format: 'der' }))
      .digest('base64');
    // Chromium trusts this one key as it would after the authority was installed.
    browser = await launchChromium(executablePath, [`--ignore-certificate-errors-spki-list=${print}`]);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('says where to go with a code to scan, what the phone will warn of, and that it is for trying out', async () => {
    expect(said).toContain(`https://${host}:${port}/phone`);
    expect(said).toMatch(/▄▄▄▄▄▄▄/);
    expect(said).toMatch(/not private/);
    expect(said).toMatch(/trying out only/);
    const { fingerprint256 } = new X509Certificate(readFileSync(join(dir, 'authority.pem')));
    expect(said.replaceAll(/[ \n]/g, '')).toContain(fingerprint256.replaceAll(':', ''));
    // The chain holds under the authority that the phone installs, its name constraints included.
    expect(await answers()).toBe(true);
  });

  it('the page behind the code explains the warning and hands out the authority, in both languages', async () => {
    for (const locale of ['zh-CN', 'en-GB']) {
      const page = await browser.newPage({ locale });
      await page.goto(`https://${host}:${port}/phone`);
      await look(page, `phone-${locale}`, false);
      await page.close();
    }
    const page = await browser.newPage({ locale: 'zh-CN' });
    await page.goto(`https://${host}:${port}/phone`);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByText('下载证书').first().click(),
    ]);
    expect(new X509Certificate(readFileSync(await download.path())).fingerprint256).toBe(
      new X509Certificate(readFileSync(join(dir, 'authority.pem'))).fingerprint256,
    );
    await page.close();
  });

  it('a real browser opens the wallet over https, signs in, and gets ready for offline', async () => {
    const context = await browser.newContext({ locale: 'zh-CN', serviceWorkers: 'allow' });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (/content security policy|refused/i.test(message.text())) complaints.push(message.text());
    });
    await page.goto(`https://${host}:${port}/wallet/`);
    expect(await page.evaluate(() => isSecureContext)).toBe(true);
    await page.getByTestId('sign-in').click();
    // A bare address is no name for a passkey: the button is not even offered.
    expect(await page.locator('#passkey-form').isVisible()).toBe(false);
    const lin = readSamplePeople(join(projectDir, 'config/sample/people.yaml')).find(
      ({ id }) => id === 'lin',
    )!;
    await page.locator('#login-name').fill(lin.phone);
    await page.locator('#password').fill(passwordOf('lin'));
    await page.locator('#password').press('Enter');
    await page.waitForURL(`https://${host}:${port}/wallet/**`);
    await page.getByTestId('sign-in').waitFor({ state: 'detached' });
    await page.evaluate(() => navigator.serviceWorker.ready.then(({ scope }) => scope));
    const cookies = await context.cookies();
    expect(cookies.filter(({ secure }) => !secure)).toEqual([]);
    expect(cookies.map(({ name }) => name)).toContain('__Host-session');
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('the next start has new passwords on the same store, and the authority the phone already trusts', async () => {
    const before = {
      password: passwordOf('lin'),
      authority: readFileSync(join(dir, 'authority.pem'), 'utf8'),
    };
    await stop();
    await start();
    expect(passwordOf('lin')).not.toBe(before.password);
    expect(said).toContain(passwordOf('lin'));
    expect(readFileSync(join(dir, 'authority.pem'), 'utf8')).toBe(before.authority);
    expect(await answers()).toBe(true);
  });
});
