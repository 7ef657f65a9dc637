import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { projectDir } from '../../src/config.ts';
import { jsonOf } from './own-server.ts';

const sample = join(projectDir, 'config/sample/organisation.yaml');

describe('onecert official', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'onecert-official-'));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const onecert = async (...args: string[]) => {
    const command = join(projectDir, 'src/cli/onecert.ts');
    const child = spawn(
      process.execPath,
      ['--import', join(projectDir, 'scripts/typescript.mjs'), command, 'official', ...args],
      {
        cwd: projectDir,
        env: { PATH: process.env.PATH, DATA_DIR: join(dir, 'data'), NODE_NO_WARNINGS: '1' },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const [exitCode] = (await once(child, 'close')) as [number];
    return { exitCode, stdout, stderr };
  };

  it('development has the sample’s tree; a faulty file is refused with every fault, a good one is the next version', async () => {
    const shown = jsonOf<{ number: number; units: unknown[] }>(await onecert('tree', 'show', '--json'));
    expect([shown.number, shown.units.length > 15]).toEqual([1, true]);
    const text = readFileSync(sample, 'utf8');
    const faulty = join(dir, 'faulty.yaml');
    writeFileSync(
      faulty,
      text.replace('parent: zj-police', 'parent: nobody').replace('"330683"', '"339999"'),
    );
    const refused = await onecert('tree', 'import', faulty);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toMatch(/there is no unit nobody/);
    expect(refused.stderr).toMatch(/present region code/);
    expect(refused.stderr).not.toMatch(/\n\s+at /);
    const more = join(dir, 'more.yaml');
    writeFileSync(more, text.replace('诸暨市人民政府', '诸暨市人民政府（新）'));
    const imported = jsonOf<{ number: number; changed: boolean }>(
      await onecert('tree', 'import', more, '--json'),
    );
    expect([imported.number, imported.changed]).toEqual([2, true]);
  }, 60_000);

  it('appoints, moves and lets go; an administrator it does not make', async () => {
    const post = jsonOf<{ id: string; unit: string }>(
      await onecert('appoint', 'lin', '--unit', 'wenzhou', '--role', 'issuer_clerk', '--json'),
    );
    const moved = jsonOf<{ unit: string; roles: string[] }>(
      await onecert('move', 'lin', post.id, '--unit', 'jinhua', '--role', 'approver', '--json'),
    );
    expect([moved.unit, moved.roles]).toEqual(['jinhua', ['approver']]);
    const listed = jsonOf<{ unit: string }[]>(await onecert('list', '--json'));
    // Beside the sample's officials, who work elsewhere.
    const places = listed.map(({ unit }) => unit).filter((unit) => ['wenzhou', 'jinhua'].includes(unit));
    expect(places).toEqual(['jinhua']);
    const refused = await onecert('appoint', 'lin', '--unit', 'jinhua', '--role', 'system_administrator');
    expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringMatching(/second_person_needed/)]);
    expect(jsonOf<unknown[]>(await onecert('leave', 'lin', '--json'))).toHaveLength(1);
    const unknown = await onecert('appoint', 'lin', '--unit', 'jinhua', '--role', 'emperor');
    expect([unknown.exitCode, unknown.stderr]).toEqual([2, expect.stringMatching(/--role is one of/)]);
  }, 60_000);
});
