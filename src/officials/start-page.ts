/** The pages behind an administrator's one-time link. Rendered by the server; work without JavaScript. */
import { type Html, html, type Language, type Page, type Text } from '../http/index.ts';
import { shortestPassword } from './start-links.ts';

const words = {
  title: { zh: '启用管理员账号', en: 'Start as an administrator' },
  lead: {
    zh: '您已被指定为本平台的首批管理员。请设置登录密码，此链接随即失效。',
    en: 'You were named one of the first administrators here. Set your password; this link then ends.',
  },
  password: { zh: '新密码', en: 'New password' },
  again: { zh: '再输入一次', en: 'The same once more' },
  hint: {
    zh: `至少 ${shortestPassword} 个字符。几个不相关的词连在一起最好记。`,
    en: `At least ${shortestPassword} characters. A few unrelated words are easiest to remember.`,
  },
  submit: { zh: '设置密码', en: 'Set password' },
  short: {
    zh: `密码太短，请至少输入 ${shortestPassword} 个字符。`,
    en: `Too short: at least ${shortestPassword} characters.`,
  },
  differ: { zh: '两次输入不一致，请重新输入。', en: 'The two entries differ. Please type them again.' },
  refused: {
    zh: '此密码不可用：过于常见，或含有您的手机号、证件号码。请换一个。',
    en: 'This password cannot be used: too common, or it holds your phone or document number. Choose another.',
  },
  doneTitle: { zh: '密码已设置', en: 'Your password is set' },
  done: {
    zh: '请用您的证件号码或手机号和新密码登录。此后任命或撤销管理员，均须两名管理员共同办理。',
    en: 'Sign in with your document number or phone and the new password. From now on it takes two administrators to appoint or end one.',
  },
  goneTitle: { zh: '链接已失效', en: 'This link has ended' },
  gone: {
    zh: '链接只能使用一次，一小时内有效。请让部署人员重新运行 onecert init 获取新链接。',
    en: 'It works once and for one hour. Ask whoever runs the server to run onecert init again for a new one.',
  },
} as const satisfies Record<string, Text>;

export type StartFault = 'short' | 'differ' | 'refused';

interface View {
  language: Language;
  /** Path of the page, for its form and its language link. */
  path: string;
}

const otherLanguage = ({ language, path }: View): string => `${path}?lang=${language === 'zh' ? 'en' : 'zh'}`;

export const startPage = (view: View & { fault?: StartFault }): Page => {
  const { language, fault } = view;
  const note: Html | undefined =
    fault &&
    html`<div class="note" role="alert" id="notice"><strong>${words[fault][language]}</strong></div>`;
  return {
    language,
    languageLink: otherLanguage(view),
    title: words.title[language],
    body: html`<h1>${words.title[language]}</h1>
<p>${words.lead[language]}</p>
${note}
<form method="post" action="${view.path}">
<label for="password">${words.password[language]}</label>
<input type="password" id="password" name="password" autocomplete="new-password" minlength="${shortestPassword}" maxlength="256" required autofocus aria-describedby="${fault ? 'notice ' : ''}password-hint"${fault && html` aria-invalid="true"`}>
<p class="hint" id="password-hint">${words.hint[language]}</p>
<label for="again">${words.again[language]}</label>
<input type="password" id="again" name="again" autocomplete="new-password" maxlength="256" required>
<p class="acts"><button type="submit">${words.submit[language]}</button></p>
</form>`,
  };
};

export const startedPage = (language: Language): Page => ({
  language,
  title: words.doneTitle[language],
  body: html`<h1>${words.doneTitle[language]}</h1>
<p>${words.done[language]}</p>`,
});

export const endedLinkPage = (view: View): Page => ({
  language: view.language,
  languageLink: otherLanguage(view),
  title: words.goneTitle[view.language],
  body: html`<h1>${words.goneTitle[view.language]}</h1>
<p>${words.gone[view.language]}</p>`,
});
