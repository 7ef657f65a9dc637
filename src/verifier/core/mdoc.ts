/** Reading an ISO mdoc (ISO/IEC 18013-5 §8.3.2.1.2.2, §9.1.2.4): IssuerSigned as issued, DeviceResponse as shown. */
import { encode, Tagged } from 'cborg';
import { base64url } from 'jose';
import { algEs256 } from './cose.ts';
import { type Bytes, ownBytes } from './crypto.ts';
import { decompressPoint } from './p256.ts';
import { type AlsoAllowed, decodeStrictCbor, mapWithKeys } from './strict-cbor.ts';
import type { PublicKeyJwk } from './trust-list.ts';

export const mdocMaxLength = 262_144;
/** RFC 8949 §3.4: date-time, embedded CBOR; RFC 8943: full-date. */
export const cborTag = { dateTime: 0, embedded: 24, fullDate: 1004 } as const;
/** COSE header x5chain (RFC 9360). */
export const headerX5chain = 33;
const mostItems = 200;
const leastRandom = 16;

const allowed: AlsoAllowed = { tags: Object.values(cborTag), nulls: true };
const decodeMdoc = (bytes: Uint8Array): unknown => decodeStrictCbor(bytes, allowed);

export interface IssuerItem {
  namespace: string;
  digestId: number;
  /** IssuerSignedItemBytes: what the digest is over. */
  encoded: Bytes;
  element: string;
  value: unknown;
}

export interface SignedPart {
  protectedBytes: Uint8Array;
  signature: Uint8Array;
}

export interface IssuerSigned {
  items: IssuerItem[];
  issuerAuth: SignedPart & { payload: Uint8Array; x5chain: Uint8Array[] };
}

/** One document as its holder shows it. */
export interface ShownDocument {
  docType: string;
  issuerSigned: IssuerSigned;
  /** DeviceNameSpacesBytes. */
  deviceNameSpaces: Bytes;
  /** Absent: a MAC, which only the one reader it was made for could check. */
  deviceSignature?: SignedPart;
}

export interface MobileSecurityObject {
  digestAlgorithm: 'SHA-256' | 'SHA-384' | 'SHA-512';
  digests: Map<string, Map<number, Uint8Array>>;
  deviceKey: PublicKeyJwk;
  docType: string;
  /** Unix seconds. */
  signed: number;
  validFrom: number;
  validUntil: number;
  status?: { idx: number; uri: string };
}

const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;
const isText = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** The bytes inside tag 24. */
const embedded = (value: unknown): Uint8Array | undefined =>
  value instanceof Tagged && value.tag === cborTag.embedded && isBytes(value.value) ? value.value : undefined;

/** Decoding took only the shortest spelling, so encoding again gives the same bytes. */
const embeddedBytes = (bytes: Uint8Array): Bytes => ownBytes(encode(new Tagged(cborTag.embedded, bytes)));

/** `alg` ES256 alone stands in the protected header; the signature is r||s. */
const asSigned = (protectedBytes: unknown, signature: unknown): SignedPart | undefined => {
  if (!isBytes(protectedBytes) || !isBytes(signature) || signature.length !== 64) return undefined;
  const header = mapWithKeys(decodeMdoc(protectedBytes), [1]);
  return header?.get(1) === algEs256 ? { protectedBytes, signature } : undefined;
};

const asItem = (namespace: string, value: unknown): IssuerItem | undefined => {
  const bytes = embedded(value);
  const item = bytes
    ? mapWithKeys(decodeMdoc(bytes), ['digestID', 'random', 'elementIdentifier', 'elementValue'])
    : undefined;
  const [digestId, random, element] = [
    item?.get('digestID'),
    item?.get('random'),
    item?.get('elementIdentifier'),
  ];
  if (!bytes || !isCount(digestId) || !isBytes(random) || random.length < leastRandom || !isText(element))
    return undefined;
  return { namespace, digestId, encoded: embeddedBytes(bytes), element, value: item!.get('elementValue') };
};

/** Undefined when an element or a digest stands there twice. */
const asItems = (value: unknown): IssuerItem[] | undefined => {
  if (!(value instanceof Map)) return undefined;
  const items: IssuerItem[] = [];
  const seen = new Set<string>();
  for (const [namespace, list] of value) {
    if (!isText(namespace) || !Array.isArray(list) || items.length + list.length > mostItems)
      return undefined;
    for (const each of list) {
      const item = asItem(namespace, each);
      if (!item) return undefined;
      for (const name of [`e ${namespace} ${item.element}`, `d ${namespace} ${item.digestId}`]) {
        if (seen.has(name)) return undefined;
        seen.add(name);
      }
      items.push(item);
    }
  }
  return items;
};

const asIssuerSigned = (value: unknown): IssuerSigned | undefined => {
  const map = mapWithKeys(value, ['issuerAuth'], ['nameSpaces']);
  const auth = map?.get('issuerAuth');
  const items = map?.has('nameSpaces') ? asItems(map.get('nameSpaces')) : [];
  if (!items || !Array.isArray(auth) || auth.length !== 4) return undefined;
  const [protectedBytes, unprotected, payload, signature] = auth;
  const signed = asSigned(protectedBytes, signature);
  const chain = mapWithKeys(unprotected, [headerX5chain])?.get(headerX5chain);
  const x5chain: unknown[] = Array.isArray(chain) ? chain : [chain];
  if (!signed || !isBytes(payload) || x5chain.length === 0 || !x5chain.every(isBytes)) return undefined;
  return { items, issuerAuth: { ...signed, payload, x5chain } };
};

const asDocument = (value: unknown): ShownDocument | undefined => {
  const map = mapWithKeys(value, ['docType', 'issuerSigned', 'deviceSigned'], ['errors']);
  const issuerSigned = asIssuerSigned(map?.get('issuerSigned'));
  const docType = map?.get('docType');
  const device = mapWithKeys(map?.get('deviceSigned'), ['nameSpaces', 'deviceAuth']);
  const names = embedded(device?.get('nameSpaces'));
  const auth = mapWithKeys(device?.get('deviceAuth'), [], ['deviceSignature', 'deviceMac']);
  if (!issuerSigned || !isText(docType) || !names || auth?.size !== 1) return undefined;
  if (!(decodeMdoc(names) instanceof Map)) return undefined;
  const shown = { docType, issuerSigned, deviceNameSpaces: embeddedBytes(names) };
  if (auth.has('deviceMac')) return shown;
  const sign1 = auth.get('deviceSignature');
  // The payload is detached (§9.1.3.4): it is what both sides already know.
  if (!Array.isArray(sign1) || sign1.length !== 4 || sign1[2] !== null || !(sign1[1] instanceof Map))
    return undefined;
  const deviceSignature = asSigned(sign1[0], sign1[3]);
  return deviceSignature && { ...shown, deviceSignature };
};

/** Undefined, or a throw from the decoder, unless it is an IssuerSigned, or a DeviceResponse with one document. */
export const parseMdoc = (
  text: string,
): { issuerSigned: IssuerSigned; shown?: ShownDocument } | undefined => {
  if (text.length > mdocMaxLength) return undefined;
  const bytes = base64url.decode(text);
  // One spelling: what was judged is what is kept.
  if (base64url.encode(bytes) !== text) return undefined;
  const value = decodeMdoc(bytes);
  if (!(value instanceof Map)) return undefined;
  if (value.has('issuerAuth')) {
    const issuerSigned = asIssuerSigned(value);
    return issuerSigned && { issuerSigned };
  }
  const response = mapWithKeys(value, ['version', 'documents', 'status']);
  const documents = response?.get('documents');
  if (response?.get('version') !== '1.0' || response.get('status') !== 0) return undefined;
  const shown = Array.isArray(documents) && documents.length === 1 ? asDocument(documents[0]) : undefined;
  return shown && { issuerSigned: shown.issuerSigned, shown };
};

/** RFC 3339 in UTC, whole seconds (§7.2.1). */
const asTime = (value: unknown): number | undefined => {
  if (!(value instanceof Tagged) || value.tag !== cborTag.dateTime || !isText(value.value)) return undefined;
  const match = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value.value);
  const time = match ? Date.parse(value.value) / 1000 : Number.NaN;
  return time > 0 ? time : undefined;
};

/** COSE_Key (RFC 9053 §7.1) of a P-256 key; y whole, or its sign. */
const asDeviceKey = (value: unknown): PublicKeyJwk | undefined => {
  const key = mapWithKeys(value, [1, -1, -2, -3]);
  const [x, y] = [key?.get(-2), key?.get(-3)];
  if (key?.get(1) !== 2 || key.get(-1) !== 1 || !isBytes(x) || x.length !== 32) return undefined;
  if (typeof y === 'boolean') return decompressPoint(x, y);
  if (!isBytes(y) || y.length !== 32) return undefined;
  return { kty: 'EC', crv: 'P-256', x: base64url.encode(x), y: base64url.encode(y) };
};

const asDigests = (value: unknown): MobileSecurityObject['digests'] | undefined => {
  if (!(value instanceof Map)) return undefined;
  for (const [namespace, digests] of value) {
    if (!isText(namespace) || !(digests instanceof Map)) return undefined;
    for (const [id, digest] of digests) if (!isCount(id) || !isBytes(digest)) return undefined;
  }
  return value;
};

const asStatus = (value: unknown): { idx: number; uri: string } | undefined => {
  const list = mapWithKeys(mapWithKeys(value, ['status_list'])?.get('status_list'), ['idx', 'uri']);
  const [idx, uri] = [list?.get('idx'), list?.get('uri')];
  return isCount(idx) && isText(uri) ? { idx, uri } : undefined;
};

const digestAlgorithms = ['SHA-256', 'SHA-384', 'SHA-512'] as const;

/** The MSO inside issuerAuth's payload. Undefined, or a throw from the decoder, when it is none. */
export const parseMso = (payload: Uint8Array): MobileSecurityObject | undefined => {
  const bytes = embedded(decodeMdoc(payload));
  const mso = bytes
    ? mapWithKeys(
        decodeMdoc(bytes),
        ['version', 'digestAlgorithm', 'valueDigests', 'deviceKeyInfo', 'docType', 'validityInfo'],
        ['status'],
      )
    : undefined;
  const times = mapWithKeys(
    mso?.get('validityInfo'),
    ['signed', 'validFrom', 'validUntil'],
    ['expectedUpdate'],
  );
  const [signed, validFrom, validUntil] = (['signed', 'validFrom', 'validUntil'] as const).map((name) =>
    asTime(times?.get(name)),
  );
  const digestAlgorithm = digestAlgorithms.find((name) => name === mso?.get('digestAlgorithm'));
  const digests = asDigests(mso?.get('valueDigests'));
  const deviceKey = asDeviceKey(
    mapWithKeys(mso?.get('deviceKeyInfo'), ['deviceKey'], ['keyAuthorizations', 'keyInfo'])?.get('deviceKey'),
  );
  const docType = mso?.get('docType');
  const status = mso?.has('status') ? asStatus(mso.get('status')) : undefined;
  if (mso?.get('version') !== '1.0' || !digestAlgorithm || !digests || !deviceKey || !isText(docType))
    return undefined;
  if (signed === undefined || validFrom === undefined || validUntil === undefined) return undefined;
  return { digestAlgorithm, digests, deviceKey, docType, signed, validFrom, validUntil, status };
};

/**
 * What the device signs (§9.1.3.4): the session, the kind of document and its own elements. The transcript comes from
 * this side and goes in as the bytes it is.
 */
export const deviceAuthentication = (
  sessionTranscript: Uint8Array,
  { docType, deviceNameSpaces }: Pick<ShownDocument, 'docType' | 'deviceNameSpaces'>,
): Bytes => {
  const parts = [
    Uint8Array.of(0x84),
    encode('DeviceAuthentication'),
    sessionTranscript,
    encode(docType),
    deviceNameSpaces,
  ];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return embeddedBytes(bytes);
};

/** An element's value as a person reads it, or undefined for what no certificate of ours says. */
export const elementText = (value: unknown): string | undefined => {
  if (isText(value)) return value;
  if (typeof value === 'number') return `${value}`;
  if (isBytes(value)) return btoa(Array.from(value, (byte) => String.fromCharCode(byte)).join(''));
  if (value instanceof Tagged) return isText(value.value) ? value.value : undefined;
  if (!Array.isArray(value)) return undefined;
  // driving_privileges (§7.2.4)
  const codes = value.map((one) => (one instanceof Map ? one.get('vehicle_category_code') : undefined));
  return codes.every(isText) ? codes.join(', ') : undefined;
};
