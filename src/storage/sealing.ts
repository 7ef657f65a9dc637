import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

const FORMAT = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + IV_BYTES;

/**
 * Encrypts with AES-256-GCM. `context` is bound in as additional data: what was sealed for one place opens in no other.
 * Result: base64url of format byte, IV, ciphertext, tag.
 */
export function seal(key: Uint8Array, plain: string | Uint8Array, context: readonly string[]): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(additionalData(context));
  const body = typeof plain === 'string' ? cipher.update(plain, 'utf8') : cipher.update(plain);
  return Buffer.concat([Buffer.of(FORMAT), iv, body, cipher.final(), cipher.getAuthTag()]).toString(
    'base64url',
  );
}

/** The way back. Throws when the key, the context or any byte differs. */
export function unseal(key: Uint8Array, sealed: string, context: readonly string[]): Buffer {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < HEAD_BYTES + TAG_BYTES || bytes[0] !== FORMAT)
    throw new Error('a sealed value is malformed');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, HEAD_BYTES), {
    authTagLength: TAG_BYTES,
  })
    .setAAD(additionalData(context))
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  const body = decipher.update(bytes.subarray(HEAD_BYTES, -TAG_BYTES));
  try {
    return Buffer.concat([body, decipher.final()]);
  } catch (cause) {
    throw new Error(
      `a sealed value in ${context[0]} does not open: other key, other place or changed bytes`,
      { cause },
    );
  }
}

/** HMAC-SHA-256 over the named parts. */
export const keyedHash = (key: Uint8Array, parts: readonly string[]): string =>
  createHmac('sha256', key).update(additionalData(parts)).digest('base64url');

/** JSON keeps the parts apart whatever they contain. */
const additionalData = (parts: readonly string[]): Buffer => Buffer.from(JSON.stringify(parts), 'utf8');
