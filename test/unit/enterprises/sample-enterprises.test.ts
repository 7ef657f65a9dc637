import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readPopulation, readSamplePeople } from '../../../src/credentials/index.ts';
import { openFileEnterpriseRegister } from '../../../src/enterprises/index.ts';
import { checkCreditCode, regionStatus } from '../../../src/identifiers/index.ts';

const file = 'config/sample/enterprises.csv';
const codes = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(',')[0]!);
const register = openFileEnterpriseRegister(file);
const records = (await Promise.all(codes.map((code) => register.find(code)))).map((record) => record!);
const population = readPopulation('config/sample/citizens.csv');

describe('the sample province’s enterprises', () => {
  it('are sixty and two agent firms, each with a legal representative among the citizens', async () => {
    expect([records.length, records.filter(({ agency }) => agency).length]).toEqual([62, 2]);
    expect(new Set(codes).size).toBe(62);
    expect(new Set(records.map(({ name }) => name)).size).toBe(62);
    for (const { legalRep, region } of records) {
      expect(await population.find(legalRep.kind, legalRep.number)).toMatchObject({ name: legalRep.name });
      expect(regionStatus(region)).toBe('current');
    }
  });

  it('have valid GB 32100 codes but one that is registered all the same, and a cancelled firm', () => {
    const faulty = records.filter(({ creditCode }) => !checkCreditCode(creditCode).ok);
    expect(faulty.map(({ name }) => name)).toEqual(['台州临江五金制品有限公司']);
    expect(records.filter(({ state }) => state === '04').map(({ name }) => name)).toEqual([
      '嘉兴梧桐纺织有限公司',
    ]);
    const people = readSamplePeople('config/sample/people.yaml');
    const heads = people.filter(({ document }) =>
      records.some(({ legalRep }) => legalRep.number === document.number),
    );
    expect(heads.map(({ id }) => id).sort()).toEqual(['chen', 'jin', 'ouyang', 'wang', 'zhao']);
  });
});

describe('the file register', () => {
  const dir = mkdtempSync(join(tmpdir(), 'onecert-enterprise-register-'));
  afterAll(() => rmSync(dir, { recursive: true }));

  it('says what the file says now, and nothing of a row that cannot be', async () => {
    const own = join(dir, 'enterprises.csv');
    cpSync(file, own);
    const open = openFileEnterpriseRegister(own);
    const [first, second, third] = codes as [string, string, string];
    expect((await open.find(first))?.state).toBe('01');
    expect(await open.find('91330302MY99000000')).toBeUndefined();
    const lines = readFileSync(own, 'utf8').trim().split('\n');
    lines[1] = lines[1]!.replace(/,01,/, ',04,');
    lines[2] = lines[2]!.replace(/,111,\d/, ',111,9');
    lines.push(lines[3]!);
    writeFileSync(own, `${lines.join('\n')}\n`);
    expect((await open.find(first))?.state).toBe('04');
    for (const code of [second, third]) {
      await expect(open.find(code)).rejects.toMatchObject({ code: 'register_entry_faulty' });
    }
  });

  it('is not opened without its columns', () => {
    const bad = join(dir, 'bad.csv');
    writeFileSync(bad, 'credit_code,name\n');
    expect(() => openFileEnterpriseRegister(bad)).toThrow(/columns are missing: legal_rep_kind/);
  });
});
