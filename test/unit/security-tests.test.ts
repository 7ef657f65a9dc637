import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { projectDir } from '../../src/config.ts';

const page = readFileSync(join(projectDir, 'docs/security-tests.md'), 'utf8');

/** Each `row | … | tests` of the page's tables. */
const rows = page
  .split('\n')
  .filter((line) => /^\| \([abc]\) /.test(line))
  .map((line) => line.split(' | '))
  .map(([label = '', , files = '']) => ({
    label: label.slice(2),
    files: [...files.matchAll(/`([^`]+)`/g)].map(([, file]) => file!),
  }));

/** `(c) 6` also as one of `(c) 6, 7, 8`; a class by the beginning of its name, wherever in the brackets it stands. */
const carries = (text: string, label: string): boolean => {
  const [, kind, name = ''] = /^(\([abc]\)) (.+)$/.exec(label)!;
  const literal = (words: string): string => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = /^\d+$/.test(name)
    ? `${literal(kind!)} (?:\\d+, )*${name}\\b`
    : `${literal(kind!)} (?:[^'\`()]*, )?${literal(name)}`;
  return new RegExp(pattern).test(text);
};

describe('docs/security-tests.md', () => {
  it('has a row for each kind of bad input that reaches sign-in, apps and certificates', () => {
    const labels = rows.map(({ label }) => label);
    expect(labels.filter((label) => label.startsWith('(c)'))).toEqual(
      [...Array.from({ length: 33 }, (_, index) => index + 1), 35, 37, 39].map((row) => `(c) ${row}`),
    );
    expect(new Set(labels).size).toBe(labels.length);
  });

  it('names for each row tests that are there and carry its label', () => {
    const wrong: string[] = [];
    for (const { label, files } of rows) {
      if (files.length === 0) wrong.push(`${label}: no test`);
      for (const file of files) {
        const path = join(projectDir, file);
        if (!existsSync(path) || !carries(readFileSync(path, 'utf8'), label)) wrong.push(`${label}: ${file}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
