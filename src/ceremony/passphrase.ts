/** A person's own passphrase: the reviewed file holds only a salted scrypt hash of it. */
import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import { ServiceError } from '../errors.ts';

/** 32 MB and about a tenth of a second a guess. */
const cost = { N: 32_768, r: 8, p: 1, maxmem: 64 * 1_048_576 };
const leastLength = 12;

export const hashPattern = /^scrypt\$[\w-]{22}\$[\w-]{43}$/;

const derive = (passphrase: string, salt: Buffer): Buffer =>
  scryptSync(passphrase.normalize('NFKC').trim(), salt, 32, cost);

/** The line for `passphrase:` in a ceremony file. */
export const hashPassphrase = (passphrase: string): string => {
  if ([...passphrase.normalize('NFKC').trim()].length < leastLength)
    throw new ServiceError('invalid_request', {
      detail: `a passphrase has at least ${leastLength} characters`,
    });
  const salt = randomBytes(16);
  return `scrypt$${salt.toString('base64url')}$${derive(passphrase, salt).toString('base64url')}`;
};

export const isPassphrase = (given: string, hash: string): boolean => {
  const [, salt = '', expected = ''] = hash.split('$');
  return timingSafeEqual(derive(given, Buffer.from(salt, 'base64url')), Buffer.from(expected, 'base64url'));
};
