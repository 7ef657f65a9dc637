/** Pieces that the developers' and the reviewers' pages share. */
import type { Accounts } from '../../../accounts/index.ts';
import { ServiceError } from '../../../errors.ts';
import { type Html, html, type Language, type Text } from '../../../http/index.ts';
import type { Items } from '../../../items/index.ts';
import {
  type Act,
  cut,
  type Fields,
  factList,
  type Outcome,
  type PageState,
  timeOf,
  type Visit,
} from '../../../my-account/index.ts';
import type { Manifest } from '../app-record.ts';
import type { CheckRow } from '../check-listing.ts';
import type { AppRecords } from '../create-app-records.ts';
import type { RecordSummary, RecordView } from '../write-views.ts';
import {
  type AppKind,
  actWordsOfRecord,
  dataClassWords,
  kindWords,
  resultWords,
  stateWords,
  words,
} from './words.ts';

export interface AppRecordPagesDeps {
  records: AppRecords;
  items: Items;
  accounts: Pick<Accounts, 'authenticators'>;
  describeScope(scope: string): Text;
  /** How strong the sign-in of this session is, all in all. */
  strengthShown(sessionUid: string): Promise<number>;
}

export const actorOf = ({ account, requestId }: Visit) => ({ accountId: account.id, requestId });

/** Which app the page is about. */
export const idOf = ({ query }: Visit): string => query.id ?? '';

const asFaults = (error: ServiceError): PageState['faults'] =>
  Object.fromEntries((error.faults ?? []).map(({ path, zh, en }) => [path, { zh, en }]));

/** An act of a maintainer or reviewer: two factors, freshly shown; what is wrong is told part by part. */
export const strongAct = (
  { strengthShown }: Pick<AppRecordPagesDeps, 'strengthShown'>,
  perform: (visit: Visit, fields: Fields) => Promise<Outcome>,
): Act => ({
  confirm: true,
  async perform(visit, fields) {
    if ((await strengthShown(visit.sessionUid)) < 2) throw new ServiceError('second_factor_needed');
    try {
      return await perform(visit, fields);
    } catch (error) {
      if (!(error instanceof ServiceError) || error.faults === undefined) throw error;
      return { again: { status: 422, faults: asFaults(error) } };
    }
  },
});

export const invitationPage = (code: string, { language }: Visit): Outcome => ({
  once: {
    title: words.inviteTitle,
    body: html`<p>${words.inviteHow[language]}</p><p class="secret">${code}</p>`,
  },
});

export const faultList = ({ faults }: PageState, language: Language): Html | undefined =>
  Object.keys(faults).length === 0
    ? undefined
    : html`<div class="note" role="alert"><strong>${words.faultsTitle[language]}</strong><ul>${Object.entries(
        faults,
      ).map(([path, fault]) => html`<li><code>${path}</code> ${fault[language]}</li>`)}</ul></div>`;

const good = { listed: 'good', suspended: 'check', draft: '', tested: '', retired: '' } as const;

export const stateTag = (state: RecordView['state'], language: Language): Html =>
  html`<span class="state ${good[state]}">${stateWords[state][language]}</span>`;

export const reportList = (report: readonly CheckRow[], language: Language): Html => {
  const look = { pass: 'good', warn: 'check', fail: 'bad' } as const;
  return html`<ul class="entries">${report.map(
    (row) =>
      html`<li><span class="state ${look[row.result]}">${resultWords[row.result][language]}</span><br>${row[language]}</li>`,
  )}</ul>`;
};

/** Links to apps of a list. */
export const appList = (
  apps: readonly RecordSummary[],
  visit: Visit,
  to: { list: string; one: string },
): Html => {
  const { language } = visit;
  const { shown, turns } = cut(apps, visit, to.list, visit.elder ? 3 : 20);
  return html`<ul class="tiles">${shown.map(
    ({ id, name, state, review }) =>
      html`<li><a href="/account/${to.one}?id=${id}"><strong>${name[language]}</strong>${stateWords[state][language]}${
        review && html` · ${words.asked[language]} ${timeOf(review.asked_at, language)}`
      }</a></li>`,
  )}</ul>${turns}`;
};

const lines = (list: readonly string[]): Html =>
  html`${list.map((one, at) => html`${at > 0 && html`<br>`}${one}`)}`;

export const itemNames = (items: Items, codes: readonly string[], language: Language): string[] =>
  codes.map((code) => items.find(code)?.name[language] ?? code);

/** What people are asked for, in the words they read. */
export const learnsOf = (deps: AppRecordPagesDeps, scopes: readonly string[], language: Language): Html => {
  const sentences = scopes.filter((one) => one !== 'openid').map((one) => deps.describeScope(one)[language]);
  return sentences.length === 0 ? html`${words.signInOnly[language]}` : lines(sentences);
};

const kindOf = ({ metadata }: Manifest): AppKind => {
  const { token_endpoint_auth_method: method = 'client_secret_basic', application_type: type } = metadata;
  if (method === 'none') return type === 'native' ? 'native' : 'browser';
  return method.startsWith('client_secret') ? 'secret' : 'keys';
};

export const manifestFacts = (
  deps: AppRecordPagesDeps,
  manifest: Manifest,
  scopes: readonly string[],
  language: Language,
): Html =>
  factList([
    [words.nameZh[language], manifest.name.zh],
    [words.nameEn[language], manifest.name.en],
    [words.served[language], lines(itemNames(deps.items, manifest.items, language))],
    [words.learns[language], learnsOf(deps, scopes, language)],
    [words.redirects[language], lines(manifest.metadata.redirect_uris)],
    [words.dataClass[language], dataClassWords[manifest.data_class][language]],
    [
      words.kind[language],
      html`${kindWords[kindOf(manifest)][language]}${manifest.profile === 'high' && html` · FAPI 2.0`}`,
    ],
  ]);

export const historyOf = ({ history }: RecordView, { language, elder }: Visit): Html =>
  html`<details><summary>${words.history[language]}</summary><ul class="entries">${[...history]
    .reverse()
    .slice(0, elder ? 3 : 50)
    .map(
      ({ at, by, act, reason }) =>
        html`<li><strong>${actWordsOfRecord[act][language]}</strong> <span class="soft">${timeOf(at, language)} · ${by}</span>${reason !== undefined && html`<br>${reason}`}</li>`,
    )}</ul></details>`;
