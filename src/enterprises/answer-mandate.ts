import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { Versioned } from '../storage/index.ts';
import { closeDeadMandates, concernedBy, groundsOf } from './close-dead-mandates.ts';
import { type Act, actingAccount, type EnterprisesContext } from './context.ts';
import { delegateProofing, type Mandate, overBecause, postOf } from './enterprise.ts';
import { change } from './enterprise-store.ts';
import { confirmedForAct } from './reconcile-with-register.ts';
import { makeEvent, tell, withEvents } from './tell-events.ts';

/** Whether this account holds the mandate: as the delegate, or by a post in the agent firm. */
export const holdsMandate = async (
  { store }: EnterprisesContext,
  mandate: Mandate,
  account: string,
): Promise<boolean> => {
  if (mandate.kind !== 'agent') return mandate.person === account;
  const agent = await store.enterprises.get(mandate.agent!);
  return agent !== undefined && postOf(agent, account) !== undefined;
};

/** The delegate, or the agent firm's legal representative or manager, accepts or declines what was offered. */
export const answerMandate = async (
  context: EnterprisesContext,
  act: Act,
  input: { mandate: string; answer: 'accept' | 'decline' },
): Promise<Versioned<Mandate>> => {
  const { store, clock } = context;
  const actor = await actingAccount(context, act);
  const accepts = input.answer === 'accept';
  const offered = await store.mandates.get(input.mandate);
  if (!offered) throw new ServiceError('not_found');
  // Whoever is not the delegate is not told that there is such a mandate.
  if (!(await holdsMandate(context, offered, actor.id))) throw new ServiceError('not_found');
  if (accepts) {
    await confirmedForAct(context, offered.enterprise);
    // Asking the register may have ended this person's post in the agent firm.
    if (offered.agent) await confirmedForAct(context, offered.agent);
    if (!(await holdsMandate(context, offered, actor.id))) throw new ServiceError('not_found');
  }
  if (accepts && actor.proofingLevel < delegateProofing) throw new ServiceError('proofing_too_low');
  const grounds = await groundsOf(context, offered);
  const now = seconds(clock);
  if (accepts && (!grounds || overBecause(offered, grounds, now))) {
    if (grounds) await closeDeadMandates(context, grounds.principal);
    throw new ServiceError('mandate_state');
  }
  const event = makeEvent(context, {
    action: accepts ? 'mandate.accepted' : 'mandate.declined',
    actor: `account:${actor.id}`,
    concerned: [actor.id, ...(await concernedBy(context, offered))],
    enterprise: offered.enterprise,
    object: offered.id,
    ...(act.requestId ? { requestId: act.requestId } : {}),
  });
  const { document } = await change(store.mandates, offered.id, (current) => {
    if (current.state !== 'offered') throw new ServiceError('mandate_state');
    const next = accepts
      ? { ...current, state: 'active' as const, acceptedBy: actor.id, acceptedAt: now }
      : { ...current, state: 'declined' as const, endedBy: `account:${actor.id}`, endedAt: now };
    return withEvents(next, [event]);
  });
  return tell(context, store.mandates, document, [event]);
};
