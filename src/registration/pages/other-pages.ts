/** The pages beside the opening: the code from the counter, and a higher level. */
import type { PasswordFault } from '../../accounts/index.ts';
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
import { proofingLevels, type WayToLevel3 } from '../levels.ts';
import { passwordFields } from './opening-pages.ts';
import { words } from './words.ts';

export interface StartView {
  language: Language;
  code?: string;
  codeFault?: boolean;
  passwordFault?: PasswordFault | 'differs';
  notice?: Notice;
  done?: boolean;
}

export const startPage = (view: StartView): Page => {
  const { language } = view;
  const links = { language, languageLink: `/open-account/start?lang=${language === 'zh' ? 'en' : 'zh'}` };
  if (view.done) {
    return {
      ...links,
      title: words.doneTitle[language],
      body: html`<h1>${words.doneTitle[language]}</h1>
<p>${words.slipDone[language]}</p>
<p class="acts"><a class="button" href="/wallet/">${words.doneWallet[language]}</a></p>`,
    };
  }
  return {
    ...links,
    title: words.slipTitle[language],
    body: html`<h1>${words.slipTitle[language]}</h1>
${noticeBox(view.notice, language)}
<form method="post" action="/open-account/start">${textField(
      {
        id: 'code',
        name: 'code',
        label: words.slipCode,
        hint: words.slipHint,
        value: view.code ?? '',
        autocomplete: 'off',
        maxlength: 40,
        ...(view.codeFault ? { fault: words.slipWrong } : {}),
      },
      language,
    )}${passwordFields(view.passwordFault, language)}
${submitButton(words.slipAct, language)}</form>`,
  };
};

export interface LevelView {
  language: Language;
  /** Absent: nobody is signed in. */
  level?: number;
  ways: readonly WayToLevel3[];
  /** A face check that may begin. */
  face?: { sample: boolean; csrf: string; session: string };
  notice?: Notice;
}

const faceForm = ({ language, face }: LevelView) =>
  face &&
  html`<form method="post" action="/raise-level/face">${tokenField(face.csrf)}<input type="hidden" name="session" value="${face.session}">
${
  face.sample
    ? html`${noticeBox({ kind: 'check', strong: words.faceSample, advice: words.faceSampleSays }, language)}
<div class="acts"><button type="submit" name="answer" value="match">${words.faceMatch[language]}</button>
<button type="submit" name="answer" value="no_match" class="second">${words.faceNoMatch[language]}</button></div>`
    : submitButton(words.faceAct, language)
}</form>`;

export const levelPage = (view: LevelView): Page => {
  const { language, level } = view;
  const now = proofingLevels.find((one) => one.level === level);
  return {
    language,
    languageLink: `/raise-level?lang=${language === 'zh' ? 'en' : 'zh'}`,
    title: words.levelTitle[language],
    body: html`<h1>${words.levelTitle[language]}</h1>
${noticeBox(view.notice, language)}
${
  now
    ? html`<p>${words.levelNow[language]}<strong>${now.level} · ${now.name[language]}</strong>${now.level === 3 && ` ${words.levelTop[language]}`}</p>`
    : html`<p>${words.levelSignIn[language]}</p><p class="acts"><a class="button" href="/account">${words.existsAct[language]}</a></p>`
}
${level !== 3 && html`<h2>${words.levelWays[language]}</h2>`}
${
  level !== 3 &&
  html`<ul class="learns">${view.ways.map(
    ({ way, connected, note }) =>
      html`<li><strong>${words[`way_${way}`][language]}</strong>${!connected && ` (${words.levelNot[language]})`}<span class="values soft">${note[language]}</span>${way === 'certificate' && connected && level === 2 && html`<a href="/raise-level/certificate">${words.certificateAct[language]}</a>`}</li>`,
  )}</ul>`
}
${faceForm(view)}`,
  };
};
