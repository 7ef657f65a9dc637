import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import {
  type KeyRecord,
  type Keyring,
  openKeyring,
  openPkcs11Token,
  type SigningKey,
  signJws,
} from '../keyring/index.ts';
import type { CeremonyFile } from './ceremony-file.ts';
import { kindOf, type OperationContext } from './operations.ts';
import { type Confirm, confirmByBoth } from './persons.ts';
import { type CeremonyPlan, planCeremony } from './plan-ceremony.ts';
import { dayStart } from './schema.ts';
import { type Transcript, transcriptText } from './transcript.ts';

export interface CeremonyReport {
  plan: CeremonyPlan;
  transcript: Transcript;
}

const TRANSCRIPT_TYP = 'onecert-ceremony+jwt';

/**
 * Does what the reviewed file says, in its order, once both persons have confirmed it. Every output is read back and
 * verified. Whatever fails stops it there; what was made stays where it is, and a second run refuses to write over it.
 */
export const runCeremony = async (
  file: CeremonyFile,
  input: { clock: Clock; software: string; env: Record<string, string | undefined>; confirm: Confirm },
): Promise<CeremonyReport> => {
  const { clock, software } = input;
  const plan = planCeremony(file, software);
  const today = seconds(clock) - dayStart(file.date);
  if (today < 0 || today >= 86_400)
    throw new ServiceError('conflict', {
      detail: `the file was reviewed for ${file.date}, which is not today`,
    });
  const startedAt = iso(clock);
  const persons: Transcript['persons'] = [];
  await confirmByBoth(file.persons, plan, input.confirm, ({ name, office }) =>
    persons.push({ name, office, confirmed_at: iso(clock) }),
  );
  const keyring = await openCeremonyKeyring(file, clock, input.env);
  const { keys, outputs } = await carryOut(file, keyring, clock);
  const root = rootOf(keyring);
  const transcript: Transcript = {
    format: 1,
    title: file.title,
    software,
    node: process.versions.node,
    input: { file: file.name, sha256: file.sha256 },
    plan_sha256: plan.sha256,
    persons,
    started_at: startedAt,
    ended_at: iso(clock),
    keys: keys.map((key) => described(key)),
    outputs,
    ...(root ? { signed_by: root.kid } : {}),
  };
  const name = join(file.outputsDir, file.transcript);
  await writeNew(`${name}.json`, `${JSON.stringify(transcript, null, 2)}\n`);
  await writeNew(`${name}.txt`, transcriptText(transcript));
  if (root) await writeNew(`${name}.jwt`, `${await signJws(root, TRANSCRIPT_TYP, transcript)}\n`);
  return { plan, transcript };
};

/** The file's operations on a keyring, each output verified as it was written. */
export const carryOut = async (
  file: CeremonyFile,
  keyring: Keyring,
  clock: Clock,
): Promise<{ keys: KeyRecord[]; outputs: Transcript['outputs'] }> => {
  if (file.expected_root && rootOf(keyring)?.kid !== file.expected_root)
    throw new ServiceError('conflict', { detail: 'the keys folder has another root than the one expected' });
  mkdirSync(file.outputsDir, { recursive: true });
  const made = new Set<string>();
  const context: OperationContext = {
    keyring,
    clock,
    baseUrl: file.base_url,
    date: file.date,
    read(name) {
      const given = file.inputTexts[name];
      if (given !== undefined) return given;
      if (made.has(name)) return readFileSync(join(file.outputsDir, name), 'utf8');
      throw new ServiceError('invalid_request', {
        detail: `${name} is neither an input nor an output above`,
      });
    },
  };
  const keys: KeyRecord[] = [];
  const outputs: Transcript['outputs'] = [];
  for (const operation of file.operations) {
    const kind = kindOf(operation);
    const { content, key } = await kind.run(operation, context);
    const path = join(file.outputsDir, operation.out);
    await writeNew(path, content);
    await kind.verify(operation, readFileSync(path, 'utf8'), context);
    made.add(operation.out);
    if (key) keys.push(key);
    const sha256 = createHash('sha256').update(content).digest('hex');
    outputs.push({ file: operation.out, bytes: Buffer.byteLength(content), sha256 });
  }
  return { keys, outputs };
};

const openCeremonyKeyring = async (
  { keysDir, pkcs11 }: CeremonyFile,
  clock: Clock,
  env: Record<string, string | undefined>,
): Promise<Keyring> =>
  openKeyring({
    dir: keysDir,
    clock,
    mode: 'ceremony',
    env,
    generateSecrets: false,
    ...(pkcs11 ? { token: { device: await openPkcs11Token(pkcs11, env), purposes: pkcs11.purposes } } : {}),
  });

const rootOf = (keyring: Keyring): SigningKey | undefined => {
  try {
    return keyring.active('root', 'province', 'ES256');
  } catch {
    return undefined;
  }
};

const described = (key: KeyRecord): Transcript['keys'][number] => ({
  kid: key.kid,
  alg: key.alg,
  purpose: key.purpose,
  owner: key.owner,
  publicJwk: key.publicJwk,
  state: key.state,
  valid_from: new Date(key.notBefore * 1000).toISOString(),
  valid_until: new Date(key.notAfter * 1000).toISOString(),
  held_in: key.heldIn ?? 'file',
});

const iso = (clock: Clock): string => new Date(clock.now()).toISOString();

/** On the medium before the next step; never over a file that is there. */
const writeNew = async (path: string, content: string): Promise<void> => {
  const handle = await open(path, 'wx', 0o644).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST')
      throw new ServiceError('already_exists', { detail: `${path} is there already` });
    throw error;
  });
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (readFileSync(path, 'utf8') !== content) throw new Error(`${path} did not reach the medium whole`);
};
