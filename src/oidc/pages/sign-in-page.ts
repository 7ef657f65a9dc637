import { type Html, html, type InAppBrowser, type Language, type Page, type Text } from '../../http/index.ts';
import { type AppAbout, appLogo, appRules, appSite } from './app-parts.ts';
import { factorWords } from './factor-words.ts';
import type { Notice } from './notices.ts';
import { passkeyForm, requestOptions } from './passkey-form.ts';
import { scanWords } from './scan-words.ts';
import { surroundingsNote } from './surroundings-note.ts';
import { words } from './words.ts';

export type { Notice } from './notices.ts';

export interface SignInView {
  language: Language;
  languageLink: string;
  action: string;
  csrf: string;
  app: AppAbout;
  /** Sentences of what the app asks for; absent for the province's own account pages, which ask for nothing. */
  learns?: readonly Text[];
  loginName?: string;
  notice?: Notice;
  /** A text message can be sent from here. */
  smsAvailable: boolean;
  /** A phone that is signed in may pass its sign-in on. */
  scanAvailable: boolean;
  /** For passkeys: the origin of this site, and what the passkey has to sign. */
  passkey: { baseUrl: string; challenge: string };
  /** The page is shown inside this app. */
  inApp?: InAppBrowser | undefined;
}

export const noticeBox = (notice: Notice | undefined, language: Language): Html | undefined =>
  notice &&
  html`<div class="note ${notice.kind === 'check' ? 'check' : ''}" role="alert" id="notice"><strong>${notice.strong[language]}</strong>${notice.advice && ` ${notice.advice[language]}`}</div>`;

/** More than this is read by nobody here; the consent page lists all. */
const mostNamed = 4;

/** One paragraph: what the app will learn or do. Stands above the form, because it is the first thing to know. */
const learnsLine = (view: SignInView): Html | undefined => {
  const { language, learns } = view;
  if (learns === undefined) return undefined;
  if (learns.length === 0) return html`<p class="soft">${words.learnsNothing[language]}</p>`;
  const named = learns.slice(0, mostNamed).map((sentence) => sentence[language]);
  const more = learns.length > mostNamed ? words.andMore[language] : '';
  const list = named.join(language === 'zh' ? '；' : '; ') + more;
  return html`<p class="soft">${words.learns[language]}${list}${language === 'zh' ? '。' : '.'}</p>`;
};

/** The quickest ways first, where this browser has them; then the form. Keeps what was typed, except the password. */
export const signInPage = (view: SignInView): Page => {
  const { language, notice, app } = view;
  const wrong = notice?.kind === 'wrong';
  const described = wrong ? 'notice login-name-hint' : 'login-name-hint';
  return {
    language,
    languageLink: view.languageLink,
    title: `${words.signIn[language]} ${app.name}`,
    body: html`<p class="soft">${words.signInTo[language]}</p>
<h1>${appLogo(app)}${app.name}</h1>
${appSite(app, language)}
${learnsLine(view)}
${appRules(app, language)}
${surroundingsNote(view.inApp, language)}
${noticeBox(notice, language)}
<div class="beside">${passkeyForm({
      language,
      action: `${view.action}/passkey`,
      csrf: view.csrf,
      options: requestOptions(view.passkey.baseUrl, view.passkey.challenge),
      act: 'get',
      conditional: true,
      label: factorWords.byPasskey,
    })}</div>
${view.scanAvailable && html`<p class="acts by-scan beside"><a class="button second" href="${view.action}/scan">${scanWords.title[language]}</a></p>`}
<form method="post" action="${view.action}/sign-in">
<input type="hidden" name="csrf" value="${view.csrf}">
<label for="login-name">${words.loginName[language]}</label>
<input type="text" id="login-name" name="login_name" value="${view.loginName ?? ''}" autocomplete="username webauthn" autocapitalize="none" autocorrect="off" spellcheck="false" maxlength="64" required aria-describedby="${described}"${wrong && html` aria-invalid="true"`}${!view.loginName && html` autofocus`}>
<p class="hint" id="login-name-hint">${words.loginNameHint[language]}</p>
<label for="password">${words.password[language]}</label>
<input type="password" id="password" name="password" autocomplete="current-password" maxlength="256" required${wrong && html` aria-invalid="true" aria-describedby="notice"`}${view.loginName && html` autofocus`}>
<p class="acts"><button type="submit" id="go-on">${words.signIn[language]}</button></p>
</form>
<p class="other-ways">${view.smsAvailable && html`<a href="${view.action}?way=sms">${factorWords.bySms[language]}</a>`}<a href="/recover">${factorWords.forgotten[language]}</a></p>
<form method="post" action="${view.action}/cancel">
<input type="hidden" name="csrf" value="${view.csrf}">
<p class="acts"><button type="submit" class="second">${words.notNow[language]}</button></p>
</form>`,
  };
};
