/** What the `mdoc` section of a type must agree on with its fields, and what ISO/IEC 18013-5 asks of an mDL. */
import type { CertificateType } from './certificate-type.ts';
import type { Report } from './check-type.ts';
import type { MdocElement } from './type-file-schema.ts';
import { viewEntry } from './view-entries.ts';

/** Table 5 of ISO/IEC 18013-5: without one of these there is no mDL. */
export const mandatoryElements: Readonly<Record<string, { namespace: string; elements: readonly string[] }>> =
  {
    'org.iso.18013.5.1.mDL': {
      namespace: 'org.iso.18013.5.1',
      elements: [
        'family_name',
        'given_name',
        'birth_date',
        'issue_date',
        'expiry_date',
        'issuing_country',
        'issuing_authority',
        'document_number',
        'portrait',
        'driving_privileges',
        'un_distinguishing_sign',
      ],
    },
  };

/** Kinds of fields that each way of saying a value takes. */
const takes: Record<MdocElement['as'], readonly string[]> = {
  tstr: ['text', 'code'],
  'full-date': ['day'],
  uint: ['number', 'text', 'code'],
  bool: ['flag'],
  bstr: ['photo'],
  birth_date: ['text', 'code'],
  driving_privileges: ['text', 'code'],
};

const checkElement = (type: CertificateType, element: MdocElement, report: Report): void => {
  const { field, as, values, label } = element;
  if (field === undefined) return;
  const kind = viewEntry(type, field)?.kind;
  if (!kind) {
    report('field', 'names no field or fact of this type');
    return;
  }
  if (!takes[as].includes(kind)) report('as', `${as} does not take a field of kind ${kind}`);
  const translated = as === 'driving_privileges' || (as === 'uint' && kind !== 'number');
  if (translated !== (values !== undefined))
    report(
      'values',
      translated ? 'is needed: the standard has other words than the register' : 'is not used',
    );
  const isList = as === 'driving_privileges';
  for (const [word, value] of Object.entries(values ?? {}))
    if (Array.isArray(value) !== isList)
      report(`values.${word}`, isList ? 'must be a list of codes' : 'must be a number');
  if (as === 'birth_date' && !label)
    report('label', 'is needed: a birth date is not what the field is called');
};

export const checkMdoc = (type: CertificateType, report: Report): void => {
  const { mdoc } = type;
  if (type.formats.includes('mso_mdoc') !== (mdoc !== undefined))
    report('mdoc', 'the section mdoc and the format mso_mdoc go together');
  if (!mdoc) return;
  for (const [namespace, elements] of Object.entries(mdoc.namespaces))
    for (const [name, element] of Object.entries(elements))
      checkElement(type, element, (path, message) =>
        report(`mdoc.namespaces.${namespace}.${name}.${path}`, message),
      );
  const mandatory = mandatoryElements[mdoc.docType];
  for (const name of mandatory?.elements ?? [])
    if (!mdoc.namespaces[mandatory!.namespace]?.[name])
      report(`mdoc.namespaces.${mandatory!.namespace}.${name}`, `is missing: every ${mdoc.docType} has it`);
};
