/** Both sides of a scan: a browser that draws a code, a wallet on a phone that answers it. */

import { join } from 'node:path';
/** Both sides of a scan: a browser that draws a code, a wallet on a phone that answers it. */
import express, { Router } from 'express';
import { projectDir } from '../../src/config.ts';
import { accessTokenGuard, openPlaces, type PhoneScans, type ScanView } from '../../src/oidc/index.ts';
import { scanRoutes } from '../../src/wallet/scan-routes.ts';
import { addApp, type Started, type TestApp, walkThrough } from './test-app.ts';
import type { TestBrowser, Visit } from './test-browser.ts';
import { samplePerson, startTestServer, type TestServer, type TestServerOptions } from './test-server.ts';

/** Of config/sample/places.yaml. */
export const hangzhou = '192.0.2.10';
export const lanzhou = '203.0.113.7';

export const firefoxOnWindows =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0';

/** A clock that tests push forward. */
export const movableClock = () => {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    pass(seconds: number): void {
      ahead += seconds * 1000;
    },
  };
};

export const person = { loginName: samplePerson.phone, password: samplePerson.password };

/** The login with the phone's API in front of it, behind a front whose X-Forwarded-For is believed. */
export const startScanServer = async (options: TestServerOptions = {}): Promise<TestServer> => {
  let scans: PhoneScans | undefined;
  const server = await startTestServer({
    trustedProxies: ['loopback'],
    limits: { wrongPerName: 1000 },
    ...options,
    oidc: { placeOf: openPlaces(join(projectDir, 'config/sample/places.yaml')), ...options.oidc },
    mount({ provider, baseUrl }) {
      const router = Router();
      router.use(
        '/wallet/api',
        accessTokenGuard({ provider: () => provider, baseUrl })('wallet'),
        express.json(),
      );
      const later = new Proxy({} as PhoneScans, { get: (_none, name) => Reflect.get(scans!, name) });
      scanRoutes(router, later);
      return router;
    },
  });
  scans = server.oidc.scans;
  return server;
};

export interface Answer {
  status: number;
  body: Record<string, unknown> & { code?: string };
}

/** A person's phone with the wallet signed in on it. */
export class Phone {
  readonly browser: TestBrowser;
  readonly #app: TestApp;
  readonly #baseUrl: string;
  readonly #address: string;
  token = '';

  constructor(server: TestServer, app: TestApp, address = hangzhou) {
    this.#app = app;
    this.#baseUrl = server.baseUrl;
    this.#address = address;
    this.browser = app.browser({ 'x-forwarded-for': address });
  }

  async signIn(who = person, parameters: Record<string, string> = {}): Promise<this> {
    const started = await this.#app.start({ scope: 'openid wallet', ...parameters });
    await this.take(await walkThrough(this.browser, started, who), started);
    return this;
  }

  async take(callback: string, started: Started): Promise<void> {
    this.token = (await this.#app.redeem(callback, started)).access_token;
  }

  async ask(id: string, act: string, body: object = {}): Promise<Answer> {
    const answer = await fetch(`${this.#baseUrl}/wallet/api/scans/${id}/${act}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.token}`,
        'content-type': 'application/json',
        'x-forwarded-for': this.#address,
      },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Answer['body'] };
  }

  async look(id: string): Promise<ScanView> {
    const { status, body } = await this.ask(id, 'look');
    if (status !== 200) throw new Error(`look: ${status} ${body.code}`);
    return body as unknown as ScanView;
  }

  confirm = (id: string, number: number): Promise<Answer> => this.ask(id, 'confirm', { number });
}

export const addWalletApp = (server: TestServer): Promise<TestApp> =>
  addApp(server, { client_name: '卡包', scope: 'openid wallet', firstParty: true });

/** A browser that has asked to sign in by a scan. */
export interface Desk {
  browser: TestBrowser;
  started: Started;
  page: Visit;
  uid: string;
}

export const openDesk = async (
  app: TestApp,
  { address = hangzhou, parameters = {} }: { address?: string; parameters?: Record<string, string> } = {},
): Promise<Desk> => {
  const browser = app.browser({ 'x-forwarded-for': address, 'user-agent': firefoxOnWindows });
  const started = await app.start(parameters);
  const form = await browser.open(started.url.href);
  const uid = /\/interaction\/([\w-]+)/.exec(form.url)![1]!;
  const page = await browser.open(`${new URL(form.url).origin}/interaction/${uid}/scan`);
  return { browser, started, page, uid };
};

/** Another look at the page, as its script takes it. */
export const again = async (desk: Desk): Promise<Visit> => {
  desk.page = await desk.browser.open(desk.page.url.replace(/\?.*/, ''));
  return desk.page;
};

/** What the code on the page says; the page's script and picture come from the same value. */
export const idOf = (desk: Desk): string =>
  desk.browser.cookies.find(({ name }) => name === 'onecert_scan')!.value.split('.')[0]!;

export const numberOn = (page: Visit): number | undefined => {
  const found = /<p class="match">(\d+)<\/p>/.exec(page.text)?.[1];
  return found === undefined ? undefined : Number(found);
};

export const stateOf = (page: Visit): string | undefined => /data-state="(\w+)"/.exec(page.text)?.[1];

/** Presses the one button of the page. */
export const press = async (desk: Desk): Promise<Visit> => {
  desk.page = await desk.browser.submit(desk.page, '/scan');
  return desk.page;
};
