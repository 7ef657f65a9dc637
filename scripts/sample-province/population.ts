/** Some five hundred invented citizens over the eleven cities, and some twenty holders of other documents. */
import { allRegions, mod11_2CheckCharacter } from '../../src/identifiers/index.ts';
import {
  ageOn,
  type Citizen,
  makeAddress,
  makeCitizenNumber,
  makeDay,
  otherHomes,
  sampleDay,
} from './citizen.ts';
import { namedPeople } from './named-people.ts';
import { makeLatinName, makeName, rareNames, type Sex } from './names.ts';
import type { Random } from './random.ts';

const idCardHolders = 500;
/** Neither present nor retired in our table: intake flags it. */
const unlistedRegion = '331201';
// High order numbers are hardly ever handed out, which keeps the invented numbers away from real ones.
const orders = [450, 479] as const;

const counties = allRegions().filter(
  ({ level, code, retired }) => level === 'county' && code.startsWith('33') && !retired,
);
const retired = allRegions().filter((region) => region.retired);

/** Region of first registration: two thirds still live there. */
const originOf = (random: Random, home: string): string => {
  const draw = random.below(100);
  if (draw < 55) return home;
  if (draw < 65) {
    const sameCity = retired.filter(({ code }) => code.startsWith(home.slice(0, 4)));
    return sameCity.length > 0 ? random.pick(sameCity).code : home;
  }
  return draw < 85 ? random.pick(Object.keys(otherHomes)) : random.pick(counties).code;
};

const makePhones = (): (() => string) => {
  let next = 100;
  return () => `1990000${String(next++).padStart(4, '0')}`;
};

const passport = (random: Random): string =>
  `${random.pick(['K', 'N', 'P', 'C0'])}${random.between(1_000_000, 9_999_999)}`;

const otherDocument = (random: Random, kind: string, birthDate: string): string => {
  if (kind === '414') return passport(random);
  if (kind === '516') return `${random.pick(['H', 'M'])}${random.between(10_000_000, 99_999_999)}`;
  if (kind === '511') return String(random.between(10_000_000, 99_999_999));
  if (random.chance(50))
    return `${random.pick(['CAN', 'DEU', 'KOR'])}33${String(random.below(10 ** 9)).padStart(10, '0')}`;
  const body = `933${random.pick(['124', '276', '410'])}${birthDate.replaceAll('-', '')}${random.between(950, 989)}`;
  return body + mod11_2CheckCharacter(body);
};

const makeOthers = (random: Random, phone: () => string): Citizen[] => {
  const kinds = [
    '414',
    '414',
    '414',
    '414',
    '414',
    '414',
    '414',
    '516',
    '516',
    '516',
    '516',
    '516',
    '516',
    '511',
    '511',
    '511',
    '511',
    '553',
    '553',
  ];
  return kinds.map((kind) => {
    const sex: Sex = random.chance(50) ? 'male' : 'female';
    const birthDate = makeDay(random, 1955, 2002);
    const region = random.pick(counties).code;
    return {
      kind,
      number: otherDocument(random, kind, birthDate),
      name: kind === '516' || kind === '511' ? makeName(random, sex) : makeLatinName(random, sex),
      sex,
      birthDate,
      region,
      address: makeAddress(random, region),
      phone: phone(),
    };
  });
};

/** A phone shared in the family: a few citizens take the number of one before them, at the same address. */
const shareFamilyPhones = (citizens: Citizen[]): void => {
  for (const [from, to] of [
    [20, 21],
    [60, 61],
    [60, 62],
    [140, 141],
    [230, 231],
    [300, 301],
    [300, 302],
  ] as const) {
    const [holder, relative] = [citizens[from]!, citizens[to]!];
    relative.phone = holder.phone;
    relative.region = holder.region;
    relative.address = holder.address;
  }
};

/** Named people first, then the others in a fixed order. */
export const makePopulation = (random: Random): Citizen[] => {
  const named = namedPeople().map(({ citizen }) => citizen);
  const phone = makePhones();
  const rare = rareNames();
  const taken = new Set(named.map(({ number }) => number));
  const invented: Citizen[] = [];
  while (invented.length < idCardHolders - named.filter(({ kind }) => kind === '111').length) {
    // Every county gets its share before the first gets a second turn.
    const home = counties[invented.length % counties.length]!.code;
    const uncommon = invented.length % 29 === 28 ? rare.pop() : undefined;
    const sex: Sex = uncommon?.sex ?? (random.chance(50) ? 'male' : 'female');
    const birthDate = makeDay(random, 1935, 2020);
    const origin =
      invented.length === 200 || invented.length === 350 ? unlistedRegion : originOf(random, home);
    const number = makeCitizenNumber(origin, birthDate, sex, random.between(...orders));
    if (taken.has(number)) continue;
    taken.add(number);
    invented.push({
      kind: '111',
      number,
      name: uncommon?.name ?? makeName(random, sex),
      sex,
      birthDate,
      region: home,
      address: makeAddress(random, home),
      phone: ageOn(birthDate, sampleDay) < 12 ? '' : phone(),
    });
  }
  shareFamilyPhones(invented);
  return [...named, ...invented, ...makeOthers(random, phone)];
};
