import type { KeyRecord } from '../keyring/index.ts';
import type { Trust } from './index.ts';

/** What a change to a key led to. */
export interface KeyChange {
  key: KeyRecord;
  /** Other keys of the same purpose, owner and algorithm that are still active. */
  others: KeyRecord[];
  /** False: the change stands, but the trust list could not be signed anew: the root's ceremony is needed. */
  published: boolean;
}

export async function isPublished(trust: Trust): Promise<boolean> {
  try {
    await trust.publish();
    return true;
  } catch {
    return false;
  }
}

export const activeLike = (keys: readonly KeyRecord[], key: KeyRecord): KeyRecord[] =>
  keys.filter(
    (other) =>
      other.kid !== key.kid &&
      other.state === 'active' &&
      other.purpose === key.purpose &&
      other.owner === key.owner &&
      other.alg === key.alg,
  );
