import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { exportJWK } from 'jose';
import { readConfig } from '../../src/config.ts';
import { type Core, openCore } from '../../src/core.ts';
import { createLogger } from '../../src/log.ts';
import { makeDeviceKey } from '../../src/tour/wallet-client.ts';

const root = join(import.meta.dirname, '../..');

/** Closes in a child that is killed so many milliseconds after it began; true when it came to its end first. */
async function closeUntilKilled(env: NodeJS.ProcessEnv, account: string, after: number): Promise<boolean> {
  const child = spawn(
    process.execPath,
    ['--import', './scripts/typescript.mjs', 'test/fault/close-until-killed.ts', account],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '', ...env } },
  );
  let printed = '';
  child.stdout.on('data', (text) => {
    if (printed === '') setTimeout(() => child.kill('SIGKILL'), after);
    printed += text;
  });
  const [code, signal] = await once(child, 'close');
  if (code !== 0 && signal !== 'SIGKILL') throw new Error('the child failed');
  return printed.includes('closed');
}

describe('kill -9 in the middle of closing an account', () => {
  it('the next turn finishes it: nothing of her can be read, found or verified, and nobody else lost anything', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'onecert-close-'));
    const env = { DATA_DIR: dataDir, MONGODB_URL: '', REDIS_URL: '', ONECERT_SAMPLE_APPS: 'false' };
    const open = (): Promise<Core> => openCore(readConfig(env), { logger: createLogger('fatal') });
    try {
      let core = await open();
      const [lin, zhou] = [(await core.samplePerson('lin'))!, (await core.samplePerson('zhou'))!];
      const keys = await Promise.all(
        Array.from({ length: 8 }, async () => exportJWK((await makeDeviceKey()).publicKey)),
      );
      const issue = { type: 'driving_licence', format: 'dc+sd-jwt' as const, context: { actor: 'cli' } };
      await core.credentials.issueCopies({ account: lin, ...issue, deviceKeys: keys });
      await core.close();

      let kills = 0;
      for (let after = 2; !(await closeUntilKilled(env, lin.id, after)); after = after * 2 + 3) kills += 1;
      expect(kills).toBeGreaterThan(0);

      core = await open();
      expect(await core.accounts.get(lin.id)).toBeUndefined();
      expect(await core.accounts.findByDocument(lin.documentKind, lin.documentNumber)).toBeUndefined();
      expect((await core.credentials.list({ holder: lin.id })).map(({ state }) => state)).toEqual(['04']);
      expect(await core.accounts.authenticators.of(lin.id)).toEqual([]);
      expect((await core.enterprises.holdingsOf(lin.id)).received.map(({ state }) => state)).toEqual([
        'ended',
      ]);
      expect(await core.accounts.get(zhou.id)).toEqual(zhou);
      expect((await core.credentials.checkEverythingIssued()).ok).toBe(true);
      expect((await core.audit.verify()).ok).toBe(true);
      const { name, documentKind, documentNumber } = lin;
      await core.accounts.open({ name, documentKind, documentNumber, proofingLevel: 2 });
      await core.close();
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  }, 120_000);
});
