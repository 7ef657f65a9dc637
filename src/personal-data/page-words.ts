/** Every sentence of the two pages, in both languages. */
import type { Text } from '../http/index.ts';

export const words = {
  exportTitle: { zh: '导出我的数据', en: 'Export my data' },
  exportSays: {
    zh: '您将得到一个 JSON 文件，内容是我们保存的与您有关的全部信息：',
    en: 'You get one JSON file with everything we keep about you:',
  },
  exportHint: { zh: '下载我们保存的全部信息', en: 'Everything we keep about you, as a file' },
  exportAct: { zh: '下载文件', en: 'Download the file' },
  exportCare: {
    zh: '文件中的姓名、证件号码和手机号码不加遮挡，也没有密码保护。',
    en: 'Your name, document number and phone stand in it in full, and no password protects it.',
  },
  exportCareAdvice: {
    zh: '请勿在公用电脑上下载，请勿发送给他人。',
    en: 'Do not download it on a shared computer, and do not send it on.',
  },
  exportTold: {
    zh: '每次导出都会记入您的使用记录，并通知您。',
    en: 'Every export stands in your use log, and you are told of it.',
  },
  closeTitle: { zh: '注销账户', en: 'Close my account' },
  closeSays: {
    zh: '提出注销七天后，以下内容将永久失效：',
    en: 'Seven days after you ask, this ends for good:',
  },
  closeHint: { zh: '七天内可以撤回', en: 'It can be taken back for seven days' },
  askedSays: { zh: '已收到您的注销申请。', en: 'You have asked for your account to be closed.' },
  closeAct: { zh: '申请注销', en: 'Ask to close it' },
  keepAct: { zh: '保留账户', en: 'Keep my account' },
  closeWait: {
    zh: '七天内一切照常，您可随时登录本页撤回。',
    en: 'For seven days everything works as before, and you can take it back on this page.',
  },
  closeStays: {
    zh: '法律要求保存的办理记录会留下，但只有一个编号，无法再对应到您。以后您可以用同一证件重新注册，届时是一个全新的账户。',
    en: 'Records the law asks for stay, under a number that can no longer be traced to you. You may register again with the same document; that will be a new account.',
  },
  closeExport: { zh: '先导出我的数据', en: 'Export my data first' },
  waitingSays: { zh: '您的账户将于以下日期注销：', en: 'It will be closed on' },
  waitingUsual: {
    zh: '在此之前一切照常，您可随时在本页撤回。',
    en: 'Until then everything works as before, and you can take it back here.',
  },
  waitingAdvice: {
    zh: '如果这不是您本人提出的，请立即保留账户并修改密码。',
    en: 'If you did not ask for this, keep your account and change your password at once.',
  },
  keptSays: { zh: '注销申请已撤回，一切照常。', en: 'The request was taken back. Everything is as before.' },
  heldStrong: { zh: '现在不能注销。', en: 'It cannot be closed now.' },
  heldAdvice: {
    zh: '您仍是管理员。请先由另一名管理员办理离任，再来注销。',
    en: 'You are still an administrator. Another administrator has to end that post first.',
  },
} satisfies Record<string, Text>;

export const exported: readonly Text[] = [
  { zh: '姓名、证件和手机', en: 'Name, document and phone' },
  { zh: '登录方式、登录记录和通知', en: 'Ways of signing in, sign-ins and notices' },
  { zh: '您同意过的应用和用途', en: 'Apps and purposes you agreed to' },
  {
    zh: '企业职务、授权委托、公职和亲属代办',
    en: 'Posts in enterprises, mandates, offices and family links',
  },
  { zh: '证照及其内容、您的办件', en: 'Certificates with their content, and your cases' },
  { zh: '使用记录：谁在何时看过什么', en: 'The use log: who looked at what, and when' },
];

export const ended: readonly Text[] = [
  { zh: '登录：密码、通行密钥和所有已登录的设备', en: 'Signing in: password, passkeys, every device' },
  { zh: '应用：所有授权撤回，应用无法再认出您', en: 'Apps: consents are withdrawn, no app knows you again' },
  {
    zh: '卡包中的电子证照（主管部门的登记不变）',
    en: 'Certificates in your wallet (the department’s register does not change)',
  },
  { zh: '您在企业的职务、授权委托和亲属代办', en: 'Your posts in enterprises, mandates and family links' },
  {
    zh: '我们保存的姓名、号码和手机：密钥销毁，无法恢复',
    en: 'Name, numbers and phone: the key is destroyed',
  },
];
