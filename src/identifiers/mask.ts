/** Masks for the screen (脱敏): the number of hidden characters never tells the length of what is hidden. */

const compoundSurnames = new Set(
  '欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 西门'.split(
    ' ',
  ),
);

/** 张** · 欧阳** · S** */
export const maskName = (name: string): string => {
  const characters = [...name];
  if (characters.length === 0) return '';
  const compound = characters.length > 2 && compoundSurnames.has(characters.slice(0, 2).join(''));
  return `${characters.slice(0, compound ? 2 : 1).join('')}**`;
};

/** ID card: 3301**********123X. Shorter numbers show at most two characters at each end. */
export const maskNumber = (number: string): string => {
  if (number.length === 0) return '';
  if (number.length >= 15) return `${number.slice(0, 4)}**********${number.slice(-4)}`;
  if (number.length >= 8) return `${number.slice(0, 2)}****${number.slice(-2)}`;
  return `${number.slice(0, 1)}****`;
};

/** 138****1234 */
export const maskPhone = (phone: string): string => {
  if (phone.length === 0) return '';
  return phone.length >= 11 ? `${phone.slice(0, 3)}****${phone.slice(-4)}` : '****';
};

// Digits and 号弄巷街 never stand in a county's name, and 小区 or 园区 is no county: stop before the street.
const toCounty =
  /^(?:.{2,7}?(?:省|自治区))?(?:.{2,10}?(?:市|自治州|盟|地区))?[^\d号弄巷街]{1,9}?(?:自治县|自治旗|县|(?<![小社园厂校])区|市|旗)/u;

/** Down to the county; an address whose county cannot be found is hidden whole. */
export const maskAddress = (address: string): string => {
  if (address.length === 0) return '';
  return `${toCounty.exec(address)?.[0] ?? ''}****`;
};

/** By the `mask` of a certificate field. */
export const maskValue = (mask: 'name' | 'number' | 'address' | 'phone', value: string): string =>
  ({ name: maskName, number: maskNumber, address: maskAddress, phone: maskPhone })[mask](value);
