import { z } from 'zod';

const certificate = z.string().regex(/^c_[A-Za-z0-9_-]{10,40}$/);
const step = z.union([z.string().min(1).max(200), z.int().min(0), z.null()]);
const https = z
  .string()
  .max(4_000)
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol));

/** An app of this province by its id, or another verifier by its host. */
export const verifier = z.union([
  z.strictObject({ app: z.string().regex(/^[\w-]{1,64}$/) }),
  z.strictObject({ host: z.string().regex(/^[a-z0-9.-]{1,253}(:\d{1,5})?$/) }),
]);

export const previewBody = z.strictObject({
  verifier,
  credentials: z
    .array(
      z.strictObject({
        certificate,
        format: z.enum(['dc+sd-jwt', 'mso_mdoc']),
        paths: z.array(z.array(step).min(1).max(8)).max(50),
      }),
    )
    .max(20),
});

export const outcomeBody = z.strictObject({
  verifier,
  result: z.enum(['sent', 'refused']),
  credentials: z
    .array(z.strictObject({ certificate, fields: z.array(z.string().regex(/^[a-zA-Z0-9_]{1,64}$/)).max(50) }))
    .min(1)
    .max(20),
});

export const fetchBody = z.strictObject({
  url: https,
  wallet_nonce: z.string().min(1).max(256).optional(),
});

export const sendBody = z.strictObject({
  url: https,
  form: z.record(z.string().regex(/^[a-z_]{1,40}$/), z.string().max(900_000)),
});

export type Verifier = z.infer<typeof verifier>;
export type Preview = z.infer<typeof previewBody>;
export type WalletOutcome = z.infer<typeof outcomeBody>;
