import { z } from 'zod';
import { makeCopyBody } from '../annotated-copies/index.ts';
import { itemCodePattern } from '../items/index.ts';
import { type CredentialFormat, verdictCodes } from '../verifier/core/verdict.ts';
import { flagOutcomes } from './counter-store.ts';
import { revokeReasons } from './manage-counters.ts';
import { mostResults } from './write-state.ts';

const id = (prefix: string) => z.string().regex(new RegExp(`^${prefix}_[A-Za-z0-9_-]{10,40}$`));
const unit = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/);
const item = z.string().regex(itemCodePattern);
const type = z.string().regex(/^[a-z][a-z0-9_]{1,60}$/);
const fields = z.array(type).min(1).max(100).optional();
const time = z.number().int().positive();
/** 32 bytes. */
const bytes32 = z.string().regex(/^[\w-]{43}$/);
const shift = id('cs');
const officer = id('p');
const formats: [CredentialFormat, ...CredentialFormat[]] = [
  'show-code',
  'slip',
  'dc+sd-jwt',
  'ldp_vc',
  'mso_mdoc',
  'annotated-copy',
  'unknown',
];

export const enrolBody = z.strictObject({
  code: z.string().min(8).max(20),
  public_key: z.strictObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: bytes32, y: bytes32 }),
  proof: z.string().max(2000),
});
export const shiftParams = z.strictObject({ shift });
export const shiftBody = z.strictObject({ officer, pin_key: bytes32 });
export const lookBody = z.strictObject({
  shift,
  item,
  text: z.string().min(1).max(400_000),
  nonce: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional(),
  fields,
});
export const faceBody = z.strictObject({ shift, sample: z.enum(['match', 'no_match']).optional() });
export const withoutPhoneBody = z.strictObject({
  shift,
  item,
  case: z.string().regex(/^case_[A-Za-z0-9_-]{10,40}$/),
  type,
  fields,
  document: z.strictObject({
    kind: z.string().max(3),
    number: z.string().min(5).max(40),
    name: z.string().min(1).max(100),
  }),
  presence: z.union([
    z.strictObject({ face_session: z.string().regex(/^[\w-]{20,64}$/) }),
    z.strictObject({ officer, pin_key: bytes32 }),
  ]),
});
/** Strict: a member that could carry a value or a name is refused, not stored. */
const result = z.strictObject({
  id: z.string().regex(/^[\w-]{16,64}$/),
  officer,
  item: item.optional(),
  format: z.enum(formats),
  verdict: z.enum(verdictCodes),
  type: type.optional(),
  view: z.number().int().min(0).max(65_535).optional(),
  entry: z
    .strictObject({
      list: z.number().int().min(0).max(1e9),
      index: z
        .number()
        .int()
        .min(0)
        .max(2 ** 24),
    })
    .optional(),
  cti: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional(),
  scanned_at: time,
  made_at: time.optional(),
  pack_number: z.number().int().min(0).optional(),
});
export const resultsBody = z.strictObject({
  results: z.array(result).max(mostResults),
  wrong_pins: z
    .array(z.strictObject({ officer, count: z.number().int().min(1).max(50) }))
    .max(20)
    .default([]),
});
export const inboxParams = z.strictObject({ id: id('ci') });
export const onlyShift = z.strictObject({ shift });
export const nothing = z.strictObject({});
export const copyBody = makeCopyBody.extend({ shift });
export const idempotencyKey = z.string().regex(/^[\w-]{8,64}$/);
export const posterParams = z.strictObject({ id: z.string().regex(/^pt_[A-Za-z0-9]{12}$/) });

export const counterParams = z.strictObject({ id: id('ct') });
const items = z.array(item).min(1).max(50);
/** Its name is no person's: it stands on posters. */
export const proposeBody = z.strictObject({
  name: z.string().trim().min(1).max(40),
  unit,
  items,
  days: z.number().int().min(1).max(365).default(180),
});
export const itemsBody = z.strictObject({ items });
export const revokeBody = z.strictObject({ reason: z.enum(revokeReasons) });
export const flagParams = z.strictObject({ id: id('cf') });
export const flagBody = z.strictObject({ outcome: z.enum(flagOutcomes) });
export const makePosterBody = z.strictObject({ counter: id('ct'), item });
export const pinBody = z.strictObject({ pin: z.string().regex(/^\d{6}$/) });
export const caseBody = z.strictObject({
  item,
  document: z.strictObject({ kind: z.string().max(3), number: z.string().min(5).max(40) }),
});
