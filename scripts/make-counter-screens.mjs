// The pictures of an enrolled counter, of posters and of the console's page for counters in docs/screens, from a fresh instance in
// this process. make-screens.mjs calls it; alone: CHROMIUM=/usr/bin/chromium node scripts/make-counter-screens.mjs
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exportJWK } from 'jose';
import { chromium } from 'playwright-core';
import { buildWhatIsNotBuilt } from './build.mjs';

// Phones at 1.5: sharp enough to read, and small in the repository.
const sizes = {
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.5 },
  desktop: { viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1 },
};
const locales = { zh: 'zh-CN', en: 'en-GB' };
const unit = 'shaoxing';
const [renewal, roadside] = ['driving-licence-renewal', 'roadside-licence-check'];
const licence = 'driving_licence';
const pins = ['270418', '815306'];

/** A hall with a lead, two officers who have chosen PINs, and a person with an open case. */
const openHall = async () => {
  const { projectDir, readConfig } = await import('../dist/config.js');
  const { openCore } = await import('../dist/core.js');
  const { buildApp } = await import('../dist/app.js');
  const { createLogger } = await import('../dist/log.js');
  const { freePort } = await import('../dist/tour/server-process.js');
  const { makeDeviceKey } = await import('../dist/tour/wallet-client.js');
  const { makeShowCode, openPack, verify } = await import('../dist/verifier/core/index.js');
  const dataDir = mkdtempSync(join(tmpdir(), 'onecert-counter-screens-'));
  const settings = { ONECERT_SAMPLE_APPS: 'false', ONECERT_SANDBOX: 'false' };
  const config = readConfig({ ...settings, DATA_DIR: dataDir, PORT: String(await freePort()) });
  // A phone gets one code a minute: time goes on between sign-ins at the console, which are the last pictures.
  const clock = { ahead: 0, now: () => Date.now() + clock.ahead };
  const core = await openCore(config, { logger: createLogger('fatal'), clock });
  const app = await buildApp(core);
  const server = createServer(app.express);
  await new Promise((resolve) => server.listen(config.port, '127.0.0.1', resolve));
  app.ready();
  const people = JSON.parse(readFileSync(join(dataDir, 'sample-people.json'), 'utf8'));
  const { desk, posters } = core.counters;
  const now = () => Math.floor(clock.now() / 1000);

  const actingOf = async (accountId) => {
    const capacities = await core.officials.capacities.of(accountId, []);
    const capacity = capacities.find((one) => one.unit?.id === unit);
    return { official: { accountId, capacity } };
  };
  const officers = [];
  for (const [index, pin] of pins.entries()) {
    const { id } = await core.accounts.open({
      name: ['方海宁', '郑一鸣'][index],
      documentKind: '414',
      documentNumber: `E5000000${index}`,
      proofingLevel: 2,
    });
    const context = { actor: 'cli' };
    await core.officials.posts.appoint({ account: id, unit, roles: ['issuer_clerk'], context });
    await desk.setPin(await actingOf(id), pin);
    officers.push({ id, pin });
  }
  const lead = await actingOf((await core.samplePerson('chen')).id);
  const lin = await core.samplePerson('lin');
  const { documentKind: kind, documentNumber: number } = lin;
  const opened = await desk.openCase(await actingOf(officers[0].id), {
    item: renewal,
    document: { kind, number },
  });

  const showCode = async () => {
    const key = await makeDeviceKey();
    const { copies } = await core.credentials.issueCopies({
      account: lin,
      type: licence,
      format: 'onecert-view+cwt',
      view: 'standard',
      deviceKeys: [await exportJWK(key.publicKey)],
      context: { actor: 'screens' },
    });
    const bytes = new Uint8Array(Buffer.from(String(copies[0].credential), 'base64url'));
    return makeShowCode(bytes, key.privateKey, { iat: now() });
  };
  return {
    core,
    clock,
    desk,
    lead,
    lin,
    officers,
    showCode,
    counters: [],
    caseNumber: opened.id,
    baseUrl: config.baseUrl,
    out: join(projectDir, 'docs/screens'),
    passwordOf: (person) => people.find(({ id }) => id === person).password,
    propose: (name) => desk.propose(lead, { name, unit, items: [renewal, roadside], days: 180 }),
    /** What a holder's wallet sends to a poster; answers the number on her phone. */
    async send(poster, values) {
      const { jws } = await core.credentials.offlinePack();
      const { trusted } = await openPack(jws, { root: core.trust.rootPublicJwk(), now: now() });
      const verdict = await verify(await showCode(), trusted, { now: now() });
      return (await posters.receive(poster.id, { credentials: [{ verdict, values }] })).number;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await app.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};

/** An officer's day: shift, a look, a person without a phone, the inbox, a copy, an hour without a network. */
const officerPictures = async (hall, context, page, shot) => {
  const { baseUrl, caseNumber, lead, lin, officers } = hall;
  const [first, second] = officers;
  const { counter, code } = await hall.propose(`绍兴 ${hall.counters.length + 1}号窗口`);
  hall.counters.push(counter.id);
  const poster = await hall.desk.makePoster(lead, { counter: counter.id, item: renewal });
  const seen = (id) => page.getByTestId(id).first().waitFor();
  const fill = (id, text) => page.getByTestId(id).fill(text);
  const choose = (id, value) => page.getByTestId(id).selectOption(value);
  const press = (id) => page.getByTestId(id).click();

  await page.goto(`${baseUrl}/counter/`);
  await page.locator('[data-testid=offline][data-state=ready]').waitFor();
  await press('enrol');
  await fill('enrol-code', code);
  await press('enrol-submit');
  await press('open-no-phone');
  await seen('shift-why');
  await choose('shift-officer', first.id);
  await fill('shift-pin', first.pin);
  await shot('counter-shift');
  await press('shift-begin');
  await seen('np-number');
  await choose('officer-item', renewal);
  await fill('officer-case', caseNumber);
  await choose('officer-type', licence);
  await fill('np-number', lin.documentNumber);
  await fill('np-name', lin.name);
  await page.getByTestId('np-second').check();
  await choose('np-second-officer', second.id);
  await fill('np-second-pin', '000000');
  await shot('counter-no-phone', true);
  await press('officer-submit');
  await seen('refused-wrong_pin');
  await page.getByTestId('refused-wrong_pin').scrollIntoViewIfNeeded();
  await shot('counter-no-phone-refused');
  await fill('np-second-pin', second.pin);
  await press('officer-submit');
  await seen('np-found');
  await shot('counter-no-phone-found');
  await press('officer-done');

  await choose('item', roadside);
  await press('pack-update');
  await page.waitForTimeout(1500);
  await shot('counter-enrolled');
  await fill('entry', await hall.showCode());
  await press('submit');
  await page.locator('[data-testid=verdict][data-code=valid]').waitFor();
  await seen('look');
  // Tall enough for all of it above the foot that stays on the screen.
  const viewport = page.viewportSize();
  await page.setViewportSize({ ...viewport, height: 1250 });
  await shot('counter-online');
  await page.setViewportSize(viewport);
  await press('next');

  await press('open-inbox');
  await seen('inbox-empty');
  await shot('counter-inbox-empty');
  await press('desk-back');
  const number = await hall.send(poster, { name: lin.name, class: 'C1' });
  await press('open-inbox');
  await seen('inbox-list');
  await shot('counter-inbox');
  await fill('inbox-number', number);
  await press('officer-submit');
  await seen('inbox-content');
  await shot('counter-inbox-opened');
  await press('desk-back');

  await press('open-copy');
  await choose('officer-item', renewal);
  await fill('officer-case', caseNumber);
  await choose('officer-type', licence);
  await shot('counter-copy');
  await press('officer-submit');
  await seen('copy-made');
  await shot('counter-copy-made');
  const print = await page.getByTestId('copy-print').getAttribute('href');
  await press('desk-back');

  await context.setOffline(true);
  await fill('entry', await hall.showCode());
  await press('submit');
  await seen('look-unreachable');
  await press('next');
  await seen('waiting');
  await shot('counter-queue');
  await press('open-inbox');
  await seen('officer-offline');
  await shot('counter-offline-page');
  await context.setOffline(false);

  const sheet = await context.newPage();
  for (const [name, address] of [
    ['poster', poster.url],
    ['poster-sheet', poster.print_url],
    ['annotated-copy', print],
  ]) {
    await sheet.goto(address);
    await shot(name, false, sheet);
  }
  await sheet.close();
};

const signIn = async ({ core, clock, passwordOf }, page) => {
  const { documentNumber } = await core.samplePerson('chen');
  await page.getByTestId('sign-in').click();
  await page.locator('#login-name').fill(documentNumber);
  await page.locator('#password').fill(passwordOf('chen'));
  await page.locator('#password').press('Enter');
  await page.locator('button[name=capacity]', { hasText: /绍兴|Shaoxing/ }).click();
  clock.ahead += 61_000;
  await page.locator('form[action$="/own-sms-send"] button').click();
  const [{ text }] = await core.smsOutbox.messages();
  await page.locator('#own-code').fill(/验证码 (\d{6})/.exec(text)[1]);
  await page.locator('#own-code').press('Enter');
  await page.getByTestId('office').waitFor();
};

const consolePictures = async (hall, page, shot) => {
  await page.goto(`${hall.baseUrl}/console/`);
  await signIn(hall, page);
  await page.goto(`${hall.baseUrl}/console/#/counters`);
  await page.getByTestId('counters-page').waitFor();
  await page.getByTestId('posters').waitFor();
  await page.waitForTimeout(500);
  await shot('console-counters');
};

export const makeCounterScreens = async (browser) => {
  const hall = await openHall();
  const each = async (pictures) => {
    for (const size of Object.keys(sizes)) {
      for (const language of Object.keys(locales)) {
        const context = await browser.newContext({
          ...sizes[size],
          locale: locales[language],
          reducedMotion: 'reduce',
        });
        const page = await context.newPage();
        const shot = async (name, fullPage = false, of = page) => {
          await of.screenshot({ path: join(hall.out, `${name}-${size}-${language}.png`), fullPage });
        };
        await pictures(context, page, shot);
        await context.close();
      }
    }
  };
  try {
    await each((context, page, shot) => officerPictures(hall, context, page, shot));
    await hall.desk.revoke(hall.lead, { id: hall.counters.at(-1), reason: 'device_replaced' });
    await each((_context, page, shot) => consolePictures(hall, page, shot));
  } finally {
    await hall.stop();
  }
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  buildWhatIsNotBuilt();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost'],
  });
  await makeCounterScreens(browser).finally(() => browser.close());
}
