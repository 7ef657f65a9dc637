import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import QRCode from 'qrcode';
import { makeDelta, type PackPayload } from '../../src/verifier/core/index.ts';
import { describeWith } from '../contract/server-suites.ts';
import { day, goodIndex, signJws } from '../unit/verifier/test-province.ts';
import {
  atPresent,
  type CounterRig,
  counterFolder,
  createCounterRig,
  give,
  seconds,
  shown,
} from './counter-rig.ts';
import { launchChromium } from './launch-chromium.ts';

type Bending = 'plain' | 'inverted' | 'turned' | 'askew' | 'blurred' | 'small' | 'torn' | 'smeared';

describeWith('CHROMIUM', 'bad input at the counter', (executablePath) => {
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
    await rig.stop();
    await rig.listen();
    rig.served = {
      root: rig.province.keys.root.publicJwk,
      pack: await rig.province.packOf(atPresent(40)),
      folder: counterFolder,
    };
    context = await rig.contextOf(browser);
    page = await rig.open(context);
  });
  afterEach(async () => {
    await context.close();
    expect(rig.complaints.splice(0)).toEqual([]);
  });

  /** A photo of the code on a sheet, bent as said; drawn by the browser itself. */
  const pictureOf = async (text: string, bending: Bending): Promise<Buffer> => {
    const { modules } = QRCode.create([{ data: text, mode: 'alphanumeric' }], { errorCorrectionLevel: 'M' });
    const base64 = await page.evaluate(
      async ({ bits, size, bending }) => {
        const scale = 6;
        const code = new OffscreenCanvas((size + 16) * scale, (size + 16) * scale);
        const brush = code.getContext('2d')!;
        const [paper, ink] = bending === 'inverted' ? ['#101010', '#f8f8f8'] : ['#f8f8f8', '#101010'];
        brush.fillStyle = paper!;
        brush.fillRect(0, 0, code.width, code.height);
        brush.fillStyle = ink!;
        bits.forEach((dark: number, at: number) => {
          if (dark)
            brush.fillRect(((at % size) + 8) * scale, (Math.floor(at / size) + 8) * scale, scale, scale);
        });
        brush.fillStyle = paper!;
        if (bending === 'torn') brush.fillRect(code.width * 0.45, code.height * 0.3, code.width, code.height);
        // A photo from a phone of 12 megapixels, the code a seventh of its width.
        const [width, height, share] = bending === 'small' ? [4000, 3000, 0.16] : [1280, 960, 0.6];
        const sheet = new OffscreenCanvas(width!, height!);
        const draw = sheet.getContext('2d')!;
        draw.fillStyle = paper!;
        draw.fillRect(0, 0, width!, height!);
        draw.translate(width! / 2, height! / 2);
        draw.rotate(bending === 'turned' ? Math.PI / 2 : bending === 'askew' ? 0.6 : 0);
        if (bending === 'blurred') draw.filter = 'blur(1.5px)';
        if (bending === 'smeared') draw.filter = 'blur(9px)';
        const side = width! * share!;
        draw.drawImage(code, -side / 2, -side / 2, side, side);
        const bytes = new Uint8Array(
          await (await sheet.convertToBlob({ type: 'image/jpeg', quality: 0.8 })).arrayBuffer(),
        );
        let binary = '';
        for (const byte of bytes) binary += String.fromCharCode(byte);
        return btoa(binary);
      },
      { bits: [...modules.data].map(Number), size: modules.size, bending },
    );
    return Buffer.from(base64, 'base64');
  };
  const offer = (buffer: Buffer, name = 'photo.jpg', mimeType = 'image/jpeg') =>
    page.getByTestId('photo').setInputFiles({ name, mimeType, buffer });

  it.each<Bending>(['plain', 'inverted', 'turned', 'askew', 'blurred', 'small'])(
    'reads a code in a picture that is %s',
    async (bending) => {
      await offer(await pictureOf(await rig.codeOf(), bending));
      expect((await shown(page)).code).toBe('valid');
    },
  );

  it('says of a torn or smeared code, of no picture and of an empty one, what to do', async () => {
    const problem = page.getByTestId('entry-problem');
    for (const bending of ['torn', 'smeared'] as const) {
      await offer(await pictureOf(await rig.codeOf(), bending));
      await problem.getByText('缺角、模糊或太小').waitFor();
    }
    await offer(Buffer.from('not a picture'));
    await problem.getByText('不是能打开的图片').waitFor();
    await offer(Buffer.alloc(0), 'empty.png', 'image/png');
    await problem.getByText('不是能打开的图片').waitFor();
    expect((await give(page, await rig.codeOf())).code).toBe('valid');
  });

  it('never follows a web link it was shown, and answers a text that is far too long', async () => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    expect(await give(page, 'https://shop.example/pay?to=1')).toEqual({
      outcome: 'not_valid',
      code: 'malformed',
    });
    await page.getByTestId('verdict').getByText('这是网页链接（shop.example），不是证照码。').waitFor();
    expect(await page.getByTestId('verdict').locator('a').count()).toBe(0);
    expect(asked.filter((url) => url.includes('shop.example'))).toEqual([]);
    await page.keyboard.press('Escape');
    expect((await give(page, `SC1:${'A'.repeat(100_000)}`)).code).toBe('malformed');
  });

  /** Keys as a gun sends them, through the browser's own input path. */
  const typeAs = async (text: string, delay: number) => {
    const client = await context.newCDPSession(page);
    for (const key of text) {
      await client.send('Input.dispatchKeyEvent', { type: 'keyDown', text: key, key, unmodifiedText: key });
      await client.send('Input.dispatchKeyEvent', { type: 'keyUp', key });
      if (delay) await new Promise((resolve) => setTimeout(resolve, delay));
    }
    await client.detach();
  };

  it('CTR-1 takes a gun without Enter in the field and outside of it; an Enter that comes late changes nothing', async () => {
    await page.getByTestId('entry').focus();
    await typeAs(await rig.codeOf(), 0);
    expect((await shown(page)).code).toBe('valid');
    // The verdict has the focus now: the next code is heard by the page.
    await typeAs('https://shop.example/some/where/far', 1);
    await page.locator('[data-testid=verdict][data-code=malformed]').waitFor();
    await page.keyboard.press('Enter');
    expect((await shown(page)).code).toBe('malformed');
  });

  it('asks to switch to English input when the keys go through a Chinese input method', async () => {
    const problem = page.getByTestId('entry-problem');
    await page.getByTestId('entry').focus();
    const client = await context.newCDPSession(page);
    await client.send('Input.imeSetComposition', { text: 's c', selectionStart: 3, selectionEnd: 3 });
    await problem.getByText('切换到英文输入法').waitFor();
    await client.send('Input.insertText', { text: '是从1：' });
    await page.keyboard.press('Enter');
    await problem.getByText('切换到英文输入法').waitFor();
    expect(await page.getByTestId('verdict').count()).toBe(0);
    expect(await page.getByTestId('entry').inputValue()).toBe('');
    expect((await give(page, await rig.codeOf())).code).toBe('valid');
    await page.keyboard.press('Escape');
    expect(await problem.count()).toBe(0);
  });

  it.each([
    ['ahead', day, '快约24小时'],
    ['behind', -day, '时间'],
  ])(
    'says that its clock is wrong when it is a day %s, online and with the server stopped, until it is set right',
    async (_, off, words) => {
      await context.close();
      context = await rig.contextOf(browser);
      await context.clock.install({ time: Date.now() + off * 1000 });
      page = await context.newPage();
      await page.goto(`${rig.address()}/counter/`);
      await page.getByTestId('clock-off').waitFor();
      const judged = async () => {
        const found = await give(page, await rig.codeOf());
        expect(found).toEqual({ outcome: 'check', code: 'clock_wrong' });
        await page.getByTestId('verdict').getByText(words).first().waitFor();
        await page.keyboard.press('Escape');
      };
      await judged();
      await rig.stop();
      await judged();
      await rig.listen();
      // What it took its own time for while it was wrong must not hold against the right one.
      await context.clock.setSystemTime(Date.now());
      await page.getByTestId('pack-update').click();
      await page.getByTestId('clock-off').waitFor({ state: 'detached' });
      expect((await give(page, await rig.codeOf())).code).toBe('valid');
    },
  );

  it('goes on judging when the disk is full, and says what a closed page would lose', async () => {
    await context.close();
    context = await rig.contextOf(browser);
    page = await context.newPage();
    const client = await context.newCDPSession(page);
    await client.send('Storage.overrideQuotaForOrigin', { origin: rig.address(), quotaSize: 1 });
    await page.goto(`${rig.address()}/counter/`);
    await page.getByText('第 40 号').waitFor();
    await page.getByTestId('lost').getByText('验证包没有存到本机').waitFor();
    expect((await give(page, await rig.codeOf())).code).toBe('valid');
    await page.keyboard.press('Escape');
    await page.getByTestId('lost').getByText('刚才扫过的码没有存到本机').waitFor();
  });

  it('writes its pack again when the browser evicts its data in the middle of the day', async () => {
    await page.locator('[data-testid=offline][data-state=ready]').waitFor();
    const client = await context.newCDPSession(page);
    await client.send('Storage.clearDataForOrigin', { origin: rig.address(), storageTypes: 'indexeddb' });
    await page.waitForTimeout(1500);
    await rig.stop();
    await page.reload();
    await page.getByText('第 40 号').waitFor();
    expect((await give(page, await rig.codeOf())).code).toBe('valid');
  });

  it('refuses a pack that was interrupted, rolled back or signed by another key, and keeps the old one', async () => {
    await page.locator('[data-testid=offline][data-state=ready]').waitFor();
    const fresh = await rig.province.packOf(atPresent(41));
    const payload = JSON.parse(Buffer.from(fresh.split('.')[1]!, 'base64url').toString());
    const refused = page.getByTestId('pack-kept').getByText('没有采用');
    for (const [pack, interrupted] of [
      [fresh, true],
      [fresh.slice(0, fresh.length / 2), false],
      [await rig.province.packOf(atPresent(39)), false],
      [await signJws(rig.province.keys.police, 'onecert-pack+jwt', payload), false],
      [
        await signJws(
          { ...rig.province.keys.police, kid: rig.province.keys.pack.kid },
          'onecert-pack+jwt',
          payload,
        ),
        false,
      ],
    ] as const) {
      Object.assign(rig.served, { pack, interrupted });
      await page.getByTestId('pack-update').click();
      await (interrupted ? page.getByTestId('unreachable') : refused).waitFor();
      await page.getByText('第 40 号').waitFor();
    }
    expect((await give(page, await rig.codeOf())).code).toBe('valid');
    await page.reload();
    await page.getByText('第 40 号').waitFor();
    expect((await give(page, await rig.codeOf())).code).toBe('valid');
  });

  it('CTR-5 takes the day’s changes alone, and refuses changes that lead to no signed pack', async () => {
    const packOf = async (number: number, set: Record<number, number>) => {
      const changes = atPresent(number);
      const jws = await rig.province.packOf({
        ...changes,
        pack: (payload) => {
          rig.province.withGaps(payload, set);
          changes.pack!(payload);
        },
      });
      return { jws, payload: decodeJwt<PackPayload>(jws) };
    };
    const [first, second, third] = [
      await packOf(50, {}),
      await packOf(51, { [goodIndex]: 1 }),
      await packOf(52, {}),
    ];
    rig.served.pack = first.jws;
    await page.getByTestId('pack-update').click();
    await page.getByText('第 50 号').waitFor();
    expect((await give(page, await rig.codeOf())).code).toBe('valid');
    await page.keyboard.press('Escape');
    // Whoever asks for the whole gets nothing that is any good.
    rig.served.pack = 'interrupted';
    rig.served.delta = JSON.stringify(makeDelta(second.jws, second.payload, first.payload));
    await page.getByTestId('pack-update').click();
    await page.getByText('第 51 号').waitFor();
    expect((await give(page, await rig.codeOf())).code).toBe('revoked');
    await page.keyboard.press('Escape');
    const next = makeDelta(third.jws, third.payload, second.payload);
    rig.served.delta = JSON.stringify({ ...next, signature: makeDelta(first.jws, first.payload).signature });
    await page.getByTestId('pack-update').click();
    await page.getByTestId('pack-kept').waitFor();
    await page.getByText('第 51 号').waitFor();
    expect((await give(page, await rig.codeOf())).code).toBe('revoked');
  });

  it('an update of the app waits in the middle of an offline day, and takes nothing with it when it comes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'onecert-counter-'));
    try {
      await page.locator('[data-testid=offline][data-state=ready]').waitFor();
      await cp(counterFolder, folder, { recursive: true });
      const index = await readFile(join(folder, 'index.html'), 'utf8');
      await writeFile(join(folder, 'index.html'), index.replace('<body>', '<body data-next>'));
      const worker = await readFile(join(folder, 'sw.js'), 'utf8');
      await writeFile(join(folder, 'sw.js'), worker.replace(/(url:"index\.html",revision:")\w/, '$1z'));
      rig.served.folder = folder;
      await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
      const bar = page.getByTestId('update-bar');
      await bar.waitFor();
      await rig.stop();
      expect((await give(page, await rig.codeOf())).code).toBe('valid');
      // A verdict is not covered by the offer.
      expect(await bar.isVisible()).toBe(false);
      await page.keyboard.press('Escape');
      expect(await page.locator('body[data-next]').count()).toBe(0);
      await bar.getByText('现在更新').click();
      await page.locator('body[data-next]').waitFor({ state: 'attached' });
      await page.getByText('第 40 号').waitFor();
      expect((await give(page, await rig.codeOf())).code).toBe('valid');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('a refused camera is said, with the other ways', async () => {
    const refusing = await launchChromium(executablePath, ['--use-fake-device-for-media-stream']);
    try {
      page = await rig.open(await rig.contextOf(refusing));
      await page.getByTestId('camera-open').click();
      await page.getByTestId('camera-error').getByText('可以用扫码枪、粘贴或从图片识别').waitFor();
      expect((await give(page, await rig.codeOf())).code).toBe('valid');
    } finally {
      await refusing.close();
    }
  });

  it('judges by signed files all day: 24 hours with no network, and not one minute longer than the type allows', async () => {
    await page.locator('[data-testid=offline][data-state=ready]').waitFor();
    await context.close();
    context = await rig.contextOf(browser);
    page = await rig.open(context);
    await page.locator('[data-testid=offline][data-state=ready]').waitFor();
    await rig.stop();
    const start = seconds();
    await page.clock.install();
    const codeAt = (at: number) =>
      rig.province.showCodeOf(
        { nbf: start - 300, exp: start + 3 * day, cti: globalThis.crypto.getRandomValues(new Uint8Array(8)) },
        { iat: at },
      );
    for (const [hours, age, code] of [
      [4, '4 小时前', 'valid'],
      [12, '12 小时前', 'valid'],
      [23, '23 小时前', 'valid'],
      [25, '25 小时前', 'stale_pack'],
    ] as const) {
      const target = start + hours * 3600;
      await page.clock.fastForward((target - (await page.evaluate(() => Date.now())) / 1000) * 1000);
      await page.getByTestId('pack-age').getByText(age).waitFor();
      expect([hours, (await give(page, await codeAt(target))).code]).toEqual([hours, code]);
      await page.getByTestId('as-of').getByText(age.replace('小时前', '小时前')).waitFor();
      await page.keyboard.press('Escape');
    }
  });
});
