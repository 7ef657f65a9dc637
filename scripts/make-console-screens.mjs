// The pictures of the officials' console in docs/screens, from a fresh instance in this process. make-screens.mjs calls it;
// alone: CHROMIUM=/usr/bin/chromium node scripts/make-console-screens.mjs
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { buildWhatIsNotBuilt } from './build.mjs';

const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1440, height: 900 } };
const locales = { zh: 'zh-CN', en: 'en-GB' };
const context = { actor: 'cli' };
const approvedType = 'residence_permit';

/** The sample province with one type that an official approves. */
const openProvince = async () => {
  const { projectDir, readConfig } = await import('../dist/config.js');
  const { openCore } = await import('../dist/core.js');
  const { buildApp } = await import('../dist/app.js');
  const { createLogger } = await import('../dist/log.js');
  const { freePort } = await import('../dist/tour/server-process.js');
  const folder = mkdtempSync(join(tmpdir(), 'onecert-console-screens-'));
  for (const name of ['certificates', 'items'])
    cpSync(join(projectDir, 'config', name), join(folder, name), { recursive: true });
  const file = join(folder, 'certificates', `${approvedType}.yaml`);
  writeFileSync(file, `${readFileSync(file, 'utf8')}\nissuing: approval\n`);
  writeFileSync(join(folder, 'own.yaml'), `certificatesDir: ${join(folder, 'certificates')}\n`);
  const config = readConfig({
    ONECERT_CONFIG: join(folder, 'own.yaml'),
    DATA_DIR: join(folder, 'data'),
    PORT: String(await freePort()),
    ONECERT_SAMPLE_APPS: 'false',
    ONECERT_SANDBOX: 'false',
  });
  // A phone gets one code a minute: time goes on between them.
  const clock = { ahead: 0, now: () => Date.now() + clock.ahead };
  const core = await openCore(config, { logger: createLogger('fatal'), clock });
  const app = await buildApp(core);
  const server = createServer(app.express);
  await new Promise((resolve) => server.listen(config.port, '127.0.0.1', resolve));
  app.ready();
  const passwords = JSON.parse(readFileSync(join(folder, 'data', 'sample-people.json'), 'utf8'));
  return {
    core,
    clock,
    out: join(projectDir, 'docs/screens'),
    baseUrl: config.baseUrl,
    passwordOf: (person) => passwords.find(({ id }) => id === person).password,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await app.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const signIn = async ({ core, clock, passwordOf }, page, person, office) => {
  const { documentNumber } = await core.samplePerson(person);
  await page.getByTestId('sign-in').click();
  await page.locator('#login-name').fill(documentNumber);
  await page.locator('#password').fill(passwordOf(person));
  await page.locator('#password').press('Enter');
  if (!office) return;
  await page.locator('button[name=capacity]', { hasText: office }).click();
  clock.ahead += 61_000;
  await page.locator('form[action$="/own-sms-send"] button').click();
  const [{ text }] = await core.smsOutbox.messages();
  await page.locator('#own-code').fill(/验证码 (\d{6})/.exec(text)[1]);
  await page.locator('#own-code').press('Enter');
  await page.getByTestId('office').waitFor();
};

/** What waits and what was issued, so that the lists have something in them. */
const fillProvince = async ({ core }) => {
  const { credentials, officials } = core;
  const named = await Promise.all(core.people.map(({ id }) => core.samplePerson(id)));
  const people = named.filter((one) => one?.proofingLevel >= 2);
  for (const type of ['driving_licence', 'vehicle_licence', 'resident_id_card'])
    for (const account of people)
      await credentials.ensureCertificate(account, type, context).catch(() => undefined);
  for (const account of people)
    await credentials.applyFor(account, approvedType, context).catch(() => undefined);
  const jin = await core.samplePerson('jin');
  await officials.posts.appoint({ account: jin.id, unit: 'shaoxing', roles: ['app_reviewer'], context });
  const [licence] = await credentials.list({
    holder: (await core.samplePerson('lin')).id,
    type: 'driving_licence',
  });
  return licence;
};

/** Every state of the two pages, in one size and language. */
const walk = async (province, browser, licence, { size, language }) => {
  const { baseUrl, core, out } = province;
  const newPage = async () => {
    const browsing = await browser.newContext({
      locale: locales[language],
      viewport: sizes[size],
      reducedMotion: 'reduce',
    });
    return browsing.newPage();
  };
  const shotOf = (page) => async (name) => {
    await page.evaluate(() => document.fonts.ready);
    await page.waitForTimeout(250);
    await page.screenshot({ path: join(out, `console-${name}-${size}-${language}.png`) });
  };
  const go = async (page, hash) => {
    await page.goto(`${baseUrl}/console/${hash}`);
    await page.reload();
    await page.locator('[data-testid$="-page"]').waitFor();
    await page.locator('.listing, .empty').first().waitFor();
  };
  const pick = async (page, testId) => {
    await page.getByTestId(testId).locator('input').click();
    await page.locator('.ant-select-item-option:visible').first().click();
  };

  const clerk = await newPage();
  const shot = shotOf(clerk);
  await clerk.goto(`${baseUrl}/console/`);
  await clerk.getByTestId('gate-out').waitFor();
  await shot('sign-in');
  const unit = language === 'zh' ? '浙江省公安厅' : 'Zhejiang Public Security';
  await signIn(province, clerk, 'zhao', unit);
  await go(clerk, '#/work?kind=quality');
  await clerk.locator('.listing .link').first().click();
  await clerk.getByTestId('quality-lines').waitFor();
  await shot('quality');
  await go(clerk, '#/certificates');
  await shot('certificates');
  await clerk.getByTestId('by-holder').click();
  await clerk.getByTestId('holder-find').waitFor();
  await shot('find-by-holder');
  await go(clerk, `#/certificates?id=${licence.id}`);
  await clerk.getByTestId('detail').waitFor();
  await shot('certificate');
  await clerk.getByTestId('act-suspend').click();
  await pick(clerk, 'act-reason');
  await shot('act');
  await clerk.getByTestId('act-submit').click();
  await clerk.getByTestId('act-done').waitFor();
  await shot('act-done');
  await clerk.getByTestId('open-fields').click();
  await pick(clerk, 'open-purpose');
  await clerk.getByTestId('open-do').click();
  await clerk.getByTestId('cover').waitFor();
  await clerk.getByTestId('fields').scrollIntoViewIfNeeded();
  await clerk.getByTestId('cover').scrollIntoViewIfNeeded();
  await shot('opened');
  await go(clerk, '#/certificates');
  await clerk.getByTestId('issue').click();
  await clerk.getByTestId('document-number').fill((await core.samplePerson('wang')).documentNumber);
  await clerk.getByTestId('issue-type').locator('input').click();
  await clerk
    .getByTestId('issue-type')
    .locator('input')
    .fill(language === 'zh' ? '居民身份证' : 'Resident identity card');
  await clerk.locator('.ant-select-item-option:visible').first().click();
  await clerk.getByTestId('issue-do').click();
  await clerk.getByTestId('offer').or(clerk.getByTestId('problem')).waitFor();
  await shot('issue');
  await go(clerk, '#/work?kind=change');
  await clerk.locator('.listing .link').first().click();
  await clerk.getByTestId('own').waitFor();
  await shot('own');

  const approver = await newPage();
  const shotHers = shotOf(approver);
  await approver.goto(`${baseUrl}/console/`);
  await signIn(province, approver, 'jin', unit);
  await go(approver, '#/work');
  await shotHers('work');
  await go(approver, '#/work?kind=change');
  await approver.locator('.listing .link').first().click();
  await approver.getByTestId('approve').waitFor();
  await shotHers('decide');
  await approver.getByTestId('send-back').click();
  await approver.getByTestId('send-back').click();
  await approver.locator('.field-problem').waitFor();
  await shotHers('send-back');
  await pick(approver, 'send-back-reason');
  await approver.getByTestId('send-back').click();
  await approver.getByTestId('done').waitFor();
  await shotHers('done');
  await approver.getByTestId('office').click();
  await approver.getByTestId('switch').waitFor();
  await shotHers('office');
  await go(approver, '#/work?age=week');
  await approver.getByTestId('empty').waitFor();
  await shotHers('empty');
  await core.oidc.endOfficeSessions((await core.samplePerson('jin')).id);
  await approver.getByTestId('refresh').click();
  await approver.getByTestId('gate-expired').waitFor();
  await shotHers('expired');

  const citizen = await newPage();
  await citizen.goto(`${baseUrl}/console/`);
  await signIn(province, citizen, 'lin');
  await citizen.getByTestId('gate-no_office').waitFor();
  await shotOf(citizen)('no-office');
  for (const page of [clerk, approver, citizen]) await page.context().close();
};

export const makeConsoleScreens = async (browser) => {
  const province = await openProvince();
  mkdirSync(province.out, { recursive: true });
  try {
    const licence = await fillProvince(province);
    for (const size of Object.keys(sizes))
      for (const language of Object.keys(locales)) {
        await walk(province, browser, licence, { size, language });
        // Five codes an hour to one phone.
        province.clock.ahead += 3_600_000;
      }
  } finally {
    await province.stop();
  }
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  buildWhatIsNotBuilt();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  await makeConsoleScreens(browser).finally(() => browser.close());
  process.exit();
}
