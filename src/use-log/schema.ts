import { z } from 'zod';

/** Id of an entry of the audit. */
export const usesQuery = z.strictObject({
  after: z
    .string()
    .regex(/^[\w.-]{1,80}:\d{1,16}$/)
    .optional(),
});

export const stopBody = z.strictObject({
  kind: z.enum(['app', 'family']),
  id: z.string().regex(/^[\w.~-]{1,100}$/),
});

/** Unix milliseconds, as the list of changes said. */
export const seenBody = z.strictObject({ upTo: z.number().int().nonnegative() });
