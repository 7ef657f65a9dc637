/** What stands on an annotated copy, on the page to print and in the PDF alike. */
import type { AnnotatedCopy, Certificate, CertificateType } from '../credentials/index.ts';
import type { Language } from '../http/index.ts';
import { dayTimeOf } from '../identifiers/index.ts';
import { words } from './words.ts';

export type TextFact = readonly [name: string, value: string];

/** The four elements of GB/T 36903, the case and its number. */
export const noteFacts = (copy: AnnotatedCopy, language: Language): TextFact[] => [
  [words.maker[language], copy.maker.name[language]],
  [words.madeAt[language], dayTimeOf(copy.madeAt)],
  [words.purpose[language], copy.purpose[language]],
  [words.case[language], copy.case],
  [words.expiresAt[language], dayTimeOf(copy.expiresAt)],
  [words.number[language], copy.id],
];

/** Over the whole sheet: who made it, for what, when, until when. */
export const markLines = (copy: AnnotatedCopy, language: Language): string[] => [
  copy.maker.name[language],
  words.onlyFor[language](copy.purpose[language]),
  `${words.madeAt[language]} ${dayTimeOf(copy.madeAt)}`,
  words.until[language](dayTimeOf(copy.expiresAt).slice(0, 10)),
];

/** The fields of the copy in the type's own order, as the record has them. */
export const shownFields = (
  copy: AnnotatedCopy,
  certificate: Certificate,
  type: CertificateType,
  language: Language,
) =>
  type.fields
    .filter(({ name }) => copy.fields.includes(name))
    .map(({ name, label, kind }) => ({
      label: label[language],
      kind,
      value: certificate.fields[name] ?? '',
    }));

/** A value as text; a photograph has none. */
export const writtenValue = (value: string | number | boolean, language: Language): string =>
  typeof value === 'boolean' ? words[value ? 'yes' : 'no'][language] : String(value);
