import type { Clock } from '../clock.ts';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { Collection } from '../storage/index.ts';
import { type PasswordAuthenticator, passwordId } from './account-store.ts';
import type { PasswordHasher } from './password-hash.ts';

export interface PasswordStore {
  authenticators: Collection<PasswordAuthenticator>;
  hasher: PasswordHasher;
  clock: Clock;
}

const shortest = 8;
/** Longer than any passphrase, short enough that hashing it costs nothing extra. */
export const longestPassword = 256;

/** Hashes and keeps a password in place of the one before. */
export const storePassword = async (
  store: PasswordStore,
  account: string,
  password: string,
): Promise<void> => {
  const length = [...password].length;
  if (length < shortest || length > longestPassword) {
    throw new ServiceError('invalid_request', {
      detail: `a password has ${shortest} to ${longestPassword} characters`,
    });
  }
  const id = passwordId(account);
  const hash = await store.hasher.hash(password);
  const present = await store.authenticators.get(id);
  const changedAt = seconds(store.clock);
  if (present) await store.authenticators.replace({ ...present, hash, changedAt });
  else await store.authenticators.insert({ id, account, kind: 'password', hash, changedAt });
};
