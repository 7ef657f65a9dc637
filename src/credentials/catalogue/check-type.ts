/** What one type file must agree on with itself and with the others; the schema has judged its shape. */

import type { CertificateType } from './certificate-type.ts';
import { checkMdoc } from './check-mdoc.ts';
import { viewEntry } from './view-entries.ts';

export interface CatalogueFault {
  file: string;
  /** `views[0].fields[1].field` */
  path: string;
  message: string;
}

export type Report = (path: string, message: string) => void;

/**
 * Claim names that the credential formats keep for themselves: JWT and SD-JWT VC claims, and the terms of the
 * W3C credentials v2 context, which are protected and cannot be given another meaning.
 */
const reservedNames = new Set(
  'id type identifier description issuer proof evidence status cnf iss sub aud exp nbf iat jti vct kid jku x5u sd'.split(
    ' ',
  ),
);

const repeated = <T>(values: T[]): number[] =>
  values.flatMap((value, i) => (values.indexOf(value) < i ? [i] : []));

const checkFields = (type: CertificateType, report: Report): void => {
  const names = type.fields.map((field) => field.name);
  for (const i of repeated(names)) report(`fields[${i}].name`, 'is used twice');
  type.fields.forEach((field, i) => {
    if (reservedNames.has(field.name)) report(`fields[${i}].name`, 'is reserved by the credential formats');
    const isText = field.kind === 'text' || field.kind === 'code';
    if (field.maxLength === undefined && (isText || field.kind === 'photo')) {
      report(`fields[${i}].maxLength`, 'is needed for text and code');
    }
    if (isText && field.maxLength !== undefined && field.maxLength > 500) {
      report(`fields[${i}].maxLength`, 'is 500 at most for text and code');
    }
    for (const key of ['pattern', 'maxBytes', 'check'] as const) {
      if (field[key] !== undefined && !isText) report(`fields[${i}].${key}`, 'fits text and code only');
    }
    if (field.mask && !isText) {
      report(`fields[${i}].mask`, 'fits text and code only');
    }
  });
  for (const role of ['holder_name', 'holder_number'] as const) {
    const count = type.fields.filter((field) => field.role === role && field.required).length;
    if (count !== 1) report('fields', `exactly one required field must have the role ${role}`);
  }
};

const checkHolders = (type: CertificateType, report: Report): void => {
  type.fields.forEach((field, i) => {
    if (field.partlyHidden && field.role !== 'holder_number')
      report(`fields[${i}].partlyHidden`, 'fits the number of the holder');
    if (!field.joint) return;
    if (!type.mostHolders) report(`fields[${i}].joint`, 'fits a type with several holders: name mostHolders');
    if (field.joint !== 'each' && field.kind !== 'text' && field.kind !== 'code')
      report(`fields[${i}].joint`, 'fits text and code only');
  });
};

const checkFacts = (type: CertificateType, report: Report): void => {
  const kinds = new Map(type.fields.map((field) => [field.name, field.kind]));
  type.facts?.forEach((fact, i) => {
    const kind = kinds.get(fact.from);
    if (!kind) report(`facts[${i}].from`, 'names no field of this type');
    if (kinds.has(fact.name)) report(`facts[${i}].name`, 'is a field already');
    if ([fact.years, fact.oneOf, fact.anyClass].filter((rule) => rule !== undefined).length !== 1)
      report(`facts[${i}]`, 'needs exactly one rule: years, oneOf or anyClass');
    if (fact.years !== undefined && kind && kind !== 'day')
      report(`facts[${i}].from`, 'must name a field of kind day: years are counted from a day');
  });
  for (const i of repeated(type.facts?.map(({ name }) => name) ?? []))
    report(`facts[${i}].name`, 'is used twice');
};

const checkReferences = (type: CertificateType, report: Report): void => {
  const kinds = new Map(type.fields.map((field) => [field.name, field.kind]));
  const { from, until } = type.validity;
  if (kinds.get(from) !== 'day') report('validity.from', 'must name a field of kind day');
  if (until !== undefined && kinds.get(until) !== 'day')
    report('validity.until', 'must name a field of kind day');
  if (until === from) report('validity.until', 'is the first day as well: such a certificate is never valid');
  if (type.fields.some((field) => field.name === type.validity.from && !field.required)) {
    report('validity.from', 'must name a required field');
  }
  type.card.fields.forEach((name, i) => {
    if (!kinds.has(name)) report(`card.fields[${i}]`, 'names no field of this type');
    if (kinds.get(name) === 'photo') report(`card.fields[${i}]`, 'a photo is not drawn on the card');
  });
  type.views.forEach((view, v) => {
    const facts = new Set(type.facts?.map(({ name }) => name));
    view.fields.forEach(({ field }, i) => {
      if (view.anonymous && !facts.has(field))
        report(`views[${v}].fields[${i}].field`, 'is no fact: a view that names nobody shows facts alone');
    });
    view.fields.forEach((shown, i) => {
      const path = `views[${v}].fields[${i}]`;
      const kind = viewEntry(type, shown.field)?.kind;
      if (!kind) report(`${path}.field`, 'names no field of this type');
      // The show code's claim map has no rule for numbers beside its day numbers.
      if (kind === 'number') report(`${path}.field`, 'a number cannot stand in a view');
      if (kind === 'photo') report(`${path}.field`, 'a photo cannot stand in a view: it does not fit a QR');
      if (shown.key !== i + 2) report(`${path}.key`, `must be ${i + 2}: keys count from 2 in order`);
    });
    for (const i of repeated(view.fields.map((shown) => shown.field))) {
      report(`views[${v}].fields[${i}].field`, 'is shown twice');
    }
  });
  for (const i of repeated(type.views.map((view) => view.id))) report(`views[${i}].id`, 'is used twice');
  if (type.formats.includes('onecert-view+cwt') !== type.views.length > 0) {
    report('views', 'views and the format onecert-view+cwt go together');
  }
};

const checkSlip = ({ slip, views }: CertificateType, report: Report): void => {
  if (!slip) return;
  const view = views.find(({ id }) => id === slip.view);
  if (!view) report('slip.view', 'names no view of this type');
  if (view?.careful) report('slip.view', 'names a careful view: paper has no second code to show');
  if (view?.anonymous) report('slip.view', 'names an anonymous view: a slip lives too long without a status');
};

/** Faults inside one type. */
export const checkType = (file: string, type: CertificateType): CatalogueFault[] => {
  const faults: CatalogueFault[] = [];
  const report: Report = (path, message) => faults.push({ file, path, message });
  checkFields(type, report);
  checkHolders(type, report);
  checkFacts(type, report);
  checkReferences(type, report);
  checkSlip(type, report);
  checkMdoc(type, report);
  for (const key of ['issuers', 'formats'] as const) {
    for (const i of repeated<string>(type[key])) report(`${key}[${i}]`, 'is named twice');
  }
  return faults;
};

/** Faults between types: what must be unique in the province, and issuers that nobody knows. */
export const checkAcrossTypes = (
  types: { file: string; type: CertificateType }[],
  issuers: ReadonlySet<string> | undefined,
): CatalogueFault[] => {
  const faults: CatalogueFault[] = [];
  const owners = new Map<string, string>();
  const claim = (file: string, path: string, space: string, value: string | number): void => {
    const key = `${space} ${value}`;
    const owner = owners.get(key);
    if (owner && owner !== `${file} ${path}`) faults.push({ file, path, message: `is taken by ${owner}` });
    else owners.set(key, `${file} ${path}`);
  };
  for (const { file, type } of types) {
    claim(file, 'typeCode', 'typeCode', type.typeCode);
    claim(file, 'w3cType', 'w3cType', type.w3cType);
    if (type.mdoc) claim(file, 'mdoc.docType', 'docType', type.mdoc.docType);
    type.views.forEach((view, i) => {
      claim(file, `views[${i}].number`, 'view', view.number);
    });
    type.issuers.forEach((issuer, i) => {
      if (issuers && !issuers.has(issuer)) {
        faults.push({ file, path: `issuers[${i}]`, message: 'is no department that we know' });
      }
    });
  }
  return faults;
};
