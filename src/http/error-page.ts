/** The page a browser sees when something fails: what happened, what to do next, and the code for the help desk. */
import type { ErrorCode } from '../errors.ts';
import { type Html, html } from './html.ts';
import type { Language, Text } from './language.ts';
import type { Page } from './page.ts';

export interface ErrorPage {
  language: Language;
  /** Stable code, shown small. */
  code: string;
  /** The sentence from the table of errors, or an own one. */
  sentence: Text;
  /** What the person can do now. */
  advice: Text;
  requestId: string;
  /** The app the person came from, when known. */
  back?: { name: string; href: string };
}

const words: Record<'title' | 'code' | 'request' | 'back', Text> = {
  title: { zh: '暂时无法继续', en: 'We cannot go on' },
  code: { zh: '问题代码', en: 'Code' },
  request: { zh: '请求编号', en: 'Request' },
  back: { zh: '返回', en: 'Back to' },
};

const titleByCode: Partial<Record<string, Text>> = {
  not_found: { zh: '没有找到', en: 'Not found' },
};

const startPage: Text = { zh: '首页', en: 'the start page' };

/** A way on where nothing else is known. */
export const startPageLink = (language: Language): { name: string; href: string } => ({
  name: startPage[language],
  href: '/',
});

const wait: Text = { zh: '请稍等片刻后刷新本页。', en: 'Wait a moment, then load this page again.' };
const fromTheApp: Text = {
  zh: '请回到您要使用的应用，重新开始。',
  en: 'Go back to the app you came from and start again.',
};

const adviceByCode: Partial<Record<ErrorCode, Text>> = {
  too_many_requests: { zh: '请过 15 分钟再试。', en: 'Try again in 15 minutes.' },
  store_unavailable: wait,
  shutting_down: wait,
  key_unavailable: wait,
  internal_error: wait,
  not_found: {
    zh: '请检查网址，或回到您要使用的应用。',
    en: 'Check the address, or go back to the app you came from.',
  },
  ticket_service_over: {
    zh: '请直接打开该应用，从那里登录。',
    en: 'Open the app itself and sign in from there.',
  },
  wrong_host: { zh: '请检查网址是否正确。', en: 'Check that the address is right.' },
};

export const adviceFor = (code: ErrorCode): Text => adviceByCode[code] ?? fromTheApp;

const backLink = (page: ErrorPage): Html | undefined =>
  page.back &&
  html`<p class="acts"><a class="button" href="${page.back.href}">${words.back[page.language]} ${page.back.name}</a></p>`;

export const errorPage = (page: ErrorPage): Page => {
  const { language } = page;
  const title = (titleByCode[page.code] ?? words.title)[language];
  return {
    language,
    title,
    body: html`<h1>${title}</h1>
<p>${page.sentence[language]}</p>
<p>${page.advice[language]}</p>
${backLink(page)}
<p class="code">${words.code[language]} <a href="/developers/errors#${page.code}"><code>${page.code}</code></a><br>${words.request[language]} <code>${page.requestId}</code></p>`,
  };
};
