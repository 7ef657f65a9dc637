/** Unified social credit code, GB 32100-2015: 1 registrar, 1 kind, 6 region, 9 body (GB 11714), 1 check. */
const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';

export type CreditCodeFault = 'shape' | 'checksum';

export type CreditCodeCheck =
  | { ok: true; registrar: string; kind: string; region: string; body: string }
  | { ok: false; fault: CreditCodeFault };

/** The 18th character for the first 17. Undefined when a character is outside the alphabet (no I O S V Z). */
export const creditCodeCheckCharacter = (body: string): string | undefined => {
  if (body.length !== 17) return undefined;
  let sum = 0;
  let weight = 1;
  for (const character of body) {
    const value = alphabet.indexOf(character);
    if (value < 0) return undefined;
    sum += value * weight;
    weight = (weight * 3) % 31;
  }
  // The outer remainder matters: without it a sum divisible by 31 reads past the alphabet.
  return alphabet[(31 - (sum % 31)) % 31];
};

/**
 * Judges shape and check character. Really registered codes that fail are known to exist: callers that meet one
 * need a way to accept it on evidence.
 */
export const checkCreditCode = (code: string): CreditCodeCheck => {
  if (!/^[0-9A-HJ-NP-RTUWXY]{2}\d{6}[0-9A-HJ-NP-RTUWXY]{10}$/.test(code))
    return { ok: false, fault: 'shape' };
  if (creditCodeCheckCharacter(code.slice(0, 17)) !== code[17]) return { ok: false, fault: 'checksum' };
  return { ok: true, registrar: code[0]!, kind: code[1]!, region: code.slice(2, 8), body: code.slice(8, 17) };
};

const organisationWeights = [3, 7, 9, 10, 5, 8, 4, 2] as const;

/** GB 11714: check character of the 8-character organisation code that is the body of a credit code. */
export const organisationCodeCheckCharacter = (body: string): string | undefined => {
  if (!/^[0-9A-Z]{8}$/.test(body)) return undefined;
  const sum = organisationWeights.reduce(
    (total, weight, i) => total + weight * Number.parseInt(body[i]!, 36),
    0,
  );
  const check = (11 - (sum % 11)) % 11;
  return check === 10 ? 'X' : String(check);
};
