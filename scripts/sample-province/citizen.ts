import { citizenNumberCheckCharacter, regionName, regionStatus } from '../../src/identifiers/index.ts';
import type { Sex } from './names.ts';
import type { Random } from './random.ts';

/** The day on which the sample is told: what is expired is expired as of then, and stays so. */
export const sampleDay = '2026-11-23';

export interface Citizen {
  kind: string;
  number: string;
  name: string;
  sex: Sex;
  birthDate: string;
  /** County she lives in. */
  region: string;
  address: string;
  phone: string;
}

const pad = (value: number, width: number): string => String(value).padStart(width, '0');

export const makeDay = (random: Random, fromYear: number, toYear: number): string =>
  `${random.between(fromYear, toYear)}-${pad(random.between(1, 12), 2)}-${pad(random.between(1, 28), 2)}`;

/** The day so many years later; 29 February never occurs in the sample. */
export const yearsLater = (day: string, years: number): string =>
  `${Number(day.slice(0, 4)) + years}${day.slice(4)}`;

export const ageOn = (birthDate: string, day: string): number =>
  Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4)) - (day.slice(5) < birthDate.slice(5) ? 1 : 0);

/** A valid GB 11643 number. `order`: 0-499, doubled and made odd for men. */
export const makeCitizenNumber = (region: string, birthDate: string, sex: Sex, order: number): string => {
  const body = `${region}${birthDate.replaceAll('-', '')}${pad(order * 2 + (sex === 'male' ? 1 : 0), 3)}`;
  return body + citizenNumberCheckCharacter(body);
};

const roads = [
  '青禾路',
  '望湖街',
  '桂花巷',
  '示范大道',
  '临江路',
  '晨光街',
  '新桥路',
  '梧桐路',
  '东渡路',
  '杏林路',
];
const estates = ['', '', '', '和风苑', '望月小区', '翠竹里'];

/** An address that does not exist, in a county that does. */
export const makeAddress = (random: Random, region: string): string => {
  const place = regionStatus(region) === 'other_province' ? otherHomes[region] : regionName(region);
  const building = random.chance(60)
    ? `${random.between(1, 30)}幢${random.between(1, 18)}0${random.between(1, 4)}室`
    : '';
  return `${place}${random.pick(roads)}${random.between(1, 980)}号${random.pick(estates)}${building}`;
};

/** Homes outside the province of people who live in it. */
export const otherHomes: Record<string, string> = {
  '310104': '上海市徐汇区',
  '320102': '江苏省南京市玄武区',
  '340104': '安徽省合肥市蜀山区',
  '340111': '安徽省合肥市包河区',
  '360102': '江西省南昌市东湖区',
  '410105': '河南省郑州市金水区',
  '420106': '湖北省武汉市武昌区',
  '430104': '湖南省长沙市岳麓区',
  '510104': '四川省成都市锦江区',
  '520103': '贵州省贵阳市云岩区',
};

/** Who issues for a county: Wenzhou and Jinhua for themselves, the province for the others. */
export const issuerOf = (region: string): 'wenzhou' | 'jinhua' | 'zj-police' =>
  region.startsWith('3303') ? 'wenzhou' : region.startsWith('3307') ? 'jinhua' : 'zj-police';
