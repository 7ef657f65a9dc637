/** What each register about persons says of its holders. */
import { findRegion } from '../../src/identifiers/index.ts';
import { ageOn, type Citizen, makeDay, sampleDay, yearsLater } from './citizen.ts';
import { type Holder, holderOf, type RegisterPlan } from './more-registers.ts';
import { posts } from './officials.ts';
import { makeOrganisation } from './organisation.ts';
import type { Random } from './random.ts';

const sexOf = ({ citizen }: Holder): string => (citizen?.sex === 'female' ? '女' : '男');
const birthOf = ({ citizen }: Holder): string => citizen?.birthDate ?? '1985-05-05';
const ageOf = (citizen: Citizen): number => ageOn(citizen.birthDate, sampleDay);
const digits = (random: Random, count: number): string =>
  Array.from({ length: count }, () => random.below(10)).join('');
const placeOf = (region: string): string => findRegion(region)?.name.zh ?? '杭州市';
const cityOf = (region: string): string => placeOf(`${region.slice(0, 4)}00`);
/** 杭州市公安局 for every county of the city. */
const police = (region: string): string => `${cityOf(region)}公安局`;
/** Of who has a post: a card names the unit that she works for. */
const unitOf = ({ id }: Holder): string | undefined => {
  const post = posts.find(({ person }) => person === id);
  return makeOrganisation().find((unit) => unit.id === post?.unit)?.name.zh;
};
const letters = 'ABCDEFGHJKLMNPRSTUVWXYZ';

export const plate = (random: Random, region: string): string => {
  const city = 'ABCDEFGHJKL'[Number(region.slice(2, 4)) - 1] ?? 'A';
  return `浙${city}${random.pick([...letters])}${digits(random, 4)}`;
};

export const vin = (random: Random): string => `LZ${random.pick([...letters])}${digits(random, 14)}`;

const someone = (people: readonly Citizen[], sequence: number, sex: Citizen['sex']): Citizen =>
  people.filter((citizen) => citizen.sex === sex)[sequence % 50]!;

const couple = (file: string, letter: string, named: string[]): RegisterPlan => ({
  file,
  issuer: 'zj-civil-affairs',
  numberField: 'id_number',
  fromField: 'registered_on',
  named,
  citizens: { count: 14, fit: (citizen) => ageOf(citizen) >= 32 && ageOf(citizen) < 70 },
  alwaysTwo: true,
  partners: ({ holder, people, sequence }) => [
    holderOf(someone(people, sequence, holder.citizen?.sex === 'female' ? 'male' : 'female')),
  ],
  fields: ({ random, holder, sequence }) => {
    const registered_on = makeDay(random, 2015, 2025);
    return {
      certificate_number: `${letter}${holder.region}-${registered_on.slice(0, 4)}-00${sequence}`,
      registered_on,
      registrar: random.pick(['何静', '施敏', '毛凯']),
      authority: `${placeOf(holder.region)}民政局`,
    };
  },
});

export const personRegisters: RegisterPlan[] = [
  {
    file: 'resident-id-cards',
    photo: true,
    issuer: 'police',
    numberField: 'id_number',
    fromField: 'valid_from',
    named: ['lin', 'chen', 'wang', 'zhou', 'ouyang', 'gu'],
    citizens: { count: 40, fit: () => true },
    fields: ({ random, holder }) => {
      const from = makeDay(random, 2022, 2025);
      const age = ageOn(birthOf(holder), from);
      const years = age < 16 ? 5 : age < 26 ? 10 : 20;
      return {
        sex: sexOf(holder),
        nation: holder.name.includes('·') ? '维吾尔族' : '汉族',
        birth_date: birthOf(holder),
        address: holder.address,
        valid_from: from,
        valid_until: age < 46 ? yearsLater(from, years) : '',
        authority: police(holder.region),
      };
    },
  },
  {
    file: 'household-registers',
    issuer: 'police',
    numberField: 'id_number',
    fromField: 'registered_on',
    named: ['zhou', 'wang'],
    citizens: { count: 16 },
    fields: ({ random, holder }) => ({
      household_number: digits(random, 9),
      household_kind: '家庭户',
      head_name: holder.name,
      relation: '户主',
      address: holder.address,
      registered_on: makeDay(random, 2005, 2024),
      authority: police(holder.region),
    }),
  },
  {
    file: 'residence-registrations',
    issuer: 'police',
    numberField: 'id_number',
    fromField: 'registered_on',
    citizens: { count: 16, fit: ({ number }) => !number.startsWith('33') },
    fields: ({ random, holder }) => {
      const registered_on = makeDay(random, 2025, 2025);
      return {
        present_address: holder.address,
        region: holder.region,
        registered_on,
        valid_until: yearsLater(registered_on, 2),
        authority: `${placeOf(holder.region)}城东派出所`,
      };
    },
  },
  {
    file: 'social-security-cards',
    photo: true,
    issuer: 'zj-hrss',
    numberField: 'id_number',
    fromField: 'issued_on',
    named: ['lin', 'zhou', 'ouyang', 'gu'],
    citizens: { count: 30, fit: () => true },
    fields: ({ random, holder, sequence }) => {
      const issued_on = makeDay(random, 2018, 2025);
      return {
        card_number: `A${String(23_450_000 + sequence)}`,
        bank: random.pick(['示例银行', '东海农商银行', '钱塘银行']),
        region: holder.region,
        issued_on,
        valid_until: yearsLater(issued_on, 10),
        authority: `${cityOf(holder.region)}人力资源和社会保障局`,
      };
    },
  },
  {
    file: 'medical-insurance',
    issuer: 'zj-medical-security',
    numberField: 'id_number',
    fromField: 'insured_from',
    named: ['lin', 'zhou', 'gu'],
    citizens: { count: 30, fit: () => true },
    fields: ({ random, holder }) => ({
      region: holder.region,
      insurance_kind:
        holder.citizen && ageOf(holder.citizen) >= 22 ? '职工基本医疗保险' : '城乡居民基本医疗保险',
      insured_state: '正常参保',
      insured_from: makeDay(random, 2012, 2025),
      authority: `${cityOf(holder.region)}医疗保障局`,
    }),
  },
  couple('marriages', 'J', ['zhou']),
  couple('divorces', 'L', ['wang']),
  {
    file: 'births',
    issuer: 'zj-health',
    numberField: 'id_number',
    fromField: 'issued_on',
    citizens: { count: 16, fit: (citizen) => ageOf(citizen) < 14 },
    fields: ({ random, holder, sequence, people }) => {
      const parents = people.filter((citizen) => ageOf(citizen) >= 28 && ageOf(citizen) < 48);
      const [mother, father] = [someone(parents, sequence, 'female'), someone(parents, sequence, 'male')];
      return {
        sex: sexOf(holder),
        birth_date: birthOf(holder),
        birth_time: `${String(random.below(24)).padStart(2, '0')}:${String(random.below(60)).padStart(2, '0')}`,
        birth_place: cityOf(holder.region),
        hospital: `${cityOf(holder.region)}妇幼保健院`,
        mother_name: mother.name,
        mother_number: mother.number,
        father_name: father.name,
        father_number: father.number,
        certificate_number: `T33000${sequence}`,
        issued_on: birthOf(holder),
        authority: `${cityOf(holder.region)}妇幼保健院`,
      };
    },
  },
  {
    file: 'professional-qualifications',
    issuer: 'zj-hrss',
    numberField: 'id_number',
    fromField: 'issued_on',
    named: ['ouyang'],
    citizens: { count: 14 },
    fields: ({ random, holder, sequence }) => ({
      profession: random.pick(['汽车驾驶员', '电工', '保育师', '养老护理员', '茶艺师']),
      grade: random.pick(['三级/高级工', '四级/中级工', '二级/技师']),
      certificate_number: `330000000000${sequence}`,
      issued_on: makeDay(random, 2016, 2025),
      authority: `${cityOf(holder.region)}职业技能鉴定中心`,
    }),
  },
  {
    file: 'special-operations',
    issuer: 'zj-emergency',
    numberField: 'id_number',
    fromField: 'valid_from',
    citizens: { count: 14, fit: (citizen) => ageOf(citizen) >= 22 && ageOf(citizen) < 58 },
    fields: ({ random, holder }) => {
      const valid_from = makeDay(random, 2023, 2025);
      return {
        sex: sexOf(holder),
        operation_kind: '电工作业',
        operation_item: random.pick(['低压电工作业', '高压电工作业', '熔化焊接与热切割作业']),
        valid_from,
        valid_until: yearsLater(valid_from, 6),
        review_by: yearsLater(valid_from, 3),
        authority: `${cityOf(holder.region)}应急管理局`,
      };
    },
  },
  {
    file: 'disability-cards',
    photo: true,
    issuer: 'zj-disabled',
    numberField: 'id_number',
    fromField: 'issued_on',
    citizens: { count: 14, fit: () => true },
    fields: ({ random, holder }) => {
      const issued_on = makeDay(random, 2018, 2025);
      const level = random.between(1, 4);
      return {
        sex: sexOf(holder),
        card_number: `${holder.number}${random.between(1, 7)}${level}`,
        disability_kind: random.pick(['视力残疾', '听力残疾', '肢体残疾']),
        disability_level: `${'一二三四'[level - 1]}级`,
        issued_on,
        valid_until: yearsLater(issued_on, 10),
        authority: `${placeOf(holder.region)}残疾人联合会`,
      };
    },
  },
  {
    file: 'elder-cards',
    photo: true,
    issuer: 'zj-civil-affairs',
    numberField: 'id_number',
    fromField: 'issued_on',
    named: ['zhou'],
    citizens: { count: 16, fit: (citizen) => ageOf(citizen) >= 61 },
    fields: ({ random, holder, sequence }) => ({
      sex: sexOf(holder),
      birth_date: birthOf(holder),
      card_number: `33000000${sequence}`,
      issued_on: makeDay(random, 2026, 2026).replace(/-1[12]-/, '-10-'),
      authority: `${placeOf(holder.region)}民政局`,
    }),
  },
  {
    file: 'enforcement-cards',
    photo: true,
    issuer: 'zj-justice',
    numberField: 'id_number',
    fromField: 'issued_on',
    named: ['zhao'],
    citizens: { count: 12, fit: (citizen) => ageOf(citizen) >= 24 && ageOf(citizen) < 60 },
    fields: ({ random, holder, sequence }) => {
      const issued_on = makeDay(random, 2022, 2025);
      return {
        unit: unitOf(holder) ?? `${cityOf(holder.region)}市场监督管理局`,
        card_number: `33010000${sequence}`,
        field: random.pick(['市场监管', '食品安全', '交通运输', '应急管理']),
        enforcement_area: cityOf(holder.region),
        issued_on,
        valid_until: yearsLater(issued_on, 5),
        authority: '浙江省司法厅',
      };
    },
  },
  {
    file: 'grid-workers',
    photo: true,
    issuer: 'zj-political-legal',
    numberField: 'id_number',
    fromField: 'issued_on',
    named: ['chen'],
    citizens: { count: 14, fit: (citizen) => ageOf(citizen) >= 22 && ageOf(citizen) < 58 },
    fields: ({ random, holder, sequence }) => {
      const issued_on = makeDay(random, 2024, 2025);
      return {
        unit: `${placeOf(holder.region)}社会治理中心`,
        grid_code: `${holder.region}00000${sequence}`,
        grid_name: `第${random.between(1, 90)}网格`,
        issued_on,
        valid_until: yearsLater(issued_on, 3),
        authority: `${placeOf(holder.region)}委政法委员会`,
      };
    },
  },
];
