/** Name and document as typed: brought into one form, and every fault named so that a person can mend it. */
import {
  canonicalDocumentKind,
  checkCitizenNumber,
  checkDocument,
  type DocumentKind,
  isDayText,
  normaliseDocumentNumber,
} from '../identifiers/index.ts';
import { standardName } from './compare-names.ts';

export interface Identity {
  kind: DocumentKind;
  number: string;
  name: string;
}

export type NameFault = 'name_missing' | 'name_unreadable' | 'name_characters' | 'name_long';
export type NumberFault =
  | 'number_missing'
  | 'number_old'
  | `number_shape_${DocumentKind}`
  | 'number_birth_date'
  | 'number_check'
  | 'number_region';

export interface IdentityFaults {
  name?: NameFault;
  kind?: 'kind_missing';
  number?: NumberFault;
}

export type JudgedIdentity = { identity: Identity } | { faults: IdentityFaults };

const longestName = 60;
// Every script's letters, the private use area of GB 18030 and planes 2 and 3, where new ideographs are added faster
// than this server's tables learn of them.
const nameCharacters = /^[\p{L}\p{M}\p{Co}\u{20000}-\u{3fffd}·.,'’\- ]+$/u;
const nameLetter = /[\p{L}\p{Co}\u{20000}-\u{3fffd}]/u;

const judgeName = (name: string): NameFault | undefined => {
  if (name === '') return 'name_missing';
  // What software puts in the place of a character it cannot write.
  if (/[?？\ufffd□〓*＊]/u.test(name)) return 'name_unreadable';
  if ([...name].length > longestName) return 'name_long';
  return nameCharacters.test(name) && nameLetter.test(name) ? undefined : 'name_characters';
};

const judgeNumber = (kind: DocumentKind, number: string, today: string): NumberFault | undefined => {
  if (number === '') return 'number_missing';
  if (kind === '111') {
    if (/^\d{15}$/.test(number)) return 'number_old';
    const check = checkCitizenNumber(number, today);
    if (check.ok) return check.regionStatus === 'unknown' ? 'number_region' : undefined;
    if (check.fault === 'shape') return 'number_shape_111';
    return check.fault === 'birth_date' ? 'number_birth_date' : 'number_check';
  }
  const check = checkDocument(kind, number);
  if (!check.ok) return check.fault === 'checksum' ? 'number_check' : `number_shape_${kind}`;
  if (kind === '553' && number.length === 18) {
    // 9, province, country of birth, date of birth, order, check.
    const born = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`;
    if (!isDayText(born) || born > today) return 'number_birth_date';
  }
  return check.regionStatus === 'unknown' ? 'number_region' : undefined;
};

/** `today` is YYYY-MM-DD where the person is. */
export const judgeIdentity = (
  typed: { kind: string; number: string; name: string },
  today: string,
): JudgedIdentity => {
  const name = standardName(typed.name);
  const kind = canonicalDocumentKind(typed.kind);
  const number = normaliseDocumentNumber(typed.number);
  const nameFault = judgeName(name);
  const numberFault = kind && judgeNumber(kind, number, today);
  if (kind !== undefined && nameFault === undefined && numberFault === undefined) {
    return { identity: { kind, number, name } };
  }
  return {
    faults: {
      ...(nameFault ? { name: nameFault } : {}),
      ...(kind ? {} : { kind: 'kind_missing' as const }),
      ...(numberFault ? { number: numberFault } : {}),
    },
  };
};
