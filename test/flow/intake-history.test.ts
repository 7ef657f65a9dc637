import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { projectDir } from '../../src/config.ts';
import { freePort } from '../../src/tour/server-process.ts';
import { openOfficeApi } from './office-api.ts';
import { startApp } from './start-app.ts';

const day = 86_400_000;

describe('the quality of a register over time', () => {
  const folder = mkdtempSync(join(tmpdir(), 'onecert-intake-'));
  const registerFile = join(folder, 'sample/registers/driving-licences.csv');
  let now = Date.now();
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  let people = 0;
  /** What a steward reads from an instance that has just read its files. */
  const readAnew = async (port: number) => {
    const app = await startApp(
      { PORT: String(port), DATA_DIR: join(folder, 'data'), ONECERT_CONFIG: join(folder, 'config.yaml') },
      { clock: { now: () => now } },
    );
    try {
      const { accounts, officials } = app.core;
      const { id } = await accounts.open({
        name: '测试人',
        documentKind: '414',
        documentNumber: `E${20_000_000 + ++people}`,
        proofingLevel: 2,
      });
      await officials.posts.appoint({
        account: id,
        unit: 'zj-police',
        roles: ['register_steward'],
        context: { actor: 'cli' },
      });
      const [capacity] = await officials.capacities.of(id, []);
      const api = openOfficeApi(app);
      api.callers.set(id, { accountId: id, capacity });
      const read = () => api.call(id, 'get', '/admin/api/registers/driving-licences/intake');
      await app.core.admin.intakeHistory.readAll();
      return (await read()).body;
    } finally {
      await app.stop();
    }
  };
  /** The first so many lines get a wrong check character. */
  const spoil = (lines: number): void => {
    const [header, ...rest] = readFileSync(
      join(projectDir, 'config/sample/registers/driving-licences.csv'),
      'utf8',
    ).split('\n');
    const spoilt = rest.map((line, at) =>
      at < lines ? line.replace(/,\d{17}[\dX],/, ',330102199003071231,') : line,
    );
    writeFileSync(registerFile, [header, ...spoilt].join('\n'));
  };

  it('SHR-4: intake counts are kept once a day and only where they changed, without lines, fields or values', async () => {
    cpSync(join(projectDir, 'config/sample'), join(folder, 'sample'), { recursive: true });
    writeFileSync(
      join(folder, 'config.yaml'),
      `sample: { dir: ${JSON.stringify(join(folder, 'sample'))} }\n`,
    );
    const port = await freePort();

    const first = await readAnew(port);
    expect(first.history).toEqual([
      {
        day: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
        rows: first.rows,
        usable: first.usable,
        blocked: first.blocked,
        flagged: first.flagged,
        counts: first.counts,
      },
    ]);

    spoil(3); // the same day again: its record says what was read last
    const second = await readAnew(port);
    expect(second.blocked).toBeGreaterThan(first.blocked);
    expect(second.history).toEqual([{ ...first.history[0], ...pick(second) }]);

    now += day; // nothing changed: no record of this day
    expect((await readAnew(port)).history).toEqual(second.history);

    now += day;
    spoil(0);
    const third = await readAnew(port);
    expect(third.history).toEqual([second.history[0], { ...first.history[0], day: expect.any(String) }]);
    expect(third.history[1].day > third.history[0].day).toBe(true);

    now += 400 * day; // what is older than a year is not served, and the present is noted anew
    const last = await readAnew(port);
    expect(last.history.map(({ blocked }: { blocked: number }) => blocked)).toEqual([first.blocked]);
  }, 120_000);
});

const pick = ({ rows, usable, blocked, flagged, counts }: Record<string, unknown>) => ({
  rows,
  usable,
  blocked,
  flagged,
  counts,
});
