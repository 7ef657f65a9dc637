/** People and old systems type the same number in many ways; these give the one form that we store and compare. */

// Zero-width characters, direction marks and the byte order mark come along with copied text.
const invisible = /[\u200B-\u200F\u202A-\u202E\u2060-\u2064\uFEFF\u00AD]/g;
const separators = /[\s\-\u2010-\u2015\u2212\u30FC\uFE63()[\]{}.·]/g;
const middleDots = /[\u00B7\u2022\u2027\u2219\u22C5\u30FB\u0387\uFF0E\uFF65]/g;

const plain = (text: string): string =>
  text.replace(invisible, '').normalize('NFKC').replace(invisible, '').trim();

/** One step may uncover work for another (a capital that decomposes, a mark that composes): repeat until nothing moves. */
const untilStable = (text: string, step: (text: string) => string): string => {
  let now = text;
  for (let round = 0; round < 8; round++) {
    const next = step(now);
    if (next === now) break;
    now = next;
  }
  return now;
};

/** Full-width to half-width, upper case, without spaces, hyphens and brackets. */
export const normaliseDocumentNumber = (text: string): string =>
  untilStable(text, (before) => plain(before).replace(separators, '').toUpperCase());

/**
 * Mainland mobile: 11 digits without +86, 0086 or 86. Elsewhere: `+` and digits, when typed with + or 00.
 * Undefined when it is no phone number.
 */
export const normalisePhone = (text: string): string | undefined => {
  const digits = plain(text).replace(separators, '');
  const mainland = /^(?:\+86|0086|86)?(1[3-9]\d{9})$/.exec(digits);
  if (mainland) return mainland[1];
  const abroad = /^(?:\+|00)([1-9]\d{6,14})$/.exec(digits);
  return abroad && !abroad[1]!.startsWith('86') ? `+${abroad[1]}` : undefined;
};

/** What a person types to sign in: a phone number in its one form, else a document number in its one form. */
export const normaliseLoginName = (text: string): string =>
  normalisePhone(text) ?? normaliseDocumentNumber(text);

/** One kind of middle dot, single spaces, half-width Latin. Case and characters stay. */
export const normaliseName = (text: string): string =>
  untilStable(text, (before) =>
    plain(before.replace(middleDots, '·'))
      .replace(/\s+/g, ' ')
      .replace(/\s*·\s*/g, '·'),
  );
