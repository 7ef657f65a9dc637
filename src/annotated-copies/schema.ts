import { z } from 'zod';

export const caseNumber = z.string().regex(/^case_[A-Za-z0-9_-]{10,40}$/);

const wanted = {
  type: z.string().regex(/^[a-z][a-z0-9_]{1,60}$/),
  /** Of these fields only those that the item may read. */
  view: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,60}$/)
    .optional(),
  /** How long it is needed. */
  days: z.number().int().min(1).max(90).default(30),
};

export const makeCopyBody = z.strictObject({ case: caseNumber, ...wanted });
export const appCopyBody = z.strictObject(wanted);
export const caseParams = z.strictObject({ number: caseNumber });
export const copyParams = z.strictObject({ id: z.string().regex(/^ac_[A-Za-z0-9_-]{10,40}$/) });
export const idempotencyKey = z.string().regex(/^[\w-]{8,64}$/);
