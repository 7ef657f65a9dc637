import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { projectDir } from '../../../src/config.ts';

// Debian's own, whatever stands before it in PATH.
const python = '/usr/bin/python3';
const hasPython = spawnSync(python, ['-c', 'import cbor2, cryptography']).status === 0;
const reader = join(projectDir, 'test/second-checker/counter/check_vectors.py');
const run = (folder: string) => spawnSync(python, ['-B', reader, folder], { encoding: 'utf8' });

/** Every file of vectors that a counter without our code judges. */
const files = ['pack.json', 'pack-delta.json', 'show-code.json', 'slip.json'];

(hasPython ? describe : describe.skip)('a counter in another language, from the written format alone', () => {
  const vectors = join(projectDir, 'test/vectors');

  it('gives every code, slip, pack and delta of the vectors the same verdict', () => {
    const { stdout, stderr, status } = run(vectors);
    const counts = Object.fromEntries(
      files.map((name) => [name, JSON.parse(readFileSync(join(vectors, name), 'utf8')).cases.length]),
    );
    expect({ status, stderr, ...JSON.parse(stdout || '{}') }).toEqual({
      status: 0,
      stderr: '',
      checked: { ...counts, 'pack-delta.json changes': 3 },
      differ: [],
    });
  });

  it('says which one differs', () => {
    const folder = mkdtempSync(join(tmpdir(), 'onecert-vectors-'));
    cpSync(vectors, folder, { recursive: true });
    const shows = JSON.parse(readFileSync(join(folder, 'show-code.json'), 'utf8'));
    shows.cases[0].expected = 'revoked';
    writeFileSync(join(folder, 'show-code.json'), JSON.stringify(shows));
    const { stdout, status } = run(folder);
    rmSync(folder, { recursive: true });
    expect(status).toBe(1);
    expect(JSON.parse(stdout).differ).toEqual([
      { file: 'show-code.json', title: shows.cases[0].title, expected: 'revoked', found: 'valid' },
    ]);
  });
});
