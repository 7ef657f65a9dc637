import {
  html,
  type Language,
  type Notice,
  noticeBox,
  type Page,
  submitButton,
  textField,
  tokenField,
} from '../../http/index.ts';
import { words } from './words.ts';

export interface CertificateView {
  language: Language;
  challenge: string;
  text: string;
  csrf: string;
  /** What was pasted, kept for another try. */
  jws?: string;
  notice?: Notice;
}

/** The text to sign and the field for its signature. */
export const certificatePage = (view: CertificateView): Page => {
  const { language } = view;
  const field = { autocomplete: 'off', maxlength: 15_000 };
  return {
    language,
    languageLink: `/raise-level/certificate?lang=${language === 'zh' ? 'en' : 'zh'}`,
    title: words.certificateTitle[language],
    body: html`<h1>${words.certificateTitle[language]}</h1>
${noticeBox(view.notice, language)}
<p>${words.certificateHow[language]}</p>
<h2>${words.certificateText[language]}</h2>
<p><code>${view.text}</code></p>
<form method="post" action="/raise-level/certificate">${tokenField(view.csrf)}<input type="hidden" name="challenge" value="${view.challenge}">${textField(
      {
        ...field,
        id: 'jws',
        name: 'jws',
        label: words.certificateJws,
        hint: words.certificateJwsHint,
        value: view.jws ?? '',
      },
      language,
    )}
${submitButton(words.certificateSend, language)}</form>
<p><a href="/raise-level">${words.certificateOther[language]}</a></p>`,
  };
};
