import { randomInt } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** `p_` and 22 base62 characters, 131 bits: opaque, random, never reused. */
export const newAccountId = (): string => {
  let id = 'p_';
  for (let place = 0; place < 22; place += 1) id += alphabet[randomInt(alphabet.length)];
  return id;
};
