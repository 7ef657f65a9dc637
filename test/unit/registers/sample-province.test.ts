import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { makeSampleProvince } from '../../../scripts/make-sample-province.ts';
import { readCatalogue } from '../../../src/credentials/catalogue/read-catalogue.ts';
import { openFileRegisters } from '../../../src/credentials/registers/file-register.ts';
import { readPopulation } from '../../../src/credentials/registers/population.ts';
import type { IntakeCode } from '../../../src/credentials/registers/register.ts';
import { readSamplePeople } from '../../../src/credentials/registers/sample-people.ts';
import { checkDocument, documentKey } from '../../../src/identifiers/index.ts';

const catalogue = readCatalogue('config/certificates');
const population = readPopulation('config/sample/citizens.csv');
const registers = await openFileRegisters({ dir: 'config/sample/registers', catalogue, population });
const people = readSamplePeople('config/sample/people.yaml');
const person = (id: string) => people.find((candidate) => candidate.id === id)!.document;
const licences = registers.get('driving-licences');
const permits = registers.get('residence-permits');

describe('the sample province', () => {
  it('comes out byte by byte the same twice, and is what is committed', () => {
    const made = makeSampleProvince();
    expect(makeSampleProvince()).toEqual(made);
    for (const [path, content] of made) {
      expect([path, readFileSync(`config/sample/${path}`, 'utf8') === content]).toEqual([path, true]);
    }
  });

  it('has 500 citizens and 20 holders of other documents, over the eleven cities, all with valid numbers', async () => {
    const all = await population.all();
    const idCards = all.filter(({ kind }) => kind === '111');
    expect([idCards.length, all.length]).toEqual([500, 520]);
    expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(['111', '414', '516', '511', '553']));
    expect(new Set(all.map(({ region }) => region.slice(0, 4))).size).toBe(11);
    expect(all.filter(({ kind, number }) => !checkDocument(kind, number).ok)).toEqual([]);
    expect(new Set(all.map(documentKey)).size).toBe(all.length);
    const years = all.map(({ birthDate }) => Number(birthDate.slice(0, 4)));
    expect([Math.min(...years) >= 1935, Math.max(...years) <= 2020]).toEqual([true, true]);
  });

  it('has names that old systems lose, and phones that are invented and shared by families only', async () => {
    const all = await population.all();
    expect(all.some(({ name }) => name.includes('·') && [...name].length >= 12)).toBe(true);
    expect(all.some(({ name }) => [...name].length < name.length)).toBe(true);
    const phones = all.flatMap(({ phone }) => phone ?? []);
    expect(phones.every((phone) => /^1990000\d{4}$/.test(phone))).toBe(true);
    const shared = phones.length - new Set(phones).size;
    expect([shared > 0, shared < 15]).toEqual([true, true]);
  });

  it('has every kind of dirt at least twice, in about one row of twenty', async () => {
    const reports = await Promise.all([licences, permits].map((register) => register.intake()));
    const rowsWith = (code: IntakeCode) =>
      reports.reduce(
        (sum, { findings }) => sum + new Set(findings.filter((f) => f.code === code).map((f) => f.line)).size,
        0,
      );
    const codes: IntakeCode[] = [
      'bad_checksum',
      'unknown_region',
      'end_before_start',
      'holder_name_mismatch',
      'duplicate_identifier',
      'missing_field',
      'bad_value',
      'unknown_holder_kind',
      'unreadable_row',
    ];
    for (const code of codes) expect([code, rowsWith(code) >= 2]).toEqual([code, true]);
    const rows = reports.reduce((sum, report) => sum + report.rows, 0);
    const dirty = reports.reduce((sum, { blocked, flagged }) => sum + blocked + flagged, 0);
    expect(rows).toBe(408);
    expect(dirty / rows).toBeGreaterThan(0.04);
    expect(dirty / rows).toBeLessThan(0.06);
  });

  it('has licences of three issuers, and suspended, expired and revoked ones among them', async () => {
    const all = await population.all();
    const rows = (await Promise.all(all.map((resident) => licences.find(resident)))).flatMap(
      ({ rows }) => rows,
    );
    expect(new Set(rows.map(({ issuer }) => issuer))).toEqual(new Set(['zj-police', 'wenzhou', 'jinhua']));
    expect(rows.filter(({ state }) => state === '02').length).toBeGreaterThanOrEqual(5);
    expect(rows.some(({ state }) => state === '07')).toBe(true);
    expect(
      rows.filter(({ fields }) => fields.valid_until !== undefined && fields.valid_until < '2026').length,
    ).toBeGreaterThan(9);
    expect(rows.some(({ fields }) => fields.valid_until === undefined)).toBe(true);
  });
});

describe('the other registers of the sample', () => {
  const others = registers.all().filter((register) => register !== licences && register !== permits);

  it('are one for each type, with rows to issue and rows to refuse for a number, a day and an empty cell', async () => {
    expect(others).toHaveLength(catalogue.types().length - 2);
    for (const register of others) {
      const { usable, blocked, counts } = await register.intake();
      expect([register.id, usable >= 9, blocked]).toEqual([register.id, true, 3]);
      expect([register.id, counts]).toEqual([
        register.id,
        { bad_checksum: 2, bad_value: 1, missing_field: 1 },
      ]);
    }
  });

  it('name holders of the kind that the type has, and no other', async () => {
    for (const type of catalogue.types()) {
      const lines = (await registers.get(type.register).lines?.()) ?? [];
      const kinds = new Set(lines.flatMap(({ row }) => (row ? [row.holder.kind === '001'] : [])));
      expect([type.id, [...kinds].sort()]).toEqual([
        type.id,
        { person: [false], enterprise: [true], either: [false, true] }[type.holderKind],
      ]);
    }
  });
});

describe('the people whom the README names', () => {
  it('are in the population with the same name and phone', async () => {
    for (const { document, name, phone } of people) {
      expect(await population.find(document.kind, document.number)).toMatchObject({ name, phone });
    }
  });

  it('show what each of them is for', async () => {
    const row = async (id: string, register = licences) => (await register.find(person(id))).rows[0];
    expect(await row('lin')).toMatchObject({ state: '01', issuer: 'zj-police', fields: { class: 'C1' } });
    expect(await row('lin', permits)).toMatchObject({ state: '01' });
    expect(await row('chen')).toMatchObject({ state: '02' });
    expect((await row('wang'))?.fields.valid_until).toBe('2020-03-18');
    expect([await row('wu'), await row('wu', permits), (await licences.find(person('wu'))).blocked]).toEqual([
      undefined,
      undefined,
      false,
    ]);
    expect([await row('zhao'), (await licences.find(person('zhao'))).blocked]).toEqual([undefined, true]);
    expect([await row('jin'), (await licences.find(person('jin'))).blocked]).toEqual([undefined, true]);
    expect(await row('ouyang')).toMatchObject({ issuer: 'wenzhou', fields: { class: 'A1A2D' } });
    expect(await row('petrov')).toMatchObject({ holder: { kind: '553' }, state: '01' });
    expect([await row('gu'), (await row('gu', permits))?.state]).toEqual([undefined, '01']);
  });

  it('include two who share one phone', () => {
    expect(people.filter(({ phone }) => phone === '19900000004').map(({ id }) => id)).toEqual(['wu', 'zhou']);
  });
});
