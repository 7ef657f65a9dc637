/** Pages without a sign-in: the way in, what each error means, and where a developer starts. */
import { type Request, type Response, Router } from 'express';
import type { Catalogue } from '../credentials/index.ts';
import { type ErrorCode, errorCodes, errorEntry, ServiceError } from '../errors.ts';
import {
  adviceFor,
  type Html,
  html,
  keepLanguage,
  type Language,
  languageOf,
  type Page,
  sendPage,
  type Text,
} from '../http/index.ts';

export interface PublicPagesDeps {
  baseUrl: string;
  catalogue: Catalogue;
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
  developers: { zh: '应用接入', en: 'For developers' },
  developersSays: {
    zh: '标准 OpenID Connect：授权码加 PKCE，成对假名。证照按 OpenID4VCI 1.0 签发。',
    en: 'Standard OpenID Connect: authorization code with PKCE, pairwise subjects. Certificates come over OpenID4VCI 1.0.',
  },
  register: { zh: '1. 登记应用（由运维人员执行）', en: '1. Have the app registered (by an operator)' },
  discover: { zh: '2. 库从这里读取全部设置', en: '2. Your library reads all settings from here' },
  signIn: { zh: '3. 让用户登录', en: '3. Sign a person in' },
  signInSays: {
    zh: '库会替您完成这三步。redirect_uri 与登记的须逐字符一致；每个应用得到的 sub 各不相同。',
    en: 'Your library takes these three steps. The redirect_uri equals the registered one to the letter; each app gets a sub of its own.',
  },
  scopes: { zh: '可以请求什么', en: 'What you can ask for' },
  name: { zh: '姓名', en: 'the name' },
  phone: { zh: '手机号码', en: 'the phone number' },
  document: { zh: '证件类型和号码', en: 'kind and number of the identity document' },
  offline: { zh: '刷新令牌，最长 30 天', en: 'a refresh token, for 30 days at most' },
  type: { zh: '领取此类证照', en: 'receive certificates of this type' },
  item: { zh: '办理事项，并读取其所需字段', en: 'handle a service item, reading the fields it needs' },
  levels: { zh: '认证等级（acr）', en: 'Levels (acr)' },
  wallets: { zh: '卡包应用读取签发者元数据', en: 'Wallets read the issuer’s metadata' },
  verifiers: {
    zh: '离线核验：固定省根公钥，定期取离线包',
    en: 'Offline verifiers: pin the root, fetch the pack',
  },
  types: { zh: '证照目录', en: 'Certificate types' },
  accepted: { zh: '可用于', en: 'Accepted' },
  notYet: { zh: '暂不可用于', en: 'Not yet accepted' },
  effect: { zh: '法律效力', en: 'Legal effect' },
  errors: { zh: '错误代码', en: 'Error codes' },
  what: { zh: '含义', en: 'What it means' },
  next: { zh: '怎么办', en: 'What to do' },
} satisfies Record<string, Text>;

const linkList = (links: Link[], language: Language): Html =>
  html`<ul class="learns">${links.map(
    ({ href, title, says }) =>
      html`<li><a href="${href}"><strong>${title[language]}</strong></a><span class="values soft">${says[language]}</span></li>`,
  )}</ul>`;

const addresses = (urls: string[]): Html =>
  html`<ul class="learns">${urls.map((url) => html`<li><a href="${url}"><code>${url}</code></a></li>`)}</ul>`;

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

/** RFC 6749 §4.1 with RFC 7636, as the requests themselves. */
const signInRequests = (baseUrl: string): string[] => [
  `GET ${baseUrl}/auth?response_type=code&client_id=…&redirect_uri=…&scope=openid%20profile&state=…&nonce=…&code_challenge=…&code_challenge_method=S256`,
  `POST ${baseUrl}/token  grant_type=authorization_code&code=…&redirect_uri=…&code_verifier=…`,
  `GET ${baseUrl}/me  Authorization: Bearer …`,
];

const scopeList = (catalogue: Catalogue, language: Language): Html => {
  const rows: [string, Text][] = [
    ['profile', words.name],
    ['phone', words.phone],
    ['document', words.document],
    ['offline_access', words.offline],
    ...catalogue.types().map(({ id }): [string, Text] => [id, words.type]),
    ['item:…', words.item],
  ];
  return html`<ul class="learns">${rows.map(
    ([scope, says]) => html`<li><code>${scope}</code><span class="values soft">${says[language]}</span></li>`,
  )}</ul>`;
};

const developersPage = (
  { baseUrl, catalogue }: PublicPagesDeps,
  language: Language,
): Html => html`<h1>${words.developers[language]}</h1>
<p>${words.developersSays[language]}</p>
<h2>${words.register[language]}</h2>
<p><code>npx onecert app add --name "My app" --redirect https://app.example/callback --json</code></p>
<h2>${words.discover[language]}</h2>
${addresses([`${baseUrl}/.well-known/openid-configuration`])}
<h2>${words.signIn[language]}</h2>
<p>${words.signInSays[language]}</p>
<ol>${signInRequests(baseUrl).map((request) => html`<li><code>${request}</code></li>`)}</ol>
<h2>${words.scopes[language]}</h2>
${scopeList(catalogue, language)}
<h2>${words.levels[language]}</h2>
${addresses([`${baseUrl}/levels`])}
<h2>${words.wallets[language]}</h2>
${addresses([`${baseUrl}/.well-known/openid-credential-issuer`])}
<h2>${words.verifiers[language]}</h2>
${addresses([`${baseUrl}/trust/root`, `${baseUrl}/pack`])}
<h2>${words.errors[language]}</h2>
<ul class="learns">${errorCodes.map((code) => html`<li><a href="/errors/${code}"><code>${code}</code></a></li>`)}</ul>`;

const typesPage = (catalogue: Catalogue, language: Language): Html =>
  html`<h1>${words.types[language]}</h1>${catalogue.types().map(
    ({ name, whereAccepted, notYetAccepted, legalEffect }) => html`<h2>${name[language]}</h2>
<ul class="learns">
<li><strong>${words.accepted[language]}</strong><span class="values">${whereAccepted[language]}</span></li>
<li><strong>${words.notYet[language]}</strong><span class="values">${notYetAccepted[language]}</span></li>
<li><strong>${words.effect[language]}</strong><span class="values soft">${legalEffect[language]}</span></li>
</ul>`,
  )}`;

const errorCodePage = (code: ErrorCode, language: Language): Html => {
  const entry = errorEntry(code);
  return html`<h1><code>${code}</code></h1>
<p class="soft">HTTP ${entry.status}</p>
<h2>${words.what[language]}</h2>
<p>${entry[language]}</p>
<h2>${words.next[language]}</h2>
<p>${adviceFor(code)[language]}</p>`;
};

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
  router.get('/developers', (req, res) =>
    show(req, res, words.developers, (language) => developersPage(deps, language)),
  );
  // The same address as the document for programs: people who follow the link get a page.
  router.get('/certificate-types', (req, res, next) => {
    res.vary('accept');
    if (req.accepts(['json', 'html']) !== 'html') return next();
    show(req, res, words.types, (language) => typesPage(deps.catalogue, language));
  });
  router.get('/errors/:code', (req, res) => {
    const code = errorCodes.find((known) => known === req.params.code);
    if (!code) throw new ServiceError('not_found');
    show(req, res, words.errors, (language) => errorCodePage(code, language));
  });
  return router;
};
