/** The first administrators' one-time links: an hour, once, and only the hash of the token is kept. */
import { createHash, randomBytes } from 'node:crypto';
import type { Accounts } from '../accounts/index.ts';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { Conflict } from '../storage/index.ts';
import type { Dependencies } from './dependencies.ts';
import { changeRoster } from './roster.ts';

const linkSeconds = 3600;
export const shortestPassword = 14;

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');

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

/** Whether the link would still work; looking at the page uses nothing up. */
export const findStartLink = async (deps: Dependencies, token: string): Promise<boolean> =>
  (await deps.store.startLinks.get(hashOf(token))) !== undefined;

/** Uses the link up and sets the password. Of two uses at once one gets `not_found`. */
export const useStartLink = async (
  deps: Dependencies & { setPassword: Accounts['setPassword'] },
  input: { token: string; password: string; requestId?: string },
): Promise<void> => {
  const link = await deps.store.startLinks.get(hashOf(input.token));
  if (!link) throw new ServiceError('not_found');
  if ([...input.password].length < shortestPassword)
    throw new ServiceError('invalid_request', {
      detail: `a password has at least ${shortestPassword} characters`,
    });
  const taken = await deps.store.startLinks.delete(link.id, link.ver).catch((error: unknown) => {
    if (error instanceof Conflict) return false;
    throw error;
  });
  if (!taken) throw new ServiceError('not_found');
  try {
    await deps.setPassword(link.account, input.password);
  } catch (error) {
    // A password that is refused (a common one, her own number) does not cost her the link.
    const { ver: _, ...unused } = link;
    if (error instanceof ServiceError && error.code === 'invalid_request')
      await deps.store.startLinks.insert(unused);
    throw error;
  }
  await changeRoster(deps.store.rosters, (roster) =>
    roster.started.includes(link.account)
      ? roster
      : { ...roster, started: [...roster.started, link.account] },
  );
  await deps.audit.append({
    action: 'administrator.started',
    actor: `account:${link.account}`,
    subject: link.account,
    result: 'ok',
    requestId: input.requestId,
  });
};
