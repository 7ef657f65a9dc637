/**
 * GB/T 2260 region codes: every province, and Zhejiang down to the county, with the codes that mergers retired.
 * An ID number keeps the region of first registration for life, so retired codes are valid in it.
 */
export interface Region {
  code: string;
  name: { zh: string; en?: string };
  level: 'province' | 'city' | 'county';
  retired: boolean;
}

/**
 * `current` and `retired`: in our table. `other_province`: a known province outside Zhejiang whose counties we do not
 * list. `unknown`: to be flagged, never dropped.
 */
export type RegionStatus = 'current' | 'retired' | 'other_province' | 'unknown';

const provinces = `110000 北京市 Beijing
120000 天津市 Tianjin
130000 河北省 Hebei
140000 山西省 Shanxi
150000 内蒙古自治区 Inner Mongolia
210000 辽宁省 Liaoning
220000 吉林省 Jilin
230000 黑龙江省 Heilongjiang
310000 上海市 Shanghai
320000 江苏省 Jiangsu
330000 浙江省 Zhejiang
340000 安徽省 Anhui
350000 福建省 Fujian
360000 江西省 Jiangxi
370000 山东省 Shandong
410000 河南省 Henan
420000 湖北省 Hubei
430000 湖南省 Hunan
440000 广东省 Guangdong
450000 广西壮族自治区 Guangxi
460000 海南省 Hainan
500000 重庆市 Chongqing
510000 四川省 Sichuan
520000 贵州省 Guizhou
530000 云南省 Yunnan
540000 西藏自治区 Tibet
610000 陕西省 Shaanxi
620000 甘肃省 Gansu
630000 青海省 Qinghai
640000 宁夏回族自治区 Ningxia
650000 新疆维吾尔自治区 Xinjiang
710000 台湾省 Taiwan
810000 香港特别行政区 Hong Kong
820000 澳门特别行政区 Macao
830000 台湾 Taiwan`;

const cities: [code: string, zh: string, en: string, counties: string][] = [
  [
    '330100',
    '杭州市',
    'Hangzhou',
    '330102 上城区 330105 拱墅区 330106 西湖区 330108 滨江区 330109 萧山区 330110 余杭区 330111 富阳区 330112 临安区 330113 临平区 330114 钱塘区 330122 桐庐县 330127 淳安县 330182 建德市',
  ],
  [
    '330200',
    '宁波市',
    'Ningbo',
    '330203 海曙区 330205 江北区 330206 北仑区 330211 镇海区 330212 鄞州区 330213 奉化区 330225 象山县 330226 宁海县 330281 余姚市 330282 慈溪市',
  ],
  [
    '330300',
    '温州市',
    'Wenzhou',
    '330302 鹿城区 330303 龙湾区 330304 瓯海区 330305 洞头区 330324 永嘉县 330326 平阳县 330327 苍南县 330328 文成县 330329 泰顺县 330381 瑞安市 330382 乐清市 330383 龙港市',
  ],
  [
    '330400',
    '嘉兴市',
    'Jiaxing',
    '330402 南湖区 330411 秀洲区 330421 嘉善县 330424 海盐县 330481 海宁市 330482 平湖市 330483 桐乡市',
  ],
  ['330500', '湖州市', 'Huzhou', '330502 吴兴区 330503 南浔区 330521 德清县 330522 长兴县 330523 安吉县'],
  [
    '330600',
    '绍兴市',
    'Shaoxing',
    '330602 越城区 330603 柯桥区 330604 上虞区 330624 新昌县 330681 诸暨市 330683 嵊州市',
  ],
  [
    '330700',
    '金华市',
    'Jinhua',
    '330702 婺城区 330703 金东区 330723 武义县 330726 浦江县 330727 磐安县 330781 兰溪市 330782 义乌市 330783 东阳市 330784 永康市',
  ],
  [
    '330800',
    '衢州市',
    'Quzhou',
    '330802 柯城区 330803 衢江区 330822 常山县 330824 开化县 330825 龙游县 330881 江山市',
  ],
  ['330900', '舟山市', 'Zhoushan', '330902 定海区 330903 普陀区 330921 岱山县 330922 嵊泗县'],
  [
    '331000',
    '台州市',
    'Taizhou',
    '331002 椒江区 331003 黄岩区 331004 路桥区 331022 三门县 331023 天台县 331024 仙居县 331081 温岭市 331082 临海市 331083 玉环市',
  ],
  [
    '331100',
    '丽水市',
    'Lishui',
    '331102 莲都区 331121 青田县 331122 缙云县 331123 遂昌县 331124 松阳县 331125 云和县 331126 庆元县 331127 景宁畲族自治县 331181 龙泉市',
  ],
];

// Renumbered or merged since the 1980s; 3325xx and 3326xx are the former Lishui and Taizhou prefectures.
const retiredCounties =
  '330103 下城区 330104 江干区 330121 萧山县 330123 富阳县 330124 临安县 330125 余杭县 330126 建德县 330181 萧山市 330183 富阳市 330184 余杭市 330185 临安市 330204 江东区 330222 慈溪县 330224 奉化县 330227 鄞县 330283 奉化市 330322 洞头县 330323 乐清县 330325 瑞安县 330621 绍兴县 330622 上虞县 330623 嵊县 330625 诸暨县 330682 上虞市 330721 金华县 330722 永康县 330724 东阳县 330725 义乌县 330821 衢县 330823 江山县 331021 玉环县 332501 丽水市 332502 龙泉市 332522 青田县 332523 云和县 332525 庆元县 332526 缙云县 332527 遂昌县 332528 松阳县 332529 景宁畲族自治县 332601 椒江市 332602 临海市 332603 黄岩市 332621 临海县 332622 黄岩县 332623 温岭县 332624 仙居县 332625 天台县 332626 三门县 332627 玉环县';

const pairs = (list: string): [code: string, zh: string][] =>
  [...list.matchAll(/(\d{6}) (\S+)/g)].map((found) => [found[1]!, found[2]!]);

const table = new Map<string, Region>();
const add = (code: string, name: Region['name'], level: Region['level'], retired = false) =>
  table.set(code, { code, name, level, retired });

for (const line of provinces.split('\n')) {
  const [code, zh, ...en] = line.split(' ');
  add(code!, { zh: zh!, en: en.join(' ') }, 'province');
}
for (const [code, zh, en, counties] of cities) {
  add(code, { zh, en }, 'city');
  for (const [county, name] of pairs(counties)) add(county, { zh: name }, 'county');
}
for (const [code, zh] of pairs(retiredCounties)) add(code, { zh }, 'county', true);

/** Every region of the table: provinces, Zhejiang's cities, present and retired counties. */
export const allRegions = (): Region[] => [...table.values()];

export const findRegion = (code: string): Region | undefined => table.get(code);

/** Where a code stands. Zhejiang is judged to the county, other provinces by their first two digits. */
export const regionStatus = (code: string): RegionStatus => {
  if (!/^\d{6}$/.test(code)) return 'unknown';
  const region = table.get(code);
  if (region) return region.retired ? 'retired' : 'current';
  if (code.startsWith('33')) return 'unknown';
  return table.has(`${code.slice(0, 2)}0000`) ? 'other_province' : 'unknown';
};

/** 浙江省杭州市西湖区; as much of it as the table knows, undefined when it knows nothing. */
export const regionName = (code: string): string | undefined => {
  if (regionStatus(code) === 'unknown') return undefined;
  const steps = new Set([`${code.slice(0, 2)}0000`, `${code.slice(0, 4)}00`, code]);
  return [...steps].map((step) => table.get(step)?.name.zh ?? '').join('');
};
