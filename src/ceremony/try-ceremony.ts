import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKeyring } from '../keyring/index.ts';
import type { CeremonyFile } from './ceremony-file.ts';
import { planCeremony } from './plan-ceremony.ts';
import { carryOut } from './run-ceremony.ts';
import { dayStart } from './schema.ts';

const noon = 12 * 3600;

/**
 * The dry run: everything is done and verified with throw-away keys in a folder that is removed again, at noon of the
 * file's day. What it prints holds nothing random, so two dry runs of one file are the same byte for byte.
 */
export const tryCeremony = async (file: CeremonyFile, software: string): Promise<string> => {
  const plan = planCeremony(file, software);
  const dir = mkdtempSync(join(tmpdir(), 'onecert-ceremony-'));
  const clock = { now: () => (dayStart(file.date) + noon) * 1000 };
  try {
    const keyring = await openKeyring({
      dir: join(dir, 'keys'),
      clock,
      mode: 'ceremony',
      env: {},
      generateSecrets: false,
    });
    // A root that lies in its safe is stood in for.
    const makesRoot = file.operations.some(({ operation }) => operation === 'root');
    if (!makesRoot)
      await keyring.create({
        purpose: 'root',
        owner: 'province',
        alg: 'ES256',
        days: 3650,
        notBefore: dayStart(file.date),
      });
    const trial = { ...file, outputsDir: join(dir, 'outputs'), expected_root: undefined };
    const { keys, outputs } = await carryOut(trial, keyring, clock);
    return [
      `${plan.text}plan       sha256 ${plan.sha256}`,
      '',
      `Dry run: ${keys.length} throw-away keys made, ${outputs.length} outputs written, read back and verified, all removed.`,
      'Left open by this plan, because chance makes them: public keys, key ids, signatures, hashes of outputs; and the',
      'times of the day.',
      '',
    ].join('\n');
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
};
