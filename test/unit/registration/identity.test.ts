import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readPopulation } from '../../../src/credentials/index.ts';
import { citizenNumberCheckCharacter } from '../../../src/identifiers/index.ts';
import { comparableName, isSameName, judgeIdentity } from '../../../src/registration/index.ts';

const today = '2026-11-23';
const withCheck = (body: string): string => body + citizenNumberCheckCharacter(body);
const good = withCheck('33010619920315462');
const judge = (number: string, kind = '111', name = '沈秋禾') => judgeIdentity({ kind, number, name }, today);
const faultOf = (number: string, kind?: string) => {
  const judged = judge(number, kind);
  return 'faults' in judged ? judged.faults.number : undefined;
};

describe('a document number as typed (issue 4, bad input)', () => {
  it('comes into one form from any spelling', () => {
    const spaced = `${good.slice(0, 6)} ${good.slice(6, 14)} ${good.slice(14)}`;
    const wide = [...good].map((c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).join('');
    for (const typed of [good, good.toLowerCase(), spaced, wide, `\u200b${good}`]) {
      expect(judge(typed)).toEqual({ identity: { kind: '111', number: good, name: '沈秋禾' } });
    }
    expect(judge(good, '51')).toMatchObject({ identity: { kind: '111' } });
  });

  it('names a wrong check character, an impossible date, an unknown region and a wrong shape', () => {
    const wrong = `${good.slice(0, 17)}${good[17] === '1' ? '2' : '1'}`;
    expect(faultOf(wrong)).toBe('number_check');
    expect(faultOf(withCheck('33010619920230462'))).toBe('number_birth_date');
    expect(faultOf(withCheck('33010620270101462'))).toBe('number_birth_date');
    expect(faultOf(withCheck('33999919920315462'))).toBe('number_region');
    expect(faultOf(withCheck('99010619920315462'))).toBe('number_region');
    expect(faultOf('33010619920315')).toBe('number_shape_111');
    expect(faultOf('330106920315462')).toBe('number_old');
    expect(faultOf('')).toBe('number_missing');
  });

  it('accepts a retired region code, which stays in a number for life', () => {
    expect(faultOf(withCheck('33260119550820311'))).toBeUndefined();
  });

  it.each([
    ['414', 'E90210347', 'E9'],
    ['516', 'H90214477', '90214477'],
    ['511', '90214477', 'H90214477'],
    ['553', withCheck('93384019860704002'), '83384019860704002X'],
  ])('judges kind %s by the rules of its kind', (kind, right, shapeless) => {
    expect(faultOf(right, kind)).toBeUndefined();
    expect(faultOf(shapeless, kind)).toBe(`number_shape_${kind}`);
  });

  it('looks at check character and date of the permanent residence card too', () => {
    expect(faultOf(withCheck('93384019860231002'), '553')).toBe('number_birth_date');
    const right = withCheck('93384019860704002');
    expect(faultOf(`${right.slice(0, 17)}${right[17] === '1' ? '2' : '1'}`, '553')).toBe('number_check');
  });

  it('asks for the kind when none or an unknown one came', () => {
    for (const kind of ['', '999', '001']) {
      expect(judge(good, kind)).toMatchObject({ faults: { kind: 'kind_missing' } });
    }
  });
});

describe('a name as typed (issue 4, bad input)', () => {
  const nameFault = (name: string) => {
    const judged = judge(good, '111', name);
    return 'faults' in judged ? judged.faults.name : undefined;
  };

  it('may be of any script, with rare characters of GB 18030, dots, hyphens and apostrophes', () => {
    const rare = `${String.fromCodePoint(0x20087)}䶮`;
    const brandNew = String.fromCodePoint(0x323b0);
    for (const name of [
      '王五',
      rare,
      brandNew,
      '\ue863某',
      '阿依努尔·买买提',
      "Seán O'Brien-Li",
      'Phạm Thị Hoa',
    ]) {
      expect([name, nameFault(name)]).toEqual([name, undefined]);
    }
  });

  it('is refused when empty, too long, with digits or signs, or with a character that was lost', () => {
    expect(nameFault('  ')).toBe('name_missing');
    expect(nameFault('张'.repeat(61))).toBe('name_long');
    for (const name of ['张3', '<b>', '张三;', '·', '-']) expect(nameFault(name)).toBe('name_characters');
    for (const name of ['张?', '张\ufffd', '张□', '张**']) expect(nameFault(name)).toBe('name_unreadable');
  });
});

describe('comparing names', () => {
  it.each([
    ['阿依努尔·买买提', '阿依努尔•买买提'],
    ['阿依努尔·买买提', '阿依努尔・买买提'],
    ['阿依努尔·买买提', '阿依努尔 · 买买提'],
    ['阿依努尔·买买提', '阿依努尔.买买提'],
    ['沈秋禾', '沈 秋 禾'],
    ['沈秋禾', '沈　秋禾'],
    ['José Müller-Ortega', 'JOSE MULLER ORTEGA'],
    ['ANNA LINDQVIST', 'Ａｎｎａ　Ｌｉｎｄｑｖｉｓｔ'],
    [`${String.fromCodePoint(0x20087)}䶮`, '\ue816\ue863'],
    ['郎\uf92c', '郎郎'],
  ])('takes %s and %s for one', (one, other) => {
    expect(isSameName(one, other)).toBe(true);
  });

  it.each([
    ['沈秋禾', '沈秋和'],
    ['沈秋禾', '沈秋'],
    ['阿依努尔·买买提', '阿依努尔买买提'],
    ['Anna Lindqvist', 'Lindqvist Anna'],
    ['陈安琪', '陳安琪'],
  ])('does not take %s for %s', (one, other) => {
    expect(isSameName(one, other)).toBe(false);
  });

  it('has one comparable form, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (name) => {
        const once = comparableName(name);
        expect(comparableName(once)).toBe(once);
      }),
      { numRuns: 300 },
    );
  });

  it('agrees with each of the sample’s newcomers, who have every kind of document', async () => {
    const all = await readPopulation('config/sample/newcomers.csv').all();
    expect([...new Set(all.map(({ kind }) => kind))].sort()).toEqual(['111', '414', '511', '516', '553']);
    for (const { kind, number, name } of all) {
      expect([number, 'identity' in judgeIdentity({ kind, number, name }, today)]).toEqual([number, true]);
    }
  });
});
