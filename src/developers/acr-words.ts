import type { Language, Text } from '../http/index.ts';
import { parseAcr } from '../oidc/index.ts';

const proofings: Record<number, Text> = {
  1: { zh: '手机号码', en: 'a phone number' },
  2: { zh: '证件与人口登记一致', en: 'document matched with the register' },
  3: { zh: '人脸、窗口或数字证书核验', en: 'face check, counter or digital certificate' },
};
const strengths: Record<number, Text> = {
  1: { zh: '一种登录方式', en: 'one factor' },
  2: { zh: '两种登录方式', en: 'two factors' },
  3: { zh: '通行密钥', en: 'a passkey' },
};

/** An `acr` value in words; nothing for one that is not ours. */
export const acrWords = (acr: string, language: Language): string | undefined => {
  const level = parseAcr(acr);
  if (level === undefined) return undefined;
  const between = language === 'zh' ? '；' : '; ';
  return `${proofings[level.proofing]![language]}${between}${strengths[level.authenticator]![language]}`;
};
