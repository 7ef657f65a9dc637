import { z } from 'zod';
import { scanIdPattern } from '../oidc/index.ts';

export const addCertificateBody = z.strictObject({ type: z.string().regex(/^[a-z][a-z0-9_]{1,60}$/) });

export const certificateIdParams = z.strictObject({ id: z.string().regex(/^c_[A-Za-z0-9_-]{10,40}$/) });

export const copiesBody = z.strictObject({
  credential_configuration_id: z.string().regex(/^[a-z][a-z0-9_]{1,100}$/),
  proofs: z.strictObject({ jwt: z.array(z.string().max(4_000)).min(1).max(20) }),
});

export const phoneBody = z.strictObject({ phone: z.string().regex(/^w_[A-Za-z0-9_-]{5,30}$/) });

export const scanIdParams = z.strictObject({ id: z.string().regex(scanIdPattern) });

export const chosenNumberBody = z.strictObject({ number: z.number().int().min(10).max(99) });
