import type { Clock } from '../clock.ts';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { Collection } from '../storage/index.ts';
import { type Authenticator, passwordId } from './account-store.ts';
import type { PasswordHasher } from './password-hash.ts';
import { longestPassword, passwordFault, shortestPassword } from './password-rules.ts';

export interface PasswordStore {
  authenticators: Collection<Authenticator>;
  hasher: PasswordHasher;
  clock: Clock;
}

const sentences = {
  too_short: `a password has ${shortestPassword} to ${longestPassword} characters`,
  too_long: `a password has ${shortestPassword} to ${longestPassword} characters`,
  common: 'this password is among the first that are guessed',
  own_number: 'a password must not be a phone or document number',
} as const;

/** Throws invalid_request for a password that may not be set. */
export const checkPassword = (password: string, own: readonly string[]): void => {
  const fault = passwordFault(password, own);
  if (fault !== undefined) throw new ServiceError('invalid_request', { detail: sentences[fault] });
};

/** Keeps a hash in place of the one before. */
export const keepPasswordHash = async (
  store: Pick<PasswordStore, 'authenticators' | 'clock'>,
  account: string,
  hash: string,
): Promise<void> => {
  const id = passwordId(account);
  const present = await store.authenticators.get(id);
  const changedAt = seconds(store.clock);
  if (present) await store.authenticators.replace({ ...present, hash, changedAt });
  else await store.authenticators.insert({ id, account, kind: 'password', hash, changedAt });
};

/** Hashes and keeps a password in place of the one before. */
export const storePassword = async (store: PasswordStore, account: string, password: string): Promise<void> =>
  keepPasswordHash(store, account, await store.hasher.hash(password));
