import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newcomers } from './opening-browser.ts';
import { jsonOf, type OwnServer, ownServer } from './own-server.ts';

let own: OwnServer;
let dir: string;
const run = (...args: string[]) => own.server.onecert('person', ...args);

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'onecert-slip-'));
  own = await ownServer();
  await own.server.start();
}, 60_000);
afterAll(async () => {
  await own.remove();
  rmSync(dir, { recursive: true, force: true });
});

describe('onecert person open', () => {
  const file = (value: unknown): string => {
    const path = join(dir, 'person.json');
    writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
    return path;
  };

  it('opens an account in the name of an officer and prints the slip; slip prints another', async () => {
    const from = file(newcomers.zhou);
    const printed = await run('open', '--officer', 'lin', '--card-checked', '--from', from);
    expect([printed.exitCode, printed.stdout]).toEqual([
      0,
      expect.stringMatching(/开通码 Start code: \S{4}-/),
    ]);
    expect(printed.stdout).not.toContain(newcomers.zhou.number);
    const again = await run('open', '--officer', 'lin', '--from', from);
    expect([again.exitCode, again.stderr]).toEqual([1, expect.stringContaining('account_exists')]);

    const opened = jsonOf<{ account: string; proofing: number; code: string }>(
      await run('open', '--officer', 'lin', '--from', file(newcomers.shen), '--html', '--json'),
    );
    expect(opened).toMatchObject({ proofing: 2, print: expect.stringMatching(/^<!doctype html>/) });
    const slip = jsonOf<{ code: string }>(await run('slip', opened.account, '--officer', 'lin', '--json'));
    expect(slip.code).not.toBe(opened.code);
  }, 60_000);

  it('says what is wrong with the file without quoting it', async () => {
    for (const content of ['{"number": 3301', { kind: '111', number: '1' }]) {
      const wrong = await run('open', '--officer', 'lin', '--from', file(content));
      expect([wrong.exitCode, wrong.stderr]).toEqual([2, expect.not.stringContaining('3301')]);
    }
    const faulty = await run('open', '--officer', 'lin', '--from', file({ ...newcomers.jose, number: '!' }));
    expect([faulty.exitCode, faulty.stderr]).toEqual([1, expect.stringContaining('number_shape_414')]);
  }, 60_000);
});
