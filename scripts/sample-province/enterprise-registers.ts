/** What each register about enterprises, or about persons and enterprises alike, says of its holders. */
import { findRegion } from '../../src/identifiers/index.ts';
import { makeDay, yearsLater } from './citizen.ts';
import { holderOf, type RegisterPlan } from './more-registers.ts';
import { plate, vin } from './person-registers.ts';
import type { Random } from './random.ts';

const cityOf = (region: string): string => findRegion(`${region.slice(0, 4)}00`)!.name.zh;
const isFirm = ({ kind }: { kind: string }): boolean => kind === '001';
const amount = (random: Random): string => `${random.between(20, 90_000)}.${random.between(10, 99)}`;
const surnames = ['何静', '施敏', '毛凯', '钱立'];

const permit = (
  file: string,
  issuer: string,
  years: number,
  fields: RegisterPlan['fields'],
): RegisterPlan => ({
  file,
  issuer,
  numberField: 'credit_code',
  fromField: 'valid_from',
  enterprises: 12,
  fields: (at) => {
    const valid_from = makeDay(at.random, 2023, 2025);
    return { ...fields(at), valid_from, valid_until: yearsLater(valid_from, years) };
  },
});

export const enterpriseRegisters: RegisterPlan[] = [
  {
    file: 'vehicle-licences',
    issuer: 'police',
    numberField: 'holder_number',
    fromField: 'issued_on',
    named: ['zhou', 'ouyang'],
    citizens: { count: 20 },
    enterprises: 6,
    partners: ({ holder, people, sequence }) =>
      isFirm(holder) || sequence % 8 > 0 ? [] : [holderOf(people[sequence % 60]!)],
    fields: ({ random, holder, sequence }) => {
      const registered_on = makeDay(random, 2019, 2024);
      return {
        plate: plate(random, holder.region),
        vehicle_kind: isFirm(holder) ? '中型厢式货车' : '小型轿车',
        vehicle_use: isFirm(holder) ? '货运' : '非营运',
        model: random.pick(['东海牌DH7000EV', '钱塘牌QT6500', '雁荡牌YD7150']),
        vin: vin(random),
        engine_number: `EN${70_000_000 + sequence}`,
        address: holder.address,
        registered_on,
        issued_on: registered_on,
        inspection_until: yearsLater(registered_on, random.between(3, 10)),
        authority: `${cityOf(holder.region)}公安局交通警察支队`,
      };
    },
  },
  {
    file: 'real-estate',
    issuer: 'zj-natural-resources',
    numberField: 'holder_number',
    fromField: 'registered_on',
    named: ['zhou', 'wang'],
    citizens: { count: 16 },
    enterprises: 4,
    // Every third flat is two people's, one in two of those in shares.
    partners: ({ holder, people, sequence }) =>
      isFirm(holder) || sequence % 3 > 0 ? [] : [holderOf(people[sequence % 60]!)],
    fields: ({ random, holder, sequence, holders }) => {
      const registered_on = makeDay(random, 2015, 2025);
      return {
        share: Array(holders)
          .fill(holders === 1 ? '单独所有' : random.pick(['共同共有', '按份共有50%']))
          .join(','),
        certificate_number: `浙(${registered_on.slice(0, 4)})${cityOf(holder.region)}不动产权第000${sequence}号`,
        unit_number: `${holder.region}001001GB0${sequence}F0001${sequence}`,
        location: holder.address,
        right_type: '国有建设用地使用权/房屋所有权',
        right_nature: '出让/市场化商品房',
        purpose: isFirm(holder) ? '工业' : '住宅',
        area: `${random.between(45, 180)}.${random.between(10, 99)}`,
        restriction: random.pick(['无抵押、无查封', '无抵押、无查封', '已抵押']),
        registered_on,
        land_until: `20${random.between(65, 95)}-12-31`,
        authority: `${cityOf(holder.region)}自然资源局`,
      };
    },
  },
  {
    file: 'business-licences',
    issuer: 'zj-market',
    numberField: 'credit_code',
    fromField: 'valid_from',
    enterprises: 30,
    fields: ({ random, holder, people, sequence }) => {
      const founded = makeDay(random, 2000, 2024);
      return {
        enterprise_kind: '有限责任公司（自然人投资或控股）',
        legal_rep: people[sequence % 100]!.name,
        capital: `${random.between(1, 90) * 10}万元人民币`,
        founded,
        address: holder.address,
        scope: '一般项目：国内贸易代理；技术服务；食品销售（仅销售预包装食品）',
        valid_from: founded,
        valid_until: random.chance(50) ? '' : yearsLater(founded, 40),
        authority: `${cityOf(holder.region)}市场监督管理局`,
      };
    },
  },
  {
    file: 'food-business-permits',
    issuer: 'zj-market',
    numberField: 'holder_number',
    fromField: 'valid_from',
    citizens: { count: 6 },
    enterprises: 12,
    fields: ({ random, holder, sequence }) => {
      const valid_from = makeDay(random, 2023, 2025);
      return {
        legal_rep: isFirm(holder) ? random.pick(surnames) : holder.name,
        permit_number: `JY${random.between(1, 3)}${holder.region.slice(0, 6)}00${sequence}${random.below(10)}`,
        place: holder.address,
        business_kind: random.pick(['餐饮服务经营者', '食品销售经营者']),
        items: '热食类食品制售；预包装食品销售',
        valid_from,
        valid_until: yearsLater(valid_from, 5),
        authority: `${cityOf(holder.region)}市场监督管理局`,
      };
    },
  },
  permit('drug-business-permits', 'zj-drug', 5, ({ random, holder, sequence }) => ({
    legal_rep: random.pick(surnames),
    permit_number: `浙B${random.pick(['A', 'B'])}57100${sequence}`,
    place: holder.address,
    warehouse: holder.address,
    scope: '中药饮片；中成药；化学药；生物制品',
    quality_head: random.pick(surnames),
    authority: '浙江省药品监督管理局',
  })),
  permit('medical-device-permits', 'zj-drug', 5, ({ random, holder, sequence }) => ({
    legal_rep: random.pick(surnames),
    permit_number: `浙杭药监械经营许2024${sequence}号`,
    place: holder.address,
    warehouse: holder.address,
    scope: '第三类医疗器械：注射器、体外诊断试剂',
    quality_head: random.pick(surnames),
    authority: '浙江省药品监督管理局',
  })),
  {
    file: 'road-transport-certificates',
    issuer: 'zj-transport',
    numberField: 'holder_number',
    fromField: 'issued_on',
    named: ['ouyang'],
    citizens: { count: 6 },
    enterprises: 8,
    fields: ({ random, holder, sequence }) => ({
      plate: plate(random, holder.region),
      vehicle_kind: '重型半挂牵引车',
      scope: '普通货运',
      certificate_number: `33010000${sequence}`,
      permit_number: `33020000${sequence}`,
      issued_on: makeDay(random, 2023, 2025),
      inspection_until: makeDay(random, 2027, 2027),
      authority: `${cityOf(holder.region)}交通运输局`,
    }),
  },
  permit('road-transport-permits', 'zj-transport', 4, ({ holder, sequence }) => ({
    business_address: holder.address,
    permit_number: `33020000${sequence}`,
    scope: '道路普通货物运输；货物专用运输（集装箱）',
    authority: `${cityOf(holder.region)}交通运输局`,
  })),
  permit('construction-qualifications', 'zj-housing', 5, ({ random, holder, sequence }) => ({
    legal_rep: random.pick(surnames),
    certificate_number: `D23300${sequence}`,
    address: holder.address,
    qualification: random.pick(['建筑工程施工总承包二级', '市政公用工程施工总承包二级']),
    authority: '浙江省住房和城乡建设厅',
  })),
  permit('safety-production-permits', 'zj-housing', 3, ({ random, holder, sequence }) => ({
    legal_rep: random.pick(surnames),
    permit_number: `(浙)JZ安许证字[2024]01${sequence}`,
    address: holder.address,
    scope: '建筑施工',
    authority: '浙江省住房和城乡建设厅',
  })),
  {
    file: 'tax-payments',
    issuer: 'zj-tax',
    numberField: 'holder_number',
    fromField: 'issued_on',
    named: ['chen'],
    citizens: { count: 12 },
    enterprises: 8,
    fields: ({ random, holder, sequence }) => ({
      certificate_number: `33000000000000${sequence}`,
      tax_kind: isFirm(holder) ? '增值税' : '个人所得税',
      period_from: '2025-01-01',
      period_until: '2025-12-31',
      amount: amount(random),
      issued_on: makeDay(random, 2026, 2026).replace(/-1[12]-/, '-10-'),
      authority: `国家税务总局${cityOf(holder.region)}税务局`,
    }),
  },
  {
    file: 'fiscal-receipts',
    issuer: 'zj-finance',
    numberField: 'holder_number',
    fromField: 'issued_on',
    named: ['zhou'],
    citizens: { count: 16 },
    enterprises: 4,
    fields: ({ random, holder, sequence }) => ({
      receipt_code: '33060126',
      receipt_number: `000000${sequence}`,
      check_code: `${random.pick(['a', 'c', 'f'])}${random.between(10_000, 99_999)}`,
      payee: `${cityOf(holder.region)}第一人民医院`,
      items: '检查费；治疗费；西药费',
      amount: amount(random),
      entry_state: random.pick(['未入账', '未入账', '已入账']),
      issued_on: makeDay(random, 2026, 2026).replace(/-1[12]-/, '-10-'),
      authority: '浙江省财政厅',
    }),
  },
  {
    file: 'credit-reports',
    issuer: 'zj-credit',
    numberField: 'holder_number',
    fromField: 'as_of',
    named: ['ouyang', 'chen'],
    citizens: { count: 10 },
    enterprises: 10,
    fields: ({ random, holder, sequence }) => ({
      subject_kind: isFirm(holder) ? '企业' : '自然人',
      purpose: random.pick(['申请融资', '招标投标', '企业上市']),
      grade: isFirm(holder) ? random.pick(['优秀', '良好', '中等', '较差']) : '',
      period_from: '2023-11-16',
      as_of: '2026-11-16',
      results: '市场监管、税务、生态环境、人力社保等40个领域：无违法违规记录',
      report_number: `XY2026111600${sequence}`,
      authority: '浙江省信用中心',
    }),
  },
];
