/** Apps that show pages in a browser of their own. The web apps read this file too; it imports nothing. */

export type InAppBrowser = 'wechat' | 'wecom' | 'alipay' | 'dingtalk' | 'zhezhengding';

/** By what each adds to its User-Agent; the narrower ones first, since they add the wider ones' as well. */
const marks: [InAppBrowser, RegExp][] = [
  ['zhezhengding', /TaurusApp/i],
  ['dingtalk', /DingTalk|AliApp\(DingTalk/i],
  ['wecom', /wxwork/i],
  ['wechat', /MicroMessenger/i],
  ['alipay', /AlipayClient|AliApp\(AP\//i],
];

/** Undefined in a browser of the system. */
export const inAppBrowserOf = (userAgent: string | undefined): InAppBrowser | undefined =>
  marks.find(([, mark]) => mark.test(userAgent ?? ''))?.[0];

/** What the app is called, and the words of its menu that lead out of it. */
export const inAppBrowsers: Record<InAppBrowser, Record<'name' | 'way', { zh: string; en: string }>> = {
  wechat: {
    name: { zh: '微信', en: 'WeChat' },
    way: { zh: '点右上角“…”，选“在浏览器打开”', en: 'Press “…” at the top right, then “Open in Browser”' },
  },
  wecom: {
    name: { zh: '企业微信', en: 'WeCom' },
    way: { zh: '点右上角“…”，选“在浏览器打开”', en: 'Press “…” at the top right, then “Open in Browser”' },
  },
  alipay: {
    name: { zh: '支付宝', en: 'Alipay' },
    way: {
      zh: '点右上角“…”，选“在浏览器打开”；没有这一项时，用下面的“复制地址”',
      en: 'Press “…” at the top right, then “Open in Browser”; where it is missing, copy the address below',
    },
  },
  dingtalk: {
    name: { zh: '钉钉', en: 'DingTalk' },
    way: { zh: '点右上角“…”，选“在浏览器打开”', en: 'Press “…” at the top right, then “Open in Browser”' },
  },
  zhezhengding: {
    name: { zh: '浙政钉', en: 'Zhezhengding' },
    way: { zh: '点右上角“…”，选“在浏览器打开”', en: 'Press “…” at the top right, then “Open in Browser”' },
  },
};
