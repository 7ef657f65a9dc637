/** Which phones hold her certificates, and the end of what an old or lost one holds. */
import { enrolmentOf, type Phone } from '../../credentials/index.ts';
import { ServiceError } from '../../errors.ts';
import { type Html, html } from '../../http/index.ts';
import type { AccountPage, Visit } from '../account-page.ts';
import { certificateWords as words } from '../certificate-words.ts';
import { timeOf } from '../dates.ts';
import { cut, smallForm } from '../frame.ts';
import type { OwnPagesDeps } from '../own-pages.ts';

export const phonesPage = ({ credentials, oidc }: OwnPagesDeps): AccountPage => {
  /** The wallet of this very browser signed in where this page did. */
  const isHere = ({ account, sessionUid }: Visit, { id, app }: Phone): boolean =>
    app !== undefined && enrolmentOf({ account: account.id, client: app, signIn: sessionUid }).id === id;

  const nameOf = async ({ language }: Visit, { app }: Phone): Promise<string> => {
    if (app === undefined) return words.earlier[language];
    return (await oidc.apps.get(app))?.metadata.client_name ?? words.unknownApp[language];
  };

  const entry = async (visit: Visit, phone: Phone): Promise<Html> => {
    const { language } = visit;
    const here = isHere(visit, phone);
    return html`<li><strong>${await nameOf(visit, phone)}</strong>${here && html` <span class="state good">${words.thisPhone[language]}</span>`}
<br><span class="soft">${words.firstFetched[language]} ${timeOf(phone.since, language)} · ${words.lastFetched[language]} ${timeOf(phone.lastFetch, language)}</span>
${smallForm(visit, 'end', words.endPhone, { hidden: { phone: phone.id } })}</li>`;
  };

  return {
    path: 'phones',
    title: words.phonesTitle,
    menu: { under: 'more', hint: words.phonesHint },
    parent: 'more',
    said: { ended: words.phoneEnded, ended_others: words.othersEnded },
    async show(visit) {
      const { language } = visit;
      const phones = await credentials.phonesOf(visit.account.id);
      if (phones.length === 0) return html`<p>${words.phonesNone[language]}</p>`;
      const { shown, turns } = cut(phones, visit, 'phones', visit.elder ? 2 : 10);
      const here = phones.find((phone) => isHere(visit, phone));
      const entries = await Promise.all(shown.map((phone) => entry(visit, phone)));
      const others = here ? words.endOthers : words.endAll;
      return html`<p class="soft">${words.phonesWhy[language]}</p>
<ul class="entries">${entries}</ul>${turns}
${(phones.length > 1 || !here) && smallForm(visit, 'end-others', others, { look: '' })}`;
    },
    acts: {
      end: {
        confirm: true,
        async perform({ account, requestId }, { phone = '' }) {
          const mine = await credentials.phonesOf(account.id);
          if (!mine.some(({ id }) => id === phone)) throw new ServiceError('not_found');
          const context = { actor: `account:${account.id}`, requestId };
          await credentials.endPhones({ account: account.id, scope: { only: phone }, context });
          return { done: 'ended' };
        },
      },
      'end-others': {
        confirm: true,
        async perform(visit) {
          const { account, requestId } = visit;
          const here = (await credentials.phonesOf(account.id)).find((phone) => isHere(visit, phone));
          const context = { actor: `account:${account.id}`, requestId };
          await credentials.endPhones({ account: account.id, scope: { allBut: here?.id }, context });
          return { done: 'ended_others' };
        },
      },
    },
  };
};
