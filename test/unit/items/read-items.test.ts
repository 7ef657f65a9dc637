import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { readCatalogue, readDepartments } from '../../../src/credentials/index.ts';
import { ItemsError, readItems, sentenceOf } from '../../../src/items/index.ts';

const units = new Set(readDepartments('config/sample/departments.yaml').map(({ id }) => id));
const catalogue = readCatalogue('config/certificates', { issuers: units });
const ids = catalogue
  .types()
  .map(({ id }) => id)
  .join(', ');
const surroundings = { catalogue, units };
const shipped = (code: string) => parse(readFileSync(`config/items/${code}.yaml`, 'utf8'));
const renewal = (change: object = {}) => ({ ...shipped('driving-licence-renewal'), ...change });

describe('the service items that ship', () => {
  const items = readItems('config/items', surroundings);

  it('are ten without fault, known by code', () => {
    expect(items.all()).toHaveLength(10);
    expect(items.get('driving-licence-renewal')).toMatchObject({
      code: 'driving-licence-renewal',
      name: { zh: '驾驶证期满换证', en: 'Renew a driving licence' },
      visits: { before: 2, now: 0 },
      papers: { before: 3, now: 0 },
    });
    expect(items.find('passport')).toBeUndefined();
    expect(() => items.get('passport')).toThrow(expect.objectContaining({ code: 'not_found' }));
  });

  it('may read their own fields and nothing else', () => {
    expect(items.mayRead('driving-licence-renewal', 'driving_licence')).toEqual([
      'name',
      'licence_number',
      'class',
      'first_issue',
      'valid_until',
      'authority',
    ]);
    expect(items.mayRead('driving-licence-renewal', 'residence_permit')).toEqual([]);
    expect(items.mayRead('driving-licence-renewal', 'passport')).toEqual([]);
    expect(items.mayRead('food-business-permit', 'driving_licence')).toEqual([]);
    expect(() => items.mayRead('passport', 'driving_licence')).toThrow(
      expect.objectContaining({ code: 'not_found' }),
    );
  });

  it('never read every field of a certificate', () => {
    for (const item of items.all()) {
      for (const { type, fields } of item.certificates) {
        expect([item.code, fields.length < catalogue.get(type).fields.length]).toEqual([item.code, true]);
      }
    }
  });

  it('never cost a person more than before', () => {
    for (const { visits, papers } of items.all()) {
      expect(visits.now).toBeLessThanOrEqual(visits.before);
      expect(papers.now).toBeLessThanOrEqual(papers.before);
    }
  });

  it('cannot be changed after reading, nor by what mayRead gave away', () => {
    expect(() => items.get('driving-licence-renewal').certificates[0]!.fields.push('points')).toThrow(
      TypeError,
    );
    items.mayRead('driving-licence-renewal', 'driving_licence').push('points');
    expect(items.mayRead('driving-licence-renewal', 'driving_licence')).not.toContain('points');
  });
});

describe('a folder of items', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'onecert-items-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const put = (file: string, content: unknown) =>
    writeFileSync(join(dir, file), typeof content === 'string' ? content : stringify(content));
  const sentences = (): string[] => {
    try {
      readItems(dir, surroundings);
    } catch (error) {
      if (error instanceof ItemsError) return error.faults.map(sentenceOf);
      throw error;
    }
    return [];
  };

  it('may be empty, but has to be there', () => {
    expect(readItems(dir, surroundings).all()).toEqual([]);
    rmSync(dir, { recursive: true });
    expect(sentences()).toEqual([
      `${dir}: there is no such folder; make it beside the folder of the certificate types, even if it stays empty.`,
    ]);
  });

  it('reports all faults of all files together: shape, references and contradictions, in one file and across', () => {
    put(
      'a.yaml',
      renewal({
        colour: 'blue',
        unit: 'zj-weather',
        prefill: 'yes',
        visits: { before: 1, now: 2 },
        certificates: [
          { type: 'driving_licence', fields: ['name', 'photo'], why: 'x' },
          { type: 'passport', fields: ['name'] },
          { type: 'residence_permit', fields: ['photo'] },
        ],
      }),
    );
    put('ab.yaml', 'name: { zh: 甲');
    put('ac.yaml', renewal());
    expect(sentences()).toEqual([
      'a.yaml: the file name cannot be the code of an item; rename it in kebab-case, like driving-licence-renewal.yaml, 61 characters at most.',
      'a.yaml: certificates[0].why is not a known key; take it out, or correct it to one of type, fields.',
      'a.yaml: prefill does not fit; write true or false.',
      expect.stringMatching(
        /^a\.yaml: colour is not a known key; take it out, or correct it to one of name, unit, /,
      ),
      expect.stringMatching(
        /^a\.yaml: unit names no department that we know \(“zj-weather”\); use one of zj-police, /,
      ),
      `a.yaml: certificates[1].type names no certificate type (“passport”); use one of ${ids}.`,
      expect.stringMatching(
        /^a\.yaml: certificates\[2\]\.fields\[0\] is no field of residence_permit \(“photo”\); use one of name, id_number, /,
      ),
      'a.yaml: visits.now is more than before (2 > 1); write a number from 0 to 1.',
      expect.stringMatching(/^ab\.yaml: line 1 cannot be read as YAML \(.+\); correct it there\.$/),
      'ac.yaml: name.zh is taken by a.yaml; give it a name that people can tell apart.',
      'ac.yaml: name.en is taken by a.yaml; give it a name that people can tell apart.',
    ]);
    expect(() => readItems(dir, surroundings)).toThrow(
      /^The service items have 11 fault\(s\):\n {2}a\.yaml: /,
    );
  });

  const licence = (...fields: string[]) => [{ type: 'driving_licence', fields }];
  it.each<[string, object, string | RegExp]>([
    [
      'a field that the type does not have',
      { certificates: licence('name', 'vin') },
      /certificates\[0\]\.fields\[1\] is no field of driving_licence \(“vin”\); use one of name, licence_number, /,
    ],
    [
      'a field named twice',
      { certificates: licence('name', 'name') },
      'certificates[0].fields[1] is named twice; take one out.',
    ],
    [
      'a type listed twice',
      { certificates: [...licence('name'), ...licence('class')] },
      'certificates[1].type is listed twice; put all of its fields into one entry.',
    ],
    [
      'a certificate without fields',
      { certificates: licence() },
      'certificates[0].fields is empty; write a list of the fields that the item needs, one at least.',
    ],
    [
      'a certificate of persons in an item of enterprises',
      { who: ['enterprise'] },
      'certificates[0].type is held by a kind of user who may not use the item (person); add person to who, or take the certificate out.',
    ],
    [
      'a level below that of the certificate type',
      { level: { proofing: 1, authenticator: 1 } },
      'level.proofing is 1, and the certificate type driving_licence asks for 2; write 2 or more.',
    ],
    [
      'a level that there is not',
      { level: { proofing: 2, authenticator: 4 } },
      'level.authenticator does not fit; write a whole number from 1 to 3.',
    ],
    [
      'more papers now than before',
      { papers: { before: 0, now: 1 } },
      'papers.now is more than before (1 > 0); write a number from 0 to 0.',
    ],
    [
      'visits that are no whole number',
      { visits: { before: 1.5, now: 0 } },
      'visits.before does not fit; write a whole number from 0 to 99.',
    ],
    [
      'a visit of an item that is online only',
      { handled: 'online', visits: { before: 2, now: 1 } },
      'visits.now asks for 1 visit(s) of an item that is handled online only; write 0, or make handled both.',
    ],
    [
      'prefilling from nothing',
      { certificates: [] },
      'prefill has nothing to fill in with; list a certificate with its fields, or write false.',
    ],
    [
      'prefilling at the counter',
      { handled: 'counter' },
      'prefill fills in a form of an item that has none online; write false, or make handled both.',
    ],
    [
      'a delegate of an official',
      { who: ['official'], delegate: true },
      'delegate lets somebody act for an official; write false, because an official acts in her own name.',
    ],
    ['a user named twice', { who: ['person', 'person'] }, 'who[1] is said twice; take one out.'],
    ['nobody who may use it', { who: [] }, 'who is empty; write a list of person, enterprise or official.'],
    [
      'a kind of user that there is not',
      { who: ['robot'] },
      'who[0] does not fit; write person, enterprise or official.',
    ],
    [
      'a legal basis that names no law',
      { legalBasis: { zh: '有关规定', en: 'some rules' } },
      'legalBasis.zh names no law; write the name of the law in 《》.',
    ],
    ['a name in one language', { name: { zh: '换证' } }, 'name.en is missing; add the English text.'],
    ['a name of blanks', { name: { zh: '换证', en: '  ' } }, 'name.en does not fit; write the English text.'],
    ['a state that there is not', { state: 'draft' }, 'state does not fit; write active or retired.'],
    ['a missing key', { state: undefined }, 'state is missing; add active or retired.'],
    ['an empty value', { handled: null }, 'handled is missing; add online, counter or both.'],
  ])('refuses %s, and says what to do', (_, change, sentence) => {
    put('renewal.yaml', renewal(change));
    const expected =
      typeof sentence === 'string' ? `renewal.yaml: ${sentence}` : expect.stringMatching(sentence);
    expect(sentences()).toEqual([expected]);
  });

  it('refuses two files of one code, and a file that is no map or says a key twice', () => {
    put('renewal.yaml', renewal());
    put('renewal.yml', renewal({ name: { zh: '另一', en: 'Another' } }));
    put('list.yaml', []);
    put('twice.yaml', 'state: active\nstate: retired\n');
    expect(sentences()).toEqual([
      'list.yaml: the file is not a map of keys; write a map of keys and values.',
      expect.stringMatching(/^twice\.yaml: line 2 cannot be read as YAML \(Map keys must be unique\)/),
      'renewal.yml: the code is taken by renewal.yaml; rename the file.',
    ]);
  });

  it.each(['Driving.yaml', 'driving_licence.yaml', '-x.yaml', 'x--y.yaml', `${'a'.repeat(62)}.yaml`])(
    'refuses the file name %s',
    (file) => {
      put(file, renewal());
      expect(sentences()).toEqual([expect.stringContaining(`${file}: the file name cannot be the code`)]);
    },
  );

  it('reads nothing for a retired item', () => {
    put('renewal.yaml', renewal({ state: 'retired' }));
    expect(readItems(dir, surroundings).mayRead('renewal', 'driving_licence')).toEqual([]);
  });
});
