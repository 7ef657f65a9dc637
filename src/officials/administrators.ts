/** Four eyes over administrators: one proposes, another agrees, and only then it happens. */
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { Conflict, type Versioned } from '../storage/index.ts';
import { addPost, assertActiveAccount, draftPost } from './appoint-official.ts';
import type { ActContext, Dependencies } from './dependencies.ts';
import { assertReason, replacePosts } from './end-posts.ts';
import { everyOf, type Proposal } from './officials-store.ts';
import { opaqueId } from './opaque-id.ts';
import { isLive, type Post, stands } from './post.ts';
import { coversRegion } from './region.ts';
import { type AdministratorRole, appointingRoles, isAdministratorRole } from './roles.ts';
import { addAppointing, removeAppointing } from './roster.ts';

const proposalSeconds = 3 * 86_400;

/** Throws forbidden unless this person now holds a post that may appoint administrators over that unit and region. */
const assertAppoints = async (
  deps: Dependencies,
  account: string,
  over: { unit: string; region: string },
): Promise<void> => {
  const [official, person, organisation] = await Promise.all([
    deps.store.officials.get(account),
    deps.accounts.get(account),
    deps.organisation(),
  ]);
  const now = seconds(deps.clock);
  const appoints = (post: Post): boolean =>
    isLive(post, now) &&
    post.roles.some((role) => appointingRoles.includes(role)) &&
    organisation.isWithin(over.unit, post.unit) &&
    coversRegion(post.region, over.region);
  if (person?.state !== 'active' || !official?.posts.some(appoints))
    throw new ServiceError('forbidden', { detail: 'no administrator of that unit' });
};

const record = (deps: Dependencies, proposal: Proposal, action: string, actor: string, requestId?: string) =>
  deps.audit.append({
    action,
    actor,
    subject: proposal.account,
    object: proposal.id,
    result: 'ok',
    details: { act: proposal.act, role: proposal.role, unit: proposal.unit, post: proposal.post },
    requestId,
  });

const file = async (
  deps: Dependencies,
  input: Omit<Proposal, 'id' | 'proposedAt' | 'expiresAt' | 'state'>,
  context: ActContext,
): Promise<Proposal> => {
  assertReason(input.reason);
  await assertAppoints(deps, input.proposedBy, input);
  const proposedAt = seconds(deps.clock);
  const proposal = await deps.store.proposals.insert({
    ...input,
    id: opaqueId('ap'),
    proposedAt,
    expiresAt: proposedAt + proposalSeconds,
    state: 'open',
  });
  await record(deps, proposal, 'administrator.proposed', context.actor, context.requestId);
  return proposal;
};

/** Proposes that somebody becomes an administrator. Nobody proposes herself. */
export const proposeAppointment = async (
  deps: Dependencies,
  input: {
    account: string;
    role: AdministratorRole;
    unit: string;
    region?: string;
    reason: string;
    by: string;
    context: ActContext;
  },
): Promise<Proposal> => {
  const { account, role, unit, reason, by } = input;
  if (account === by) throw new ServiceError('second_person_needed');
  await assertActiveAccount(deps, account);
  const post = await draftPost(deps, { unit, roles: [role], region: input.region });
  const { id, region } = post;
  return file(
    deps,
    { act: 'appoint', account, role, unit, region, post: id, reason, proposedBy: by },
    input.context,
  );
};

/** Proposes that an administrator's post ends. Her own too: an administrator resigns with another's consent. */
export const proposeEnding = async (
  deps: Dependencies,
  input: { account: string; post: string; reason: string; by: string; context: ActContext },
): Promise<Proposal> => {
  const { account, reason, by } = input;
  const now = seconds(deps.clock);
  const official = await deps.store.officials.get(account);
  const post = official?.posts.find(({ id }) => id === input.post);
  const role = post?.roles.find(isAdministratorRole);
  if (!post || !role || !stands(post, now))
    throw new ServiceError('not_found', { detail: 'there is no such administrator' });
  const { unit, region } = post;
  return file(
    deps,
    { act: 'end', account, role, unit, region, post: post.id, reason, proposedBy: by },
    input.context,
  );
};

const carryOut = async (deps: Dependencies, proposal: Proposal, context: ActContext): Promise<void> => {
  const { account, role, unit, region, post: id, reason } = proposal;
  const appoints = appointingRoles.includes(role);
  if (proposal.act === 'appoint') {
    const post = await draftPost(deps, { unit, roles: [role], region }, id);
    await addPost(deps, { account, post, context });
    if (appoints) await addAppointing(deps.store.rosters, account);
    return;
  }
  if (appoints) await removeAppointing(deps.store.rosters, account);
  await replacePosts(deps, { account, reason, context, approved: true, choose: (post) => post.id === id });
};

const decide = async (
  deps: Dependencies,
  proposal: Versioned<Proposal>,
  state: Proposal['state'],
  by: string,
): Promise<Versioned<Proposal>> => {
  try {
    return await deps.store.proposals.replace({
      ...proposal,
      state,
      decidedBy: by,
      decidedAt: seconds(deps.clock),
    });
  } catch (error) {
    if (error instanceof Conflict) throw new ServiceError('proposal_ended');
    throw error;
  }
};

const openProposal = async (deps: Dependencies, id: string): Promise<Versioned<Proposal>> => {
  const proposal = await deps.store.proposals.get(id);
  if (!proposal) throw new ServiceError('not_found');
  if (proposal.state !== 'open' || seconds(deps.clock) >= proposal.expiresAt)
    throw new ServiceError('proposal_ended');
  return proposal;
};

/**
 * The second pair of eyes agrees, and the proposal is carried out. She is another person than who proposed, and than
 * the one it makes an administrator; both have to be administrators at this moment.
 */
export const approveProposal = async (
  deps: Dependencies,
  input: { proposal: string; by: string; context: ActContext },
): Promise<Proposal> => {
  const { by, context } = input;
  const proposal = await openProposal(deps, input.proposal);
  const concerned = proposal.act === 'appoint' && by === proposal.account;
  if (by === proposal.proposedBy || concerned) throw new ServiceError('second_person_needed');
  await assertAppoints(deps, proposal.proposedBy, proposal);
  await assertAppoints(deps, by, proposal);
  const approved = await decide(deps, proposal, 'approved', by);
  await record(deps, proposal, 'administrator.approved', context.actor, context.requestId);
  return settle(deps, approved, context);
};

/** What can never succeed (the roles exclude each other, two have to stay) is closed; after a store fault it is resumed. */
const settle = async (
  deps: Dependencies,
  approved: Versioned<Proposal>,
  context: ActContext,
): Promise<Proposal> => {
  const by = approved.decidedBy!;
  try {
    await carryOut(deps, approved, context);
  } catch (error) {
    if (error instanceof ServiceError && error.code !== 'store_unavailable')
      await decide(deps, approved, 'failed', by);
    throw error;
  }
  return decide(deps, approved, 'done', by);
};

export const declineProposal = async (
  deps: Dependencies,
  input: { proposal: string; by: string; context: ActContext },
): Promise<Proposal> => {
  const proposal = await openProposal(deps, input.proposal);
  await assertAppoints(deps, input.by, proposal);
  const declined = await decide(deps, proposal, 'declined', input.by);
  await record(deps, proposal, 'administrator.declined', input.context.actor, input.context.requestId);
  return declined;
};

/** Open ones that can still be decided, oldest first. */
export const listProposals = async (deps: Dependencies): Promise<Proposal[]> => {
  const open = await deps.store.proposals.find('state', 'open', { limit: 500 });
  return open
    .filter(({ expiresAt }) => seconds(deps.clock) < expiresAt)
    .sort((a, b) => a.proposedAt - b.proposedAt);
};

/** Carries out what was approved when a crash came between; returns how many. */
export const resumeProposals = async (deps: Dependencies): Promise<number> => {
  let count = 0;
  for await (const proposal of everyOf(deps.store.proposals)) {
    if (proposal.state !== 'approved') continue;
    try {
      await settle(deps, proposal, { actor: `account:${proposal.decidedBy}` });
      count += 1;
    } catch (error) {
      // Closed as failed: it must not keep the server from starting.
      if (!(error instanceof ServiceError)) throw error;
    }
  }
  return count;
};
