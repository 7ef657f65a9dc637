/** A post: what one person does for one unit. Her posts are one document, so that rules over all of them hold at once. */
import type { Versioned } from '../storage/index.ts';
import type { Role } from './roles.ts';

export interface Post {
  /** `po_` + 22 characters; `o:<post id>` is the capacity it gives. */
  id: string;
  unit: string;
  roles: readonly Role[];
  /** The unit's region, or one within it. */
  region: string;
  /** Unix seconds; from then on, and until. */
  from: number;
  until?: number;
  state: 'active' | 'ended';
  endedAt?: number;
  endedReason?: string;
}

export interface OfficialDocument {
  /** The account id. */
  id: string;
  posts: readonly Post[];
}

export type StoredOfficial = Versioned<OfficialDocument>;

/** Neither ended nor run out; it may still lie ahead. Those are what the rules of exclusion look at. */
export const stands = (post: Post, now: number): boolean =>
  post.state === 'active' && (post.until === undefined || now < post.until);

export const isLive = (post: Post, now: number): boolean => stands(post, now) && post.from <= now;

export const ended = (post: Post, now: number, reason: string): Post => ({
  ...post,
  state: 'ended',
  endedAt: now,
  endedReason: reason,
});
