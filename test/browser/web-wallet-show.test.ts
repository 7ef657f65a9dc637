import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import QRCode from 'qrcode';
import { base45Encode } from '../../src/verifier/core/index.ts';
import { parseShowing, parseView } from '../../src/verifier/core/show-code.ts';
import { describeWith } from '../contract/server-suites.ts';
import { type RunningApp, startApp } from '../flow/start-app.ts';
import { launchChromium } from './launch-chromium.ts';
import { readPicture } from './read-picture.ts';
import { walletPages } from './wallet-pages.ts';

describeWith('CHROMIUM', 'showing a certificate from the wallet 亮证', (executablePath) => {
  let app: RunningApp;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let wallet: ReturnType<typeof walletPages>;
  const complaints: string[] = [];

  beforeAll(async () => {
    app = await startApp();
    browser = await launchChromium(executablePath);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });
  beforeEach(async () => {
    context = await browser.newContext({
      locale: 'zh-CN',
      viewport: { width: 390, height: 844 },
      deviceScaleFactor: 2,
    });
    page = await context.newPage();
    wallet = walletPages(app, page);
    page.on('pageerror', ({ message }) => complaints.push(message));
    await wallet.signIn('lin');
    await page.getByTestId('add-all').or(page.getByTestId('prepared')).first().waitFor();
    if (await page.getByTestId('add-all').count()) await wallet.addAll();
    await page.getByTestId('prepared').waitFor();
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  });
  afterEach(async () => {
    await context.close();
    expect(complaints.splice(0)).toEqual([]);
  });

  const codeOnScreen = async () => readPicture(await page.getByTestId('show-code').screenshot());
  const end = () => page.getByTestId('end').click();

  it('ZLB-3 answers yes or no about class C1 with one answer in the code and nothing else', async () => {
    await page.getByTestId('show-driving_licence').click();
    const choice = page.getByTestId('view-class_c1');
    expect(await choice.textContent()).toContain('只答是或否');
    await choice.click();
    await page.locator('[data-testid=show-code][data-made-at]').waitFor();
    const view = parseView(parseShowing(await codeOnScreen())!.view)!;
    expect([view.number, [...view.values]]).toEqual([3, [[2, true]]]);
    expect(view.status).toBeDefined();
  });

  it('prints the address at which anybody can check it, and measures the time from the tap to the code', async () => {
    await wallet.show('driving_licence', 'driving');
    expect(await page.getByTestId('verify-address').textContent()).toContain(
      `${new URL(app.baseUrl).host}/v`,
    );
    const took = await page.evaluate(() =>
      performance.getEntriesByName('show-code').map(({ duration }) => duration),
    );
    expect(took).toHaveLength(1);
  });

  it('scans the counter’s code and answers with its nonce, and the next showing has none', async () => {
    await wallet.show('driving_licence', 'class_c1');
    await page.getByTestId('scan-counter').click();
    const nonce = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 250]);
    const picture = await QRCode.toBuffer([{ data: `SCN1:${base45Encode(nonce)}`, mode: 'alphanumeric' }], {
      scale: 6,
    });
    await page
      .getByTestId('photo')
      .setInputFiles({ name: 'counter.png', mimeType: 'image/png', buffer: picture });
    await page.locator('[data-testid=show-code][data-made-at]').waitFor();
    expect(await page.getByTestId('careful').textContent()).toContain('刚才扫的窗口');
    const text = await codeOnScreen();
    expect([...parseShowing(text)!.cnonce!]).toEqual([...nonce]);
    // What it was for is over: the next counter gets a code without.
    await end();
    await wallet.show('driving_licence', 'class_c1');
    expect(parseShowing(await codeOnScreen())!.cnonce).toBeUndefined();
  });

  it('without a network uses each copy once, then the oldest again and says so; one-time codes are never shown twice', async () => {
    await context.setOffline(true);
    const seen: string[] = [];
    for (let time = 0; time < 7; time += 1) {
      await wallet.show('driving_licence', 'driving');
      expect(await page.getByTestId('reused').count()).toBe(time < 6 ? 0 : 1);
      seen.push(parseView(parseShowing(await codeOnScreen())!.view)!.cti.join());
      await end();
    }
    expect(new Set(seen.slice(0, 6)).size).toBe(6);
    expect(seen[6]).toBe(seen[0]);
    for (let time = 0; time < 6; time += 1) {
      await wallet.show('resident_id_card', 'age');
      await end();
    }
    await page.getByTestId('show-resident_id_card').click();
    await page.getByTestId('view-age').click();
    await page.getByTestId('show-problem').getByText('一次性的码已经用完').waitFor();
  });

  it('never shows a one-time code twice: not after a full disk and a restart, not in another tab', async () => {
    await context.setOffline(true);
    await context.addInitScript(() => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('no room', 'QuotaExceededError');
      };
    });
    await page.reload();
    const seen: string[] = [];
    const show = async (of: Page) => {
      await walletPages(app, of).show('resident_id_card', 'age');
      const text = await readPicture(await of.getByTestId('show-code').screenshot());
      seen.push(parseView(parseShowing(text)!.view)!.cti.join());
    };
    const other = await context.newPage();
    await other.goto(`${app.baseUrl}/wallet/`);
    await other.getByTestId('show-resident_id_card').waitFor();
    await show(page);
    await show(other);
    await other.close();
    await page.goto(`${app.baseUrl}/wallet/`);
    await page.reload();
    await show(page);
    expect(new Set(seen).size).toBe(3);
  });
});
