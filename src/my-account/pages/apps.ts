import { type Html, html } from '../../http/index.ts';
import { type GivenConsent, neededPurpose, purposeTexts } from '../../registration/index.ts';
import type { AccountPage, Visit } from '../account-page.ts';
import { purposeMeans, activityWords as words } from '../activity-words.ts';
import { dayOf } from '../dates.ts';
import { cut, smallForm } from '../frame.ts';
import type { OwnPagesDeps } from '../own-pages.ts';

type Consent = Awaited<ReturnType<OwnPagesDeps['oidc']['consents']['of']>>[number];

/** Permissions of one app, whoever the person acted for: they are withdrawn together. */
const byApp = (consents: readonly Consent[]): Consent[][] => {
  const apps = new Map<string, Consent[]>();
  for (const consent of consents) apps.set(consent.client, [...(apps.get(consent.client) ?? []), consent]);
  return [...apps.values()].sort(([a], [b]) => b!.givenAt - a!.givenAt);
};

/** One purpose that was agreed to when the account was opened. */
const purposeEntry = (visit: Visit, { purpose, at, withdrawnAt }: GivenConsent): Html => {
  const { language } = visit;
  const needed = purpose === neededPurpose;
  const day =
    withdrawnAt === undefined
      ? `${words.purposeGiven[language]} ${dayOf(at, language)}`
      : `${words.purposeOver[language]} ${dayOf(withdrawnAt, language)}`;
  const means = needed ? words.purposeNeeded : withdrawnAt === undefined && purposeMeans[purpose];
  return html`<li><strong>${words.purpose[language]}</strong><br>${purposeTexts[purpose][language]}<br><span class="soft">${day}</span>${
    means && html`<br>${means[language]}`
  }${
    !needed &&
    withdrawnAt === undefined &&
    smallForm(visit, 'withdraw-purpose', words.purposeWithdraw, { hidden: { purpose } })
  }</li>`;
};

export const appsPage = ({ oidc, enterprises, registration }: OwnPagesDeps): AccountPage => {
  const entityName = async (entity: string): Promise<string> =>
    (entity.startsWith('e:') ? (await enterprises.find(entity.slice(2)))?.name : undefined) ?? entity;

  const given = async ({ language }: Visit, consent: Consent): Promise<Html> => {
    const scopes = consent.scopes.filter((scope) => scope !== 'openid');
    const sentences = scopes.map((scope) => oidc.describeScope(scope)[language]);
    return html`<br><span class="soft">${words.given[language]} ${dayOf(consent.givenAt, language)}${
      consent.entity !== undefined && html` · ${words.onBehalf[language]}${await entityName(consent.entity)}`
    }</span><br>${sentences.join(language === 'zh' ? '；' : '; ')}`;
  };

  const entry = async (visit: Visit, consents: Consent[]): Promise<Html> => {
    const { client } = consents[0]!;
    const name = (await oidc.apps.get(client))?.metadata.client_name ?? words.unknownApp[visit.language];
    const parts = await Promise.all(consents.map((consent) => given(visit, consent)));
    return html`<li><strong>${name}</strong>${parts}
${smallForm(visit, 'withdraw', words.withdraw, { hidden: { app: client } })}</li>`;
  };

  return {
    path: 'apps',
    title: words.appsTitle,
    menu: { under: 'more', hint: words.appsHint },
    parent: 'more',
    said: { withdrawn: words.withdrawn, purpose: words.purposeWithdrawn },
    async show(visit) {
      const apps = byApp(await oidc.consents.of(visit.account.id));
      const purposes = await registration.consentsOf(visit.account.id);
      const all = [
        ...apps.map((consents) => () => entry(visit, consents)),
        ...purposes.map((given) => () => purposeEntry(visit, given)),
      ];
      const { shown, turns } = cut(all, visit, 'apps', visit.elder ? 3 : 10);
      const entries = await Promise.all(shown.map((write) => write()));
      return html`${apps.length === 0 && html`<p>${words.appsNone[visit.language]}</p>`}${
        entries.length > 0 && html`<ul class="entries">${entries}</ul>`
      }${turns}`;
    },
    acts: {
      withdraw: {
        async perform({ account }, { app = '' }) {
          await oidc.consents.withdraw(account.id, app);
          return { done: 'withdrawn' };
        },
      },
      'withdraw-purpose': {
        async perform({ account, requestId }, { purpose = '' }) {
          await registration.withdrawConsent({ accountId: account.id, purpose, requestId });
          return { done: 'purpose' };
        },
      },
    },
  };
};
