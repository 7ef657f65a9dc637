/** The frame of every page the server renders itself: sign-in, consent, logout and errors. Works without JavaScript. */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Response } from 'express';
import { elderOf } from './elder.ts';
import { type Html, html } from './html.ts';
import { isSandbox } from './instance-kind.ts';
import type { Language, Text } from './language.ts';
import { sandboxBand } from './sandbox-band.ts';
import { stylesheet } from './stylesheet.ts';

const version = createHash('sha256').update(stylesheet).digest('base64url').slice(0, 10);

export const stylesheetPath = '/assets/sign-in.css';

export interface Page {
  language: Language;
  title: string;
  body: Html;
  /** Same page in the other language; absent where there is no address to come back to. */
  languageLink?: string;
  /** With code or tables: more than a column of text wide. */
  wide?: boolean;
  /** Where the page leads on by itself, at once. Chrome's form-action does not apply to it (see continue page). */
  refreshTo?: string;
}

const words: Record<'brand' | 'service' | 'other' | 'otherLabel' | 'elder' | 'standard', Text> = {
  brand: { zh: '一证通', en: 'OneCert' },
  service: { zh: '全省统一身份认证', en: 'One sign-in for the province' },
  other: { zh: 'English', en: '中文' },
  elder: { zh: '长辈版', en: 'Large type' },
  standard: { zh: '标准版', en: 'Standard' },
  otherLabel: { zh: 'Read this page in English', en: '用中文阅读本页' },
};

const languageLink = (page: Page): Html | undefined => {
  if (page.languageLink === undefined) return undefined;
  const other = page.language === 'zh' ? 'en' : 'zh-CN';
  return html`<a class="language" href="${page.languageLink}" lang="${other}" hreflang="${other}" aria-label="${words.otherLabel[page.language]}">${words.other[page.language]}</a>`;
};

/** The same page in 长辈版, or back: its own address with the choice in place of the language. */
const elderLink = (page: Page, elder: boolean): Html | undefined =>
  page.languageLink === undefined
    ? undefined
    : html`<a href="${page.languageLink.replace(/\blang=(?:zh|en)\b/, `elder=${elder ? 'off' : 'on'}`)}">${words[elder ? 'standard' : 'elder'][page.language]}</a>`;

export interface Look {
  elder?: boolean;
  sandbox?: boolean;
}

/** How a request wants its pages. */
export const lookOf = (req: IncomingMessage): Look => ({ elder: elderOf(req), sandbox: isSandbox(req) });

export const renderPage = (page: Page, { elder = false, sandbox = false }: Look = {}): string => {
  const { language } = page;
  const refresh =
    page.refreshTo !== undefined && html`<meta http-equiv="refresh" content="0; url=${page.refreshTo}">`;
  return html`<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}"${elder && html` data-elder="on"`}${sandbox && html` data-sandbox`}${page.wide === true && html` data-wide`}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${page.title} · ${words.brand[language]}</title>
${refresh}<link rel="stylesheet" href="${stylesheetPath}?v=${version}">
<link rel="icon" href="data:,">
</head>
<body>
${sandbox && sandboxBand(language)}
<header class="top"><p class="brand"><span class="mark" aria-hidden="true">证</span><span class="name">${words.brand[language]}</span><span class="service">${words.service[language]}</span></p><p class="choices">${elderLink(page, elder)}${languageLink(page)}</p></header>
<main class="sheet">
${page.body}
</main>
</body>
</html>
`.text;
};

/** Sends a rendered page; never cached, so that the back button cannot show a stale form. */
export const sendPage = (res: Response, status: number, page: Page): void => {
  res
    .status(status)
    .set('cache-control', 'no-store')
    .set('content-language', page.language === 'zh' ? 'zh-CN' : 'en');
  res
    .vary('accept-language')
    .vary('cookie')
    .type('html')
    .send(renderPage(page, lookOf(res.req)));
};

/** GET handler of the stylesheet. */
export const sendStylesheet = (_req: unknown, res: Response): void => {
  res.set('cache-control', 'public, max-age=86400').type('css').send(stylesheet);
};
