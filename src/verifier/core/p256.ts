/** Compressed P-256 points: WebCrypto imports them in some browsers only, so y is computed here. */
import { base64url } from 'jose';
import type { Bytes } from './crypto.ts';
import type { PublicKeyJwk } from './trust-list.ts';

// SEC 2 v2 §2.4.2
const p = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

const toNumber = (bytes: Uint8Array): bigint => bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

const toBytes = (value: bigint): Bytes => {
  const bytes = new Uint8Array(32);
  for (let i = 31, rest = value; i >= 0; i -= 1, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
};

const power = (base: bigint, exponent: bigint): bigint => {
  let result = 1n;
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n, square = (square * square) % p) {
    if (rest & 1n) result = (result * square) % p;
  }
  return result;
};

/** The public key with this x and this parity of y; undefined when x is not on the curve. */
export const decompressPoint = (x: Uint8Array, yIsOdd: boolean): PublicKeyJwk | undefined => {
  const xValue = toNumber(x);
  if (x.length !== 32 || xValue >= p) return undefined;
  const square = (xValue ** 3n - 3n * xValue + b) % p;
  const positive = square < 0n ? square + p : square;
  const root = power(positive, (p + 1n) / 4n);
  if ((root * root) % p !== positive) return undefined;
  const y = (root & 1n) === (yIsOdd ? 1n : 0n) ? root : p - root;
  return { kty: 'EC', crv: 'P-256', x: base64url.encode(x), y: base64url.encode(toBytes(y)) };
};
