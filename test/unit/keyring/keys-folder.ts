/** A keys folder of its own for each test, and a clock that stands until it is moved. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../../src/clock.ts';
import { type Keyring, type OpenKeyringInput, openKeyring } from '../../../src/keyring/index.ts';

export const START = Date.UTC(2026, 10, 23, 8, 0, 0) / 1000;

export interface TestClock extends Clock {
  at: number;
  advance(seconds: number): void;
}

export function standingClock(): TestClock {
  return {
    at: START * 1000,
    now() {
      return this.at;
    },
    advance(seconds) {
      this.at += seconds * 1000;
    },
  };
}

export interface KeysFolder {
  dir: string;
  clock: TestClock;
  open(input?: Partial<OpenKeyringInput>): Promise<Keyring>;
  names(): Promise<string[]>;
  text(name: string): Promise<string>;
  remove(): Promise<void>;
}

export async function keysFolder(): Promise<KeysFolder> {
  const dir = join(await mkdtemp(join(tmpdir(), 'onecert-keys-')), 'keys');
  const clock = standingClock();
  return {
    dir,
    clock,
    open: (input = {}) =>
      openKeyring({ dir, clock, mode: 'development', env: {}, generateSecrets: true, ...input }),
    names: async () => (await readdir(dir, { recursive: true })).sort(),
    text: (name) => readFile(join(dir, name), 'utf8'),
    remove: () => rm(join(dir, '..'), { recursive: true, force: true }),
  };
}
