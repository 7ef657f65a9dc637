import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import Database from 'libsql';
import { openEntries } from './killed-store.ts';

const ROUNDS = 10;
const root = join(import.meta.dirname, '../..');

/** Lets a child insert, kills it at a random moment, and returns the ids it had printed by then. */
async function acknowledgedUntilKilled(dataDir: string, round: number): Promise<string[]> {
  const child = spawn(
    process.execPath,
    ['--import', './scripts/typescript.mjs', 'test/fault/insert-until-killed.ts', dataDir, String(round)],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_OPTIONS: '' } },
  );
  let printed = '';
  let complaint = '';
  child.stderr.on('data', (text) => {
    complaint += text;
  });
  child.stdout.on('data', (text) => {
    if (printed === '') setTimeout(() => child.kill('SIGKILL'), Math.random() * 150);
    printed += text;
  });
  const [, signal] = await once(child, 'close');
  if (signal !== 'SIGKILL') throw new Error(`the child ended by itself: ${complaint}`);
  // What follows the last line break was cut off by the kill.
  return printed.split('\n').slice(0, -1);
}

describe('kill -9 in the middle of writing (security.md (a) 1, 2)', () => {
  it(`keeps every acknowledged document through ${ROUNDS} kills, and the file stays sound`, async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'onecert-kill-'));
    try {
      const acknowledged: string[] = [];
      for (let round = 1; round <= ROUNDS; round += 1) {
        acknowledged.push(...(await acknowledgedUntilKilled(dataDir, round)));
      }
      expect(acknowledged.length).toBeGreaterThan(ROUNDS);
      const { storage, collection } = await openEntries(dataDir);
      for (const id of acknowledged) {
        const n = Number(id.split('-')[1]);
        const entry = await collection.get(id);
        expect(entry?.note).toBe(n % 3 === 0 ? 'replaced' : 'x'.repeat(n % 700));
      }
      // Written but not yet acknowledged: at most the one under way at each kill.
      expect(await collection.count()).toBeLessThanOrEqual(acknowledged.length + ROUNDS);
      await storage.close();
      const database = new Database(join(dataDir, 'onecert.db'));
      expect(database.prepare('PRAGMA integrity_check').raw().all()).toEqual([['ok']]);
      database.close();
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  }, 90_000);
});
