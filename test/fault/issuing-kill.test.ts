import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../src/clock.ts';
import type {
  CertificateDocument,
  CopyDocument,
  StatusEntryDocument,
} from '../../src/credentials/credential-store.ts';
import { faultyStorage, openRig } from '../unit/credentials/issuing-rig.ts';
import { builtChild } from './built-child.ts';

interface Act {
  issued?: string;
  credential?: string | Record<string, unknown>;
  changed?: string;
}

/** Kills the child with SIGKILL some time after its first answer, and returns every act it had answered by then. */
const actsUntilKilled = async (script: string, dir: string, round: number): Promise<Act[]> => {
  const child: ChildProcess = spawn(process.execPath, [script, dir, String(round)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let complaint = '';
  child.stderr!.on('data', (text) => {
    complaint += text;
  });
  const acts: Act[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => {
    if (acts.length === 0) setTimeout(() => child.kill('SIGKILL'), Math.random() * 500);
    // A line cut off by the kill was never an answer.
    if (line.endsWith('}')) acts.push(JSON.parse(line) as Act);
  });
  const [, signal] = await once(child, 'close');
  if (signal !== 'SIGKILL') throw new Error(`the child ended by itself: ${complaint}`);
  return acts;
};

/** ONECERT_KILLS=1000 for the whole run of docs/fault-tests.md. A store takes twenty, then it is looked at. */
const kills = Number(process.env.ONECERT_KILLS ?? 60);
const killsOfStore = 20;
const stores = Array.from({ length: Math.ceil(kills / killsOfStore) }, (_, i) => [i + 1]);

describe(`${kills} random kill -9 in the middle of issuing and of state changes (security (a) 2, (a) 3, (c) 31)`, () => {
  const script = builtChild('issue-until-killed');
  it.each(stores)(
    'store %d: nothing answered is lost, and all that is signed verifies and can be revoked',
    async () => {
      const dir = await mkdtemp(join(tmpdir(), 'onecert-issuing-kill-'));
      try {
        const acts: Act[] = [];
        for (let round = 1; round <= Math.min(kills, killsOfStore); round += 1)
          acts.push(...(await actsUntilKilled(script, dir, round)));
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
          expect(stateSequence - 1).toBeGreaterThanOrEqual(
            acts.filter(({ changed }) => changed === id).length,
          );
        const report = await rig.credentials.checkEverythingIssued();
        expect(report).toMatchObject({ ok: true, bad: [] });
        expect(report.released).toBeGreaterThanOrEqual(issued.length);

        for (const { id } of await rig.credentials.list())
          await rig.credentials.changeState(id, '07', 'end', { actor: 'system' });
        let after: string | undefined;
        const used = new Set<string>();
        do {
          const entries = await store
            .collection<StatusEntryDocument>('status_entries')
            .list({ after, limit: 500 });
          expect(entries.filter(({ state }) => state !== 1)).toEqual([]);
          for (const { copy } of entries) used.add(copy);
          after = entries.length === 500 ? entries[499]!.id : undefined;
        } while (after);
        // No status entry used twice: as many entries as copies that name one, or that were never intended.
        expect(used.size).toBeGreaterThanOrEqual(report.checked);
        expect(await rig.audit.verify()).toMatchObject({ findings: [] });
        await rig.close();
      } finally {
        await rm(dir, { recursive: true, force: true });
      }
    },
    600_000,
  );
});
