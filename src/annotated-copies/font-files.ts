/**
 * The typeface of what is written as PDF: Noto Sans SC, in the pieces that @fontsource publishes. A piece is opened when a
 * character needs it, so that a plain copy opens one.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inflateSync } from 'node:zlib';

/** Of the build; from source, where the package lies. */
const folders = ['../fonts/noto-sans-sc/', '../../node_modules/@fontsource/noto-sans-sc/'];

/** Holds what nearly every copy needs; it is not among the pieces listed by their ranges. */
const commonPiece = 'chinese-simplified';

export interface FontFiles {
  /** Pieces that may have this character, the common one first. */
  piecesWith(codePoint: number): string[];
  /** One piece as an OpenType font. */
  read(piece: string): Uint8Array;
}

/**
 * WOFF 1.0 §4-5: the same tables, each compressed by itself, so nothing but the directory changes. (fontkit would unpack a
 * table anew for each glyph, and embeds glyphs of WOFF2 wrongly: decision 0032.)
 */
export const unwrapWoff = (woff: Buffer): Uint8Array => {
  const count = woff.readUInt16BE(12);
  const tables = Array.from({ length: count }, (_, i) => {
    const at = 44 + 20 * i;
    const [offset, packed, length] = [4, 8, 12].map((field) => woff.readUInt32BE(at + field));
    const bytes = woff.subarray(offset!, offset! + packed!);
    return {
      tag: woff.subarray(at, at + 4),
      checksum: woff.subarray(at + 16, at + 20),
      data: packed! < length! ? inflateSync(bytes) : bytes,
    };
  });
  const entries = 2 ** Math.floor(Math.log2(count));
  const header = Buffer.alloc(12 + 16 * count);
  woff.copy(header, 0, 4, 8);
  header.writeUInt16BE(count, 4);
  header.writeUInt16BE(entries * 16, 6);
  header.writeUInt16BE(Math.log2(entries), 8);
  header.writeUInt16BE((count - entries) * 16, 10);
  const parts: Uint8Array[] = [header];
  let offset = header.length;
  for (const [i, { tag, checksum, data }] of tables.entries()) {
    const at = 12 + 16 * i;
    header.set(tag, at);
    header.set(checksum, at + 4);
    header.writeUInt32BE(offset, at + 8);
    header.writeUInt32BE(data.length, at + 12);
    const padding = (4 - (data.length % 4)) % 4;
    parts.push(data, Buffer.alloc(padding));
    offset += data.length + padding;
  }
  return Buffer.concat(parts);
};

/** `U+4E00-4E03,U+4E05` */
const parseRanges = (text: string): [from: number, to: number][] =>
  text.split(',').map((range) => {
    const [from, to = from] = range.replace(/^U\+/i, '').split('-');
    return [Number.parseInt(from!, 16), Number.parseInt(to!, 16)];
  });

/** Throws when the typeface is not where the build, or the package, has it. */
export const openFontFiles = (): FontFiles => {
  const folder = folders
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(`${path}unicode.json`));
  if (!folder) throw new Error('the typeface of PDFs is missing: run `npm run build`');
  const listed = Object.entries(
    JSON.parse(readFileSync(`${folder}unicode.json`, 'utf8')) as Record<string, string>,
  ).map(([name, ranges]) => ({ piece: name.replace(/[[\]]/g, ''), ranges: parseRanges(ranges) }));
  const opened = new Map<string, Uint8Array>();
  return {
    piecesWith: (codePoint) => [
      commonPiece,
      ...listed
        .filter(({ ranges }) => ranges.some(([from, to]) => from <= codePoint && codePoint <= to))
        .map(({ piece }) => piece),
    ],
    read(piece) {
      const known = opened.get(piece);
      if (known) return known;
      const font = unwrapWoff(readFileSync(`${folder}files/noto-sans-sc-${piece}-400-normal.woff`));
      opened.set(piece, font);
      return font;
    },
  };
};
