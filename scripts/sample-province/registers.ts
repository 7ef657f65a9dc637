/** The two registers: clean rows first, then the dirt that departments' files really have (SHR-4), about 5 %. */
import { findRegion } from '../../src/identifiers/index.ts';
import { ageOn, type Citizen, issuerOf, makeAddress, makeDay, sampleDay, yearsLater } from './citizen.ts';
import { csvFile, csvLine, type Row } from './csv.ts';
import type { NamedPerson } from './named-people.ts';
import { photo } from './photos.ts';
import type { Random } from './random.ts';

const licenceColumns =
  'key,holder_kind,holder_number,issuer,state,name,licence_number,sex,nationality,class,first_issue,valid_from,valid_until,file_number,address,points,authority,photo'.split(
    ',',
  );
const permitColumns =
  'key,holder_kind,holder_number,issuer,state,name,id_number,sex,household_address,present_address,region,valid_from,valid_until,authority'.split(
    ',',
  );

const licenceRows = 258;
const permitRows = 149;

const trafficPolice = {
  'zj-police': '浙江省公安厅交通管理局',
  wenzhou: '温州市公安局交通警察支队',
  jinhua: '金华市公安局交通警察支队',
};
const classes = [
  'C1',
  'C1',
  'C1',
  'C1',
  'C1',
  'C2',
  'C2',
  'B1',
  'B2',
  'A2',
  'A1A2',
  'A1A2D',
  'C1D',
  'C1E',
  'D',
  'C5',
];
const foreignNationalities = ['加拿大', '德国', '韩国', '波兰', '巴西'];

const sexText = (citizen: Citizen): string => (citizen.sex === 'male' ? '男' : '女');

/** 6 years, then 10, then long term (no end): Road Traffic Safety Law rules for a clean record. */
const validityOf = (firstIssue: string): { from: string; until: string } => {
  const [second, third] = [yearsLater(firstIssue, 6), yearsLater(firstIssue, 16)];
  if (sampleDay < second) return { from: firstIssue, until: second };
  return sampleDay < third ? { from: second, until: third } : { from: third, until: '' };
};

const makeLicence = (random: Random, citizen: Citizen, sequence: number): Row => {
  const earliest = Number(citizen.birthDate.slice(0, 4)) + 19;
  const firstIssue = makeDay(random, earliest, Math.min(2025, earliest + 25));
  const { from, until } = validityOf(firstIssue);
  const issuer = issuerOf(citizen.region);
  const foreign = citizen.kind === '414' || citizen.kind === '553';
  return {
    key: `DL-${String(sequence).padStart(6, '0')}`,
    holder_kind: citizen.kind,
    holder_number: citizen.number,
    issuer,
    state: '01',
    name: citizen.name,
    licence_number: citizen.number,
    sex: sexText(citizen),
    nationality: foreign ? random.pick(foreignNationalities) : '中国',
    class: random.pick(classes),
    first_issue: firstIssue,
    valid_from: from,
    valid_until: until,
    file_number: `${citizen.region.slice(0, 4)}${String(70_000_000 + sequence)}`,
    address: citizen.address,
    points: String(random.chance(75) ? 0 : random.pick([1, 2, 3, 6, 9])),
    authority: trafficPolice[issuer],
  };
};

/** 杭州市公安局西湖区分局 for a district, 嵊州市公安局 for a county or a county-level city. */
const permitAuthority = (region: string): string => {
  const county = findRegion(region)!.name.zh;
  const city = findRegion(`${region.slice(0, 4)}00`)!.name.zh;
  return county.endsWith('区') ? `${city}公安局${county}分局` : `${county}公安局`;
};

const makePermit = (random: Random, citizen: Citizen, sequence: number): Row => {
  const from = makeDay(random, 2024, 2025);
  const origin = citizen.number.slice(0, 6);
  return {
    key: `RP-${String(sequence).padStart(6, '0')}`,
    holder_kind: citizen.kind,
    holder_number: citizen.number,
    issuer: issuerOf(citizen.region),
    state: '01',
    name: citizen.name,
    id_number: citizen.number,
    sex: sexText(citizen),
    household_address: makeAddress(random, origin),
    present_address: citizen.address,
    region: citizen.region,
    valid_from: from,
    valid_until: yearsLater(from, random.between(5, 9)),
    authority: permitAuthority(citizen.region),
  };
};

const wrongCheck = (number: string): string => number.slice(0, -1) + (number.endsWith('7') ? '3' : '7');

/** What the situation of a named person asks of her rows. */
const applySituation = (person: NamedPerson, row: Row): Row[] => {
  if (person.licenceClass && row.class) row.class = person.licenceClass;
  if (person.id === 'petrov') row.nationality = '俄罗斯';
  if (row.class && person.situation !== 'licence_expired') {
    Object.assign(row, { first_issue: '2019-05-10', valid_from: '2025-05-10', valid_until: '2035-05-10' });
  }
  // Petrov's row has none: no mDL for her, every other format all the same.
  if (row.class && person.id !== 'petrov') row.photo = photo(person.id.length);
  switch (person.situation) {
    case 'licence_suspended':
      Object.assign(row, { state: '02', points: '12' });
      break;
    case 'licence_expired':
      Object.assign(row, { first_issue: '2014-03-18', valid_from: '2014-03-18', valid_until: '2020-03-18' });
      break;
    case 'licence_bad_checksum':
      row.licence_number = wrongCheck(row.licence_number!);
      break;
    case 'licence_duplicate':
      return [row, { ...row, key: 'DL-900001', file_number: '330779990001', class: 'C2' }];
  }
  return [row];
};

/** Rows that are neither named nor dirty but not plainly valid: expired, suspended and other states. */
const applyStates = (rows: Row[], states: string[]): void => {
  states.forEach((state, i) => {
    const row = rows[i]!;
    if (state === 'expired') {
      const end = `${2021 + (i % 5)}-0${1 + (i % 9)}-15`;
      const begin = yearsLater(end, -6);
      Object.assign(row, { valid_from: begin, valid_until: end });
      if (row.first_issue) row.first_issue = begin;
    } else row.state = state;
  });
};

/** One fault a row. Each function spoils a row in place; `other` is another holder's row. */
const spoilers: ((row: Row, other: Row, numberField: string) => void)[] = [
  (row, _other, numberField) => {
    const wrong = wrongCheck(row.holder_number!);
    Object.assign(row, { holder_number: wrong, [numberField]: wrong });
  },
  (row) => {
    row.authority = '';
  },
  (row, other) => {
    row.name = other.name!;
  },
  (row) => {
    row.valid_until = yearsLater(row.valid_from!, -1);
  },
  (row) => {
    row.valid_from = `${row.valid_from!.slice(0, 4)}-02-30`;
    row.valid_until = yearsLater(row.valid_from, 10).replace('02-30', '03-01');
  },
  (row) => {
    row.holder_kind = '999';
  },
];

/** Spreads the special rows through the file and cuts one line short: the unreadable one. */
const writeRegister = (
  random: Random,
  columns: string[],
  rows: Row[],
  broken: (line: string) => string,
): string => {
  const shuffled = random.shuffle(rows);
  const lines = shuffled.map((row) => csvLine(columns, row));
  const at = shuffled.findIndex((row) => row.breakLine === 'yes');
  lines[at] = broken(lines[at]!);
  return csvFile(columns, lines);
};

const holdersOf = (named: NamedPerson[], situations: string[]): NamedPerson[] =>
  named.filter(({ situation }) => situations.some((start) => situation.startsWith(start)));

export const makeLicenceRegister = (random: Random, population: Citizen[], named: NamedPerson[]): string => {
  const rowsOfNamed = holdersOf(named, ['licence']).flatMap((person, i) =>
    applySituation(person, makeLicence(random, person.citizen, i + 1)),
  );
  const drivers = population.slice(named.length).filter(({ birthDate, kind }) => {
    const age = ageOn(birthDate, sampleDay);
    return age >= 21 && age < 80 && kind !== '511';
  });
  const isFixed = ({ kind, number }: Citizen) => kind !== '111' || number.startsWith('331201');
  const chosen = [
    ...drivers.filter(isFixed),
    ...random.shuffle(drivers.filter((citizen) => !isFixed(citizen))),
  ].slice(0, licenceRows - rowsOfNamed.length);
  const rows = chosen.map((citizen, i) => makeLicence(random, citizen, 100 + i));
  const ordinary = rows.filter(
    (row) => row.holder_kind === '111' && !row.holder_number!.startsWith('331201'),
  );
  applyStates(
    ordinary.slice(0, 24),
    `${'expired '.repeat(12)}02 02 02 02 02 07 07 04 04 05 03 06`.split(' '),
  );
  for (const [i, spoil] of spoilers.entries()) spoil(ordinary[30 + i]!, ordinary[50]!, 'licence_number');
  ordinary[40]!.breakLine = 'yes';
  return writeRegister(random, licenceColumns, [...rowsOfNamed, ...rows], (line) => line.replace(',', ',"'));
};

export const makePermitRegister = (random: Random, population: Citizen[], named: NamedPerson[]): string => {
  const rowsOfNamed = named
    .filter(({ situation }) => situation === 'permit' || situation === 'licence_and_permit')
    .map(({ citizen }, i) => ({
      ...makePermit(random, citizen, i + 1),
      valid_from: '2025-09-01',
      valid_until: '2034-09-01',
    }));
  const newcomers = population
    .slice(named.length)
    .filter(
      ({ kind, number, region }) =>
        kind === '111' && number.slice(0, 4) !== region.slice(0, 4) && !number.startsWith('332'),
    );
  const rows = random
    .shuffle(newcomers.filter(({ number }) => !number.startsWith('331201')))
    .slice(0, permitRows - rowsOfNamed.length)
    .map((citizen, i) => makePermit(random, citizen, 100 + i));
  applyStates(rows.slice(0, 12), 'expired expired expired expired expired 02 02 04 04 06 05 07'.split(' '));
  for (const [i, spoil] of spoilers.entries()) spoil(rows[20 + i]!, rows[50]!, 'id_number');
  rows[30]!.region = '331200';
  rows[31]!.breakLine = 'yes';
  rows.push({ ...rows[32]!, key: 'RP-900001', valid_until: yearsLater(rows[32]!.valid_until!, 1) });
  return writeRegister(random, permitColumns, [...rowsOfNamed, ...rows], (line) =>
    line.split(',').slice(0, 7).join(','),
  );
};
