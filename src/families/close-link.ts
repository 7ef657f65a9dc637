import { seconds } from '../clock.ts';
import type { FamiliesContext } from './context.ts';
import { type EndReason, type Family, isOpen, mostEnded } from './family.ts';
import { changeFamily } from './family-store.ts';
import { type FamilyEvent, makeEvent, tell, withEvent } from './tell-events.ts';

/** The family without the oldest of its ended links, when there are many. */
const pruned = (family: Family): Family => {
  const ended = family.links.filter((link) => !isOpen(link));
  const gone = new Set(
    ended
      .sort((a, b) => b.endedAt! - a.endedAt!)
      .slice(mostEnded)
      .map(({ id }) => id),
  );
  return gone.size === 0 ? family : { ...family, links: family.links.filter(({ id }) => !gone.has(id)) };
};

/** Ends one link at once, with the copies that were given under it. False when it was over already. */
export const closeLink = async (
  context: FamiliesContext,
  input: { actor: string; link: string; reason: EndReason; by: string; requestId?: string | undefined },
): Promise<boolean> => {
  const { store, clock } = context;
  const { actor, reason } = input;
  let event: FamilyEvent | undefined;
  const { changed } = await changeFamily(store, actor, (current) => {
    const link = current.links.find(({ id }) => id === input.link);
    if (!link || !isOpen(link)) return undefined;
    const concerned = [actor, ...(link.holder ? [link.holder] : [])];
    // Of an invitation that came to nothing only the inviter hears, and only that it was refused.
    const told = link.state === 'active' ? concerned : reason === 'refused' ? [actor] : [];
    event = makeEvent(context, link, {
      action: 'family.ended',
      actor: input.by,
      concerned,
      told,
      details: { reason },
      requestId: input.requestId,
    });
    const ended = { ...link, state: 'ended' as const, endedAt: seconds(clock), endReason: reason };
    const { [link.id]: _, ...typed } = current.typed;
    const links = current.links.map((one) => (one === link ? ended : one));
    return withEvent(pruned({ ...current, links, typed }), event);
  });
  if (changed) await tell(context, actor, [event!]);
  return changed;
};
