/** The first page: who I am here, masked, and four ways on. And the menus below it. */
import { type Html, html, type Text } from '../../http/index.ts';
import { maskName, maskNumber, maskPhone } from '../../identifiers/index.ts';
import { proofingLevels } from '../../registration/index.ts';
import type { AccountPage, Visit } from '../account-page.ts';
import { timeOf } from '../dates.ts';
import { cut, factList, tiles } from '../frame.ts';
import { frameWords } from '../frame-words.ts';
import type { OwnPagesDeps } from '../own-pages.ts';
import { words } from '../words.ts';

type PagesUnder = () => readonly AccountPage[];

const strengthWords: Record<1 | 2 | 3, Text> = {
  1: words.strength1,
  2: words.strength2,
  3: words.strength3,
};

const profile = async ({ accounts }: OwnPagesDeps, { account, language }: Visit): Promise<Html> => {
  const has = await accounts.authenticators.methodsOf(account);
  const strength = has.has('passkey') ? 3 : has.has('pwd') && has.size > 1 ? 2 : 1;
  const level = proofingLevels.find((one) => one.level === account.proofingLevel)!;
  return html`${factList([
    [words.name[language], maskName(account.name)],
    [words.document[language], maskNumber(account.documentNumber)],
    [words.phone[language], account.phone === undefined ? words.noPhone[language] : maskPhone(account.phone)],
    [
      words.proofing[language],
      html`<strong>${level.level} · ${level.name[language]}</strong><span class="beside soft"><br>${level.how[language]}</span>${
        account.proofingLevel < 3 &&
        html`<span class="beside"><br><a href="/raise-level">${words.raise[language]}</a></span>`
      }`,
    ],
    [words.strength[language], strengthWords[strength][language]],
  ])}
<p class="hint beside">${words.masked[language]}</p>`;
};

/** Somebody has recovered this account: she may be somebody else. Above everything, with the way to stop it. */
const waitingPassword = (appliesAt: number, { language }: Visit): Html =>
  html`<div class="note" role="alert" id="waiting-password"><strong>${words.waitingPassword[language]}</strong> ${words.waitingFrom[language]} ${timeOf(appliesAt, language)}${language === 'zh' ? '。' : '. '}${words.waitingAdvice[language]}
<p class="acts"><a class="button" href="/recover/waiting">${words.waitingStop[language]}</a></p></div>`;

export const homePage = (deps: OwnPagesDeps, under: PagesUnder): AccountPage => ({
  path: '',
  title: frameWords.home,
  async show(visit) {
    const appliesAt = await deps.recoveries.waiting(visit.account.id);
    // One of the four actions of 长辈版 is the way to stop it.
    const shown =
      appliesAt !== undefined && visit.elder ? under().filter(({ path }) => path !== 'use-log') : under();
    return html`${appliesAt !== undefined && waitingPassword(appliesAt, visit)}${await profile(deps, visit)}
${tiles(shown, visit)}
<p class="acts beside"><a class="button plain" href="/session/end">${frameWords.signOut[visit.language]}</a></p>`;
  },
});

/** Everything that is not needed every day; four a screen in 长辈版. */
export const morePage = (under: PagesUnder): AccountPage => ({
  path: 'more',
  title: words.moreTitle,
  menu: { under: 'home', hint: words.moreHint },
  async show(visit) {
    const { shown, turns } = cut(under(), visit, 'more', visit.elder ? 3 : 50);
    return html`${tiles(shown, visit)}${turns}`;
  },
});

export const signInMethodsPage = (under: PagesUnder): AccountPage => ({
  path: 'sign-in-methods',
  title: words.methodsTitle,
  menu: { under: 'home', hint: words.methodsHint },
  show: async (visit) =>
    html`<p class="soft">${words.methodsWhy[visit.language]}</p>${tiles(under(), visit)}`,
});
