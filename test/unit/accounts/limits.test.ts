import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { limits, refusalMilliseconds } from '../../../src/accounts/limits.ts';
import { defaultCost } from '../../../src/accounts/password-hash.ts';
import { longestPassword, shortestPassword } from '../../../src/accounts/password-rules.ts';
import { defaultLimits } from '../../../src/accounts/sign-in-limits.ts';
import { projectDir } from '../../../src/config.ts';
import {
  officeAbsoluteSeconds,
  officeIdleSeconds,
  sessionAbsoluteSeconds,
  sessionIdleSeconds,
} from '../../../src/oidc/lifetimes.ts';

const page = readFileSync(join(projectDir, 'docs/sign-in-limits.md'), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

const inSeconds = (words: string): number => {
  const [, count, unit] = /^(\d+) (minute|hour)s?$/.exec(words) ?? [];
  return Number(count) * (unit === 'hour' ? 3_600 : 60);
};

describe('docs/sign-in-limits.md', () => {
  it('has the numbers of the code, all of them', () => {
    const told = rows.map((cells) => [
      cells[1],
      { limit: Number(cells[3]), windowSeconds: Number(cells[4]) },
    ]);
    const real = Object.entries(limits).map(([name, { limit, windowSeconds }]) => [
      `\`${name}\``,
      { limit, windowSeconds },
    ]);
    expect(told).toEqual(real);
  });

  it('names no longer lock-out than a window', () => {
    for (const [, name, , , window, longest] of rows) {
      if (longest?.startsWith('none')) continue;
      expect([name, inSeconds(longest!)]).toEqual([name, Number(window)]);
    }
  });

  it('says what holds for passwords, times and sessions', () => {
    expect(defaultLimits).toEqual({
      wrongPerName: limits.passwordAccount.limit,
      wrongPerDay: limits.passwordDay.limit,
      wrongPerAddress: limits.passwordAddress.limit,
      windowSeconds: limits.passwordAccount.windowSeconds,
    });
    expect(page).toContain(`${refusalMilliseconds} ms`);
    expect(page).toContain(`${shortestPassword} to ${longestPassword} characters`);
    const { memoryCost, timeCost, parallelism } = defaultCost;
    expect(page).toContain(`${memoryCost / 1024} MiB,\n${timeCost} passes, ${parallelism} lane`);
    const minutes = (seconds: number): string => `${seconds / 60} minutes`;
    const hours = (seconds: number): string => `${seconds / 3_600} hours`;
    expect(page).toContain(`no use for | ${minutes(sessionIdleSeconds)} | ${minutes(officeIdleSeconds)} |`);
    expect(page).toContain(
      `signing in | ${hours(sessionAbsoluteSeconds)} | ${hours(officeAbsoluteSeconds)} |`,
    );
  });
});
