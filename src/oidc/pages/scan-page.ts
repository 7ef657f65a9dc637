/** The page that draws a code for the phone, and then the number to match. Whole without a script. */
import QRCode from 'qrcode';
import { type Html, html, type Language, type Page, type Text } from '../../http/index.ts';
import type { ScanPageView } from '../scan/create-scans.ts';
import type { Notice } from './notices.ts';
import { scanScriptUrl } from './scan-script.ts';
import { scanWords } from './scan-words.ts';
import { noticeBox } from './sign-in-page.ts';
import { words } from './words.ts';

export interface ScanView {
  language: Language;
  languageLink: string;
  /** Of the sign-in; the page itself is `<action>/scan`. */
  action: string;
  csrf: string;
  appName: string;
  baseUrl: string;
  scan: ScanPageView;
  notice?: Notice;
}

/** What the code says: the wallet, opened at this request. */
export const scanLink = (baseUrl: string, id: string): string => `${baseUrl}/wallet/#/scan/${id}`;

const quietModules = 4;

/** The dark modules as one path, in runs; `size` with the quiet zone. */
export const codePath = (text: string): { path: string; size: number } => {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' });
  let path = '';
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      const from = column;
      while (column < modules.size && modules.get(row, column)) column += 1;
      const [x, y] = [from + quietModules, row + quietModules];
      if (column > from) path += `M${x} ${y}h${column - from}v1H${x}z`;
    }
  }
  return { path, size: modules.size + 2 * quietModules };
};

/** Black on white in every colour scheme: cameras do not know the dark one. */
const drawCode = (text: string, label: string): Html => {
  const { path, size } = codePath(text);
  const square = `M0 0h${size}v${size}H0z`;
  return html`<svg class="qr" role="img" aria-label="${label}" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><path fill="#fff" d="${square}"/><path fill="#000" d="${path}" id="scan-code"/></svg>`;
};

const statusOf: Record<string, Text> = {
  waiting: scanWords.waiting,
  seen: scanWords.seen,
  confirmed: scanWords.confirmed,
  refused: scanWords.refused,
};

const another = (view: ScanView): Html =>
  html`<a class="button second" href="${view.action}/scan?again=1">${scanWords.another[view.language]}</a>`;

const form = (view: ScanView, act: Text): Html =>
  html`<form method="post" action="${view.action}/scan"><input type="hidden" name="csrf" value="${view.csrf}"><input type="hidden" name="at" value="${view.scan.state}">
<div class="acts"><button type="submit"${view.scan.state === 'waiting' && html` class="second"`}>${act[view.language]}</button>${view.scan.state !== 'confirmed' && another(view)}</div>
</form>`;

/** The part that changes while the phone is at work. */
const changing = (view: ScanView): Html => {
  const { language, scan } = view;
  if (scan.state === 'refused') {
    return html`<p class="note check">${scanWords.refusedAdvice[language]}</p>
<p class="acts">${another(view)}</p>`;
  }
  if (scan.state === 'confirmed') return form(view, scanWords.goOn);
  const device = html`<p class="soft">${scanWords.shows[language]}<br><strong>${scan.place.name[language]} · ${scan.device[language]}</strong></p>`;
  if (scan.state === 'seen') {
    return html`<h2 class="match-title">${scanWords.numberTitle[language]}</h2>
<p class="match">${scan.number}</p>
${device}
${form(view, scanWords.done)}`;
  }
  return html`<p>${scanWords.open[language]}</p>
${drawCode(scanLink(view.baseUrl, scan.id), scanWords.codeLabel[language])}
${device}
<p class="hint">${scanWords.renews[language]}</p>
${form(view, scanWords.scanned)}`;
};

export const scanPage = (view: ScanView): Page => {
  const { language, scan } = view;
  const status = statusOf[scan.state]![language];
  return {
    language,
    languageLink: view.languageLink,
    title: scanWords.title[language],
    body: html`<p class="soft">${words.signInTo[language]} <span class="asker">${view.appName}</span></p>
<h1>${scanWords.title[language]}</h1>
${noticeBox(view.notice, language)}
<p class="soft" role="status" id="scan-status">${status}</p>
<div id="scan" class="scan" data-state="${scan.state}" data-status="${status}">
${changing(view)}
</div>
<p class="hint">${scanWords.only[language]}</p>
<p><a href="${view.action}">${scanWords.otherWay[language]}</a></p>
<script src="${scanScriptUrl}" defer></script>`,
  };
};
