import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { allContexts } from '../../../src/credentials/formats/load-context.ts';
import {
  lintCatalogue,
  measureViews,
  publishVocabularies,
  readCatalogue,
  readDepartments,
} from '../../../src/credentials/index.ts';

const issuers = readDepartments('config/sample/departments.yaml').map(({ id }) => id);
const ship = 'config/certificates';

// biome-ignore lint/suspicious/noExplicitAny: a file as it stands in YAML, spoilt on purpose
type Spoil = (type: any) => void;

describe('the linter on the certificate types that ship (issue 6)', () => {
  it('finds no fault, and measures every view', async () => {
    const { types, faults, sizes } = await lintCatalogue(ship, { issuers });
    expect(faults.map(({ sentence }) => sentence)).toEqual([]);
    const catalogue = readCatalogue(ship);
    expect(types).toBe(catalogue.types().length);
    expect(sizes.map(({ type, view }) => `${type} ${view}`)).toEqual(
      catalogue
        .types()
        .flatMap(({ id, views, slip }) => [
          ...views.map((view) => `${id} ${view.id}`),
          ...(slip ? [`${id} slip (${slip.view})`] : []),
        ]),
    );
    for (const { version, printedMm } of sizes) {
      expect(version).toBeLessThanOrEqual(16);
      // 4 dots of 300 dpi a module, four quiet modules a side.
      expect(printedMm).toBeCloseTo((17 + 4 * version! + 8) * 0.33867, 0);
    }
  });
});

describe('the linter on types with faults', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'onecert-lint-'));
    for (const file of ['driving_licence.yaml', 'resident_id_card.yaml'])
      cpSync(join(ship, file), join(dir, file));
    // Whatever the versions that ship.
    for (const file of ['driving_licence.yaml', 'resident_id_card.yaml'])
      change((type) => {
        type.version = 1;
      }, file);
    publishVocabularies(dir, readCatalogue(dir).types());
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const change = (spoil: Spoil, file = 'driving_licence.yaml') => {
    const type = parse(readFileSync(join(dir, file), 'utf8'));
    spoil(type);
    writeFileSync(join(dir, file), stringify(type));
  };
  const sentences = async () =>
    (await lintCatalogue(dir, { issuers })).faults.map(({ sentence }) => sentence);

  it.each<[string, Spoil, string]>([
    [
      'an unknown field in a view',
      (type) => {
        type.views[0].fields[0].field = 'nom';
      },
      'driving_licence.yaml: views[0].fields[0].field names no field of this type.',
    ],
    [
      'a missing label',
      (type) => {
        delete type.fields[0].label;
      },
      'driving_licence.yaml: fields[0].label is missing.',
    ],
    [
      'a missing level',
      (type) => {
        delete type.level;
      },
      'driving_licence.yaml: level is missing.',
    ],
    [
      'Chinese in the place of English',
      (type) => {
        type.whereAccepted.en = type.whereAccepted.zh;
      },
      'driving_licence.yaml: whereAccepted.en is not English: say it in English.',
    ],
    [
      'a validity that cannot be',
      (type) => {
        type.validity.until = type.validity.from;
      },
      'driving_licence.yaml: validity.until is the first day as well: such a certificate is never valid.',
    ],
    [
      'a department that nobody knows',
      (type) => {
        type.issuers.push('zj-weather');
      },
      'driving_licence.yaml: issuers[3] is no department that we know.',
    ],
    [
      'a pattern that is none',
      (type) => {
        type.fields[1].pattern = '^[A-Z';
      },
      'driving_licence.yaml: fields[1].pattern must be a regular expression from ^ to $.',
    ],
    [
      'a photo in a view',
      (type) => {
        type.fields.push({
          name: 'photo',
          label: { zh: '照片', en: 'Photo' },
          kind: 'photo',
          required: false,
          selective: true,
          maxLength: 60000,
        });
        type.views[1].fields.push({ key: 5, field: 'photo' });
      },
      'driving_licence.yaml: views[1].fields[3].field a photo cannot stand in a view: it does not fit a QR.',
    ],
    [
      'a view too large for a phone to read',
      (type) => {
        type.fields[0].maxBytes = 100;
      },
      'driving_licence.yaml: views[0] (standard) can need a QR of version 17 at level M (732 characters), and phones read at most version 16: show fewer fields, or lower maxBytes.',
    ],
    [
      'ZLB-5 a view that is too large when it is shown for another',
      (type) => {
        type.fields.find(({ name }: { name: string }) => name === 'authority').maxBytes = 52;
      },
      'driving_licence.yaml: views[0] (standard) can need a QR of version 17 at level M (658 characters), and phones read at most version 16: show fewer fields, or lower maxBytes.',
    ],
    [
      'a fact from a field that is not there',
      (type) => {
        type.facts = [{ name: 'adult', label: { zh: '成年', en: 'Adult' }, from: 'born', years: 18 }];
      },
      'driving_licence.yaml: facts[0].from names no field of this type.',
    ],
  ])('explains %s in a sentence with file and path', async (_, spoil, sentence) => {
    change(spoil);
    expect(await sentences()).toContain(sentence);
  });

  it.each<[string, Spoil, string]>([
    [
      'an mDL without one of its mandatory elements',
      (type) => delete type.mdoc.namespaces['org.iso.18013.5.1'].portrait,
      'driving_licence.yaml: mdoc.namespaces.org.iso.18013.5.1.portrait is missing: every org.iso.18013.5.1.mDL has it.',
    ],
    [
      'an element of a field that is not there',
      (type) => Object.assign(type.mdoc.namespaces['org.iso.18013.5.1'].sex, { field: 'gender' }),
      'driving_licence.yaml: mdoc.namespaces.org.iso.18013.5.1.sex.field names no field or fact of this type.',
    ],
    [
      'a date that is none',
      (type) => Object.assign(type.mdoc.namespaces['org.iso.18013.5.1'].issue_date, { field: 'class' }),
      'driving_licence.yaml: mdoc.namespaces.org.iso.18013.5.1.issue_date.as full-date does not take a field of kind code.',
    ],
    [
      'words of the register without those of the standard',
      (type) => delete type.mdoc.namespaces['org.iso.18013.5.1'].driving_privileges.values,
      'driving_licence.yaml: mdoc.namespaces.org.iso.18013.5.1.driving_privileges.values is needed: the standard has other words than the register.',
    ],
    [
      'a birth date under the name of another field',
      (type) => delete type.mdoc.namespaces['org.iso.18013.5.1'].birth_date.label,
      'driving_licence.yaml: mdoc.namespaces.org.iso.18013.5.1.birth_date.label is needed: a birth date is not what the field is called.',
    ],
    [
      'the format without the section',
      (type) => delete type.mdoc,
      'driving_licence.yaml: mdoc the section mdoc and the format mso_mdoc go together.',
    ],
  ])('explains %s', async (_, spoil, sentence) => {
    change(spoil);
    expect(await sentences()).toContain(sentence);
  });

  it('explains two types with one code', async () => {
    const { typeCode } = parse(readFileSync(join(dir, 'driving_licence.yaml'), 'utf8'));
    change((type) => {
      type.typeCode = typeCode;
    }, 'resident_id_card.yaml');
    expect(await sentences()).toContain(
      'resident_id_card.yaml: typeCode is taken by driving_licence.yaml typeCode.',
    );
  });

  it('refuses a change of published words, until it is a new version that is recorded', async () => {
    change((type) => {
      type.fields[2].selective = false;
    });
    expect(await sentences()).toEqual([
      'driving_licence.yaml: fields[2].selective was true when it was published as version 1: change it back, or set version to 2.',
    ]);
    change((type) => {
      type.version = 2;
    });
    expect(await sentences()).toEqual([
      'driving_licence.yaml: version 2 has no record: run `onecert certificate-types publish` to record it.',
    ]);
    expect(publishVocabularies(dir, readCatalogue(dir).types())).toEqual(['driving_licence.v2.json']);
    expect(await sentences()).toEqual([]);
    expect(readdirSync(join(dir, 'published')).sort()).toEqual([
      'driving_licence.v1.json',
      'driving_licence.v2.json',
      'resident_id_card.v1.json',
    ]);
  });

  it('keeps the words of every published version, so that what was issued then is read for ever', async () => {
    const before = await allContexts(readCatalogue(dir), 'http://localhost:3000');
    change((type) => {
      type.version = 2;
      type.fields.push({
        name: 'organ_donor',
        label: { zh: '器官捐献', en: 'Organ donor' },
        kind: 'flag',
        required: false,
        selective: true,
      });
    });
    const after = await allContexts(readCatalogue(dir), 'http://localhost:3000');
    for (const [url, document] of Object.entries(before)) expect(after[url]).toEqual(document);
    expect(JSON.stringify(after['http://localhost:3000/contexts/driving_licence/v2'])).toContain(
      'organ_donor',
    );
  });

  it('refuses another kind under a published name, even in a new version', async () => {
    change((type) => {
      type.version = 2;
      type.fields[10].kind = 'code';
      type.fields[10].maxLength = 3;
    });
    expect(await sentences()).toContain(
      'driving_licence.yaml: fields[10].kind was number in version 1: take another name for another kind.',
    );
  });

  it('notices a record that was written over', async () => {
    const file = join(dir, 'published/driving_licence.v1.json');
    const record = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...record, context_sha256: '0'.repeat(64) }));
    expect(await sentences()).toEqual([
      'driving_licence.yaml: version 1: the program writes other documents than were published.',
    ]);
  });
});

describe('the size of a show code', () => {
  it('is that of the longest values: no certificate of the type needs more', async () => {
    const licence = readCatalogue(ship).get('driving_licence');
    const [standard, driving] = await measureViews(licence);
    expect([standard!.version, driving!.version]).toEqual([16, 15]);
  });
});
