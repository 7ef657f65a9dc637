import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { projectDir, readConfig } from '../../src/config.ts';
import { openCore } from '../../src/core.ts';
import { createLogger } from '../../src/log.ts';
import { jsonOf, ownServer } from '../flow/own-server.ts';

const command = join(projectDir, 'dist/cli/onecert.js');

/** Starts the command in a process group of its own, so that its workers are killed with it. */
const start = (env: NodeJS.ProcessEnv, args: string[]): { child: ChildProcess; batch: Promise<string> } => {
  const child = spawn(process.execPath, [command, 'certificates', 'issue-batch', ...args], {
    env,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  const batch = new Promise<string>((resolve, reject) => {
    child.stderr!.on('data', (text) => {
      said += text;
      const id = /batch (ib_\S+)/.exec(said)?.[1];
      if (id) resolve(id);
    });
    child.once('close', () => reject(new Error(said)));
  });
  return { child, batch };
};

describe('kill -9 in the middle of a batch (issue 6)', () => {
  it('goes on where it was: every row once, nothing lost, nothing signed twice', async () => {
    const own = await ownServer();
    const { env } = own.server;
    const args = ['--type', 'driving_licence', '--copies', 'dc+sd-jwt', '--workers', '2'];
    let batch: string | undefined;
    let kills = 0;
    for (const share of [0.1, 0.35, 0.6]) {
      const { child, batch: told } = start(env, batch ? ['--resume', batch, '--workers', '2'] : args);
      batch = await told;
      const core = await openCore(readConfig(env), { logger: createLogger('fatal'), busyTimeoutMs: 5000 });
      for (;;) {
        const { certificates, state } = await core.batches.progress(batch);
        if (certificates >= share * 258 || state === 'done' || child.exitCode !== null) break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const ended = once(child, 'close');
      if (child.exitCode === null) {
        process.kill(-child.pid!, 'SIGKILL');
        kills += 1;
        await ended;
      }
      await core.close();
    }
    expect(kills).toBeGreaterThan(0);
    const done = jsonOf<{ state: string; rows: number; done: number; certificates: number; refused: number }>(
      await own.server.onecert('certificates', 'issue-batch', '--resume', batch!, '--workers', '1', '--json'),
    );
    expect(done.state).toBe('done');
    expect(done.done).toBe(done.rows);

    const core = await openCore(readConfig(env), { logger: createLogger('fatal') });
    const report = await core.credentials.checkEverythingIssued();
    expect(report).toMatchObject({ ok: true, bad: [] });
    const certificates = await core.credentials.list({ type: 'driving_licence' });
    expect(certificates).toHaveLength(done.certificates);
    let withCopy = 0;
    const entries = new Set<string>();
    for (const { id, holder, state, validUntil } of certificates) {
      const copies = (await core.credentials.copiesOf(holder)).filter((copy) => copy.certificate === id);
      for (const { statusList, statusIndex } of copies) entries.add(`${statusList}:${statusIndex}`);
      const released = copies.filter((copy) => copy.state === 'released');
      const isLive =
        (state === '01' || state === '02') && (validUntil ?? Number.POSITIVE_INFINITY) > Date.now() / 1000;
      expect([id, released.length]).toEqual([id, isLive ? 1 : 0]);
      withCopy += released.length;
    }
    expect(withCopy).toBe(report.released);
    expect(entries.size).toBe(report.checked);
    await core.close();
    await own.remove();
  }, 180_000);
});
