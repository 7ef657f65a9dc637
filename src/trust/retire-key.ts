import type { Audit } from '../audit/index.ts';
import { ServiceError } from '../errors.ts';
import type { Keyring } from '../keyring/index.ts';
import { canSign } from './can-sign.ts';
import type { Trust } from './index.ts';
import { activeLike, isPublished, type KeyChange } from './key-change.ts';
import { recordKeyChanges } from './record-key-changes.ts';

/** Ends a key for good. The last one of its kind only with `force`: nothing could be signed in its place. */
export async function retireKey(
  keyring: Keyring,
  trust: Trust,
  audit: Audit,
  input: { kid: string; force?: boolean; actor?: string },
): Promise<KeyChange> {
  const { kid, force = false, actor = 'cli' } = input;
  await recordKeyChanges(keyring, trust, audit);
  const before = keyring.find(kid);
  if (!before) throw new ServiceError('not_found');
  const canTakeOver = activeLike(keyring.all(), before).some((other) => canSign(keyring, other.kid));
  if (before.state === 'active' && !canTakeOver && !force) {
    throw new ServiceError('conflict', { detail: 'No other key of this kind can sign now: rotate first.' });
  }
  const key = await keyring.retire(kid, actor);
  return { key, others: activeLike(keyring.all(), key), published: await isPublished(trust) };
}
