/** The annotated copy as a PDF (CTR-3), read and drawn by poppler as an archive's own viewer would. */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openFontFiles } from '../../src/annotated-copies/font-files.ts';
import { type PdfInput, writePdf } from '../../src/annotated-copies/write-pdf.ts';
import { ConfigError, readConfig } from '../../src/config.ts';
import { readPicture } from '../browser/read-picture.ts';
import { openKit } from './counter-kit.ts';
import { type RunningApp, startApp } from './start-app.ts';

const renewal = 'driving-licence-renewal';
const cjk = '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc';
const withPoppler = spawnSync('pdftotext', ['-v']).error ? describe.skip : describe;

withPoppler('an annotated copy as a PDF (CTR-3; poppler-utils reads it)', () => {
  let at = Date.parse('2026-11-23T08:00:00Z');
  let app: RunningApp;
  let folder: string;
  let made: { id: string; pdf_url: string; check_url: string; document: string };
  let given: PdfInput;
  let name: string;
  let documentNumber: string;

  const write = (pdf: Uint8Array): string => {
    const file = join(folder, `${randomUUID()}.pdf`);
    writeFileSync(file, pdf);
    return file;
  };
  const run = (command: string, ...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${command}: ${stderr}`);
    return stdout;
  };
  const textOf = (pdf: Uint8Array): string => run('pdftotext', '-raw', write(pdf), '-');
  const fetched = async (query = '') => {
    const answer = await fetch(`${made.pdf_url}${query}`);
    return { answer, pdf: new Uint8Array(await answer.arrayBuffer()) };
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'onecert-pdf-'));
    const clock = { now: () => at };
    app = await startApp({}, { clock });
    const kit = openKit(app, clock);
    const clerk = await kit.official('zj-police', ['issuer_clerk']);
    const lin = (await app.core.samplePerson('lin'))!;
    ({ name, documentNumber } = lin);
    const number = await kit.caseOf(lin, renewal, 'driving_licence');
    const answer = await kit.api.call(
      clerk,
      'post',
      '/admin/api/annotated-copies',
      { case: number, type: 'driving_licence', days: 10 },
      { 'idempotency-key': randomUUID() },
    );
    made = answer.body;
    const copy = (await app.core.credentials.annotatedCopies.find(made.id))!;
    given = {
      copy,
      certificate: (await app.core.credentials.certificate(copy.certificate, copy.holder))!,
      type: app.core.catalogue.get('driving_licence'),
      checkUrl: made.check_url,
      language: 'zh',
      files: openFontFiles(),
    };
  }, 60_000);
  afterAll(async () => {
    await app.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has the fields, the note and the mark as text, in both languages, and is small', async () => {
    const { answer, pdf } = await fetched('&lang=zh');
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
      200,
      'application/pdf',
      'no-store',
    ]);
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${made.id}.pdf"`);
    expect(pdf.length).toBeLessThan(200_000);
    const zh = textOf(pdf);
    for (const text of [
      name,
      'C1',
      '浙江省公安厅',
      '仅用于：驾驶证期满换证',
      '制作时间 2026-11-23 16:00:00',
      '有效至 2026-12-03',
    ])
      expect(zh).toContain(text);
    const en = textOf((await fetched('&lang=en')).pdf);
    for (const text of [name, 'Annotated copy', 'Only for: Renew a driving licence', 'Until 2026-12-03'])
      expect(en).toContain(text);
  });

  it('is tagged, says its language, embeds parts of fonts only, and its document information names nobody', async () => {
    const { pdf } = await fetched();
    const file = write(pdf);
    const info = run('pdfinfo', file);
    expect(info).toMatch(/Tagged:\s+yes/);
    expect(info).not.toContain(name);
    expect(info).not.toContain(documentNumber);
    expect(Buffer.from(pdf).toString('latin1')).toContain('/Lang (zh-CN)');
    const tags = run('pdfinfo', '-struct', file);
    for (const tag of ['H1', 'P (block)', 'Figure']) expect(tags).toContain(tag);
    const fonts = run('pdffonts', file).trim().split('\n').slice(2);
    expect(fonts.length).toBeGreaterThan(0);
    for (const font of fonts) expect(font).toMatch(/^[A-Z]{6}\+.*\byes yes yes\b/);
  });

  it('its code is read from the drawn page and leads to what verifies it; after its time that says expired', async () => {
    const target = join(folder, 'page');
    run('pdftoppm', '-r', '110', '-png', '-singlefile', write((await fetched()).pdf), target);
    const address = await readPicture(readFileSync(`${target}.png`));
    expect(address).toBe(made.check_url);
    const page = async () => (await fetch(address, { headers: { accept: 'text/html' } })).text();
    expect(await page()).toContain('本加注件真实');
    at += 11 * 86_400_000;
    expect(await page()).toContain('这份加注件已过使用期限');
    at -= 11 * 86_400_000;
  });

  it('is there for who has the link alone, and for the minutes that the link lives', async () => {
    expect((await fetch(`${made.check_url}/pdf`)).status).toBe(404);
    expect((await fetch(`${made.check_url}/pdf?ticket=wrong`)).status).toBe(404);
    at += 11 * 60_000;
    expect((await fetched()).answer.status).toBe(404);
    at -= 11 * 60_000;
  });

  const named = (other: string): PdfInput => ({
    ...given,
    certificate: { ...given.certificate, fields: { ...given.certificate.fields, name: other } },
  });

  it('a rare character is written, from its piece of the typeface', async () => {
    expect(textOf(await writePdf(named('王螅洣崠'))).replaceAll('\n', '')).toContain('王螅洣崠');
  });

  it('a character that no font has is written by its number, never an empty box; the operator’s font has it', async () => {
    expect(textOf(await writePdf(named('𠮷田一郎')))).toContain('〔U+20BB7〕田一郎');
    const operatorFont = { file: cjk, face: 'NotoSansCJKsc-Regular' };
    const pdf = await writePdf({ ...named('𠮷田一郎'), operatorFont });
    expect(textOf(pdf)).toContain('𠮷田一郎');
    expect(pdf.length).toBeLessThan(200_000);
  });

  it('a photo on record that is no picture is said to be none, and the rest is there', async () => {
    const photo = {
      ...given.type.fields.find(({ name: one }) => one === 'name')!,
      name: 'extra',
      kind: 'photo' as const,
    };
    const pdf = await writePdf({
      ...given,
      copy: { ...given.copy, fields: [...given.copy.fields, 'extra'] },
      certificate: {
        ...given.certificate,
        fields: { ...given.certificate.fields, extra: Buffer.from('no picture').toString('base64') },
      },
      type: { ...given.type, fields: [...given.type.fields, photo] },
    });
    const text = textOf(pdf);
    expect(text).toContain('登记的照片无法显示');
    expect(text).toContain(name);
  });

  it('a long value is broken into lines and many fields into pages, each with the mark', async () => {
    const fields = given.type.fields.map((field) => ({ ...field }));
    const long = { ...fields.find(({ name: one }) => one === 'authority')! };
    const many = Array.from({ length: 40 }, (_, i) => ({ ...long, name: `extra${i}` }));
    const values = Object.fromEntries(
      many.map(({ name: one }) => [one, `${'浙江省公安厅交通管理局，'.repeat(6)}ABC-123`]),
    );
    const pdf = await writePdf({
      ...given,
      copy: { ...given.copy, fields: [...given.copy.fields, ...Object.keys(values)] },
      certificate: { ...given.certificate, fields: { ...given.certificate.fields, ...values } },
      type: { ...given.type, fields: [...fields, ...many] },
    });
    const file = write(pdf);
    const pages = Number(/Pages:\s+(\d+)/.exec(run('pdfinfo', file))![1]);
    expect(pages).toBeGreaterThan(2);
    for (let page = 1; page <= pages; page += 1) {
      const text = run('pdftotext', '-raw', '-f', String(page), '-l', String(page), file, '-');
      expect([page, text.includes('仅用于')]).toEqual([page, true]);
    }
  });

  it('a font that is not there, or a collection without a face, is a fault of the configuration', () => {
    const faultsOf = (font: string): string[] => {
      try {
        readConfig({ PDF_FONT: font });
        return [];
      } catch (error) {
        return error instanceof ConfigError ? error.faults : [String(error)];
      }
    };
    expect(faultsOf('/nowhere/font.ttf')).toEqual(['pdfFont: there is no such file']);
    expect(faultsOf(cjk)).toEqual([expect.stringContaining('needs a face')]);
    expect(faultsOf(`${cjk}#NotoSansCJKsc-Regular`)).toEqual([]);
  });
});
