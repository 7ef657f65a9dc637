import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { projectDir } from '../../../src/config.ts';
import { readCatalogue } from '../../../src/credentials/catalogue/read-catalogue.ts';
import { startOfDay } from '../../../src/credentials/certificate-record.ts';
import { rowsToHold, usableRows } from '../../../src/credentials/choose-register-row.ts';
import type { RegisterRow } from '../../../src/credentials/registers/register.ts';
import { drivingLicenceRow } from './issuing-rig.ts';

const type = readCatalogue(join(projectDir, 'config/certificates')).get('driving_licence');
const chooseRegisterRow = (of: typeof type, rows: RegisterRow[]) => usableRows(of, rows)[0];
const row = (
  key: string,
  change: Partial<RegisterRow> = {},
  fields: RegisterRow['fields'] = {},
): RegisterRow => {
  const made = drivingLicenceRow({ key, number: '330102199003077475', name: '张三丰' });
  return { ...made, ...change, fields: { ...made.fields, ...fields } };
};

describe('the register row a certificate is made from', () => {
  it('is a valid one before a suspended one before an ended one', () => {
    const rows = [row('a', { state: '05' }), row('b', { state: '02' }), row('c', { state: '01' })];
    expect(chooseRegisterRow(type, rows)?.row.key).toBe('c');
    expect(chooseRegisterRow(type, rows.slice(0, 2))?.row.key).toBe('b');
  });

  it('then the one that lasts longest, then the one that began last, then the smallest key', () => {
    const long = row('z', {}, { valid_until: '' });
    const until2030 = row('y', {}, { valid_until: '2030-01-01' });
    const laterStart = row('x', {}, { valid_until: '2030-01-01', valid_from: '2022-01-01' });
    expect(chooseRegisterRow(type, [until2030, long])?.row.key).toBe('z');
    expect(chooseRegisterRow(type, [until2030, laterStart])?.row.key).toBe('x');
    expect(chooseRegisterRow(type, [row('b'), row('a')])?.row.key).toBe('a');
  });

  it('is the same whatever order the register answers in', () => {
    const rows = ['01', '02', '05'].flatMap((state) => [
      row(`1${state}`, { state }),
      row(`2${state}`, { state }),
    ]);
    fc.assert(
      fc.property(fc.shuffledSubarray(rows, { minLength: 1 }), (some) => {
        const sorted = [...some].sort((a, b) => (a.key < b.key ? -1 : 1));
        return chooseRegisterRow(type, some)?.row.key === chooseRegisterRow(type, sorted)?.row.key;
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['an unknown state', { state: '77' }, {}],
    ['an issuer the type does not name', { issuer: 'zj-finance' }, {}],
    ['no readable first day', {}, { valid_from: 'soon' }],
    ['a day that does not exist', {}, { valid_until: '2031-02-30' }],
    ['a text longer than the type allows', {}, { class: 'C'.repeat(21) }],
    ['a number where a text belongs', {}, { class: 7 }],
  ])('is never one with %s', (_what, change, fields) => {
    expect(chooseRegisterRow(type, [row('a', change, fields)])).toBeUndefined();
  });

  it('is each that stands; when all have ended, the first of them', () => {
    const keys = (rows: RegisterRow[]) => rowsToHold(usableRows(type, rows)).map((one) => one.row.key);
    const [a, b, c] = [row('a', { state: '05' }), row('b', { state: '02' }), row('c', { state: '01' })];
    expect(keys([a, b, c])).toEqual(['c', 'b']);
    expect(keys([a, row('d', { state: '07' })])).toEqual(['a']);
    expect(keys([])).toEqual([]);
  });

  it('gives a certificate that counts its last day whole, in the time of China', () => {
    const chosen = chooseRegisterRow(type, [
      row('a', {}, { valid_from: '2021-06-01', valid_until: '2031-06-01' }),
    ]);
    expect(chosen?.validity).toEqual({
      validFrom: startOfDay('2021-06-01'),
      validUntil: startOfDay('2031-06-02'),
    });
    expect(startOfDay('2021-06-01')).toBe(Date.parse('2021-05-31T16:00:00Z') / 1000);
  });

  it('covers the birthday in a sole trader’s number where the type says so, and no enterprise’s code', () => {
    const permit = readCatalogue(join(projectDir, 'config/certificates')).get('food_business_permit');
    const of = (kind: string, number: string) => {
      const fields = {
        name: '张三丰',
        holder_number: number,
        legal_rep: '张三丰',
        permit_number: 'JY23301020010011',
        place: '测试路1号',
        business_kind: '餐饮服务经营者',
        items: '热食类食品制售',
        valid_from: '2024-01-01',
        valid_until: '2029-01-01',
        authority: '杭州市市场监督管理局',
      };
      const holder = { kind, number };
      const given = { key: 'F1', holder, holderName: '张三丰', state: '01', issuer: 'zj-market', fields };
      return usableRows(permit, [given])[0]?.fields.holder_number;
    };
    expect(of('111', '330102199003077475')).toBe('3301021990****7475');
    expect(of('553', '933643198308119623')).toBe('9336431983****9623');
    expect(of('414', 'E12345678')).toBe('E123****8');
    expect(of('001', '91330302MY9900017J')).toBe('91330302MY9900017J');
  });

  it('carries no field that the type does not declare', () => {
    expect(chooseRegisterRow(type, [row('a', {}, { secret: 'x' })])?.fields).not.toHaveProperty('secret');
  });
});
