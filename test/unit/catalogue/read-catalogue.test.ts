import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { CatalogueError, readCatalogue } from '../../../src/credentials/catalogue/read-catalogue.ts';
import { readDepartments } from '../../../src/credentials/catalogue/read-departments.ts';

const departments = readDepartments('config/sample/departments.yaml');
const shipped = (id: string) => parse(readFileSync(`config/certificates/${id}.yaml`, 'utf8'));

describe('the certificate types that ship', () => {
  const catalogue = readCatalogue('config/certificates', { issuers: departments.map(({ id }) => id) });

  it('are without fault and known by id', () => {
    expect(catalogue.types()).toHaveLength(29);
    expect(catalogue.get('driving_licence').w3cType).toBe('DrivingLicence');
    expect(catalogue.find('passport')).toBeUndefined();
    expect(() => catalogue.get('passport')).toThrow(
      expect.objectContaining({ code: 'unknown_certificate_type' }),
    );
  });

  it('may be issued by the departments that say so themselves', () => {
    for (const type of catalogue.types()) {
      expect(departments.filter(({ types }) => types.includes(type.id)).map(({ id }) => id)).toEqual(
        type.issuers,
      );
    }
  });

  it('show the ID number only in views that say so', () => {
    for (const type of catalogue.types()) {
      const numbers = type.fields.filter(({ role }) => role === 'holder_number').map(({ name }) => name);
      for (const view of type.views) {
        const shown = view.fields.some(({ field }) => numbers.includes(field));
        expect([view.id, /含完整/.test(view.name.zh)]).toEqual([view.id, shown]);
      }
    }
  });

  it('cannot be changed after reading', () => {
    expect(() => {
      catalogue.get('driving_licence').issuers.push('me');
    }).toThrow(TypeError);
  });
});

describe('a catalogue with faults', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'onecert-catalogue-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const put = (file: string, content: unknown) =>
    writeFileSync(join(dir, file), typeof content === 'string' ? content : stringify(content));
  const faultsOf = (issuers?: string[]): string[] => {
    try {
      readCatalogue(dir, { issuers });
    } catch (error) {
      if (error instanceof CatalogueError)
        return error.faults.map((f) => `${f.file}: ${f.path}: ${f.message}`);
      throw error;
    }
    return [];
  };

  it('reports every fault of every file in one go, with file and path', () => {
    const licence = shipped('driving_licence');
    licence.color = 'blue';
    licence.level.proofing = 4;
    licence.fields[0].maxlength = 3;
    put('driving_licence.yaml', licence);
    const permit = shipped('residence_permit');
    permit.views[0].fields[1].field = 'id_nummer';
    permit.validity.until = 'authority';
    put('residence_permit.yaml', permit);
    put('broken.yaml', 'name: { zh: 甲');
    const faults = faultsOf();
    expect(faults).toEqual(
      expect.arrayContaining([
        'driving_licence.yaml: color: is not a known key',
        'driving_licence.yaml: fields[0].maxlength: is not a known key',
        expect.stringMatching(/^driving_licence\.yaml: level\.proofing: /),
        'residence_permit.yaml: views[0].fields[1].field: names no field of this type',
        'residence_permit.yaml: validity.until: must name a field of kind day',
        expect.stringMatching(/^broken\.yaml: : /),
      ]),
    );
    expect(() => readCatalogue(dir)).toThrow(/fault\(s\):\n {2}broken\.yaml/);
  });

  it.each([
    [
      'a type code with a wrong check character',
      { typeCode: '11100000000013127E901' },
      /typeCode: must be a valid credit/,
    ],
    ['no issuer', { issuers: [] }, /issuers: /],
    ['a format that is unknown', { formats: ['jwt_vc'] }, /formats\[0\]: /],
    ['a colour in words', { card: { color: 'blue', fields: ['name'] } }, /card\.color: must be a colour/],
    [
      'a card field that is none',
      { card: { color: '#112233', fields: ['nom'] } },
      /card\.fields\[0\]: names no field/,
    ],
    ['a name in one language', { name: { zh: '驾驶证' } }, /name\.en: /],
    [
      'views without the format for them',
      { formats: ['ldp_vc'], mdoc: undefined },
      /views: views and the format/,
    ],
  ])('refuses %s', (_, change, fault) => {
    put('driving_licence.yaml', { ...shipped('driving_licence'), ...change });
    expect(faultsOf()).toEqual([expect.stringMatching(fault)]);
  });

  it.each(['id', 'type', 'identifier', 'iss', 'exp', 'vct', 'cnf', 'status', 'description'])(
    'refuses a field called %s, which the formats keep for themselves',
    (name) => {
      const licence = shipped('driving_licence');
      licence.fields.push({
        name,
        label: { zh: '一', en: 'x' },
        kind: 'flag',
        required: false,
        selective: true,
      });
      put('driving_licence.yaml', licence);
      expect(faultsOf()).toEqual([expect.stringContaining('is reserved by the credential formats')]);
    },
  );

  it('refuses a number in a view, a key out of order and a field shown twice', () => {
    const licence = shipped('driving_licence');
    licence.views[1].fields = [
      { key: 2, field: 'points' },
      { key: 4, field: 'name' },
      { key: 4, field: 'name' },
    ];
    put('driving_licence.yaml', licence);
    expect(faultsOf()).toEqual([
      expect.stringContaining('views[1].fields[0].field: a number cannot stand in a view'),
      expect.stringContaining('views[1].fields[1].key: must be 3'),
      expect.stringContaining('views[1].fields[2].field: is shown twice'),
    ]);
  });

  it('refuses two types with one type code, one W3C type or one view number, and issuers that nobody knows', () => {
    put('driving_licence.yaml', shipped('driving_licence'));
    put('second_licence.yaml', shipped('driving_licence'));
    expect(faultsOf(['zj-police', 'jinhua'])).toEqual([
      expect.stringContaining('driving_licence.yaml: issuers[1]: is no department that we know'),
      expect.stringContaining('second_licence.yaml: typeCode: is taken by driving_licence.yaml typeCode'),
      expect.stringContaining('second_licence.yaml: w3cType: is taken by'),
      expect.stringContaining('second_licence.yaml: mdoc.docType: is taken by'),
      expect.stringContaining(
        'second_licence.yaml: views[0].number: is taken by driving_licence.yaml views[0].number',
      ),
      expect.stringContaining('second_licence.yaml: views[1].number: is taken by'),
      expect.stringContaining('second_licence.yaml: views[2].number: is taken by'),
      expect.stringContaining('second_licence.yaml: issuers[1]: is no department that we know'),
    ]);
  });

  it('refuses an empty folder and a file name that cannot be an id', () => {
    expect(faultsOf()).toEqual([expect.stringContaining('has no certificate type')]);
    put('Driving-Licence.yaml', shipped('driving_licence'));
    expect(faultsOf()).toEqual([expect.stringContaining('the file name must be snake_case')]);
  });
});

describe('departments', () => {
  it('have invented credit codes that pass, and regions of today', () => {
    expect(departments).toHaveLength(20);
    expect(
      departments.filter(({ region }) => region !== '330000').map(({ id, region }) => [id, region]),
    ).toEqual([
      ['wenzhou', '330300'],
      ['jinhua', '330700'],
    ]);
  });

  it('are refused with all faults named', () => {
    const dir = mkdtempSync(join(tmpdir(), 'onecert-departments-'));
    const file = join(dir, 'departments.yaml');
    const [first, second] = departments;
    writeFileSync(
      file,
      stringify([
        { ...first, creditCode: '11330000MB9900013X' },
        { ...second, id: 'a', region: '331200', web: 'x' },
      ]),
    );
    expect(() => readDepartments(file)).toThrow(/0\.creditCode: must be[\s\S]*1\.region: must be[\s\S]*web/);
    writeFileSync(file, stringify([first, first]));
    expect(() => readDepartments(file)).toThrow(/1\.id: is used twice[\s\S]*1\.creditCode: is used twice/);
    rmSync(dir, { recursive: true });
  });
});
