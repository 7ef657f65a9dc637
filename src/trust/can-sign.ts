import type { Keyring } from '../keyring/index.ts';

/** True when this key can sign here and now: active, in its time, with its private part at hand. */
export function canSign(keyring: Keyring, kid: string): boolean {
  try {
    return keyring.signer(kid).kid === kid;
  } catch {
    return false;
  }
}
