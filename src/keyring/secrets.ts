/** Secrets: from the environment or files it names; a development machine makes its own at the first start. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { KeyringMode, KeyringSecrets } from './index.ts';
import { KeyringFault } from './keyring-fault.ts';
import { createFile } from './write-file.ts';

const FILE = 'secrets.json';

/** The member of `secrets.json` each environment variable stands for. */
const variables = {
  personalDataMaster: 'ONECERT_PERSONAL_DATA_MASTER',
  indexKeys: 'ONECERT_INDEX_KEYS',
  pairwiseKey: 'ONECERT_PAIRWISE_KEY',
  cookieKeys: 'ONECERT_COOKIE_KEYS',
  nonceSecret: 'ONECERT_NONCE_SECRET',
} as const;

type SecretName = keyof typeof variables;
type SecretTexts = Partial<Record<SecretName, string>>;

const secretsFile = z.strictObject({
  format: z.literal(1),
  personalDataMaster: z.string(),
  indexKeys: z.string(),
  pairwiseKey: z.string(),
  cookieKeys: z.string(),
  nonceSecret: z.string(),
});

export interface ReadSecretsInput {
  dir: string;
  mode: KeyringMode;
  env: Record<string, string | undefined>;
  /** Make secrets.json when it is absent (development, first start). */
  generate: boolean;
}

/** Throws KeyringFault with every fault at once. Undefined only in a ceremony, which needs none. */
export async function readSecrets(input: ReadSecretsInput): Promise<KeyringSecrets | undefined> {
  if (input.mode === 'ceremony') return undefined;
  const faults: string[] = [];
  const given = fromEnvironment(input.env, faults);
  const complete = Object.keys(variables).every((name) => given[name as SecretName] !== undefined);
  const kept = input.mode === 'development' && !complete ? await fromFile(input, faults) : {};
  if (input.mode === 'production' && existsSync(join(input.dir, FILE))) {
    faults.push(`${FILE} is for development: in production secrets come from the environment only`);
  }
  const secrets = parse({ ...kept, ...given }, faults);
  if (faults.length > 0) throw new KeyringFault(faults);
  return secrets;
}

/** First 16 hex characters of a SHA-256 a secret: tells stores and secrets apart and gives nothing away. */
export function secretFingerprints(secrets: KeyringSecrets): Record<string, string> {
  const bound: [string, Uint8Array][] = [
    ['personal_data_master', secrets.personalDataMaster],
    ['pairwise_key', secrets.pairwiseKey],
    ...secrets.indexKeys.map(({ version, key }): [string, Uint8Array] => [`index_key_${version}`, key]),
  ];
  const digest = (name: string, key: Uint8Array) =>
    createHash('sha256').update(`onecert ${name}\0`).update(key);
  return Object.fromEntries(bound.map(([name, key]) => [name, digest(name, key).digest('hex').slice(0, 16)]));
}

function fromEnvironment(env: ReadSecretsInput['env'], faults: string[]): SecretTexts {
  const texts: SecretTexts = {};
  for (const [name, variable] of Object.entries(variables) as [SecretName, string][]) {
    const value = env[variable];
    const path = env[`${variable}_FILE`];
    if (value && path) faults.push(`${variable} and ${variable}_FILE are both set: which one counts?`);
    else if (value) texts[name] = value;
    else if (path) {
      try {
        texts[name] = readFileSync(path, 'utf8').trim();
      } catch (error) {
        faults.push(
          `${variable}_FILE cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`,
        );
      }
    }
  }
  return texts;
}

async function fromFile(input: ReadSecretsInput, faults: string[]): Promise<SecretTexts> {
  const path = join(input.dir, FILE);
  if (!existsSync(path)) {
    if (!input.generate) return {};
    // The loser of two first starts at the same moment reads what the winner made.
    await createFile(path, `${JSON.stringify(generated(), undefined, 2)}\n`);
  }
  try {
    const { format: _, ...texts } = secretsFile.parse(JSON.parse(readFileSync(path, 'utf8')));
    return texts;
  } catch {
    // The parser's own message would quote the content.
    faults.push(
      `${FILE} cannot be read: restore it from the backup; making a new one loses all personal data`,
    );
    return {};
  }
}

function generated(): z.infer<typeof secretsFile> {
  const key = () => randomBytes(32).toString('base64url');
  return {
    format: 1,
    personalDataMaster: key(),
    indexKeys: `1:${key()}`,
    pairwiseKey: key(),
    cookieKeys: key(),
    nonceSecret: key(),
  };
}

function parse(texts: SecretTexts, faults: string[]): KeyringSecrets {
  const seen = new Set<string>();
  const key = (variable: string, text: string): Uint8Array => {
    const bytes = /^[A-Za-z0-9+/_-]{43}=?$/.test(text) ? Buffer.from(text, 'base64url') : Buffer.alloc(0);
    if (bytes.length !== 32) faults.push(`${variable} must be 32 bytes in base64 or base64url`);
    else checkStrength(variable, bytes);
    return new Uint8Array(bytes);
  };
  const checkStrength = (variable: string, bytes: Uint8Array) => {
    // 32 random bytes (or hex digits) with 8 or fewer distinct values do not happen: somebody typed them.
    if (new Set(bytes).size <= 8)
      faults.push(`${variable} is not random: make it with \`openssl rand -base64 32\``);
    const text = Buffer.from(bytes).toString('base64url');
    if (seen.has(text))
      faults.push(`${variable} repeats another secret: every secret needs a value of its own`);
    seen.add(text);
  };
  const required = (name: SecretName): string | undefined => {
    if (!texts[name]) faults.push(`${variables[name]} (or ${variables[name]}_FILE) is missing`);
    return texts[name];
  };
  const single = (name: SecretName): Uint8Array => {
    const text = required(name);
    return text ? key(variables[name], text) : new Uint8Array();
  };

  const indexKeys = (required('indexKeys') ?? '')
    .split(',')
    .filter(Boolean)
    .map((part) => {
      const [, version, text] = /^\s*(\d{1,6}):(\S+)\s*$/.exec(part) ?? [];
      if (!version || !text) {
        faults.push(
          `${variables.indexKeys} must be <version>:<key> pairs, newest first, separated by commas`,
        );
        return { version: 0, key: new Uint8Array() };
      }
      return { version: Number(version), key: key(variables.indexKeys, text) };
    });
  if (new Set(indexKeys.map(({ version }) => version)).size !== indexKeys.length) {
    faults.push(`${variables.indexKeys} names one version twice`);
  }
  const cookieKeys = (required('cookieKeys') ?? '')
    .split(',')
    .map((text) => text.trim())
    .filter(Boolean);
  for (const text of cookieKeys) {
    if (text.length < 32) faults.push(`${variables.cookieKeys} must have at least 32 characters each`);
    else checkStrength(variables.cookieKeys, Buffer.from(text));
  }
  const [personalDataMaster = new Uint8Array(), ...olderMasters] = (required('personalDataMaster') ?? '')
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((text) => key(variables.personalDataMaster, text));
  return {
    personalDataMaster,
    olderMasters,
    indexKeys,
    pairwiseKey: single('pairwiseKey'),
    cookieKeys,
    nonceSecret: single('nonceSecret'),
  };
}
