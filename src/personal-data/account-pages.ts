/** The account pages "export my data" and "close my account"; both ask for a fresh, strong factor. */
import { ServiceError } from '../errors.ts';
import { type Html, html, type Language, type Notice, type Text } from '../http/index.ts';
import { type AccountPage, dayOf, smallForm, type Visit } from '../my-account/index.ts';
import type { Closings } from './close-account.ts';
import type { ExportOfData } from './export-data.ts';
import { ended, exported, words } from './page-words.ts';

export interface PersonalDataPagesDeps {
  closings: Pick<Closings, 'ask' | 'takeBack' | 'of'>;
  exportData(accountId: string, context: { actor: string; requestId?: string }): Promise<ExportOfData>;
}

const list = (lines: readonly Text[], language: Language): Html =>
  html`<ul class="learns">${lines.map((line) => html`<li>${line[language]}</li>`)}</ul>`;

const contextOf = ({ account, requestId }: Visit) => ({ actor: `account:${account.id}`, requestId });

/** The name says the day and nothing of the person: it ends up in folders and lists of downloads. */
const fileName = ({ exported_at }: ExportOfData): string =>
  `onecert-personal-data-${exported_at.slice(0, 10)}.json`;

const exportPage = ({ exportData }: PersonalDataPagesDeps): AccountPage => ({
  path: 'export-data',
  title: words.exportTitle,
  menu: { under: 'more', hint: words.exportHint },
  parent: 'more',
  // Asked for before the button is seen, so that pressing it leaves her on this page with the file.
  confirm: true,
  async show(visit) {
    const { language } = visit;
    return html`<p>${words.exportSays[language]}</p>
${list(exported, language)}
<div class="note check" role="note"><strong>${words.exportCare[language]}</strong> ${words.exportCareAdvice[language]}</div>
<p class="soft">${words.exportTold[language]}</p>
${smallForm(visit, 'download', words.exportAct, { look: '' })}`;
  },
  acts: {
    download: {
      confirm: true,
      async perform(visit) {
        const data = await exportData(visit.account.id, contextOf(visit));
        const body = `${JSON.stringify(data, null, 2)}\n`;
        return { file: { name: fileName(data), type: 'application/json', body } };
      },
    },
  },
});

const held: Notice = { kind: 'wrong', strong: words.heldStrong, advice: words.heldAdvice };
const exportLink = (language: Language): Html =>
  html`<p><a href="/account/export-data">${words.closeExport[language]}</a></p>`;

const askBody = (visit: Visit, isHeld: boolean): Html => {
  const { language } = visit;
  return html`<p>${words.closeSays[language]}</p>
${list(ended, language)}
<p>${words.closeWait[language]}</p>
<p class="soft">${words.closeStays[language]}</p>
${exportLink(language)}
<p class="acts"><a class="button" href="/account">${words.keepAct[language]}</a></p>
${!isHeld && smallForm(visit, 'close', words.closeAct)}`;
};

const waitingBody = (visit: Visit, dueAt: number): Html => {
  const { language } = visit;
  return html`<p>${words.waitingSays[language]} <strong>${dayOf(dueAt, language)}</strong></p>
<p>${words.waitingUsual[language]}</p>
<p>${words.waitingAdvice[language]}</p>
${exportLink(language)}
${smallForm(visit, 'keep', words.keepAct, { look: '' })}`;
};

const closingPage = ({ closings }: PersonalDataPagesDeps): AccountPage => ({
  path: 'close-account',
  title: words.closeTitle,
  menu: { under: 'more', hint: words.closeHint },
  parent: 'more',
  said: { asked: words.askedSays, kept: words.keptSays },
  async show(visit, state) {
    const closing = await closings.of(visit.account.id);
    return closing === undefined ? askBody(visit, state.step === 'held') : waitingBody(visit, closing.dueAt);
  },
  acts: {
    close: {
      confirm: true,
      async perform(visit) {
        try {
          await closings.ask(visit.account.id, contextOf(visit));
          return { done: 'asked' };
        } catch (error) {
          if (!(error instanceof ServiceError && error.code === 'second_person_needed')) throw error;
          return { again: { status: 409, notice: held, step: 'held' } };
        }
      },
    },
    // Only gives back what she has: who took her device could as well have waited.
    keep: {
      async perform(visit) {
        await closings.takeBack(visit.account.id, contextOf(visit));
        return { done: 'kept' };
      },
    },
  },
});

/** In the order of the menu. */
export const personalDataPages = (deps: PersonalDataPagesDeps): AccountPage[] => [
  exportPage(deps),
  closingPage(deps),
];
