import type { Catalogue } from '../credentials/index.ts';
import type { LocalText } from '../verifier/core/verdict.ts';
import { hasScope, itemScope } from './item-scope.ts';
import type { ServiceItem } from './service-item.ts';

export interface PublicItemDependencies {
  catalogue: Catalogue;
  unitName(id: string): LocalText | undefined;
}

/** One entry of the public list /items: anyone may know what an item asks, of whom, and on what basis. */
export const writePublicItem = (item: ServiceItem, { catalogue, unitName }: PublicItemDependencies) => ({
  code: item.code,
  name: item.name,
  unit: { id: item.unit, name: unitName(item.unit) },
  legal_basis: item.legalBasis,
  who: item.who,
  delegate: item.delegate,
  certificates: item.certificates.map(({ type: id, fields }) => {
    const type = catalogue.get(id);
    return {
      type: id,
      name: type.name,
      fields: type.fields
        .filter(({ name }) => fields.includes(name))
        .map(({ name, label }) => ({ name, label })),
    };
  }),
  level: item.level,
  visits: item.visits,
  papers: item.papers,
  handled: item.handled,
  prefill: item.prefill,
  state: item.state,
  ...(hasScope(item) ? { scope: itemScope(item.code) } : {}),
});
