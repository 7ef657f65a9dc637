import { z } from 'zod';

export const startParams = z.strictObject({ token: z.string().regex(/^[\w-]{43}$/) });

export const startForm = z.strictObject({ password: z.string().max(256), again: z.string().max(256) });
