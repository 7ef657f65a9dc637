import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { type FamiliesContext, settledFamily } from './context.ts';
import { type Basis, isOpen, type Link, type LinkKind, mostLinks } from './family.ts';
import { changeFamily, newId, pointToHolder } from './family-store.ts';
import { type FamilyEvent, makeEvent, tell, withEvent } from './tell-events.ts';

export interface NewLink {
  actor: string;
  kind: LinkKind;
  state: 'invited' | 'active';
  /** Absent: nobody has an account with the document; the invitation looks the same. */
  holder?: string;
  basis?: Basis;
  record?: string;
  expiresAt?: number;
  /** Of a guardian's: the day on which the child is 14. */
  birthday?: string;
  typed?: { kind: string; number: string };
  by: string;
  requestId?: string | undefined;
}

/**
 * Writes a link, at most ten open ones for a person who acts. The pointer comes first: it says where to look and is no
 * proof. A counter's record makes one link, however often it is carried out.
 */
export const startLink = async (context: FamiliesContext, input: NewLink): Promise<Link> => {
  const { store, clock } = context;
  const { actor, kind, state, holder, basis, record, expiresAt, typed, birthday } = input;
  await settledFamily(context, actor);
  // A pointer to nobody is written for nobody: the work must not tell whether there is an account.
  await pointToHolder(store, { holder: holder ?? newId('fl'), actor, ...(birthday ? { birthday } : {}) });
  const now = seconds(clock);
  let link: Link = {
    id: newId('fl'),
    kind,
    state,
    createdAt: now,
    deviceKeys: [],
    ...(holder ? { holder } : {}),
    ...(basis ? { basis } : {}),
    ...(record ? { record } : {}),
    ...(expiresAt ? { expiresAt } : {}),
    ...(state === 'active' ? { startedAt: now } : {}),
  };
  let event: FamilyEvent | undefined;
  const { changed } = await changeFamily(store, actor, (current) => {
    const made = record && current.links.find((one) => one.record === record);
    if (made) {
      link = made;
      return undefined;
    }
    const open = current.links.filter(isOpen);
    const same = open.some((one) =>
      typed && one.state === 'invited'
        ? current.typed[one.id]?.kind === typed.kind && current.typed[one.id]?.number === typed.number
        : one.state === 'active' && holder !== undefined && one.holder === holder,
    );
    if (same) throw new ServiceError('already_exists');
    if (open.length >= mostLinks) throw new ServiceError('too_many_family_links');
    const others = holder ? [holder] : [];
    event = makeEvent(context, link, {
      action: state === 'active' ? 'family.linked' : 'family.invited',
      actor: input.by,
      concerned: [actor, ...others],
      told: state === 'active' ? [actor, ...others] : others,
      details: { ...(basis ? { basis } : {}) },
      requestId: input.requestId,
    });
    const next = { ...current, links: [...current.links, link] };
    return withEvent(typed ? { ...next, typed: { ...next.typed, [link.id]: typed } } : next, event);
  });
  if (changed) await tell(context, actor, [event!]);
  return link;
};
