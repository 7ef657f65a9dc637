/** Words of the pages of annotated copies, Chinese and English, reviewed as text. */
import type { Text } from '../http/index.ts';

const text = (zh: string, en: string): Text => ({ zh, en });

export const words = {
  title: text('加注件', 'Annotated copy'),
  checkTitle: text('加注件查验', 'Check an annotated copy'),
  only: text(
    '本件由电子证照生成，仅限下列用途，逾期无效，不得转作他用。',
    'Made from the electronic certificate for the purpose below only. It ends on the day below and serves nothing else.',
  ),
  inForce: text('本加注件真实，且在使用期限内。', 'This annotated copy is genuine and in its time.'),
  compare: text(
    '本页不显示证照内容。请核对编号、用途与纸面一致；内容以签名文件为准。',
    'This page shows no contents. Compare number and purpose with the paper; what counts is the signed file.',
  ),
  type: text('证照类型', 'Certificate'),
  holder: text('持证主体', 'Holder'),
  maker: text('加注件制作者', 'Made by'),
  madeAt: text('制作时间', 'Made at'),
  purpose: text('制作事由', 'Purpose'),
  case: text('办件编号', 'Case'),
  expiresAt: text('有效期截止', 'Valid until'),
  number: text('加注件编号', 'Number'),
  identifier: text('电子证照标识', 'Certificate identifier'),
  scan: text('扫码查验本加注件的真伪与时效', 'Scan to check this copy and its time'),
  noPicture: text('登记的照片无法显示', 'The photo on record cannot be shown'),
  yes: text('是', 'Yes'),
  no: text('否', 'No'),
  onlyFor: {
    zh: (purpose: string) => `仅用于：${purpose}`,
    en: (purpose: string) => `Only for: ${purpose}`,
  },
  until: { zh: (day: string) => `有效至 ${day}`, en: (day: string) => `Until ${day}` },
};
