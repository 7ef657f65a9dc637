/** Which passwords are refused (NIST SP 800-63B §3.1.1.2): short ones, common ones, one's own numbers. No character classes. */
import { normaliseDocumentNumber, normalisePhone } from '../identifiers/index.ts';
import { isCommonPassword } from './common-passwords.ts';

export const shortestPassword = 10;
/** Longer than any passphrase, short enough that hashing it costs nothing extra. */
export const longestPassword = 256;

export type PasswordFault = 'too_short' | 'too_long' | 'common' | 'own_number';

/** What stands against a password; `own` are the numbers the person signs in with. */
export const passwordFault = (password: string, own: readonly string[] = []): PasswordFault | undefined => {
  const length = [...password].length;
  if (length < shortestPassword) return 'too_short';
  // As a form field counts, so that what is set can be typed at the sign-in.
  if (password.length > longestPassword) return 'too_long';
  const plain = password.normalize('NFKC').toLowerCase().replace(/\s+/g, '');
  if (normalisePhone(plain) !== undefined) return 'own_number';
  const number = normaliseDocumentNumber(plain);
  // A number with a few characters about it is still the number: the first thing that is tried.
  const holdsOwn = own.some((value) => {
    const bare = value.toUpperCase();
    return bare.length >= 8 && number.includes(bare) && number.length - bare.length < 6;
  });
  if (holdsOwn) return 'own_number';
  return isCommonPassword(plain) ? 'common' : undefined;
};
