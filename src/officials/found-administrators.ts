import { ServiceError } from '../errors.ts';
import { addPost, draftPost } from './appoint-official.ts';
import type { Dependencies } from './dependencies.ts';
import type { AdministratorRole } from './roles.ts';
import { foundRoster } from './roster.ts';
import { makeStartLink } from './start-links.ts';

/** What the first two are: neither can do the other's work, and together they can appoint everybody else. */
const firstRoles: readonly AdministratorRole[] = ['system_administrator', 'security_administrator'];

export interface Founder {
  account: string;
  role: AdministratorRole;
  unit: string;
  /** Absent: she has used her link already. */
  token?: string;
}

/**
 * Makes two people the first administrators and their links. Once for an instance; run again with the same two it
 * finishes what a crash left undone and renews the link of who has not started yet. Throws already_exists after that.
 */
export const foundAdministrators = async (
  deps: Dependencies,
  input: { accounts: readonly [string, string]; unit: string },
): Promise<Founder[]> => {
  if (input.accounts[0] === input.accounts[1])
    throw new ServiceError('invalid_request', { detail: 'the two administrators have to be two people' });
  const context = { actor: 'cli' };
  const drafts = await Promise.all(
    firstRoles.map((role) => draftPost(deps, { unit: input.unit, roles: [role] })),
  );
  const roster = await foundRoster(deps.store.rosters, input.accounts);
  if (roster.founders.every((account) => roster.started.includes(account)))
    throw new ServiceError('already_exists', { detail: 'this instance has its administrators' });
  const founders: Founder[] = [];
  for (const [index, account] of roster.founders.entries()) {
    const role = firstRoles[index]!;
    const founder = { account, role, unit: input.unit };
    const official = await deps.store.officials.get(account);
    if (!official) await addPost(deps, { account, post: drafts[index]!, context });
    const still = roster.appointing.includes(account) && !roster.started.includes(account);
    founders.push(still ? { ...founder, token: await makeStartLink(deps, account) } : founder);
  }
  return founders;
};
