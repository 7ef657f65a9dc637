/** One name in the many ways people and registers write it. For comparing, not for keeping. */
import { normaliseName } from '../identifiers/index.ts';

/**
 * Characters that fonts and registers before GB 18030-2022 kept in the private use area, and where Unicode has them.
 * Without it a person with such a name matches no register that has moved on.
 */
const moved = new Map(
  (
    [
      [0xe816, 0x20087],
      [0xe817, 0x20089],
      [0xe818, 0x200cc],
      [0xe81e, 0x9fb4],
      [0xe826, 0x9fb5],
      [0xe82b, 0x9fb6],
      [0xe82c, 0x9fb7],
      [0xe831, 0x215d7],
      [0xe832, 0x9fb8],
      [0xe83b, 0x2298f],
      [0xe843, 0x9fb9],
      [0xe854, 0x9fba],
      [0xe855, 0x241fe],
      [0xe863, 0x4dae],
      [0xe864, 0x9fbb],
    ] as const
  ).map(([from, to]) => [String.fromCodePoint(from), String.fromCodePoint(to)]),
);

/**
 * The name as it is kept: present code points, one kind of middle dot, single spaces and none beside Chinese
 * characters. A full stop between them is the middle dot of a keyboard that has none.
 */
export const standardName = (name: string): string =>
  normaliseName([...name].map((character) => moved.get(character) ?? character).join(''))
    .replace(/(?<=\p{Script=Han}) ?\. ?(?=\p{Script=Han})/gu, '·')
    .replace(/(?<=\p{Script=Han}) | (?=\p{Script=Han})/gu, '');

/** Case, accents and separators of Latin names do not count: a passport prints MULLER, JOSE. */
export const comparableName = (name: string): string =>
  standardName(name)
    .toUpperCase()
    .normalize('NFD')
    .replace(/(?<=\p{Script=Latin})\p{M}+/gu, '')
    .normalize('NFC')
    .replace(/[\s,.'’‘`-]+/gu, ' ')
    .replace(/(?<=\p{Script=Han}) | (?=\p{Script=Han})/gu, '')
    .trim();

export const isSameName = (one: string, other: string): boolean =>
  comparableName(one) === comparableName(other);
