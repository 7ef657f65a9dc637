/** Signing in by text message: the phone, the code, and whose account it is. */
import { type Html, html, type Language, type Page } from '../../http/index.ts';
import { factorWords } from './factor-words.ts';
import type { Notice } from './notices.ts';
import { noticeBox } from './sign-in-page.ts';
import { words } from './words.ts';

export interface SmsView {
  language: Language;
  languageLink?: string;
  action: string;
  csrf: string;
  appName: string;
  phone?: string;
  /** A code was asked for: the field for it is shown. */
  sent: boolean;
  notice?: Notice;
}

const token = (csrf: string): Html => html`<input type="hidden" name="csrf" value="${csrf}">`;

export const codeField = (language: Language, id: string, label: string, focus = false): Html =>
  html`<label for="${id}">${label}</label>
<input type="text" id="${id}" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="12" required${focus && html` autofocus`} lang="${language === 'zh' ? 'zh-CN' : 'en'}">`;

export const smsPage = (view: SmsView): Page => {
  const { language, phone = '' } = view;
  const phoneForm = html`<form method="post" action="${view.action}/sms-send">${token(view.csrf)}
<label for="phone">${factorWords.phone[language]}</label>
<input type="text" id="phone" name="phone" value="${phone}" inputmode="tel" autocomplete="tel" maxlength="32" required${!view.sent && html` autofocus`}>
<p class="acts"><button type="submit">${factorWords.sendCode[language]}</button></p>
</form>`;
  const codeForm = html`<p class="note check" role="status">${factorWords.sent[language]}</p>
<form method="post" action="${view.action}/sms">${token(view.csrf)}<input type="hidden" name="phone" value="${phone}">
${codeField(language, 'code', factorWords.code[language], true)}
<p class="acts"><button type="submit">${words.signIn[language]}</button></p>
</form>
<form method="post" action="${view.action}/sms-send">${token(view.csrf)}<input type="hidden" name="phone" value="${phone}">
<p class="acts"><button type="submit" class="second">${factorWords.sendAgain[language]}</button></p>
</form>`;
  return {
    language,
    ...(view.languageLink === undefined ? {} : { languageLink: view.languageLink }),
    title: factorWords.smsTitle[language],
    body: html`<p class="soft">${words.signInTo[language]} ${view.appName}</p>
<h1>${factorWords.smsTitle[language]}</h1>
${noticeBox(view.notice, language)}
${view.sent ? codeForm : phoneForm}
<p><a href="${view.action}">${factorWords.byPassword[language]}</a></p>`,
  };
};

export interface PickView {
  language: Language;
  action: string;
  csrf: string;
  /** Masked names, in the order of the answer's numbers. */
  people: readonly string[];
}

export const pickPage = (view: PickView): Page => {
  const { language } = view;
  return {
    language,
    title: factorWords.pickTitle[language],
    body: html`<h1>${factorWords.pickTitle[language]}</h1>
<p>${factorWords.pickWhy[language]}</p>
<form method="post" action="${view.action}/pick">${token(view.csrf)}
<div class="acts">${view.people.map(
      (name, place) =>
        html`<button type="submit" name="person" value="${place}" class="second">${name}</button>`,
    )}</div>
</form>
<p><a href="${view.action}">${factorWords.byPassword[language]}</a></p>`,
  };
};
