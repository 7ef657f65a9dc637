/** What each side may say to a link: agree or refuse, keep beyond 14, end. */
import type { Account } from '../accounts/index.ts';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { closeLink } from './close-link.ts';
import { type Act, actingAccount, type FamiliesContext, findLink } from './context.ts';
import {
  actingProofing,
  guardianUntil,
  isOpen,
  keepingProofing,
  keepingSeconds,
  type Link,
} from './family.ts';
import { changeFamily, familyOf } from './family-store.ts';
import { type FamilyEvent, makeEvent, tell, withEvent } from './tell-events.ts';

interface Change {
  action: 'family.linked' | 'family.kept';
  /** Throws when the link does not allow it any more. */
  step(link: Link): Link;
}

const changeLink = async (
  context: FamiliesContext,
  act: Act,
  input: { actor: string; link: string },
  { action, step }: Change,
): Promise<void> => {
  let event: FamilyEvent | undefined;
  await changeFamily(context.store, input.actor, (current) => {
    const link = current.links.find(({ id }) => id === input.link);
    if (!link) throw new ServiceError('not_found');
    const next = step(link);
    event = makeEvent(context, next, {
      action,
      actor: `account:${act.accountId}`,
      concerned: [input.actor, next.holder!],
      told: [input.actor, next.holder!],
      details: { ...(next.basis ? { basis: next.basis } : {}) },
      requestId: act.requestId,
    });
    const { [link.id]: _, ...typed } = current.typed;
    const links = current.links.map((one) => (one === link ? next : one));
    return withEvent({ ...current, links, typed }, event);
  });
  await tell(context, input.actor, [event!]);
};

const asHolder = async (context: FamiliesContext, act: Act, id: string, proofing: number) => {
  const holder = await actingAccount(context, act);
  const found = await findLink(context, holder.id, id);
  if (found.side !== 'holder') throw new ServiceError('not_found');
  if (!isOpen(found.link)) throw new ServiceError('family_link_over');
  if (holder.proofingLevel < proofing) throw new ServiceError('proofing_too_low');
  return { holder, ...found };
};

/** Her own consent: proofing 3, in a session of hers. */
export const acceptInvitation = async (context: FamiliesContext, act: Act, id: string): Promise<void> => {
  const { actor, link } = await asHolder(context, act, id, actingProofing);
  if (link.state !== 'invited') throw new ServiceError('family_link_over');
  const inviter = await context.accounts.get(actor);
  if (inviter?.state !== 'active') throw new ServiceError('family_link_over');
  const already = (await familyOf(context.store, actor))?.links.some(
    (one) => one.state === 'active' && one.holder === act.accountId,
  );
  if (already) throw new ServiceError('already_exists');
  await changeLink(
    context,
    act,
    { actor, link: id },
    {
      action: 'family.linked',
      step(current) {
        if (current.state !== 'invited') throw new ServiceError('family_link_over');
        return { ...current, state: 'active', startedAt: seconds(context.clock) };
      },
    },
  );
};

export const refuseInvitation = async (context: FamiliesContext, act: Act, id: string): Promise<void> => {
  const { actor, link } = await asHolder(context, act, id, 0);
  if (link.state !== 'invited') throw new ServiceError('family_link_over');
  const by = `account:${act.accountId}`;
  await closeLink(context, { actor, link: id, reason: 'refused', by, requestId: act.requestId });
};

const mayKeep = (context: FamiliesContext, child: Account): boolean => {
  const until = guardianUntil(child);
  return until !== undefined && seconds(context.clock) >= until - keepingSeconds;
};

/** The child, soon 14 and with an account of her own, wants her guardian to go on. */
export const keepGuardian = async (context: FamiliesContext, act: Act, id: string): Promise<void> => {
  const { actor, link, holder } = await asHolder(context, act, id, keepingProofing);
  if (link.kind !== 'guardian') throw new ServiceError('family_link_over');
  if (!mayKeep(context, holder)) throw new ServiceError('too_young');
  await changeLink(
    context,
    act,
    { actor, link: id },
    {
      action: 'family.kept',
      step(current) {
        if (current.state !== 'active') throw new ServiceError('family_link_over');
        return { ...current, keptAt: seconds(context.clock) };
      },
    },
  );
};

/** Either side ends a link or takes an invitation back, at once; no level is asked, because it only takes power away. */
export const endLink = async (context: FamiliesContext, act: Act, id: string): Promise<void> => {
  const account = await actingAccount(context, act);
  const { actor, link, side } = await findLink(context, account.id, id);
  if (!isOpen(link)) throw new ServiceError('family_link_over');
  const reason = side === 'acting' ? 'acting_side' : 'other_side';
  const by = `account:${account.id}`;
  await closeLink(context, { actor, link: id, reason, by, requestId: act.requestId });
};
