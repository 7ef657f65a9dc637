/** How an app asks a person for an item: the OAuth scope, and the words of the consent page. */
import type { Catalogue } from '../credentials/index.ts';
import type { LocalText } from '../verifier/core/verdict.ts';
import type { Items, ServiceItem } from './service-item.ts';

/** Scope that lets an app act for a person in this item. */
export const itemScope = (code: string): string => `item:${code}`;

/** The item behind a scope; undefined for a scope that is no item's. */
export const itemOfScope = (scope: string): string | undefined =>
  scope.startsWith('item:') ? scope.slice('item:'.length) : undefined;

/** An app may ask for an item only when the person herself could do it online. */
export const hasScope = ({ state, handled, who }: ServiceItem): boolean =>
  state === 'active' && handled !== 'counter' && who.some((kind) => kind !== 'official');

/** All scopes that apps may be given. */
export const itemScopes = (items: Items): string[] =>
  items
    .all()
    .filter(hasScope)
    .map(({ code }) => itemScope(code));

/** What the app may do and which fields it will read; nothing for a scope that is no item's. */
export const describeItemScope = (
  items: Items,
  catalogue: Catalogue,
  scope: string,
): LocalText | undefined => {
  const item = items.all().find(({ code }) => itemScope(code) === scope);
  if (!item) return undefined;
  const read = item.certificates.map(({ type: id, fields }) => {
    const type = catalogue.get(id);
    const labels = type.fields.filter(({ name }) => fields.includes(name)).map(({ label }) => label);
    return {
      zh: `${type.name.zh}（${labels.map(({ zh }) => zh).join('、')}）`,
      en: `${type.name.en} (${labels.map(({ en }) => en).join(', ')})`,
    };
  });
  const zh = read.map((part) => part.zh).join('和');
  const en = read.map((part) => part.en).join('; ');
  return {
    zh: `办理「${item.name.zh}」${zh && `，并读取您的${zh}`}`,
    en: `Handle “${item.name.en}” for you${en && `, reading from your certificates: ${en}`}`,
  };
};
