import { type Catalogue, type CertificateType, typeUrl } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { hasScope, type Items, itemScope, type ServiceItem } from '../items/index.ts';
import type { LocalText } from '../verifier/core/index.ts';
import type { CredentialQuery, DcqlQuery } from './protocol/dcql.ts';

/** The types that a credential of the query may be of. Throws for one that nobody here issues. */
export const typesOf = (
  query: CredentialQuery,
  { catalogue, baseUrl }: { catalogue: Catalogue; baseUrl: string },
): CertificateType[] => {
  const types = catalogue
    .types()
    .filter((type) =>
      query.format === 'mso_mdoc'
        ? type.mdoc?.docType === query.meta.doctype_value
        : query.meta.vct_values.includes(typeUrl(baseUrl, type.id)),
    );
  const wanted = query.format === 'mso_mdoc' ? 1 : query.meta.vct_values.length;
  if (types.length < wanted)
    throw new ServiceError('unknown_certificate_type', { detail: `credential ${query.id}` });
  return types;
};

/** The field behind a claim of the query, and what people call it; undefined for what the type has no such claim. */
export const fieldOf = (
  type: CertificateType,
  format: CredentialQuery['format'],
  path: readonly (string | number | null)[],
): { field: string | undefined; label: LocalText } | undefined => {
  const [first = '', second = ''] = path.map(String);
  const labelOf = (name: string): LocalText | undefined =>
    type.fields.find((one) => one.name === name)?.label ??
    type.facts?.find((one) => one.name === name)?.label;
  if (format === 'mso_mdoc') {
    const elements = new Map(Object.entries(type.mdoc?.namespaces ?? {})).get(first) ?? {};
    const element = Object.hasOwn(elements, second) ? elements[second] : undefined;
    if (!element) return undefined;
    const label = element.label ?? (element.field === undefined ? undefined : labelOf(element.field));
    return { field: element.field, label: label ?? { zh: second, en: second } };
  }
  const label = path.length === 1 && typeof path[0] === 'string' ? labelOf(first) : undefined;
  return label && { field: first, label };
};

/** A query for exactly what an item may read; what a register may leave empty is asked for and not insisted on. */
export const queryOfItem = (
  item: ServiceItem,
  format: CredentialQuery['format'],
  { catalogue, baseUrl }: { catalogue: Catalogue; baseUrl: string },
): DcqlQuery => {
  const credentials = item.certificates.map(({ type: id, fields }): CredentialQuery => {
    const type = catalogue.get(id);
    if (format === 'mso_mdoc') {
      if (!type.mdoc)
        throw new ServiceError('invalid_request', { detail: `${id} is not issued as mso_mdoc` });
      const elements = Object.entries(type.mdoc.namespaces).flatMap(([namespace, all]) =>
        Object.entries(all).map(([element, { field }]) => ({ path: [namespace, element], field })),
      );
      // Of several elements that say one field the last: it says it as it is, in our own namespace.
      const claims = fields.flatMap((field) => {
        const found = elements.findLast((one) => one.field === field);
        return found ? [{ id: field, path: found.path }] : [];
      });
      const needed = claims.filter((one) => isRequired(type, one.id)).map((one) => one.id);
      return { id, format, meta: { doctype_value: type.mdoc.docType }, claims, ...sets(claims, needed) };
    }
    const claims = fields.map((field) => ({ id: field, path: [field] }));
    const needed = fields.filter((field) => isRequired(type, field));
    return {
      id,
      format,
      meta: { vct_values: [typeUrl(baseUrl, id)] },
      claims,
      ...sets(claims, needed),
    };
  });
  if (credentials.length === 0)
    throw new ServiceError('invalid_request', { detail: 'the item reads no certificate' });
  return { credentials };
};

const isRequired = (type: CertificateType, field: string): boolean =>
  type.fields.find(({ name }) => name === field)?.required === true;

const sets = (claims: { id: string }[], needed: string[]): { claim_sets?: string[][] } =>
  needed.length === claims.length || needed.length === 0
    ? {}
    : { claim_sets: [claims.map(({ id }) => id), needed] };

/** The items this app may ask with right now. Throws for one it was not registered for. */
export const itemsOfApp = (
  items: Items,
  scopes: ReadonlySet<string>,
  asked: string | undefined,
): ServiceItem[] => {
  const registered = items.all().filter((item) => hasScope(item) && scopes.has(itemScope(item.code)));
  const chosen = asked === undefined ? registered : registered.filter(({ code }) => code === asked);
  if (chosen.length === 0)
    throw new ServiceError('forbidden', {
      detail: asked === undefined ? 'the token has no item scope' : `the token lacks ${itemScope(asked)}`,
    });
  return chosen;
};

/** SHR-1, CTR-2: which claims of the query go beyond what these items may read, as `credential.claims[place]`. */
export const beyondItems = (
  query: DcqlQuery,
  given: readonly ServiceItem[],
  deps: { items: Items; catalogue: Catalogue; baseUrl: string },
): string[] =>
  query.credentials.flatMap((one) =>
    typesOf(one, deps).flatMap((type) => {
      const may = new Set(given.flatMap(({ code }) => deps.items.mayRead(code, type.id)));
      if (may.size === 0) return [one.id];
      return (one.claims ?? []).flatMap(({ path }, at) => {
        const found = fieldOf(type, one.format, path);
        // What is the same for everybody, as the issuing country, says nothing of the holder.
        const allowed = found && (found.field === undefined || may.has(found.field));
        return allowed ? [] : [`${one.id}.claims[${at}]`];
      });
    }),
  );
