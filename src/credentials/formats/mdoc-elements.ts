/** A record in the words of an ISO mdoc, as its type's `mdoc` section maps them (ISO/IEC 18013-5 §7.2). */
import { Tagged } from 'cborg';
import { checkCitizenNumber } from '../../identifiers/index.ts';
import { cborTag } from '../../verifier/core/mdoc.ts';
import type { CertificateType } from '../catalogue/certificate-type.ts';
import { mandatoryElements } from '../catalogue/check-mdoc.ts';
import type { MdocElement } from '../catalogue/type-file-schema.ts';
import { classesIn, valueInView } from '../catalogue/view-entries.ts';

export interface SaidElement {
  namespace: string;
  element: string;
  value: unknown;
}

type Fields = Readonly<Record<string, string | number | boolean>>;

const fullDate = (day: string): Tagged => new Tagged(cborTag.fullDate, day);

/** The codes of a Chinese class such as `A1A2D`, each with what the standard calls it. */
const privilegesOf = (
  classes: string,
  values: NonNullable<MdocElement['values']>,
): Map<string, unknown>[] => {
  const codes = classesIn(classes).flatMap((code) => (values[code] ?? []) as string[]);
  return [...new Set(codes)].map((code) => new Map([['vehicle_category_code', code]]));
};

/** Undefined where the standard has no word for it. */
const said = ({ as, values }: MdocElement, value: string | number | boolean): unknown => {
  const text = String(value);
  switch (as) {
    case 'tstr':
      return text.normalize('NFC');
    case 'full-date':
      return fullDate(text);
    case 'uint':
      return values ? values[text] : Number(value);
    case 'bool':
      return value === true;
    case 'bstr':
      return new Uint8Array(Buffer.from(text, 'base64'));
    case 'birth_date': {
      const number = checkCitizenNumber(text);
      return number.ok ? fullDate(number.birthDate) : undefined;
    }
    case 'driving_privileges':
      return privilegesOf(text, values!);
  }
};

/** Every element that has a value; `now`: Unix seconds, for facts. */
export const saidElements = (type: CertificateType, fields: Fields, now: number): SaidElement[] =>
  Object.entries(type.mdoc!.namespaces).flatMap(([namespace, elements]) =>
    Object.entries(elements).flatMap(([element, definition]) => {
      const { field, otherwise } = definition;
      const given = field === undefined ? definition.value : valueInView(type, field, fields, now);
      const present = given === undefined || (field !== undefined && given === '') ? otherwise : given;
      const value = present === undefined ? undefined : said(definition, present);
      return value === undefined ? [] : [{ namespace, element, value }];
    }),
  );

/** The first element this kind of document cannot be without, and that the record does not say. */
export const lackingElement = (type: CertificateType, fields: Fields): string | undefined => {
  const mandatory = mandatoryElements[type.mdoc!.docType];
  const there = saidElements(type, fields, 0).filter(({ namespace }) => namespace === mandatory?.namespace);
  return mandatory?.elements.find((name) => !there.some(({ element }) => element === name));
};
