/** What a page says of the app that asks: its sign, where it lives, who has looked at it, and its own rules. */
import { type Html, html, type Language, type Text } from '../../http/index.ts';

export interface AppAbout {
  name: string;
  /** Address of its logo on our own origin. */
  logo?: string;
  /** Host of its site; absent for the province's own. */
  site?: string;
  /** It registered itself, and nobody looked at it. */
  unreviewed: boolean;
  policy?: string;
  terms?: string;
}

const text = (zh: string, en: string): Text => ({ zh, en });

const words = {
  site: text('应用网址：', 'Site of the app: '),
  unreviewed: text('该应用自行登记，未经审核。', 'This app registered itself and was not reviewed.'),
  unreviewedAdvice: text('请确认您认识它，再继续。', 'Go on only if you know it.'),
  policy: text('隐私政策（新窗口）', 'Privacy policy (new window)'),
  terms: text('服务条款（新窗口）', 'Terms of service (new window)'),
};

/** Its sign before its name. The name says the same, so the sign is silent. */
export const appLogo = ({ logo }: AppAbout): Html | undefined =>
  logo === undefined ? undefined : html`<img class="app-logo" src="${logo}" alt="" width="40" height="40">`;

export const appSite = ({ site, unreviewed }: AppAbout, language: Language): Html => html`
${site !== undefined && html`<p class="soft">${words.site[language]}${site}</p>`}
${unreviewed && html`<div class="note check"><strong>${words.unreviewed[language]}</strong> ${words.unreviewedAdvice[language]}</div>`}`;

/** Opened beside the sign-in, which would be lost otherwise; told nothing of where it was opened. */
const outside = (href: string | undefined, label: Text, language: Language): Html | undefined =>
  href === undefined
    ? undefined
    : html`<a href="${href}" target="_blank" rel="noopener noreferrer">${label[language]}</a>`;

export const appRules = ({ policy, terms }: AppAbout, language: Language): Html | undefined =>
  policy === undefined && terms === undefined
    ? undefined
    : html`<p class="other-ways">${outside(policy, words.policy, language)}${outside(terms, words.terms, language)}</p>`;
