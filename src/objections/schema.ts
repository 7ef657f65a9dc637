import { z } from 'zod';

const certificate = z.string().regex(/^c_[A-Za-z0-9_-]{10,40}$/);
/** A family link: the certificate is a child's or a relative's. */
const link = z
  .string()
  .regex(/^fl_[\w-]{22}$/)
  .optional();
const words = z.string().trim().min(1).max(500);

export const filedBody = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('wrong_field'),
    certificate,
    field: z.string().regex(/^[a-z][a-z0-9_]{0,60}$/),
    words,
    link,
  }),
  z.strictObject({
    kind: z.literal('not_accepted'),
    certificate,
    where: z.string().trim().min(1).max(100),
    words,
    link,
  }),
  z.strictObject({
    kind: z.literal('delete_data'),
    of: z.strictObject({ kind: z.enum(['app', 'unit']), id: z.string().regex(/^[\w.~-]{1,100}$/) }),
    words: words.optional(),
  }),
]);

export const objectionParams = z.strictObject({ id: z.string().regex(/^ob_[\w-]{22}$/) });
