import { z } from 'zod';

const csrf = z.string().max(200).default('');
const yes = z
  .literal('yes')
  .optional()
  .transform((value) => value === 'yes');

export const actForm = z.object({ csrf });
export const noticeForm = z.object({
  csrf,
  version: z.string().max(20).default(''),
  identity: yes,
  case_messages: yes,
  service_survey: yes,
});
export const phoneForm = z.object({ csrf, phone: z.string().max(64).default('') });
export const codeForm = z.object({ csrf, code: z.string().max(32).default('') });
export const identityForm = z.object({
  csrf,
  kind: z.string().max(8).default(''),
  number: z.string().max(128).default(''),
  name: z.string().max(400).default(''),
});
const password = z.string().max(1_000).default('');
export const passwordForm = z.object({ csrf, password, repeat: password });
export const startForm = z.object({ code: z.string().max(80).default(''), password, repeat: password });
export const certificateForm = z.object({
  csrf,
  challenge: z.string().max(64).default(''),
  jws: z
    .string()
    .max(15_000)
    .default('')
    .transform((value) => value.replace(/\s+/g, '')),
});
export const faceForm = z.object({
  csrf,
  session: z
    .string()
    .regex(/^[\w-]{32}$/)
    .default('00000000000000000000000000000000'),
  answer: z.enum(['match', 'no_match']).optional(),
});
