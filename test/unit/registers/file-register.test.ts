import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { catalogueOf, readCatalogue } from '../../../src/credentials/catalogue/read-catalogue.ts';
import { openFileRegisters } from '../../../src/credentials/registers/file-register.ts';
import { populationOf } from '../../../src/credentials/registers/population.ts';
import type { Register } from '../../../src/credentials/registers/register.ts';
import { citizenNumberCheckCharacter, documentKey } from '../../../src/identifiers/index.ts';

const type = readCatalogue('config/certificates').get('driving_licence');
const catalogue = catalogueOf([type]);

const citizen = (region: string, order: string) => {
  const body = `${region}19900618${order}`;
  return body + citizenNumberCheckCharacter(body);
};
const lin = citizen('330106', '960');
const other = citizen('330106', '962');
const third = citizen('330106', '964');
const population = populationOf([
  {
    kind: '111',
    number: lin,
    name: '古丽·巴努',
    sex: 'female',
    birthDate: '1990-06-18',
    region: '330106',
    address: '',
  },
]);

type Cells = Record<string, string>;
const clean: Cells = {
  key: 'DL-1',
  holder_kind: '111',
  holder_number: lin,
  issuer: 'zj-police',
  state: '01',
  name: '古丽·巴努',
  licence_number: lin,
  sex: '女',
  nationality: '',
  class: 'C1',
  first_issue: '2019-05-10',
  valid_from: '2019-05-10',
  valid_until: '2025-05-10',
  file_number: '330170000001',
  address: '浙江省杭州市西湖区青禾路1号',
  points: '0',
  authority: '浙江省公安厅交通管理局',
};
const columns = Object.keys(clean);
const csvRow = (change: Cells = {}) => columns.map((column) => ({ ...clean, ...change })[column]).join(',');

const open = async (rows: string[], header = columns.join(',')): Promise<Register> => {
  const dir = mkdtempSync(join(tmpdir(), 'onecert-register-'));
  try {
    writeFileSync(join(dir, 'driving-licences.csv'), [header, ...rows].join('\n'));
    const registers = await openFileRegisters({ dir, catalogue, population });
    return registers.get('driving-licences');
  } finally {
    rmSync(dir, { recursive: true });
  }
};
const holder = { kind: '111', number: lin };

describe('a clean row', () => {
  it('is found by the holder however her document is written, with typed values', async () => {
    const register = await open([csvRow()]);
    for (const written of [holder, { kind: '51', number: lin }, { kind: '111', number: lin.toLowerCase() }]) {
      expect((await register.find(written)).rows).toEqual([
        {
          key: 'DL-1',
          holder,
          holderName: '古丽·巴努',
          state: '01',
          issuer: 'zj-police',
          fields: expect.objectContaining({ points: 0, class: 'C1', valid_until: '2025-05-10' }),
        },
      ]);
    }
    expect((await register.find(holder)).rows[0]!.fields).not.toHaveProperty('nationality');
    expect((await register.find(holder)).blocked).toBe(false);
  });

  it('is nobody else’s', async () => {
    const register = await open([csvRow()]);
    expect((await register.find({ kind: '111', number: other })).rows).toEqual([]);
    expect((await register.find({ kind: '414', number: lin })).rows).toEqual([]);
    expect((await register.find({ kind: '999', number: lin })).rows).toEqual([]);
    expect((await register.find({ kind: '999', number: lin })).blocked).toBe(false);
  });

  it('cannot be changed by who reads it', async () => {
    const register = await open([csvRow()]);
    (await register.find(holder)).rows[0]!.fields.class = 'A1';
    expect((await register.find(holder)).rows[0]!.fields.class).toBe('C1');
  });
});

describe('intake (SHR-4)', () => {
  const wrong = lin.slice(0, -1) + (lin.endsWith('1') ? '2' : '1');
  const unlisted = citizen('331201', '960');

  it.each([
    [
      'a wrong check character of the holder',
      { holder_number: wrong },
      'bad_checksum',
      'holder_number',
      'blocked',
    ],
    [
      'a wrong check character in the certificate',
      { licence_number: wrong },
      'bad_checksum',
      'licence_number',
      'blocked',
    ],
    [
      'a certificate with another person’s number',
      { licence_number: other },
      'bad_value',
      'licence_number',
      'blocked',
    ],
    ['a number that is none', { holder_number: '12345' }, 'bad_value', 'holder_number', 'blocked'],
    ['no authority', { authority: '' }, 'missing_field', 'authority', 'blocked'],
    ['no key', { key: '' }, 'missing_field', 'key', 'blocked'],
    ['no holder', { holder_number: '' }, 'missing_field', 'holder_number', 'blocked'],
    ['a day that does not exist', { first_issue: '2019-02-30' }, 'bad_value', 'first_issue', 'blocked'],
    ['a number in words', { points: '六' }, 'bad_value', 'points', 'blocked'],
    ['a text that is too long', { class: 'C'.repeat(21) }, 'bad_value', 'class', 'blocked'],
    ['a control character', { address: '西湖区\u0007' }, 'bad_value', 'address', 'blocked'],
    ['a state that is none', { state: '08' }, 'bad_value', 'state', 'blocked'],
    ['an issuer that may not issue this', { issuer: 'zj-finance' }, 'bad_value', 'issuer', 'blocked'],
    ['an unknown kind of document', { holder_kind: '999' }, 'unknown_holder_kind', 'holder_kind', 'blocked'],
    ['an end before the start', { valid_until: '2019-05-09' }, 'end_before_start', 'valid_until', 'blocked'],
    ['the name of another person', { name: '林晓雯' }, 'holder_name_mismatch', 'name', 'blocked'],
    [
      'a region in no list',
      { holder_number: unlisted, licence_number: unlisted },
      'unknown_region',
      'holder_number',
      'flagged',
    ],
  ])('finds %s', async (_, change, code, field, effect) => {
    const register = await open([
      csvRow({ key: 'DL-0', holder_number: third, licence_number: third, file_number: '1' }),
      csvRow(change),
    ]);
    const report = await register.intake();
    expect(report.findings.filter((found) => found.code === code)).toContainEqual({
      line: 3,
      code,
      field,
      effect,
    });
    expect(report.counts[code as 'bad_value']).toBeGreaterThan(0);
    expect(report).toMatchObject({
      rows: 2,
      usable: effect === 'blocked' ? 1 : 2,
      blocked: effect === 'blocked' ? 1 : 0,
    });
    expect(report.flagged).toBe(effect === 'flagged' ? 1 : 0);
  });

  it('finds a line that cannot be read, and reads on after it', async () => {
    const register = await open(['DL-0,111,"', csvRow()]);
    const report = await register.intake();
    expect(report.findings).toEqual([{ line: 2, code: 'unreadable_row', effect: 'blocked' }]);
    expect(report).toMatchObject({ rows: 2, usable: 1, blocked: 1 });
    expect((await register.find(holder)).rows).toHaveLength(1);
  });

  it.each([
    ['key', { holder_number: other, licence_number: other, file_number: '330170000002' }],
    ['licence_number', { key: 'DL-2', file_number: '330170000002' }],
    ['file_number', { key: 'DL-2', holder_number: other, licence_number: other }],
  ])('blocks both rows with the same %s, because nobody can say which is right', async (field, change) => {
    const register = await open([csvRow(), csvRow(change)]);
    expect((await register.intake()).findings).toEqual([
      { line: 2, code: 'duplicate_identifier', field, effect: 'blocked' },
      { line: 3, code: 'duplicate_identifier', field, effect: 'blocked' },
    ]);
    expect((await register.find(holder)).rows).toEqual([]);
    expect((await register.find(holder)).blocked).toBe(true);
  });

  it('flags a column that the type does not know and leaves it out', async () => {
    const register = await open([`${csvRow()},O`], `${columns.join(',')},blood_group`);
    expect((await register.intake()).findings).toEqual([
      { line: 1, code: 'unknown_field', field: 'blood_group', effect: 'flagged' },
    ]);
    expect((await register.find(holder)).rows[0]!.fields).not.toHaveProperty('blood_group');
  });

  it('takes a name with another middle dot, other spaces or full width for the same name', async () => {
    const register = await open([csvRow({ name: ' 古丽・巴努' })]);
    expect((await register.intake()).findings).toEqual([]);
  });

  it('answers "faulty" and not "absent" to the holder whom a blocked row names in either place', async () => {
    const changes: Cells[] = [
      { licence_number: wrong },
      { holder_number: wrong },
      { name: '林晓雯' },
      { holder_kind: '' },
    ];
    for (const change of changes) {
      const register = await open([csvRow(change)]);
      expect((await register.find(holder)).rows).toEqual([]);
      expect((await register.find(holder)).blocked).toBe(true);
      expect((await register.find({ kind: '111', number: other })).blocked).toBe(false);
    }
  });

  it('takes expired, suspended and revoked rows: they are states, not faults', async () => {
    const changes: Cells[] = [
      { valid_until: '2020-01-01' },
      { state: '02' },
      { state: '07' },
      { valid_until: '' },
    ];
    for (const change of changes) {
      const register = await open([csvRow(change)]);
      expect((await register.intake()).findings).toEqual([]);
      expect((await register.find(holder)).rows[0]).toMatchObject({ state: change.state ?? '01' });
    }
  });

  it('names fields and lines, never a value', async () => {
    const register = await open([csvRow({ licence_number: wrong, name: '林晓雯' }), csvRow({ key: 'DL-2' })]);
    const told = JSON.stringify(await register.intake());
    for (const secret of [lin, wrong, '古丽', '林晓雯']) expect(told).not.toContain(secret);
  });

  it('refuses a file without a column that every row needs, and names all such files', async () => {
    await expect(open(['DL-1'], 'key')).rejects.toThrow(/columns are missing: holder_kind, .*authority/);
    await expect(openFileRegisters({ dir: '/nowhere', catalogue, population })).rejects.toThrow(/1 fault/);
  });
});

describe('the population list', () => {
  it('finds a person by kind and number, however written', async () => {
    expect((await population.find('51', ` ${lin.toLowerCase()}`))?.name).toBe('古丽·巴努');
    expect(await population.find('414', lin)).toBeUndefined();
    expect((await population.all()).map(documentKey)).toEqual([`111:${lin}`]);
  });
});
