/**
 * The sample's organisation tree: the issuing departments with their city and county units, and the towns of two
 * counties that share a city (GRS-2). The last three digits of the towns' codes and all credit codes are invented.
 */
import type { OrgUnit } from '../../src/officials/index.ts';
import { makeCreditCode, makeDepartments } from './departments.ts';

type Sketch = [id: string, zh: string, en: string, region: string, parent: string | undefined];

/** Where the issuing departments hang that are not the government's own. */
const parentOfDepartment: Record<string, string> = {
  'zj-netinfo': 'zj-party',
  'zj-political-legal': 'zj-party',
  wenzhou: 'zj-police',
  jinhua: 'zj-police',
};

const above: Sketch[] = [
  ['zj-government', '浙江省人民政府', "People's Government of Zhejiang Province", '330000', undefined],
  ['zj-party', '中共浙江省委', 'Zhejiang Provincial Party Committee', '330000', undefined],
];

const below: Sketch[] = [
  [
    'wenzhou-lucheng',
    '温州市公安局鹿城区分局',
    'Lucheng Branch, Wenzhou Public Security Bureau',
    '330302',
    'wenzhou',
  ],
  ['wenzhou-yueqing', '乐清市公安局', 'Yueqing Public Security Bureau', '330382', 'wenzhou'],
  [
    'jinhua-wucheng',
    '金华市公安局婺城分局',
    'Wucheng Branch, Jinhua Public Security Bureau',
    '330702',
    'jinhua',
  ],
  ['jinhua-yiwu', '义乌市公安局', 'Yiwu Public Security Bureau', '330782', 'jinhua'],
  ['wenzhou-market', '温州市市场监督管理局', 'Wenzhou Market Supervision Bureau', '330300', 'zj-market'],
  ['jinhua-market', '金华市市场监督管理局', 'Jinhua Market Supervision Bureau', '330700', 'zj-market'],
  ['shaoxing', '绍兴市人民政府', "Shaoxing Municipal People's Government", '330600', 'zj-government'],
  ['shaoxing-shengzhou', '嵊州市人民政府', "Shengzhou Municipal People's Government", '330683', 'shaoxing'],
  [
    'shengzhou-ganlin',
    '甘霖镇人民政府',
    "Ganlin Town People's Government",
    '330683101',
    'shaoxing-shengzhou',
  ],
  [
    'shengzhou-changle',
    '长乐镇人民政府',
    "Changle Town People's Government",
    '330683102',
    'shaoxing-shengzhou',
  ],
  ['shaoxing-zhuji', '诸暨市人民政府', "Zhuji Municipal People's Government", '330681', 'shaoxing'],
  ['zhuji-fengqiao', '枫桥镇人民政府', "Fengqiao Town People's Government", '330681101', 'shaoxing-zhuji'],
  ['zhuji-diankou', '店口镇人民政府', "Diankou Town People's Government", '330681102', 'shaoxing-zhuji'],
];

/** Far from the sequence of the departments, which grows. */
const firstSequence = 5001;

const unitsOf = (sketches: readonly Sketch[], offset: number): OrgUnit[] =>
  sketches.map(([id, zh, en, region, parent], i) => ({
    id,
    creditCode: makeCreditCode(region.slice(0, 6), firstSequence + offset + i),
    name: { zh, en },
    region,
    ...(parent === undefined ? {} : { parent }),
  }));

export const makeOrganisation = (): OrgUnit[] => [
  ...unitsOf(above, 0),
  ...makeDepartments().map(({ id, creditCode, name, region }) => {
    return { id, creditCode, name, region, parent: parentOfDepartment[id] ?? 'zj-government' };
  }),
  ...unitsOf(below, above.length),
];
