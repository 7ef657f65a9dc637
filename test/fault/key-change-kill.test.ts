import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { numberOf, openFolk } from './key-change-store.ts';

const PEOPLE = 1500;
const root = join(import.meta.dirname, '../..');

/** Runs the job and kills it after so many pages; true when it came to its end first. */
async function runJob(dataDir: string, pages: number): Promise<boolean> {
  const child = spawn(
    process.execPath,
    ['--import', './scripts/typescript.mjs', 'test/fault/change-keys-until-killed.ts', dataDir],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } },
  );
  let printed = '';
  child.stdout.on('data', (text) => {
    printed += text;
    if (printed.split('\n').length > pages) child.kill('SIGKILL');
  });
  const [code, signal] = await once(child, 'close');
  if (code !== 0 && signal !== 'SIGKILL') throw new Error('the child failed');
  return printed.includes('finished');
}

describe('kill -9 in the middle of a change of keys (security (a) 15)', () => {
  it('every record stays readable and findable, and the job goes on where it was', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'onecert-keys-'));
    try {
      const before = await openFolk(dataDir, 'old');
      for (let n = 0; n < PEOPLE; n += 1) await before.folk.insert({ id: `p${n}`, number: numberOf(n) });
      await before.storage.close();
      let finished = false;
      for (let pages = 1; !finished; pages += 4) {
        finished = await runJob(dataDir, pages);
        const { storage, folk } = await openFolk(dataDir, 'both');
        for (let n = pages % 7; n < PEOPLE; n += 97) {
          expect((await folk.findKeyed('number', numberOf(n))).map(({ number }) => number)).toEqual([
            numberOf(n),
          ]);
        }
        await expect(folk.insert({ id: 'twin', number: numberOf(pages) })).rejects.toMatchObject({
          index: 'number',
        });
        await storage.close();
      }
      const { storage, folk } = await openFolk(dataDir, 'new');
      expect(await storage.keys.status()).toMatchObject({ masters: { older: [] }, indexKeys: [2] });
      expect((await folk.findKeyed('number', numberOf(777)))[0]?.id).toBe('p777');
      await storage.close();
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  }, 120_000);
});
