import { mkdtempSync, rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import {
  createLogouts,
  type EndedAuthorization,
  type LogoutOutcome,
  type Logouts,
  type LogoutsDeps,
} from '../../../src/oidc/logout/create-logouts.ts';
import { deliverySpec, pauseAfter, retryAfterSeconds } from '../../../src/oidc/logout/delivery.ts';
import { createOutgoing } from '../../../src/outgoing/index.ts';
import type { Storage } from '../../../src/storage/index.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';
import { type Canary, openCanary } from '../outgoing/canary.ts';

const ended: EndedAuthorization = { accountId: 'acc_1', clientId: 'site', sid: 'sid-1', capacity: 'self' };

describe('telling apps of a logout (NET-1)', () => {
  let dir: string;
  let storage: Storage;
  /** The same store under each of the processes. */
  let shared: Storage;
  let at: number;
  let answer: RequestListener;
  let canary: Canary;
  let outcomes: LogoutOutcome[];
  let open: Logouts[];
  const clock = { now: () => at * 1000 };

  /** One process: its own outbox on the shared store. */
  const instance = (over: Partial<LogoutsDeps> = {}): Logouts => {
    const logouts = createLogouts({
      storage: shared,
      clock,
      logger: pino({ level: 'silent' }),
      outgoing: createOutgoing({ hosts: ['127.0.0.1'], timeoutMs: 1_000 }),
      subjects: (sector, accountId, realm) => `${realm ?? 'self'}|${sector}|${accountId}`,
      findClient: async (id) =>
        ({ client_id: id, backchannel_logout_uri: uri(), onecert_sector: 'site.example' }) as never,
      prepare: async ({ sub, sid }) => ({ uri: uri(), token: `token of ${sub} ${sid}` }),
      ...over,
    });
    open.push(logouts);
    return logouts;
  };
  const uri = (): string => `http://127.0.0.1:${canary.port}/logout`;
  const started = (over?: Partial<LogoutsDeps>): Logouts => {
    const logouts = instance(over);
    logouts.start((outcome) => outcomes.push(outcome));
    return logouts;
  };
  /** Runs one round `seconds` later, to its end. */
  const later = async (logouts: Logouts, seconds: number): Promise<void> => {
    at += seconds;
    await logouts.deliverDue();
  };
  const settled = async (logouts: Logouts): Promise<void> => {
    await logouts.stop();
    logouts.start((outcome) => outcomes.push(outcome));
  };

  beforeEach(async () => {
    at = 1_800_000_000;
    outcomes = [];
    open = [];
    answer = (_req, res) => void res.writeHead(200).end();
    canary = await openCanary('http', (req, res) => answer(req, res));
    dir = mkdtempSync(join(tmpdir(), 'onecert-logouts-'));
    const settings = { dataDir: dir, personalDataMaster: new Uint8Array(32), clock };
    storage = await openStorage({ ...settings, indexKeys: [{ version: 1, key: new Uint8Array(32) }] });
    const deliveries = storage.collection(deliverySpec);
    shared = { ...storage, collection: () => deliveries as never };
    await storage.prepare();
  });
  afterEach(async () => {
    for (const logouts of open) await logouts.stop();
    await canary.close();
    await storage.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const status = (code: number, headers: Record<string, string> = {}) => {
    answer = (_req, res) => void res.writeHead(code, headers).end();
  };

  it('sends at once what ended, with the subject of the realm the person was there in', async () => {
    const logouts = started();
    await logouts.intend([ended, { ...ended, clientId: 'office-site', capacity: 'o:unit:post' }]);
    await settled(logouts);
    expect(canary.requests.map(({ body }) => new URLSearchParams(body).get('logout_token')).sort()).toEqual([
      'token of office|site.example|acc_1 sid-1',
      'token of self|site.example|acc_1 sid-1',
    ]);
    expect(outcomes).toEqual(['delivered', 'delivered']);
    await later(logouts, 5);
    expect(canary.requests).toHaveLength(2);
  });

  it('stores nothing for an app that has no back-channel address, or is not there', async () => {
    const without = started({ findClient: async () => ({ client_id: 'x' }) as never });
    await without.intend([ended]);
    const gone = started({ findClient: async () => undefined });
    await gone.intend([ended]);
    await later(started(), 1);
    expect(canary.requests).toHaveLength(0);
  });

  it('drops what an app no longer wants to be told', async () => {
    const logouts = started({ prepare: async () => undefined });
    await logouts.intend([ended]);
    await settled(logouts);
    expect([outcomes, await logouts.dead()]).toEqual([['dropped'], []]);
  });

  it('tries again after 1 s, 5 s, 30 s, 2 min … an hour, and gives up after a day', async () => {
    status(503);
    const logouts = started();
    await logouts.intend([ended]);
    await settled(logouts);
    const pauses: number[] = [];
    let tried = at;
    while ((await logouts.dead()).length === 0) {
      const before = canary.requests.length;
      await later(logouts, 1);
      if (canary.requests.length > before) {
        pauses.push(at - tried);
        tried = at;
      } else if (pauses.length >= 3) at += 28;
    }
    expect(pauses.slice(0, 3)).toEqual([1, 5, 30]);
    expect([0, 1, 2, 3, 4, 5, 6, 7, 20].map((tries) => pauseAfter(tries))).toEqual([
      1, 1, 5, 30, 120, 600, 1800, 3600, 3600,
    ]);
    expect(at - 1_800_000_000).toBeGreaterThan(22 * 3600);
    expect(at - 1_800_000_000).toBeLessThanOrEqual(24 * 3600);
    expect(await logouts.dead()).toMatchObject([{ clientId: 'site', reason: 'http_503' }]);
    expect(new Set(outcomes)).toEqual(new Set(['retried', 'dead']));
  });

  it('waits as long as the app asks for', async () => {
    status(429, { 'retry-after': '40' });
    const logouts = started();
    await logouts.intend([ended]);
    await settled(logouts);
    status(200);
    await later(logouts, 39);
    expect(canary.requests).toHaveLength(1);
    await later(logouts, 1);
    expect([canary.requests.length, outcomes]).toEqual([2, ['retried', 'delivered']]);
    expect(retryAfterSeconds(new Date((at + 90) * 1000).toUTCString(), at)).toBe(90);
    for (const nothing of [null, '', '-5', 'soon', '1e9', new Date((at - 90) * 1000).toUTCString()])
      expect([nothing, retryAfterSeconds(nothing, at)]).toEqual([nothing, 0]);
  });

  it('makes a dead letter at once of what will not get better, and sends it again when told to', async () => {
    const reasons: [() => void, string][] = [
      [() => status(400), 'http_400'],
      [() => status(404), 'http_404'],
      [() => status(302, { location: 'http://127.0.0.1:1/' }), 'redirect'],
    ];
    for (const [set, reason] of reasons) {
      set();
      const logouts = started();
      await logouts.intend([{ ...ended, sid: reason }]);
      await settled(logouts);
      const dead = (await logouts.dead()).filter((one) => one.sid === reason);
      expect(dead).toMatchObject([{ reason, tries: 1 }]);
      status(200);
      // The command line stores only; the server's next round sends.
      const command = instance();
      await command.retry(dead[0]!.id);
      await expect(command.retry(dead[0]!.id)).rejects.toMatchObject({ code: 'not_found' });
      await later(logouts, 1);
      expect((await logouts.dead()).filter((one) => one.sid === reason)).toEqual([]);
    }
    expect(outcomes).toEqual(reasons.flatMap(() => ['dead', 'delivered']));
  });

  it('security (c) 26: reaches no place inside that an app named', async () => {
    const logouts = started({ outgoing: createOutgoing({ timeoutMs: 1_000 }) });
    await logouts.intend([ended]);
    await settled(logouts);
    expect(await logouts.dead()).toMatchObject([{ reason: 'scheme' }]);
    expect(canary.connections).toBe(0);
  });

  it('lets one process send one delivery, of many that try', async () => {
    const stored = instance();
    await stored.intend([ended]);
    const processes = Array.from({ length: 8 }, () => started());
    await Promise.all(processes.map((one) => one.deliverDue()));
    expect([canary.requests.length, outcomes]).toEqual([1, ['delivered']]);
  });

  it('goes on after a process that died with it: another one sends when the lease has run out', async () => {
    // It stored and never came to send.
    await instance().intend([ended]);
    // This one took it and hangs for ever, as a killed process would.
    const killed = createLogouts({
      storage: shared,
      clock,
      logger: pino({ level: 'silent' }),
      outgoing: { fetch: () => new Promise(() => {}) },
      subjects: () => 'sub',
      findClient: async () => undefined,
      prepare: async () => ({ uri: uri(), token: 't' }),
    });
    killed.start(() => {});
    void killed.deliverDue();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const next = started();
    await later(next, 1);
    expect(canary.requests).toHaveLength(0);
    await later(next, 15);
    expect([canary.requests.length, outcomes]).toEqual([1, ['delivered']]);
  });

  it('does not let an app that is down hold up another', async () => {
    const silent = await openCanary('http', () => {});
    const toSilent = `http://127.0.0.1:${silent.port}/`;
    const logouts = started({
      prepare: async ({ clientId }) => ({ uri: clientId === 'down' ? toSilent : uri(), token: 't' }),
    });
    for (let n = 0; n < 20; n += 1) await logouts.intend([{ ...ended, clientId: 'down', sid: `sid-${n}` }]);
    await logouts.intend([ended]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([canary.requests.length, silent.requests.length]).toEqual([1, 5]);
    await silent.close();
  });
});
