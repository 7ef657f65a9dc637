/** What the administrators do with posts, each within her own unit and region. */
import { ServiceError } from '../errors.ts';
import type { AdministratorRole, ListedPost, Post, PostInput, Proposal, Role } from '../officials/index.ts';
import { type Acting, contextOf, type Dependencies } from './dependencies.ts';

export interface Named {
  account?: string;
  document?: { kind: string; number: string };
}

const accountOf = async (deps: Dependencies, { account, document }: Named): Promise<string> => {
  if (account !== undefined) return account;
  const found = document && (await deps.accounts.findByDocument(document.kind, document.number));
  if (!found) throw new ServiceError('not_found', { detail: 'there is no such account' });
  return found.id;
};

const assertReach = async (
  deps: Dependencies,
  { official }: Acting,
  role: Role,
  places: readonly { unit: string; region?: string }[],
): Promise<void> => {
  for (const { unit, region } of places) {
    if (!(await deps.officials.mayAct(official.capacity, role, { unit, region })))
      throw new ServiceError('forbidden', { detail: 'outside your unit or region' });
  }
};

/** The access list of what lies in her reach (ZZD-5). */
export const listPosts = async (
  deps: Dependencies,
  input: Acting & { unit?: string },
): Promise<ListedPost[]> => {
  const { capacity } = input.official;
  const unit = input.unit ?? capacity.unit.id;
  const role = capacity.roles.includes('audit_administrator')
    ? 'audit_administrator'
    : 'security_administrator';
  await assertReach(deps, input, role, [{ unit }]);
  return deps.officials.posts.list({ unit });
};

const security: Role = 'security_administrator';

export const appoint = async (
  deps: Dependencies,
  input: Acting & { person: Named; place: PostInput },
): Promise<Post> => {
  const { place } = input;
  const region = place.region ?? (await deps.officials.tree.current()).unit(place.unit)?.region;
  await assertReach(deps, input, security, [{ unit: place.unit, region }]);
  const account = await accountOf(deps, input.person);
  // Nobody gives herself power; the rule of exclusion would refuse it as well.
  if (account === input.official.accountId) throw new ServiceError('second_person_needed');
  return deps.officials.posts.appoint({ account, ...place, context: contextOf(input) });
};

const standing = async (deps: Dependencies, account: string): Promise<readonly Post[]> =>
  (await deps.officials.posts.of(account)).filter(({ state }) => state === 'active');

/** Her post, when it lies in reach; else it is not there. */
const assertPostInReach = async (
  deps: Dependencies,
  input: Acting & { account: string; post: string },
): Promise<void> => {
  const post = (await standing(deps, input.account)).find(({ id }) => id === input.post);
  if (!post) throw new ServiceError('not_found', { detail: 'there is no such post' });
  await assertReach(deps, input, security, [post]);
};

export const movePost = async (
  deps: Dependencies,
  input: Acting & { account: string; post: string; place: PostInput; reason: string },
): Promise<Post> => {
  const { account, post, place, reason } = input;
  await assertPostInReach(deps, input);
  const region = place.region ?? (await deps.officials.tree.current()).unit(place.unit)?.region;
  await assertReach(deps, input, security, [{ unit: place.unit, region }]);
  return deps.officials.posts.move({ account, post, to: place, reason, context: contextOf(input) });
};

export const endPost = async (
  deps: Dependencies,
  input: Acting & { account: string; post: string; reason: string },
): Promise<Post> => {
  const { account, post, reason } = input;
  await assertPostInReach(deps, input);
  return deps.officials.posts.end({ account, post, reason, context: contextOf(input) });
};

export const leave = async (
  deps: Dependencies,
  input: Acting & { account: string; reason: string },
): Promise<Post[]> => {
  const { account, reason } = input;
  await assertReach(deps, input, security, await standing(deps, account));
  return deps.officials.posts.leave({ account, reason, context: contextOf(input) });
};

export type ProposalInput =
  | ({ act: 'appoint'; role: AdministratorRole; unit: string; region?: string; reason: string } & Named)
  | { act: 'end'; account: string; post: string; reason: string };

/** Open proposals about units in her reach. */
export const listProposals = async (deps: Dependencies, { official }: Acting): Promise<Proposal[]> => {
  const organisation = await deps.officials.tree.current();
  const proposals = await deps.officials.administrators.list();
  return proposals.filter(({ unit }) => organisation.isWithin(unit, official.capacity.unit.id));
};

export const propose = async (
  deps: Dependencies,
  input: Acting & { proposal: ProposalInput },
): Promise<Proposal> => {
  const { proposal, official } = input;
  const by = official.accountId;
  const context = contextOf(input);
  const { administrators } = deps.officials;
  if (proposal.act === 'end') {
    const { account, post, reason } = proposal;
    return administrators.proposeEnding({ account, post, reason, by, context });
  }
  const { role, unit, region, reason } = proposal;
  const account = await accountOf(deps, proposal);
  return administrators.proposeAppointment({ account, role, unit, region, reason, by, context });
};
