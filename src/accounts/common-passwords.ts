/**
 * What people type when a password is asked of them, in China and elsewhere: stems, walks over the keyboard, dates of the
 * calendar and ways to lengthen them. A list of our own; a stem counts with what people put before and behind it.
 */
const words = `
password passw0rd passwd mima woaini woaimama woaibaba woaizuguo wodemima mimamima iloveyou loveyou ilovechina forever
princess sunshine football baseball basketball superman batman dragon monkey shadow master michael jennifer jordan
charlie daniel jessica thomas ashley hunter welcome letmein admin administrator root guest user test tester demo sample
login changeme secret computer internet service server system default public private hello helloworld whatever freedom
flower cookie summer winter spring autumn monday sunday january december chocolate butterfly starwars pokemon naruto
zhongguo china chinese zhejiang hangzhou ningbo wenzhou jinhua shaoxing jiaxing huzhou quzhou zhoushan taizhou lishui
beijing shanghai guangzhou shenzhen nanjing suzhou wuhan chengdu xian tianjin chongqing zhelibang zheliban onecert
yizhengtong zhengwu zhengfu gongan jiaotong alipay weixin wechat taobao tencent baidu huawei xiaomi apple google
facebook linkedin twitter amazon microsoft windows android iphone samsung lenovo nihao nihaoma xiexie zaijian
zhangsan lisi wangwu zhaoliu zhangwei wangfang lina liwei wangwei liuwei wangjing zhangmin chenwei liming xiaoming
xiaohong laogong laopo baobao baobei qinaide mama baba gege jiejie didi meimei yeye nainai kuaile xingfu shengri
fangfang jingjing lili mingming pingan jiankang facai gongxi fafafa yilufa mylove mylife family angel monster killer
qwerty qwertyuiop qwert asdfgh asdfghjkl asdf zxcvbn zxcvbnm zxcv qazwsx qazwsxedc wsxedc edcrfv rfvtgb tgbyhn yhnujm
qweasd qweasdzxc poiuyt lkjhgf mnbvcx abcdef abcdefg abcdefgh abcdefghij abc abcd aabbcc asd qwe zxc qaz wsx aaa
`
  .trim()
  .split(/\s+/);
const stems = new Set(words);

/** 1q2w3e4r and the like: two rows of the keyboard walked together. */
const walks = [
  '1q2w3e4r5t6y7u8i9o0p',
  '1qaz2wsx3edc4rfv5tgb6yhn',
  'qwertyuiopasdfghjklzxcvbnm',
  '1a2b3c4d5e6f7g8h9i',
];
const digitRows = [
  '01234567890123456789',
  '98765432109876543210',
  '13579246801357924680',
  '147258369147258369',
];

const lookAlikes: Record<string, string> = {
  '0': 'o',
  '1': 'l',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};
const plainLetters = (text: string): string => text.replace(/[013457@$!]/g, (c) => lookAlikes[c]!);

/** Whole text made of one short piece over and over: `abcabcabcabc`, `88888888`. */
const isRepetition = (text: string): boolean => {
  for (let size = 1; size <= Math.min(6, text.length / 2); size += 1) {
    if (
      text
        .slice(0, size)
        .repeat(Math.ceil(text.length / size))
        .slice(0, text.length) === text
    )
      return true;
  }
  return false;
};

const isTwoStems = (text: string): boolean => {
  for (let at = 3; at <= text.length - 3; at += 1) {
    if (stems.has(text.slice(0, at)) && stems.has(text.slice(at))) return true;
  }
  return false;
};

const isWalk = (text: string): boolean =>
  [...walks, ...digitRows].some((row) => row.includes(text) || [...row].reverse().join('').includes(text));

/** One or two stems with digits and punctuation about them: `Woaini520!`, `zhejiang-2026`. */
const isMadeOfStems = (text: string): boolean => {
  const parts = text.split(/[^a-z]+/).filter(Boolean);
  return (
    parts.length > 0 &&
    parts.length <= 2 &&
    parts.every((part) => stems.has(part) || isRepetition(part) || isTwoStems(part))
  );
};

/** True for a password that is guessed among the first; give it in lower case, without spaces. */
export const isCommonPassword = (text: string): boolean => {
  if (/^\d+$/.test(text)) return text.length < 16 || isRepetition(text) || isWalk(text);
  if (isRepetition(text) || isWalk(text)) return true;
  // A year or a sign at the end is no letter in disguise: `P@ssw0rd2026`.
  const ending = text.replace(/[^a-z]+$/, '');
  return [text, plainLetters(text), plainLetters(ending)].some(isMadeOfStems);
};
