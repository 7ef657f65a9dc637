/** Pages that ask one question: consent, account switch, logout; and those that say why it ends here. */
import { type Html, html, type Language, type Page, type Text } from '../../http/index.ts';
import type { OpenApp } from '../logout/open-apps.ts';
import { type AppAbout, appLogo, appRules, appSite } from './app-parts.ts';
import { factorWords } from './factor-words.ts';
import { type Notice, noticeBox } from './sign-in-page.ts';
import { words } from './words.ts';

export interface ConsentItem {
  sentence: Text;
  /** The present value, masked. */
  value?: string;
  /** Not agreed to the last time, where there was one. */
  isNew?: boolean;
}

interface Asked {
  language: Language;
  languageLink?: string;
  action: string;
  csrf: string;
}

const token = (csrf: string): Html => html`<input type="hidden" name="csrf" value="${csrf}">`;

export interface ConsentView extends Asked {
  app: AppAbout;
  personName: string;
  /** The company or office the person acts for. */
  actingAs?: Text;
  items: readonly ConsentItem[];
  notice?: Notice;
}

export const consentPage = (view: ConsentView): Page => {
  const { language, app } = view;
  return {
    language,
    languageLink: view.languageLink,
    title: words.consentTitle[language],
    body: html`<h1>${words.consentTitle[language]}</h1>
${noticeBox(view.notice, language)}
<p>${appLogo(app)}<span class="asker">${app.name}</span> ${words.consentAsks[language]}</p>
<ul class="learns">${view.items.map(
      (item) =>
        html`<li>${item.isNew && html`<strong>${words.consentNew[language]}</strong> `}${item.sentence[language]}${item.value && html` <span class="values soft">${item.value}</span>`}</li>`,
    )}</ul>
<p>${words.consentFor[language]}</p>
${appSite(app, language)}
${appRules(app, language)}
<p class="soft">${words.signedInAs[language]} ${view.personName}${view.actingAs && html`<br>${factorWords.actingAs[language]} <strong>${view.actingAs[language]}</strong>`}</p>
<form method="post" action="${view.action}/consent">${token(view.csrf)}
<div class="acts"><button type="submit" id="go-on" name="decision" value="agree">${words.agree[language]}</button>
<button type="submit" name="decision" value="refuse" class="second">${words.refuse[language]}</button></div>
</form>`,
  };
};

export const switchPage = (view: Asked & { present: string; next: string }): Page => {
  const { language } = view;
  return {
    language,
    title: words.switchTitle[language],
    body: html`<h1>${words.switchTitle[language]}</h1>
<p>${words.switchNow[language]} <strong>${view.present}</strong></p>
<p>${words.switchTo[language]} <strong>${view.next}</strong></p>
<p>${words.switchAdvice[language]}</p>
<form method="post" action="${view.action}/switch">${token(view.csrf)}
<div class="acts"><button type="submit" name="decision" value="switch">${words.switchYes[language]}</button>
<button type="submit" name="decision" value="stay" class="second">${words.switchNo[language]}</button></div>
</form>`,
  };
};

/** Says that it cannot go on, why, and offers the way back; `restart` leads to the sign-in form, `link` to what helps. */
export const endPage = (
  view: Asked & {
    title: Text;
    sentence: Text;
    advice: Text;
    appName: string;
    restart?: Text;
    link?: { href: string; label: Text };
  },
): Page => {
  const { language } = view;
  return {
    language,
    languageLink: view.languageLink,
    title: view.title[language],
    body: html`<h1>${view.title[language]}</h1>
<p>${view.sentence[language]}</p>
<p>${view.advice[language]}</p>
${view.link && html`<p><a href="${view.link.href}">${view.link.label[language]}</a></p>`}
<form method="post" action="${view.action}/cancel">${token(view.csrf)}
<div class="acts"><button type="submit">${words.backTo[language]} ${view.appName}</button>
${view.restart && html`<a class="button second" href="${view.action}">${view.restart[language]}</a>`}</div>
</form>`,
  };
};

export interface LogoutView {
  language: Language;
  /** Of the library: its route and the secret it put into the session. */
  action: string;
  xsrf: string;
  apps: readonly OpenApp[];
}

export const logoutPage = (view: LogoutView): Page => {
  const { language } = view;
  return {
    language,
    title: words.logoutTitle[language],
    body: html`<h1>${words.logoutTitle[language]}</h1>
<p>${words.logout[language]}</p>
${
  view.apps.length > 0 &&
  html`<p>${words.logoutApps[language]}</p>
<ul>${view.apps.map(({ name, told }) => html`<li><strong>${name}</strong> ${(told ? words.logoutTold : words.logoutNotTold)[language]}</li>`)}</ul>`
}
<form method="post" action="${view.action}"><input type="hidden" name="xsrf" value="${view.xsrf}">
<div class="acts"><button type="submit" name="logout" value="yes">${words.logoutYes[language]}</button>
<button type="submit" class="second">${words.logoutNo[language]}</button></div>
</form>`,
  };
};
