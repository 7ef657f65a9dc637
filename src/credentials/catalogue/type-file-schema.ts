/** What a file `config/certificates/<id>.yaml` may say. Unknown keys are faults. */
import { z } from 'zod';
import { checkCreditCode } from '../../identifiers/index.ts';
import { lifeVerbs } from './certificate-type.ts';

const text = z.string().trim().min(1);
const localText = z.strictObject({ zh: text, en: text });
const snakeCase = z.string().regex(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/, 'must be snake_case');
const positive = z.number().int().positive();
const step = z.number().int().min(1).max(3);

const isPattern = (pattern: string): boolean => {
  try {
    new RegExp(pattern, 'u');
  } catch {
    return false;
  }
  return pattern.startsWith('^') && pattern.endsWith('$');
};

const field = z.strictObject({
  name: snakeCase,
  label: localText,
  kind: z.enum(['text', 'day', 'code', 'flag', 'number', 'photo']),
  required: z.boolean(),
  selective: z.boolean(),
  mask: z.enum(['name', 'number', 'address', 'phone']).optional(),
  role: z.enum(['holder_name', 'holder_number', 'region']).optional(),
  partlyHidden: z.literal(true).optional(),
  joint: z.enum(['each', 'other_names', 'other_numbers']).optional(),
  unique: z.boolean().optional(),
  // A photo of 50 KB is 68,000 characters of base64.
  maxLength: positive.max(68_000).optional(),
  maxBytes: positive.max(500).optional(),
  pattern: z.string().refine(isPattern, 'must be a regular expression from ^ to $').optional(),
  check: z.enum(['citizen_number', 'credit_code']).optional(),
});

const fact = z.strictObject({
  name: snakeCase,
  label: localText,
  from: snakeCase,
  years: positive.max(150).optional(),
  oneOf: z.array(text).min(1).optional(),
  anyClass: z
    .array(z.string().regex(/^[A-Z]\d?$/))
    .min(1)
    .optional(),
});

const view = z.strictObject({
  number: positive,
  id: snakeCase,
  name: localText,
  careful: z.boolean(),
  anonymous: z.literal(true).optional(),
  fields: z
    .array(z.strictObject({ key: z.number().int(), field: snakeCase, compare: z.boolean().optional() }))
    .min(1),
});

/** What an element of an ISO mdoc says: a field (or fact), or what is the same for all. */
const element = z
  .strictObject({
    field: snakeCase.optional(),
    value: z.union([z.string(), z.number().int(), z.boolean()]).optional(),
    as: z
      .enum(['tstr', 'full-date', 'uint', 'bool', 'bstr', 'birth_date', 'driving_privileges'])
      .default('tstr'),
    /** The register's words in the standard's: a number, or the codes of a licence class. */
    values: z.record(text, z.union([z.number().int(), z.array(text)])).optional(),
    /** In place of an empty field. */
    otherwise: text.optional(),
    /** Of what is not the field itself any more. */
    label: localText.optional(),
  })
  .refine((one) => (one.field === undefined) !== (one.value === undefined), 'needs field or value');

const mdoc = z.strictObject({
  docType: z.string().regex(/^[A-Za-z0-9]+([.-][A-Za-z0-9_]+)+$/, 'must be a name in dots'),
  namespaces: z.record(
    z.string().regex(/^[A-Za-z0-9]+([.-][A-Za-z0-9_]+)+$/, 'must be a name in dots'),
    z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/), element),
  ),
});

export const typeFileSchema = z.strictObject({
  version: positive.max(999),
  name: localText,
  typeCode: z
    .string()
    .refine(
      (code) => /^.{18}\d{3}$/.test(code) && checkCreditCode(code.slice(0, 18)).ok,
      'must be a valid credit code (18 characters) followed by three digits',
    ),
  issuers: z.array(z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be an issuer id')).min(1),
  holderKind: z.enum(['person', 'enterprise', 'either']),
  heldAs: z.literal('official').optional(),
  mostHolders: z.number().int().min(2).max(20).optional(),
  level: z.strictObject({ proofing: step, authenticator: step }),
  fields: z.array(field).min(1),
  facts: z.array(fact).min(1).optional(),
  views: z.array(view),
  validity: z.strictObject({ from: snakeCase, until: snakeCase.optional(), maxDays: positive.optional() }),
  register: z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be a register id'),
  issuing: z.literal('approval').optional(),
  life: z
    .strictObject({
      physical: z.enum(['card', 'booklet', 'paper']).optional(),
      otherStates: z
        .array(z.strictObject({ code: snakeCase.max(64), text: localText }))
        .min(1)
        .optional(),
      alone: z.array(z.enum(lifeVerbs)).min(1).optional(),
      registerChanges: z.enum(['propose', 'two', 'automatic']).optional(),
    })
    .optional(),
  formats: z.array(z.enum(['ldp_vc', 'ldp_vc_ecdsa', 'dc+sd-jwt', 'onecert-view+cwt', 'mso_mdoc'])).min(1),
  slip: z.strictObject({ view: snakeCase, days: positive.max(90) }).optional(),
  mdoc: mdoc.optional(),
  w3cType: z.string().regex(/^[A-Z][A-Za-z0-9]*$/, 'must be PascalCase'),
  maxStatusAge: positive,
  copyDays: positive.max(3650),
  compare: localText,
  legalEffect: localText,
  whereAccepted: localText,
  notYetAccepted: localText,
  card: z.strictObject({
    color: z.string().regex(/^#[0-9a-f]{6}$/, 'must be a colour like #1f4e8c'),
    fields: z.array(snakeCase).min(1),
  }),
});

export type TypeFile = z.infer<typeof typeFileSchema>;
export type MdocDefinition = z.infer<typeof mdoc>;
export type MdocElement = z.infer<typeof element>;
