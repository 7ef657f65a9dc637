/**
 * The show code's codec: the view an issuer signs, the proof a phone makes round it, and the reading of both.
 * The written format is docs/show-code.md.
 */
import { encode } from 'cborg';
import { base64url, type JWK } from 'jose';
import { base45Decode, base45Encode } from './base45.ts';
import {
  algEs256,
  asSign1,
  decodeSign1,
  header,
  type Sign1,
  sign1,
  sign1Array,
  signatureInput,
} from './cose.ts';
import { decompressPoint } from './p256.ts';
import { decodeStrictCbor, mapWithKeys } from './strict-cbor.ts';
import type { PublicKeyJwk } from './trust-list.ts';

export const showCodePrefix = 'SC1:';
export const showCodeMaxLength = 2048;
/** `typ` of the two layers: CoAP content formats of the experimental range (RFC 7252 §12.3). */
const typView = 65001;
const typShowing = 65002;
/** CWT claims (RFC 8392 §4, RFC 8747 §3.1) and our one private claim. */
const claim = { exp: 4, nbf: 5, iat: 6, cti: 7, cnf: 8, cnonce: 39, view: -65537 } as const;
/** COSE_Key (RFC 9053 §7.1) */
const cose = { kty: 1, crv: -1, x: -2, y: -3, ec2: 2, p256: 1 } as const;

export interface ViewClaims {
  view: number;
  /** 8 bytes: the copy's id. */
  cti: Uint8Array;
  /** Unix seconds; `nbf` is the UTC midnight before it was signed, so that it does not tell copies fetched together. */
  nbf: number;
  exp: number;
  /** A view that names nobody has none. */
  status?: { list: number; index: number } | undefined;
  /** The view's fields by their `key` (2 and up). Days are counted from 1970-01-01. */
  values: Record<number, string | number | boolean>;
  deviceKey: JWK;
}

/** What an issuer signs for one view, and the view once the signature (r||s) is there. `kid`: RFC 7638 thumbprint. */
export const viewToBeSigned = (
  claims: ViewClaims,
  kid: string,
): { toBeSigned: Uint8Array; assemble(signature: Uint8Array): Uint8Array } => {
  const values = Object.entries(claims.values).map(
    ([key, value]) => [Number(key), typeof value === 'string' ? value.normalize('NFC') : value] as const,
  );
  const content = {
    protectedBytes: encode(
      new Map<number, unknown>([
        [header.alg, algEs256],
        [header.kid, shortKid(kid)],
        [header.typ, typView],
      ]),
    ),
    payload: encode(
      new Map<number, unknown>([
        [claim.exp, claims.exp],
        [claim.nbf, claims.nbf],
        [claim.cti, claims.cti],
        [claim.cnf, new Map([[1, toCoseKey(claims.deviceKey)]])],
        [
          claim.view,
          new Map<number, unknown>([
            [0, claims.view],
            ...(claims.status ? [[1, [claims.status.list, claims.status.index]] as const] : []),
            ...values,
          ]),
        ],
      ]),
    ),
  };
  return {
    toBeSigned: signatureInput(content),
    assemble: (signature) => encode(sign1Array({ ...content, signature })),
  };
};

/** The text of the QR: a fresh proof by the phone's key round a view. */
export const makeShowCode = async (
  view: Uint8Array,
  holderKey: CryptoKey,
  { iat, nonce }: { iat: number; nonce?: Uint8Array },
): Promise<string> => {
  const inner = decodeSign1(view);
  if (!inner) throw new TypeError('not a view');
  const payload = new Map<number, unknown>([[claim.iat, iat]]);
  if (nonce) payload.set(claim.cnonce, nonce);
  const outer = await sign1(
    {
      protectedBytes: encode(
        new Map<number, unknown>([
          [header.alg, algEs256],
          [header.kcwt, sign1Array(inner)],
          [header.typ, typShowing],
        ]),
      ),
      payload: encode(payload),
    },
    holderKey,
  );
  return showCodePrefix + base45Encode(encode(sign1Array(outer)));
};

export interface Showing {
  layer: Sign1;
  view: Sign1;
  iat: number;
  cnonce?: Uint8Array;
}

/** The holder's layer of a QR text. Undefined, or a throw from the CBOR decoder, when it is not exactly one. */
export const parseShowing = (text: string): Showing | undefined => {
  const bytes = base45Decode(text.slice(showCodePrefix.length));
  const layer = bytes && decodeSign1(bytes);
  if (!layer) return undefined;
  const protectedMap = mapWithKeys(decodeStrictCbor(layer.protectedBytes), [
    header.alg,
    header.kcwt,
    header.typ,
  ]);
  const view = asSign1(protectedMap?.get(header.kcwt));
  if (!view || protectedMap?.get(header.alg) !== algEs256 || protectedMap.get(header.typ) !== typShowing)
    return undefined;
  const payload = mapWithKeys(decodeStrictCbor(layer.payload), [claim.iat], [claim.cnonce]);
  const iat = payload?.get(claim.iat);
  const cnonce = payload?.get(claim.cnonce);
  if (!isTime(iat) || !(cnonce === undefined || isBytes(cnonce, 8))) return undefined;
  return { layer, view, iat, cnonce };
};

/** The bytes of the view inside a QR text, as the issuer handed them out; undefined for any other text. */
export const viewOfShowCode = (text: string): Uint8Array | undefined => {
  try {
    const showing = text.startsWith(showCodePrefix) ? parseShowing(text) : undefined;
    return showing && encode(sign1Array(showing.view));
  } catch {
    return undefined;
  }
};

export interface ParsedView {
  /** First 8 bytes of the thumbprint: a hint, not an identity. */
  shortKid: Uint8Array;
  number: number;
  cti: Uint8Array;
  nbf: number;
  exp: number;
  /** Absent in a view that names nobody. */
  status?: { list: number; index: number };
  values: Map<number, unknown>;
  deviceKey: PublicKeyJwk;
}

/** The issuer's layer. Undefined, or a throw from the CBOR decoder, when it is not exactly one. */
export const parseView = (layer: Sign1): ParsedView | undefined => {
  const protectedMap = mapWithKeys(decodeStrictCbor(layer.protectedBytes), [
    header.alg,
    header.kid,
    header.typ,
  ]);
  const kid = protectedMap?.get(header.kid);
  if (
    !isBytes(kid, 8) ||
    protectedMap?.get(header.alg) !== algEs256 ||
    protectedMap.get(header.typ) !== typView
  ) {
    return undefined;
  }
  const payload = mapWithKeys(decodeStrictCbor(layer.payload), [
    claim.exp,
    claim.nbf,
    claim.cti,
    claim.cnf,
    claim.view,
  ]);
  const [exp, nbf, cti] = [payload?.get(claim.exp), payload?.get(claim.nbf), payload?.get(claim.cti)];
  const deviceKey = fromCoseKey(mapWithKeys(payload?.get(claim.cnf), [1])?.get(1));
  const fields = payload?.get(claim.view);
  if (!isTime(exp) || !isTime(nbf) || !isBytes(cti, 8) || !deviceKey || !(fields instanceof Map))
    return undefined;
  const number = fields.get(0);
  const status = fields.has(1) ? readStatus(fields.get(1)) : undefined;
  if (!isCount(number) || (fields.has(1) && !status)) return undefined;
  const values = new Map([...fields].filter(([key]) => key !== 0 && key !== 1));
  if (![...values.keys()].every((key) => isCount(key) && key >= 2)) return undefined;
  return { shortKid: kid, number, cti, nbf, exp, ...(status ? { status } : {}), values, deviceKey };
};

const readStatus = (entry: unknown): { list: number; index: number } | undefined => {
  if (!Array.isArray(entry) || entry.length !== 2) return undefined;
  const [list, index] = entry;
  return isCount(list) && isCount(index) ? { list, index } : undefined;
};

/** First 8 bytes of a thumbprint. */
export const shortKid = (kid: string): Uint8Array => base64url.decode(kid).slice(0, 8);

export const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;
// Up to the year 9999: what a date can be written for.
export const isTime = (value: unknown): value is number => isCount(value) && value < 253_402_300_800;
export const isBytes = (value: unknown, length: number): value is Uint8Array =>
  value instanceof Uint8Array && value.length === length;

// RFC 9053 §7.1.1: y as a boolean is the sign bit of a compressed point.
const toCoseKey = (jwk: JWK): Map<number, unknown> => {
  const [x, y] = [base64url.decode(jwk.x ?? ''), base64url.decode(jwk.y ?? '')];
  if (jwk.kty !== 'EC' || jwk.crv !== 'P-256' || x.length !== 32 || y.length !== 32) {
    throw new TypeError('device key is not P-256');
  }
  return new Map<number, unknown>([
    [cose.kty, cose.ec2],
    [cose.crv, cose.p256],
    [cose.x, x],
    [cose.y, (y[31]! & 1) === 1],
  ]);
};

const fromCoseKey = (value: unknown): PublicKeyJwk | undefined => {
  const key = mapWithKeys(value, [cose.kty, cose.crv, cose.x, cose.y]);
  const [x, yIsOdd] = [key?.get(cose.x), key?.get(cose.y)];
  if (key?.get(cose.kty) !== cose.ec2 || key.get(cose.crv) !== cose.p256) return undefined;
  return isBytes(x, 32) && typeof yIsOdd === 'boolean' ? decompressPoint(x, yIsOdd) : undefined;
};
