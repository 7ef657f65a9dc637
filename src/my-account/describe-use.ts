/** An entry of the audit in words, in both languages: who, what was done with what, why, which fields. Never a value. */
import { reasonWords } from '../admin/index.ts';
import type { AuditEntry } from '../audit/index.ts';
import type { Text } from '../http/index.ts';
import { actWords, methodWords, otherAct, activityWords as words } from './activity-words.ts';
import type { OwnPagesDeps } from './own-pages.ts';

export interface DescribedUse {
  act: Text;
  /** The app, enterprise, way of signing in or certificate type that it is about. */
  about?: Text | undefined;
  who: Text;
  why?: Text | undefined;
  /** Labels of certificate fields, sentences of scopes. */
  fields: Text[];
}

type Deps = Pick<OwnPagesDeps, 'catalogue' | 'credentials' | 'enterprises' | 'items' | 'officials' | 'oidc'>;

/** `reader` is the account that reads: to her she is "you". */
export type DescribeUse = (reader: string, entry: AuditEntry) => Promise<DescribedUse>;

const same = (name: string): Text => ({ zh: name, en: name });

export const createDescribeUse = (deps: Deps): DescribeUse => {
  const { oidc, officials, enterprises, items, catalogue, credentials } = deps;

  /** Another person is named by her office, never by her name. */
  const official = async (accountId: string): Promise<Text> => {
    const [post] = await officials.posts.of(accountId);
    if (post === undefined) return words.otherPerson;
    const unit = (await officials.tree.current()).unit(post.unit);
    if (!unit) return words.official;
    return {
      zh: `${unit.name.zh} · ${words.official.zh}`,
      en: `${unit.name.en} · ${words.official.en}`,
    };
  };

  const appName = async (id: string): Promise<Text | undefined> => {
    const name = (await oidc.apps.get(id))?.metadata.client_name;
    return name === undefined ? undefined : same(name);
  };

  const who = async (reader: string, { actor }: AuditEntry): Promise<Text> => {
    const [kind, id = ''] = actor.split(':');
    if (kind === 'account') return id === reader ? words.you : official(id);
    if (kind === 'client') return (await appName(id)) ?? same(id);
    if (kind === 'cli') return words.operator;
    return kind === 'register' ? words.register : words.system;
  };

  const typeOf = async ({ action, object = '' }: AuditEntry) => {
    const type = action.startsWith('certificate.')
      ? (await credentials.certificate(object))?.type
      : undefined;
    return type === undefined ? undefined : catalogue.find(type);
  };

  const about = async (entry: AuditEntry): Promise<Text | undefined> => {
    const { object = '', details = {} } = entry;
    if (object.startsWith('client:')) return appName(object.slice(7));
    if (object.startsWith('ent_')) {
      const firm = await enterprises.find(object);
      return firm && same(firm.name);
    }
    const method = methodWords[String(details.method ?? details.kind ?? '')];
    return method ?? (await typeOf(entry))?.name;
  };

  const fieldNames = async (entry: AuditEntry): Promise<Text[]> => {
    const { fields = [], object = '' } = entry;
    if (fields.length === 0) return [];
    if (object.startsWith('client:'))
      return fields.filter((scope) => scope !== 'openid').map((scope) => oidc.describeScope(scope));
    const known = (await typeOf(entry))?.fields ?? [];
    return fields.map((name) => known.find((field) => field.name === name)?.label ?? same(name));
  };

  const why = ({ actor, details = {} }: AuditEntry): Text | undefined => {
    // Of an app the actor says it; of a verifier elsewhere its host.
    const { verifier } = details;
    if (typeof verifier === 'string' && !actor.startsWith('client:'))
      return { zh: `${words.toHost.zh}${verifier}`, en: `${words.toHost.en}${verifier}` };
    const item = typeof details.item === 'string' ? items.find(details.item)?.name : undefined;
    if (item) return { zh: `${words.byLaw.zh}「${item.zh}」`, en: `${words.byLaw.en} “${item.en}”` };
    return reasonWords(String(details.purpose ?? details.reason ?? ''));
  };

  return async (reader, entry) => ({
    act: actWords[entry.action] ?? otherAct,
    about: await about(entry),
    who: await who(reader, entry),
    why: why(entry),
    fields: await fieldNames(entry),
  });
};
