/**
 * An annotated copy as a PDF for the case file: the page to print, with its fonts in it. Tagged, so that it is read aloud in
 * order; its document information names nobody.
 */
import PDFDocument from 'pdfkit';
import { create as qrOf } from 'qrcode';
import type { AnnotatedCopy, Certificate, CertificateType } from '../credentials/index.ts';
import type { Language } from '../http/index.ts';
import { markLines, noteFacts, shownFields, type TextFact, writtenValue } from './contents.ts';
import type { FontFiles } from './font-files.ts';
import { createTypesetter, type OperatorFont, type Typesetter } from './typesetter.ts';
import { words } from './words.ts';

export interface PdfInput {
  copy: AnnotatedCopy;
  certificate: Certificate;
  type: CertificateType;
  checkUrl: string;
  language: Language;
  files: FontFiles;
  operatorFont?: OperatorFont | undefined;
}

/** A4 in points, and its margin. */
const page = { width: 595.28, height: 841.89, margin: 56 };
const inside = page.width - 2 * page.margin;
const nameWidth = 150;
const colors = { ink: '#1a1f2b', soft: '#515a6b', line: '#d8dee9', mark: '#b3261e' };
/** A module of 2.5 points is 0.9 mm: read by any phone from paper. */
const moduleSize = 2.5;
const quietModules = 4;

export const writePdf = async (input: PdfInput): Promise<Buffer> => {
  const { copy, certificate, type, checkUrl, language, files, operatorFont } = input;
  const title = `${type.name[language]} · ${words.title[language]}`;
  const doc = new PDFDocument({
    size: 'A4',
    margin: page.margin,
    bufferPages: true,
    pdfVersion: '1.7',
    tagged: true,
    displayTitle: true,
    lang: language === 'zh' ? 'zh-CN' : 'en',
    info: {
      Title: `${title} ${copy.id}`,
      Creator: 'OneCert',
      Producer: 'OneCert',
      CreationDate: new Date(copy.madeAt * 1000),
    },
  });
  const chunks: Buffer[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.on('end', resolve);
    doc.on('error', reject);
  });
  const setter = createTypesetter(doc, files, operatorFont);
  const sheet = new Sheet(doc, setter);

  sheet.text('H1', title, 22, colors.ink);
  sheet.text('P', words.only[language], 11, colors.soft);
  sheet.gap(10);
  for (const { label, kind, value } of shownFields(copy, certificate, type, language)) {
    if (kind === 'photo') sheet.photo(label, Buffer.from(String(value), 'base64'), words.noPicture[language]);
    else sheet.fact([label, writtenValue(value, language)]);
  }
  sheet.rule();
  for (const fact of noteFacts(copy, language)) sheet.fact(fact);
  sheet.fact([words.identifier[language], certificate.identifier]);
  sheet.gap(14);
  sheet.code(checkUrl, words.scan[language]);
  sheet.finish(markLines(copy, language));
  doc.end();
  await ended;
  return Buffer.concat(chunks);
};

/** Writes from top to bottom; what does not fit begins the next page. */
class Sheet {
  readonly #doc: PDFKit.PDFDocument;
  readonly #setter: Typesetter;
  #y = page.margin;
  /** Drawn last, above the mark. */
  #code: { page: number; x: number; y: number; text: string } | undefined;

  constructor(doc: PDFKit.PDFDocument, setter: Typesetter) {
    this.#doc = doc;
    this.#setter = setter;
  }

  #room(height: number): void {
    if (this.#y + height <= page.height - page.margin) return;
    this.#doc.addPage();
    this.#y = page.margin;
  }

  #tagged(kind: string, write: () => void, alt?: string): void {
    this.#doc.addStructure(this.#doc.struct(kind, alt === undefined ? {} : { alt }, write));
  }

  gap(height: number): void {
    this.#y += height;
  }

  text(kind: string, text: string, size: number, color: string): void {
    this.#room(this.#setter.heightOf(text, size, inside));
    const place = { x: page.margin, y: this.#y, size, width: inside, color };
    this.#tagged(kind, () => {
      this.#y = this.#setter.write(text, place);
    });
    this.gap(4);
  }

  fact([name, value]: TextFact): void {
    const valueWidth = inside - nameWidth;
    const height = Math.max(
      this.#setter.heightOf(name, 10.5, nameWidth - 12),
      this.#setter.heightOf(value, 12, valueWidth),
    );
    this.#room(height);
    const [x, y] = [page.margin, this.#y];
    this.#tagged('P', () => {
      this.#setter.write(name, { x, y: y + 1.5, size: 10.5, width: nameWidth - 12, color: colors.soft });
      this.#setter.write(value, { x: x + nameWidth, y, size: 12, width: valueWidth, color: colors.ink });
    });
    this.#y += height + 3;
  }

  /** Of a register's picture that is none, the words in its place: the copy is made all the same. */
  photo(label: string, jpeg: Buffer, noPicture: string): void {
    if (jpeg.length === 0) return;
    const [width, height] = [90, 120];
    if (!this.#readable(jpeg)) {
      this.fact([label, noPicture]);
      return;
    }
    this.#room(height);
    const [x, y] = [page.margin + nameWidth, this.#y];
    this.#tagged('Figure', () => this.#doc.image(jpeg, x, y, { fit: [width, height] }), label);
    this.#y += height + 6;
  }

  #readable(jpeg: Buffer): boolean {
    try {
      // Public, and not among the library's types.
      (this.#doc as unknown as { openImage(bytes: Buffer): unknown }).openImage(jpeg);
      return true;
    } catch {
      return false;
    }
  }

  rule(): void {
    this.gap(8);
    this.#doc.markContent('Artifact', { type: 'Layout' });
    this.#doc
      .moveTo(page.margin, this.#y)
      .lineTo(page.width - page.margin, this.#y)
      .lineWidth(0.75)
      .strokeColor(colors.line)
      .stroke();
    this.#doc.endMarkedContent();
    this.gap(10);
  }

  code(text: string, caption: string): void {
    const { modules } = qrOf(text, { errorCorrectionLevel: 'M' });
    const side = (modules.size + 2 * quietModules) * moduleSize;
    this.#room(side);
    const [x, y] = [page.margin, this.#y];
    this.#code = { page: this.#doc.bufferedPageRange().count - 1, x, y, text };
    const beside = { x: x + side + 12, width: inside - side - 12 };
    this.#tagged('P', () => {
      const below = this.#setter.write(caption, { ...beside, y: y + 10, size: 11, color: colors.ink });
      this.#setter.write(text, { ...beside, y: below + 4, size: 8.5, color: colors.soft });
    });
    this.#y += side;
  }

  /** The mark lies over text and photographs, so that neither is cut out without it; the code above it stays readable. */
  finish(lines: readonly string[]): void {
    const { count } = this.#doc.bufferedPageRange();
    for (let index = 0; index < count; index += 1) {
      this.#doc.switchToPage(index);
      this.#doc.markContent('Artifact', { type: 'Layout' });
      this.#mark(lines);
      this.#doc.endMarkedContent();
    }
    const code = this.#code;
    if (!code) return;
    this.#doc.switchToPage(code.page);
    this.#tagged('Figure', () => this.#drawCode(code), code.text);
  }

  /** In staggered columns, so close that no photograph lies between two marks. */
  #mark(lines: readonly string[]): void {
    const [size, gap] = [13, 36];
    const width = Math.max(...lines.map((line) => this.#setter.widthOf(line, size)));
    const [across, down] = [width + gap, lines.length * size * 1.5 + gap];
    const doc = this.#doc;
    doc
      .save()
      .rotate(-24, { origin: [page.width / 2, page.height / 2] })
      .fillOpacity(0.16);
    for (let row = -2; row * down < page.height + 220; row += 1)
      for (let x = -300 + (row % 2) * (across / 2); x < page.width + 200; x += across)
        for (const [i, line] of lines.entries())
          this.#setter.write(line, {
            x,
            y: row * down + i * size * 1.5,
            size,
            width: width + 1,
            color: colors.mark,
          });
    doc.restore();
  }

  #drawCode({ x, y, text }: { x: number; y: number; text: string }): void {
    const { modules } = qrOf(text, { errorCorrectionLevel: 'M' });
    const side = (modules.size + 2 * quietModules) * moduleSize;
    const doc = this.#doc;
    doc.rect(x, y, side, side).fill('#ffffff');
    const start = quietModules * moduleSize;
    for (let row = 0; row < modules.size; row += 1)
      for (let column = 0; column < modules.size; column += 1)
        if (modules.get(row, column))
          doc.rect(x + start + column * moduleSize, y + start + row * moduleSize, moduleSize, moduleSize);
    doc.fill('#000000');
  }
}
