import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import express from 'express';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import QRCode from 'qrcode';
import { staticApp } from '../../src/http/index.ts';
import { securityHeaders } from '../../src/http/security-headers.ts';
import { makeShowCode } from '../../src/verifier/core/index.ts';
import { describeWith } from '../contract/server-suites.ts';
import {
  createTestProvince,
  day,
  holderKeyOf,
  iso,
  makeKey,
  now,
  type PackChanges,
  revokedIndex,
  type TestProvince,
} from '../unit/verifier/test-province.ts';
import { launchChromium } from './launch-chromium.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
/** Built by `npm test` before the tests run. */
const folder = join(repository, 'dist/web/counter');
const seconds = () => Math.floor(Date.now() / 1000);
/** The tests' province signs for a fixed day; the browser's clock is the real one. */
const atPresent = (number: number): PackChanges => {
  const fresh = (payload: { iat: number; exp: number }) => {
    payload.iat = seconds() - 420;
    payload.exp = seconds() + 7 * day;
  };
  return {
    statement: fresh,
    list: (list) => {
      fresh(list);
      for (const key of list.keys) Object.assign(key, { from: now - day, to: seconds() + day });
    },
    pack: (pack) => {
      fresh(pack);
      pack.number = number;
      for (const list of pack.status_lists) list.iat = seconds() - 420;
    },
  };
};

/** 640×480 with the code in the middle, as raw video of one frame (YUV4MPEG2, grey chroma). */
const videoOf = (text: string): Buffer => {
  const [width, height, scale] = [640, 480, 4];
  const { modules } = QRCode.create([{ data: text, mode: 'alphanumeric' }], { errorCorrectionLevel: 'M' });
  const [left, top] = [(width - modules.size * scale) >> 1, (height - modules.size * scale) >> 1];
  const luma = Buffer.alloc(width * height, 235);
  for (let y = 0; y < modules.size * scale; y += 1) {
    for (let x = 0; x < modules.size * scale; x += 1) {
      if (modules.get(Math.floor(y / scale), Math.floor(x / scale))) luma[(y + top) * width + x + left] = 16;
    }
  }
  const chroma = Buffer.alloc((width * height) / 2, 128);
  return Buffer.concat([
    Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420\nFRAME\n`),
    luma,
    chroma,
  ]);
};

describeWith('CHROMIUM', 'the counter in a browser', (executablePath) => {
  let province: TestProvince;
  let server: Server | undefined;
  let port = 0;
  let root: object;
  let pack: string;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];

  const listen = async () => {
    const app = express();
    app.use(securityHeaders('http://localhost'));
    app.get('/trust/root', (_request, response) => void response.json(root));
    app.get('/pack', (_request, response) => void response.type('application/jwt').send(pack));
    app.use(staticApp('/counter', folder));
    server = await new Promise<Server>((resolve) => {
      const started = app.listen(port, '127.0.0.1', () => resolve(started));
    });
    port = (server.address() as AddressInfo).port;
  };
  const stop = async () => {
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
    server = undefined;
  };

  beforeAll(async () => {
    province = await createTestProvince();
    browser = await launchChromium(executablePath);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await stop();
  });

  beforeEach(async () => {
    root = province.keys.root.publicJwk;
    pack = await province.packOf(atPresent(40));
    if (!server) await listen();
    context = await browser.newContext({ locale: 'zh-CN', serviceWorkers: 'allow' });
    await open();
  });

  afterEach(async () => {
    await context.close();
    // Whatever the policy forbids shows up as an error on the console.
    expect(complaints.splice(0)).toEqual([]);
  });

  const open = async () => {
    page = await context.newPage();
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) complaints.push(message.text());
    });
    await page.goto(`http://localhost:${port}/counter/`);
    await page.getByTestId('pack-age').getByText('7 分钟前').waitFor();
  };

  const codeOf = (age = 0, index?: number, careful = false): Promise<string> =>
    province.showCodeOf(
      {
        nbf: seconds() - 300,
        exp: seconds() + day,
        cti: globalThis.crypto.getRandomValues(new Uint8Array(8)),
        ...(index !== undefined && { status: { list: 1, index } }),
        ...(careful && { view: 12, values: { 2: '张三', 3: true } }),
      },
      { iat: seconds() - age },
    );

  const give = async (text: string) => {
    await page.getByTestId('entry').fill(text);
    await page.getByTestId('entry').press('Enter');
    return shown();
  };

  const shown = async () => {
    const verdict = page.getByTestId('verdict');
    await verdict.waitFor();
    return {
      outcome: await verdict.getAttribute('data-outcome'),
      code: await verdict.getAttribute('data-code'),
    };
  };

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

  it('hears a scan gun over a verdict, and refuses the same code again, also after a reload', async () => {
    const code = await codeOf();
    expect((await give(code)).code).toBe('valid');
    const type = async (text: string) => {
      for (const key of text) await page.keyboard.press(key === ' ' ? 'Space' : key);
      await page.keyboard.press('Enter');
    };
    await type(code);
    await page.locator('[data-testid=verdict][data-code=replayed]').waitFor();
    await page.reload();
    await page.getByTestId('pack-age').getByText('7 分钟前').waitFor();
    expect((await give(code)).code).toBe('replayed');
  });

  it('asks for a second code of a careful view and is green on one made after the first scan', async () => {
    const view = await province.viewOf({
      view: 12,
      nbf: seconds() - 300,
      exp: seconds() + day,
      values: { 2: '张三', 3: true },
    });
    const key = await holderKeyOf(province.keys.device);
    expect(await give(await makeShowCode(view, key, { iat: seconds() - 5 }))).toEqual({
      outcome: 'check',
      code: 'careful_second_code',
    });
    await page.getByTestId('next').click();
    expect((await give(await makeShowCode(view, key, { iat: seconds() + 1 }))).code).toBe('valid');
  });

  it('is ready for offline after one visit and then verifies with the server stopped', async () => {
    await page.locator('[data-testid=offline][data-state=ready]').waitFor();
    await stop();
    await page.reload();
    await page.getByTestId('pack-age').getByText('7 分钟前').waitFor();
    await page.getByTestId('unreachable').waitFor();
    expect((await give(await codeOf())).code).toBe('valid');
    await page.getByTestId('next').click();
    const lasting = { validFrom: iso(seconds() - 300), validUntil: iso(seconds() + day) };
    expect((await give(JSON.stringify(await province.ldpVcOf(lasting)))).code).toBe('valid');
    // The code reader works offline too.
    await page.getByTestId('next').click();
    const picture = await QRCode.toBuffer([{ data: await codeOf(), mode: 'alphanumeric' }], { scale: 5 });
    await page
      .getByTestId('photo')
      .setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer: picture });
    expect((await shown()).code).toBe('valid');
  });

  it('refuses another root and an older pack, and goes on with what it has', async () => {
    root = (await makeKey('ES256')).publicJwk;
    await page.getByTestId('pack-update').click();
    await page.getByTestId('root-changed').waitFor();
    expect((await give(await codeOf())).code).toBe('valid');
    await page.getByTestId('next').click();
    root = province.keys.root.publicJwk;
    pack = await province.packOf(atPresent(39));
    await page.getByTestId('pack-update').click();
    await page.getByText('验证包没有通过检查').waitFor();
    await page.getByText('第 40 号').waitFor();
    expect((await give(await codeOf())).code).toBe('valid');
  });

  it('reads a code from the camera', async () => {
    const temporary = await mkdtemp(join(tmpdir(), 'onecert-camera-'));
    const film = join(temporary, 'code.y4m');
    await writeFile(film, videoOf(await codeOf()));
    const filming = await launchChromium(executablePath, [
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${film}`,
    ]);
    try {
      const looking = await filming.newPage({ locale: 'zh-CN' });
      await looking.goto(`http://localhost:${port}/counter/`);
      await looking.getByTestId('pack-age').getByText('7 分钟前').waitFor();
      await looking.getByTestId('camera-open').click();
      await looking.locator('[data-testid=verdict][data-code=valid]').waitFor();
    } finally {
      await filming.close();
      await rm(temporary, { recursive: true });
    }
  });

  it('says in a sentence that there is no camera, and goes on with the scan gun', async () => {
    await page.getByTestId('camera-open').click();
    await page.getByTestId('camera-error').getByText('这台设备没有摄像头').waitFor();
    expect((await give(await codeOf())).code).toBe('valid');
  });

  it('precaches at most 300 KB as sent, and names every asset by its content', async () => {
    const worker = await readFile(join(folder, 'sw.js'), 'utf8');
    const files = [...worker.matchAll(/url:"([^"]+)"/g)].map(([, file]) => file!);
    expect(files).toContain('index.html');
    const sizes = await Promise.all(
      files.map(async (file) => gzipSync(await readFile(join(folder, file))).length),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(300 * 1024);
    expect(
      files.filter((file) => file.startsWith('assets/')).every((file) => /-[\w-]{8}\.\w+$/.test(file)),
    ).toBe(true);
  });
});
