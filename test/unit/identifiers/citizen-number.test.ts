import { describe, expect, it } from '@jest/globals';
import {
  checkCitizenNumber,
  citizenNumberCheckCharacter,
  parseCitizenNumber,
} from '../../../src/identifiers/index.ts';

const numbered = (body: string): string => body + citizenNumberCheckCharacter(body);

describe('citizen number (GB 11643)', () => {
  it('accepts the two examples of the standard and takes them apart', () => {
    expect(parseCitizenNumber('11010519491231002X')).toEqual({
      region: '110105',
      regionStatus: 'other_province',
      birthDate: '1949-12-31',
      sex: 'female',
    });
    expect(parseCitizenNumber('440524188001010014')).toMatchObject({ birthDate: '1880-01-01', sex: 'male' });
  });

  it.each([
    ['a wrong check character', '110105194912310021', 'checksum'],
    ['a small x', '11010519491231002x', 'shape'],
    ['15 digits of the old card', '110105491231002', 'shape'],
    ['an X inside', '1101051949123100X2', 'shape'],
    ['30 February', numbered('33010619900230101'), 'birth_date'],
    ['29 February of a common year', numbered('33010619000229101'), 'birth_date'],
    ['month 13', numbered('33010619901301101'), 'birth_date'],
    ['nothing', '', 'shape'],
  ])('refuses %s', (_, number, fault) => {
    expect(checkCitizenNumber(number)).toEqual({ ok: false, fault });
    expect(parseCitizenNumber(number)).toBeUndefined();
  });

  it('accepts 29 February of a leap year', () => {
    expect(checkCitizenNumber(numbered('33010620000229101')).ok).toBe(true);
  });

  it('refuses a birth date after the day it is given', () => {
    const number = numbered('33010620261124101');
    expect(checkCitizenNumber(number, '2026-11-24').ok).toBe(true);
    expect(checkCitizenNumber(number, '2026-11-23')).toEqual({ ok: false, fault: 'birth_date' });
  });

  it.each([
    ['a county of today', '330106', 'current'],
    ['a county that merged away', '330103', 'retired'],
    ['a residence permit of Hong Kong', '810000', 'current'],
    ['a residence permit of Macao', '820000', 'current'],
    ['a residence permit of Taiwan', '830000', 'current'],
    ['the other code for Taiwan', '710000', 'current'],
    ['a county elsewhere', '440524', 'other_province'],
    ['a code in no list of Zhejiang', '331200', 'unknown'],
    ['no province', '990000', 'unknown'],
  ])('accepts the region of %s and says where it stands', (_, region, status) => {
    expect(checkCitizenNumber(numbered(`${region}19900101101`))).toMatchObject({
      ok: true,
      region,
      regionStatus: status,
    });
  });
});
