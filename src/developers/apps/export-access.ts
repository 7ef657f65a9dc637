/** ZZD-5: who may ask people for what, by unit and by app, as a list to go through: CSV and JSON. */
import { seconds } from '../../clock.ts';
import { maskName } from '../../identifiers/index.ts';
import type { App } from '../../oidc/index.ts';
import { type AppRecord, ownerOf } from './app-record.ts';
import type { AppRecordDeps } from './dependencies.ts';
import { clientName } from './manifest.ts';
import { scopesOf } from './scopes-of-items.ts';

export interface AccessLine {
  app: string;
  name: string;
  owner: string;
  owner_name: string;
  /** Of the portal's record; of apps that came another way, the registry's. */
  state: string;
  registry_state: string;
  source: string;
  profile: string;
  data_class: string;
  items: string[];
  scopes: string[];
  redirect_hosts: string[];
  maintainers: string[];
  contacts: string[];
  reviewed_at: string;
  secrets: string[];
  last_sign_in: string;
  created_at: string;
}

export interface AccessFilter {
  /** `unit:zj-police` or `enterprise:ent_…` */
  owner?: string | undefined;
  /** Record id or client_id. */
  app?: string | undefined;
}

const day = (at: number | undefined): string =>
  at === undefined ? '' : new Date(at * 1000).toISOString().slice(0, 10);

const hosts = (uris: readonly string[]): string[] => [
  ...new Set(uris.map((uri) => new URL(uri).host || uri)),
];

const secretAges = ({ clock }: Pick<AppRecordDeps, 'clock'>, client: App | undefined): string[] =>
  (client?.secrets ?? []).map(
    ({ id, createdAt }) => `${id}: ${Math.floor((seconds(clock) - createdAt) / 86_400)} d`,
  );

const lineOfRecord = async (deps: AppRecordDeps, record: AppRecord): Promise<AccessLine> => {
  const { manifest, clientId, owner } = record;
  const client = clientId === undefined ? undefined : await deps.apps.get(clientId);
  const people = await Promise.all(record.maintainers.map((id) => deps.accounts.get(id)));
  return {
    app: clientId ?? record.id,
    name: clientName(manifest),
    owner,
    owner_name: (await deps.ownerFacts(ownerOf(owner)))?.name.zh ?? '',
    state: record.state,
    registry_state: client?.state ?? '',
    source: 'developer',
    profile: manifest.profile,
    data_class: manifest.data_class,
    items: manifest.items,
    // What it really has, where it has anything.
    scopes: client?.metadata.scope?.split(' ') ?? scopesOf(deps, manifest.items),
    redirect_hosts: hosts(client?.metadata.redirect_uris ?? manifest.metadata.redirect_uris),
    maintainers: people.map((person) => (person ? maskName(person.name) : '**')),
    contacts: manifest.contacts,
    reviewed_at: day(record.reviewedAt),
    secrets: secretAges(deps, client),
    last_sign_in: day(clientId === undefined ? undefined : await deps.lastSignIn(clientId)),
    created_at: day(record.createdAt),
  };
};

const lineOfClient = async (deps: AppRecordDeps, client: App): Promise<AccessLine> => {
  const scopes = client.metadata.scope?.split(' ') ?? [];
  return {
    app: client.id,
    name: client.metadata.client_name,
    owner: '',
    owner_name: '',
    state: client.state,
    registry_state: client.state,
    source: client.source,
    profile: client.profile,
    data_class: '',
    items: scopes.filter((scope) => scope.startsWith('item:')).map((scope) => scope.slice('item:'.length)),
    scopes,
    redirect_hosts: hosts(client.metadata.redirect_uris),
    maintainers: [],
    contacts: [...(client.metadata.contacts ?? [])],
    reviewed_at: '',
    secrets: secretAges(deps, client),
    last_sign_in: day(await deps.lastSignIn(client.id)),
    created_at: day(client.createdAt),
  };
};

const everything = async <T extends { id: string }>(
  list: (page: { after?: string; limit: number }) => Promise<T[]>,
): Promise<T[]> => {
  const found: T[] = [];
  for (;;) {
    const after = found.at(-1)?.id;
    const page = await list({ limit: 500, ...(after ? { after } : {}) });
    found.push(...page);
    if (page.length < 500) return found;
  }
};

/**
 * The lines of one owner, one app, or all; `seen` says which records the reader may see. Apps that no developer
 * registered (the province's own, the operator's, those that registered themselves) stand in the whole list only.
 */
export const exportAccess = async (
  deps: AppRecordDeps,
  { owner, app }: AccessFilter,
  seen: (record: AppRecord) => Promise<boolean>,
  withOthers: boolean,
): Promise<AccessLine[]> => {
  const records = await everything((page) => deps.records.list(page));
  const lines: AccessLine[] = [];
  const known = new Set<string>();
  for (const record of records) {
    if (record.clientId !== undefined) known.add(record.clientId);
    if (owner !== undefined && record.owner !== owner) continue;
    if (app !== undefined && app !== record.id && app !== record.clientId) continue;
    if (await seen(record)) lines.push(await lineOfRecord(deps, record));
  }
  if (withOthers && owner === undefined)
    for (const client of await everything((page) => deps.apps.list(page)))
      if (!known.has(client.id) && (app === undefined || app === client.id))
        lines.push(await lineOfClient(deps, client));
  return lines;
};

const columns: readonly (keyof AccessLine)[] = [
  'app',
  'name',
  'owner',
  'owner_name',
  'state',
  'registry_state',
  'source',
  'profile',
  'data_class',
  'items',
  'scopes',
  'redirect_hosts',
  'maintainers',
  'contacts',
  'reviewed_at',
  'secrets',
  'last_sign_in',
  'created_at',
];

/** A table program takes a cell that begins so for a formula, and runs it. */
const formula = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

const cell = (value: string | readonly string[]): string => {
  const text = typeof value === 'string' ? value : value.join(' ');
  const plain = text.replace(/[\r\n]+/g, ' ');
  return `"${(formula.test(plain) ? `'${plain}` : plain).replaceAll('"', '""')}"`;
};

/** RFC 4180, in UTF-8 with its mark, by which table programs know the Chinese text. */
export const accessCsv = (lines: readonly AccessLine[]): string =>
  `\ufeff${[
    columns.map((name) => cell(name)),
    ...lines.map((line) => columns.map((name) => cell(line[name]))),
  ]
    .map((cells) => cells.join(','))
    .join('\r\n')}\r\n`;
