import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  allRegions,
  checkCitizenNumber,
  checkCreditCode,
  citizenNumberCheckCharacter,
  creditCodeCheckCharacter,
  makeCertificateIdentifier,
  maskName,
  normaliseDocumentNumber,
  normaliseLoginName,
  normaliseName,
  parseCertificateIdentifier,
} from '../../src/identifiers/index.ts';

const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const textOf = (characters: string, length: number) =>
  fc.string({ unit: fc.constantFrom(...characters), minLength: length, maxLength: length });

const region = fc.constantFrom(...allRegions().map(({ code }) => code));
const day = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2026-11-23'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10).replaceAll('-', ''));
const citizenNumber = fc
  .tuple(region, day, textOf('0123456789', 3))
  .map((parts) => parts.join(''))
  .map((body) => body + citizenNumberCheckCharacter(body));

const creditCode = fc
  .tuple(textOf(alphabet, 2), textOf('0123456789', 6), textOf(alphabet, 9))
  .map((parts) => parts.join(''))
  .map((body) => body + creditCodeCheckCharacter(body));

const replaceAt = (text: string, at: number, by: string): string =>
  text.slice(0, at) + by + text.slice(at + 1);

describe('numbers with a check character', () => {
  it('accepts every citizen number that is made', () => {
    fc.assert(fc.property(citizenNumber, (number) => checkCitizenNumber(number).ok));
  });

  it('refuses every citizen number with one digit changed', () => {
    fc.assert(
      fc.property(citizenNumber, fc.nat(17), fc.constantFrom(...'0123456789X'), (number, at, by) => {
        fc.pre(number[at] !== by);
        return !checkCitizenNumber(replaceAt(number, at, by)).ok;
      }),
    );
  });

  it('refuses every citizen number with two different neighbours swapped', () => {
    fc.assert(
      fc.property(citizenNumber, fc.nat(16), (number, at) => {
        fc.pre(number[at] !== number[at + 1]);
        return !checkCitizenNumber(replaceAt(replaceAt(number, at, number[at + 1]!), at + 1, number[at]!)).ok;
      }),
    );
  });

  it('accepts every credit code that is made and refuses it with one character changed', () => {
    fc.assert(
      fc.property(creditCode, fc.nat(17), fc.constantFrom(...alphabet), (code, at, by) => {
        fc.pre(code[at] !== by);
        return checkCreditCode(code).ok && !checkCreditCode(replaceAt(code, at, by)).ok;
      }),
    );
  });

  it('reads back every certificate identifier that is made and refuses it with one character changed', () => {
    const parts = fc.record({
      typeCode: fc.tuple(creditCode, textOf('0123456789', 3)).map((pair) => pair.join('')),
      issuerCode: creditCode,
      serial: fc.string({
        unit: fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'),
        minLength: 1,
        maxLength: 32,
      }),
      version: fc.integer({ min: 1, max: 999 }),
    });
    fc.assert(
      fc.property(
        parts,
        fc.nat(200),
        fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'),
        (input, where, by) => {
          const identifier = makeCertificateIdentifier(input);
          const { typeCode, issuerCode, serial } = input;
          expect(parseCertificateIdentifier(identifier)).toMatchObject({
            typeCode,
            issuerCode,
            serial,
            flags: [],
          });
          const at = 15 + (where % (identifier.length - 15));
          fc.pre(identifier[at] !== by && identifier[at] !== '.');
          return parseCertificateIdentifier(replaceAt(identifier, at, by)) === undefined;
        },
      ),
    );
  });
});

describe('parsers and normalisers', () => {
  it('never throw, whatever they are given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        checkCitizenNumber(text);
        checkCreditCode(text);
        parseCertificateIdentifier(text, { lenient: true });
        maskName(text);
      }),
    );
  });

  it('give the same when applied twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        for (const normalise of [normaliseDocumentNumber, normaliseName]) {
          expect(normalise(normalise(text))).toBe(normalise(text));
        }
      }),
    );
  });

  it('read a citizen number in full-width digits as the same number', () => {
    fc.assert(
      fc.property(citizenNumber, (number) => {
        const wide = [...number].map((c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).join('');
        return normaliseLoginName(wide) === number;
      }),
    );
  });
});
