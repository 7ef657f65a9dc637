import type { Audit } from '../audit/index.ts';
import { passwordId } from './account-store.ts';
import { longestPassword } from './password-rules.ts';
import type { SignInCounter } from './sign-in-limits.ts';
import type { PasswordStore } from './store-password.ts';

export interface OwnPasswordDeps extends PasswordStore {
  counter: SignInCounter;
  audit?: Audit;
}

/** True when it is this person's password. */
export const checkOwnPassword = async (
  deps: OwnPasswordDeps,
  input: { account: string; password: string; address: string },
): Promise<boolean> => {
  const tried = await deps.counter.count({ account: input.account }, input.address);
  const kept = await deps.authenticators.get(passwordId(input.account));
  const password = input.password.slice(0, longestPassword + 1);
  const right = kept?.hash
    ? await deps.hasher.verify(kept.hash, password)
    : await deps.hasher.verifyNothing(password);
  if (right) {
    await tried.succeeded();
    return true;
  }
  await deps.audit?.append({
    action: 'account.sign_in_refused',
    actor: 'system',
    subject: input.account,
    result: 'refused',
    details: { method: 'pwd' },
  });
  return false;
};
