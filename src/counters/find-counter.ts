/** Which counters a lead answers for; what is outside her reach is not there. */
import { ServiceError } from '../errors.ts';
import { mayAct } from '../officials/index.ts';
import type { Versioned } from '../storage/index.ts';
import type { Acting, CounterContext } from './context.ts';
import type { CounterDocument } from './counter-store.ts';

export const reaches = async (
  { officials }: CounterContext,
  { official }: Acting,
  unitId: string,
): Promise<boolean> => {
  const organisation = await officials.tree.current();
  const unit = organisation.unit(unitId);
  const target = unit && { unit: unit.id, region: unit.region };
  return target !== undefined && mayAct(organisation, official.capacity, 'counter_lead', target);
};

export const leadsCounter = async (
  context: CounterContext,
  acting: Acting,
  id: string,
): Promise<Versioned<CounterDocument>> => {
  const counter = await context.store.counters.get(id);
  if (!counter || !(await reaches(context, acting, counter.unit))) throw new ServiceError('not_found');
  return counter;
};
