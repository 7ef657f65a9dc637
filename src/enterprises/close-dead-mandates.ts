import { seconds } from '../clock.ts';
import type { Versioned } from '../storage/index.ts';
import type { EnterprisesContext } from './context.ts';
import {
  type EndReason,
  type Enterprise,
  type Grounds,
  isOpen,
  type Mandate,
  overBecause,
  postsOf,
} from './enterprise.ts';
import { change, findAll } from './enterprise-store.ts';
import { makeEvent, tell, withEvents } from './tell-events.ts';

/** Reference of a delegate's capacity. */
export const delegateRef = ({ enterprise, id }: Pick<Mandate, 'enterprise' | 'id'>): string =>
  `e:${enterprise}:delegate:${id}`;

/** Everything a mandate rests on, as it stands in the store. */
export const groundsOf = async (
  { store }: EnterprisesContext,
  mandate: Mandate,
): Promise<Grounds | undefined> => {
  const [principal, agent, parent] = await Promise.all([
    store.enterprises.get(mandate.enterprise),
    mandate.agent ? store.enterprises.get(mandate.agent) : undefined,
    mandate.parent ? store.mandates.get(mandate.parent) : undefined,
  ]);
  return principal && { principal, ...(agent ? { agent } : {}), ...(parent ? { parent } : {}) };
};

/** Whom the end of a mandate concerns: who gave it, who held it, or who represents the firm that held it. */
export const concernedBy = async ({ store }: EnterprisesContext, mandate: Mandate): Promise<string[]> => {
  const concerned = [mandate.givenBy, ...(mandate.person ? [mandate.person] : [])];
  if (mandate.kind !== 'agent') return concerned;
  const agent = await store.enterprises.get(mandate.agent!);
  return [...concerned, ...(agent ? postsOf(agent).map(({ account }) => account) : [])];
};

export interface End {
  reason: EndReason;
  /** `account:<id>`, `register` or `system` */
  actor: string;
  at: number;
  requestId?: string;
}

/** Ends one open mandate and, at once, what an agent firm gave its staff under it. False when it was over already. */
export const closeMandate = async (
  context: EnterprisesContext,
  mandate: Versioned<Mandate>,
  end: End,
): Promise<{ mandate: Versioned<Mandate>; closed: boolean }> => {
  const { store } = context;
  const { actor, at, reason, requestId } = end;
  const event = makeEvent(context, {
    action: 'mandate.ended',
    actor,
    concerned: await concernedBy(context, mandate),
    enterprise: mandate.enterprise,
    object: mandate.id,
    details: { reason },
    ...(mandate.person ? { ended: [{ accountId: mandate.person, ref: delegateRef(mandate) }] } : {}),
    ...(requestId ? { requestId } : {}),
  });
  const over = { state: 'ended' as const, endedBy: actor, endedAt: at, endReason: reason };
  const { document, changed } = await change(store.mandates, mandate.id, (current) =>
    isOpen(current) ? withEvents({ ...current, ...over }, [event]) : undefined,
  );
  // Also when another act was first: the two may have met between the firm's mandate and its staff's.
  for (const staff of await findAll(store.mandates, 'parent', mandate.id)) {
    if (isOpen(staff)) await closeMandate(context, staff, { ...end, reason: 'parent_ended' });
  }
  if (!changed) return { mandate: document, closed: false };
  return { mandate: await tell(context, store.mandates, document, [event]), closed: true };
};

/** Writes down the end of every mandate, given to or by this enterprise, that has nothing to rest on any more. */
export const closeDeadMandates = async (
  context: EnterprisesContext,
  enterprise: Enterprise,
): Promise<number> => {
  const { store, clock } = context;
  const now = seconds(clock);
  const given = await findAll(store.mandates, 'enterprise', enterprise.id);
  const received = await findAll(store.mandates, 'agent', enterprise.id);
  let count = 0;
  for (const mandate of [...given, ...received.filter((one) => one.enterprise !== enterprise.id)]) {
    if (!isOpen(mandate)) continue;
    const grounds = await groundsOf(context, mandate);
    const reason = grounds && overBecause(mandate, grounds, now);
    if (!reason) continue;
    const expired = reason === 'expired';
    const end = { reason, actor: expired ? 'system' : 'register', at: expired ? mandate.validUntil : now };
    const { closed } = await closeMandate(context, mandate, end);
    if (closed) count += 1;
  }
  return count;
};
