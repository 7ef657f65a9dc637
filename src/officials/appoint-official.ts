import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { ActContext, Dependencies } from './dependencies.ts';
import { changePosts } from './officials-store.ts';
import { opaqueId } from './opaque-id.ts';
import { type Post, stands } from './post.ts';
import { coversRegion } from './region.ts';
import { assertCompatible, isAdministratorRole, type Role } from './roles.ts';

export interface PostInput {
  unit: string;
  roles: readonly Role[];
  /** Default: the unit's. Narrower is possible, wider is not. */
  region?: string;
  /** Unix seconds; default: now. */
  from?: number;
  until?: number;
}

/** The post as it will stand, with its unit, region and times checked. */
export const draftPost = async (deps: Dependencies, input: PostInput, id = opaqueId('po')): Promise<Post> => {
  const unit = (await deps.organisation()).unit(input.unit);
  if (!unit) throw new ServiceError('not_found', { detail: 'there is no such unit' });
  const region = input.region ?? unit.region;
  if (!coversRegion(unit.region, region))
    throw new ServiceError('invalid_request', { detail: 'the region lies outside that of the unit' });
  const from = input.from ?? seconds(deps.clock);
  if (input.until !== undefined && input.until <= from)
    throw new ServiceError('invalid_request', { detail: 'the post ends before it begins' });
  const roles = [...new Set(input.roles)].sort();
  if (roles.length === 0) throw new ServiceError('invalid_request', { detail: 'a post has a role' });
  assertCompatible(roles);
  const until = input.until === undefined ? {} : { until: input.until };
  return { id, unit: unit.id, roles, region, from, ...until, state: 'active' };
};

/**
 * Adds a post to a person's posts. Every rule over all her posts is judged on the very document that is replaced, so
 * that of two appointments that exclude each other one is refused, however they race.
 */
export const addPost = async (
  deps: Dependencies,
  input: { account: string; post: Post; context: ActContext },
): Promise<Post> => {
  const { account, post, context } = input;
  await assertActiveAccount(deps, account);
  const now = seconds(deps.clock);
  let added = true;
  await changePosts(deps.store.officials, account, (posts) => {
    added = !posts.some(({ id }) => id === post.id);
    // Carried out before, by a run that did not come to its end.
    if (!added) return posts;
    const next = [...posts, post];
    assertCompatible(next.filter((each) => stands(each, now)).flatMap(({ roles }) => roles));
    return next;
  });
  await deps.audit.append({
    action: 'post.opened',
    actor: context.actor,
    subject: account,
    object: post.id,
    result: 'ok',
    details: { unit: post.unit, roles: post.roles.join(' '), region: post.region },
    requestId: context.requestId,
  });
  return post;
};

/** A post with business roles. Administrators come to be by four eyes only (propose-administrator.ts). */
export const appointOfficial = async (
  deps: Dependencies,
  input: PostInput & { account: string; context: ActContext },
): Promise<Post> => {
  if (input.roles.some(isAdministratorRole)) throw new ServiceError('second_person_needed');
  const post = await draftPost(deps, input);
  return addPost(deps, { account: input.account, post, context: input.context });
};

export const assertActiveAccount = async (deps: Dependencies, account: string): Promise<void> => {
  const found = await deps.accounts.get(account);
  if (found?.state !== 'active') throw new ServiceError('not_found', { detail: 'there is no such account' });
  if (found.proofingLevel < 2)
    throw new ServiceError('forbidden', { detail: 'the proofing level is too low for an office' });
};
