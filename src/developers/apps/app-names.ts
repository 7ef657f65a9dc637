/** Names that people could take for another's: a ministry's, a unit's, another app's. */

/** Letters of other scripts, and digits, that look like Latin ones (a small part of Unicode TS 39's confusables). */
const looksLike: Readonly<Record<string, string>> = {
  а: 'a',
  в: 'b',
  с: 'c',
  е: 'e',
  һ: 'h',
  і: 'l',
  ј: 'j',
  к: 'k',
  м: 'm',
  н: 'h',
  о: 'o',
  р: 'p',
  ѕ: 's',
  т: 't',
  у: 'y',
  х: 'x',
  ԁ: 'd',
  ԛ: 'q',
  ԝ: 'w',
  α: 'a',
  β: 'b',
  ε: 'e',
  ι: 'l',
  κ: 'k',
  ν: 'v',
  ο: 'o',
  ρ: 'p',
  τ: 't',
  υ: 'u',
  χ: 'x',
  ı: 'l',
  0: 'o',
  1: 'l',
  3: 'e',
  5: 's',
  i: 'l',
  '|': 'l',
  〇: 'o',
  口: '囗',
  曰: '日',
  士: '土',
};

/** One form of all that look the same: width, case, marks, spaces and signs do not tell names apart. */
export const foldName = (name: string): string =>
  [...name.normalize('NFKC').toLowerCase().normalize('NFKD')]
    .filter((character) => /[\p{L}\p{N}|]/u.test(character))
    .map((character) => looksLike[character] ?? character)
    .join('');

/** Words by which an app would call itself the province's own. */
const reserved = ['一证通', 'OneCert', '官方', 'official', '人民政府', '身份认证中心'].map(foldName);

const shortest = 3;

/** The names of others that this one holds within itself, and words that only the province uses. */
export const resembles = (name: string, others: readonly string[]): boolean => {
  const folded = foldName(name);
  return [...reserved, ...others.map(foldName)].some(
    (other) => other.length >= shortest && folded.includes(other),
  );
};

export const sameName = (one: string, other: string): boolean => {
  const folded = foldName(one);
  return folded !== '' && folded === foldName(other);
};
