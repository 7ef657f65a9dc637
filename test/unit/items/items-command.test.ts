import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { itemsCommand } from '../../../src/cli/items.ts';

/** Runs `onecert items …` in this process; what it printed and how it would exit. */
const run = async (...args: string[]) => {
  let printed = '';
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    await itemsCommand().parseAsync(args, { from: 'user' });
    return { printed, exitCode: process.exitCode };
  } finally {
    write.mockRestore();
    process.exitCode = before;
  }
};

describe('onecert items check', () => {
  const dirs: string[] = [];
  afterEach(() => {
    for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true });
  });

  it('finds no fault in what ships', async () => {
    expect(await run('check')).toEqual({ printed: '10 items, no fault\n', exitCode: 0 });
    expect(JSON.parse((await run('check', '--json')).printed)).toMatchObject({ items: 10, faults: [] });
  });

  it('prints a sentence a fault for a folder of one’s own, and exits with 1', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'onecert-items-'));
    dirs.push(dir);
    writeFileSync(join(dir, 'renewal.yaml'), 'unit: zj-weather\n');
    const { printed, exitCode } = await run('check', dir);
    expect(exitCode).toBe(1);
    const [count, ...lines] = printed.trimEnd().split('\n');
    expect(count).toBe('12 fault(s)');
    expect(lines).toContain('  renewal.yaml: state is missing; add active or retired.');
    expect(lines).toContainEqual(expect.stringMatching(/unit names no department that we know/));
    for (const line of lines) expect(line).toMatch(/^ {2}renewal\.yaml: .+; .+\.$/);
    const report = JSON.parse((await run('check', dir, '--json')).printed);
    expect(report.faults).toHaveLength(12);
    expect(report.faults[0]).toEqual({
      file: 'renewal.yaml',
      path: expect.any(String),
      wrong: expect.any(String),
      todo: expect.any(String),
      sentence: expect.stringMatching(/^renewal\.yaml: /),
    });
  });
});
