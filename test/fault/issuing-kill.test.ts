import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../src/clock.ts';
import { projectDir } from '../../src/config.ts';
import type {
  CertificateDocument,
  CopyDocument,
  StatusEntryDocument,
} from '../../src/credentials/credential-store.ts';
import { faultyStorage, openRig } from '../unit/credentials/issuing-rig.ts';

interface Act {
  issued?: string;
  credential?: string | Record<string, unknown>;
  changed?: string;
}

/** Kills the child with SIGKILL some time after its first answer, and returns every act it had answered by then. */
const actsUntilKilled = async (dir: string, round: number): Promise<Act[]> => {
  const child: ChildProcess = spawn(
    process.execPath,
    ['--import', './scripts/typescript.mjs', 'test/fault/issue-until-killed.ts', dir, String(round)],
    { cwd: projectDir, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_OPTIONS: '' } },
  );
  let complaint = '';
  child.stderr!.on('data', (text) => {
    complaint += text;
  });
  const acts: Act[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => {
    if (acts.length === 0) setTimeout(() => child.kill('SIGKILL'), 150 + Math.random() * 700);
    // A line cut off by the kill was never an answer.
    if (line.endsWith('}')) acts.push(JSON.parse(line) as Act);
  });
  const [, signal] = await once(child, 'close');
  if (signal !== 'SIGKILL') throw new Error(`the child ended by itself: ${complaint}`);
  return acts;
};

describe('kill -9 in the middle of issuing and of state changes (security a2, a3)', () => {
  it('loses nothing that was answered, and leaves nothing that does not verify or cannot be revoked', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'onecert-issuing-kill-'));
    try {
      const acts: Act[] = [];
      for (let round = 1; round <= 3; round += 1) acts.push(...(await actsUntilKilled(dir, round)));
      const store = faultyStorage();
      const rig = await openRig({ dir, clock: systemClock, storageOf: store.storageOf });
      await rig.credentials.resumePendingStateChanges();

      const issued = acts.filter((act) => act.issued);
      expect(issued.length).toBeGreaterThan(3);
      for (const { issued: id, credential } of issued) {
        const copy = (await store.collection<CopyDocument>('copies').get(id!))!;
        expect(copy.state).toBe('released');
        expect(copy.format === 'ldp_vc' ? JSON.parse(copy.signed!) : copy.signed).toEqual(credential);
      }
      const certificates = await store.collection<CertificateDocument>('certificates').list();
      for (const { id, stateSequence } of certificates)
        expect(stateSequence - 1).toBeGreaterThanOrEqual(acts.filter(({ changed }) => changed === id).length);
      const report = await rig.credentials.checkEverythingIssued();
      expect(report).toMatchObject({ ok: true, bad: [] });
      expect(report.released).toBeGreaterThanOrEqual(issued.length);

      for (const { id } of await rig.credentials.list())
        await rig.credentials.changeState(id, '07', 'end', { actor: 'system' });
      let after: string | undefined;
      do {
        const entries = await store
          .collection<StatusEntryDocument>('status_entries')
          .list({ after, limit: 500 });
        expect(entries.filter(({ state }) => state !== 1)).toEqual([]);
        after = entries.length === 500 ? entries[499]!.id : undefined;
      } while (after);
      expect(await rig.audit.verify()).toMatchObject({ findings: [] });
      await rig.close();
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }, 90_000);
});
