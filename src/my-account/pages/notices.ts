/** What was done to her account and mandates, told to her: newest first. */

import { writeNotice } from '../../enterprises/index.ts';
import { html, type Text } from '../../http/index.ts';
import type { AccountPage } from '../account-page.ts';
import { accountNotices, activityWords as words } from '../activity-words.ts';
import { timeOf } from '../dates.ts';
import { cut } from '../frame.ts';
import { frameWords } from '../frame-words.ts';
import type { OwnPagesDeps } from '../own-pages.ts';

export const noticesPage = ({ accounts, enterprises }: OwnPagesDeps): AccountPage => ({
  path: 'notices',
  title: words.noticesTitle,
  menu: { under: 'more', hint: words.noticesHint },
  parent: 'more',
  async show(visit) {
    const { account, language } = visit;
    const own = await accounts.authenticators.notices(account.id);
    const mandates = await enterprises.myNotices({ accountId: account.id });
    const all: { at: number; text: Text; about?: string }[] = own.map(({ at, kind }) => ({
      at,
      text: accountNotices[kind],
    }));
    for (const { at, text, enterprise } of mandates.map(writeNotice)) {
      const name = (await enterprises.find(enterprise))?.name;
      all.push({ at, text, ...(name === undefined ? {} : { about: name }) });
    }
    all.sort((a, b) => b.at - a.at);
    const { shown, turns } = cut(all, visit, 'notices', visit.elder ? 5 : 20);
    if (all.length === 0) return html`<p>${frameWords.none[language]}</p>`;
    return html`<ul class="entries">${shown.map(
      ({ at, text, about }) =>
        html`<li><strong>${text[language]}</strong>${about && html` · ${about}`}<br><span class="soft">${timeOf(at, language)}</span></li>`,
    )}</ul>${turns}`;
  },
});
