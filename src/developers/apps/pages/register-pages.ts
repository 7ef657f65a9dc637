/** The two ways to register an app, and the one to change it. */
import { stringify } from 'yaml';
import {
  type Html,
  html,
  selectField,
  submitButton,
  type Text,
  textArea,
  textField,
} from '../../../http/index.ts';
import {
  type AccountPage,
  type Fields,
  formStart,
  type PageState,
  type Visit,
} from '../../../my-account/index.ts';
import { dataClasses, ownerRef } from '../app-record.ts';
import { parseManifest, readManifest } from '../manifest.ts';
import { type AppRecordPagesDeps, actorOf, faultList, idOf, strongAct } from './parts.ts';
import { type AppKind, dataClassWords, kinds, kindWords, words } from './words.ts';

const ownerField = async (deps: AppRecordPagesDeps, visit: Visit, { typed }: PageState): Promise<Html> => {
  const owners = await deps.records.ownersFor(visit.account.id);
  const only = owners.length === 1 ? ownerRef(owners[0]!) : '';
  return selectField(
    {
      id: 'owner',
      name: 'owner',
      label: words.owner,
      none: words.choose,
      choices: owners.map((owner) => ({ value: ownerRef(owner), label: owner.name })),
      value: typed.owner ?? only,
    },
    visit.language,
  );
};

const line = (
  { typed }: PageState,
  { language }: Visit,
  field: { name: string; label: Text; hint?: Text; maxlength: number; optional?: boolean },
): Html =>
  textField({ ...field, id: field.name, value: typed[field.name] ?? '', autocomplete: 'off' }, language);

const area = (
  { typed }: PageState,
  { language }: Visit,
  field: { name: string; label: Text; hint?: Text; maxlength: number; rows: number; optional?: boolean },
): Html => textArea({ ...field, id: field.name, value: typed[field.name] ?? '' }, language);

const itemsKnown = ({ items }: AppRecordPagesDeps, { language }: Visit): Html =>
  html`<details><summary>${words.itemsKnown[language]}</summary><ul class="entries">${items
    .all()
    .filter(({ state }) => state === 'active')
    .slice(0, 200)
    .map(({ code, name }) => html`<li>${name[language]}<br><code>${code}</code></li>`)}</ul></details>`;

const linesOf = (text: string | undefined): string[] =>
  (text ?? '')
    .split(/[\r\n]+/)
    .map((one) => one.trim())
    .filter(Boolean);

const methodOf: Record<AppKind, object> = {
  secret: { token_endpoint_auth_method: 'client_secret_basic' },
  keys: { token_endpoint_auth_method: 'private_key_jwt' },
  browser: { token_endpoint_auth_method: 'none' },
  native: { token_endpoint_auth_method: 'none', application_type: 'native' },
};

const given = (name: string, text: string | undefined): object =>
  text === undefined || text.trim() === '' ? {} : { [name]: text.trim() };

/** What the form says, as a manifest would. */
const manifestOf = (fields: Fields) => {
  const { name_zh: zh = '', name_en: en = '', contact = '', data_class, kind = '' } = fields;
  const postLogout = linesOf(fields.post_logout);
  return readManifest({
    name: { zh, en },
    items: linesOf(fields.items),
    contacts: [contact.trim()],
    data_class,
    metadata: {
      ...(Object.hasOwn(methodOf, kind) ? methodOf[kind as AppKind] : methodOf.secret),
      redirect_uris: linesOf(fields.redirects),
      ...(postLogout.length > 0 ? { post_logout_redirect_uris: postLogout } : {}),
      ...given('jwks_uri', fields.jwks_uri),
      ...given('logo_uri', fields.logo_uri),
      ...given('policy_uri', fields.policy_uri),
    },
  });
};

export const newPage = (deps: AppRecordPagesDeps): AccountPage => ({
  path: 'developer-app-new',
  title: words.newTitle,
  parent: 'developer-apps',
  async show(visit, state) {
    const { language } = visit;
    const { typed } = state;
    return html`<p class="soft">${words.newHint[language]}</p>${faultList(state, language)}
${formStart(visit, 'register')}${await ownerField(deps, visit, state)}
${line(state, visit, { name: 'name_zh', label: words.nameZh, hint: words.nameHint, maxlength: 29 })}
${line(state, visit, { name: 'name_en', label: words.nameEn, maxlength: 29 })}
${area(state, visit, { name: 'items', label: words.items, hint: words.itemsHint, maxlength: 3_200, rows: 2 })}
${itemsKnown(deps, visit)}
${area(state, visit, { name: 'redirects', label: words.redirects, hint: words.redirectsHint, maxlength: 5_000, rows: 2 })}
${selectField(
  {
    id: 'kind',
    name: 'kind',
    label: words.kind,
    none: words.choose,
    choices: kinds.map((value) => ({ value, label: kindWords[value] })),
    value: typed.kind ?? '',
  },
  language,
)}
${line(state, visit, { name: 'jwks_uri', label: words.jwksUri, hint: words.jwksHint, maxlength: 500, optional: true })}
${selectField(
  {
    id: 'data_class',
    name: 'data_class',
    label: words.dataClass,
    none: words.choose,
    choices: dataClasses.map((value) => ({ value, label: dataClassWords[value] })),
    value: typed.data_class ?? '',
  },
  language,
)}
${line(state, visit, { name: 'contact', label: words.contact, hint: words.contactHint, maxlength: 120 })}
${area(state, visit, { name: 'post_logout', label: words.postLogout, hint: words.optional, maxlength: 5_000, rows: 1, optional: true })}
${line(state, visit, { name: 'policy_uri', label: words.policyUri, hint: words.optional, maxlength: 500, optional: true })}
${line(state, visit, { name: 'logo_uri', label: words.logoUri, hint: words.optional, maxlength: 500, optional: true })}
${submitButton(words.save, language)}</form>
<p class="way"><a href="/account/developer-app-manifest">${words.byManifest[language]}</a></p>`;
  },
  acts: {
    register: strongAct(deps, async (visit, fields) => {
      const manifest = manifestOf(fields);
      const { id } = await deps.records.register(actorOf(visit), { owner: fields.owner ?? '', manifest });
      return { done: 'registered', at: 'developer-app', query: { id } };
    }),
  },
});

/** With `?id=` it changes an app, else it registers one. */
export const manifestPage = (deps: AppRecordPagesDeps): AccountPage => ({
  path: 'developer-app-manifest',
  title: words.manifest,
  parent: 'developer-apps',
  async show(visit, state) {
    const { language } = visit;
    const id = idOf(visit);
    const record = id === '' ? undefined : await deps.records.get(actorOf(visit), id);
    const why = record && (record.client_id === undefined ? words.changeDraft : words.changeListed);
    const value = state.typed.manifest ?? (record ? stringify(record.manifest) : undefined);
    const typed = { ...state.typed, ...(value === undefined ? {} : { manifest: value }) };
    return html`${why && html`<p class="soft">${why[language]}</p>`}${faultList(state, language)}
${formStart(visit, record ? 'change' : 'register')}${!record && (await ownerField(deps, visit, state))}
${area({ ...state, typed }, visit, { name: 'manifest', label: words.manifest, hint: words.manifestHint, maxlength: 15_000, rows: 18 })}
${submitButton(record ? words.change : words.save, language)}</form>
${!record && html`<p class="way"><a href="/account/developer-app-new">${words.byForm[language]}</a></p>`}`;
  },
  acts: {
    register: strongAct(deps, async (visit, { owner = '', manifest = '' }) => {
      const { id } = await deps.records.register(actorOf(visit), {
        owner,
        manifest: parseManifest(manifest),
      });
      return { done: 'registered', at: 'developer-app', query: { id } };
    }),
    change: strongAct(deps, async (visit, { manifest = '' }) => {
      const id = idOf(visit);
      const { review } = await deps.records.change(actorOf(visit), id, parseManifest(manifest));
      return { done: review ? 'change_asked' : 'changed', at: 'developer-app', query: { id } };
    }),
  },
});
