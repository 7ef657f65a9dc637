import type { CertificateField, CertificateType } from './catalogue/certificate-type.ts';
import type { Certificate } from './index.ts';

/** The first three bytes of every JPEG, and whole groups of four. */
const jpegInBase64 = /^\/9j\/(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Whether one value is of the kind, length and pattern that its field asks for. */
export const fieldFits = (field: CertificateField, value: unknown): boolean => {
  switch (field.kind) {
    case 'flag':
      return typeof value === 'boolean';
    case 'number':
      return Number.isSafeInteger(value);
    case 'day':
      return typeof value === 'string' && isDay(value);
    case 'photo':
      return typeof value === 'string' && value.length <= (field.maxLength ?? 0) && jpegInBase64.test(value);
    default:
      return (
        typeof value === 'string' &&
        value.length > 0 &&
        hasAtMost(field.maxLength ?? 500, value) &&
        (field.maxBytes === undefined || Buffer.byteLength(value) <= field.maxBytes) &&
        (field.pattern === undefined || new RegExp(field.pattern, 'u').test(value))
      );
  }
};

// A character is two units at most: what is much too long is not taken apart to be counted.
const hasAtMost = (most: number, text: string): boolean =>
  text.length <= 2 * most && [...text].length <= most;

const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true;

/** The type's schema over the fields of a certificate: all that is required is there, each of its kind, nothing else. */
export const fieldsFit = (type: CertificateType, fields: Certificate['fields']): boolean => {
  const known = new Map(type.fields.map((field) => [field.name, field]));
  return (
    type.fields.every((field) => !field.required || fields[field.name] !== undefined) &&
    Object.entries(fields).every(([name, value]) => {
      const field = known.get(name);
      return field !== undefined && fieldFits(field, value);
    })
  );
};
