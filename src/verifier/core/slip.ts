/**
 * The paper slip's codec: one layer, signed by the issuer, bound to no key. The written format is docs/paper-slip.md.
 */
import { encode } from 'cborg';
import { base45Decode, base45Encode } from './base45.ts';
import { algEs256, decodeSign1, header, type Sign1, sign1Array, signatureInput } from './cose.ts';
import { isBytes, isCount, isTime, shortKid } from './show-code.ts';
import { decodeStrictCbor, mapWithKeys } from './strict-cbor.ts';

export const slipPrefix = 'PS1:';
/** What version 12 holds at level M (ISO/IEC 18004), with room for a wider one of later. */
export const slipMaxLength = 1024;
/** `typ`: beside the two layers of a show code, so that neither passes for the other. */
const typSlip = 65003;
/** CWT claims (RFC 8392 §4) and our private claim. */
const claim = { exp: 4, iat: 6, slip: -65538 } as const;

export interface SlipClaims {
  /** The registered number of the view whose fields it shows. */
  view: number;
  /** Unix seconds; `iat` is the UTC midnight before it was signed. */
  iat: number;
  exp: number;
  status: { list: number; index: number };
  /** The identifier's last three parts, `<serial>.<version>.<check>`: the others are known from type and issuer. */
  identifier: string;
  values: Record<number, string | number | boolean>;
}

/** What an issuer signs for a slip, and the text of its QR once the signature (r||s) is there. */
export const slipToBeSigned = (
  { view, iat, exp, status, identifier, values }: SlipClaims,
  kid: string,
): { toBeSigned: Uint8Array; assemble(signature: Uint8Array): string } => {
  const content = {
    protectedBytes: encode(
      new Map<number, unknown>([
        [header.alg, algEs256],
        [header.kid, shortKid(kid)],
        [header.typ, typSlip],
      ]),
    ),
    payload: encode(
      new Map<number, unknown>([
        [claim.exp, exp],
        [claim.iat, iat],
        [
          claim.slip,
          new Map<number, unknown>([
            [-1, identifier],
            [0, view],
            [1, [status.list, status.index]],
            ...Object.entries(values).map(([key, value]) => [Number(key), value] as const),
          ]),
        ],
      ]),
    ),
  };
  return {
    toBeSigned: signatureInput(content),
    assemble: (signature) => slipPrefix + base45Encode(encode(sign1Array({ ...content, signature }))),
  };
};

export interface ParsedSlip {
  layer: Sign1;
  shortKid: Uint8Array;
  number: number;
  iat: number;
  exp: number;
  status: { list: number; index: number };
  identifier: string;
  values: Map<number, unknown>;
}

/** Undefined, or a throw from the CBOR decoder, when it is not exactly one. */
export const parseSlip = (text: string): ParsedSlip | undefined => {
  const bytes = base45Decode(text.slice(slipPrefix.length));
  const layer = bytes && decodeSign1(bytes);
  if (!layer) return undefined;
  const names = [header.alg, header.kid, header.typ];
  const protectedMap = mapWithKeys(decodeStrictCbor(layer.protectedBytes), names);
  const kid = protectedMap?.get(header.kid);
  if (protectedMap?.get(header.alg) !== algEs256 || protectedMap.get(header.typ) !== typSlip)
    return undefined;
  const payload = mapWithKeys(decodeStrictCbor(layer.payload), [claim.exp, claim.iat, claim.slip]);
  const [exp, iat, fields] = [payload?.get(claim.exp), payload?.get(claim.iat), payload?.get(claim.slip)];
  if (!isBytes(kid, 8) || !isTime(exp) || !isTime(iat) || !(fields instanceof Map)) return undefined;
  const [identifier, number, entry] = [fields.get(-1), fields.get(0), fields.get(1) as unknown];
  if (typeof identifier !== 'string' || !/^[0-9A-Z]{1,32}\.\d{3}\.[0-9A-Z]$/.test(identifier))
    return undefined;
  if (!isCount(number) || !Array.isArray(entry) || entry.length !== 2) return undefined;
  const [list, index] = entry;
  if (!isCount(list) || !isCount(index)) return undefined;
  const values = new Map([...fields].filter(([key]) => key !== -1 && key !== 0 && key !== 1));
  if (![...values.keys()].every((key) => isCount(key) && key >= 2)) return undefined;
  return { layer, shortKid: kid, number, iat, exp, status: { list, index }, identifier, values };
};
