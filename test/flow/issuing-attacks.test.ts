/** What a register, a key or a clock may bring to issuing that must never come out signed. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { projectDir } from '../../src/config.ts';
import { readCatalogue } from '../../src/credentials/catalogue/read-catalogue.ts';
import { usableRows } from '../../src/credentials/choose-register-row.ts';
import type { CopyFormat } from '../../src/credentials/index.ts';
import { judgeRow } from '../../src/credentials/registers/judge-row.ts';
import type { RegisterRow, Registers } from '../../src/credentials/registers/register.ts';
import { openPack, verify, verifyView } from '../../src/verifier/core/index.ts';
import {
  allFormats,
  citizenNumber,
  context,
  drivingLicenceRow,
  newDeviceKeys,
  openRig,
  person,
  type Rig,
  registersOf,
  testClock,
} from '../unit/credentials/issuing-rig.ts';

const number = citizenNumber(1);
const holder = person('anna', number);
const row = (change: Partial<RegisterRow> = {}) => drivingLicenceRow({ key: 'DL1', number }, change);
const catalogue = readCatalogue(join(projectDir, 'config/certificates'));

let rig: Rig;

/** What the register answers, whoever is asked about. */
let answered: RegisterRow[] = [];
const lyingRegisters = (): Registers => {
  const honest = registersOf({});
  const find = async () => ({ rows: answered, blocked: false });
  return { ...honest, get: (id) => ({ ...honest.get(id), find }) };
};

const issue = async (format: CopyFormat, { type = 'driving_licence', account = holder } = {}) =>
  rig.credentials.issueCopies({
    account,
    type,
    format,
    view: format === 'onecert-view+cwt' ? 'standard' : undefined,
    deviceKeys: await newDeviceKeys(1),
    context,
  });

/** Nothing signed, nothing that could have been, and no record. */
const nothingIssued = async () =>
  expect([
    await rig.credentials.list({ holder: holder.id }),
    (await rig.credentials.checkEverythingIssued()).orphans,
  ]).toEqual([[], []]);

describe('security (c) 29: what a register answers', () => {
  beforeAll(async () => {
    rig = await openRig({ registers: lyingRegisters() });
  });
  afterAll(() => rig.close());

  it('about another citizen is nobody’s certificate here, not even beside her own row', async () => {
    const theirs = drivingLicenceRow({ key: 'DL2', number: citizenNumber(2), name: '别人' });
    answered = [theirs];
    for (const format of allFormats)
      await expect(issue(format)).rejects.toMatchObject({ code: 'register_entry_faulty' });
    await nothingIssued();
    answered = [theirs, row({ key: 'DL1' })];
    const own = await rig.credentials.ensureCertificate(person('berta', number), 'driving_licence', context);
    expect(own).toMatchObject({ registerKey: 'DL1', fields: { licence_number: number } });
  });

  it('beyond the fields of the type comes into no copy, whatever it is called', async () => {
    const extra = Object.fromEntries(
      ['nickname', 'iss', 'vct', 'exp', 'status', 'cnf', '_sd', '@context', 'id', 'type', 'constructor'].map(
        (name) => [name, 'urn:smuggled'],
      ),
    );
    answered = [row({ fields: { ...extra } })];
    for (const format of allFormats) {
      const { certificate, copies } = await issue(format, { account: person('carla', number) });
      const { credential } = copies[0]!;
      const text = typeof credential === 'string' ? credential : JSON.stringify(credential);
      const parts = [
        text,
        ...text.split(/[.~]/).map((part) => Buffer.from(part, 'base64url').toString('latin1')),
      ];
      expect([format, parts.some((part) => part.includes('smuggled'))]).toEqual([format, false]);
      expect(JSON.stringify(certificate)).not.toContain('smuggled');
    }
  });

  it.each<[string, RegisterRow['fields']]>([
    ['10 MB in a field', { address: '长'.repeat(10_485_760) }],
    ['30 February', { valid_until: '2026-02-30' }],
    ['the 13th month', { valid_from: '2026-13-01' }],
    ['day 0', { first_issue: '2015-06-00' }],
    ['a day with a time', { first_issue: '2015-06-01T00:00:00Z' }],
    ['a day in other digits', { first_issue: '２０１５-06-01' }],
    ['a number that is none', { points: Number.NaN }],
    ['a number beyond all numbers', { points: Number.POSITIVE_INFINITY }],
    ['half a point', { points: 1.5 }],
    ['a number as text', { points: '3' }],
    ['a truth value as text', { name: true }],
    ['an empty name', { name: '' }],
    ['a class that is none', { class: 'C1;DROP' }],
    ['a list', { class: ['C1'] as never }],
    ['an object', { name: { $ne: '' } as never }],
  ])('with %s is faulty, and nothing is recorded or signed', async (_, fields) => {
    answered = [row({ fields })];
    for (const format of allFormats)
      await expect(issue(format)).rejects.toMatchObject({ code: 'register_entry_faulty' });
    await nothingIssued();
  });

  it('with a photo of 10 MB makes no row that can be issued; one of 50 KB does', () => {
    const type = catalogue.get('resident_id_card');
    const withPhoto = (photo: string): RegisterRow => ({
      ...row(),
      fields: {
        name: '测试人',
        id_number: number,
        sex: '男',
        nation: '汉',
        birth_date: '1990-03-07',
        address: '浙江省杭州市上城区测试路1号',
        valid_from: '2020-01-01',
        authority: '杭州市公安局',
        photo,
      },
    });
    expect(usableRows(type, [withPhoto(`/9j/${'A'.repeat(66_000)}`)])).toHaveLength(1);
    expect(usableRows(type, [withPhoto(`/9j/${'A'.repeat(10_485_760)}`)])).toEqual([]);
  });

  it('with any one digit of a number wrong (GB 11643) is held back at intake', () => {
    const type = catalogue.get('driving_licence');
    const cells = (holderNumber: string) => ({
      key: 'DL1',
      holder_kind: '111',
      holder_number: holderNumber,
      issuer: 'zj-police',
      state: '01',
      ...Object.fromEntries(Object.entries(row().fields).map(([name, value]) => [name, String(value)])),
      licence_number: holderNumber,
    });
    const judged = (text: string) => judgeRow({ line: 2, cells: cells(text) }, type, () => undefined);
    expect(judged(number).row).toBeDefined();
    fc.assert(
      fc.property(fc.nat(17), fc.constantFrom(...'0123456789X'), (at, digit) => {
        fc.pre(number[at] !== digit);
        expect(judged(number.slice(0, at) + digit + number.slice(at + 1)).row).toBeUndefined();
      }),
    );
  });

  it('is asked for no type that there is not', async () => {
    answered = [row()];
    for (const type of [
      'no_such_type',
      '',
      '../driving_licence',
      'Driving_Licence',
      'constructor',
      '__proto__',
    ])
      await expect(issue('dc+sd-jwt', { type })).rejects.toMatchObject({ code: 'unknown_certificate_type' });
    await nothingIssued();
  });
});

describe('security (c) 32: the department’s key', () => {
  afterEach(() => rig.close());

  const day = 86_400;
  const policeKeys = () =>
    rig.keyring.all().filter(({ purpose, owner }) => purpose === 'certificate' && owner === 'zj-police');

  it.each([
    ['has run out', () => Math.max(...policeKeys().map(({ notAfter }) => notAfter)) + day],
    ['has not begun', () => Math.min(...policeKeys().map(({ notBefore }) => notBefore)) - day],
  ])('that %s signs nothing, in any format', async (_, when) => {
    const clock = testClock();
    const endless = row({ fields: { valid_from: '2021-06-01', valid_until: '' } });
    rig = await openRig({ registers: registersOf({ 'driving-licences': [endless] }), clock });
    const moved = when() - clock.now() / 1000;
    clock.forward(moved);
    for (const format of allFormats)
      await expect(issue(format)).rejects.toMatchObject({ code: 'key_unavailable' });
    clock.forward(-moved);
    expect(await rig.credentials.checkEverythingIssued()).toMatchObject({ released: 0, orphans: [] });
  });

  it.each(['markCompromised', 'retire'] as const)(
    'of a department all of whose keys were ended (%s) signs nothing more; what they signed is judged by how they ended',
    async (end) => {
      rig = await openRig({ registers: registersOf({ 'driving-licences': [row()] }) });
      const before = await Promise.all(
        allFormats.map(async (format) => ({ format, ...(await issue(format)).copies[0]! })),
      );
      for (const { kid } of policeKeys()) await rig.keyring[end](kid);
      await rig.trust.publish();
      for (const format of allFormats)
        await expect(issue(format)).rejects.toMatchObject({ code: 'key_unavailable' });

      const now = Math.floor(rig.clock.now() / 1000);
      const { jws } = await rig.credentials.offlinePack();
      const opened = await openPack(jws, { root: rig.trust.rootPublicJwk() as never, now });
      if ('verdict' in opened) throw new Error(opened.verdict.code);
      for (const { format, credential } of before) {
        const text = typeof credential === 'string' ? credential : JSON.stringify(credential);
        const { code } =
          format === 'onecert-view+cwt'
            ? await verifyView(Buffer.from(text, 'base64url'), opened.trusted, { now })
            : await verify(text, opened.trusted, { now });
        expect([format, code]).toEqual([format, end === 'retire' ? 'valid' : 'key_compromised']);
      }
    },
  );

  it('is not used for a row of a department that does not issue this type', async () => {
    rig = await openRig({ registers: lyingRegisters() });
    for (const issuer of ['zj-finance', 'nobody', '', 'province', 'ZJ-POLICE']) {
      answered = [row({ issuer })];
      for (const format of allFormats)
        await expect(issue(format)).rejects.toMatchObject({ code: 'register_entry_faulty' });
    }
    await nothingIssued();
  });
});
