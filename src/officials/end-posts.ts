/** Ending, leaving and moving: the post is gone from the moment the store has it (ZZD-2), then its sessions end. */
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { draftPost, type PostInput } from './appoint-official.ts';
import type { ActContext, Dependencies } from './dependencies.ts';
import { changePosts } from './officials-store.ts';
import { ended, type Post, stands } from './post.ts';
import { assertCompatible, isAdministratorRole } from './roles.ts';

/** Reasons are codes: they go into the audit, where nothing personal may stand. */
const reasonCode = /^[a-z][a-z0-9_]{0,63}$/;

export const assertReason = (reason: string): void => {
  if (!reasonCode.test(reason))
    throw new ServiceError('invalid_request', { detail: 'the reason must be a code' });
};

interface EndInput {
  account: string;
  reason: string;
  context: ActContext;
}

const isAdministrators = (post: Post): boolean => post.roles.some(isAdministratorRole);

const recordEnded = async (deps: Dependencies, input: EndInput, posts: readonly Post[]): Promise<void> => {
  for (const post of posts) {
    await deps.audit.append({
      action: 'post.ended',
      actor: input.context.actor,
      subject: input.account,
      object: post.id,
      result: 'ok',
      details: { unit: post.unit, reason: input.reason },
      requestId: input.context.requestId,
    });
  }
};

/**
 * Ends the posts that `choose` picks, and adds `next` in the same step. An administrator's post only when
 * `approved`: by two others. With `single`, one has to end. Returns what ended.
 */
export const replacePosts = async (
  deps: Dependencies,
  input: EndInput & { choose(post: Post): boolean; next?: Post; approved?: boolean; single?: boolean },
): Promise<Post[]> => {
  assertReason(input.reason);
  const now = seconds(deps.clock);
  let gone: Post[] = [];
  await changePosts(deps.store.officials, input.account, (posts) => {
    gone = posts.filter((post) => stands(post, now) && input.choose(post));
    if (input.single && gone.length === 0)
      throw new ServiceError('not_found', { detail: 'there is no such post' });
    if (!input.approved && gone.some(isAdministrators)) throw new ServiceError('second_person_needed');
    const kept = posts.map((post) => (gone.includes(post) ? ended(post, now, input.reason) : post));
    const after = input.next ? [...kept, input.next] : kept;
    assertCompatible(after.filter((post) => stands(post, now)).flatMap(({ roles }) => roles));
    return gone.length === 0 && !input.next ? posts : after;
  });
  await recordEnded(deps, input, gone);
  if (gone.length > 0) await deps.endOfficeSessions(input.account);
  return gone;
};

/** Ends one post. Throws not_found when she has no such post that still stands. */
export const endPost = async (deps: Dependencies, input: EndInput & { post: string }): Promise<Post> =>
  (await replacePosts(deps, { ...input, single: true, choose: ({ id }) => id === input.post }))[0]!;

/** Leaves the administration: every post ends. */
export const leaveOffice = (deps: Dependencies, input: EndInput): Promise<Post[]> =>
  replacePosts(deps, { ...input, choose: () => true });

/** One post ends and another begins, in one step: she never holds both, and never neither by a crash. */
export const moveOfficial = async (
  deps: Dependencies,
  input: EndInput & { post: string; to: PostInput },
): Promise<Post> => {
  if (input.to.roles.some(isAdministratorRole)) throw new ServiceError('second_person_needed');
  const next = await draftPost(deps, input.to);
  await replacePosts(deps, { ...input, next, single: true, choose: ({ id }) => id === input.post });
  await deps.audit.append({
    action: 'post.opened',
    actor: input.context.actor,
    subject: input.account,
    object: next.id,
    result: 'ok',
    details: { unit: next.unit, roles: next.roles.join(' '), region: next.region },
    requestId: input.context.requestId,
  });
  return next;
};
