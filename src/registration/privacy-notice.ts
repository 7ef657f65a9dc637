/** What a person is told and asked before an account is opened (PIPL art. 14, 17, 29). A new text is a new version. */
import type { Text } from '../http/index.ts';

export const noticeVersion = '2026-11-23';

export const purposes = ['identity', 'case_messages', 'service_survey'] as const;
export type Purpose = (typeof purposes)[number];

/** The one without which there is no account; every other is refused by leaving its box empty. */
export const neededPurpose: Purpose = 'identity';

export const purposeTexts: Record<Purpose, Text> = {
  identity: {
    zh: '我同意处理我的姓名、证件号码和手机号码，并与人口登记核对，用于开通和保护我的账户（必需）。',
    en: 'I agree that my name, document number and phone are used, and compared with the population register, to open and protect my account (needed).',
  },
  case_messages: {
    zh: '我同意接收与我所办事项有关的短信提醒（可选）。',
    en: 'I agree to get text messages about cases of mine (your choice).',
  },
  service_survey: {
    zh: '我同意在办事之后收到服务评价邀请（可选）。',
    en: 'I agree to be asked, after a case, how the service was (your choice).',
  },
};

export const noticeParagraphs: readonly Text[] = [
  {
    zh: '我们需要您的姓名、证件号码和手机号码，用来确认是您本人。它们加密保存，每人一把密钥。',
    en: 'We need your name, document number and phone to know it is you. They are kept encrypted, under a key of your own.',
  },
  {
    zh: '姓名和证件号码会与人口登记核对一次，登记只回答“一致”或“不一致”，不会向我们提供其他信息。',
    en: 'Name and number are compared with the population register once. It answers yes or no and tells us nothing else.',
  },
  {
    zh: '应用不会自动得到这些信息：每次由您在授权页面决定。您可以随时注销账户，注销后信息无法再读取。',
    en: 'No app gets any of it by itself: you decide each time. You can close the account at any time; the data can then never be read again.',
  },
];
