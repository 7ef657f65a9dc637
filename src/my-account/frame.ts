/** The frame of an account page: the way back, its title, what is to be said, and lists cut into pages. */
import {
  type Html,
  html,
  type Language,
  type Notice,
  noticeBox,
  type Page,
  type Text,
  tokenField,
} from '../http/index.ts';
import type { AccountPage, Visit } from './account-page.ts';
import { frameWords } from './frame-words.ts';

export const pathOf = (path: string): string => (path === '' ? '/account' : `/account/${path}`);

const said = (text: Text, language: Language): Html =>
  html`<p class="note done" role="status" id="said"><strong>${text[language]}</strong></p>`;

export interface Framed {
  language: Language;
  title: Text;
  /** The page this one is below. */
  parent?: { path: string; title: Text };
  /** Its own address, with what it was asked for. */
  address?: string;
  said?: Text;
  notice?: Notice;
  body: Html;
}

export const framedPage = ({ language, title, parent, address, ...rest }: Framed): Page => {
  const other = language === 'zh' ? 'en' : 'zh';
  const way =
    parent && html`<nav class="way"><a href="${pathOf(parent.path)}">‹ ${parent.title[language]}</a></nav>`;
  return {
    language,
    title: title[language],
    ...(address === undefined
      ? {}
      : { languageLink: `${address}${address.includes('?') ? '&' : '?'}lang=${other}` }),
    body: html`${way}<h1>${title[language]}</h1>
${rest.said && said(rest.said, language)}${noticeBox(rest.notice, language)}
${rest.body}`,
  };
};

/** A page that only says something and leads home. */
export const plainPage = (language: Language, title: Text, sentence: Text, act = frameWords.toHome): Page =>
  framedPage({
    language,
    title,
    body: html`<p>${sentence[language]}</p>
<p class="acts"><a class="button" href="/account">${act[language]}</a></p>`,
  });

/** Links to pages, four a screen in 长辈版. */
export const tiles = (pages: readonly AccountPage[], { language }: Visit): Html =>
  html`<ul class="tiles">${pages.map(
    ({ path, title, menu }) =>
      html`<li><a href="${pathOf(path)}"><strong>${title[language]}</strong>${menu?.hint[language]}</a></li>`,
  )}</ul>`;

export interface Cut<T> {
  shown: T[];
  /** Links to the pages before and after. */
  turns: Html | undefined;
}

const pageNumber = ({ query }: Visit): number =>
  /^[1-9]\d{0,3}$/.test(query.page ?? '') ? Number(query.page) : 1;

/** How many entries, from the first on, must be known to show this page and whether another follows. */
export const neededFor = (visit: Visit, size: number): number => pageNumber(visit) * size + 1;

/** The part of a list that this visit asks for by `?page=`. */
export const cut = <T>(list: readonly T[], visit: Visit, path: string, size: number): Cut<T> => {
  const number = pageNumber(visit);
  const { language, query } = visit;
  const link = (to: number, words: Text): Html => {
    const address = new URLSearchParams({ ...(query.id ? { id: query.id } : {}), page: String(to) });
    return html`<a class="button second" href="${pathOf(path)}?${address.toString()}">${words[language]}</a>`;
  };
  const next = list.length > number * size && link(number + 1, frameWords.more);
  const back = number > 1 && link(number - 1, frameWords.back);
  // One of the four actions of 长辈版, not two of them.
  const both = visit.elder ? next || (back && link(1, frameWords.first)) : [back, next];
  return {
    shown: list.slice((number - 1) * size, number * size),
    turns: next || back ? html`<p class="acts">${both}</p>` : undefined,
  };
};

/** Start of a form that posts to an act of this page, with its token; the page closes it. */
export const formStart = (visit: Visit, act: string): Html =>
  html`<form method="post" action="${visit.actAddress(act)}">${tokenField(visit.token(act))}`;

/** A form of one button. */
export const smallForm = (
  visit: Visit,
  act: string,
  label: Text,
  more: { hidden?: Readonly<Record<string, string>>; look?: string } = {},
): Html =>
  html`${formStart(visit, act)}${Object.entries(more.hidden ?? {}).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}<p class="acts"><button type="submit" class="${more.look ?? 'second'}">${label[visit.language]}</button></p></form>`;

export const factList = (facts: readonly (readonly [string, string | Html])[]): Html =>
  html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
