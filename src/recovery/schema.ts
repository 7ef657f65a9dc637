import { z } from 'zod';

const csrf = z.string().max(200).default('');
const password = z.string().max(1_000).default('');

export const actForm = z.object({ csrf });
export const beginForm = z.object({ csrf, login_name: z.string().max(200).default('') });
export const codeForm = z.object({ csrf, code: z.string().max(80).default('') });
export const passkeyAnswer = z.object({ csrf, response: z.string().max(12_000).default('') });
export const faceForm = z.object({ csrf, answer: z.enum(['match', 'no_match']).optional() });
export const chooseForm = z.object({ csrf, person: z.coerce.number().int().min(0).max(9).default(9) });
export const passwordForm = z.object({ csrf, password, repeat: password });
export const stopParams = z.object({ secret: z.string().regex(/^[\w-]{43}$/) });
