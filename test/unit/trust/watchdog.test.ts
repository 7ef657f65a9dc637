import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { createLogger } from '../../../src/log.ts';
import {
  createWatchdog,
  listDeadlines,
  retireKey,
  rotateKey,
  signRootStatement,
  worstLevel,
} from '../../../src/trust/index.ts';
import type { PublicKeyJwk, RootStatementPayload } from '../../../src/verifier/core/index.ts';
import { START } from '../keyring/keys-folder.ts';
import { BASE_URL, type Process, type Province, removeKeys, startedProvince } from './province.ts';

const DAY = 86_400;

describe('the watchdog', () => {
  let home: Province & Process;
  beforeEach(async () => {
    home = await startedProvince();
  });
  afterEach(() => home.remove());
  afterAll(removeKeys);

  const sources = () => ({ ...home, clock: home.folder.clock, uses: [] });
  const deadlines = () => listDeadlines(sources());
  const one = async (what: string, of?: string) =>
    (await deadlines()).find((each) => each.what === what && (of === undefined || each.of === of));
  const takeRootAway = async () => {
    await rename(join(home.folder.dir, 'offline'), join(home.folder.dir, '..', 'safe'));
    await home.keyring.reload();
  };
  /** As the ceremony signs them, the root still at hand. */
  const statement = (number: number, fromDay: number, untilDay: number) =>
    signRootStatement({
      keyring: home.keyring,
      clock: home.folder.clock,
      baseUrl: BASE_URL,
      number,
      trustListKey: home.keyring.active('trust-list', 'province', 'ES256').publicJwk as PublicKeyJwk,
      validFrom: START + fromDay * DAY,
      validUntil: START + untilDay * DAY,
    });
  const numberInForce = async () =>
    (
      JSON.parse(
        Buffer.from((await home.trust.rootStatement()).split('.')[1]!, 'base64url').toString(),
      ) as RootStatementPayload
    ).number;

  it('is quiet in a province that was just made, and lists all that ends, the soonest first', async () => {
    const all = await deadlines();
    expect(worstLevel(all)).toBe('ok');
    expect(all[0]).toMatchObject({ what: 'trust-list', secondsLeft: 30 * DAY });
    expect(all.map(({ endsAt }) => endsAt)).toEqual(all.map(({ endsAt }) => endsAt).sort((a, b) => a - b));
    expect(all.filter(({ what }) => what === 'key').map(({ of }) => of)).toContain(
      'certificate wenzhou EdDSA',
    );
  });

  it('tells of a key before its end, until a successor lasts longer', async () => {
    home.folder.clock.advance(680 * DAY);
    expect(await one('key', 'pack province ES256')).toMatchObject({ level: 'warn' });
    home.folder.clock.advance(40 * DAY);
    expect(await one('key', 'pack province ES256')).toMatchObject({ level: 'error' });
    home.folder.clock.advance(40 * DAY);
    expect(await one('key', 'pack province ES256')).toMatchObject({ level: 'error', secondsLeft: 0 });
    await home.keyring.create({ purpose: 'pack', owner: 'province', alg: 'ES256', days: 730 });
    expect(await one('key', 'pack province ES256')).toMatchObject({ level: 'ok' });
  });

  it('is loud when of a kind only ended keys are left', async () => {
    const { kid } = home.keyring.active('certificate', 'wenzhou', 'ES256');
    await retireKey(home.keyring, home.trust, home.audit, { kid, force: true });
    expect(await one('key', 'certificate wenzhou ES256')).toMatchObject({ level: 'error', endsAt: 0 });
    await rotateKey(home.keyring, home.trust, home.audit, {
      purpose: 'certificate',
      owner: 'wenzhou',
      alg: 'ES256',
    });
    expect(await one('key', 'certificate wenzhou ES256')).toMatchObject({ level: 'ok' });
  });

  it('tells of a trust list that was not signed anew, long before it ends', async () => {
    await home.keyring.retire(home.keyring.active('trust-list', 'province', 'ES256').kid);
    home.folder.clock.advance(21 * DAY);
    expect(await one('trust-list')).toMatchObject({ level: 'warn' });
    home.folder.clock.advance(7 * DAY);
    expect(await one('trust-list')).toMatchObject({ level: 'error' });
  });

  it('takes up statements that were signed ahead, each on its day, and tells before the last one ends', async () => {
    const ahead = [await statement(2, 300, 600), await statement(3, 590, 900)];
    await takeRootAway();
    for (const jws of ahead) await home.trust.importRootStatement(jws);
    expect(await numberInForce()).toBe(1);
    expect(await one('root-statement')).toMatchObject({ level: 'ok', endsAt: START + 900 * DAY });
    home.folder.clock.advance(300 * DAY);
    expect(await numberInForce()).toBe(2);
    home.folder.clock.advance(290 * DAY);
    expect(await numberInForce()).toBe(3);
    home.folder.clock.advance(251 * DAY);
    expect(await one('root-statement')).toMatchObject({ level: 'warn' });
    home.folder.clock.advance(46 * DAY);
    expect(await one('root-statement')).toMatchObject({ level: 'error' });
  });

  it('does not count a statement that begins after the one before it has ended', async () => {
    const late = await statement(2, 400, 700);
    await takeRootAway();
    await home.trust.importRootStatement(late);
    expect(await one('root-statement')).toMatchObject({ endsAt: START + 365 * DAY });
  });

  it('says it in the log and in the metrics, with nothing in them but kinds of keys', async () => {
    const lines: string[] = [];
    const logger = createLogger('info', { write: (line: string) => void lines.push(line) });
    const watchdog = createWatchdog(sources(), logger);
    await watchdog.look();
    expect(lines).toEqual([]);
    home.folder.clock.advance(720 * DAY);
    await watchdog.look();
    const said = lines.map((line) => JSON.parse(line));
    expect(said.find(({ of }) => of === 'pack province ES256')).toMatchObject({
      level: 50,
      what: 'key',
      msg: expect.stringMatching(/^key \(pack province ES256\) ends in 1?\d days$/),
    });
    const registry = new Registry();
    watchdog.measure(registry);
    expect(await registry.metrics()).toMatch(
      /onecert_seconds_left\{what="key",of="pack province ES256",level="error"\} \d+/,
    );
  });
});
