import type { Text } from '../http/index.ts';

export const words = {
  title: { zh: '扫码出示证照', en: 'Show certificates by scanning' },
  asks: { zh: '请您出示', en: 'asks you to show' },
  forItem: { zh: '办理事项', en: 'For the item' },
  basis: { zh: '法律依据', en: 'Legal basis' },
  where: { zh: '窗口', en: 'Counter' },
  only: {
    zh: '只发送以下内容，发送前由您在手机上确认：',
    en: 'Only this is sent, after you have agreed on your phone:',
  },
  withApp: { zh: '有卡包', en: 'With the wallet' },
  openWallet: { zh: '打开卡包', en: 'Open the wallet' },
  steps: {
    zh: '在卡包里点“扫一扫”，扫这个码，看清内容后点“同意”。把手机上的四位号码告诉窗口人员。',
    en: 'In the wallet tap “Scan”, scan this code, read what is asked and agree. Tell the officer the four digits on your phone.',
  },
  withoutApp: { zh: '没有卡包', en: 'Without the wallet' },
  bring: {
    zh: '请携带身份证件到窗口办理，不影响您办事，也不需要另交复印件。',
    en: 'Bring your ID document to the counter. It is dealt with there, and no photocopy is needed.',
  },
  careful: {
    zh: '请在办事窗口当面使用。收到他人转发的这个网址，请不要发送证照。',
    en: 'Use it at the counter itself. If somebody sent you this address, send nothing.',
  },
  ended: {
    zh: '这张海报已停用，什么也不会发送。请询问窗口人员。',
    en: 'This poster is no longer in use, and nothing can be sent. Please ask at the counter.',
  },
  print: { zh: '打印海报（A4）', en: 'Print the poster (A4)' },
  scan: { zh: '扫码出示证照，不用交复印件', en: 'Scan to show your certificates, no photocopies' },
  codeAlt: { zh: '海报二维码', en: 'Code of the poster' },
} satisfies Record<string, Text>;
