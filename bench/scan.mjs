// Signing in by a scan over HTTP, and what pages that wait for a phone cost: each behaves as the page's script does.
import { Agent, request } from 'node:http';
import { HttpSession } from '../dist/tour/http-session.js';
import { compare, rounded } from './measure.mjs';
import { sharedServer } from './our-server.mjs';
import { RelyingParty } from './relying-party.mjs';

const concurrency = 4;
const redirectUri = 'http://localhost:9/callback'; // nothing listens: the browser stops there
const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const ask = (url, { method = 'GET', headers = {}, body } = {}) =>
  new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });

/** A browser no bigger than needed: ten thousand of them live in this process. */
class WaitingPage {
  #cookies = new Map();

  constructor(baseUrl, authUrl) {
    this.baseUrl = baseUrl;
    this.authUrl = authUrl;
  }

  async #get(path, accept = 'text/html') {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await ask(new URL(path, this.baseUrl), { headers: { cookie, accept } });
    for (const line of answer.headers['set-cookie'] ?? []) {
      const pair = line.slice(0, line.indexOf(';'));
      this.#cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return answer;
  }

  async open() {
    const { headers } = await this.#get(this.authUrl);
    this.path = `${new URL(headers.location, this.baseUrl).pathname}/scan`;
    await this.draw();
  }

  async draw() {
    const { status, text } = await this.#get(this.path);
    if (status !== 200) throw new Error(`the scan page answered ${status}`);
    this.state = /data-state="(\w+)"/.exec(text)[1];
    this.number = /<p class="match">(\d+)/.exec(text)?.[1];
  }

  get id() {
    return this.#cookies.get('onecert_scan').split('.')[0];
  }

  /** As the script: one held request at a time, a new picture when something has changed. */
  async wait(counters, until) {
    while (!until.over && this.state !== 'confirmed' && this.state !== 'refused') {
      const asked = performance.now();
      const { status, text } = await this.#get(`${this.path}/state?known=${this.state}`, 'application/json');
      counters.polls += 1;
      const { state, code } = status === 200 ? JSON.parse(text) : { state: this.state };
      if (status !== 200) counters.failed += 1;
      else if (code) counters.codes += 1;
      else if (state !== this.state) {
        this.changed?.(state);
        if (until.over) return;
        await this.draw();
      }
      await pause(Math.max(0, 2_000 - (performance.now() - asked)));
    }
  }
}

const phoneOf =
  (baseUrl, accessToken) =>
  async (id, act, json = {}) => {
    const answer = await ask(new URL(`/wallet/api/scans/${id}/${act}`, baseUrl), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${accessToken}`,
        'content-type': 'application/json',
        accept: 'application/json',
      },
      body: JSON.stringify(json),
    });
    if (answer.status !== 200) throw new Error(`${act} answered ${answer.status}: ${answer.text}`);
    return JSON.parse(answer.text);
  };

const signInByScan = async (party, { phone }) => {
  const session = new HttpSession();
  const { url, verifier } = party.request();
  const form = await session.open(url);
  const address = new URL(`${form.url.pathname}/scan`, form.url);
  const drawn = await session.open(address);
  const id = /onecert_scan=([\w-]{22})/.exec(drawn.headers.get('set-cookie'))[1];
  await phone(id, 'look');
  const seen = await session.open(address);
  await phone(id, 'confirm', { number: Number(/<p class="match">(\d+)/.exec(seen.html)[1]) });
  const confirmed = await session.open(address);
  const page = await session.submit(session.form(confirmed, /\/scan$/), {}, party.atApp);
  return party.redeem({ code: page.next.searchParams.get('code'), verifier });
};

const benchWaiting = async ({ report, waitingPages }, our, party, phone) => {
  const { baseUrl, server } = our;
  const before = await server.sample();
  const until = { over: false };
  const counters = { polls: 0, codes: 0, failed: 0 };
  const pages = Array.from({ length: waitingPages }, () => new WaitingPage(baseUrl, party.request().url));
  const waits = [];
  let next = 0;
  const opener = async () => {
    while (next < pages.length) {
      const page = pages[next];
      next += 1;
      await page.open();
      waits.push(page.wait(counters, until));
    }
  };
  const opening = performance.now();
  await Promise.all(Array.from({ length: 16 }, opener));
  const openedMs = performance.now() - opening;
  await pause(3_000);

  Object.assign(counters, { polls: 0, codes: 0, failed: 0 });
  const started = performance.now();
  const at = await server.sample();
  const woken = [];
  for (let turn = 0; turn < 20; turn += 1) {
    const page = pages[Math.floor((pages.length * turn) / 20)];
    const changed = new Promise((resolve) => {
      page.changed = resolve;
    });
    if (page.state === 'waiting') {
      // A code about to be replaced is no longer good: the next one is as good a page.
      const looked = performance.now();
      const seen = await phone(page.id, 'look').then(
        () => true,
        () => false,
      );
      if (seen) {
        await changed;
        woken.push(performance.now() - looked);
      }
    }
    page.changed = undefined;
    await pause(1_000);
  }
  const then = await server.sample();
  const seconds = (performance.now() - started) / 1000;
  until.over = true;
  woken.sort((a, b) => a - b);
  report({
    bench: 'waiting-pages',
    subject: 'onecert',
    pages: pages.length,
    opened_in_seconds: rounded(openedMs / 1000),
    seconds: rounded(seconds),
    rss_mib_before: rounded(before.rssBytes / 2 ** 20),
    rss_mib: rounded(then.rssBytes / 2 ** 20),
    kib_per_page: rounded((then.rssBytes - before.rssBytes) / 1024 / pages.length),
    cpu_ms_per_second: rounded((then.cpuMs - at.cpuMs) / seconds),
    held_requests_per_second: rounded(counters.polls / seconds),
    new_codes_per_second: rounded(counters.codes / seconds),
    failed: counters.failed,
    woken: woken.length,
    woken_p50_ms: rounded(woken[Math.floor(woken.length / 2)] ?? 0),
    woken_max_ms: rounded(woken.at(-1) ?? 0),
    note: 'each page holds one request, and has a new code drawn every 60 s; woken: from the phone’s request to the page’s answer',
  });
  agent.destroy();
  await Promise.allSettled(waits);
};

export const benchScan = async (settings) => {
  const our = await sharedServer();
  const app = { ...(await our.addApp(redirectUri)), scope: 'openid profile' };
  const party = await RelyingParty.of(our.baseUrl, app);
  const wallet = await RelyingParty.of(our.baseUrl, {
    clientId: 'onecert-wallet',
    redirectUri: `${our.baseUrl}/wallet/`,
    scope: 'openid wallet',
  });
  const workers = await Promise.all(
    our
      .people()
      .slice(0, concurrency)
      .map(async (person) => {
        await party.signIn({ person }); // consent is remembered from here on
        const { access_token: token } = await wallet.signIn({ person });
        return { phone: phoneOf(our.baseUrl, token) };
      }),
  );
  await compare(
    'sign-in-by-scan',
    [
      {
        subject: 'onecert',
        concurrency,
        cpu: our.server.cpu,
        run: (number) => signInByScan(party, workers[number]),
        note: 'sign-in page, code drawn, phone looks and confirms, page taken, remembered consent, code, tokens; no password hash',
      },
    ],
    settings,
  );
  await benchWaiting(settings, our, party, workers[0].phone);
};
