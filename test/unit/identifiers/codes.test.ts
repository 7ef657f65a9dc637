import { describe, expect, it } from '@jest/globals';
import {
  checkCreditCode,
  creditCodeCheckCharacter,
  makeCertificateIdentifier,
  mod37_36CheckCharacter,
  organisationCodeCheckCharacter,
  parseCertificateIdentifier,
} from '../../../src/identifiers/index.ts';

describe('credit code (GB 32100)', () => {
  it.each([
    '11100000000013127D',
    '11100000000013338W',
    '11100000MB03271699',
    '11100000MB0341032Y',
    '11430000006122244L',
  ])('accepts %s', (code) => {
    expect(checkCreditCode(code)).toMatchObject({
      ok: true,
      registrar: '1',
      kind: '1',
      region: code.slice(2, 8),
    });
  });

  it('refuses the code that an author reports as really registered, so that taking it needs evidence', () => {
    expect(checkCreditCode('91350211M0000XUF46')).toEqual({ ok: false, fault: 'checksum' });
    expect(creditCodeCheckCharacter('91350211M0000XUF4')).toBe('R');
  });

  it('gives 0 and never reads past the alphabet when the sum divides by 31', () => {
    const zeros = Array.from({ length: 2000 }, (_, i) => `91330100MA${String(i).padStart(7, '0')}`).filter(
      (body) => creditCodeCheckCharacter(body) === '0',
    );
    expect(zeros.length).toBeGreaterThan(0);
    expect(zeros.every((body) => checkCreditCode(`${body}0`).ok)).toBe(true);
  });

  it.each(['', '11100000000013127', '1110000000001312ID', '11100000000013127d', 'ZZ100000000013127D'])(
    'refuses the shape of %p',
    (code) => {
      expect(checkCreditCode(code)).toEqual({ ok: false, fault: 'shape' });
    },
  );

  it('agrees with the organisation code inside a credit code (GB 11714)', () => {
    // Bodies of two of the codes above: 00001312-7 and MB034103-2.
    expect(organisationCodeCheckCharacter('00001312')).toBe('7');
    expect(organisationCodeCheckCharacter('MB034103')).toBe('2');
  });
});

describe('certificate identifier (GB/T 36904)', () => {
  const printed = '1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U';

  it('gives the printed check character of an identifier found in public', () => {
    expect(
      makeCertificateIdentifier({
        typeCode: '11100000000013338W011',
        issuerCode: '11430000006122244L',
        serial: '20230000403',
        version: 1,
      }),
    ).toBe(printed);
  });

  it('takes an identifier apart', () => {
    expect(parseCertificateIdentifier(printed)).toEqual({
      typeCode: '11100000000013338W011',
      issuerCode: '11430000006122244L',
      serial: '20230000403',
      version: '001',
      check: 'U',
      flags: [],
    });
  });

  it('flags a wrong check character at intake and refuses it otherwise', () => {
    const wrong = `${printed.slice(0, -1)}M`;
    expect(parseCertificateIdentifier(wrong)).toBeUndefined();
    expect(parseCertificateIdentifier(wrong, { lenient: true })?.flags).toEqual(['bad_check']);
  });

  it('flags the region code that an old system put where the issuer belongs', () => {
    const body = ['11100000000013338W011', '430000', '20230000403', '001'];
    const old = ['1.2.156.3005.2', ...body, mod37_36CheckCharacter(body.join(''))].join('.');
    expect(parseCertificateIdentifier(old, { lenient: true })?.flags).toEqual(['bad_issuer_code']);
  });

  it.each([
    '',
    'x',
    '1.2.156.3005.3.11100000000013338W011.11430000006122244L.1.001.U',
    `${printed}.1`,
    ` ${printed}`,
  ])('finds nothing in %p, lenient or not', (text) => {
    expect(parseCertificateIdentifier(text, { lenient: true })).toBeUndefined();
  });

  it.each([
    ['typeCode', { typeCode: '11100000000013338X011' }],
    ['issuerCode', { issuerCode: '430000' }],
    ['serial', { serial: 'a-1' }],
    ['serial', { serial: '' }],
    ['version', { version: 0 }],
    ['version', { version: 1000 }],
  ])('makes none with a wrong %s', (part, change) => {
    const parts = {
      typeCode: '11100000000013338W011',
      issuerCode: '11430000006122244L',
      serial: 'A1',
      version: 1,
    };
    expect(() => makeCertificateIdentifier({ ...parts, ...change })).toThrow(part);
  });
});
