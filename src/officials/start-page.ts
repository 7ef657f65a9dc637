/** The pages behind an administrator's one-time link, rendered by the server. A passkey is made by the browser's script. */
import { type Html, html, type Language, type Page, type Text } from '../http/index.ts';

const words = {
  title: { zh: '启用管理员账号', en: 'Start as an administrator' },
  lead: {
    zh: '您已被指定为本平台的首批管理员。管理员只用通行密钥登录：用指纹、面容或设备密码，在这台设备上创建一个，此链接随即失效。',
    en: 'You were named one of the first administrators here. Administrators sign in with a passkey: make one on this device with a finger, your face or its PIN; this link then ends.',
  },
  make: { zh: '创建通行密钥', en: 'Create the passkey' },
  label: { zh: '管理员通行密钥', en: 'Administrator’s passkey' },
  needs: {
    zh: '看不到按钮？请换用支持通行密钥的浏览器或设备，并开启 JavaScript。',
    en: 'No button? Use a browser and a device that support passkeys, with JavaScript on.',
  },
  refused: {
    zh: '通行密钥没有创建成功，链接仍然有效。请再试一次。',
    en: 'The passkey was not made. The link still works: please try again.',
  },
  doneTitle: { zh: '通行密钥已创建', en: 'Your passkey is made' },
  done: {
    zh: '请用它登录。此后任命或撤销管理员，均须两名管理员共同办理。',
    en: 'Sign in with it. From now on it takes two administrators to appoint or end one.',
  },
  second: {
    zh: '建议在另一台设备上再添加一个：丢失仅有的通行密钥，就无法再以管理员身份登录。',
    en: 'Add another one on a second device: who loses her only passkey cannot sign in as an administrator.',
  },
  signIn: { zh: '登录并添加备用通行密钥', en: 'Sign in and add a second passkey' },
  goneTitle: { zh: '链接已失效', en: 'This link has ended' },
  gone: {
    zh: '链接只能使用一次，一小时内有效。请让部署人员重新运行 onecert init 获取新链接。',
    en: 'It works once and for one hour. Ask whoever runs the server to run onecert init again for a new one.',
  },
} as const satisfies Record<string, Text>;

export const passkeyLabel: Text = words.label;

/** Form and script that let a browser make a passkey; the login has them (src/oidc), a higher layer. */
export type PasskeyForm = (form: {
  language: Language;
  action: string;
  options: unknown;
  act: 'create';
  label: Text;
}) => Html;

interface View {
  language: Language;
  /** Path of the page, for its form and its language link. */
  path: string;
}

const otherLanguage = ({ language, path }: View): string => `${path}?lang=${language === 'zh' ? 'en' : 'zh'}`;

export const startPage = (
  view: View & { options: unknown; passkeyForm: PasskeyForm; refused?: boolean },
): Page => {
  const { language, path, options } = view;
  const note: Html | undefined = view.refused
    ? html`<div class="note" role="alert"><strong>${words.refused[language]}</strong></div>`
    : undefined;
  return {
    language,
    languageLink: otherLanguage(view),
    title: words.title[language],
    body: html`<h1>${words.title[language]}</h1>
<p>${words.lead[language]}</p>
${note}
${view.passkeyForm({ language, action: path, options, act: 'create', label: words.make })}
<p class="hint">${words.needs[language]}</p>`,
  };
};

export const startedPage = (language: Language): Page => ({
  language,
  title: words.doneTitle[language],
  body: html`<h1>${words.doneTitle[language]}</h1>
<p>${words.done[language]}</p>
<p>${words.second[language]}</p>
<p class="acts"><a class="button" href="/account/passkey-new">${words.signIn[language]}</a></p>`,
});

export const endedLinkPage = (view: View): Page => ({
  language: view.language,
  languageLink: otherLanguage(view),
  title: words.goneTitle[view.language],
  body: html`<h1>${words.goneTitle[view.language]}</h1>
<p>${words.gone[view.language]}</p>`,
});
