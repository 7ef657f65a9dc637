/** /account/developer-app?id=: one app, what is missing, and what can be done with it. */
import { type Html, html, textField } from '../../../http/index.ts';
import {
  type AccountPage,
  dayOf,
  factList,
  formStart,
  smallForm,
  timeOf,
  type Visit,
} from '../../../my-account/index.ts';
import type { RecordView } from '../write-views.ts';
import {
  type AppRecordPagesDeps,
  actorOf,
  faultList,
  historyOf,
  idOf,
  invitationPage,
  manifestFacts,
  reportList,
  stateTag,
  strongAct,
} from './parts.ts';
import { words } from './words.ts';

const link = (path: string, id: string, label: string): Html =>
  html`<p class="acts"><a class="button second" href="/account/${path}?id=${id}">${label}</a></p>`;

const sandboxPart = ({ records }: AppRecordPagesDeps, view: RecordView, visit: Visit): Html => {
  const { language } = visit;
  const { sandbox } = view;
  const ready = records.sandbox === undefined || sandbox?.current;
  const tested =
    view.state === 'draft' &&
    ready &&
    smallForm(visit, 'tested', records.sandbox === undefined ? words.testedWord : words.tested, { look: '' });
  if (records.sandbox === undefined) return html`<p>${words.noSandbox[language]}</p>${tested}`;
  return html`<p>${words.tryWhy[language]}</p>
${sandbox && factList([[words.sandboxClient[language], html`<code>${sandbox.client_id}</code>`]])}
${sandbox && !sandbox.current && html`<div class="note check" role="note">${words.sandboxOld[language]}</div>`}
${tested}${smallForm(visit, 'try', sandbox ? words.tryAgain : words.try, { look: ready ? 'second' : '' })}`;
};

const nextPart = (deps: AppRecordPagesDeps, view: RecordView, visit: Visit): Html | undefined => {
  const { language } = visit;
  const { state, review, id } = view;
  if (review)
    return html`<h2>${words.next[language]}</h2><p><strong>${words.asked[language]}</strong> <span class="soft">${timeOf(review.asked_at, language)}</span></p>
${review.manifest && html`<details><summary>${words.proposed[language]}</summary>${manifestFacts(deps, review.manifest, review.scopes ?? [], language)}</details>`}
${smallForm(visit, 'take-back', words.takeBack)}`;
  if (state === 'draft' || state === 'tested')
    return html`<h2>${words.next[language]}</h2>${state === 'tested' && smallForm(visit, 'ask', words.ask, { look: '' })}
${link('developer-app-check', id, `${words.checkTitle[language]} · ${words.checkHint[language]}`)}
<h2>${words.tryTitle[language]}</h2>${sandboxPart(deps, view, visit)}`;
  return undefined;
};

const secretsPart = (view: RecordView, visit: Visit): Html | undefined => {
  const { language } = visit;
  const method = view.manifest.metadata.token_endpoint_auth_method ?? 'client_secret_basic';
  if (view.client_id === undefined || view.state === 'retired' || !method.startsWith('client_secret'))
    return undefined;
  return html`<h2>${words.secrets[language]}</h2><p class="soft">${words.secretsWhy[language]}</p>
${view.secrets.length === 0 && html`<p>${words.secretsNone[language]}</p>`}
<ul class="entries">${view.secrets.map(
    ({ id, created_at }) =>
      html`<li><code>${id}…</code> <span class="soft">${words.since[language]} ${dayOf(created_at, language)}</span>${smallForm(visit, 'secret-end', words.endSecret, { hidden: { secret: id } })}</li>`,
  )}</ul>
${view.secrets.length < 2 && smallForm(visit, 'secret-new', words.newSecret)}`;
};

const contactsPart = ({ records }: AppRecordPagesDeps, view: RecordView, visit: Visit): Html => {
  const { language } = visit;
  const open = view.contacts.some(({ confirmed }) => !confirmed) && records.mails;
  const code = textField(
    { id: 'code', name: 'code', label: words.code, autocomplete: 'one-time-code', maxlength: 40 },
    language,
  );
  return html`<h2>${words.contacts[language]}</h2><ul class="entries">${view.contacts.map(
    ({ contact, confirmed }) =>
      html`<li>${contact} <span class="state ${confirmed ? 'good' : 'check'}">${words[confirmed ? 'confirmed' : 'unconfirmed'][language]}</span>${
        !confirmed && records.mails && smallForm(visit, 'code', words.mailCode, { hidden: { contact } })
      }</li>`,
  )}</ul>
${open && html`${formStart(visit, 'confirm')}${code}<p class="acts"><button type="submit" class="second">${words.confirmCode[language]}</button></p></form>`}`;
};

const maintainersPart = (view: RecordView, visit: Visit): Html => {
  const { language } = visit;
  return html`<h2>${words.maintainers[language]}</h2><ul class="entries">${view.maintainers.map(
    ({ account, name, me }) =>
      html`<li><strong>${name}</strong>${me && ` (${words.me[language]})`}${
        view.maintainers.length > 1 && smallForm(visit, 'remove', words.remove, { hidden: { account } })
      }</li>`,
  )}</ul>
${view.maintainers.length < 2 && html`<p class="soft">${words.inviteWhy[language]}</p>`}${smallForm(visit, 'invite', words.invite)}`;
};

export const appPage = (deps: AppRecordPagesDeps): AccountPage => {
  const { records } = deps;
  const back = (visit: Visit, done: string) => ({ done, query: { id: idOf(visit) } });
  return {
    path: 'developer-app',
    title: words.appTitle,
    parent: 'developer-apps',
    said: {
      registered: words.saidRegistered,
      changed: words.saidChanged,
      change_asked: words.saidChangeAsked,
      joined: words.saidJoined,
      tested: words.saidTested,
      asked: words.saidAsked,
      taken_back: words.saidTakenBack,
      retired: words.saidRetired,
      removed: words.saidRemoved,
      mailed: words.saidMailed,
      confirmed: words.saidConfirmed,
      secret_ended: words.saidSecretEnded,
    },
    async show(visit, state) {
      const { language } = visit;
      const view = await records.get(actorOf(visit), idOf(visit));
      const ends = view.state !== 'retired';
      const reason = [...view.history].reverse().find(({ reason: why }) => why !== undefined);
      return html`<p><strong>${view.manifest.name[language]}</strong> ${stateTag(view.state, language)}<br><span class="soft">${view.owner_name?.[language]}</span></p>
${faultList(state, language)}
${['suspended', 'tested'].includes(view.state) && reason && html`<div class="note check" role="note"><strong>${words.reason[language]}</strong> ${reason.reason}</div>`}
${view.registry_state !== undefined && view.registry_state !== view.state && html`<div class="note check" role="note">${words.registryState[language]}: <code>${view.registry_state}</code></div>`}
${view.client_id !== undefined && factList([[words.clientId[language], html`<code>${view.client_id}</code>`]])}
${nextPart(deps, view, visit)}${secretsPart(view, visit)}
${ends && contactsPart(deps, view, visit)}${ends && maintainersPart(view, visit)}
<details><summary>${words.manifest[language]}</summary>${manifestFacts(deps, view.manifest, view.scopes, language)}
${ends && !view.review && link('developer-app-manifest', view.id, words.changeTitle[language])}</details>
${historyOf(view, visit)}
${ends && html`<details><summary>${words.retire[language]}</summary><p>${words.retireWhy[language]}</p>${smallForm(visit, 'retire', words.retire)}</details>`}`;
    },
    acts: {
      try: strongAct(deps, async (visit) => {
        const { issuer, client_id, client_secret } = await records.tryOut(actorOf(visit), idOf(visit));
        const { language } = visit;
        const body = html`<p>${words.once[language]}</p>${factList([
          [words.issuer[language], html`<span class="secret">${issuer}</span>`],
          [words.clientId[language], html`<span class="secret">${client_id}</span>`],
          ...(client_secret === undefined
            ? []
            : ([[words.secret[language], html`<span class="secret">${client_secret}</span>`]] as const)),
        ])}`;
        return { once: { title: words.credentials, body } };
      }),
      tested: strongAct(deps, async (visit) => {
        await records.confirmTested(actorOf(visit), idOf(visit));
        return back(visit, 'tested');
      }),
      ask: strongAct(deps, async (visit) => {
        await records.askForListing(actorOf(visit), idOf(visit));
        return back(visit, 'asked');
      }),
      'take-back': strongAct(deps, async (visit) => {
        await records.takeBack(actorOf(visit), idOf(visit));
        return back(visit, 'taken_back');
      }),
      retire: strongAct(deps, async (visit) => {
        await records.retire(actorOf(visit), idOf(visit));
        return back(visit, 'retired');
      }),
      invite: strongAct(deps, async (visit) => {
        return invitationPage(await records.invite(actorOf(visit), idOf(visit)), visit);
      }),
      remove: strongAct(deps, async (visit, { account = '' }) => {
        await records.removeMaintainer(actorOf(visit), idOf(visit), account);
        // Whoever took herself out has no such app any more.
        return account === visit.account.id
          ? { done: 'removed', at: 'developer-apps' }
          : back(visit, 'removed');
      }),
      code: strongAct(deps, async (visit, { contact = '' }) => {
        await records.mailContactCode(actorOf(visit), idOf(visit), contact);
        return back(visit, 'mailed');
      }),
      confirm: strongAct(deps, async (visit, { code = '' }) => {
        await records.confirmContact(actorOf(visit), idOf(visit), code);
        return back(visit, 'confirmed');
      }),
      'secret-new': strongAct(deps, async (visit) => {
        const { client_id, client_secret } = await records.makeSecret(actorOf(visit), idOf(visit));
        const { language } = visit;
        const body = html`<p>${words.once[language]}</p>${factList([
          [words.clientId[language], html`<span class="secret">${client_id}</span>`],
          [words.secret[language], html`<span class="secret">${client_secret}</span>`],
        ])}`;
        return { once: { title: words.newSecret, body } };
      }),
      'secret-end': strongAct(deps, async (visit, { secret = '' }) => {
        await records.endSecret(actorOf(visit), idOf(visit), secret);
        return back(visit, 'secret_ended');
      }),
    },
  };
};

export const checkPage = ({ records }: AppRecordPagesDeps): AccountPage => ({
  path: 'developer-app-check',
  title: words.checkTitle,
  parent: 'developer-apps',
  async show(visit) {
    const { language } = visit;
    const report = await records.check(actorOf(visit), idOf(visit));
    const order = { fail: 0, warn: 1, pass: 2 } as const;
    const rows = report.toSorted((a, b) => order[a.result] - order[b.result]);
    return html`<p class="soft">${words.checkWhy[language]}</p>${reportList(rows, language)}
${link('developer-app', idOf(visit), words.appTitle[language])}`;
  },
});
