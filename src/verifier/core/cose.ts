/** COSE_Sign1 (RFC 9052 §4.2), untagged, ES256, everything in the protected header. */
import { encode } from 'cborg';
import { type Bytes, es256, ownBytes } from './crypto.ts';
import { decodeStrictCbor } from './strict-cbor.ts';

/** RFC 9052 §3.1, RFC 9596 (typ), RFC 9528 §3.5.3.1 (kcwt) */
export const header = { alg: 1, kid: 4, kcwt: 13, typ: 16 } as const;
export const algEs256 = -7;

export interface Sign1 {
  protectedBytes: Uint8Array;
  payload: Uint8Array;
  signature: Uint8Array;
}

/** The three byte strings of a decoded COSE_Sign1 array, or undefined. The unprotected header must be empty. */
export const asSign1 = (value: unknown): Sign1 | undefined => {
  if (!Array.isArray(value) || value.length !== 4) return undefined;
  const [protectedBytes, unprotected, payload, signature] = value;
  if (!(unprotected instanceof Map) || unprotected.size !== 0) return undefined;
  if (!(protectedBytes instanceof Uint8Array && payload instanceof Uint8Array)) return undefined;
  if (!(signature instanceof Uint8Array) || signature.length !== 64) return undefined;
  return { protectedBytes, payload, signature };
};

export const decodeSign1 = (bytes: Uint8Array): Sign1 | undefined => asSign1(decodeStrictCbor(bytes));

/** The array itself, so that one can stand inside another's header. */
export const sign1Array = ({ protectedBytes, payload, signature }: Sign1): unknown[] => [
  protectedBytes,
  new Map(),
  payload,
  signature,
];

/** RFC 9052 §4.4, with no external data: `typ` in the protected header keeps the two layers apart. */
export const signatureInput = ({ protectedBytes, payload }: Omit<Sign1, 'signature'>): Bytes =>
  ownBytes(encode(['Signature1', protectedBytes, new Uint8Array(0), payload]));

/** Signs with a WebCrypto P-256 key. */
export const sign1 = async (content: Omit<Sign1, 'signature'>, key: CryptoKey): Promise<Sign1> => ({
  ...content,
  signature: new Uint8Array(await globalThis.crypto.subtle.sign(es256, key, signatureInput(content))),
});
