/** Where private keys are: files under keysDir, or a PKCS#11 token for the purposes that say so (docs/pkcs11.md). */
import { z } from 'zod';

const backEnd = z.enum(['file', 'pkcs11']).default('file');

export const keyringSchema = z
  .strictObject({
    /** The token. Its PIN comes from ONECERT_PKCS11_PIN or ONECERT_PKCS11_PIN_FILE. */
    pkcs11: z
      .strictObject({
        /** Path of the module: /usr/lib/softhsm/libsofthsm2.so */
        module: z.string().min(1),
        /** Label of the token. */
        token: z.string().min(1),
        /** Signatures made at once. */
        sessions: z.int().min(1).max(64).default(8),
      })
      .optional(),
    'trust-list': backEnd,
    certificate: backEnd,
    status: backEnd,
    pack: backEnd,
    audit: backEnd,
  })
  .refine(
    ({ pkcs11, ...rest }) => pkcs11 !== undefined || !Object.values(rest).includes('pkcs11'),
    'pkcs11 needs module and token',
  )
  .prefault({});

export type KeyringSettings = z.infer<typeof keyringSchema>;
