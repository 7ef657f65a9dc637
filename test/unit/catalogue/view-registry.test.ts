import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { projectDir } from '../../../src/config.ts';
import { viewRegistry } from './view-registry.ts';

describe('the registry of view numbers', () => {
  it('in docs/view-numbers.md is what the packs say', () => {
    expect(readFileSync(join(projectDir, 'docs/view-numbers.md'), 'utf8')).toBe(viewRegistry());
  });

  it('has every number once, and every key of a view once', () => {
    const rows = [...viewRegistry().matchAll(/^\| (\d+) \|.*\| (.*) \|$/gm)];
    expect(rows.length).toBeGreaterThan(29);
    expect(new Set(rows.map(([, number]) => number)).size).toBe(rows.length);
    for (const [, , keys] of rows) {
      const numbers = keys!.split(', ').map((each) => Number.parseInt(each, 10));
      expect(new Set(numbers).size).toBe(numbers.length);
      expect(Math.min(...numbers)).toBeGreaterThanOrEqual(2);
    }
  });
});
