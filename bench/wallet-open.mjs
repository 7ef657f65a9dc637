// `CHROMIUM=/usr/bin/chromium node bench/wallet-open.mjs`: a locked wallet, the network cut, the CPU throttled four
// times and not: from its address to the keypad, from the last digit to the cards, from the tap to the code. One JSON line each.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { buildWhatIsNotBuilt } from '../scripts/build.mjs';

buildWhatIsNotBuilt();
const { projectDir } = await import('../dist/config.js');
const { readSamplePeople } = await import('../dist/credentials/index.js');
const { freePort, ServerProcess } = await import('../dist/tour/server-process.js');

const rounds = 9;
const rates = [4, 1];
const pin = '730264';
const dataDir = mkdtempSync(join(tmpdir(), 'onecert-wallet-bench-'));
const server = new ServerProcess(projectDir, await freePort(), dataDir, { MONGODB_URL: '', REDIS_URL: '' });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost'],
});

/** When what stands there first, and when the last digit and the last tap were made; the page's own clock. */
const watch = () => {
  globalThis.seen = {};
  const look = () => {
    for (const [name, selector] of [
      ['keypad', '[data-testid=lock-page]'],
      ['cards', '.card'],
      ['code', '[data-testid=show-code][data-made-at]'],
    ])
      if (!(name in globalThis.seen) && document.querySelector(selector))
        globalThis.seen[name] = performance.now();
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, attributes: true });
  addEventListener(
    'click',
    ({ target, timeStamp }) => {
      const digit = target.closest('[data-testid^=key-]');
      globalThis.seen[digit ? 'digit' : 'tap'] = timeStamp;
    },
    true,
  );
};

const middle = (values) => Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]);

try {
  await server.start();
  const lin = readSamplePeople(join(projectDir, 'config/sample/people.yaml')).find(({ id }) => id === 'lin');
  const people = JSON.parse(readFileSync(join(dataDir, 'sample-people.json'), 'utf8'));
  const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  const type = async (on) => {
    for (const digit of pin) await on.getByTestId(`key-${digit}`).click();
  };
  await page.goto(`${server.baseUrl}/wallet/`);
  await page.getByTestId('sign-in').click();
  await page.locator('#login-name').fill(lin.phone);
  await page.locator('#password').fill(people.find(({ id }) => id === 'lin').password);
  await page.locator('#password').press('Enter');
  await page.getByTestId('add-all').click();
  await page.getByTestId('add-result').waitFor();
  await page.getByTestId('prepared').waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.getByTestId('lock-ask-set').click();
  await type(page);
  await page.getByRole('heading', { name: '请再输一次' }).waitFor();
  await type(page);
  await page.getByTestId('lock-finish').click();
  await page.close();

  await context.setOffline(true);
  for (const rate of rates) {
    const measured = [];
    for (let round = 0; round < rounds; round += 1) {
      const cold = await context.newPage();
      await cold.addInitScript(watch);
      const session = await context.newCDPSession(cold);
      await session.send('Network.setCacheDisabled', { cacheDisabled: true });
      await session.send('Emulation.setCPUThrottlingRate', { rate });
      await cold.goto(`${server.baseUrl}/wallet/`);
      await type(cold);
      await cold.getByTestId('show-driving_licence').click();
      await cold.getByTestId('view-driving').click();
      await cold.locator('[data-testid=show-code][data-made-at]').waitFor();
      const { keypad, digit, cards, tap, code } = await cold.evaluate(() => globalThis.seen);
      measured.push({ keypad, unlock: cards - digit, code: code - tap });
      await cold.close();
    }
    const of = (name) => middle(measured.map((one) => one[name]));
    const total = measured.map(({ keypad, unlock, code }) => keypad + unlock + code);
    process.stdout.write(
      `${JSON.stringify({
        bench: 'wallet: cold, offline, locked',
        cpu_throttled: rate,
        rounds,
        to_keypad_ms: of('keypad'),
        digit_to_cards_ms: of('unlock'),
        tap_to_code_ms: of('code'),
        machine_total_ms: middle(total),
        slowest_total_ms: Math.round(Math.max(...total)),
      })}\n`,
    );
  }
} finally {
  await browser.close();
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
