/**
 * The two things of an X.509 certificate (RFC 5280 §4.1) that count here: which P-256 key it is for, and from when to
 * when. Whether to believe it is not asked: the trust list says whose key it is.
 */
import { base64url, calculateJwkThumbprint, type JWK } from 'jose';
import { sameBytes } from './crypto.ts';
import type { PublicKeyJwk } from './trust-list.ts';

export interface CertificateContent {
  key: PublicKeyJwk;
  /** Unix seconds. */
  notBefore: number;
  notAfter: number;
}

interface Piece {
  tag: number;
  content: Uint8Array;
}

const maxLength = 16_384;
const tags = {
  sequence: 0x30,
  integer: 0x02,
  bitString: 0x03,
  utcTime: 0x17,
  generalizedTime: 0x18,
  version: 0xa0,
};
/** SEQUENCE { id-ecPublicKey, prime256v1 } (RFC 5480 §2.1.1). */
const p256 = Uint8Array.from([
  0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01,
  0x07,
]);

/** Throws for a length that reaches beyond, or that is not the shortest: DER has one spelling. */
const piecesOf = (der: Uint8Array): Piece[] => {
  const pieces: Piece[] = [];
  for (let at = 0; at < der.length; ) {
    const short = der[at + 1] ?? 0xff;
    const lengthBytes = short < 0x80 ? 0 : short & 0x7f;
    if (lengthBytes > 2) throw new RangeError('a length is too long');
    let length = lengthBytes === 0 ? short : 0;
    for (let i = 0; i < lengthBytes; i += 1) length = length * 256 + (der[at + 2 + i] ?? 0);
    const start = at + 2 + lengthBytes;
    if (start + length > der.length || (lengthBytes > 0 && length < (lengthBytes === 1 ? 0x80 : 0x100)))
      throw new RangeError('a length does not fit');
    pieces.push({ tag: der[at]!, content: der.subarray(start, start + length) });
    at = start + length;
  }
  return pieces;
};

const inside = (piece: Piece | undefined, tag: number): Piece[] => {
  if (piece?.tag !== tag) throw new TypeError('not a certificate');
  return piecesOf(piece.content);
};

/** UTCTime YYMMDDhhmmssZ, GeneralizedTime YYYYMMDDhhmmssZ (RFC 5280 §4.1.2.5). */
const timeOf = (piece: Piece | undefined): number => {
  const text = new TextDecoder().decode(piece?.content);
  const short = piece?.tag === tags.utcTime;
  if (!short && piece?.tag !== tags.generalizedTime) throw new TypeError('not a time');
  const year = short ? `${Number(text.slice(0, 2)) < 50 ? 20 : 19}${text.slice(0, 2)}` : text.slice(0, 4);
  const rest = text.slice(short ? 2 : 4);
  if (!/^\d{10}Z$/.test(rest)) throw new TypeError('not a time');
  const [month, day, hour, minute, second] = rest.match(/\d\d/g)!;
  const milliseconds = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(milliseconds)) throw new TypeError('not a time');
  return milliseconds / 1000;
};

const keyOf = (spki: Piece | undefined): PublicKeyJwk => {
  const [algorithm, point, ...rest] = inside(spki, tags.sequence);
  const bytes = point?.content;
  const fits = algorithm?.tag === tags.sequence && sameBytes(algorithm.content, p256) && rest.length === 0;
  // No unused bits, uncompressed (SEC 1 §2.3.3).
  if (!fits || point?.tag !== tags.bitString || bytes?.length !== 66 || bytes[0] !== 0 || bytes[1] !== 4)
    throw new TypeError('not a P-256 key');
  return {
    kty: 'EC',
    crv: 'P-256',
    x: base64url.encode(bytes.subarray(2, 34)),
    y: base64url.encode(bytes.subarray(34)),
  };
};

/** Undefined when it is no certificate of a P-256 key. */
export const readCertificate = (der: Uint8Array): CertificateContent | undefined => {
  if (der.length > maxLength) return undefined;
  try {
    const whole = piecesOf(der);
    if (whole.length !== 1) return undefined;
    const [signed] = inside(whole[0], tags.sequence);
    const members = inside(signed, tags.sequence);
    const [, , , validity, , spki] = members[0]?.tag === tags.version ? members.slice(1) : members;
    const [from, to] = inside(validity, tags.sequence);
    return { key: keyOf(spki), notBefore: timeOf(from), notAfter: timeOf(to) };
  } catch {
    return undefined;
  }
};

/** Base64 with padding (RFC 7515 §4.1.6), or undefined. */
export const decodeBase64 = (text: string): Uint8Array | undefined => {
  if (text.length > 2 * maxLength || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
};

/** RFC 7638: what the trust list calls a key. */
export const thumbprintOf = (key: PublicKeyJwk): Promise<string> => calculateJwkThumbprint(key as JWK);
