import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { faults, heading, newcomers, newPhone, OpeningBrowser } from './opening-browser.ts';
import { type RunningApp, startApp } from './start-app.ts';

describe('opening an account with a population register over HTTP (issue 4, bad input)', () => {
  let register: Server;
  let app: RunningApp;
  let dir: string;
  let answer: (res: ServerResponse, asked: { holder: object }) => void;
  const yes = (res: ServerResponse, { holder }: { holder: object }) =>
    void res.end(JSON.stringify({ holder, result: 'match' }));

  beforeAll(async () => {
    register = createServer((req, res) => {
      let body = '';
      req.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      req.on('end', () => answer(res, JSON.parse(body)));
    });
    await new Promise<void>((resolve) => register.listen(0, '127.0.0.1', resolve));
    dir = mkdtempSync(join(tmpdir(), 'onecert-register-'));
    const file = join(dir, 'own.yaml');
    const { port } = register.address() as AddressInfo;
    writeFileSync(file, `population: { adapter: http, url: "http://127.0.0.1:${port}" }\n`);
    app = await startApp({ TRUSTED_PROXIES: 'loopback', ONECERT_CONFIG: file });
  }, 60_000);
  afterAll(async () => {
    register.closeAllConnections();
    register.close();
    await app.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it.each([
    ['a 500', (res: ServerResponse) => void res.writeHead(500).end()],
    [
      'another person',
      (res: ServerResponse) =>
        void res.end(JSON.stringify({ holder: { kind: '414', number: 'X1234567' }, result: 'match' })),
    ],
  ])(
    'stays at the step after %s, says that nothing was lost, and goes on when the register is back',
    async (_what, odd) => {
      const one = new OpeningBrowser(app);
      await one.toIdentity(newPhone());
      answer = odd;
      const page = await one.send('identity', newcomers.zhou);
      expect([page.status, heading(page), faults(page)]).toEqual([
        503,
        'Your name and document',
        ['The population register does not answer right now.'],
      ]);
      expect(page.html).toContain('Nothing you filled in was lost');
      expect(page.html).toContain(`value="${newcomers.zhou.number}"`);
      answer = yes;
      // What the page still holds is sent again.
      expect(heading(await one.send('identity', { kind: newcomers.zhou.kind }))).toBe('Choose a password');
    },
  );

  it('waits no longer than twice two seconds for a silent register', async () => {
    const one = new OpeningBrowser(app);
    await one.toIdentity(newPhone());
    answer = () => undefined;
    const before = Date.now();
    const page = await one.send('identity', newcomers.shen);
    expect(page.status).toBe(503);
    expect(Date.now() - before).toBeLessThan(5_000);
  }, 10_000);
});

describe('a server with no population register', () => {
  it('says that accounts are opened at a counter', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'onecert-no-register-'));
    const file = join(dir, 'own.yaml');
    writeFileSync(file, 'population: { adapter: none }\n');
    const app = await startApp({ ONECERT_CONFIG: file });
    try {
      const one = new OpeningBrowser(app);
      const page = await one.start();
      expect([page.status, heading(page)]).toEqual([503, 'Not possible online here']);
    } finally {
      await app.stop();
      rmSync(dir, { recursive: true, force: true });
    }
  }, 60_000);
});
