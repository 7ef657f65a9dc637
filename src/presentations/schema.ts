import { z } from 'zod';
import { itemCodePattern } from '../items/index.ts';
import { dcqlQuery } from './protocol/dcql.ts';

const text = z.string().trim().min(1).max(80);

export const askBody = z
  .strictObject({
    item: z.string().regex(itemCodePattern).optional(),
    dcql_query: dcqlQuery.optional(),
    purpose: z.strictObject({ zh: text, en: text }).optional(),
    device: z.enum(['same', 'cross']),
    /** One of the app's registered redirect URIs. */
    redirect_uri: z.string().max(2_000).optional(),
    format: z.enum(['dc+sd-jwt', 'mso_mdoc']).default('dc+sd-jwt'),
    profile: z.enum(['haip', 'plain']).default('haip'),
    client_id_prefix: z.enum(['x509_hash', 'x509_san_dns', 'redirect_uri']).default('x509_hash'),
    response_mode: z.enum(['direct_post', 'direct_post.jwt']).default('direct_post.jwt'),
    seconds: z.int().min(60).max(900).default(300),
  })
  .refine(({ item, dcql_query: query }) => item !== undefined || query !== undefined, { path: ['item'] })
  // Who asks for more than an item says what for herself.
  .refine(({ item, purpose }) => item !== undefined || purpose !== undefined, { path: ['purpose'] })
  .refine(({ device, redirect_uri: uri }) => (device === 'same') === (uri !== undefined), {
    path: ['redirect_uri'],
  })
  // HAIP 1.0 §5: signed, x509_hash, encrypted.
  .refine(({ profile, client_id_prefix: prefix }) => profile === 'plain' || prefix === 'x509_hash', {
    path: ['client_id_prefix'],
  })
  .refine(({ profile, response_mode: mode }) => profile === 'plain' || mode === 'direct_post.jwt', {
    path: ['response_mode'],
  });

export type Asked = z.infer<typeof askBody>;

const opaque = z.string().regex(/^[\w-]{20,64}$/);

export const presentationParams = z.strictObject({ id: opaque });
export const posterParams = z.strictObject({ poster: z.string().regex(/^pt_[A-Za-z0-9]{8,40}$/) });
export const resultQuery = z.object({ response_code: opaque.optional() });
export const requestParams = z.strictObject({ request: opaque });
export const replyParams = z.strictObject({ reply: opaque });

/** OpenID4VP 1.0 §5.10: the wallet's own nonce; what else it says of itself is not read. */
export const requestForm = z.object({
  wallet_nonce: z.string().min(1).max(256).optional(),
  wallet_metadata: z.string().max(16_000).optional(),
});

/** §8.2, §8.3.1, §8.5 */
export const answerForm = z.object({
  response: z.string().min(1).optional(),
  vp_token: z.string().min(1).optional(),
  state: z.string().max(100).optional(),
  error: z.string().max(60).optional(),
});
