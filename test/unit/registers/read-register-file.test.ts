import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readCsv, splitCsvLine } from '../../../src/credentials/registers/read-register-file.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('reading CSV', () => {
  it('reads quoted cells with commas and quotes, a BOM and any line ends', () => {
    const file = readCsv(bytes('\uFEFFname,address\r\n林,"西湖区, 1号"\n"""甲""",\r乙 ,二\n'));
    expect(file.columns).toEqual(['name', 'address']);
    expect(file.lines).toEqual([
      { line: 2, cells: { name: '林', address: '西湖区, 1号' } },
      { line: 3, cells: { name: '"甲"', address: '' } },
      { line: 4, cells: { name: '乙', address: '二' } },
    ]);
  });

  it.each([
    ['an open quote', 'a,"b'],
    ['text after a closing quote', '"a"x,b'],
    ['a quote inside a bare cell', 'a"b,c'],
    ['a cell too few', 'a'],
    ['a cell too many', 'a,b,c'],
  ])('gives up on a line with %s and on that line only', (_, broken) => {
    expect(readCsv(bytes(`one,two\n1,2\n${broken}\n3,4\n`)).lines).toEqual([
      { line: 2, cells: { one: '1', two: '2' } },
      { line: 3 },
      { line: 4, cells: { one: '3', two: '4' } },
    ]);
  });

  it('gives up on a line whose bytes are not UTF-8, and counts lines past empty ones', () => {
    const broken = Uint8Array.from([...bytes('one\n\nok\n'), 0xc4, 0xe3, ...bytes('\nok\n')]);
    expect(readCsv(broken).lines).toEqual([
      { line: 3, cells: { one: 'ok' } },
      { line: 4 },
      { line: 5, cells: { one: 'ok' } },
    ]);
  });

  it.each([
    ['no header', ''],
    ['a header in prose', '姓名,证号\n'],
    ['a column twice', 'a,a\n'],
    ['an open quote in the header', '"a,b\n'],
  ])('refuses a file with %s', (_, text) => {
    expect(() => readCsv(bytes(text))).toThrow(/header/);
  });

  it('reads back whatever is written, and never throws on a line', () => {
    const cell = fc.string({ unit: 'grapheme' }).filter((text) => !/[\r\n]/.test(text));
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 5 }), (cells) => {
        const line = cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(',');
        expect(splitCsvLine(line)).toEqual(cells.map((text) => text.trim()));
        for (const text of cells) splitCsvLine(text);
      }),
    );
  });
});
