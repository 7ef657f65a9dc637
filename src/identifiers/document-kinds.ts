/** Kinds of identity document a person is keyed by: GB/T 36903 annex A, with the legacy code 51 for the ID card. */
import { checkCitizenNumber } from './citizen-number.ts';
import { mod11_2CheckCharacter } from './iso-7064.ts';
import { type RegionStatus, regionStatus } from './region-codes.ts';

export type DocumentKind = '111' | '414' | '516' | '511' | '553';

export type DocumentCheck =
  | { ok: true; regionStatus?: RegionStatus }
  /** `checksum` only where the number carries a check character; all else that is wrong is `shape`. */
  | { ok: false; fault: 'shape' | 'checksum' };

interface DocumentKindInfo {
  kind: DocumentKind;
  name: { zh: string; en: string };
  check(number: string): DocumentCheck;
}

const shape =
  (pattern: RegExp) =>
  (number: string): DocumentCheck =>
    pattern.test(number) ? { ok: true } : { ok: false, fault: 'shape' };

const checkResidentIdCard = (number: string): DocumentCheck => {
  const check = checkCitizenNumber(number);
  if (check.ok) return { ok: true, regionStatus: check.regionStatus };
  return { ok: false, fault: check.fault === 'checksum' ? 'checksum' : 'shape' };
};

/** Cards before December 2023: 3 letters and 12 digits. Since then 18 characters: 9, province, country, birth, order, check. */
const checkPermanentResidence = (number: string): DocumentCheck => {
  if (/^[A-Z]{3}\d{12}$/.test(number)) return { ok: true };
  if (!/^9\d{16}[\dX]$/.test(number)) return { ok: false, fault: 'shape' };
  if (mod11_2CheckCharacter(number.slice(0, 17)) !== number[17]) return { ok: false, fault: 'checksum' };
  return { ok: true, regionStatus: regionStatus(`${number.slice(1, 3)}0000`) };
};

/** All kinds, ID card first. */
export const documentKinds: readonly DocumentKindInfo[] = [
  { kind: '111', name: { zh: '居民身份证', en: 'Resident identity card' }, check: checkResidentIdCard },
  { kind: '414', name: { zh: '护照', en: 'Passport' }, check: shape(/^(?=.*\d)[A-Z0-9]{5,17}$/) },
  {
    kind: '516',
    name: { zh: '港澳居民来往内地通行证', en: 'Mainland travel permit for Hong Kong and Macao residents' },
    // 8 digits for the person; older cards add two for the number of renewals.
    check: shape(/^[HM]\d{8}(\d{2})?$/),
  },
  {
    kind: '511',
    name: { zh: '台湾居民来往大陆通行证', en: 'Mainland travel permit for Taiwan residents' },
    check: shape(/^\d{8}(\d{2}[A-Z]?)?$/),
  },
  {
    kind: '553',
    name: { zh: '外国人永久居留身份证', en: "Foreign permanent resident's identity card" },
    check: checkPermanentResidence,
  },
];

const byKind = new Map<string, DocumentKindInfo>(documentKinds.map((info) => [info.kind, info]));

export const isDocumentKind = (kind: string): kind is DocumentKind => byKind.has(kind);

/** The kind as we keep it: legacy 51 is 111. Undefined when unknown. */
export const canonicalDocumentKind = (kind: string): DocumentKind | undefined => {
  const canonical = kind === '51' ? '111' : kind;
  return isDocumentKind(canonical) ? canonical : undefined;
};

/** Judges a normalised number by the rules of its kind. Unknown kinds fail as `shape`. */
export const checkDocument = (kind: string, number: string): DocumentCheck =>
  byKind.get(canonicalDocumentKind(kind) ?? '')?.check(number) ?? { ok: false, fault: 'shape' };

/** Map key of a person: kind and number, because one number may exist under two kinds. */
export const documentKey = (document: { kind: string; number: string }): string =>
  `${canonicalDocumentKind(document.kind) ?? document.kind}:${document.number}`;
