import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createAskRegister, readPopulation } from '../../../src/credentials/index.ts';
import { isChild, openFileGuardianRegister, openHttpGuardianRegister } from '../../../src/families/index.ts';
import { openFileLifeEvents, openHttpLifeEvents } from '../../../src/life-events/index.ts';

const child = { kind: '111', number: '320102201308049227' };
const guardian = { kind: '111', number: '34010419900618960X' };

describe('the population register over HTTP: guardians and life events', () => {
  let server: Server;
  let url: string;
  let asked: string[] = [];
  let answer: (res: ServerResponse) => void;
  let now = 0;
  const ask = (tokenFile?: string) =>
    createAskRegister({ url: `${url}/`, clock: { now: () => now }, ...(tokenFile ? { tokenFile } : {}) });
  const json = (value: unknown) => (res: ServerResponse) => void res.end(JSON.stringify(value));

  beforeAll(async () => {
    server = createServer((req, res) => {
      let body = '';
      req.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      req.on('end', () => {
        asked.push(`${req.method} ${req.url} ${req.headers.authorization ?? ''} ${body}`);
        answer(res);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    asked = [];
  });

  it('asks with the number in the body and takes the guardians in their one form', async () => {
    answer = json({ holder: child, guardians: [{ kind: '51', number: '340104 19900618 960x' }] });
    expect(await openHttpGuardianRegister(ask()).guardiansOf(child)).toEqual([guardian]);
    expect(asked).toEqual([`POST /guardians  ${JSON.stringify({ holder: child })}`]);
  });

  it('refuses an answer about another child, in another shape, too long, or none, and never quotes it', async () => {
    for (const wrong of [
      json({ holder: guardian, guardians: [guardian] }),
      json({ guardians: [guardian] }),
      (res: ServerResponse) => void res.end(`{"x":"${child.number}`),
      (res: ServerResponse) => void res.end('x'.repeat(1_000_001)),
      (res: ServerResponse) => void res.writeHead(302, { location: '/guardians' }).end(),
      (res: ServerResponse) => void res.writeHead(500).end(child.number),
    ]) {
      answer = wrong;
      const error = await openHttpGuardianRegister(ask())
        .guardiansOf(child)
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'register_unavailable' });
      expect(String((error as Error).cause)).not.toContain(child.number);
    }
  });

  it('after five failures in a row asks nobody for half a minute', async () => {
    answer = (res) => void res.writeHead(500).end();
    const { guardiansOf } = openHttpGuardianRegister(ask());
    for (let i = 0; i < 7; i += 1) await expect(guardiansOf(child)).rejects.toThrow();
    expect(asked).toHaveLength(5);
    now += 30_001;
    answer = json({ holder: child, guardians: [] });
    expect(await guardiansOf(child)).toEqual([]);
  });

  it('takes life events with a cursor and a token; entries that cannot be read are counted, not guessed', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'onecert-register-'));
    writeFileSync(join(dir, 'token'), 'secret-token\n');
    const death = { id: 'a-1', kind: 'death', holder: child };
    answer = json({ events: [death, { ...death, kind: 'marriage' }, { id: 'b' }], cursor: 'c7' });
    const register = openHttpLifeEvents(ask(join(dir, 'token')));
    expect(await register.lifeEvents('c6')).toEqual({ events: [death], faulty: 2, cursor: 'c7' });
    expect(asked).toEqual(['POST /life-events Bearer secret-token {"since":"c6","limit":500}']);
    rmSync(dir, { recursive: true });
  });
});

describe('the sample’s files', () => {
  it('life events: lines behind the cursor, and a file that is not there yet', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'onecert-news-'));
    const file = join(dir, 'life-events.csv');
    expect(await openFileLifeEvents(file).lifeEvents(undefined)).toEqual({ events: [], faulty: 0 });
    writeFileSync(file, 'id,kind,holder_kind,holder_number,new_name,new_kind,new_number\n');
    const { lifeEvents } = openFileLifeEvents(file);
    expect(await lifeEvents(undefined)).toEqual({ events: [], faulty: 0, cursor: '0' });
    appendFileSync(file, `1,name_changed,111,${child.number},新名,,\n2,"broken,111\n`);
    const page = await lifeEvents('0');
    expect(page).toMatchObject({ events: [{ id: '1', name: '新名' }], faulty: 1, cursor: '2' });
    expect(await lifeEvents('2')).toMatchObject({ events: [], cursor: '2' });
    rmSync(dir, { recursive: true });
  });

  it('guardians: every child is under 14 on the sample’s day and, like the guardian, in the population', async () => {
    const population = readPopulation('config/sample/citizens.csv');
    const register = openFileGuardianRegister('config/sample/guardians.csv');
    expect(await register.guardiansOf(child)).toEqual([guardian]);
    for (const number of ['320102201308049227', '360102201503289282', '31010420130511918X']) {
      const [found] = await register.guardiansOf({ kind: '111', number });
      expect(isChild({ kind: '111', number }, Date.parse('2026-11-23') / 1000)).toBe(true);
      expect(await population.find('111', number)).toBeDefined();
      expect(await population.find(found!.kind, found!.number)).toBeDefined();
    }
  });
});
