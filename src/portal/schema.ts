import { z } from 'zod';

const itemCode = z.string().regex(/^[a-z][a-z0-9-]{1,60}$/);

export const itemParams = z.strictObject({ code: itemCode });

export const submitCaseBody = z.strictObject({ item: itemCode });
