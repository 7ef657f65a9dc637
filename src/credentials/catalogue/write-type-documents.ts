/**
 * The documents that others need to read a certificate, written from its type: JSON-LD context, SD-JWT VC type
 * metadata, the pack's entry, and the public description. Pure: the base URL comes in.
 */
import type { PackMdoc, PackType } from '../../verifier/core/pack.ts';
import type { CertificateField, CertificateType, Vocabulary } from './certificate-type.ts';
import { holdersOf } from './holders.ts';
import { isShownForAnother, shownByEntry, viewEntry } from './view-entries.ts';

const xsd = 'http://www.w3.org/2001/XMLSchema#';

/** `${BASE_URL}/types/<type>`: the `vct` of its SD-JWT VC and the root of its JSON-LD terms. */
export const typeUrl = (baseUrl: string, typeId: string): string => `${baseUrl}/types/${typeId}`;

/** `${BASE_URL}/contexts/<type>/v<version>` */
export const contextUrl = (baseUrl: string, { id, version }: Pick<Vocabulary, 'id' | 'version'>): string =>
  `${baseUrl}/contexts/${id}/v${version}`;

const datatypes: Partial<Record<CertificateField['kind'], string>> = {
  day: `${xsd}date`,
  flag: `${xsd}boolean`,
  number: `${xsd}integer`,
};

/**
 * JSON-LD context, to stand after https://www.w3.org/ns/credentials/v2. That context protects `name`
 * (VC Data Model 2.0 §B.1: https://schema.org/name), so a field of that name keeps its meaning and is left out here.
 */
export const writeJsonLdContext = (
  type: Vocabulary,
  baseUrl: string,
): { '@context': Record<string, unknown> } => {
  const root = typeUrl(baseUrl, type.id);
  const terms: Record<string, unknown> = { '@protected': true, [type.w3cType]: `${root}#${type.w3cType}` };
  terms.identifier = `${root}#identifier`;
  for (const field of type.fields) {
    if (field.name === 'name') continue;
    const datatype = datatypes[field.kind];
    const iri = `${root}#${field.name}`;
    terms[field.name] = datatype ? { '@id': iri, '@type': datatype } : iri;
  }
  return { '@context': terms };
};

export interface SdJwtTypeMetadata {
  vct: string;
  name: string;
  display: { locale: string; name: string }[];
  claims: {
    path: string[];
    display: { locale: string; label: string }[];
    mandatory: boolean;
    /** always: the issuer makes it selectively disclosable; never: it is always visible. */
    sd: 'always' | 'never';
  }[];
}

/** SD-JWT VC type metadata (draft-ietf-oauth-sd-jwt-vc, Type Metadata). */
export const writeSdJwtTypeMetadata = (type: Vocabulary, baseUrl: string): SdJwtTypeMetadata => ({
  vct: typeUrl(baseUrl, type.id),
  name: type.name.en,
  display: [
    { locale: 'zh-CN', name: type.name.zh },
    { locale: 'en', name: type.name.en },
  ],
  claims: [
    {
      path: ['identifier'],
      display: [
        { locale: 'zh-CN', label: '电子证照标识' },
        { locale: 'en', label: 'Certificate identifier' },
      ],
      mandatory: true,
      sd: 'never',
    },
    ...type.fields.map((field) => ({
      path: [field.name],
      display: [
        { locale: 'zh-CN', label: field.label.zh },
        { locale: 'en', label: field.label.en },
      ],
      mandatory: field.required,
      sd: field.selective ? ('always' as const) : ('never' as const),
    })),
  ],
});

/** Elements that say a field as it is come first, so that they are shown rather than a translation of it. */
const writePackMdoc = (type: CertificateType): PackMdoc | undefined => {
  if (!type.mdoc) return undefined;
  const elements = Object.entries(type.mdoc.namespaces).flatMap(([namespace, all]) =>
    Object.entries(all).flatMap(([element, { field, as, label }]) => {
      const named = field === undefined ? undefined : (label ?? viewEntry(type, field)?.label);
      if (field === undefined || !named) return [];
      const plain = as !== 'uint' && as !== 'driving_privileges';
      return [{ plain, namespace, element, name: label ? element : field, label: named }];
    }),
  );
  const sorted = [...elements.filter(({ plain }) => plain), ...elements.filter(({ plain }) => !plain)];
  return { doctype: type.mdoc.docType, elements: sorted.map(({ plain: _, ...element }) => element) };
};

/** The type as the offline pack carries it. */
export const writePackType = (type: CertificateType, baseUrl: string): PackType => {
  const slip = type.views.find(({ id }) => id === type.slip?.view);
  const mdoc = writePackMdoc(type);
  return {
    id: type.id,
    name: type.name,
    vct: typeUrl(baseUrl, type.id),
    w3c_type: type.w3cType,
    ...(mdoc ? { mdoc } : {}),
    max_status_age: type.maxStatusAge,
    fields: Object.fromEntries(type.fields.map((field) => [field.name, field.label])),
    compare: type.compare,
    views: type.views.map((view) => ({
      number: view.number,
      id: view.id,
      name: view.name,
      careful: view.careful,
      ...(view.anonymous ? { anonymous: true } : {}),
      fields: [
        ...view.fields.map(({ key, field: name, compare }) => {
          const { label, kind } = viewEntry(type, name)!;
          if (kind === 'number' || kind === 'photo')
            throw new TypeError(`${type.id}.${name}: a ${kind} cannot stand in a view`);
          return { key, name, label, kind, ...(compare ? { compare } : {}) };
        }),
        ...(isShownForAnother(type, view) ? [{ ...shownByEntry, compare: true }] : []),
      ],
    })),
    ...(slip ? { slip: { view: slip.number, type_code: type.typeCode } } : {}),
  };
};

/** One entry of the public list /certificate-types. */
export const writePublicType = (type: CertificateType, baseUrl: string) => ({
  id: type.id,
  name: type.name,
  type_code: type.typeCode,
  version: type.version,
  holders: holdersOf(type),
  holder_kind: type.holderKind,
  issuers: type.issuers.map((id) => ({ id, url: `${baseUrl}/issuers/${id}` })),
  level: type.level,
  formats: type.formats,
  vct: typeUrl(baseUrl, type.id),
  context: contextUrl(baseUrl, type),
  json_schema: `${typeUrl(baseUrl, type.id)}/schema`,
  page: `${baseUrl}/certificate-types/${type.id}`,
  w3c_type: type.w3cType,
  doctype: type.mdoc?.docType,
  physical: type.life?.physical,
  max_status_age: type.maxStatusAge,
  copy_days: type.copyDays,
  fields: type.fields.map(({ name, label, kind, required, selective }) => ({
    name,
    label,
    kind,
    required,
    selective,
  })),
  facts: (type.facts ?? []).map(({ name, label }) => ({ name, label })),
  validity: { from: type.validity.from, until: type.validity.until, max_days: type.validity.maxDays },
  views: type.views.map(({ number, id, name, careful, anonymous, fields }) => ({
    number,
    id,
    name,
    careful,
    names_nobody: anonymous === true,
    fields: fields.map((shown) => shown.field),
  })),
  ...(type.slip ? { slip: type.slip } : {}),
  compare: type.compare,
  legal_effect: type.legalEffect,
  where_accepted: type.whereAccepted,
  not_yet_accepted: type.notYetAccepted,
});
