import { createHmac } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { projectDir } from '../../src/config.ts';
import { readSamplePeople } from '../../src/credentials/index.ts';
import { jsonOf, type OwnServer, ownServer } from './own-server.ts';
import { TestBrowser } from './test-browser.ts';

const canary = readSamplePeople(join(projectDir, 'config/sample/people.yaml')).find(
  ({ id }) => id === 'ouyang',
)!;
const legacyId = 'OLD-USER-CANARY-7';
const traces = [canary.name, canary.document.number, canary.phone, legacyId];

const filesBelow = (dir: string): string[] =>
  readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
const found = (bytes: Buffer): string[] =>
  traces.filter((text) =>
    [Buffer.from(text), Buffer.from(encodeURIComponent(text)), Buffer.from(text, 'utf16le')].some((needle) =>
      bytes.includes(needle),
    ),
  );

/** yyyyMMddHHmmss of China. */
const stamp = (): string =>
  new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 19).replace(/[-:T]/g, '');

describe('an old app set up from the command line, and a canary person in it (NET-6, SHR-5)', () => {
  let own: OwnServer;
  let folder: string;
  const addresses: string[] = [];
  const redirect = 'http://localhost:1/old';
  let info: Record<string, string>;
  let secrets: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'onecert-old-ids-'));
    own = await ownServer({ LOG_LEVEL: 'debug' });
    const { server } = own;
    await server.start();
    const app = jsonOf<{ client_id: string }>(
      await server.onecert('app', 'add', '--name', 'Old', '--redirect', redirect, '--json'),
    );
    const service = jsonOf<{ servicecode: string; servicepwd: string }>(
      await server.onecert(
        ...['ticket-service', 'add', '--code', 'oldapp', '--app', app.client_id, '--return', redirect],
        ...['--until', '2099-01-01', '--json'],
      ),
    );
    const file = join(folder, 'ids.csv');
    writeFileSync(
      file,
      `document_kind,document_number,legacy_user_id\n111,${canary.document.number},${legacyId}\n`,
    );
    const report = jsonOf<{ imported: number }>(
      await server.onecert(
        ...['app', 'legacy-ids', 'import', '--app', app.client_id, '--file', file],
        ...['--until', '2099-01-01', '--json'],
      ),
    );
    expect(report.imported).toBe(1);

    const browser = new TestBrowser((url) => {
      addresses.push(url.href);
      return url.href.startsWith(redirect);
    });
    let page = await browser.open(`${server.baseUrl}/sso/mobile.do?action=oauth&scope=1&servicecode=oldapp`);
    page = await browser.signIn(page, canary.document.number, own.passwordOf(canary.id));
    page = await browser.submit(page, '/consent', { decision: 'agree' });
    const ticket = new URL(page.url).searchParams.get('ticket')!;
    const call = async (method: string, name: string, value: string) => {
      const time = stamp();
      const sign = createHmac('sha256', service.servicepwd)
        .update(['oldapp', time, method, value].join('\n'))
        .digest('hex');
      const answer = await fetch(`${server.baseUrl}/sso/servlet/simpleauth`, {
        method: 'POST',
        body: new URLSearchParams({ method, servicecode: 'oldapp', time, sign, [name]: value }),
      });
      return (await answer.json()) as Record<string, string>;
    };
    const { token } = await call('ticketValidation', 'st', ticket);
    info = await call('getUserInfo', 'token', token!);
    secrets = [service.servicepwd, ticket, token!];
  }, 120_000);
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await own.remove();
  });

  it('is told to the app by its back end, and nowhere else', () => {
    expect(info).toMatchObject({
      result: '0',
      username: canary.name,
      idnum: canary.document.number,
      mobile: canary.phone,
    });
    expect(addresses.length).toBeGreaterThan(3);
    expect(addresses.flatMap((address) => found(Buffer.from(address)))).toEqual([]);
  });

  it('is not in the log of the server, and neither is a ticket, a token or a secret', () => {
    const { log } = own.server;
    expect(log.length).toBeGreaterThan(0);
    expect(found(Buffer.from(log))).toEqual([]);
    for (const secret of secrets) expect(log).not.toContain(secret);
  });

  it('is in no file of the data folder in the clear', async () => {
    await own.server.stop();
    const files = filesBelow(own.dataDir);
    expect(files.some((file) => file.endsWith('onecert.db'))).toBe(true);
    for (const file of files) {
      const bytes = readFileSync(file);
      expect([file, found(bytes)]).toEqual([file, []]);
      for (const secret of secrets) expect([file, bytes.includes(secret)]).toEqual([file, false]);
    }
  });
});
