import type { Audit } from '../audit/index.ts';
import { ServiceError } from '../errors.ts';
import type { KeyAlg, KeyPurpose, KeyRecord, Keyring } from '../keyring/index.ts';
import type { Trust } from './index.ts';
import { activeLike, isPublished, type KeyChange } from './key-change.ts';
import { recordKeyChanges } from './record-key-changes.ts';

const ROOT_DAYS = 3650;
const OTHER_DAYS = 730;

const daysOf = (purpose: KeyPurpose): number => (purpose === 'document-ca' ? ROOT_DAYS : OTHER_DAYS);

export interface RotateKeyInput {
  purpose: KeyPurpose;
  owner: string;
  alg: KeyAlg;
  days?: number;
  /** Unix seconds from when the new key signs; later than now gives counters time to fetch the list that names it. */
  notBefore?: number;
  actor?: string;
}

/** Makes the next key. The old one stays active, so that what it signed verifies, until `retireKey`. */
export async function rotateKey(
  keyring: Keyring,
  trust: Trust,
  audit: Audit,
  input: RotateKeyInput,
): Promise<KeyChange> {
  const { purpose, owner, alg, notBefore, actor = 'cli' } = input;
  await recordKeyChanges(keyring, trust, audit);
  if (purpose === 'certificate' ? !trust.issuer(owner) : owner !== 'province')
    throw new ServiceError('not_found');
  const key =
    purpose === 'root'
      ? await rotateRoot(keyring, actor)
      : await keyring.create({ purpose, owner, alg, notBefore, days: input.days ?? daysOf(purpose), actor });
  return { key, others: activeLike(keyring.all(), key), published: await isPublished(trust) };
}

/** The root named ahead takes over, so that verifiers know it already; then another is made ahead. */
export async function rotateRoot(keyring: Keyring, actor: string): Promise<KeyRecord> {
  const roots = keyring.all().filter(({ purpose }) => purpose === 'root');
  const next = roots.find(({ state }) => state === 'standby');
  if (!next)
    throw new ServiceError('conflict', { detail: 'There is no next root: it has to be made first.' });
  const key = await keyring.activate(next.kid, actor);
  for (const old of roots) if (old.state === 'active') await keyring.retire(old.kid, actor);
  await makeNextRoot(keyring, actor);
  return key;
}

/** On a server, where no root key may be made, the next one comes from the ceremony. */
export async function makeNextRoot(keyring: Keyring, actor: string): Promise<void> {
  try {
    await keyring.create({
      purpose: 'root',
      owner: 'province',
      alg: 'ES256',
      days: ROOT_DAYS,
      standby: true,
      actor,
    });
  } catch (error) {
    if (!(error instanceof ServiceError && error.code === 'forbidden')) throw error;
  }
}
