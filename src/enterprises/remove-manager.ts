import { ServiceError } from '../errors.ts';
import type { Versioned } from '../storage/index.ts';
import { closeDeadMandates } from './close-dead-mandates.ts';
import { type Act, actingAccount, type EnterprisesContext } from './context.ts';
import type { Enterprise } from './enterprise.ts';
import { change } from './enterprise-store.ts';
import { reconcile } from './reconcile-with-register.ts';
import { type EnterpriseEvent, makeEvent, tell, withEvents } from './tell-events.ts';

/**
 * The legal representative removes a manager, or a manager resigns. The mandates she gave end with her post. Taking
 * power away waits for no register: when it does not answer, the last one known to represent the enterprise may.
 */
export const removeManager = async (
  context: EnterprisesContext,
  act: Act,
  input: { enterprise: string; post: string },
): Promise<Versioned<Enterprise>> => {
  const { store } = context;
  const actor = await actingAccount(context, act);
  await reconcile(context, input.enterprise).catch((error: unknown) => {
    if (!(error instanceof ServiceError && error.code === 'register_unavailable')) throw error;
  });
  let event: EnterpriseEvent | undefined;
  const { document } = await change(store.enterprises, input.enterprise, (current) => {
    const post = current.managers.find(({ id }) => id === input.post);
    const resigns = post?.account === actor.id;
    if (!resigns && current.legalRep?.account !== actor.id) throw new ServiceError('forbidden');
    if (!post) throw new ServiceError('not_found');
    event = makeEvent(context, {
      action: 'enterprise.manager_ended',
      actor: `account:${actor.id}`,
      concerned: [actor.id, post.account, ...(current.legalRep ? [current.legalRep.account] : [])],
      enterprise: current.id,
      object: current.id,
      details: { reason: resigns ? 'resigned' : 'removed' },
      ended: [{ accountId: post.account, ref: `e:${current.id}:manager` }],
      ...(act.requestId ? { requestId: act.requestId } : {}),
    });
    return withEvents({ ...current, managers: current.managers.filter(({ id }) => id !== post.id) }, [event]);
  });
  const told = await tell(context, store.enterprises, document, [event!]);
  await closeDeadMandates(context, told);
  return told;
};
