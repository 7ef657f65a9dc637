// Makes the pictures of docs/screens from a fresh server: CHROMIUM=/usr/bin/chromium node scripts/make-screens.mjs
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { buildWhatIsNotBuilt } from './build.mjs';
import { makeConsoleScreens } from './make-console-screens.mjs';
import { makeCounterScreens } from './make-counter-screens.mjs';
import { makeWalletScreens } from './make-wallet-screens.mjs';

buildWhatIsNotBuilt();
const { projectDir } = await import('../dist/config.js');
const { readSamplePeople } = await import('../dist/credentials/index.js');
const { freePort, ServerProcess } = await import('../dist/tour/server-process.js');

const out = join(projectDir, 'docs/screens');
mkdirSync(out, { recursive: true });
const dataDir = mkdtempSync(join(tmpdir(), 'onecert-screens-'));
const server = new ServerProcess(projectDir, await freePort(), dataDir, { MONGODB_URL: '', REDIS_URL: '' });
const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1440, height: 900 } };
const locales = { zh: 'zh-CN', en: 'en-GB' };
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost']; // biome-ignore format: one list

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: flags,
});
try {
  await server.start();
  const lin = readSamplePeople(join(projectDir, 'config/sample/people.yaml')).find(({ id }) => id === 'lin');
  const { password } = JSON.parse(readFileSync(join(dataDir, 'sample-people.json'), 'utf8')).find(
    ({ id }) => id === 'lin',
  );
  const added = JSON.parse(
    (
      await server.onecert(
        'app',
        'add',
        '--name',
        '示例门户 Sample portal',
        '--redirect',
        'http://localhost:1/callback',
        '--pkce',
        'optional',
        '--json',
      )
    ).stdout,
  );
  for (const [size, viewport] of Object.entries(sizes)) {
    for (const [language, locale] of Object.entries(locales)) {
      const context = await browser.newContext({
        locale,
        viewport,
        deviceScaleFactor: size === 'phone' ? 2 : 1,
      });
      const page = await context.newPage();
      const shot = (name, of = page) => of.screenshot({ path: join(out, `${name}-${size}-${language}.png`) });
      const fill = async () => {
        await page.locator('#login-name').fill(lin.phone);
        await page.locator('#password').fill(password);
      };

      await page.goto(`${server.baseUrl}/`);
      await shot('home');
      const asked = new URLSearchParams({
        client_id: added.client_id,
        redirect_uri: 'http://localhost:1/callback',
        response_type: 'code',
        scope: 'openid profile phone item:driving-licence-renewal',
        prompt: 'consent',
      });
      await page.goto(`${server.baseUrl}/auth?${asked}`);
      await shot('sign-in');
      await fill();
      await page.locator('#password').press('Enter');
      await page.waitForURL(/interaction/);
      await page.locator('form[action$="/consent"]').waitFor();
      await shot('consent');

      await page.goto(`${server.baseUrl}/wallet/`);
      await page.getByTestId('sign-in').click();
      await page.getByTestId('home-page').waitFor();
      await page.getByTestId('add-all').or(page.getByTestId('prepared')).first().waitFor();
      if (await page.getByTestId('add-all').count()) {
        await page.getByTestId('add-all').click();
        await page.getByTestId('add-result').waitFor();
      }
      await page.getByTestId('prepared').waitFor();
      const desk = await context.newPage();
      asked.set('prompt', 'login');
      await desk.goto(`${server.baseUrl}/auth?${asked}`);
      await desk.locator('a[href$="/scan"]').click();
      await desk.locator('svg.qr').waitFor();
      await shot('scan', desk);
      const drawn = (await context.cookies(desk.url())).find(({ name }) => name === 'onecert_scan');
      await page.goto(`${server.baseUrl}/wallet/#/scan/${drawn.value.split('.')[0]}`);
      await page.getByTestId('allow-refuse').waitFor();
      await shot('scan-allow');
      await desk.locator('.match').waitFor();
      await shot('scan-number', desk);
      await context.close();
    }
  }
  await makeWalletScreens(browser);
  await makeConsoleScreens(browser);
  await makeCounterScreens(browser);
} finally {
  await browser.close();
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
