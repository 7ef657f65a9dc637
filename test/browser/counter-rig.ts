/** The built counter on a server of the test's own, beside a small province whose packs the test makes. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type Express } from 'express';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import QRCode from 'qrcode';
import { staticApp } from '../../src/http/index.ts';
import { securityHeaders } from '../../src/http/security-headers.ts';
import {
  createTestProvince,
  day,
  now,
  type PackChanges,
  type TestProvince,
} from '../unit/verifier/test-province.ts';

/** Built by `npm test` before the tests run. */
export const counterFolder = join(fileURLToPath(new URL('../..', import.meta.url)), 'dist/web/counter');
export const seconds = () => Math.floor(Date.now() / 1000);

/** The tests' province signs for a fixed day; the browser's clock is the real one. */
export const atPresent = (number: number): PackChanges => {
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
export const videoOf = (text: string): Buffer => {
  const [width, height] = [640, 480];
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' });
  const scale = Math.floor(440 / (modules.size + 8));
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

export interface CounterRig {
  province: TestProvince;
  /** What `/trust/root` and `/pack` answer; `more` adds routes, `folder` is where the app is. */
  served: { root: object; pack: string; delta?: string | undefined; interrupted?: boolean; folder: string };
  address(): string;
  listen(): Promise<void>;
  stop(): Promise<void>;
  open(context: BrowserContext): Promise<Page>;
  contextOf(browser: Browser, more?: object): Promise<BrowserContext>;
  /** A show code this old (seconds), of this status entry. */
  codeOf(age?: number, index?: number, careful?: boolean): Promise<string>;
  /** Uncaught errors and what the policy forbade. */
  complaints: string[];
}

export const createCounterRig = async (
  more: (app: Express) => void = () => undefined,
): Promise<CounterRig> => {
  const province = await createTestProvince();
  let server: Server | undefined;
  let port = 0;
  const rig: CounterRig = {
    province,
    served: {
      root: province.keys.root.publicJwk,
      pack: await province.packOf(atPresent(40)),
      folder: counterFolder,
    },
    complaints: [],
    address: () => `http://localhost:${port}`,
    async listen() {
      const app = express();
      app.use(securityHeaders('http://localhost'));
      app.get('/trust/root', (_request, response) => void response.json(rig.served.root));
      app.get('/pack/delta', (request, response) => {
        const { delta } = rig.served;
        if (delta && JSON.parse(delta).from === Number(request.query.from)) response.json(JSON.parse(delta));
        else response.sendStatus(404);
      });
      app.get('/pack', (_request, response) => {
        const { pack, interrupted } = rig.served;
        response.type('application/jwt');
        if (!interrupted) return void response.send(pack);
        response.set('content-length', String(pack.length));
        response.write(pack.slice(0, pack.length / 2));
        setTimeout(() => response.destroy(), 50);
      });
      more(app);
      app.use((request, response, next) => staticApp('/counter', rig.served.folder)(request, response, next));
      server = await new Promise<Server>((resolve) => {
        const started = app.listen(port, '127.0.0.1', () => resolve(started));
      });
      port = (server.address() as AddressInfo).port;
    },
    async stop() {
      server?.closeAllConnections();
      await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
      server = undefined;
    },
    async open(context) {
      const page = await context.newPage();
      page.on('pageerror', ({ message }) => rig.complaints.push(message));
      page.on('console', (message) => {
        if (/content security policy/i.test(message.text())) rig.complaints.push(message.text());
      });
      await page.goto(`${rig.address()}/counter/`);
      await page.getByTestId('pack-age').getByText('7 分钟前').waitFor();
      return page;
    },
    contextOf: (browser, options = {}) =>
      browser.newContext({ locale: 'zh-CN', serviceWorkers: 'allow', ...options }),
    codeOf: (age = 0, index, careful = false) =>
      province.showCodeOf(
        {
          nbf: seconds() - 300,
          exp: seconds() + day,
          cti: globalThis.crypto.getRandomValues(new Uint8Array(8)),
          ...(index !== undefined && { status: { list: 1, index } }),
          ...(careful && { view: 12, values: { 2: '张三', 3: true } }),
        },
        { iat: seconds() - age },
      ),
  };
  return rig;
};

/** The verdict on the screen. */
export const shown = async (page: Page) => {
  const verdict = page.getByTestId('verdict');
  await verdict.waitFor();
  return {
    outcome: await verdict.getAttribute('data-outcome'),
    code: await verdict.getAttribute('data-code'),
  };
};

/** Types or pastes a text into the field and waits for the answer. */
export const give = async (page: Page, text: string) => {
  await page.getByTestId('entry').fill(text);
  await page.getByTestId('entry').press('Enter');
  return shown(page);
};
