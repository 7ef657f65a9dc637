/** What a person has in enterprises: for her export, and to end when her account closes. */
import { seconds } from '../clock.ts';
import { closeDeadMandates, closeMandate } from './close-dead-mandates.ts';
import type { EnterprisesContext } from './context.ts';
import { type Enterprise, isOpen, type Mandate, postOf } from './enterprise.ts';
import { change, findAll } from './enterprise-store.ts';
import { endPosts } from './reconcile-with-register.ts';
import { type EnterpriseEvent, tell } from './tell-events.ts';

export interface Holdings {
  posts: { enterprise: Enterprise; role: 'legal_rep' | 'manager'; since: number }[];
  /** Mandates she holds as delegate, open and ended. */
  received: Mandate[];
  /** Mandates she gave for an enterprise, open and ended. */
  given: Mandate[];
}

/** As the store has it; no register is asked. */
export const holdingsOf = async ({ store }: EnterprisesContext, accountId: string): Promise<Holdings> => {
  const holdings: Holdings = { posts: [], received: [], given: [] };
  for (const { enterprise: id } of await findAll(store.members, 'account', accountId)) {
    const enterprise = await store.enterprises.get(id);
    if (!enterprise) continue;
    const post = postOf(enterprise, accountId);
    const role = post === enterprise.legalRep ? 'legal_rep' : 'manager';
    if (post) holdings.posts.push({ enterprise, role, since: post.since });
    const handedOn = await findAll(store.mandates, 'agent', id);
    const given = [...(await findAll(store.mandates, 'enterprise', id)), ...handedOn];
    holdings.given.push(...given.filter(({ givenBy }) => givenBy === accountId));
  }
  holdings.received = await findAll(store.mandates, 'person', accountId);
  return holdings;
};

/**
 * Ends her posts, the mandates that rested on them and those she held. It waits for no register, because it only takes
 * power away. Safe to run again. Answers how many ended this time.
 */
export const closePerson = async (
  context: EnterprisesContext,
  accountId: string,
  actor: string,
): Promise<{ posts: number; mandates: number }> => {
  const { store, clock } = context;
  const closed = { posts: 0, mandates: 0 };
  for (const { enterprise: id } of await findAll(store.members, 'account', accountId)) {
    let events: EnterpriseEvent[] = [];
    const { document } = await change(store.enterprises, id, (current) => {
      const post = postOf(current, accountId);
      const lapses = post ? [{ post, reason: 'account_closed' }] : [];
      const ended = endPosts(context, current, { ...current, state: '01' }, lapses, actor);
      events = ended?.events ?? [];
      return ended?.next;
    });
    closed.posts += events.length;
    closed.mandates += await closeDeadMandates(
      context,
      await tell(context, store.enterprises, document, events),
    );
  }
  for (const mandate of await findAll(store.mandates, 'person', accountId)) {
    const end = { reason: 'delegate_closed' as const, actor, at: seconds(clock) };
    if (isOpen(mandate) && (await closeMandate(context, mandate, end)).closed) closed.mandates += 1;
  }
  return closed;
};
