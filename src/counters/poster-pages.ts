/** What a person without the app sees behind a poster's QR, and the sheet that is printed: A4, both languages. */
import { toString as qrSvg } from 'qrcode';
import { Html, html, type Language, type Page, type Text } from '../http/index.ts';
import { words } from './poster-words.ts';
import type { writePosterView } from './write-poster.ts';

type PosterView = Awaited<ReturnType<typeof writePosterView>>;

const asked = (view: PosterView, language: Language): Html =>
  html`<ul>${view.certificates.map(
    ({ name, fields }) =>
      html`<li><strong>${name[language]}</strong>${language === 'zh' ? '：' : ': '}${fields
        .map(({ label }) => label[language])
        .join(language === 'zh' ? '、' : ', ')}</li>`,
  )}</ul>`;

const fact = (label: Text, value: string, language: Language): Html =>
  html`<div><dt>${label[language]}</dt><dd>${value}</dd></div>`;

const facts = (view: PosterView, language: Language): Html =>
  html`<dl class="facts">${fact(words.forItem, view.item.name[language], language)}${fact(words.basis, view.item.legal_basis[language], language)}${fact(words.where, view.counter.name, language)}</dl>`;

export const posterPage = (view: PosterView, language: Language): Page => ({
  language,
  title: words.title[language],
  languageLink: `/p/${view.id}?lang=${language === 'zh' ? 'en' : 'zh'}`,
  body: html`<h1>${view.unit.name[language]}<br>${words.asks[language]}</h1>
${!view.receives && html`<p class="note wrong" role="status">${words.ended[language]}</p>`}
${facts(view, language)}
<p>${words.only[language]}</p>
${asked(view, language)}
${
  view.receives &&
  html`<h2>${words.withApp[language]}</h2>
<p>${words.steps[language]}</p>
<p class="acts"><a class="button" href="${view.wallet_url}">${words.openWallet[language]}</a></p>`
}
<h2>${words.withoutApp[language]}</h2>
<p>${words.bring[language]}</p>
<p class="note check" role="note">${words.careful[language]}</p>`,
});

/** Chinese above, English below; the code between them, where both read on. */
export const posterSheet = async (view: PosterView, url: string): Promise<Page> => {
  const svg = await qrSvg(url, { type: 'svg', errorCorrectionLevel: 'Q', margin: 4 });
  const half = (language: Language): Html => html`<section lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<h1>${view.unit.name[language]}</h1>
<p><strong>${words.scan[language]}</strong></p>
<p>${words.forItem[language]}${language === 'zh' ? '：' : ': '}<strong>${view.item.name[language]}</strong></p>
<p>${words.steps[language]}</p>
<p>${words.withoutApp[language]}${language === 'zh' ? '：' : ': '}${words.bring[language]}</p></section>`;
  return {
    language: 'zh',
    title: `${view.item.name.zh} · ${words.title.zh}`,
    body: html`<article class="poster">${half('zh')}
<div class="poster-code" role="img" aria-label="${words.codeAlt.zh} ${words.codeAlt.en}">${new Html(svg)}</div>
<p class="poster-address">${url}</p>
${half('en')}</article>`,
  };
};
