/** Base45 (RFC 9285), strict: one text for one byte string. */
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

/** RFC 9285 §4.2 */
export const base45Encode = (bytes: Uint8Array): string => {
  let text = '';
  for (let i = 0; i < bytes.length; i += 2) {
    const pair = i + 1 < bytes.length;
    let value = pair ? bytes[i]! * 256 + bytes[i + 1]! : bytes[i]!;
    for (let digit = 0; digit < (pair ? 3 : 2); digit += 1) {
      text += alphabet[value % 45];
      value = Math.floor(value / 45);
    }
  }
  return text;
};

/** Undefined when the text is not Base45: a foreign character, a length of 3n + 1, a value that does not fit. */
export const base45Decode = (text: string): Uint8Array<ArrayBuffer> | undefined => {
  if (text.length % 3 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor(text.length / 3) * 2 + (text.length % 3 === 2 ? 1 : 0));
  let at = 0;
  for (let i = 0; i < text.length; i += 3) {
    const group = [...text.slice(i, i + 3)].map((character) => alphabet.indexOf(character));
    if (group.includes(-1)) return undefined;
    const value = group.reduceRight((sum, digit) => sum * 45 + digit, 0);
    if (group.length === 3) {
      if (value > 0xffff) return undefined;
      bytes[at++] = value >> 8;
      bytes[at++] = value & 0xff;
    } else {
      if (value > 0xff) return undefined;
      bytes[at++] = value;
    }
  }
  return bytes;
};
