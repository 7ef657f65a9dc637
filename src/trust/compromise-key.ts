import type { Audit } from '../audit/index.ts';
import { ServiceError } from '../errors.ts';
import type { Keyring } from '../keyring/index.ts';
import type { Trust } from './index.ts';
import { activeLike, isPublished, type KeyChange } from './key-change.ts';
import { recordKeyChanges } from './record-key-changes.ts';
import { makeNextRoot, rotateRoot } from './rotate-key.ts';

/**
 * A stolen key: verifies nothing offline from the next list on, whatever date a document bears, because the thief
 * writes the date. A stolen root gives way to the next one at once; for any other key, rotate afterwards.
 */
export async function compromiseKey(
  keyring: Keyring,
  trust: Trust,
  audit: Audit,
  input: { kid: string; actor?: string },
): Promise<KeyChange> {
  const { kid, actor = 'cli' } = input;
  await recordKeyChanges(keyring, trust, audit);
  const before = keyring.find(kid);
  if (!before) throw new ServiceError('not_found');
  const key = await keyring.markCompromised(kid, actor);
  if (before.purpose === 'root' && before.state === 'active') await rotateRoot(keyring, actor);
  if (before.purpose === 'root' && before.state === 'standby') await makeNextRoot(keyring, actor);
  return { key, others: activeLike(keyring.all(), key), published: await isPublished(trust) };
}
