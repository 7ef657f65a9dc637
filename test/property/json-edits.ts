/** Ways to change a text or a JSON document, one at a time: what a forger may try on a signed one. */
import fc from 'fast-check';

type Path = (string | number)[];
type Container = Record<string, unknown>;

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;

/** Paths of all objects and arrays in a value, itself first. */
const containers = (value: unknown, path: Path = []): Path[] =>
  isContainer(value)
    ? [path, ...Object.entries(value).flatMap(([name, each]) => containers(each, [...path, name]))]
    : [];

const at = (value: unknown, path: Path): Container =>
  path.reduce<unknown>((found, name) => (found as Container)[name], value) as Container;

/** A copy in which the container at this path is what `change` makes of it. */
const changedAt = (document: Container, path: Path, change: (container: Container) => unknown): Container => {
  const copy = structuredClone(document);
  const changed = change(at(copy, path)) as Container;
  if (path.length === 0) return changed;
  at(copy, path.slice(0, -1))[path.at(-1)!] = changed;
  return copy;
};

export interface Edit {
  title: string;
  document: Container;
}

const edit = (what: string, path: Path, document: Container): Edit => ({
  title: `${what} at /${path.join('/')}`,
  document,
});

/** Each member and each element left out, one at a time. */
export const withoutOne = (document: Container): Edit[] =>
  containers(document).flatMap((path) =>
    Object.keys(at(document, path)).map((name) =>
      edit(
        `${name} left out`,
        path,
        changedAt(document, path, (found) =>
          Array.isArray(found)
            ? found.filter((_, index) => String(index) !== name)
            : Object.fromEntries(Object.entries(found).filter(([key]) => key !== name)),
        ),
      ),
    ),
  );

/** Each of these members put into each object that has none of that name. */
export const withOneMore = (document: Container, names: readonly string[], values: unknown[]): Edit[] =>
  containers(document)
    .filter((path) => !Array.isArray(at(document, path)))
    .flatMap((path) =>
      names
        .filter((name) => !Object.hasOwn(at(document, path), name))
        .flatMap((name) =>
          values.map((value) =>
            edit(
              `${JSON.stringify(name)} = ${JSON.stringify(value)} put in`,
              path,
              // fromEntries, because assigning `__proto__` makes no member.
              changedAt(document, path, (found) =>
                Object.fromEntries([...Object.entries(found), [name, value]]),
              ),
            ),
          ),
        ),
    );

/** Each member under each of the names that `others` gives for its own. */
export const renamed = (document: Container, others: (name: string) => string[]): Edit[] =>
  containers(document)
    .filter((path) => !Array.isArray(at(document, path)))
    .flatMap((path) => {
      const entries = Object.entries(at(document, path));
      return entries.flatMap(([name]) =>
        others(name)
          .filter((other) => other !== name)
          .map((other) =>
            edit(
              `${name} called ${JSON.stringify(other)}`,
              path,
              changedAt(document, path, () =>
                Object.fromEntries(entries.map(([key, value]) => [key === name ? other : key, value])),
              ),
            ),
          ),
      );
    });

/** Each two members of one object with their values exchanged, where that changes anything. */
export const exchanged = (document: Container): Edit[] =>
  containers(document)
    .filter((path) => !Array.isArray(at(document, path)))
    .flatMap((path) => {
      const entries = Object.entries(at(document, path));
      const pairs = entries.flatMap(([a, one], i) =>
        entries
          .slice(i + 1)
          .filter(([, other]) => JSON.stringify(one) !== JSON.stringify(other))
          .map(([b, other]) => ({ a, b, one, other })),
      );
      return pairs.map(({ a, b, one, other }) =>
        edit(
          `${a} and ${b} exchanged`,
          path,
          changedAt(document, path, (found) => ({ ...found, [a]: other, [b]: one })),
        ),
      );
    });

/** Each plain value in another of JSON's spellings of it: `true` as "true", 7 as "7", "7" as 7, alone in a list. */
export const respelled = (document: Container): Edit[] =>
  containers(document).flatMap((path) =>
    Object.entries(at(document, path)).flatMap(([name, value]) =>
      (isContainer(value) ? [[value]] : spellings(value)).map((other) =>
        edit(
          `${name} as ${JSON.stringify(other)}`,
          path,
          changedAt(document, path, (found) => {
            found[name] = other;
            return found;
          }),
        ),
      ),
    ),
  );

const spellings = (value: unknown): unknown[] => {
  const plain = typeof value === 'string' ? [Number(value)] : [String(value), Number(value)];
  return [
    [value],
    { '@value': value },
    { '@id': value },
    null,
    ...plain.filter((other) => other !== value && !Number.isNaN(other)),
  ];
};

/** The same value with the members of every object in another order. */
export const reordered = (value: unknown, order: (names: string[]) => string[]): unknown => {
  if (Array.isArray(value)) return value.map((each) => reordered(each, order));
  if (!isContainer(value)) return value;
  return Object.fromEntries(order(Object.keys(value)).map((name) => [name, reordered(value[name], order)]));
};

/** Names a forger may try: terms of the contexts, JSON-LD's keywords, and those that only look like ours. */
export const foreignNames = [
  'nickname',
  'description',
  'evidence',
  'termsOfUse',
  'relatedResource',
  'renderMethod',
  'credentialSchema',
  'holder',
  'sameAs',
  '@context',
  '@id',
  '@type',
  '@graph',
  '@included',
  '@reverse',
  '@nest',
  '@index',
  '@language',
  '@value',
  '@vocab',
  '@base',
  '@protected',
  'https://schema.org/name',
  '_:name',
  '__proto__',
  'constructor',
  'toString',
  '',
] as const;

/** Cyrillic and full-width letters, another case, a letter nobody sees. */
export const lookAlikes = (name: string): string[] =>
  [
    name.replaceAll('a', '\u0430').replaceAll('e', '\u0435'),
    name.replace(/[a-z]/, (letter) => String.fromCodePoint(letter.codePointAt(0)! + 0xfee0)),
    name.toUpperCase(),
    `${name}\u200b`,
    ` ${name}`,
  ].filter((other) => other !== name);

/** One edit of a text: some characters replaced by others; either may be none. */
export const edits = (alphabet: string) =>
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    gone: fc.nat(3),
    put: fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 3 }),
  });
export const edited = (
  text: string,
  { at, gone, put }: { at: number; gone: number; put: string },
): string => {
  const from = Math.floor(at * text.length);
  return text.slice(0, from) + put + text.slice(from + gone);
};
