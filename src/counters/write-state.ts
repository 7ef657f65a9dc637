/** What an enrolled device keeps for a day without a network: its items, its officers, its limits. */
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { Asking, CounterContext } from './context.ts';
import { itemAt } from './item-fields.ts';
import { listOfficers, wrongPins, wrongPinsSeconds } from './officers.ts';
import { shiftSeconds } from './shifts.ts';

export const mostResults = 200;

export const writeState = async (context: CounterContext, { counter }: Asking) => {
  const unit = (await context.officials.tree.current()).unit(counter.unit);
  if (!unit) throw new ServiceError('counter_ended');
  const items = counter.items.flatMap((code) => itemAt(context, counter, code) ?? []);
  return {
    counter: { id: counter.id, name: counter.name, state: counter.state, until: counter.until },
    unit: { id: unit.id, name: unit.name },
    items: items.map((item) => ({
      code: item.code,
      name: item.name,
      legal_basis: item.legalBasis,
      certificates: listed(context, item.code).map((one) => ({ ...one, views: viewsWithin(context, one) })),
    })),
    officers: await listOfficers(context, counter),
    limits: {
      wrong_pins: wrongPins,
      wrong_pins_seconds: wrongPinsSeconds,
      shift_seconds: shiftSeconds,
      results: mostResults,
    },
    face: context.face === undefined ? 'none' : context.face.isSample ? 'sample' : 'connected',
    at: seconds(context.clock),
  };
};

/** Types and fields of an item, with their labels. */
export const listed = ({ items, catalogue }: Pick<CounterContext, 'items' | 'catalogue'>, code: string) =>
  (items.find(code)?.certificates ?? []).map(({ type: id }) => {
    const type = catalogue.get(id);
    const names = items.mayRead(code, id);
    return {
      type: id,
      name: type.name,
      fields: type.fields
        .filter(({ name }) => names.includes(name))
        .map(({ name, label, kind }) => ({ name, label, kind })),
    };
  });

/** Views of the type that say something the item may see: what a copy for a case can be narrowed to. */
const viewsWithin = (
  { catalogue }: Pick<CounterContext, 'catalogue'>,
  { type, fields }: ReturnType<typeof listed>[number],
) => {
  const names = new Set(fields.map(({ name }) => name));
  return catalogue
    .get(type)
    .views.filter((view) => view.fields.some(({ field }) => names.has(field)))
    .map(({ id, name }) => ({ id, name }));
};
