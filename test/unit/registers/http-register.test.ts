import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { ConfigError, readConfig } from '../../../src/config.ts';
import { readCatalogue } from '../../../src/credentials/catalogue/read-catalogue.ts';
import { openHttpRegister, openHttpRegisters } from '../../../src/credentials/registers/http-register.ts';
import type { Register, Registers } from '../../../src/credentials/registers/register.ts';
import {
  citizenNumber,
  context,
  drivingLicenceRow,
  openRig,
  person,
  testClock,
} from '../credentials/issuing-rig.ts';

const catalogue = readCatalogue('config/certificates');
const type = catalogue.get('driving_licence');
const holder = { kind: '111', number: citizenNumber(301) };
const row = drivingLicenceRow({ key: 'L-1', number: holder.number });

type Answer = (req: IncomingMessage, body: string, res: ServerResponse) => void;

describe('settings of registers over HTTP', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'onecert-registers-'));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const faultsOf = (registers: object, more: object = {}): string => {
    const file = join(dir, 'config.yaml');
    writeFileSync(file, stringify({ registers, ...more }));
    try {
      readConfig({ ONECERT_CONFIG: file });
    } catch (error) {
      if (error instanceof ConfigError) return error.faults.join('\n');
      throw error;
    }
    return '';
  };
  const production = { mode: 'production', baseUrl: 'https://id.test.example', departmentsFile: 'x.yaml' };
  const http = (url: string) => ({ adapter: 'http', http: { 'driving-licences': { url } } });

  it('adapter and addresses belong together, and production asks over https or on the same machine only', () => {
    expect(faultsOf({ adapter: 'http' })).toMatch(/registers\.http/);
    expect(faultsOf({ ...http('https://r.example'), adapter: 'none' })).toMatch(/registers\.http/);
    expect(faultsOf(http('ftp://r.example'))).toMatch(/registers\.http/);
    expect(faultsOf(http('http://r.example'))).toBe('');
    expect(faultsOf(http('http://r.example'), production)).toMatch(/over https only/);
    expect(faultsOf(http('https://r.example'), production)).not.toMatch(/registers/);
    expect(faultsOf(http('http://127.0.0.1:8080/r'), production)).not.toMatch(/registers/);
  });
});

describe('a register over HTTP', () => {
  let server: Server;
  let url: string;
  let answer: Answer;
  let calls: { line: string; body: string }[];
  let clock: ReturnType<typeof testClock>;
  let register: Register;
  beforeAll(async () => {
    server = createServer((req, res) => {
      let body = '';
      req.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      req.on('end', () => {
        calls.push({ line: `${req.method} ${req.url}`, body });
        answer(req, body, res);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as { port: number }).port}/licences`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    calls = [];
    clock = testClock();
    register = openHttpRegister({ url, type, clock });
  });

  const json =
    (value: unknown): Answer =>
    (_req, _body, res) => {
      res.setHeader('content-type', 'application/json');
      res.end(JSON.stringify(value));
    };
  const rows = (...given: unknown[]) => json({ rows: given, blocked: false });
  const unavailable = expect.objectContaining({ code: 'register_unavailable' });

  it('asks with the number in the body, never in the address, and gives the row as it is', async () => {
    answer = rows(row);
    expect(await register.find(holder)).toEqual({ rows: [row], blocked: false });
    expect(calls).toEqual([{ line: 'POST /licences/find', body: JSON.stringify({ holder }) }]);
  });

  it('answers absent for absent, and faulty for what the department held back', async () => {
    answer = rows();
    expect(await register.find(holder)).toEqual({ rows: [], blocked: false });
    answer = json({ rows: [], blocked: true });
    expect(await register.find(holder)).toEqual({ rows: [], blocked: true });
  });

  it('is asked once for a type and list, whatever it answers', async () => {
    const registers: Registers = { get: () => register, all: () => [register] };
    const rig = await openRig({ registers });
    const account = person('asker', holder.number);
    const answers = [rows(row), rows(), json({ rows: [], blocked: true })];
    const told: unknown[] = [];
    for (answer of answers) {
      calls = [];
      const list = await rig.credentials.listForHolder(account);
      const { status, reason } = list.find((entry) => entry.type === type.id)!;
      const types = list.length;
      told.push([reason ?? status, calls.length / types]);
    }
    answer = rows();
    calls = [];
    await expect(rig.credentials.ensureCertificate(account, type.id, context)).rejects.toMatchObject({
      code: 'not_in_register',
    });
    expect([told, calls.length]).toEqual([
      [
        ['available', 1],
        ['not_in_register', 1],
        ['register_entry_faulty', 1],
      ],
      1,
    ]);
    await rig.close();
  });

  it('security (c) 29: holds back another person’s row, a wrong check character and an end before the start (SHR-4)', async () => {
    const other = drivingLicenceRow({ key: 'L-2', number: citizenNumber(302) });
    const mistyped = { ...row, fields: { ...row.fields, licence_number: '330102199003073010' } };
    const backwards = { ...row, fields: { ...row.fields, valid_until: '2020-01-01' } };
    for (const faulty of [
      other,
      mistyped,
      backwards,
      { ...row, issuer: 'nobody' },
      { ...row, state: '42' },
    ]) {
      answer = rows(faulty);
      expect(await register.find(holder)).toEqual({ rows: [], blocked: true });
    }
    answer = rows(row, other);
    expect((await register.find(holder)).rows).toEqual([row]);
  });

  it.each<[string, Answer]>([
    ['500', (_req, _body, res) => void res.writeHead(500).end('{}')],
    ['no JSON', (_req, _body, res) => void res.end('<html>sorry</html>')],
    ['another shape', json({ row: [] })],
    ['a redirect', (_req, _body, res) => void res.writeHead(302, { location: '/licences/find' }).end()],
    ['a broken connection', (_req, _body, res) => void res.destroy()],
    ['far too much', (_req, _body, res) => void res.end(`"${'x'.repeat(1_200_000)}"`)],
  ])('is unavailable, and quotes nothing, when it answers with %s', async (_name, given) => {
    answer = given;
    const error = await register.find(holder).then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    expect(error).toEqual(unavailable);
    expect(`${error} ${(error as Error).cause}`).not.toMatch(/sorry|3301021990/);
  });

  it('gives up after two seconds', async () => {
    answer = () => undefined;
    const started = performance.now();
    await expect(register.find(holder)).rejects.toEqual(unavailable);
    const took = performance.now() - started;
    expect([took > 1_500, took < 3_500]).toEqual([true, true]);
  });

  it('is not asked for half a minute after five failures, then once, and as before when that goes well', async () => {
    answer = (_req, _body, res) => void res.writeHead(500).end();
    for (let i = 0; i < 8; i += 1) await expect(register.find(holder)).rejects.toEqual(unavailable);
    expect(calls).toHaveLength(5);
    clock.forward(30);
    await expect(register.find(holder)).rejects.toEqual(unavailable);
    await expect(register.find(holder)).rejects.toEqual(unavailable);
    expect(calls).toHaveLength(6);
    clock.forward(30);
    answer = rows(row);
    expect((await register.find(holder)).rows).toEqual([row]);
    answer = (_req, _body, res) => void res.writeHead(500).end();
    await expect(register.find(holder)).rejects.toEqual(unavailable);
    answer = rows(row);
    expect((await register.find(holder)).rows).toEqual([row]);
  });

  it('passes on the department’s intake: codes and field names, or nothing', async () => {
    const report = { rows: 2, usable: 1, blocked: 1, flagged: 0, counts: { bad_checksum: 1 } };
    const finding = { line: 3, code: 'bad_checksum', field: 'licence_number', effect: 'blocked' };
    answer = json({ ...report, findings: [finding] });
    expect(await register.intake()).toEqual({ ...report, findings: [finding], register: 'driving-licences' });
    expect(calls[0]!.line).toBe('GET /licences/intake');
    for (const odd of [
      { findings: [{ ...finding, field: '张三 330102' }] },
      { findings: [], counts: { 张三: 1 } },
    ]) {
      answer = json({ ...report, ...odd });
      await expect(register.intake()).rejects.toEqual(unavailable);
    }
  });

  it('is one of those the settings name; a name that no type reads is a fault of the settings', () => {
    const settings = { 'driving-licences': { url } };
    const registers = openHttpRegisters({ settings, catalogue, clock });
    expect(registers.all().map(({ id, adapter }) => [id, adapter])).toEqual([['driving-licences', 'http']]);
    expect(() => registers.get('residence-permits')).toThrow(/not connected/);
    expect(() => openHttpRegisters({ settings: { elephants: { url } }, catalogue, clock })).toThrow(
      /registers\.http\.elephants/,
    );
  });
});
