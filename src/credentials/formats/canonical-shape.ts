/**
 * The canonical N-Quads (RDFC-1.0) of documents that are alike but for their values. The library canonises one document
 * of a shape with marks in place of its values; where the marks come out is the template for all others. A shape is the
 * whole document without the values: context, names, order, kinds. Whatever could make a value change more than its own
 * place (blank nodes in number, one node named twice, an address that is no plain absolute one) is left to the library.
 */
export type Canonise = (document: object) => Promise<string>;

export interface CanonicalShapes {
  /** Undefined when the shape is not known, or a value leaves room for doubt. */
  write(document: object): string | undefined;
  /** Makes the template of this document's shape, once; kept only if it gives the library's own bytes for it. */
  learn(document: object): Promise<void>;
}

/** Members whose text JSON-LD expands or interprets: they belong to the shape. */
const fixedMembers = new Set(['@context', 'type', 'cryptosuite', 'proofPurpose', 'statusPurpose']);
/** Members that name a node, by an absolute address. */
const nodeMembers = new Set(['id', 'issuer', 'statusListCredential', 'verificationMethod']);
/** RFC 3986 characters only: nothing that N-Quads escapes. The scheme stays in the shape: a context might define it. */
const plainAddress = /^([a-z]+:(?:\/\/)?)[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]+$/;

const mostShapes = 2000;
const word = 'onecert-place-';
const firstNumber = 907_199_254_000_000;
const marks = new RegExp(`[a-z]+:(?://)?${word}\\d+-|${word}\\d+-|907199254\\d{6}`, 'g');

interface Taken {
  shape: string;
  /** As the values stand in N-Quads. */
  texts: string[];
  /** The document with a mark for every value. */
  marked: object;
  marks: string[];
}

interface Template {
  /** Each line's fixed parts, and between them the places of values. */
  lines: { parts: string[]; places: number[] }[];
  /** Places of addresses that have statements of their own. */
  subjects: number[];
}

// RDFC-1.0 §5 (canonical N-Quads): ECHAR where there is one, otherwise UCHAR; everything else as it is.
const named: Record<string, string> = {
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
};
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped
const escaped = /[\u0000-\u001f"\\\u007f]/g;
const escapeLiteral = (text: string): string =>
  text.replace(
    escaped,
    (c) => named[c] ?? `\\u${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  );

/** Takes a document apart; undefined when a value is of a kind that has no place in a template. */
const take = (document: object): Taken | undefined => {
  const texts: string[] = [];
  const placed: string[] = [];
  let certain = true;
  const place = (text: string, mark: string): string => {
    texts.push(text);
    placed.push(mark);
    return mark;
  };
  const mark = (value: unknown, member: string): unknown => {
    const number = texts.length;
    if (fixedMembers.has(member) || typeof value === 'boolean') return value;
    if (typeof value === 'string' && nodeMembers.has(member)) {
      const scheme = plainAddress.exec(value)?.[1];
      if (scheme) return place(value, `${scheme}${word}${number}-`);
    } else if (typeof value === 'string') return place(escapeLiteral(value), `${word}${number}-`);
    // JSON-LD 1.1 §8.6: a whole number is written as xsd:integer does.
    else if (Number.isSafeInteger(value)) {
      place((value as number).toFixed(0), `${firstNumber + number}`);
      return firstNumber + number;
    } else if (Array.isArray(value)) return value.map((each) => mark(each, member));
    else if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, mark(each, name)]));
    certain = false;
    return undefined;
  };
  const marked = mark(document, '') as object;
  return certain ? { shape: JSON.stringify(marked), texts, marked, marks: placed } : undefined;
};

/** A value is a whole literal, or a whole address: inside anything else (JSON, a language) other rules hold for it. */
const standsAlone = (before: string, mark: string, after: string): boolean =>
  mark.includes(':')
    ? before.endsWith('<') && after.startsWith('>')
    : before.endsWith('"') && after.startsWith('"');

/** Where the marks of one document came out in its canonical form. */
const templateOf = (canonical: string, placed: string[]): Template | undefined => {
  // Two blank nodes are numbered by their values.
  if (canonical.includes('_:c14n1')) return undefined;
  const subjects = new Set<number>();
  const lines = canonical.split(/(?<=\n)/).map((line) => {
    const found = line.match(marks) ?? [];
    const parts = line.split(marks);
    const places = found.map((mark) => placed.indexOf(mark));
    if (line.startsWith('<') && parts[0] === '<') subjects.add(places[0]!);
    return { parts, places, alone: found.every((mark, i) => standsAlone(parts[i]!, mark, parts[i + 1]!)) };
  });
  return lines.every(({ alone }) => alone) ? { lines, subjects: [...subjects] } : undefined;
};

const fill = ({ lines, subjects }: Template, texts: string[]): string | undefined => {
  if (new Set(subjects.map((place) => texts[place])).size !== subjects.length) return undefined;
  return lines
    .map(({ parts, places }) => {
      let line = parts[0]!;
      for (let i = 0; i < places.length; i += 1) line += texts[places[i]!]! + parts[i + 1]!;
      return line;
    })
    .sort() // by UTF-16 code units, as the library does
    .join('');
};

export const createCanonicalShapes = (canonise: Canonise): CanonicalShapes => {
  /** Null: this shape is the library's for good. */
  const templates = new Map<string, Template | null>();
  return {
    write(document) {
      const taken = take(document);
      const template = taken && templates.get(taken.shape);
      return template ? fill(template, taken.texts) : undefined;
    },
    async learn(document) {
      const taken = take(document);
      if (!taken || templates.has(taken.shape)) return;
      const own = await canonise(document);
      // What the library refuses with marks in it (a relative address, a language) has no template.
      const marked = await canonise(taken.marked).catch(() => undefined);
      const template = marked === undefined ? undefined : templateOf(marked, taken.marks);
      const exact = template !== undefined && fill(template, taken.texts) === own;
      if (templates.size >= mostShapes) templates.delete(templates.keys().next().value!);
      templates.set(taken.shape, exact ? template : null);
    },
  };
};
