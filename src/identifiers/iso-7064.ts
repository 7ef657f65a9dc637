/** ISO 7064: the two check systems our numbers use. */

const hybridAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** MOD 37,36 over 0-9A-Z. Undefined when a character is outside the alphabet. */
export const mod37_36CheckCharacter = (text: string): string | undefined => {
  let product = 36;
  for (const character of text) {
    const value = hybridAlphabet.indexOf(character);
    if (value < 0) return undefined;
    const sum = (product + value) % 36 || 36;
    product = (2 * sum) % 37;
  }
  return hybridAlphabet[(37 - product) % 36];
};

const citizenWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;

/** MOD 11-2 over 17 digits, as GB 11643 writes it out. Undefined when the text is not 17 digits. */
export const mod11_2CheckCharacter = (body: string): string | undefined => {
  if (!/^\d{17}$/.test(body)) return undefined;
  const sum = citizenWeights.reduce((total, weight, i) => total + weight * Number(body[i]), 0);
  return '10X98765432'[sum % 11];
};
