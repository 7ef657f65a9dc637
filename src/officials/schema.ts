import { z } from 'zod';

export const startParams = z.strictObject({ token: z.string().regex(/^[\w-]{43}$/) });

/** What `navigator.credentials.create` gave, as JSON. */
export const startForm = z.strictObject({ response: z.string().max(10_000) });
