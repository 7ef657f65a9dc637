import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pino from 'pino';
import { buildApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { openCore } from '../../src/core.ts';
import { freePort } from '../../src/tour/server-process.ts';
import { heading } from './opening-browser.ts';
import { addLoser, newPassword, RecoveringBrowser } from './recovering-browser.ts';
import type { RunningApp } from './start-app.ts';

const phone = '19812340077';
const traces: Record<string, string> = { name: '闻人暮雨', phone, password: newPassword };

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

/** Remembers every address it was sent to. */
class WatchedBrowser extends RecoveringBrowser {
  readonly addresses: string[] = [];

  override async request(target: URL | string, init: RequestInit = {}) {
    const page = await super.request(target, init);
    this.addresses.push(`${page.url.href} ${page.headers.get('location') ?? ''}`);
    return page;
  }
}

describe('a person who recovers her password leaves no trace (security (a) 14)', () => {
  let dataDir: string;
  let log = '';
  let server: Server;
  let app: RunningApp;
  let close: () => Promise<void>;
  const inFiles = () =>
    filesBelow(dataDir).flatMap((file) => found(readFileSync(file)).map((kind) => `${kind} in ${file}`));

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'onecert-recovery-'));
    const port = await freePort();
    const config = readConfig({
      DATA_DIR: dataDir,
      PORT: String(port),
      ONECERT_SAMPLE_APPS: 'false',
      TRUSTED_PROXIES: 'loopback',
    });
    // Nothing scrubbed: what reaches the logger at all is found.
    const write = (line: string): void => {
      log += line;
    };
    const core = await openCore(config, { logger: pino({ level: 'trace' }, { write }) });
    const built = await buildApp(core);
    server = createServer(built.express);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    built.ready();
    app = { core, baseUrl: config.baseUrl, dataDir, passwordOf: () => '', stop: async () => undefined };
    close = () => built.close();
  }, 60_000);
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await close().catch(() => undefined);
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('not in an address, a page, a metric, the log, or any file while she is half-way and afterwards', async () => {
    const her = await addLoser(app, { phone, name: traces.name! });
    Object.assign(traces, { number: her.number, 'recovery code': her.codes[0]! });
    Object.assign(traces, { 'bare recovery code': her.codes[0]!.replaceAll('-', '') });
    const browser = new WatchedBrowser(app);
    const pages: string[] = [];
    for (const name of [her.phone, her.number]) {
      await browser.look();
      if (!browser.has('begin')) await browser.send('restart');
      await browser.begin(name);
      pages.push(browser.page.html);
      expect(inFiles()).toEqual([]);
    }
    await browser.send('recovery-code', { code: her.codes[0]! });
    pages.push(browser.page.html);
    await browser.proveMessage(her.phone);
    expect(inFiles()).toEqual([]);
    await browser.choose();
    pages.push(browser.page.html);
    expect(heading(browser.page)).toBe('Your password is set');
    await app.core.recoveries.endLostPhone(her.account.id, 'cli');
    pages.push(await fetch(`${app.baseUrl}/metrics`).then((response) => response.text()));
    expect(pages.flatMap((page) => found(Buffer.from(page)))).toEqual([]);
    expect(found(Buffer.from(browser.addresses.join('\n')))).toEqual([]);
    expect(found(Buffer.from(log))).toEqual([]);
    expect(inFiles()).toEqual([]);
  });

  it('finds what it looks for when it is there', () => {
    for (const text of Object.values(traces)) {
      writeFileSync(join(dataDir, 'trap'), `{"x":"${text}"}`);
      expect(inFiles().length).toBeGreaterThan(0);
    }
  });
});
