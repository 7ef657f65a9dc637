// What a clerk waits for, in a real Chromium with its CPU throttled four times: a picture of 1280 × 720 until the words are
// on the screen; and a wallet that was closed, unlocked with no network, until the counter's words. Needs CHROMIUM.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import QRCode from 'qrcode';
import { buildApp } from '../dist/app.js';
import { readConfig } from '../dist/config.js';
import { openCore } from '../dist/core.js';
import { createLogger } from '../dist/log.js';
import { makeShowCode } from '../dist/verifier/core/index.js';
import { temporaryFolder } from './leftovers.mjs';
import { median, rounded } from './measure.mjs';
import { ownInstance } from './our-server.mjs';
import { newDeviceKey } from './province-in-process.mjs';

const throttle = 4;
const pin = '730264';
const seconds = () => Math.floor(Date.now() / 1000);
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost']; // biome-ignore format: one list
const launch = (more = []) =>
  chromium.launch({ executablePath: process.env.CHROMIUM, args: [...flags, ...more] });

const openProvince = async () => {
  const { env, baseUrl, dataDir } = await ownInstance();
  const core = await openCore(readConfig({ ...process.env, ...env }), { logger: createLogger('fatal') });
  const app = await buildApp(core);
  const server = createServer(app.express);
  await new Promise((resolve) => server.listen(Number(env.PORT), '127.0.0.1', resolve));
  app.ready();
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await app.close();
  };
  return { core, baseUrl, dataDir, stop };
};

/** Raw video of one code a frame, a little turned, as a hand holds a phone (YUV4MPEG2, grey). */
const filmOf = (codes) => {
  const [width, height] = [1280, 720];
  const chroma = Buffer.alloc((width * height) / 2, 128);
  const parts = [Buffer.from(`YUV4MPEG2 W${width} H${height} F1:1 Ip A1:1 C420\n`)];
  for (const text of codes) {
    const { modules } = QRCode.create([{ data: text, mode: 'alphanumeric' }], {
      version: 16,
      errorCorrectionLevel: 'M',
    });
    const scale = 5;
    const [cos, sin] = [Math.cos(0.15) / scale, Math.sin(0.15) / scale];
    const luma = Buffer.alloc(width * height, 225);
    for (let y = 0; y < height; y += 1)
      for (let x = 0; x < width; x += 1) {
        const [dx, dy] = [x - width / 2, y - height / 2];
        const column = Math.floor(dx * cos + dy * sin + modules.size / 2);
        const row = Math.floor(dy * cos - dx * sin + modules.size / 2);
        const inside = row >= 0 && column >= 0 && row < modules.size && column < modules.size;
        if (inside && modules.get(row, column)) luma[y * width + x] = 30;
      }
    parts.push(Buffer.from('FRAME\n'), luma, chroma);
  }
  return Buffer.concat(parts);
};

/** Notes when a frame is taken, when the reader has answered, and when the words are painted. */
const watch = () => {
  const times = { taken: 0, answered: 0, list: [] };
  globalThis.counterTimes = times.list;
  globalThis.VideoFrame = new Proxy(VideoFrame, {
    construct(target, given) {
      times.taken = performance.now();
      return new target(...given);
    },
  });
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, transfer) {
    if (message.image) {
      const sent = performance.now();
      const taken = times.taken;
      this.addEventListener(
        'message',
        () => Object.assign(times, { from: taken, sent, answered: performance.now() }),
        { once: true },
      );
    }
    return post.call(this, message, transfer);
  };
  let shown;
  new MutationObserver(() => {
    const verdict = document.querySelector('[data-testid=verdict]');
    if (verdict && verdict !== shown) {
      const { from, sent, answered } = times;
      const there = performance.now();
      const code = verdict.getAttribute('data-code');
      requestAnimationFrame(() => {
        const painted = performance.now() - from;
        times.list.push({ code, words: there - from, painted, take: sent - from, read: answered - sent });
      });
    }
    shown = verdict;
  }).observe(document, { childList: true, subtree: true });
};

const throttled = async (context, page) => {
  const client = await context.newCDPSession(page);
  await client.send('Emulation.setCPUThrottlingRate', { rate: throttle });
};

const measurePictures = async ({ core, baseUrl }, report) => {
  const key = await newDeviceKey();
  const { copies } = await core.credentials.issueCopies({
    account: await core.samplePerson('lin'),
    type: 'driving_licence',
    format: 'onecert-view+cwt',
    view: 'standard',
    deviceKeys: [key.jwk],
    context: { actor: 'system' },
  });
  const view = new Uint8Array(Buffer.from(copies[0].credential, 'base64url'));
  const film = join(temporaryFolder(), 'codes.y4m');
  const codes = [];
  for (let index = 0; index < 30; index += 1)
    codes.push(await makeShowCode(view, key.privateKey, { iat: seconds() + index }));
  writeFileSync(film, filmOf(codes));
  const browser = await launch([
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${film}`,
  ]);
  try {
    const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.addInitScript(watch);
    await page.goto(`${baseUrl}/counter/`);
    await page.locator('[data-testid=offline][data-state=ready]').waitFor();
    await throttled(context, page);
    await page.getByTestId('camera-open').click();
    const until = Date.now() + 40_000;
    while (Date.now() < until && (await page.evaluate(() => globalThis.counterTimes.length)) < 25) {
      await page.getByTestId('verdict').waitFor();
      await page.waitForTimeout(100);
      await page.keyboard.press('Escape');
    }
    const times = (await page.evaluate(() => globalThis.counterTimes))
      .filter(({ code }) => code === 'valid')
      .slice(1);
    const [words, painted, taking, reading] = ['words', 'painted', 'take', 'read'].map((part) =>
      median(times.map((each) => each[part])),
    );
    report({
      bench: 'counter-picture',
      subject: 'onecert',
      operations: times.length,
      p50_ms: rounded(words),
      painted_p50_ms: rounded(painted),
      taking_p50_ms: rounded(taking),
      reader_p50_ms: rounded(reading),
      // The protocol throttles the page's thread alone; the reader is a worker.
      p50_ms_reader_throttled_too: rounded(words + (throttle - 1) * reading),
      note: `frame of 1280 × 720 from the camera until the words are on the page; page throttled ${throttle} times`,
    });
  } finally {
    await browser.close();
  }
};

const measureShow = async ({ core, baseUrl, dataDir }, report) => {
  const browser = await launch();
  try {
    const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 390, height: 844 } });
    let phone = await context.newPage();
    const { document } = core.people.find(({ id }) => id === 'lin');
    const { password } = JSON.parse(readFileSync(join(dataDir, 'sample-people.json'), 'utf8')).find(
      ({ id }) => id === 'lin',
    );
    const typePin = async () => {
      await phone.getByTestId('pin-dots').waitFor();
      for (const digit of pin) await phone.getByTestId(`key-${digit}`).click();
    };
    await phone.goto(`${baseUrl}/wallet/`);
    await phone.getByTestId('sign-in').click();
    await phone.locator('#login-name').fill(document.number);
    await phone.locator('#password').fill(password);
    await phone.locator('#password').press('Enter');
    await phone.getByTestId('add-all').click();
    await phone.getByTestId('prepared').waitFor();
    await phone.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await phone.getByTestId('lock-ask-set').click();
    await typePin();
    await phone.getByRole('heading', { name: '请再输一次' }).waitFor();
    await typePin();
    await phone.getByTestId('lock.set.done').waitFor();
    await phone.getByTestId('lock-finish').click();
    await phone.close();
    const counterContext = await browser.newContext({ locale: 'zh-CN' });
    const counter = await counterContext.newPage();
    await counter.goto(`${baseUrl}/counter/`);
    await counter.locator('[data-testid=offline][data-state=ready]').waitFor();
    const times = [];
    for (let round = 0; round < 5; round += 1) {
      await context.setOffline(true);
      await counterContext.setOffline(true);
      phone = await context.newPage();
      await throttled(context, phone);
      await throttled(counterContext, counter);
      const started = performance.now();
      await phone.goto(`${baseUrl}/wallet/`);
      await typePin();
      const unlocked = performance.now();
      await phone.getByTestId('show-driving_licence').click();
      await phone.getByTestId('view-standard').click();
      await phone.locator('[data-testid=show-code][data-made-at]').waitFor();
      const coded = performance.now();
      const buffer = await phone.getByTestId('show-code').screenshot();
      await counter.getByTestId('photo').setInputFiles({ name: 'phone.png', mimeType: 'image/png', buffer });
      await counter.locator('[data-testid=verdict][data-code=valid]').waitFor();
      times.push({ all: performance.now() - started, unlock: unlocked - started, code: coded - unlocked });
      await counter.keyboard.press('Escape');
      await phone.close();
    }
    report({
      bench: 'cold-wallet-to-words',
      subject: 'onecert',
      operations: times.length,
      p50_ms: rounded(median(times.map(({ all }) => all))),
      slowest_ms: rounded(Math.max(...times.map(({ all }) => all))),
      unlock_p50_ms: rounded(median(times.map(({ unlock }) => unlock))),
      code_p50_ms: rounded(median(times.map(({ code }) => code))),
      note: `no network: closed wallet, PIN pressed key by key, licence, view, code, picture, counter's words; both pages throttled ${throttle} times; the robot's own time included`,
    });
  } finally {
    await browser.close();
  }
};

export const benchCounter = async ({ report }) => {
  if (!process.env.CHROMIUM) throw new Error('CHROMIUM says where no browser is');
  const province = await openProvince();
  try {
    await measurePictures(province, report);
    await measureShow(province, report);
  } finally {
    await province.stop();
  }
};
