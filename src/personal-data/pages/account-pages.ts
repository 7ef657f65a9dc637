/**
 * The pages "export my data" and "close my account": what they say and ask. Who hangs them in sees to the sign-in (both
 * want a fresh, strong one), to the form token and to the addresses.
 */
import { type Html, html, type Language, type Page, type Text } from '../../http/index.ts';
import { ended, exported, words } from './words.ts';

interface Asked {
  language: Language;
  languageLink?: string;
  /** Where the form is posted to. */
  action: string;
  csrf: string;
}

const token = (csrf: string): Html => html`<input type="hidden" name="csrf" value="${csrf}">`;

const list = (lines: readonly Text[], language: Language): Html =>
  html`<ul class="learns">${lines.map((line) => html`<li>${line[language]}</li>`)}</ul>`;

const note = (kind: 'check' | 'wrong', strong: Text, advice: Text, language: Language): Html =>
  html`<div class="note ${kind === 'check' && 'check'}" role="note"><strong>${strong[language]}</strong> ${advice[language]}</div>`;

/** 2026年11月30日 / 30 Nov 2026, as the day is in China. */
export const dayIn = (unixSeconds: number, language: Language): string =>
  new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    timeZone: 'Asia/Shanghai',
    year: 'numeric',
    month: language === 'zh' ? 'long' : 'short',
    day: 'numeric',
  }).format(unixSeconds * 1000);

/** The name says the day and nothing of the person: it ends up in folders and lists of downloads. */
export const exportFileName = (exportedAt: string): string =>
  `onecert-personal-data-${exportedAt.slice(0, 10)}.json`;

/** Posting it answers with the file, as an attachment. */
export const exportPage = (view: Asked): Page => {
  const { language } = view;
  return {
    language,
    languageLink: view.languageLink,
    title: words.exportTitle[language],
    body: html`<h1>${words.exportTitle[language]}</h1>
<p>${words.exportSays[language]}</p>
${list(exported, language)}
${note('check', words.exportCare, words.exportCareAdvice, language)}
<p class="soft">${words.exportTold[language]}</p>
<form method="post" action="${view.action}">${token(view.csrf)}
<p class="acts"><button type="submit">${words.exportAct[language]}</button></p></form>`,
  };
};

export interface ClosingView extends Asked {
  /** Unix seconds: when it will be closed; absent while nobody asked. */
  dueAt?: number;
  /** She has just taken it back. */
  kept?: boolean;
  /** An administrator's post holds her back. */
  held?: boolean;
  exportHref: string;
  /** Back to her account. */
  homeHref: string;
}

/** Posts `decision`: close or keep. */
export const closingPage = (view: ClosingView): Page => {
  const { language } = view;
  const [title, body] = view.kept
    ? [words.keptTitle, keptBody(view)]
    : view.dueAt === undefined
      ? [words.closeTitle, askBody(view)]
      : [words.waitingTitle, waitingBody(view, view.dueAt)];
  return {
    language,
    languageLink: view.languageLink,
    title: title[language],
    body: html`<h1>${title[language]}</h1>
${body}`,
  };
};

const askBody = (view: ClosingView): Html => {
  const { language } = view;
  return html`${view.held && note('wrong', words.heldStrong, words.heldAdvice, language)}
<p>${words.closeSays[language]}</p>
${list(ended, language)}
<p>${words.closeWait[language]}</p>
<p class="soft">${words.closeStays[language]}</p>
<p><a href="${view.exportHref}">${words.closeExport[language]}</a></p>
<form method="post" action="${view.action}">${token(view.csrf)}
<div class="acts"><a class="button" href="${view.homeHref}">${words.keepAct[language]}</a>
${!view.held && html`<button type="submit" name="decision" value="close" class="second">${words.closeAct[language]}</button>`}</div></form>`;
};

const waitingBody = (view: ClosingView, dueAt: number): Html => {
  const { language } = view;
  return html`<p>${words.waitingSays[language]} <strong>${dayIn(dueAt, language)}</strong></p>
<p>${words.waitingUsual[language]}</p>
<p>${words.waitingAdvice[language]}</p>
<p><a href="${view.exportHref}">${words.closeExport[language]}</a></p>
<form method="post" action="${view.action}">${token(view.csrf)}
<p class="acts"><button type="submit" name="decision" value="keep">${words.keepAct[language]}</button></p></form>`;
};

const keptBody = ({ language, homeHref }: ClosingView): Html =>
  html`<p>${words.keptSays[language]}</p>
<p class="acts"><a class="button" href="${homeHref}">${words.home[language]}</a></p>`;
