// The pictures of every page of the wallet and the counter in docs/screens, from a fresh server. make-screens.mjs calls it;
// alone: CHROMIUM=/usr/bin/chromium node scripts/make-wallet-screens.mjs
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { buildWhatIsNotBuilt } from './build.mjs';

// Phones at 1.5: sharp enough to read, and small in the repository.
const sizes = {
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.5 },
  desktop: { viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1 },
};
const locales = { zh: 'zh-CN', en: 'en-GB' };
const weChat =
  'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/116 MicroMessenger/8.0.49';
const pin = '246813';

/** The server in this process, so that a slip can be made without a printer. */
const openProvince = async () => {
  const { mkdtempSync, readFileSync, rmSync } = await import('node:fs');
  const { tmpdir } = await import('node:os');
  const { projectDir, readConfig } = await import('../dist/config.js');
  const { openCore } = await import('../dist/core.js');
  const { buildApp } = await import('../dist/app.js');
  const { createLogger } = await import('../dist/log.js');
  const { freePort } = await import('../dist/tour/server-process.js');
  const dataDir = mkdtempSync(join(tmpdir(), 'onecert-wallet-screens-'));
  const settings = { ONECERT_SAMPLE_APPS: 'false', ONECERT_SANDBOX: 'false' };
  const config = readConfig({ ...settings, DATA_DIR: dataDir, PORT: String(await freePort()) });
  const core = await openCore(config, { logger: createLogger('fatal') });
  const app = await buildApp(core);
  const server = createServer(app.express);
  await new Promise((resolve) => server.listen(config.port, '127.0.0.1', resolve));
  app.ready();
  const people = JSON.parse(readFileSync(join(dataDir, 'sample-people.json'), 'utf8'));
  const account = await core.samplePerson('lin');
  const context = { actor: `account:${account.id}`, requestId: 'screens' };
  const slip = await core.credentials.issueSlip({ account, type: 'driving_licence', context });
  return {
    out: join(projectDir, 'docs/screens'),
    baseUrl: config.baseUrl,
    slip: slip.text,
    licence: slip.certificate.id,
    login: { name: account.documentNumber, password: people.find(({ id }) => id === 'lin').password },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await app.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};

const walletPictures = async ({ baseUrl, licence, login }, page, shot, counter) => {
  const seen = (id) => page.getByTestId(id).first().waitFor();
  const at = async (route, id, name) => {
    await page.goto(`${baseUrl}/wallet/#/${route}`);
    await seen(id);
    await shot(name);
  };
  const type = async () => {
    await seen('pin-dots');
    for (const digit of pin) await page.getByTestId(`key-${digit}`).click();
  };
  await page.goto(`${baseUrl}/wallet/`);
  await seen('sign-in');
  await shot('wallet-welcome');
  await page.getByTestId('sign-in').click();
  await page.locator('#login-name').fill(login.name);
  await page.locator('#password').fill(login.password);
  await page.locator('#password').press('Enter');
  await page.getByTestId('add-all').or(page.getByTestId('prepared')).first().waitFor();
  if (await page.getByTestId('add-all').count()) {
    await page.getByTestId('add-all').click();
    await seen('add-result');
  }
  await seen('prepared');
  await shot('wallet');
  await at(`show/${licence}`, 'choose-view', 'wallet-choose-view');
  await page.getByTestId('view-standard').click();
  await page.locator('[data-testid=show-code][data-made-at]').waitFor();
  await shot('show-code');
  // A code counts for a minute: judged while it is shown.
  const code = await page.getByTestId('show-code').screenshot();
  await counter.goto(`${baseUrl}/counter/`);
  await counter.locator('[data-testid=offline][data-state=ready]').waitFor();
  await counter.getByTestId('photo').setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer: code });
  await counter.getByTestId('verdict').waitFor();
  await shot('verdict', counter);
  await counter.close();
  await at('settings', 'settings-page', 'wallet-settings');
  await at('move', 'move-page', 'wallet-move');
  await at('scan', 'scan-page', 'wallet-scan');
  await at('family', 'family-page', 'wallet-family');
  await at('uses', 'uses-page', 'wallet-uses');
  await at('changes', 'changes-page', 'wallet-changes');
  await at(`wrong/${licence}`, 'wrong-page', 'wallet-wrong');
  await at('requests', 'requests-page', 'wallet-requests');
  await page.evaluate(() => localStorage.setItem('onecert.elder', 'on'));
  await page.goto(`${baseUrl}/wallet/#/`);
  await page.reload();
  await seen('elder-home');
  await shot('wallet-elder');
  await page.evaluate(() => localStorage.setItem('onecert.elder', 'off'));
  await page.goto(`${baseUrl}/wallet/#/lock`);
  await page.reload();
  await seen('pin-dots');
  await shot('wallet-lock-set');
  await type();
  await page.waitForTimeout(300);
  await type();
  await seen('lock-menu');
  await shot('wallet-lock-menu');
  await page.reload();
  await seen('lock-page');
  await shot('wallet-locked');
  await page.getByTestId('forgot').click();
  await seen('forgot-page');
  await shot('wallet-forgot');
};

const counterPictures = async ({ baseUrl, slip }, page, shot) => {
  const give = async (text, name) => {
    await page.getByTestId('entry').fill(text);
    await page.getByTestId('submit').click();
    await page.getByTestId('verdict').waitFor();
    await shot(name);
    await page.getByTestId('next').click();
  };
  await page.goto(`${baseUrl}/counter/`);
  await page.locator('[data-testid=offline][data-state=ready]').waitFor();
  await shot('counter');
  await give(slip, 'counter-slip');
  await give(`SC1:${slip.slice(4)}`, 'counter-not-valid');
  await give('https://qr.alipay.com/fkx0123456789', 'counter-foreign');
  await page.getByTestId('enrol').click();
  await page.getByTestId('enrol-code').waitFor();
  await shot('counter-enrol');
  await page.goto(`${baseUrl}/v`);
  await page.locator('[data-testid=offline][data-state=ready]').waitFor();
  await shot('anyone');
  await give(slip, 'anyone-valid');
};

/** What is said inside another app, and over http through a front without TLS. */
const elsewherePictures = async ({ baseUrl }, browser, { size, language }, shot) => {
  for (const [name, address, userAgent] of [
    ['elsewhere-in-app', `${baseUrl}/wallet/`, weChat],
    ['elsewhere-insecure', `${baseUrl.replace('localhost', 'onecert.test')}/counter/`],
  ]) {
    const context = await browser.newContext({
      ...sizes[size],
      locale: locales[language],
      ...(userAgent && { userAgent }),
    });
    const page = await context.newPage();
    if (!userAgent)
      await page.route(/onecert\.test/, async (route) => {
        const answer = await fetch(route.request().url().replace('onecert.test', 'localhost'));
        await route.fulfill({
          status: answer.status,
          contentType: answer.headers.get('content-type'),
          body: Buffer.from(await answer.arrayBuffer()),
        });
      });
    await page.goto(address);
    await page.getByTestId('elsewhere').waitFor();
    await shot(name, page);
    await context.close();
  }
};

export const makeWalletScreens = async (browser) => {
  const province = await openProvince();
  try {
    for (const size of Object.keys(sizes)) {
      for (const language of Object.keys(locales)) {
        const context = await browser.newContext({ ...sizes[size], locale: locales[language] });
        const page = await context.newPage();
        const shot = (name, of = page) =>
          of.screenshot({ path: join(province.out, `${name}-${size}-${language}.png`) });
        await walletPictures(province, page, shot, await context.newPage());
        await counterPictures(province, page, shot);
        await context.close();
        await elsewherePictures(province, browser, { size, language }, shot);
      }
    }
  } finally {
    await province.stop();
  }
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  buildWhatIsNotBuilt();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost'],
  });
  await makeWalletScreens(browser).finally(() => browser.close());
}
