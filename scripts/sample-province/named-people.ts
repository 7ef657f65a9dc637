/** The people whom the README names: each shows one situation. Their order is the order of the README. */
import { mod11_2CheckCharacter } from '../../src/identifiers/index.ts';
import { type Citizen, makeCitizenNumber } from './citizen.ts';
import type { Sex } from './names.ts';

export type Situation =
  | 'licence_and_permit'
  | 'licence'
  | 'licence_suspended'
  | 'licence_expired'
  | 'licence_bad_checksum'
  | 'licence_duplicate'
  | 'permit'
  | 'nothing';

export interface NamedPerson {
  id: string;
  citizen: Citizen;
  situation: Situation;
  licenceClass?: string;
  role: { zh: string; en: string };
  try: { zh: string; en: string };
  proofingLevel: 1 | 2 | 3;
}

interface Sketch extends Omit<NamedPerson, 'citizen'> {
  name: string;
  sex: Sex;
  birthDate: string;
  /** Region in the ID number; `home` where she lives. */
  origin: string;
  home: string;
  address: string;
  phone: string;
}

const sketches: Sketch[] = [
  {
    id: 'lin',
    name: '林晓雯',
    sex: 'female',
    birthDate: '1990-06-18',
    origin: '340104',
    home: '330106',
    address: '浙江省杭州市西湖区青禾路128号和风苑6幢1202室',
    phone: '19900000001',
    situation: 'licence_and_permit',
    licenceClass: 'C1',
    role: { zh: '市民，持有驾驶证和居住证', en: 'citizen with a driving licence and a residence permit' },
    try: {
      zh: '登录门户，领取驾驶证和居住证，出示并离线核验。',
      en: 'Sign in to the portal, add both certificates, show them and have them verified offline.',
    },
    proofingLevel: 3,
  },
  {
    id: 'chen',
    name: '陈志强',
    sex: 'male',
    birthDate: '1985-03-09',
    origin: '330281',
    home: '330281',
    address: '浙江省宁波市余姚市新桥路36号',
    phone: '19900000002',
    situation: 'licence_suspended',
    licenceClass: 'B2',
    role: { zh: '驾驶证在登记中为暂扣', en: 'driver whose licence is suspended in the register' },
    try: {
      zh: '领取驾驶证：证照显示“暂扣”，窗口核验不通过。',
      en: 'Add the driving licence: it says suspended, and the counter refuses it.',
    },
    proofingLevel: 3,
  },
  {
    id: 'wang',
    name: '王建国',
    sex: 'male',
    birthDate: '1968-11-02',
    origin: '332601',
    home: '331002',
    address: '浙江省台州市椒江区临江路77号',
    phone: '19900000003',
    situation: 'licence_expired',
    licenceClass: 'C1',
    role: {
      zh: '驾驶证已过有效期；身份号码带已撤并的区划代码',
      en: 'driver whose licence has expired; his ID number has a retired region code',
    },
    try: {
      zh: '领取驾驶证：证照显示“已过期”，不能再出示为有效。',
      en: 'Add the driving licence: it says expired and never shows as valid.',
    },
    proofingLevel: 3,
  },
  {
    id: 'wu',
    name: '吴阿妹',
    sex: 'female',
    birthDate: '1941-01-27',
    origin: '330623',
    home: '330683',
    address: '浙江省绍兴市嵊州市桂花巷9号',
    phone: '19900000004',
    situation: 'nothing',
    role: {
      zh: '老人，没有驾驶证，与女儿共用手机',
      en: 'elder without a licence who shares her daughter’s phone',
    },
    try: {
      zh: '用身份证号登录，看长辈版首屏和“没有登记”的提示。',
      en: 'Sign in with the ID number; see the elder mode and what “no entry” says.',
    },
    proofingLevel: 2,
  },
  {
    id: 'zhou',
    name: '周慧敏',
    sex: 'female',
    birthDate: '1966-09-14',
    origin: '330683',
    home: '330683',
    address: '浙江省绍兴市嵊州市桂花巷9号',
    phone: '19900000004',
    situation: 'licence',
    licenceClass: 'C2',
    role: { zh: '吴阿妹的女儿，同一手机号', en: 'Wu’s daughter, on the same phone number' },
    try: {
      zh: '用手机号登录：同一号码下有两人，系统会询问是谁。',
      en: 'Sign in with the phone number: two people share it, and the page asks who you are.',
    },
    proofingLevel: 3,
  },
  {
    id: 'zhao',
    name: '赵立新',
    sex: 'male',
    birthDate: '1979-07-30',
    origin: '330402',
    home: '330402',
    address: '浙江省嘉兴市南湖区梧桐路210号',
    phone: '19900000005',
    situation: 'licence_bad_checksum',
    licenceClass: 'C1',
    role: { zh: '登记中的证号校验码有误', en: 'driver whose register entry has a wrong check character' },
    try: {
      zh: '领取驾驶证：系统说明登记有误并已通知部门，而不是“没有登记”。',
      en: 'Add the driving licence: the answer is that the entry is faulty, not that there is none.',
    },
    proofingLevel: 3,
  },
  {
    id: 'jin',
    name: '金丽华',
    sex: 'female',
    birthDate: '1988-12-05',
    origin: '330782',
    home: '330782',
    address: '浙江省金华市义乌市晨光街415号',
    phone: '19900000006',
    situation: 'licence_duplicate',
    licenceClass: 'C1',
    role: {
      zh: '金华登记中有两条重复的驾驶证记录',
      en: 'driver with two rows for one licence in Jinhua’s register',
    },
    try: {
      zh: '领取驾驶证：重复记录被拦下，待部门核对。',
      en: 'Add the driving licence: both rows wait until the department has said which is right.',
    },
    proofingLevel: 3,
  },
  {
    id: 'ouyang',
    name: '欧阳文博',
    sex: 'male',
    birthDate: '1975-04-21',
    origin: '330302',
    home: '330302',
    address: '浙江省温州市鹿城区望湖街88号',
    phone: '19900000007',
    situation: 'licence',
    licenceClass: 'A1A2D',
    role: { zh: '职业驾驶员，由温州签发', en: 'professional driver, licence issued by Wenzhou' },
    try: {
      zh: '出示多种准驾车型；签发机关是温州而不是省厅。',
      en: 'Show several classes; the issuer is Wenzhou and not the province.',
    },
    proofingLevel: 3,
  },
  {
    id: 'petrov',
    name: 'PETROV SOFIA',
    sex: 'female',
    birthDate: '1983-08-11',
    origin: '',
    home: '330106',
    address: '浙江省杭州市西湖区东渡路19号翠竹里3幢501室',
    phone: '19900000008',
    situation: 'licence',
    licenceClass: 'C1',
    role: { zh: '外国人，持永久居留身份证（553）', en: 'foreigner with a permanent residence card (553)' },
    try: {
      zh: '用永久居留身份证号登录，领取驾驶证。',
      en: 'Sign in with the number of the permanent residence card and add the driving licence.',
    },
    proofingLevel: 3,
  },
  {
    id: 'gu',
    name: '古丽巴努·阿布都克里木江',
    sex: 'female',
    birthDate: '2011-05-16',
    origin: '330702',
    home: '330106',
    address: '浙江省杭州市西湖区望湖街7号望月小区2幢303室',
    phone: '19900000009',
    situation: 'permit',
    role: {
      zh: '十五岁，名字很长，只有居住证',
      en: 'fifteen years old, a long name, a residence permit only',
    },
    try: {
      zh: '领取居住证：长名字不截断；居住证的完整出示离线时须出示第二个码。',
      en: 'Add the residence permit: the long name is not cut; its full view needs a second code offline.',
    },
    proofingLevel: 2,
  },
];

/** Foreign permanent residence card since December 2023: 9, province, country (ISO 3166 numeric), birth, order, check. */
const makePermanentResidenceNumber = (
  province: string,
  country: string,
  birthDate: string,
  order: string,
): string => {
  const body = `9${province}${country}${birthDate.replaceAll('-', '')}${order}`;
  return body + mod11_2CheckCharacter(body);
};

export const namedPeople = (): NamedPerson[] =>
  sketches.map(({ name, sex, birthDate, origin, home, address, phone, ...rest }, i) => ({
    ...rest,
    citizen: {
      kind: origin ? '111' : '553',
      number: origin
        ? makeCitizenNumber(origin, birthDate, sex, 480 + i)
        : makePermanentResidenceNumber('33', '643', birthDate, '962'),
      name,
      sex,
      birthDate,
      region: home,
      address,
      phone,
    },
  }));
