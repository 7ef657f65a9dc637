/** Names put together at random; nobody in the sample is a real person. */
import type { Random } from './random.ts';

const surnames = [
  ...'王李张刘陈杨黄赵吴周徐孙朱胡林何高郭马罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤柴楼应虞项屠竺娄',
];
const compoundSurnames = ['欧阳', '诸葛', '司徒', '上官', '慕容', '令狐', '皇甫', '夏侯', '尉迟', '东方'];
const maleCharacters = [
  ...'伟强磊军洋勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林欢亮晨昊轩博文哲瀚航志成建国海东立',
];
const femaleCharacters = [
  ...'芳娜敏静秀英丽艳娟霞燕玲桂兰洁梅琳雪晶倩颖莹婷慧璐佳怡欣雨晓梦琪瑶涵诗语嘉悦薇萍红凤珍云',
];

// Minority names in Chinese writing, and names whose characters old systems lose (outside GB 2312 or the BMP).
const rare: Record<'male' | 'female', string[]> = {
  male: [
    '阿卜杜热西提·阿卜杜克热木江',
    '买买提艾力·吐尔逊',
    '扎西·多吉次仁',
    '巴特尔·那仁朝克图',
    '蓝䶮',
    '雷𬱖',
    '陈㛃东',
    '钟昇',
  ],
  female: [
    '古丽巴哈尔·阿布都热合曼',
    '迪丽努尔·艾合买提江',
    '央金·拉姆卓玛',
    '娜仁·其其格',
    '阿依木古丽·麦麦提敏',
    '蓝玥䶮',
    '盘㵘慧',
    '钟彣',
  ],
};
const latinGiven = {
  male: ['Marek', 'Tomas', 'Kwame', 'Andrei', 'Rafael'],
  female: ['Anna', 'Ingrid', 'Amara', 'Sofia', 'Leila'],
};
const latinFamily = ['Novak', 'Lindqvist', 'Okoro', 'Petrov', 'Almeida', 'Haddad', 'Tanner', 'Yilmaz'];

export type Sex = 'male' | 'female';

/** A Han name of two to four characters. */
export const makeName = (random: Random, sex: Sex): string => {
  const surname = random.chance(4) ? random.pick(compoundSurnames) : random.pick(surnames);
  const characters = sex === 'male' ? maleCharacters : femaleCharacters;
  return surname + random.pick(characters) + (random.chance(72) ? random.pick(characters) : '');
};

/** Each of these is used once, by the citizens whose turn it is. */
export const rareNames = (): { sex: Sex; name: string }[] => [
  ...rare.male.map((name) => ({ sex: 'male' as const, name })),
  ...rare.female.map((name) => ({ sex: 'female' as const, name })),
];

export const makeLatinName = (random: Random, sex: Sex): string =>
  `${random.pick(latinFamily)} ${random.pick(latinGiven[sex])}`.toUpperCase();
