import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../src/clock.ts';
import type {
  CertificateDocument,
  CopyDocument,
  StatusEntryDocument,
} from '../../src/credentials/credential-store.ts';
import type { Collection, Document, Versioned } from '../../src/storage/index.ts';
import { faultyStorage, openRig } from '../unit/credentials/issuing-rig.ts';
import { builtChild } from './built-child.ts';
import { type Answer, callsThatTakeRoom, type Fault, fileCalls, runTraced } from './traced-child.ts';

/** Without strace (it is Linux’s) the suite is skipped by name; CI installs it. */
const hasStrace = ((): boolean => {
  try {
    execFileSync('strace', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

const effects = ['signal=KILL', 'error=EIO', 'error=ENOSPC'] as const;
/** ONECERT_FAULTS=all runs every point; else a sample of so many, drawn by ONECERT_FAULT_SEED. */
const wanted =
  process.env.ONECERT_FAULTS === 'all' ? Number.POSITIVE_INFINITY : Number(process.env.ONECERT_FAULTS ?? 24);
const seed = Number(process.env.ONECERT_FAULT_SEED ?? randomInt(2 ** 31));

/** ONECERT_FAULT_POINTS='pwrite64 12 error=EIO, …': these alone, to look at one again. */
const named = process.env.ONECERT_FAULT_POINTS?.split(',').map((name) => name.trim());
const nameOf = ({ call, nth, effect }: Fault): string => `${call} ${nth} ${effect}`;

/** mulberry32: the same sample for the same seed. */
const randomOf = (start: number) => {
  let state = start;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const everyDocument = async <T extends Document>(collection: Collection<T>): Promise<Versioned<T>[]> => {
  const found: Versioned<T>[] = [];
  for (let after: string | undefined; ; ) {
    const page = await collection.list({ after, limit: 500 });
    found.push(...page);
    if (page.length < 500) return found;
    after = page.at(-1)!.id;
  }
};

/** Opens what the fault left, as the next start does, and names everything that must not be. */
const faultsOf = async (dir: string, answers: Answer[]): Promise<string[]> => {
  const store = faultyStorage();
  const rig = await openRig({ dir, clock: systemClock, storageOf: store.storageOf });
  const wrong: string[] = [];
  const say = (isRight: boolean, what: string): void => void (isRight || wrong.push(what));
  try {
    await rig.credentials.resumePendingStateChanges();
    const copies = store.collection<CopyDocument>('copies');
    const certificates = await everyDocument(store.collection<CertificateDocument>('certificates'));
    for (const { issued, credential } of answers.filter((answer) => answer.issued)) {
      const copy = await copies.get(issued!);
      say(copy?.state === 'released' && copy.signed === credential, 'an acknowledged copy is lost');
    }
    for (const { revoked } of answers.filter((answer) => answer.revoked))
      say(certificates.find(({ id }) => id === revoked)?.state === '07', 'an acknowledged change is lost');
    const report = await rig.credentials.checkEverythingIssued();
    for (const { reason } of report.bad) say(false, reason);
    const everyCopy = await everyDocument(copies);
    const places = everyCopy.map(({ statusList, statusIndex }) => `${statusList}:${statusIndex}`);
    say(new Set(places).size === places.length, 'a status entry is used twice');
    const { number } = (await rig.credentials.offlinePack()).payload;
    for (const { published } of answers) say((published ?? 0) <= number, 'the pack number went back');
    // What can be issued can be revoked: nothing that was signed, or may have been, stays valid.
    for (const { id, state } of await rig.credentials.list())
      if (state !== '07') await rig.credentials.changeState(id, '07', 'end', { actor: 'system' });
    const entries = await everyDocument(store.collection<StatusEntryDocument>('status_entries'));
    const revoked = new Set(entries.filter(({ state }) => state === 1).map(({ copy }) => copy));
    for (const { id } of everyCopy) say(revoked.has(id), 'a copy cannot be revoked');
    say((await rig.audit.verify()).ok, 'the audit chain is broken');
  } finally {
    await rig.close({ keep: true });
  }
  return wrong;
};

(hasStrace ? describe : describe.skip)(
  'every file-system call of issue, revoke and publishing (security (a) 1, (c) 31)',
  () => {
    const script = builtChild('issue-revoke-publish');
    const root = mkdtempSync(join(tmpdir(), 'onecert-faults-'));
    const template = join(root, 'template');
    let points: Fault[];
    let order = 0;
    const newDir = (): string => {
      order += 1;
      const dir = join(root, String(order));
      cpSync(template, dir, { recursive: true });
      return dir;
    };

    beforeAll(async () => {
      const rig = await openRig({ dir: template, clock: systemClock });
      await rig.close({ keep: true });
      const { answers, counts } = await runTraced(script, newDir());
      expect(answers.map((answer) => Object.keys(answer)[0])).toEqual([
        ...['ready', 'issued', 'revoked', 'published', 'finished'],
      ]);
      points = fileCalls.flatMap((call) =>
        Array.from({ length: counts.get(call) ?? 0 }, (_, i) => i + 1).flatMap((nth) =>
          effects
            .filter((effect) => effect !== 'error=ENOSPC' || callsThatTakeRoom.includes(call))
            .map((effect) => ({ call, nth, effect })),
        ),
      );
      const summary = fileCalls.flatMap((call) => (counts.has(call) ? [`${call} ${counts.get(call)}`] : []));
      process.stderr.write(`fault points: ${points.length} (${summary.join(', ')}), seed ${seed}\n`);
    }, 120_000);
    afterAll(() => {
      if (!process.env.ONECERT_FAULTS_KEEP) rmSync(root, { recursive: true, force: true });
    });

    it('killed, failed and out of space in turn: nothing acknowledged is lost, nothing signed cannot be revoked', async () => {
      expect(points.length).toBeGreaterThan(200);
      const random = randomOf(seed);
      const drawn = points
        .map((point) => ({ point, at: random() }))
        .sort((one, other) => one.at - other.at)
        .map(({ point }) => point);
      const chosen = named ? points.filter((fault) => named.includes(nameOf(fault))) : drawn.slice(0, wanted);
      const inconsistent: string[] = [];
      let done = 0;
      let engines = 0;
      const inject = async (fault: Fault): Promise<void> => {
        const dir = newDir();
        const { answers, foldedUnread } = await runTraced(script, dir, fault);
        done += 1;
        if (foldedUnread) {
          engines += 1;
          rmSync(dir, { recursive: true, force: true });
          return;
        }
        const wrong = await faultsOf(dir, answers).catch((error) => [
          `not readable: ${error.cause ?? error}`,
        ]);
        for (const what of wrong) inconsistent.push(`${nameOf(fault)}: ${what}`);
        if (wrong.length === 0) rmSync(dir, { recursive: true, force: true });
        if (done % 25 === 0)
          process.stderr.write(`${done} points, ${chosen.length} left, ${inconsistent.length} wrong\n`);
      };
      const lane = async (): Promise<void> => {
        for (let fault = chosen.shift(); fault; fault = chosen.shift()) await inject(fault);
      };
      await Promise.all(Array.from({ length: 2 * availableParallelism() }, lane));
      process.stderr.write(
        `${done} points injected, ${inconsistent.length} inconsistent, ${engines} in the engine’s own folding\n`,
      );
      expect(inconsistent).toEqual([]);
    }, 10_000_000);
  },
);
