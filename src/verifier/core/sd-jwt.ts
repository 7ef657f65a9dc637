/** Reading an SD-JWT (RFC 9901): parts, and disclosures tied to their digests. Ours are flat: one claim, one scalar. */
import { base64url } from 'jose';
import { sha256 } from './crypto.ts';
import { decodeText, type Jws, parseJws } from './jws.ts';
import { isObject, type JsonObject, parseStrictJson } from './strict-json.ts';

const maxLength = 262_144;
const maxDisclosures = 100;
/** What a disclosure may not bring: RFC 9901 §7.1, SD-JWT VC §2.2.2.2; `__proto__` is no name to JavaScript. */
const registered = new Set([
  '_sd',
  '_sd_alg',
  '...',
  'iss',
  'iat',
  'nbf',
  'exp',
  'cnf',
  'vct',
  'status',
  'sub',
  'jti',
  '__proto__',
]);

export interface SdJwt {
  jwt: Jws;
  disclosures: string[];
  keyBinding?: Jws;
  /** The text the KB-JWT's `sd_hash` is over. */
  boundText: string;
}

/** Undefined unless it is `<issuer JWT>~<disclosure>~...~` with nothing or a KB-JWT at the end. */
export const parseSdJwt = (text: string): SdJwt | undefined => {
  if (text.length > maxLength) return undefined;
  const [jwtText, ...rest] = text.split('~');
  const last = rest.pop();
  if (last === undefined || rest.length > maxDisclosures) return undefined;
  const jwt = parseJws(jwtText!, 'dc+sd-jwt');
  const keyBinding = last === '' ? undefined : parseJws(last, 'kb+jwt');
  if (!jwt || (last !== '' && !keyBinding)) return undefined;
  return { jwt, disclosures: rest, keyBinding, boundText: text.slice(0, text.length - last.length) };
};

/** Base64url SHA-256 of ASCII text: digests of disclosures and `sd_hash`. */
export const textDigest = async (text: string): Promise<string> =>
  base64url.encode(await sha256(new TextEncoder().encode(text)));

/**
 * All claims, disclosed ones included. Undefined when a disclosure is forged, repeated, not referenced, nested, renames
 * a claim that is there, or the digest algorithm is not SHA-256.
 */
export const disclosedClaims = async (
  payload: JsonObject,
  disclosures: string[],
): Promise<JsonObject | undefined> => {
  const { _sd: digests = [], _sd_alg: algorithm = 'sha-256', ...plain } = payload;
  if (algorithm !== 'sha-256' || !Array.isArray(digests) || new Set(digests).size !== digests.length)
    return undefined;
  if (!digests.every((digest) => typeof digest === 'string') || hasHidden(plain)) return undefined;
  const unused = new Set(digests);
  const claims: JsonObject = { ...plain };
  const disclosed = await Promise.all(disclosures.map(textDigest));
  for (const [at, disclosure] of disclosures.entries()) {
    const claim = parseDisclosure(disclosure);
    if (!claim || Object.hasOwn(claims, claim.name) || !unused.delete(disclosed[at]!)) return undefined;
    claims[claim.name] = claim.value;
  }
  return claims;
};

const parseDisclosure = (text: string): { name: string; value: unknown } | undefined => {
  const json = decodeText(text);
  // Wrapped, because the strict reader reads objects.
  const parts = json === undefined ? undefined : parseStrictJson(`{"disclosure":${json}}`)?.disclosure;
  if (!Array.isArray(parts) || parts.length !== 3) return undefined;
  const [salt, name, value] = parts;
  if (typeof salt !== 'string' || typeof name !== 'string' || registered.has(name)) return undefined;
  return typeof value === 'object' ? undefined : { name, value };
};

const hasHidden = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.some(hasHidden);
  if (!isObject(value)) return false;
  return '_sd' in value || '...' in value || Object.values(value).some(hasHidden);
};
