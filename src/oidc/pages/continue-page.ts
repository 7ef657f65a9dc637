/**
 * Leads on to another address by a page and not by a redirect: browsers apply `form-action` to the whole redirect chain
 * of a form post, and ours names no app. The refresh needs no script, and the link is there for whoever stops it.
 */
import { html, type Language, type Page, type Text } from '../../http/index.ts';
import { words } from './words.ts';

export const continuePage = (view: {
  language: Language;
  title: Text;
  to: string;
  appName?: string;
}): Page => {
  const { language } = view;
  return {
    language,
    title: view.title[language],
    refreshTo: view.to,
    body: html`<h1>${view.title[language]}</h1>
${view.appName !== undefined && html`<p>${words.goingOn[language]} <span class="asker">${view.appName}</span> …</p>`}
<p class="acts"><a class="button" href="${view.to}">${words.goOn[language]}</a></p>`,
  };
};

/** The last page: nothing leads on. `back` is the app, when known. */
export const lastPage = (view: {
  language: Language;
  title: Text;
  sentence: Text;
  advice?: Text;
  back?: { name: string; href: string };
}): Page => {
  const { language } = view;
  return {
    language,
    title: view.title[language],
    body: html`<h1>${view.title[language]}</h1>
<p>${view.sentence[language]}</p>
${view.advice && html`<p>${view.advice[language]}</p>`}
${view.back && html`<p class="acts"><a class="button" href="${view.back.href}">${words.backTo[language]} ${view.back.name}</a></p>`}`,
  };
};
