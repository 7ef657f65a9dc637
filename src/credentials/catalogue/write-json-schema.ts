/** JSON Schema (2020-12) of a type's fields, for departments that fill a register. */
import type { CertificateField, CertificateType } from './certificate-type.ts';
import { typeUrl } from './write-type-documents.ts';

const checks = {
  citizen_number: 'The last character is checked by GB 11643 as well.',
  credit_code: 'The last character is checked by GB 32100 as well.',
};

const propertyOf = ({ label, kind, maxLength, pattern, check }: CertificateField) => {
  const common = {
    title: `${label.zh} ${label.en}`,
    ...(check ? { $comment: checks[check] } : {}),
  };
  switch (kind) {
    case 'flag':
      return { ...common, type: 'boolean' };
    case 'number':
      return { ...common, type: 'integer' };
    case 'day':
      return { ...common, type: 'string', format: 'date' };
    case 'photo':
      return {
        ...common,
        type: 'string',
        contentEncoding: 'base64',
        contentMediaType: 'image/jpeg',
        maxLength,
      };
    default:
      return { ...common, type: 'string', minLength: 1, maxLength, ...(pattern ? { pattern } : {}) };
  }
};

export const writeJsonSchema = (type: CertificateType, baseUrl: string) => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: `${typeUrl(baseUrl, type.id)}/schema`,
  title: `${type.name.zh} ${type.name.en}`,
  type: 'object',
  properties: Object.fromEntries(type.fields.map((field) => [field.name, propertyOf(field)])),
  required: type.fields.filter(({ required }) => required).map(({ name }) => name),
  additionalProperties: false,
});
