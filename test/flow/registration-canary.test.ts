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
import { faults, goodPassword, heading, newcomers, newPhone, OpeningBrowser } from './opening-browser.ts';
import type { RunningApp } from './start-app.ts';

const person = newcomers.aynur;
const officerPerson = newcomers.zhou;
const phone = newPhone();
const traces: Record<string, string> = {
  name: person.name,
  number: person.number,
  phone,
  'name at the counter': officerPerson.name,
  'number at the counter': officerPerson.number,
  'a number that failed': '330106199203154627',
};

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

describe('a person who opens an account leaves no trace (security (a) 14)', () => {
  let dataDir: string;
  let log = '';
  let server: Server;
  let app: RunningApp;
  let close: () => Promise<void>;
  const inFiles = () =>
    filesBelow(dataDir).flatMap((file) => found(readFileSync(file)).map((kind) => `${kind} in ${file}`));

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'onecert-opening-'));
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
    const logger = pino({ level: 'trace' }, { write });
    const core = await openCore(config, { logger });
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

  it('not in a file while she is half-way, not in an answer of another, not in a metric', async () => {
    const one = new OpeningBrowser(app);
    await one.toIdentity(phone);
    await one.send('identity', { ...person, number: '330106199203154627' });
    expect(faults(one.page)).toHaveLength(1);
    expect(inFiles()).toEqual([]);
    await one.send('identity', { ...person });
    expect(heading(one.page)).toBe('Choose a password');
    expect(inFiles()).toEqual([]);
    const end = await one.send('password', { password: goodPassword, repeat: goodPassword });
    expect(heading(end)).toBe('Your account is open');
    expect(found(Buffer.from(end.html))).toEqual([]);
    const answers = [
      await new OpeningBrowser(app).start().then(({ html }) => html),
      await fetch(`${app.baseUrl}/metrics`).then((response) => response.text()),
      await fetch(`${app.baseUrl}/open-account/identity`, {
        method: 'POST',
        headers: { accept: 'application/json' },
        body: new URLSearchParams([
          ['number', person.number],
          ['number', person.number],
          ['name', person.name],
        ]),
      }).then((response) => response.text()),
    ];
    expect(answers.flatMap((answer) => found(Buffer.from(answer)))).toEqual([]);
    const officer = (await app.core.samplePerson('lin'))!.id;
    const { slip } = await app.core.registration.openByOfficer({
      ...officerPerson,
      cardChecked: true,
      officer,
    });
    await app.core.registration
      .openByOfficer({ ...officerPerson, cardChecked: true, officer })
      .catch((error: Error) => expect(found(Buffer.from(`${error.message}${error.stack}`))).toEqual([]));
    traces['start code'] = slip.code;
    traces['bare start code'] = slip.code.replaceAll('-', '');
  });

  it('not in the log, and not in any file of the data folder afterwards', async () => {
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
