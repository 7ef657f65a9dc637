import { z } from 'zod';
import { recordIdPattern } from './app-record.ts';

const id = z.string().regex(recordIdPattern);
/** As written, or as a text in YAML or JSON. */
const manifest = z.union([z.string().max(65_536), z.record(z.string(), z.unknown())]);
const owner = z.string().regex(/^(?:unit|enterprise):[\w-]{1,64}$/);
const reason = z.string().trim().min(1).max(500);

export const recordParams = z.strictObject({ id });
export const actParams = z.strictObject({
  id,
  act: z.enum(['try', 'confirm-tested', 'ask-for-listing', 'take-back', 'retire', 'invite']),
});
export const maintainerParams = z.strictObject({ id, account: z.string().regex(/^[\w-]{1,64}$/) });
export const secretParams = z.strictObject({ id, secret: z.string().regex(/^[\w-]{1,64}$/) });
export const registerBody = z.strictObject({ owner, manifest });
export const changeBody = z.strictObject({ manifest });
export const joinBody = z.strictObject({ invitation: z.string().max(200) });
export const contactBody = z.strictObject({ contact: z.string().max(120) });
export const codeBody = z.strictObject({ code: z.string().max(40) });
export const accessQuery = z.strictObject({
  owner: owner.optional(),
  app: z
    .string()
    .regex(/^[\w-]{1,80}$/)
    .optional(),
  format: z.enum(['json', 'csv']).default('json'),
});
export const decisionBody = z.strictObject({
  review: z.string().max(40),
  decision: z.enum(['approve', 'send_back']),
  reason: reason.optional(),
});
export const stateBody = z.strictObject({ to: z.enum(['suspend', 'resume', 'retire']), reason });
