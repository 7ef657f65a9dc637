/** Who used what of hers, when and why: the audit that concerns her, in words. It cannot be changed from here. */
import type { AuditEntry } from '../../audit/index.ts';
import { type Html, html } from '../../http/index.ts';
import type { AccountPage, Visit } from '../account-page.ts';
import { activityWords as words } from '../activity-words.ts';
import { timeOf } from '../dates.ts';
import { createDescribeUse } from '../describe-use.ts';
import { cut, neededFor } from '../frame.ts';
import type { OwnPagesDeps } from '../own-pages.ts';

const pathName = 'use-log';

export const useLogPage = (deps: OwnPagesDeps): AccountPage => {
  const describe = createDescribeUse(deps);

  const entry = async ({ account, language }: Visit, one: AuditEntry): Promise<Html> => {
    const { act, about, who, why, fields } = await describe(account.id, one);
    const result = one.result === 'ok' ? undefined : words[one.result][language];
    return html`<li><strong>${act[language]}</strong>${about && html` · ${about[language]}`}${result && html` <span class="state check">${result}</span>`}
<br><span class="soft">${timeOf(Math.floor(one.at / 1000), language)}</span>
<br>${words.who[language]}${who[language]}${why && html`<br>${words.reason[language]}${why[language]}`}${
      fields.length > 0 &&
      html`<br>${words.what[language]}${fields.map((name) => name[language]).join(language === 'zh' ? '、' : ', ')}`
    }</li>`;
  };

  return {
    path: pathName,
    title: words.logTitle,
    menu: { under: 'home', hint: words.logHint },
    async show(visit) {
      const size = visit.elder ? 5 : 20;
      const known = await deps.audit.about(visit.account.id, neededFor(visit, size));
      const { shown, turns } = cut(known, visit, pathName, size);
      const entries = await Promise.all(shown.map((one) => entry(visit, one)));
      return html`<p class="soft">${words.logWhy[visit.language]}</p>
<ul class="entries">${entries}</ul>${turns}`;
    },
  };
};
