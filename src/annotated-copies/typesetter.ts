/** Text on the page of a PDF, each character in a font that has it: no character becomes an empty box. */
import { readFileSync } from 'node:fs';
import type { FontFiles } from './font-files.ts';

/** The part of pdfkit's document that writes text, and the one thing of its fonts that it does not declare. */
type Doc = PDFKit.PDFDocument & { _font: { font: { hasGlyphForCodePoint(codePoint: number): boolean } } };

export interface OperatorFont {
  file: string;
  /** PostScript name of a face, where the file holds several. */
  face?: string | undefined;
}

interface Run {
  font: string;
  text: string;
  width: number;
}

interface Place {
  x: number;
  y: number;
  size: number;
  width: number;
  color: string;
}

const operatorName = 'operator';

/** Latin words stay whole; a line begins with no closing mark (GB/T 15834). */
const units = /[!-~\u00c0-\u024f’“”]+|\s+|.[，。；：、！？）》」』〕…]*/gsu;

export const createTypesetter = (
  pdf: PDFKit.PDFDocument,
  files: FontFiles,
  operator: OperatorFont | undefined,
) => {
  const doc = pdf as Doc;
  const registered = new Set<string>();
  const chosen = new Map<number, string | undefined>();
  const use = (font: string): void => {
    if (!registered.has(font)) {
      const source = font === operatorName ? readFileSync(operator!.file) : files.read(font);
      doc.registerFont(font, source as Buffer, font === operatorName ? operator!.face : undefined);
      registered.add(font);
    }
    doc.font(font);
  };
  const fontOf = (codePoint: number): string | undefined => {
    if (chosen.has(codePoint)) return chosen.get(codePoint);
    const font = [...files.piecesWith(codePoint), ...(operator ? [operatorName] : [])].find((name) => {
      use(name);
      return doc._font.font.hasGlyphForCodePoint(codePoint);
    });
    chosen.set(codePoint, font);
    return font;
  };
  /** What no font has is written by its number, in brackets that no name contains. */
  const writable = (text: string): string =>
    Array.from(text.replace(/\p{Variation_Selector}|\p{Cc}/gu, ''), (character) => {
      const codePoint = character.codePointAt(0)!;
      const number = codePoint.toString(16).toUpperCase().padStart(4, '0');
      return fontOf(codePoint) ? character : `〔U+${number}〕`;
    }).join('');
  const runsOf = (text: string, size: number): Run[] => {
    const runs: { font: string; text: string }[] = [];
    for (const character of text) {
      const font = fontOf(character.codePointAt(0)!)!;
      const last = runs.at(-1);
      if (last?.font === font) last.text += character;
      else runs.push({ font, text: character });
    }
    return runs.map((run) => {
      use(run.font);
      return { ...run, width: doc.fontSize(size).widthOfString(run.text) };
    });
  };
  const widthOf = (text: string, size: number): number =>
    runsOf(text, size).reduce((sum, { width }) => sum + width, 0);

  /** Lines no wider than the width; a word that is wider is broken where it has to be. */
  const breakLines = (text: string, size: number, width: number): string[] => {
    const lines = [''];
    const put = (unit: string): void => {
      const line = lines.at(-1)!;
      if (widthOf((line + unit).trimEnd(), size) <= width) lines[lines.length - 1] = line + unit;
      else if (line !== '') {
        lines.push('');
        put(unit.trimStart());
      } else if ([...unit].length > 1) for (const character of unit) put(character);
      else lines[lines.length - 1] = unit;
    };
    for (const unit of writable(text).match(units) ?? []) put(unit);
    return lines.map((line) => line.trimEnd());
  };
  const lineHeight = (size: number): number => size * 1.5;

  return {
    widthOf: (text: string, size: number): number => widthOf(writable(text), size),
    heightOf: (text: string, size: number, width: number): number =>
      breakLines(text, size, width).length * lineHeight(size),
    /** Writes and answers where the next line begins. */
    write(text: string, { x, y, size, width, color }: Place): number {
      const lines = breakLines(text, size, width);
      for (const [i, line] of lines.entries()) {
        let left = x;
        for (const run of runsOf(line, size)) {
          use(run.font);
          doc
            .fontSize(size)
            .fillColor(color)
            .text(run.text, left, y + i * lineHeight(size) + size * 1.1, {
              lineBreak: false,
              baseline: 'alphabetic',
            });
          left += run.width;
        }
      }
      return y + lines.length * lineHeight(size);
    },
  };
};
export type Typesetter = ReturnType<typeof createTypesetter>;
