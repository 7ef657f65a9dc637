/** Posts as capacities to act in. Read from the store each time, so that an ended post gives nothing any more (ZZD-2). */
import type { CapacitySource, OfficeCapacity } from '../accounts/index.ts';
import { seconds } from '../clock.ts';
import type { Dependencies } from './dependencies.ts';
import type { Organisation } from './organisation.ts';
import { isLive, type Post } from './post.ts';
import { isAdministratorRole } from './roles.ts';

/** Undefined when the post has ended or its unit is gone. The region is the post's, which may be narrower. */
export const capacityOf = (
  post: Post,
  organisation: Organisation,
  now: number,
): OfficeCapacity | undefined => {
  const unit = organisation.unit(post.unit);
  if (!unit || !isLive(post, now)) return undefined;
  const { id, creditCode, name } = unit;
  return {
    kind: 'office',
    ref: `o:${post.id}`,
    unit: { id, creditCode, name, region: post.region },
    roles: post.roles,
    // GB/T 22239-2019 §8.1.4.1: two factors for administrators, one of them cryptographic.
    strength: post.roles.some(isAdministratorRole) ? 3 : 2,
  };
};

export const createOfficeCapacities = (deps: Dependencies): CapacitySource => {
  const all = async (accountId: string): Promise<OfficeCapacity[]> => {
    const [official, account] = await Promise.all([
      deps.store.officials.get(accountId),
      deps.accounts.get(accountId),
    ]);
    if (!official || account?.state !== 'active') return [];
    const organisation = await deps.organisation();
    const now = seconds(deps.clock);
    return official.posts.flatMap((post) => capacityOf(post, organisation, now) ?? []);
  };
  return {
    // Items narrow mandates; a post is not made of items.
    of: (accountId) => all(accountId),
    async live(accountId, ref) {
      return ref.startsWith('o:')
        ? (await all(accountId)).find((capacity) => capacity.ref === ref)
        : undefined;
    },
  };
};
