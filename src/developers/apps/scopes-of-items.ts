/** What an app may ask a person for: exactly what the items it serves ask. */
import type { Catalogue } from '../../credentials/index.ts';
import { hasScope, type Items, itemScope, type ServiceItem } from '../../items/index.ts';
import { officeScope } from '../../officials/index.ts';

interface Sources {
  items: Items;
  catalogue: Catalogue;
}

/** The personal details behind a scope, by what a certificate's field holds. */
const scopesOfItem = ({ catalogue }: Sources, item: ServiceItem): string[] => {
  const fields = item.certificates.flatMap(({ type, fields: read }) =>
    catalogue.get(type).fields.filter(({ name }) => read.includes(name)),
  );
  // An official reads other people's certificates: that says nothing about her own details.
  const own = item.who.some((kind) => kind !== 'official');
  return [
    ...(hasScope(item) ? [itemScope(item.code)] : []),
    ...(item.who.includes('official') ? [officeScope] : []),
    ...(own && fields.some(({ role }) => role === 'holder_name') ? ['profile'] : []),
    ...(own && fields.some(({ role }) => role === 'holder_number') ? ['document'] : []),
    ...(own && fields.some(({ mask }) => mask === 'phone') ? ['phone'] : []),
  ];
};

/** `openid`, and what follows from the items; codes that name no item give nothing. */
export const scopesOf = (sources: Sources, codes: readonly string[]): string[] => {
  const found = codes.flatMap((code) => sources.items.find(code) ?? []);
  const active = found.filter(({ state }) => state === 'active');
  return [...new Set(['openid', ...active.flatMap((item) => scopesOfItem(sources, item))])].sort();
};
