import { type Clock, seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { AlreadyExists } from '../storage/index.ts';
import type { ActContext, Dependencies } from './dependencies.ts';
import { changePosts, everyOf, type OfficialsStore, type TreeDocument } from './officials-store.ts';
import { type Organisation, type OrgUnit, organisationOf } from './organisation.ts';
import { ended, stands } from './post.ts';
import { isAdministratorRole } from './roles.ts';

const REREAD_MS = 1000;

const idOf = (number: number): string => `tree:${String(number).padStart(9, '0')}`;

/** The tree in force; another process's import is seen within a second. */
export const createTreeReader = (store: OfficialsStore, clock: Clock) => {
  let known = organisationOf(0, []);
  let readAt = Number.NEGATIVE_INFINITY;
  return {
    async current({ fresh = false } = {}): Promise<Organisation> {
      if (!fresh && Math.abs(clock.now() - readAt) < REREAD_MS) return known;
      const at = clock.now();
      let newest: TreeDocument | undefined;
      for (let number = known.number + 1; ; number += 1) {
        const next = await store.trees.get(idOf(number));
        if (!next) break;
        newest = next;
      }
      if (newest) known = organisationOf(newest.number, newest.units);
      readAt = at;
      return known;
    },
  };
};

export interface ImportedTree {
  number: number;
  units: number;
  /** False: it was in force already, to the letter. */
  changed: boolean;
  /** Posts that ended because their unit is gone. */
  endedPosts: number;
}

/** Puts a checked tree in force as the next version. Posts of units that are no longer there end at once (ZZD-2). */
export const importTree = async (
  deps: Dependencies & { reread(): Promise<Organisation> },
  units: readonly OrgUnit[],
  context: ActContext,
): Promise<ImportedTree> => {
  for (;;) {
    const present = await deps.reread();
    if (JSON.stringify(present.units) === JSON.stringify(units)) {
      const endedPosts = await endPostsOfClosedUnits(deps, present, context);
      return { number: present.number, units: units.length, changed: false, endedPosts };
    }
    const next = organisationOf(present.number + 1, units);
    await assertAdministratorsKeepTheirUnit(deps, next);
    try {
      await deps.store.trees.insert({
        id: idOf(next.number),
        number: next.number,
        units,
        importedAt: seconds(deps.clock),
        importedBy: context.actor,
      });
    } catch (error) {
      if (error instanceof AlreadyExists) continue;
      throw error;
    }
    await deps.audit.append({
      action: 'organisation.imported',
      actor: context.actor,
      object: idOf(next.number),
      result: 'ok',
      details: { units: units.length },
      requestId: context.requestId,
    });
    const endedPosts = await endPostsOfClosedUnits(deps, await deps.reread(), context);
    return { number: next.number, units: units.length, changed: true, endedPosts };
  }
};

/** An administrator ends by four eyes, not by a line that is missing in a file. */
const assertAdministratorsKeepTheirUnit = async (deps: Dependencies, next: Organisation): Promise<void> => {
  const now = seconds(deps.clock);
  for await (const { posts } of everyOf(deps.store.officials)) {
    for (const post of posts) {
      if (stands(post, now) && post.roles.some(isAdministratorRole) && !next.unit(post.unit)) {
        throw new ServiceError('conflict', {
          detail: `unit ${post.unit} has an administrator: end that post first`,
        });
      }
    }
  }
};

const endPostsOfClosedUnits = async (
  deps: Dependencies,
  organisation: Organisation,
  context: ActContext,
): Promise<number> => {
  const now = seconds(deps.clock);
  let count = 0;
  for await (const { id, posts } of everyOf(deps.store.officials)) {
    const isClosed = (post: (typeof posts)[number]) => stands(post, now) && !organisation.unit(post.unit);
    if (!posts.some(isClosed)) continue;
    const closed = posts.filter(isClosed);
    await changePosts(deps.store.officials, id, (present) =>
      present.map((post) => (isClosed(post) ? ended(post, now, 'unit_closed') : post)),
    );
    for (const post of closed) {
      await deps.audit.append({
        action: 'post.ended',
        actor: context.actor,
        subject: id,
        object: post.id,
        result: 'ok',
        details: { unit: post.unit, reason: 'unit_closed' },
        requestId: context.requestId,
      });
    }
    count += closed.length;
    await deps.endOfficeSessions(id);
  }
  return count;
};
