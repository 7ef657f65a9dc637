import { z } from 'zod';

export const addCertificateBody = z.strictObject({ type: z.string().regex(/^[a-z][a-z0-9_]{1,60}$/) });

export const certificateIdParams = z.strictObject({ id: z.string().regex(/^c_[A-Za-z0-9_-]{10,40}$/) });
