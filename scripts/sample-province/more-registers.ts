/**
 * The registers of all types but the two large ones: named people first, then citizens and enterprises by lot, then a
 * few rows that a register really has and that must be refused, each with its reason (SHR-4).
 */
import { ageOn, type Citizen, issuerOf, makeCitizenNumber, sampleDay } from './citizen.ts';
import { csvFile, csvLine, type Row } from './csv.ts';
import { enterpriseRegisters } from './enterprise-registers.ts';
import type { NamedPerson } from './named-people.ts';
import { personRegisters } from './person-registers.ts';
import { photo } from './photos.ts';
import type { Random } from './random.ts';

/** Who a row is about: a citizen or an enterprise. */
export interface Holder {
  /** Of a named person. */
  id?: string;
  kind: string;
  number: string;
  name: string;
  region: string;
  address: string;
  citizen?: Citizen;
}

export interface RegisterPlan {
  /** Name of the file and of the register. */
  file: string;
  /** `police`: the three issuers of the police; else the one department. */
  issuer: string;
  numberField: string;
  /** The day the certificate begins on: spoilt into one that does not exist. */
  fromField: string;
  named?: string[];
  /** Its rows carry a photo. */
  photo?: true;
  /** No row has one holder alone. */
  alwaysTwo?: true;
  citizens?: { count: number; fit?(citizen: Citizen): boolean };
  enterprises?: number;
  /** Who holds it with her: the row lists them with commas (GB/T 36903). */
  partners?(at: { random: Random; holder: Holder; sequence: number; people: readonly Citizen[] }): Holder[];
  /** Fields by column, after the common ones. `sequence` is the row's own number. */
  fields(at: {
    random: Random;
    holder: Holder;
    sequence: number;
    people: readonly Citizen[];
    /** How many hold it. */
    holders: number;
  }): Row;
}

export const grown = ({ birthDate }: Citizen): boolean => ageOn(birthDate, sampleDay) >= 22;

export const holderOf = (citizen: Citizen): Holder => ({ ...citizen, citizen });

/** Valid by their check characters, and nobody's: the orders of the population are lower. */
const stranger = (order = 499): Holder => ({
  kind: '111',
  number: makeCitizenNumber('330102', '1985-05-05', 'male', order),
  name: '查无此人',
  region: '330102',
  address: '浙江省杭州市上城区示范大道1号',
});

const wrongCheck = (number: string): string => number.slice(0, -1) + (number.endsWith('7') ? '3' : '7');

const writePlan = (
  plan: RegisterPlan,
  random: Random,
  population: readonly Citizen[],
  named: readonly NamedPerson[],
  enterprises: readonly Holder[],
): string => {
  const { fit = grown, count = 0 } = plan.citizens ?? {};
  const people = population
    .slice(named.length)
    .filter(({ kind, number }) => kind === '111' && !number.startsWith('331201'));
  const citizens: Holder[] = [
    ...named
      .filter(({ id }) => plan.named?.includes(id))
      .map(({ id, citizen }) => ({ ...holderOf(citizen), id })),
    ...random.shuffle(people.filter(fit)).slice(0, count).map(holderOf),
  ];
  // The first enterprise is a named person's, and shows that one in force.
  const firms = [...enterprises.slice(0, 2), ...random.shuffle(enterprises.slice(8))].slice(
    0,
    plan.enterprises ?? 0,
  );
  const adults = random.shuffle(people.filter(grown));
  const rowOf = (holder: Holder, i: number): Row => {
    const at = { random, holder, sequence: 1000 + i, people: adults };
    const unknown = plan.alwaysTwo ? [stranger(497)] : [];
    const partners = holder.name === stranger().name ? unknown : plan.partners?.(at);
    const holders = [holder, ...(partners ?? [])];
    const listed = (of: (one: Holder) => string): string => holders.map(of).join(',');
    return {
      key: `${plan.file}-${String(i + 1).padStart(4, '0')}`,
      holder_kind: listed(({ kind }) => kind),
      holder_number: listed(({ number }) => number),
      issuer: plan.issuer === 'police' ? issuerOf(holder.region) : plan.issuer,
      state: '01',
      name: listed(({ name }) => name),
      [plan.numberField]: listed(({ number }) => number),
      ...plan.fields({ ...at, holders: holders.length }),
      ...(plan.photo ? { photo: photo(i) } : {}),
    };
  };
  const holders = [...citizens, ...firms];
  const rows = holders.map(rowOf);
  const last = rows.length - 1;
  rows[last - 3]!.state = '02';
  rows[last - 4]!.state = '04';
  const wrong = wrongCheck(rows[last]!.holder_number!);
  Object.assign(rows[last]!, { holder_number: wrong, [plan.numberField]: wrong });
  rows[last - 1]![plan.fromField] = `${rows[last - 1]![plan.fromField]!.slice(0, 4)}-02-30`;
  rows[last - 2]!.authority = '';
  if (plan.citizens) rows.push(rowOf(stranger(), rows.length));
  const columns = Object.keys(rows[0]!);
  return csvFile(
    columns,
    random.shuffle(rows).map((row) => csvLine(columns, row)),
  );
};

export const makeMoreRegisters = (input: {
  randomOf(i: number): Random;
  population: readonly Citizen[];
  named: readonly NamedPerson[];
  enterprises: readonly Row[];
}): [path: string, content: string][] => {
  const firms = input.enterprises
    .filter(({ state, credit_code }, i) => state === '01' && i !== 3 && credit_code)
    .map(
      (row): Holder => ({
        kind: '001',
        number: row.credit_code!,
        name: row.name!,
        region: row.region!,
        address: row.address!,
      }),
    );
  return [...personRegisters, ...enterpriseRegisters].map((plan, i) => [
    `registers/${plan.file}.csv`,
    writePlan(plan, input.randomOf(i), input.population, input.named, firms),
  ]);
};
