/**
 * Encrypted credential requests and responses (OpenID4VCI 1.0 §10): ECDH-ES over P-256, direct, with AES-GCM. The
 * issuer's key is derived from the secret that all processes share, so each of them reads what another one's metadata
 * asked for; nothing that is encrypted to it outlives its request.
 */
import { createECDH, createHash, hkdfSync } from 'node:crypto';
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader, importJWK, type JWK } from 'jose';
import { errors } from 'oidc-provider';
import { z } from 'zod';

const alg = 'ECDH-ES';
const encs = ['A128GCM', 'A256GCM'] as const;

/** `jwk` says its `alg` (§8.2); the member beside it is of the drafts, and may say nothing else. */
const answerKey = z.object({
  jwk: z.object({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: z.string(),
    y: z.string(),
    alg: z.literal(alg),
    use: z.literal('enc').optional(),
    kid: z.string().max(200).optional(),
    d: z.undefined().optional(),
  }),
  alg: z.literal(alg).optional(),
  enc: z.enum(encs),
  zip: z.undefined().optional(),
});

/** To whom an answer is encrypted, checked. */
export type AnswerKey = z.infer<typeof answerKey>;

export interface Encryption {
  /** Members of the issuer's metadata (§12.2.4). */
  metadata: Record<string, unknown>;
  /** The plain text of a request; throws when it is not one for us. */
  open(jwe: string): Promise<Uint8Array>;
}

const deriveKey = (secret: Uint8Array): JWK => {
  const ecdh = createECDH('prime256v1');
  for (let n = 0; ; n += 1) {
    try {
      // All but one in 2^32 values lie below the order of the curve.
      ecdh.setPrivateKey(Buffer.from(hkdfSync('sha256', secret, '', `credential request key ${n}`, 32)));
      break;
    } catch {}
  }
  const point = ecdh.getPublicKey();
  return {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
    // Without leading zeros as Node gives it; JWK wants all 32 bytes (RFC 7518 §6.2.2.1).
    d: Buffer.from(ecdh.getPrivateKey('hex').padStart(64, '0'), 'hex').toString('base64url'),
    alg,
    use: 'enc',
  };
};

/** RFC 7638 */
const thumbprint = ({ crv, kty, x, y }: JWK): string =>
  createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');

export const createEncryption = (secret: Uint8Array): Encryption => {
  const jwk = deriveKey(secret);
  const key = importJWK(jwk, alg);
  const { d: _, ...shown } = jwk;
  return {
    // `zip` is not named: nothing is compressed.
    metadata: {
      credential_request_encryption: {
        jwks: { keys: [{ ...shown, kid: thumbprint(jwk) }] },
        enc_values_supported: [...encs],
        encryption_required: false,
      },
      credential_response_encryption: {
        alg_values_supported: [alg],
        enc_values_supported: [...encs],
        encryption_required: false,
      },
    },
    async open(jwe) {
      // A small body may unpack to gigabytes: what is compressed is not even decrypted.
      if (decodeProtectedHeader(jwe).zip !== undefined)
        throw new TypeError('compressed requests are not taken');
      const opened = await compactDecrypt(jwe, await key, {
        keyManagementAlgorithms: [alg],
        contentEncryptionAlgorithms: [...encs],
      });
      return opened.plaintext;
    },
  };
};

/**
 * To whom an answer is encrypted; undefined when that was not asked. Throws invalid_encryption_parameters for a key or
 * way that is not one of ours, and for a wish in an open request: there anybody could have put another key (§8.2).
 */
export const answerKeyOf = async (asked: unknown, encrypted: boolean): Promise<AnswerKey | undefined> => {
  if (asked === undefined) return undefined;
  if (!encrypted) throw refused('a request for an encrypted answer has to be encrypted itself');
  const parsed = answerKey.safeParse(asked);
  if (!parsed.success)
    throw refused('the answer cannot be encrypted that way: see credential_response_encryption');
  const { kty, crv, x, y } = parsed.data.jwk;
  await importJWK({ kty, crv, x, y }, alg).catch(() => {
    throw refused('the key is not a point on its curve');
  });
  return parsed.data;
};

const refused = (description: string) =>
  new errors.CustomOIDCProviderError('invalid_encryption_parameters', description);

/** §10: the answer as a JWE; the key's `kid` goes into its header. */
export const encryptAnswer = async ({ jwk, enc }: AnswerKey, answer: unknown): Promise<string> => {
  const { kty, crv, x, y, kid } = jwk;
  return new CompactEncrypt(Buffer.from(JSON.stringify(answer)))
    .setProtectedHeader({ alg, enc, ...(kid === undefined ? {} : { kid }) })
    .encrypt(await importJWK({ kty, crv, x, y }, alg));
};
