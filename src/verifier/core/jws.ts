/** JWS compact (RFC 7515 §7.1), ES256 only, with the type fixed by the caller (RFC 8725 §3.11). */
import { base64url } from 'jose';
import { type Bytes, verifyEs256 } from './crypto.ts';
import { type JsonObject, parseStrictJson } from './strict-json.ts';
import type { PublicKeyJwk } from './trust-list.ts';

export interface Jws {
  header: JsonObject;
  payload: JsonObject;
  /** What the signature is over. */
  signingInput: Uint8Array;
  signature: Bytes;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** RFC 4648 §3.5: the bits of the last character that belong to no byte are zero. */
const isCanonical = (text: string): boolean => {
  const rest = text.length % 4;
  if (rest === 0) return true;
  const last = alphabet.indexOf(text.at(-1)!);
  return rest === 2 ? last % 16 === 0 : rest === 3 && last % 4 === 0;
};

/** Undefined unless the text is the one base64url text of its bytes: a changed spare bit is a changed document. */
export const decodeBase64url = (text: string): Bytes | undefined => {
  if (!/^[\w-]*$/.test(text) || !isCanonical(text)) return undefined;
  try {
    return new Uint8Array(base64url.decode(text));
  } catch {
    return undefined;
  }
};

/** JSON of a base64url part: exact UTF-8 (no BOM), strict JSON. */
export const decodeJson = (text: string, maxLength?: number): JsonObject | undefined => {
  const json = decodeText(text);
  return json === undefined ? undefined : parseStrictJson(json, maxLength);
};

export const decodeText = (text: string): string | undefined => {
  const bytes = decodeBase64url(text);
  try {
    return bytes && new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

/**
 * The parts of a JWS of this type. `alg` is ES256 and nothing else; `crit` and `b64` are refused (RFC 7515 §4.1.11,
 * RFC 7797 §3); `jwk`, `jku` and `x5u` are never read, and `x5c` never for a key: that comes from the trust list.
 */
export const parseJws = (text: string, typ: string, maxLength?: number): Jws | undefined => {
  const parts = text.split('.');
  if (parts.length !== 3) return undefined;
  const [headerText, payloadText, signatureText] = parts as [string, string, string];
  const header = decodeJson(headerText);
  if (header?.alg !== 'ES256' || header.typ !== typ || 'crit' in header || 'b64' in header) return undefined;
  const payload = decodeJson(payloadText, maxLength);
  const signature = decodeBase64url(signatureText);
  if (!payload || !signature) return undefined;
  return {
    header,
    payload,
    signingInput: new TextEncoder().encode(`${headerText}.${payloadText}`),
    signature,
  };
};

export const verifyJws = ({ signingInput, signature }: Jws, key: PublicKeyJwk): Promise<boolean> =>
  verifyEs256(key, signingInput, signature);
