import { setTimeout as pause } from 'node:timers/promises';
import type { Audit } from '../audit/index.ts';
import { normaliseLoginName } from '../identifiers/index.ts';
import { Conflict } from '../storage/index.ts';
import { passwordId } from './account-store.ts';
import type { Account } from './index.ts';
import { longestPassword } from './password-rules.ts';
import type { CountedTry, SignInCounter } from './sign-in-limits.ts';
import { type PasswordStore, storePassword } from './store-password.ts';

export interface PasswordSignInDeps extends PasswordStore {
  counter: SignInCounter;
  findByLoginName(loginName: string): Promise<Account[]>;
  audit?: Audit;
  /** A refusal is answered no sooner. */
  refusalMilliseconds: number;
}

/** A phone may be shared by a family; more accounts than this on one phone sign in by document number. */
const mostAccountsOnOneName = 5;

interface Match {
  account: Account;
  hash: string;
}

const findMatches = async (
  deps: PasswordSignInDeps,
  tried: CountedTry,
  known: Account[],
  input: { name: string; password: string },
): Promise<Match[]> => {
  const { password } = input;
  // Nobody's name has a budget of its own, for the same work.
  const ids = known.length > 0 ? known.map(({ id }) => id) : [`nobody|${input.name}`];
  const open = await Promise.all(ids.map((id) => tried.on(id)));
  const kept = await Promise.all(ids.map((id) => deps.authenticators.get(passwordId(id))));
  const hashed = kept.flatMap((one, place) =>
    one?.hash === undefined || !open[place] ? [] : [{ account: known[place]!, hash: one.hash }],
  );
  // The work of a wrong password is done for an unknown name as well (user enumeration).
  if (hashed.length === 0) await deps.hasher.verifyNothing(password);
  // At once: several accounts on a phone take no longer than one while there are cores for them.
  const right = await Promise.all(hashed.map(({ hash }) => deps.hasher.verify(hash, password)));
  return hashed.filter((_, place) => right[place]);
};

/**
 * The account whose password this is. It may be blocked: the caller looks at `state` and tells so only here, after the
 * right password. Two accounts on one phone with the same password match neither, since we cannot tell who it is.
 */
export const signInWithPassword = async (
  deps: PasswordSignInDeps,
  input: { loginName: string; password: string; address: string },
): Promise<Account | undefined> => {
  const name = normaliseLoginName(input.loginName);
  const tried = await deps.counter.count({ loginName: name }, input.address);
  const soonest = pause(deps.refusalMilliseconds, undefined, { ref: false });
  const password = input.password.slice(0, longestPassword + 1);
  // A closed account is nobody's any more: it must not stand in the way of the others on its phone.
  const known = (await deps.findByLoginName(name))
    .filter(({ state }) => state !== 'closed')
    .slice(0, mostAccountsOnOneName);
  const matches = await findMatches(deps, tried, known, { name, password });
  const match = matches.length === 1 ? matches[0] : undefined;
  if (match === undefined) {
    await deps.audit?.append({
      action: 'account.sign_in_refused',
      actor: 'system',
      ...(known.length === 1 ? { subject: known[0]!.id } : {}),
      result: 'refused',
      details: { method: 'pwd' },
    });
    await soonest;
    return undefined;
  }
  await tried.succeeded(match.account.id);
  if (deps.hasher.outdated(match.hash)) {
    await storePassword(deps, match.account.id, password).catch((error) => {
      // Another sign-in at the same moment has renewed it already.
      if (!(error instanceof Conflict)) throw error;
    });
  }
  return match.account;
};
