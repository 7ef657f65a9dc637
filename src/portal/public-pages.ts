/** Pages without a sign-in: the way in, and where each certificate is accepted. */
import { type Request, type Response, Router } from 'express';
import type { Catalogue } from '../credentials/index.ts';
import {
  type Html,
  html,
  keepLanguage,
  type Language,
  languageOf,
  type Page,
  sendPage,
  type Text,
} from '../http/index.ts';
import { certificatePages } from './certificate-pages.ts';

export interface PublicPagesDeps {
  baseUrl: string;
  catalogue: Catalogue;
  unitName(id: string): Text | undefined;
  /** Where the sandbox of this province is. */
  sandboxUrl?: string | undefined;
}

interface Link {
  href: string;
  title: Text;
  says: Text;
}

const surfaces: Link[] = [
  {
    href: '/open-account',
    title: { zh: '开通账户', en: 'Open an account' },
    says: {
      zh: '用手机号码和身份证件，几分钟办好',
      en: 'With your phone and identity document, in a few minutes',
    },
  },
  {
    href: '/wallet/',
    title: { zh: '证照卡包', en: 'Wallet' },
    says: { zh: '领取我的证照，向窗口亮证', en: 'Get my certificates and show one at a counter' },
  },
  {
    href: '/counter/',
    title: { zh: '窗口核验', en: 'Counter' },
    says: { zh: '扫码核验，没有网络也能用', en: 'Scan and check, also with no network' },
  },
  {
    href: '/certificate-types',
    title: { zh: '证照目录', en: 'Certificate types' },
    says: { zh: '可领取的证照、在哪里可用', en: 'Which there are, and where they are accepted' },
  },
  {
    href: '/developers',
    title: { zh: '应用接入', en: 'For developers' },
    says: { zh: '用任何 OpenID Connect 库接入登录', en: 'Connect an app with any OpenID Connect library' },
  },
];

const words = {
  home: { zh: '一次认证，全省通办', en: 'Prove who you are once, for the whole province' },
  homeSays: {
    zh: '登录一次，在各部门网站和应用通用；证照放在手机里，出示后凭公钥即可核验。',
    en: 'Sign in once for every portal and app; carry your licences on the phone; anyone checks them with public keys alone.',
  },
} satisfies Record<string, Text>;

const linkList = (links: Link[], language: Language): Html =>
  html`<ul class="learns">${links.map(
    ({ href, title, says }) =>
      html`<li><a href="${href}"><strong>${title[language]}</strong></a><span class="values soft">${says[language]}</span></li>`,
  )}</ul>`;

const sandboxLink = (href: string): Link => ({
  href,
  title: { zh: '沙箱', en: 'Sandbox' },
  says: {
    zh: '用样例人员试接应用，其中没有真实数据',
    en: 'Try an app with sample people; nothing there is real',
  },
});

const homePage = (
  language: Language,
  sandboxUrl: string | undefined,
): Html => html`<h1>${words.home[language]}</h1>
<p class="soft">${words.homeSays[language]}</p>
${linkList(sandboxUrl ? [...surfaces, sandboxLink(sandboxUrl)] : surfaces, language)}`;

export const publicPages = (deps: PublicPagesDeps): Router => {
  const router = Router();
  const secure = deps.baseUrl.startsWith('https:');
  const show = (req: Request, res: Response, title: Text, body: (language: Language) => Html): void => {
    keepLanguage(req, res, secure);
    const language = languageOf(req);
    const languageLink = `${req.path}?lang=${language === 'zh' ? 'en' : 'zh'}`;
    const page: Page = { language, title: title[language], body: body(language), languageLink };
    sendPage(res, 200, page);
  };
  router.get('/', (req, res) =>
    show(req, res, words.home, (language) => homePage(language, deps.sandboxUrl)),
  );
  // Short enough to be typed off a screen or a slip. A code after `#` comes along (RFC 9110 §10.2.2) and reaches no server.
  router.get('/v', (_req, res) => {
    res.set('cache-control', 'public, max-age=604800').redirect(308, '/counter/anyone');
  });
  router.use(certificatePages({ ...deps, show }));
  return router;
};
