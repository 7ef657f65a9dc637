/** What a poster says to anybody who scans it: who asks, for what, which fields. No person in it. */
import { ServiceError } from '../errors.ts';
import type { CounterContext } from './context.ts';
import { standing } from './posters.ts';
import { listed } from './write-state.ts';

/** Throws not_found for a poster that never was. */
export const writePosterView = async (context: CounterContext, id: string) => {
  const found = await standing(context, id);
  const unit = found && (await context.officials.tree.current()).unit(found.poster.unit);
  if (!found || !unit) throw new ServiceError('not_found');
  const { poster, counter, item, receives } = found;
  return {
    id: poster.id,
    state: poster.state,
    unit: { id: unit.id, name: unit.name },
    counter: { name: counter.name },
    item: { code: item.code, name: item.name, legal_basis: item.legalBasis },
    certificates: listed(context, item.code),
    wallet_url: `${context.baseUrl}/wallet/?poster=${poster.id}`,
    receives,
  };
};
