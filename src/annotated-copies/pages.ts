/** What is printed for the file, and what its QR leads to. */
import { toString as qrSvg } from 'qrcode';
import type { AnnotatedCopy, Certificate, CertificateType } from '../credentials/index.ts';
import { Html, html, type Language, type Page } from '../http/index.ts';
import { titleOf, type Verdict } from '../verifier/core/index.ts';
import { markLines, noteFacts, shownFields, writtenValue } from './contents.ts';
import { words } from './words.ts';

type Fact = readonly [string, string | Html];

const factList = (list: readonly Fact[]): Html =>
  html`<dl class="facts">${list.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

const looks = { valid: 'done', check: 'check', not_valid: 'wrong' } as const;

/** For whoever holds the paper: type, status and masked name, no field value (ZLB-3). */
export const checkPage = (input: {
  copy: AnnotatedCopy;
  type: CertificateType;
  verdict: Verdict;
  holder: string;
  language: Language;
}): Page => {
  const { copy, type, verdict, holder, language } = input;
  const sentence = verdict.code === 'valid' ? words.inForce : verdict.sentence;
  return {
    language,
    title: words.checkTitle[language],
    languageLink: `/annotated-copies/${copy.id}?lang=${language === 'zh' ? 'en' : 'zh'}`,
    body: html`<h1>${words.checkTitle[language]}</h1>
<p class="note ${looks[verdict.outcome]}" role="status"><strong>${titleOf(verdict.outcome)[language]}</strong> ${sentence[language]}</p>
${verdict.code !== 'valid' && html`<p>${verdict.advice[language]}</p>`}
${factList([
  [words.type[language], type.name[language]],
  [words.holder[language], holder],
  ...noteFacts(copy, language),
])}
<p class="soft">${words.compare[language]}</p>`,
  };
};

const shownValue = (
  { kind, value, label }: ReturnType<typeof shownFields>[number],
  language: Language,
): string | Html => {
  if (kind === 'photo')
    return html`<img class="portrait" alt="${label}" src="data:image/jpeg;base64,${String(value)}">`;
  return writtenValue(value, language);
};

/** Over the whole sheet and in print, where backgrounds are left out: drawn, not styled. */
const watermark = (lines: readonly string[]): Html =>
  html`<svg class="watermark" aria-hidden="true" width="100%" height="100%"><defs><pattern id="mark" width="360" height="150" patternUnits="userSpaceOnUse" patternTransform="rotate(-24)">${lines.map(
    (line, i) =>
      html`<text x="8" y="${40 + i * 26}" font-size="16" fill="#b3261e" fill-opacity="0.22">${line}</text>`,
  )}</pattern></defs><rect width="100%" height="100%" fill="url(#mark)"/></svg>`;

export const printPage = async (input: {
  copy: AnnotatedCopy;
  certificate: Certificate;
  type: CertificateType;
  checkUrl: string;
  ticket: string;
  language: Language;
}): Promise<Page> => {
  const { copy, certificate, type, checkUrl, ticket, language } = input;
  const qr = await qrSvg(checkUrl, { type: 'svg', errorCorrectionLevel: 'M', margin: 2 });
  const mark = watermark(markLines(copy, language));
  const values = shownFields(copy, certificate, type, language).map(
    (field): Fact => [field.label, shownValue(field, language)],
  );
  return {
    language,
    title: words.title[language],
    languageLink: `/annotated-copies/${copy.id}/print?ticket=${ticket}&lang=${language === 'zh' ? 'en' : 'zh'}`,
    body: html`<article class="annotated">${mark}
<h1>${type.name[language]} · ${words.title[language]}</h1>
<p>${words.only[language]}</p>
${factList(values)}
${factList([...noteFacts(copy, language), [words.identifier[language], certificate.identifier]])}
<div class="check-code" role="img" aria-label="${words.scan[language]}">${new Html(qr)}</div>
<p class="soft">${words.scan[language]}</p></article>`,
  };
};
