/** The first administrators' one-time links: an hour, once, and only the hash of the token is kept. */
import { createHash, randomBytes } from 'node:crypto';
import type { Account, Authenticators } from '../accounts/index.ts';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { maskName } from '../identifiers/index.ts';
import { Conflict } from '../storage/index.ts';
import type { Dependencies } from './dependencies.ts';
import type { RosterDocument } from './officials-store.ts';
import { changeRoster } from './roster.ts';

const linkSeconds = 3600;

export type LinkDependencies = Dependencies & {
  passkeys: Pick<Authenticators, 'passkeyCreation' | 'addPasskey'>;
};

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');

/** Derived and not kept: the link ends with the right answer, and an answer is good for no other link. */
const challengeOf = (token: string): string => hashOf(`passkey|${token}`);

/** The token of a new link; those made for this person before end. */
export const makeStartLink = async (deps: Dependencies, account: string): Promise<string> => {
  for (const old of await deps.store.startLinks.find('account', account))
    await deps.store.startLinks.delete(old.id);
  const token = randomBytes(32).toString('base64url');
  const expiresAt = seconds(deps.clock) + linkSeconds;
  await deps.store.startLinks.insert({ id: hashOf(token), account, expiresAt });
  await deps.audit.append({
    action: 'administrator.link_made',
    actor: 'cli',
    subject: account,
    result: 'ok',
  });
  return token;
};

const find = async (deps: Dependencies, token: string) => {
  const link = await deps.store.startLinks.get(hashOf(token));
  const account: Account | undefined = link && (await deps.accounts.get(link.account));
  return link && account?.state === 'active' ? { link, account } : undefined;
};

/** What the browser is asked to make; undefined once the link has ended. Looking uses nothing up. */
export const startPasskey = async (deps: LinkDependencies, input: { token: string; origin: string }) => {
  const found = await find(deps, input.token);
  return (
    found &&
    deps.passkeys.passkeyCreation(found.account, {
      origin: input.origin,
      challenge: challengeOf(input.token),
      shownName: maskName(found.account.name),
    })
  );
};

/** Uses the link up and registers the passkey. Of two uses at once one gets `not_found`. The roster as it is then. */
export const spendStartLink = async (
  deps: LinkDependencies,
  input: { token: string; origin: string; response: string; label: string; requestId?: string },
): Promise<RosterDocument> => {
  const { token, origin, response, label } = input;
  const found = await find(deps, token);
  if (!found) throw new ServiceError('not_found');
  const { link, account } = found;
  const taken = await deps.store.startLinks.delete(link.id, link.ver).catch((error: unknown) => {
    if (error instanceof Conflict) return false;
    throw error;
  });
  if (!taken) throw new ServiceError('not_found');
  const challenge = challengeOf(token);
  if (!(await deps.passkeys.addPasskey(account, { origin, challenge, response, label }))) {
    // A passkey that was not made does not cost her the link.
    const { ver: _, ...unused } = link;
    await deps.store.startLinks.insert(unused);
    throw new ServiceError('invalid_request', { detail: 'the passkey was not made for this link' });
  }
  const roster = await changeRoster(deps.store.rosters, (roster) =>
    roster.started.includes(account.id) ? roster : { ...roster, started: [...roster.started, account.id] },
  );
  await deps.audit.append({
    action: 'administrator.started',
    actor: `account:${account.id}`,
    subject: account.id,
    result: 'ok',
    requestId: input.requestId,
  });
  return roster;
};
