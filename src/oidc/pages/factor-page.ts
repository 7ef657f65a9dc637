/** Step-up in place: only what is missing is asked for. */

import type { SignInMethod } from '../../accounts/index.ts';
import { type Html, html, type Language, type Page } from '../../http/index.ts';
import { factorWords } from './factor-words.ts';
import type { Notice } from './notices.ts';
import { passkeyForm, requestOptions } from './passkey-form.ts';
import { noticeBox } from './sign-in-page.ts';
import { codeField } from './sms-pages.ts';
import { words } from './words.ts';

export interface FactorView {
  language: Language;
  languageLink: string;
  action: string;
  csrf: string;
  appName: string;
  personName: string;
  /** Of the account pages: she confirms what she is about to change. */
  confirms: boolean;
  /** What would be enough, each by itself. Shown with the quickest first: a touch, six digits, typing, waiting. */
  ways: readonly SignInMethod[];
  maskedPhone: string;
  /** A code was sent to the person's phone. */
  sent: boolean;
  notice?: Notice;
  passkey: { baseUrl: string; challenge: string };
}

const token = (csrf: string): Html => html`<input type="hidden" name="csrf" value="${csrf}">`;

const totpForm = (view: FactorView, first: boolean): Html =>
  html`<form method="post" action="${view.action}/totp">${token(view.csrf)}
${codeField(view.language, 'totp', factorWords.totp[view.language], first)}
<p class="acts"><button type="submit">${factorWords.totpAct[view.language]}</button></p>
</form>`;

const smsForm = (view: FactorView): Html => {
  const { language } = view;
  const send = html`<form method="post" action="${view.action}/own-sms-send">${token(view.csrf)}
<p class="acts"><button type="submit" class="second">${(view.sent ? factorWords.sendAgain : factorWords.sendCode)[language]}</button></p>
</form>`;
  return html`<h2>${factorWords.ownSms[language]}</h2>
<p class="soft">${factorWords.ownSmsTo[language]} ${view.maskedPhone}</p>
${
  view.sent &&
  html`<form method="post" action="${view.action}/own-sms">${token(view.csrf)}
${codeField(language, 'own-code', factorWords.code[language], true)}
<p class="acts"><button type="submit">${factorWords.goOn[language]}</button></p>
</form>`
}
${send}`;
};

const passwordForm = (view: FactorView): Html =>
  html`<form method="post" action="${view.action}/own-password">${token(view.csrf)}
<label for="own-password">${words.password[view.language]}</label>
<input type="password" id="own-password" name="password" autocomplete="current-password" maxlength="256" required>
<p class="acts"><button type="submit">${factorWords.passwordAct[view.language]}</button></p>
</form>`;

const passkeyPart = (view: FactorView): Html =>
  html`${passkeyForm({
    language: view.language,
    action: `${view.action}/passkey`,
    csrf: view.csrf,
    options: requestOptions(view.passkey.baseUrl, view.passkey.challenge),
    act: 'get',
    label: factorWords.passkeyAct,
  })}
<noscript><p class="hint">${factorWords.passkeyNeedsScript[view.language]}</p></noscript>`;

export const factorPage = (view: FactorView): Page => {
  const { language, ways } = view;
  const one = ways.length === 1;
  const why = html`<p><span class="asker">${view.appName}</span> ${(one ? factorWords.stepUpWhyOne : factorWords.stepUpWhy)[language]}</p>`;
  const confirms = html`<p>${(one ? factorWords.confirmWhyOne : factorWords.confirmWhy)[language]}</p>`;
  return {
    language,
    languageLink: view.languageLink,
    title: factorWords.stepUpTitle[language],
    body: html`<h1>${factorWords.stepUpTitle[language]}</h1>
${view.confirms ? confirms : why}
<p class="soft">${words.signedInAs[language]} ${view.personName}</p>
${noticeBox(view.notice, language)}
${ways.includes('passkey') && passkeyPart(view)}
${ways.includes('otp') && totpForm(view, !view.sent)}
${ways.includes('pwd') && passwordForm(view)}
${ways.includes('sms') && smsForm(view)}
<p><a href="${view.action}?way=other">${factorWords.notMe[language]}</a></p>
<form method="post" action="${view.action}/cancel">${token(view.csrf)}
<p class="acts"><button type="submit" class="second">${words.notNow[language]}</button></p>
</form>`,
  };
};
