/** The closed shape of our W3C credentials (VC Data Model 2.0 §4, Data Integrity §2.1). Any other member is refused. */
import { credentialsV2 } from './static-contexts.ts';
import { isObject, type JsonObject } from './strict-json.ts';

export interface LdpVc {
  /** The type's own context, the second of two. */
  context: string;
  /** The type beside VerifiableCredential. */
  type: string;
  issuer: string;
  /** Unix seconds. */
  validFrom: number;
  validUntil?: number;
  subject: JsonObject;
  status?: { index: number; revocation: string; suspension: string };
  cryptosuite: 'eddsa-rdfc-2022' | 'ecdsa-rdfc-2019';
  verificationMethod: string;
  created: number;
  proofValue: string;
}

export const parseLdpVc = (vc: JsonObject): LdpVc | undefined => {
  const names = ['@context', 'type', 'issuer', 'validFrom', 'credentialSubject', 'proof'];
  if (!hasOnly(vc, names, ['id', 'validUntil', 'credentialStatus'])) return undefined;
  const contexts = texts(vc['@context'], 2);
  const types = texts(vc.type, 2);
  const proof = parseProof(vc.proof);
  const issuer = issuerOf(vc.issuer);
  const validFrom = parseTime(vc.validFrom);
  const validUntil = 'validUntil' in vc ? parseTime(vc.validUntil) : undefined;
  const subject = vc.credentialSubject;
  if (contexts?.[0] !== credentialsV2 || types?.[0] !== 'VerifiableCredential' || !proof || !issuer)
    return undefined;
  if (!isId(vc.id) || !isObject(subject) || !isId(subject.id) || !Object.values(subject).every(isScalar))
    return undefined;
  if (validFrom === undefined || ('validUntil' in vc && validUntil === undefined)) return undefined;
  const status = parseStatus(vc.credentialStatus);
  if ('credentialStatus' in vc && !status) return undefined;
  return { context: contexts[1]!, type: types[1]!, issuer, validFrom, validUntil, subject, status, ...proof };
};

/** XML Schema dateTimeStamp: a time without a zone would be read by each device's own. Unix seconds. */
export const parseTime = (value: unknown): number | undefined => {
  const format = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
  const time = typeof value === 'string' && format.test(value) ? Date.parse(value) / 1000 : Number.NaN;
  return Number.isFinite(time) ? time : undefined;
};

const hasOnly = (value: unknown, required: string[], optional: string[] = []): value is JsonObject =>
  isObject(value) &&
  required.every((name) => Object.hasOwn(value, name)) &&
  Object.keys(value).every((name) => required.includes(name) || optional.includes(name));

const texts = (value: unknown, length: number): string[] | undefined =>
  Array.isArray(value) && value.length === length && value.every((each) => typeof each === 'string')
    ? value
    : undefined;

const isId = (value: unknown): boolean =>
  value === undefined || (typeof value === 'string' && /^[a-z][a-z0-9+.-]*:/.test(value));

const isScalar = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** A DID, or an object with nothing but that (VCDM 2.0 §4.7). */
const issuerOf = (value: unknown): string | undefined => {
  const id = hasOnly(value, ['id']) ? value.id : value;
  return typeof id === 'string' && id.startsWith('did:') ? id : undefined;
};

const parseProof = (
  proof: unknown,
): Pick<LdpVc, 'cryptosuite' | 'verificationMethod' | 'created' | 'proofValue'> | undefined => {
  const names = ['type', 'cryptosuite', 'created', 'verificationMethod', 'proofPurpose', 'proofValue'];
  if (!hasOnly(proof, names) || proof.type !== 'DataIntegrityProof') return undefined;
  const { cryptosuite, verificationMethod, proofPurpose, proofValue } = proof;
  // vc-di-eddsa §3.2.4, vc-di-ecdsa §3.2.4 (with SHA-256: P-256 only)
  if (cryptosuite !== 'eddsa-rdfc-2022' && cryptosuite !== 'ecdsa-rdfc-2019') return undefined;
  const created = parseTime(proof.created);
  // base58-btc only: its text is the one text of 64 bytes, base64url's may not be.
  if (typeof proofValue !== 'string' || !/^z[1-9A-HJ-NP-Za-km-z]{64,90}$/.test(proofValue)) return undefined;
  if (proofPurpose !== 'assertionMethod' || typeof verificationMethod !== 'string' || created === undefined)
    return undefined;
  return { cryptosuite, verificationMethod, created, proofValue };
};

/** Two BitstringStatusListEntry (Bitstring Status List 1.0 §2.1) at one index: revocation and suspension. */
const parseStatus = (value: unknown): LdpVc['status'] => {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const entries = value.map(parseStatusEntry);
  const revocation = entries.find((entry) => entry?.purpose === 'revocation');
  const suspension = entries.find((entry) => entry?.purpose === 'suspension');
  if (!revocation || !suspension || revocation.index !== suspension.index) return undefined;
  return { index: revocation.index, revocation: revocation.url, suspension: suspension.url };
};

const parseStatusEntry = (entry: unknown): { purpose: unknown; index: number; url: string } | undefined => {
  const names = ['type', 'statusPurpose', 'statusListIndex', 'statusListCredential'];
  if (!hasOnly(entry, names, ['id']) || entry.type !== 'BitstringStatusListEntry' || !isId(entry.id))
    return undefined;
  const { statusPurpose: purpose, statusListIndex: index, statusListCredential: url } = entry;
  if (typeof index !== 'string' || !/^(0|[1-9]\d{0,8})$/.test(index) || typeof url !== 'string')
    return undefined;
  return { purpose, index: Number(index), url };
};
