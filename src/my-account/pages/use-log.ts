/** Who used what of hers, when and why: the audit that concerns her, in words. It cannot be changed from here. */
import { reasonWords } from '../../admin/index.ts';
import type { AuditEntry } from '../../audit/index.ts';
import { type Html, html, type Language } from '../../http/index.ts';
import type { AccountPage, Visit } from '../account-page.ts';
import { actWords, methodWords, otherAct, activityWords as words } from '../activity-words.ts';
import { timeOf } from '../dates.ts';
import { cut, neededFor } from '../frame.ts';
import type { OwnPagesDeps } from '../own-pages.ts';

const pathName = 'use-log';

export const useLogPage = (deps: OwnPagesDeps): AccountPage => {
  const { audit, oidc, officials, enterprises, items, catalogue, credentials } = deps;

  /** Another person is named by her office, never by her name. */
  const official = async (accountId: string, language: Language): Promise<string> => {
    const [post] = await officials.posts.of(accountId);
    if (post === undefined) return words.otherPerson[language];
    const unit = (await officials.tree.current()).unit(post.unit);
    return unit ? `${unit.name[language]} · ${words.official[language]}` : words.official[language];
  };

  const who = async ({ account, language }: Visit, { actor }: AuditEntry): Promise<string> => {
    const [kind, id = ''] = actor.split(':');
    if (kind === 'account') return id === account.id ? words.you[language] : official(id, language);
    if (kind === 'client') return (await oidc.apps.get(id))?.metadata.client_name ?? id;
    if (kind === 'cli') return words.operator[language];
    return kind === 'register' ? words.register[language] : words.system[language];
  };

  /** The app, enterprise, way of signing in or certificate type that it is about. */
  const about = async ({ language }: Visit, entry: AuditEntry): Promise<string | undefined> => {
    const { object = '', details = {} } = entry;
    if (object.startsWith('client:')) return (await oidc.apps.get(object.slice(7)))?.metadata.client_name;
    if (object.startsWith('ent_')) return (await enterprises.find(object))?.name;
    const method = methodWords[String(details.method ?? details.kind ?? '')];
    if (method) return method[language];
    if (!entry.action.startsWith('certificate.')) return undefined;
    const type = (await credentials.certificate(object))?.type;
    return type === undefined ? undefined : catalogue.find(type)?.name[language];
  };

  /** Labels of certificate fields, sentences of scopes. */
  const fieldNames = async ({ language }: Visit, entry: AuditEntry): Promise<string[]> => {
    const { fields = [], object = '', action } = entry;
    if (fields.length === 0) return [];
    if (object.startsWith('client:'))
      return fields.filter((scope) => scope !== 'openid').map((scope) => oidc.describeScope(scope)[language]);
    const type = action.startsWith('certificate.')
      ? (await credentials.certificate(object))?.type
      : undefined;
    const known = type === undefined ? [] : (catalogue.find(type)?.fields ?? []);
    return fields.map((name) => known.find((field) => field.name === name)?.label[language] ?? name);
  };

  const why = ({ language }: Visit, { actor, details = {} }: AuditEntry): string | undefined => {
    // Of an app the actor says it; of a verifier elsewhere its host.
    if (typeof details.verifier === 'string' && !actor.startsWith('client:'))
      return `${words.toHost[language]}${details.verifier}`;
    const item = typeof details.item === 'string' ? items.find(details.item)?.name[language] : undefined;
    if (item !== undefined)
      return `${words.byLaw[language]}${language === 'zh' ? '' : ' '}${language === 'zh' ? `「${item}」` : `“${item}”`}`;
    return reasonWords(String(details.purpose ?? details.reason ?? ''))?.[language];
  };

  const entry = async (visit: Visit, one: AuditEntry): Promise<Html> => {
    const { language } = visit;
    const [actor, subject, fields] = await Promise.all([
      who(visit, one),
      about(visit, one),
      fieldNames(visit, one),
    ]);
    const reason = why(visit, one);
    const result = one.result === 'ok' ? undefined : words[one.result][language];
    return html`<li><strong>${(actWords[one.action] ?? otherAct)[language]}</strong>${subject && html` · ${subject}`}${result && html` <span class="state check">${result}</span>`}
<br><span class="soft">${timeOf(Math.floor(one.at / 1000), language)}</span>
<br>${words.who[language]}${actor}${reason && html`<br>${words.reason[language]}${reason}`}${
      fields.length > 0 && html`<br>${words.what[language]}${fields.join(language === 'zh' ? '、' : ', ')}`
    }</li>`;
  };

  return {
    path: pathName,
    title: words.logTitle,
    menu: { under: 'home', hint: words.logHint },
    async show(visit) {
      const size = visit.elder ? 5 : 20;
      const known = await audit.about(visit.account.id, neededFor(visit, size));
      const { shown, turns } = cut(known, visit, pathName, size);
      const entries = await Promise.all(shown.map((one) => entry(visit, one)));
      return html`<p class="soft">${words.logWhy[visit.language]}</p>
<ul class="entries">${entries}</ul>${turns}`;
    },
  };
};
