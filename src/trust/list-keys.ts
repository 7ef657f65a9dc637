import { type Clock, seconds } from '../clock.ts';
import type { KeyRecord, Keyring } from '../keyring/index.ts';
import { canSign } from './can-sign.ts';

export interface ListedKey extends KeyRecord {
  /** True when it can sign here and now. */
  signs: boolean;
  /** Whole days until it stops signing; 0 when it has. */
  daysLeft: number;
}

export function listKeys(keyring: Keyring, clock: Clock): ListedKey[] {
  return keyring.all().map((key) => ({
    ...key,
    signs: canSign(keyring, key.kid),
    daysLeft: key.state === 'active' ? Math.max(0, Math.floor((key.notAfter - seconds(clock)) / 86_400)) : 0,
  }));
}
