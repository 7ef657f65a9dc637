/** Parse once at the edge: later code never sees raw input. */
import type { z } from 'zod';
import { ServiceError } from '../errors.ts';

/** The typed value, or invalid_request naming the fields at fault and never what was in them. */
export const parse = <Schema extends z.ZodType>(schema: Schema, input: unknown): z.infer<Schema> => {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const fields = new Set(result.error.issues.map((issue) => issue.path.map(String).join('.') || 'body'));
  throw new ServiceError('invalid_request', { detail: `fields: ${[...fields].sort().join(', ')}` });
};
