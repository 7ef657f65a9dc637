import { z } from 'zod';

export const inspectBody = z.strictObject({
  pasted: z.string().max(12_000),
  client_id: z.string().trim().max(200).default(''),
  nonce: z.string().trim().max(200).default(''),
});
