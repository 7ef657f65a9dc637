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
const words = {
  zh: { where: '示例大酒店前台', said: '说只认实体证，不肯扫码。' },
  en: { where: 'Front desk, Sample Hotel', said: 'They wanted the plastic card and would not scan.' },
};

/** Of lin, in the register of births. */
const child = { kind: '111', number: '320102201308049227', name: '潘玲英' };

/** An app that asks for certificates for one item; its function answers with the address of a request. */
const openAsker = async (core, baseUrl) => {
  const item = 'driving-points-statement';
  const scope = `item:${item}`;
  const back = `${baseUrl}/items/${item}`;
  const added = await core.apps.add({
    client_name: '示例租车 Sample rental',
    redirect_uris: [back],
    grant_types: ['authorization_code', 'client_credentials'],
    scope: `openid ${scope}`,
  });
  const post = async (path, authorization, { body, headers }) => {
    const answer = await fetch(`${baseUrl}${path}`, {
      method: 'POST',
      headers: { authorization, ...headers },
      body,
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.json();
  };
  const basic = Buffer.from(`${added.clientId}:${added.clientSecret}`).toString('base64');
  const grant = { body: new URLSearchParams({ grant_type: 'client_credentials', scope }) };
  const { access_token: token } = await post('/token', `Basic ${basic}`, grant);
  return async () => {
    const body = JSON.stringify({ item, device: 'same', redirect_uri: back });
    const headers = { 'content-type': 'application/json' };
    return (await post('/presentations', `Bearer ${token}`, { headers, body })).url;
  };
};

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
  await core.families.addChild({ accountId: account.id }, child);
  const licence = slip.certificate.id;
  const official = await core.samplePerson('zhao');
  const passwordOf = (id) => people.find((one) => one.id === id).password;
  const loginOf = (id) => {
    const { document } = core.people.find((one) => one.id === id);
    return { name: document.number, password: passwordOf(id) };
  };
  return {
    out: process.env.SCREENS_FOLDER ?? join(projectDir, 'docs/screens'),
    baseUrl: config.baseUrl,
    slip: slip.text,
    licence,
    loginOf,
    ask: await openAsker(core, config.baseUrl),
    /** Her issuer looks at the licence: a use and a change to see. */
    look: () =>
      core.audit.append({
        action: 'certificate.opened_by_official',
        actor: `account:${official.id}`,
        subject: account.id,
        object: licence,
        fields: ['name', 'class'],
        result: 'ok',
        details: { purpose: 'check_before_act', unit: 'zj-police' },
      }),
    newestSmsCode: async () => /\d{6}/.exec((await core.smsOutbox.messages())[0].text)[0],
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await app.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};

const signIn = async (page, { name, password }) => {
  await page.getByTestId('sign-in').click();
  await page.locator('#login-name').fill(name);
  await page.locator('#password').fill(password);
  await page.locator('#password').press('Enter');
};

const walletPictures = async ({ baseUrl, licence, loginOf, ask, look }, page, shot, counter, language) => {
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
  await signIn(page, loginOf('lin'));
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
  await at('family', 'member', 'wallet-family');
  await page.getByTestId('member').first().click();
  await page.getByTestId('look').or(page.getByTestId('card-residence_permit')).first().waitFor();
  if (await page.getByTestId('look').count()) {
    await page.getByTestId('look').click();
    const added = page.getByTestId('card-residence_permit');
    await page.getByTestId('add').or(added).first().waitFor();
    if (await page.getByTestId('add').count()) await page.getByTestId('add').click();
  }
  await seen('card-residence_permit');
  await shot('wallet-family-cards');
  await look();
  await at('uses', 'use', 'wallet-uses');
  await at('changes', 'change-look', 'wallet-changes');
  await page.goto(`${baseUrl}/wallet/#/wrong/${licence}`);
  await page.getByTestId('not_accepted').click();
  await page.getByTestId('where').fill(words[language].where);
  await page.getByTestId('words').fill(words[language].said);
  await shot('wallet-wrong');
  await page.getByTestId('send').click();
  await seen('sent');
  await at('requests', 'request-not_accepted', 'wallet-requests');
  await page.getByTestId('withdraw').first().click();
  await seen('withdrawn');
  await page.goto(await ask());
  await seen('present-agree');
  await shot('wallet-present');
  await page.getByTestId('present-refuse').click();
  await seen('present-refused');
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

/** GRS-1: in the office the wallet carries the official's card alone. */
const openOffice = async ({ baseUrl, loginOf, newestSmsCode }, page) => {
  await page.goto(`${baseUrl}/wallet/`);
  await signIn(page, loginOf('zhao'));
  await page.getByTestId('home-page').waitFor();
  await page.goto(`${baseUrl}/wallet/#/settings`);
  await page.getByTestId('switch-identity').click();
  await page.locator('button[value^="o:"]').click();
  await page.locator('form[action$="/own-sms-send"] button').first().click();
  await page.locator('input[name="code"]').waitFor();
  await page.locator('input[name="code"]').fill(await newestSmsCode());
  await page.locator('input[name="code"]').press('Enter');
  const card = page.getByTestId('card-enforcement_card');
  await page.getByTestId('add-all').or(card).first().waitFor();
  if (await page.getByTestId('add-all').count()) await page.getByTestId('add-all').click();
  await card.waitFor();
  await page.getByTestId('prepared').waitFor();
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
        await walletPictures(province, page, shot, await context.newPage(), language);
        await counterPictures(province, page, shot);
        await context.close();
        await elsewherePictures(province, browser, { size, language }, shot);
      }
      // One session for both languages: a text message is not sent again at once.
      const context = await browser.newContext({ ...sizes[size], locale: locales.zh });
      const page = await context.newPage();
      await openOffice(province, page);
      for (const language of Object.keys(locales)) {
        await page.screenshot({ path: join(province.out, `wallet-office-${size}-${language}.png`) });
        await page.getByTestId('language').click();
      }
      await context.close();
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
