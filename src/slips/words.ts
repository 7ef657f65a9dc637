import type { Text } from '../http/index.ts';

export const words = {
  title: { zh: '打印纸质凭条', en: 'Print a paper slip' },
  hint: { zh: '没有手机时，凭纸面二维码办事', en: 'A code on paper, for when there is no phone' },
  why: {
    zh: '凭条上的二维码由发证部门签名，窗口不联网也能核验。凭条可以被复印，因此办事时须同时出示身份证件。每张凭条几天后自动失效；证照停用的，凭条同时停用。',
    en: 'The code on a slip is signed by the department, and a counter can check it without network. A slip can be copied, so show your ID document with it. Each slip ends after some days, and at once when the certificate does.',
  },
  none: {
    zh: '您没有可以打印凭条的有效证照。',
    en: 'You hold no valid certificate that can be printed on a slip.',
  },
  make: { zh: '制作凭条', en: 'Make a slip' },
  days: { zh: '凭条有效天数：', en: 'Days a slip lives: ' },
  slip: { zh: '电子证照纸质凭条', en: 'Certificate on paper' },
  issuer: { zh: '签发部门', en: 'Issued by' },
  identifier: { zh: '电子证照标识', en: 'Certificate identifier' },
  made: { zh: '凭条签发日期', en: 'Slip made on' },
  ends: { zh: '凭条有效期止', en: 'Slip ends on' },
  check: {
    zh: '请扫码核验，并核对持有人的身份证件。不以纸面文字为准。',
    en: 'Scan to check, and compare the bearer with her ID document. The printed words alone prove nothing.',
  },
  anyone: {
    zh: '任何人都可以核验，不用登录，打开：',
    en: 'Anyone can check it without signing in, at ',
  },
  codeAlt: { zh: '供窗口核验的二维码', en: 'Code for the counter to scan' },
  print: {
    zh: '请用浏览器的“打印”功能打印本页（A6或小票纸均可）。离开本页后须重新制作。',
    en: 'Print this page with your browser (A6 or receipt paper). Once you leave it, a slip has to be made anew.',
  },
  again: { zh: '返回', en: 'Back' },
} satisfies Record<string, Text>;
