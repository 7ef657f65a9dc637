import { z } from 'zod';

const linkId = z.string().regex(/^fl_[\w-]{22}$/);
const document = {
  kind: z.string().min(1).max(10),
  number: z.string().trim().min(1).max(40),
};
const person = z.strictObject({ ...document, name: z.string().trim().min(1).max(100) });

export const inviteBody = z.strictObject(document);
export const childBody = person;
export const linkParams = z.strictObject({ link: linkId });
export const answerParams = z.strictObject({
  link: linkId,
  answer: z.enum(['accept', 'refuse', 'keep', 'end']),
});
export const certificateParams = z.strictObject({
  link: linkId,
  id: z.string().regex(/^c_[\w-]{10,40}$/),
});
export const typeBody = z.strictObject({ type: z.string().regex(/^[a-z][a-z0-9_]{1,60}$/) });
export const copiesBody = z.strictObject({
  credential_configuration_id: z.string().regex(/^[a-z][a-z0-9_]{1,100}$/),
  /** The very one; without it the best of the type. */
  certificate: z
    .string()
    .regex(/^c_[\w-]{10,40}$/)
    .optional(),
  proofs: z.strictObject({ jwt: z.array(z.string().max(4_000)).min(1).max(20) }),
});
export const recordBody = z.strictObject({
  basis: z.enum(['guardianship', 'counter_consent', 'court']),
  actor: person,
  holder: person,
  evidence: z.string().trim().min(1).max(100),
});
export const decisionParams = z.strictObject({
  record: z.string().regex(/^fr_[\w-]{22}$/),
  decision: z.enum(['confirm', 'decline']),
});
