import type { Capacity } from '../../accounts/index.ts';
import { html, type Language, type Page, type Text } from '../../http/index.ts';
import { factorWords } from './factor-words.ts';
import type { Notice } from './notices.ts';
import { noticeBox } from './sign-in-page.ts';
import { words } from './words.ts';

export interface CapacityView {
  language: Language;
  languageLink: string;
  action: string;
  csrf: string;
  appName: string;
  personName: string;
  choices: readonly Capacity[];
  notice?: Notice;
}

/** One line a person recognises. */
export const capacityWords = (capacity: Capacity): Text => {
  if (capacity.kind === 'self') return factorWords.asSelf;
  if (capacity.kind === 'office') {
    const { name } = capacity.unit;
    return { zh: `${name.zh} · ${factorWords.office.zh}`, en: `${name.en}, ${factorWords.office.en}` };
  }
  const role = factorWords[capacity.role];
  const { name } = capacity.enterprise;
  const day = capacity.mandate && new Date(capacity.mandate.expiresAt * 1000).toISOString().slice(0, 10);
  const until = (language: Language): string =>
    day === undefined ? '' : language === 'zh' ? `（有效期至 ${day}）` : ` (until ${day})`;
  return { zh: `${name} · ${role.zh}${until('zh')}`, en: `${name}, ${role.en}${until('en')}` };
};

export const capacityPage = (view: CapacityView): Page => {
  const { language } = view;
  return {
    language,
    languageLink: view.languageLink,
    title: factorWords.capacityTitle[language],
    body: html`<p class="soft">${words.signInTo[language]} <span class="asker">${view.appName}</span></p>
<h1>${factorWords.capacityTitle[language]}</h1>
${noticeBox(view.notice, language)}
<p class="soft">${words.signedInAs[language]} ${view.personName}</p>
<form method="post" action="${view.action}/capacity"><input type="hidden" name="csrf" value="${view.csrf}">
<div class="acts stack">${view.choices.map(
      (choice) =>
        html`<button type="submit" name="capacity" value="${choice.ref}" class="second">${capacityWords(choice)[language]}</button>`,
    )}</div>
</form>
<p class="hint">${factorWords.capacityWhy[language]}</p>
<form method="post" action="${view.action}/cancel"><input type="hidden" name="csrf" value="${view.csrf}">
<p class="acts"><button type="submit" class="second">${words.notNow[language]}</button></p>
</form>`,
  };
};
