/** A login_hint in a URL ends in logs and histories: phone and document numbers are refused there (PAR carries them). */
import { documentKinds, normaliseDocumentNumber, normalisePhone } from '../identifiers/index.ts';

export const looksPersonal = (hint: string): boolean => {
  if (normalisePhone(hint) !== undefined) return true;
  const number = normaliseDocumentNumber(hint);
  // Any run of that length may be a mistyped ID number, so the check character does not matter here.
  if (/\d{14,}/.test(number)) return true;
  return documentKinds.some(({ kind, check }) => kind !== '414' && check(number).ok);
};
