/** Enterprises in which the person has a post: who manages them, and what they gave and got. */
import { writeEnterprise } from '../../enterprises/index.ts';
import { ServiceError } from '../../errors.ts';
import { type Html, html, submitButton, type Text, textField } from '../../http/index.ts';
import type { AccountPage, Visit } from '../account-page.ts';
import { dayOf } from '../dates.ts';
import { cut, factList, formStart, pathOf, smallForm } from '../frame.ts';
import { mandateEntry, viewsOf } from '../mandate-parts.ts';
import { mandateWords as words } from '../mandate-words.ts';
import type { OwnPagesDeps } from '../own-pages.ts';
import { personFields, personOf } from '../person-fields.ts';
import { holderActs, mandateActs, mandateSaid } from './mandates.ts';

/** The enterprise of `?id=`, for whoever has a post there; for others there is none. */
export const firmOf = async ({ enterprises }: OwnPagesDeps, { account, query }: Visit) => {
  if (query.id === undefined) throw new ServiceError('not_found');
  const firm = await enterprises.get({ accountId: account.id }, query.id);
  return writeEnterprise(enterprises.context, firm, account.id);
};

const link = (path: string, id: string, title: string, hint: string): Html =>
  html`<li><a href="${pathOf(path)}?id=${id}"><strong>${title}</strong>${hint}</a></li>`;

export const enterprisesPage = ({ enterprises }: OwnPagesDeps): AccountPage => ({
  path: 'enterprises',
  title: words.firmsTitle,
  menu: { under: 'more', hint: words.firmsHint },
  parent: 'more',
  said: { opened: words.opened },
  async show(visit, { typed }) {
    const { account, language } = visit;
    const mine = await enterprises.mine({ accountId: account.id });
    const { shown, turns } = cut(mine, visit, 'enterprises', visit.elder ? 2 : 10);
    const code = textField(
      {
        id: 'code',
        name: 'code',
        label: words.creditCode,
        hint: words.openHint,
        value: typed.code ?? '',
        autocomplete: 'off',
        maxlength: 40,
      },
      language,
    );
    return html`${
      mine.length === 0
        ? html`<p>${words.firmsNone[language]}</p>`
        : html`<ul class="tiles">${shown.map(({ id, name, creditCode }) => link('enterprise', id, name, creditCode))}</ul>${turns}`
    }
<details${typed.code !== undefined && html` open`}><summary>${words.openFirm[language]}</summary>
${formStart(visit, 'open')}${code}${submitButton(words.openFirm, language)}</form></details>`;
  },
  acts: {
    open: {
      confirm: true,
      async perform({ account, requestId }, { code = '' }) {
        await enterprises.open({ accountId: account.id, requestId }, { creditCode: code });
        return { done: 'opened' };
      },
    },
  },
});

export const enterprisePage = (deps: OwnPagesDeps): AccountPage => ({
  path: 'enterprise',
  title: words.firm,
  parent: 'enterprises',
  async show(visit) {
    const { language } = visit;
    const firm = await firmOf(deps, visit);
    const below: [string, Text, Text][] = [
      ['enterprise-managers', words.managersTitle, words.managersHint],
      ['mandate-new', words.newTitle, words.newHint],
      ['mandates-given', words.givenTitle, words.givenHint],
      ['mandates-received', words.receivedTitle, words.receivedHint],
    ];
    return html`${factList([
      [words.firm[language], firm.name],
      [words.creditCode[language], firm.credit_code],
      [words.role[language], firm.role === undefined ? '' : words[firm.role][language]],
    ])}
<ul class="tiles">${below.map(([path, title, hint]) => link(path, firm.id, title[language], hint[language]))}</ul>`;
  },
});

export const managersPage = (deps: OwnPagesDeps): AccountPage => ({
  path: 'enterprise-managers',
  title: words.managersTitle,
  parent: 'enterprises',
  said: { appointed: words.appointed, removed: words.removed },
  async show(visit, state) {
    const { language } = visit;
    const firm = await firmOf(deps, visit);
    const appoints = firm.role === 'legal_rep';
    const { shown, turns } = cut(firm.managers, visit, 'enterprise-managers', visit.elder ? 2 : 10);
    const list = shown.map(
      ({ post, name, since, me }) =>
        html`<li><strong>${name}</strong>${me && ` (${words.me[language]})`} <span class="soft">${words.since[language]} ${dayOf(since, language)}</span>${(appoints || me) && smallForm(visit, 'remove', words.removeManager, { hidden: { post } })}</li>`,
    );
    return html`<p><strong>${firm.name}</strong></p>
${list.length === 0 ? html`<p>${words.managersNone[language]}</p>` : html`<ul class="entries">${list}</ul>${turns}`}
${
  appoints &&
  html`<p class="soft">${words.managersLeft[language]}${firm.managers_left}</p>
<details${state.typed.number !== undefined && html` open`}><summary>${words.appoint[language]}</summary>
${formStart(visit, 'appoint')}${personFields(state, language)}${submitButton(words.appoint, language)}</form></details>`
}`;
  },
  acts: {
    appoint: {
      confirm: true,
      async perform({ account, requestId, query }, fields) {
        const { id: enterprise = '' } = query;
        const act = { accountId: account.id, requestId };
        await deps.enterprises.appointManager(act, { enterprise, person: personOf(fields) });
        return { done: 'appointed', query: { id: enterprise } };
      },
    },
    remove: {
      confirm: true,
      async perform({ account, requestId, query }, { post = '' }) {
        const { id: enterprise = '' } = query;
        await deps.enterprises.removeManager({ accountId: account.id, requestId }, { enterprise, post });
        // Whoever removed herself has no post here any more, and hence no page.
        const left = (await deps.enterprises.mine({ accountId: account.id })).some(
          ({ id }) => id === enterprise,
        );
        return left ? { done: 'removed', query: { id: enterprise } } : { done: 'removed', at: 'enterprises' };
      },
    },
  },
});

/** Acts of a list of mandates of one enterprise: back to the same enterprise. */
const actsAt = (deps: OwnPagesDeps): AccountPage['acts'] =>
  Object.fromEntries(
    Object.entries(mandateActs(deps)).map(([name, act]) => [
      name,
      {
        ...act,
        async perform(visit: Visit, fields: Parameters<typeof act.perform>[1]) {
          const outcome = await act.perform(visit, fields);
          return 'done' in outcome ? { ...outcome, query: { id: visit.query.id ?? '' } } : outcome;
        },
      },
    ]),
  );

const listPage = (
  deps: OwnPagesDeps,
  side: 'given' | 'received',
  page: Pick<AccountPage, 'path' | 'title'> & { none: Text },
): AccountPage => ({
  path: page.path,
  title: page.title,
  parent: 'enterprises',
  said: { ...mandateSaid, given: words.given, staff: words.staffNamed },
  async show(visit) {
    const { account, language } = visit;
    const firm = await firmOf(deps, visit);
    const both = await deps.enterprises.mandatesOf({ accountId: account.id }, firm.id);
    const views = await viewsOf(deps, both[side], account.id);
    const { shown, turns } = cut(views, visit, page.path, visit.elder ? 1 : 10);
    const acts = (view: (typeof views)[number]): (Html | false)[] => {
      const open = view.state === 'active' || view.state === 'offered';
      if (side === 'given' || view.kind !== 'agent')
        return [open && smallForm(visit, 'end', words.end, { hidden: { mandate: view.id } })];
      const staff = html`<p class="acts"><a class="button" href="${pathOf('mandate-staff')}?id=${view.id}">${words.staffTitle[language]}</a></p>`;
      return [view.state === 'active' && staff, ...holderActs(visit, view)];
    };
    return html`<p><strong>${firm.name}</strong></p>
${
  views.length === 0
    ? html`<p>${page.none[language]}</p>`
    : html`<ul class="entries">${shown.map((view) => mandateEntry(visit, view, side === 'given' ? 'given' : 'held', acts(view)))}</ul>${turns}`
}`;
  },
  acts: actsAt(deps),
});

export const givenMandatesPage = (deps: OwnPagesDeps): AccountPage =>
  listPage(deps, 'given', { path: 'mandates-given', title: words.givenTitle, none: words.givenNone });

export const receivedMandatesPage = (deps: OwnPagesDeps): AccountPage =>
  listPage(deps, 'received', {
    path: 'mandates-received',
    title: words.receivedTitle,
    none: words.receivedNone,
  });
