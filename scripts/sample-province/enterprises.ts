/**
 * Sixty invented enterprises and two agent firms, with their legal representatives among the citizens, and who works
 * for the three whose accounts the first start opens. Their credit codes pass both checks and are nobody's.
 */
import {
  creditCodeCheckCharacter,
  findRegion,
  organisationCodeCheckCharacter,
} from '../../src/identifiers/index.ts';
import { ageOn, type Citizen, makeAddress, makeDay, sampleDay } from './citizen.ts';
import { csvFile, csvLine, type Row } from './csv.ts';
import type { NamedPerson } from './named-people.ts';
import type { Random } from './random.ts';

const columns =
  'credit_code,name,legal_rep_kind,legal_rep_number,legal_rep_name,state,region,address,established,agency'.split(
    ',',
  );

const ordinary = 60;
const brands = [
  '和禾',
  '新澜',
  '望岳',
  '晨帆',
  '锦溪',
  '云栖坞',
  '东篱',
  '百川汇',
  '青屿',
  '南塘',
  '知行里',
  '山海缘',
];
const trades: [name: string, chance: number][] = [
  ['食品', 3],
  ['餐饮管理', 3],
  ['超市', 2],
  ['纺织', 2],
  ['五金制品', 2],
  ['物流', 2],
  ['电子商务', 2],
  ['建筑工程', 1],
  ['农业开发', 1],
  ['信息技术', 1],
];

/** The body begins with `MY99`, far above the codes handed out so far. 91: a company. */
const makeCreditCode = (region: string, sequence: number): string => {
  const body = `MY99${String(sequence).padStart(4, '0')}`;
  const code = `91${region}${body}${organisationCodeCheckCharacter(body)}`;
  return code + creditCodeCheckCharacter(code);
};

const cityOf = (region: string): string => findRegion(`${region.slice(0, 4)}00`)!.name.zh.replace(/市$/, '');

const wrongCheck = (code: string): string => code.slice(0, -1) + (code.endsWith('6') ? '8' : '6');

interface Sketch {
  person: string;
  region: string;
  name: string;
  state?: string;
  badCheck?: true;
  agency?: true;
}

/** Enterprises of named people, each for one situation. */
const sketches: Sketch[] = [
  { person: 'ouyang', region: '330302', name: '温州望湖食品有限公司' },
  { person: 'chen', region: '330281', name: '余姚新桥餐饮管理有限公司' },
  { person: 'zhao', region: '330402', name: '嘉兴梧桐纺织有限公司', state: '04' },
  { person: 'wang', region: '331002', name: '台州临江五金制品有限公司', badCheck: true },
  { person: 'jin', region: '330782', name: '义乌晨光企业代理服务有限公司', agency: true },
];

const rowOf = (
  random: Random,
  at: { sequence: number; region: string; name: string; legalRep: Citizen },
): Row => {
  const { kind, number, name } = at.legalRep;
  return {
    credit_code: makeCreditCode(at.region, at.sequence),
    name: at.name,
    legal_rep_kind: kind,
    legal_rep_number: number,
    legal_rep_name: name,
    state: '01',
    region: at.region,
    address: makeAddress(random, at.region),
    established: makeDay(random, 1998, 2025),
    agency: '',
  };
};

/** The enterprises of the sample as their register has them. */
export const makeEnterpriseRows = (random: Random, population: Citizen[], named: NamedPerson[]): Row[] => {
  const citizenOf = (id: string): Citizen => named.find((person) => person.id === id)!.citizen;
  const rows = sketches.map(({ person, region, name, state, badCheck, agency }, i) => {
    const row = rowOf(random, { sequence: i + 1, region, name, legalRep: citizenOf(person) });
    if (state) row.state = state;
    if (agency) row.agency = 'yes';
    // Really registered codes that fail the check exist; an officer accepts this one on evidence.
    if (badCheck) row.credit_code = wrongCheck(row.credit_code!);
    return row;
  });
  const adults = random.shuffle(
    population
      .slice(named.length)
      .filter(({ birthDate }) => ageOn(birthDate, sampleDay) >= 25 && ageOn(birthDate, sampleDay) < 72),
  );
  const tradeNames = trades.flatMap(([name, chance]) => Array<string>(chance).fill(name));
  const taken = new Set(rows.map(({ name }) => name));
  const nextName = (region: string, kind: () => string): string => {
    for (;;) {
      const name = `${cityOf(region)}${random.pick(brands)}${kind()}有限公司`;
      if (!taken.has(name)) {
        taken.add(name);
        return name;
      }
    }
  };
  const secondAgent = adults.pop()!;
  rows.push({
    ...rowOf(random, {
      sequence: 6,
      region: '330106',
      name: nextName('330106', () => '财税代理'),
      legalRep: secondAgent,
    }),
    agency: 'yes',
  });
  const agencies = rows.filter(({ agency }) => agency === 'yes').length;
  for (let i = 0; rows.length < ordinary + agencies; i += 1) {
    // A few people represent two enterprises.
    const legalRep = adults[i < 50 ? i : i - 50]!;
    const { region } = legalRep;
    const row = rowOf(random, {
      sequence: 100 + i,
      region,
      name: nextName(region, () => random.pick(tradeNames)),
      legalRep,
    });
    if (i === 10) row.state = '07';
    if (i === 11) row.state = '02';
    rows.push(row);
  }
  return rows;
};

/** The register of business licences. */
export const makeEnterpriseRegister = (random: Random, population: Citizen[], named: NamedPerson[]): string =>
  csvFile(
    columns,
    makeEnterpriseRows(random, population, named).map((row) => csvLine(columns, row)),
  );

const item = 'food-business-permit';

/** Who works for whom at the first start: a manager, delegates, an agent firm and its staff. */
export const makeEnterpriseStaff = (population: Citizen[], named: NamedPerson[]) => {
  const codeOf = (person: string): string => {
    const i = sketches.findIndex((sketch) => sketch.person === person);
    return makeCreditCode(sketches[i]!.region, i + 1);
  };
  const person = ({ kind, number, name }: Citizen) => ({ kind, number, name });
  const namedPerson = (id: string) => person(named.find((one) => one.id === id)!.citizen);
  const neighbours = population
    .slice(named.length)
    .filter(
      ({ region, birthDate }) =>
        region.startsWith('3303') && ageOn(birthDate, sampleDay) >= 25 && ageOn(birthDate, sampleDay) < 60,
    )
    .slice(0, 2);
  return [
    {
      creditCode: codeOf('ouyang'),
      managers: [namedPerson('zhou')],
      mandates: [
        { person: namedPerson('lin'), items: [item], days: 180 },
        ...neighbours.map((citizen) => ({ person: person(citizen), items: [item], days: 90 })),
      ],
      agents: [{ creditCode: codeOf('jin'), items: [item], days: 365, staff: [namedPerson('petrov')] }],
    },
    {
      creditCode: codeOf('chen'),
      managers: [],
      mandates: [{ person: namedPerson('zhou'), items: [item], days: 180 }],
      agents: [],
    },
  ];
};
