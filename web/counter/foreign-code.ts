/**
 * What a code that is no certificate says it is. A closed grammar: a text is looked at, never opened, and what it holds
 * is not repeated, but for the host of a web link.
 */
import type { LocalText } from '../../src/verifier/core/verdict.ts';

export type ForeignKind =
  | 'id_number'
  | 'wechat_pay'
  | 'alipay'
  | 'unionpay'
  | 'collecting'
  | 'health'
  | 'wechat'
  | 'sign_in'
  | 'poster'
  | 'ours'
  | 'request'
  | 'offer'
  | 'mdoc'
  | 'certificate_barcode'
  | 'link'
  | 'wifi'
  | 'contact'
  | 'goods';

export interface ForeignCode {
  kind: ForeignKind;
  sentence: LocalText;
  advice: LocalText;
}

const showInstead: LocalText = {
  zh: '请对方打开一证通卡包，选好证照，点“亮证”，出示那个二维码。',
  en: 'Ask the person to open the OneCert wallet, choose the certificate, press “Show” and hold up that code.',
};

const kinds: Record<ForeignKind, { name: LocalText; advice?: LocalText }> = {
  id_number: {
    name: { zh: '身份证号', en: 'an ID number' },
    advice: {
      zh: '号码不能核验证照，不要在这里输入。请对方用卡包亮证，或出示打印的凭条。',
      en: 'A number proves nothing; do not type it here. Ask for the code in the wallet, or the printed slip.',
    },
  },
  wechat_pay: { name: { zh: '微信付款码', en: 'a WeChat payment code' } },
  alipay: { name: { zh: '支付宝付款码', en: 'an Alipay payment code' } },
  unionpay: { name: { zh: '银联付款码或银行卡号', en: 'a UnionPay payment code or a card number' } },
  collecting: { name: { zh: '收款码', en: 'a code for collecting money' } },
  health: { name: { zh: '健康码', en: 'a health code' } },
  wechat: { name: { zh: '微信名片、群或公众号的码', en: 'a WeChat contact, group or account' } },
  sign_in: {
    name: { zh: '一证通的登录码', en: 'a OneCert code for signing in' },
    advice: {
      zh: '登录码要由本人用卡包扫描，窗口不能替别人登录。核验证照请对方点“亮证”。',
      en: 'Its owner scans it with the wallet; a counter signs nobody in. To check a certificate ask for “Show”.',
    },
  },
  poster: {
    name: { zh: '窗口自己的海报码', en: 'the poster of a counter' },
    advice: {
      zh: '海报码要由来办事的人用卡包扫描，窗口不用扫。请对方扫海报，或直接亮证。',
      en: 'The visitor scans it with the wallet, not the counter. Ask her to scan it, or to show the certificate.',
    },
  },
  ours: { name: { zh: '一证通的网页', en: 'a page of OneCert' } },
  request: {
    name: { zh: '别的系统请求出示证照的码', en: 'a request of another system to be shown a certificate' },
  },
  offer: {
    name: { zh: '领取证照的码', en: 'an offer to fetch a certificate' },
    advice: {
      zh: '请持证人自己用卡包扫描领取，领到后再亮证。',
      en: 'Its owner scans it with the wallet to fetch the certificate, and then shows it.',
    },
  },
  mdoc: {
    name: { zh: '靠近连接的电子证照码（ISO 18013-5）', en: 'a code for connecting nearby (ISO 18013-5)' },
    advice: {
      zh: '本窗口不能近距离连接那部手机。请对方用一证通卡包亮证。',
      en: 'This counter does not connect to phones nearby. Ask for the code in the OneCert wallet.',
    },
  },
  certificate_barcode: {
    name: { zh: '别的系统的证照码', en: 'a certificate code of another system' },
  },
  link: { name: { zh: '网页链接', en: 'a web link' } },
  wifi: { name: { zh: '无线网络的码', en: 'a Wi-Fi code' } },
  contact: { name: { zh: '名片或电话', en: 'a contact or a phone number' } },
  goods: { name: { zh: '商品条码或单号', en: 'a number of goods or of a parcel' } },
};

/** Texts that are not links, most particular first: a WeChat payment code and an ID number both have 18 digits. */
const shapes: [ForeignKind, RegExp][] = [
  ['id_number', /^\d{6}(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dX]$/i],
  ['wechat_pay', /^1[0-5]\d{16}$/],
  ['alipay', /^(2[5-9]|30)\d{14,22}$/],
  ['unionpay', /^62\d{14,17}$/],
  ['collecting', /^(wxp|weixin|alipays?|upwrp):\/\//i],
  ['health', /^(HC1:|shc:\/)/i],
  ['offer', /^openid-credential-offer:/i],
  ['request', /^(openid4vp|haip(-vp)?|eudi-openid4vp|mdoc-openid4vp|openid|siopv2):\/\//i],
  ['mdoc', /^mdoc:/i],
  ['certificate_barcode', /^(VC1-|VCB1|VP1-|CRED:|did:)/i],
  ['wifi', /^WIFI:/i],
  ['contact', /^(BEGIN:VCARD|MECARD:|BIZCARD:|tel:|smsto?:|mailto:)/i],
  ['goods', /^[A-Z]{0,2}\d{8,20}$/i],
];

/** Hosts and paths of links; the host is compared whole or by its end, never by a part. */
const links: [ForeignKind, (url: URL) => boolean][] = [
  [
    'collecting',
    ({ host }) => ['qr.alipay.com', 'payapp.weixin.qq.com', 'qr.95516.com', 'qr.chinaums.com'].includes(host),
  ],
  [
    'health',
    ({ host, pathname }) =>
      /(^|[./_-])(jkm|jiankangma|health-?code|healthqr)([./_-]|$)/i.test(host + pathname),
  ],
  [
    'wechat',
    ({ host }) => ['u.wechat.com', 'weixin.qq.com', 'mp.weixin.qq.com', 'work.weixin.qq.com'].includes(host),
  ],
];

const longestHost = 60;

/** What a text is, when it is something a counter can name; undefined is for the verifier to judge. */
export const foreignCode = (text: string, origin: string): ForeignCode | undefined => {
  const bare = text.trim();
  const kind = shapes.find(([, shape]) => shape.test(bare))?.[0];
  if (kind) return worded(kind);
  const url = /^https?:\/\//i.test(bare) && bare.length <= 4096 ? parsed(bare) : undefined;
  if (!url) return undefined;
  if (url.origin === origin) return worded(pageOf(url));
  const known = links.find(([, fits]) => fits(url))?.[0];
  return known ? worded(known) : worded('link', url.host.slice(0, longestHost));
};

const parsed = (text: string): URL | undefined => {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
};

const pageOf = ({ pathname, hash }: URL): ForeignKind => {
  if (pathname === '/wallet/' && hash.startsWith('#/scan/')) return 'sign_in';
  if (pathname.startsWith('/p/')) return 'poster';
  return pathname.startsWith('/offers/') ? 'offer' : 'ours';
};

const worded = (kind: ForeignKind, host?: string): ForeignCode => {
  const { name, advice = showInstead } = kinds[kind];
  const what = host ? { zh: `${name.zh}（${host}）`, en: `${name.en} (${host})` } : name;
  return {
    kind,
    sentence: { zh: `这是${what.zh}，不是证照码。`, en: `This is ${what.en}, not a certificate.` },
    advice,
  };
};
