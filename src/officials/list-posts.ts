import { seconds } from '../clock.ts';
import type { Dependencies } from './dependencies.ts';
import { everyOf } from './officials-store.ts';
import { type Post, stands } from './post.ts';

export interface ListedPost extends Post {
  account: string;
}

/** The access list of a unit and all below it, or of the province (ZZD-5): references and roles, no names. */
export const listPosts = async (
  deps: Dependencies,
  filter: { unit?: string } = {},
): Promise<ListedPost[]> => {
  const organisation = await deps.organisation();
  const now = seconds(deps.clock);
  const found: ListedPost[] = [];
  for await (const { id, posts } of everyOf(deps.store.officials)) {
    for (const post of posts) {
      if (!stands(post, now)) continue;
      if (filter.unit === undefined || organisation.isWithin(post.unit, filter.unit))
        found.push({ ...post, account: id });
    }
  }
  return found.sort((a, b) =>
    a.unit === b.unit ? (a.account < b.account ? -1 : 1) : a.unit < b.unit ? -1 : 1,
  );
};
