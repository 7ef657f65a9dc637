import { randomBytes, randomInt } from 'node:crypto';

/** `<prefix>_` + 22 base64url characters: 128 random bits. */
export const opaqueId = (prefix: string): string => `${prefix}_${randomBytes(16).toString('base64url')}`;

// Crockford's base32: no I, L, O, U, so that a code read out is typed as it was meant.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export const readableCode = (length: number): string =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');

/** As it was made, however it was typed. */
export const typedCode = (text: string): string =>
  text.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
