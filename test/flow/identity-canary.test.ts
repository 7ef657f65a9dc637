import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pino from 'pino';
import { createClient } from 'redis';
import { stepOf, totpAt } from '../../src/accounts/totp.ts';
import { buildApp } from '../../src/app.ts';
import { projectDir, readConfig } from '../../src/config.ts';
import { type Core, openCore } from '../../src/core.ts';
import { readSamplePeople } from '../../src/credentials/index.ts';
import { freePort } from '../../src/tour/server-process.ts';
import { challengeOf } from '../../src/tour/soft-passkey.ts';
import { describeWith } from '../contract/server-suites.ts';
import { addApp, type TestApp } from './test-app.ts';
import type { TestBrowser, Visit } from './test-browser.ts';
import { addPasskey } from './test-passkey.ts';
import type { TestServer } from './test-server.ts';

const canary = readSamplePeople(join(projectDir, 'config/sample/people.yaml')).find(
  ({ id }) => id === 'ouyang',
)!;
const password = 'quiet-harbour-58-lamp';
const guessed = 'guessed-password-931';
const traces: Record<string, string> = {
  name: canary.name,
  number: canary.document.number,
  phone: canary.phone,
  password,
  'a wrong password': guessed,
};

/** Where a trace stands, if anywhere: as UTF-8, as UTF-16, percent-encoded or in base64. */
const found = (bytes: Buffer): string[] =>
  Object.entries(traces).flatMap(([kind, text]) =>
    [
      Buffer.from(text),
      Buffer.from(text, 'utf16le'),
      Buffer.from(encodeURIComponent(text)),
      ...[0, 1, 2].map((shift) =>
        Buffer.from(
          Buffer.from(`${' '.repeat(shift)}${text}`)
            .toString('base64')
            .slice(4, -4),
        ),
      ),
    ].some((needle) => needle.length > 6 && bytes.includes(needle))
      ? [kind]
      : [],
  );

const filesBelow = (dir: string): string[] =>
  readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });

/** Every key and value of a Redis. */
const redisContents = async (url: string): Promise<string[]> => {
  const client = createClient({ url });
  await client.connect();
  const contents: string[] = [];
  for await (const keys of client.scanIterator({ COUNT: 500 })) {
    for (const key of keys) contents.push(`${key}\n${(await client.get(key)) ?? ''}`);
  }
  client.destroy();
  return contents;
};

const describeCanary = (engine: string, redisUrl: () => string | undefined): void => {
  describe(`a canary person leaves no trace of her sign-ins, on ${engine} (SHR-5, security (a) 14)`, () => {
    let dataDir: string;
    let log = '';
    let server: Server;
    let core: Core;
    let close: () => Promise<void>;
    let baseUrl: string;
    let app: TestApp;
    const answers: Visit[] = [];
    let inRedis: string[] = [];

    const finish = async (browser: TestBrowser, page: Visit): Promise<Visit> => {
      let at = page;
      for (const [act, fields] of [
        ['/capacity', { capacity: 'self' }],
        ['/consent', { decision: 'agree' }],
      ] as const) {
        if (at.text.includes(`${act}"`)) at = await browser.submit(at, act, fields);
      }
      if (at.status !== 0) throw new Error(`stuck at ${at.status} ${at.text.slice(0, 500)}`);
      return at;
    };
    const open = async (parameters?: Record<string, string>) => {
      const browser = app.browser();
      const started = await app.start({ scope: 'openid profile phone document', ...parameters });
      return { browser, started, page: await browser.open(started.url.href) };
    };
    const newestCode = async (): Promise<string> => {
      const outbox = await (await fetch(`${baseUrl}/dev/outbox`)).text();
      return /验证码 (\d{6})/.exec(outbox)![1]!;
    };

    const signInEveryWay = async () => {
      const account = (await core.samplePerson(canary.id))!;
      const { accounts } = core;
      const own = accounts.authenticators;
      await accounts.setPassword(account.id, password, 'person');
      const secret = own.newTotpSecret();
      const step = stepOf(Date.now() / 1000);
      await own.addTotp(account.id, { secret, code: totpAt(secret, step - 1) });
      const passkey = await addPasskey({ baseUrl, accounts }, account);
      const [recovery] = await own.makeRecoveryCodes(account.id);
      await own.useRecoveryCode(account.id, recovery!);

      const sms = await open();
      const form = await sms.browser.open(`${sms.page.url}?way=sms`);
      const sent = await sms.browser.post(form, '/sms-send', { phone: `+86 ${canary.phone}` });
      await sms.browser.post(sent, '/sms', { code: 'abcdef' });
      const opened = await sms.browser.submit(sent, '/sms', { code: await newestCode() });
      await app.redeem((await finish(sms.browser, opened)).url, sms.started);

      for (const loginName of [canary.phone, canary.document.number]) {
        const wrong = await open();
        await wrong.browser.signIn(wrong.page, loginName, guessed);
      }
      const strong = await open({ acr_values: 'urn:onecert:acr:p2a2', prompt: 'login select_account' });
      const factor = await strong.browser.signIn(strong.page, canary.document.number, password);
      const choice = await strong.browser.submit(factor, '/totp', { code: totpAt(secret, step) });
      expect(choice.text).toContain('/capacity"');
      // Of her enterprise where the province has one for her, else her own.
      const company = /name="capacity" value="(?!self)([^"]+)"/.exec(choice.text)?.[1] ?? 'self';
      const chosen = await strong.browser.submit(choice, '/capacity', { capacity: company });
      const done = await finish(strong.browser, chosen);
      const tokens = await app.redeem(done.url, strong.started);
      expect(tokens.claims()!.entity !== undefined).toBe(company !== 'self');

      const key = await open();
      const response = passkey.answer(challengeOf(key.page));
      const byKey = await key.browser.submit(key.page, '/passkey', { response });
      const last = await app.redeem((await finish(key.browser, byKey)).url, key.started);
      const me = await fetch(`${baseUrl}/me`, { headers: { authorization: `Bearer ${last.access_token}` } });
      expect(((await me.json()) as { name: string }).name).toBe(canary.name);
      await key.browser.open(app.logoutUrl(last.id_token!));

      // Bad input that carries the canary: no answer may repeat it.
      const { browser, page } = await open();
      answers.push(
        await browser.request(`${page.url}/sign-in?login_name=${canary.phone}`, { method: 'POST' }),
        await browser.request(`${page.url}?way=${encodeURIComponent(canary.name)}&lang=${canary.phone}`),
        await browser.request(`${baseUrl}/interaction/${canary.document.number}`),
        await browser.request(`${baseUrl}/session/end?id_token_hint=${canary.phone}`),
        await browser.post(page, '/passkey', { response: canary.document.number }),
        await browser.request(`${baseUrl}/metrics`),
      );
    };

    beforeAll(async () => {
      dataDir = mkdtempSync(join(tmpdir(), 'onecert-canary-'));
      const port = await freePort();
      const config = readConfig({
        DATA_DIR: dataDir,
        PORT: String(port),
        ONECERT_SAMPLE_APPS: 'false',
        MONGODB_URL: '',
        REDIS_URL: redisUrl() ?? '',
      });
      baseUrl = config.baseUrl;
      const write = (line: string): void => {
        log += line;
      };
      const logger = pino({ level: 'trace' }, { write });
      core = await openCore(config, { logger });
      const built = await buildApp(core);
      close = () => built.close();
      server = createServer(built.express);
      await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
      built.ready();
      app = await addApp({ baseUrl, oidc: core.oidc } as TestServer, {
        scope: 'openid profile phone document',
      });
      await signInEveryWay();
      const url = redisUrl();
      if (url !== undefined) inRedis = await redisContents(url);
    }, 120_000);
    afterAll(async () => {
      server?.closeAllConnections();
      await new Promise((resolve) => server?.close(resolve) ?? resolve(undefined));
      await close?.().catch(() => undefined);
      rmSync(dataDir, { recursive: true, force: true });
    });

    it('not in a log at its most talkative, an error, a page or a metric', () => {
      expect(found(Buffer.from(log))).toEqual([]);
      expect(answers.every(({ text }) => text.length > 0)).toBe(true);
      expect(
        answers.flatMap(({ text, status }) => found(Buffer.from(text)).map((kind) => [kind, status])),
      ).toEqual([]);
    });

    it('not in an audit entry', async () => {
      const account = (await core.samplePerson(canary.id))!;
      const entries = await core.audit.about(account.id);
      expect(entries.map(({ action }) => action)).toContain('account.stepped_up');
      expect(found(Buffer.from(JSON.stringify(entries)))).toEqual([]);
    });

    it('not in short memory: no key and no value', () => {
      expect(inRedis.flatMap((entry) => found(Buffer.from(entry)))).toEqual([]);
      if (redisUrl() !== undefined) expect(inRedis.length).toBeGreaterThan(5);
    });

    it('not in any file of the data folder', async () => {
      const inFiles = () =>
        filesBelow(dataDir)
          .filter((file) => !file.endsWith('sample-people.json'))
          .flatMap((file) => found(readFileSync(file)).map((kind) => `${kind} in ${file}`));
      expect(inFiles()).toEqual([]);
      await close();
      expect(inFiles()).toEqual([]);
    });
  });
};

describeCanary('SQLite', () => undefined);

describeWith('REDIS_URL', 'with a Redis', (url) => {
  // A database of its own: what is found there is ours.
  const own = new URL(url);
  own.pathname = '/11';
  beforeAll(async () => {
    const client = createClient({ url: own.href });
    await client.connect();
    await client.flushDb();
    client.destroy();
  });
  describeCanary('Redis', () => own.href);
});
