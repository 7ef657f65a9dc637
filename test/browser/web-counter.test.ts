import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import QRCode from 'qrcode';
import { makeShowCode } from '../../src/verifier/core/index.ts';
import { describeWith } from '../contract/server-suites.ts';
import { day, holderKeyOf, iso, makeKey, revokedIndex } from '../unit/verifier/test-province.ts';
import {
  atPresent,
  type CounterRig,
  counterFolder,
  createCounterRig,
  give as giveTo,
  seconds,
  shown as shownOn,
  videoOf,
} from './counter-rig.ts';
import { launchChromium } from './launch-chromium.ts';

describeWith('CHROMIUM', 'the counter in a browser', (executablePath) => {
  let rig: CounterRig;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    rig = await createCounterRig();
    browser = await launchChromium(executablePath);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await rig?.stop();
  });

  beforeEach(async () => {
    rig.served.root = rig.province.keys.root.publicJwk;
    rig.served.pack = await rig.province.packOf(atPresent(40));
    await rig.stop();
    await rig.listen();
    context = await rig.contextOf(browser);
    page = await rig.open(context);
  });

  afterEach(async () => {
    await context.close();
    // Whatever the policy forbids shows up as an error on the console.
    expect(rig.complaints.splice(0)).toEqual([]);
  });

  const codeOf = (...given: Parameters<CounterRig['codeOf']>) => rig.codeOf(...given);
  const give = (text: string) => giveTo(page, text);
  const shown = () => shownOn(page);
  const keptCodes = (): Promise<number> =>
    page.evaluate(
      () =>
        new Promise((resolve) => {
          const opening = indexedDB.open('onecert-counter');
          opening.onsuccess = () => {
            const counting = opening.result.transaction('seen').objectStore('seen').count();
            counting.onsuccess = () => {
              opening.result.close();
              resolve(counting.result);
            };
          };
        }),
    );

  it('says 有效 with what to compare, the issuer, and as of when, for a fresh code', async () => {
    expect(await give(await codeOf())).toEqual({ outcome: 'valid', code: 'valid' });
    const text = await page.getByTestId('verdict').textContent();
    for (const part of [
      '有效',
      'Valid',
      '请核对姓名与身份证一致。',
      '张三',
      '33010119900307123X',
      '2032年5月4日',
      '浙江省公安厅',
      '状态截至',
      '验证包 7 分钟前',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('never says valid for a code 61 seconds old, a revoked certificate or something else', async () => {
    expect(await give(await codeOf(61))).toEqual({ outcome: 'check', code: 'code_expired' });
    await page.keyboard.press('Escape');
    expect(await give(await codeOf(0, revokedIndex))).toEqual({ outcome: 'not_valid', code: 'revoked' });
    await page.keyboard.press('Enter');
    expect(await give('https://example.org/')).toEqual({ outcome: 'not_valid', code: 'malformed' });
  });

  it('hears a scan gun over a verdict: the same answer within 10 s, after that and after a reload it is used', async () => {
    const code = await codeOf();
    expect((await give(code)).code).toBe('valid');
    const type = async (text: string) => {
      for (const key of text) await page.keyboard.press(key === ' ' ? 'Space' : key);
      await page.keyboard.press('Enter');
    };
    await type(code);
    expect((await shown()).code).toBe('valid');
    await page.clock.install();
    await page.clock.fastForward(11_000);
    await type(code);
    await page.locator('[data-testid=verdict][data-code=replayed]').waitFor();
    const other = await codeOf();
    await type(other);
    await page.locator('[data-testid=verdict][data-code=valid]').waitFor();
    // The words do not wait for the disk: a moment later the code is on it.
    for (let tries = 0; tries < 100 && (await keptCodes()) < 2; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    await page.reload();
    await page.getByTestId('pack-age').getByText('7 分钟前').waitFor();
    expect((await give(other)).code).toBe('replayed');
  });

  it('is one counter in two tabs: a code counts once, and an older pack takes no newer one’s place', async () => {
    const other = await rig.open(context);
    const code = await codeOf();
    expect((await give(code)).code).toBe('valid');
    expect((await giveTo(other, code)).code).toBe('replayed');
    await other.keyboard.press('Escape');

    rig.served.pack = await rig.province.packOf(atPresent(41));
    await other.getByTestId('pack-update').click();
    await other.getByText('第 41 号').waitFor();
    rig.served.pack = await rig.province.packOf(atPresent(40));
    await page.keyboard.press('Escape');
    await page.getByTestId('pack-update').click();
    await page.waitForResponse(/\/pack$/);
    await page.getByTestId('pack-update').and(page.locator(':enabled')).waitFor();
    await rig.stop();
    await page.reload();
    await page.getByText('第 41 号').waitFor();
  });

  it('asks for a second code of a careful view and is green on one made after the first scan', async () => {
    const view = await rig.province.viewOf({
      view: 12,
      nbf: seconds() - 300,
      exp: seconds() + day,
      values: { 2: '张三', 3: true },
    });
    const key = await holderKeyOf(rig.province.keys.device);
    expect(await give(await makeShowCode(view, key, { iat: seconds() - 5 }))).toEqual({
      outcome: 'check',
      code: 'careful_second_code',
    });
    await page.getByTestId('nonce').waitFor();
    await page.getByTestId('next').click();
    expect((await give(await makeShowCode(view, key, { iat: seconds() + 1 }))).code).toBe('valid');
    expect(await page.getByTestId('nonce').count()).toBe(0);
  });

  it('is ready for offline after one visit and then verifies with the server stopped', async () => {
    const kept = (path: string) =>
      page.evaluate(
        async (at) => (await (await caches.open('onecert-reader')).match(at)) !== undefined,
        path,
      );
    const readers = ['/wallet/assets/reader.wasm', '/counter/assets/old.wasm'];
    await page.evaluate(async (paths) => {
      const cache = await caches.open('onecert-reader');
      for (const path of paths) await cache.put(path, new Response('x'));
    }, readers);
    await page.reload();
    await page.locator('[data-testid=offline][data-state=ready]').waitFor();
    // An old one of its own goes, the wallet's stays.
    expect(await Promise.all(readers.map(kept))).toEqual([true, false]);
    await rig.stop();
    await page.reload();
    await page.getByTestId('pack-age').getByText('7 分钟前').waitFor();
    await page.getByTestId('unreachable').waitFor();
    expect((await give(await codeOf())).code).toBe('valid');
    await page.getByTestId('next').click();
    const lasting = { validFrom: iso(seconds() - 300), validUntil: iso(seconds() + day) };
    expect((await give(JSON.stringify(await rig.province.ldpVcOf(lasting)))).code).toBe('valid');
    // The code reader works offline too.
    await page.getByTestId('next').click();
    const picture = await QRCode.toBuffer([{ data: await codeOf(), mode: 'alphanumeric' }], { scale: 5 });
    await page
      .getByTestId('photo')
      .setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer: picture });
    expect((await shown()).code).toBe('valid');
  });

  it('refuses another root and an older pack, and goes on with what it has', async () => {
    rig.served.root = (await makeKey('ES256')).publicJwk;
    await page.getByTestId('pack-update').click();
    await page.getByTestId('root-changed').waitFor();
    expect((await give(await codeOf())).code).toBe('valid');
    await page.getByTestId('next').click();
    rig.served.root = rig.province.keys.root.publicJwk;
    rig.served.pack = await rig.province.packOf(atPresent(39));
    await page.getByTestId('pack-update').click();
    await page.getByTestId('pack-kept').getByText('验证包没有通过检查').waitFor();
    await page.getByText('第 40 号').waitFor();
    expect((await give(await codeOf())).code).toBe('valid');
  });

  it('reads a code from the camera, and says of a payment code what it is', async () => {
    for (const [text, sentence] of [
      [await codeOf(), '证照有效'],
      ['134567890123456789', '这是微信付款码，不是证照码。'],
    ] as const) {
      const temporary = await mkdtemp(join(tmpdir(), 'onecert-camera-'));
      const film = join(temporary, 'code.y4m');
      await writeFile(film, videoOf(text));
      const filming = await launchChromium(executablePath, [
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        `--use-file-for-fake-video-capture=${film}`,
      ]);
      try {
        const looking = await rig.open(await rig.contextOf(filming));
        await looking.getByTestId('camera-open').click();
        await looking.getByTestId('verdict').getByText(sentence).waitFor();
        // The phone is still held there: going on does not judge the same picture again.
        await looking.getByTestId('next').click();
        await looking.waitForTimeout(600);
        expect(await looking.getByTestId('verdict').count()).toBe(0);
      } finally {
        await filming.close();
        await rm(temporary, { recursive: true });
      }
    }
  });

  it('says in a sentence that there is no camera, and goes on with the scan gun', async () => {
    await page.getByTestId('camera-open').click();
    await page.getByTestId('camera-error').getByText('这台设备没有摄像头').waitFor();
    expect((await give(await codeOf())).code).toBe('valid');
  });

  it('sends at most 200 KB compressed before the camera opens, precaches at most 300 KB, names every asset by its content', async () => {
    const sizeOf = async (file: string) => gzipSync(await readFile(join(counterFolder, file))).length;
    const sumOf = async (files: string[]) =>
      (await Promise.all(files.map(sizeOf))).reduce((sum, size) => sum + size, 0);
    const index = await readFile(join(counterFolder, 'index.html'), 'utf8');
    const first = [...index.matchAll(/(?:src|href)="\/counter\/([^"]+\.(?:js|css))"/g)].map(
      ([, file]) => file!,
    );
    expect(first.some((file) => file.endsWith('.js'))).toBe(true);
    expect(await sumOf(['index.html', ...first])).toBeLessThan(200 * 1024);
    const worker = await readFile(join(counterFolder, 'sw.js'), 'utf8');
    const files = [...worker.matchAll(/url:"([^"]+)"/g)].map(([, file]) => file!);
    expect(files).toContain('index.html');
    expect(await sumOf(files)).toBeLessThan(300 * 1024);
    expect(
      files.filter((file) => file.startsWith('assets/')).every((file) => /-[\w-]{8}\.\w+$/.test(file)),
    ).toBe(true);
  });
});
