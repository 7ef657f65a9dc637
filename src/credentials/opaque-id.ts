import { randomInt } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** `<prefix>_` + 22 base62 characters: 131 bits, says nothing, never reused. */
export const opaqueId = (prefix: string): string => {
  let id = `${prefix}_`;
  for (let i = 0; i < 22; i += 1) id += alphabet[randomInt(alphabet.length)];
  return id;
};
