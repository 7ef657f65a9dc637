import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { Versioned } from '../storage/index.ts';
import {
  type Act,
  actingAccount,
  type EnterprisesContext,
  findNamedPerson,
  type NamedPerson,
} from './context.ts';
import { type Enterprise, maxManagers, type Post, postOf, powerProofing } from './enterprise.ts';
import { change, newId } from './enterprise-store.ts';
import { pointToMember } from './open-enterprise.ts';
import { confirmedForAct } from './reconcile-with-register.ts';
import { makeEvent, tell, withEvents } from './tell-events.ts';

/** NET-4: the legal representative appoints a manager; the sixth is refused until one is removed. */
export const appointManager = async (
  context: EnterprisesContext,
  act: Act,
  input: { enterprise: string; person: NamedPerson },
): Promise<Versioned<Enterprise>> => {
  const { store, clock } = context;
  const actor = await actingAccount(context, act);
  const confirmed = await confirmedForAct(context, input.enterprise);
  const checkPower = ({ legalRep }: Enterprise): Post => {
    if (legalRep?.account !== actor.id) throw new ServiceError('forbidden');
    return legalRep;
  };
  checkPower(confirmed);
  const person = await findNamedPerson(context, act, input.person);
  if (person.proofingLevel < powerProofing) throw new ServiceError('proofing_too_low');
  await pointToMember(context, confirmed.id, person.id);
  const event = makeEvent(context, {
    action: 'enterprise.manager_appointed',
    actor: `account:${actor.id}`,
    concerned: [actor.id, person.id],
    enterprise: confirmed.id,
    object: confirmed.id,
    ...(act.requestId ? { requestId: act.requestId } : {}),
  });
  const post: Post = { id: newId('post'), account: person.id, since: seconds(clock) };
  const { document } = await change(store.enterprises, confirmed.id, (current) => {
    const { id: appointedUnder } = checkPower(current);
    if (postOf(current, person.id)) throw new ServiceError('already_exists');
    if (current.managers.length >= maxManagers) throw new ServiceError('too_many_managers');
    return withEvents({ ...current, managers: [...current.managers, { ...post, appointedUnder }] }, [event]);
  });
  return tell(context, store.enterprises, document, [event]);
};
