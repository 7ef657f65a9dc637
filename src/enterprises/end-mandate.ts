import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { Versioned } from '../storage/index.ts';
import { holdsMandate } from './answer-mandate.ts';
import { closeMandate } from './close-dead-mandates.ts';
import { type Act, actingAccount, type EnterprisesContext } from './context.ts';
import { isOpen, type Mandate, postOf } from './enterprise.ts';

/**
 * Ends a mandate at once: any legal representative or manager of the principal, of the agent firm that named the
 * staff, or the delegate herself (resigns). It waits for no register, because it only takes power away.
 */
export const endMandate = async (
  context: EnterprisesContext,
  act: Act,
  input: { mandate: string },
): Promise<Versioned<Mandate>> => {
  const { store, clock } = context;
  const actor = await actingAccount(context, act);
  const mandate = await store.mandates.get(input.mandate);
  if (!mandate) throw new ServiceError('not_found');
  const principal = await store.enterprises.get(mandate.enterprise);
  const agent = mandate.kind === 'agent_staff' ? await store.enterprises.get(mandate.agent!) : undefined;
  const gives = [principal, agent].some((enterprise) => enterprise && postOf(enterprise, actor.id));
  if (!gives && !(await holdsMandate(context, mandate, actor.id))) throw new ServiceError('not_found');
  if (!isOpen(mandate)) throw new ServiceError('mandate_state');
  const { mandate: ended } = await closeMandate(context, mandate, {
    reason: gives ? 'principal' : 'delegate',
    actor: `account:${actor.id}`,
    at: seconds(clock),
    ...(act.requestId ? { requestId: act.requestId } : {}),
  });
  return ended;
};
