import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { populationOf } from '../../../src/credentials/index.ts';
import { createCircuit } from '../../../src/credentials/registers/circuit.ts';
import {
  type Identity,
  openFilePopulationCheck,
  openHttpPopulationCheck,
} from '../../../src/registration/index.ts';

const asked: Identity = { kind: '111', number: '330106199203154626', name: '沈秋禾' };
const right = { holder: { kind: '111', number: asked.number }, result: 'match' };

describe('the population register over HTTP (security (c) 17)', () => {
  let server: Server;
  let url: string;
  let bodies: string[] = [];
  let answer: (res: ServerResponse, req: IncomingMessage) => void;
  let now = 0;
  const open = (timeoutMs = 300) =>
    openHttpPopulationCheck({
      url: `${url}/`,
      timeoutMs,
      circuit: createCircuit({ clock: { now: () => now } }),
    });
  const json = (value: unknown) => (res: ServerResponse) => void res.end(JSON.stringify(value));

  beforeAll(async () => {
    server = createServer((req, res) => {
      let body = '';
      req.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      req.on('end', () => {
        bodies.push(`${req.method} ${req.url} ${body}`);
        answer(res, req);
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
    bodies = [];
  });

  it('asks with everything in the body and takes yes, no and nobody', async () => {
    for (const result of ['match', 'mismatch', 'unknown'] as const) {
      answer = json({ ...right, result });
      expect(await open().match(asked)).toBe(result);
    }
    expect(bodies[0]).toBe(
      `POST /match ${JSON.stringify({ holder: { kind: '111', number: asked.number }, name: asked.name })}`,
    );
  });

  it('refuses an answer about another person, and does not ask for another', async () => {
    for (const holder of [
      { kind: '111', number: '330106199203154627' },
      { kind: '414', number: asked.number },
    ]) {
      bodies = [];
      answer = json({ holder, result: 'match' });
      await expect(open().match(asked)).rejects.toMatchObject({ code: 'register_unavailable' });
      expect(bodies).toHaveLength(1);
    }
  });

  it('refuses another shape, no JSON, an endless answer and a redirect', async () => {
    for (const odd of [
      json({ result: 'match' }),
      json({ ...right, result: 'yes' }),
      (res: ServerResponse) => void res.end('<html>match</html>'),
      (res: ServerResponse) => void res.end('x'.repeat(50_000)),
      (res: ServerResponse) => void res.writeHead(302, { location: `${url}/elsewhere` }).end(),
    ]) {
      answer = odd;
      const refusal = await open()
        .match(asked)
        .catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: 'register_unavailable' });
      expect(String((refusal as Error).cause)).not.toContain(asked.number);
    }
  });

  it('asks a second time after a 500 or silence, and a third time never', async () => {
    let calls = 0;
    answer = (res) => {
      calls += 1;
      if (calls === 1) res.writeHead(500).end();
      else json(right)(res);
    };
    expect(await open().match(asked)).toBe('match');
    calls = 0;
    answer = (res) => {
      calls += 1;
      if (calls > 1) json(right)(res);
    };
    expect(await open().match(asked)).toBe('match');
    answer = (res) => void res.writeHead(500).end();
    bodies = [];
    await expect(open().match(asked)).rejects.toMatchObject({ code: 'register_unavailable' });
    expect(bodies).toHaveLength(2);
  });

  it('makes nobody wait any more after five failures, and tries again half a minute later', async () => {
    const check = open();
    answer = (res) => void res.writeHead(500).end();
    for (let tries = 0; tries < 5; tries += 1) await check.match(asked).catch(() => undefined);
    bodies = [];
    await expect(check.match(asked)).rejects.toMatchObject({ code: 'register_unavailable' });
    expect(bodies).toEqual([]);
    now += 31_000;
    answer = json(right);
    expect(await check.match(asked)).toBe('match');
  });
});

describe('the population list of the sample', () => {
  const resident = {
    ...asked,
    sex: 'female',
    birthDate: '1992-03-15',
    region: '330106',
    address: '',
  } as const;
  const check = openFilePopulationCheck([populationOf([]), populationOf([resident])]);

  it('says yes, no or nobody, names compared in one form', async () => {
    expect(check.adapter).toBe('file (sample)');
    expect(await check.match({ ...asked, name: '沈 秋禾' })).toBe('match');
    expect(await check.match({ ...asked, name: '沈秋' })).toBe('mismatch');
    expect(await check.match({ ...asked, kind: '414' })).toBe('unknown');
  });
});
