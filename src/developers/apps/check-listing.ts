/** The automatic check (ZZD-4): what is looked at before a person is asked to. A row each, in both languages. */
import { type Fault, ServiceError } from '../../errors.ts';
import { resembles } from './app-names.ts';
import { type AppRecord, ownerRef } from './app-record.ts';
import { clientOf, foreignItems } from './complete-manifest.ts';
import type { AppRecordDeps } from './dependencies.ts';
import { weightOf } from './manifest.ts';
import { ownersFor } from './record-act.ts';
import { scopesOf } from './scopes-of-items.ts';

export type CheckResult = 'pass' | 'warn' | 'fail';

export interface CheckRow {
  check: string;
  result: CheckResult;
  zh: string;
  en: string;
}

type Check = (deps: AppRecordDeps, record: AppRecord) => CheckRow | Promise<CheckRow>;

const row = (check: string, result: CheckResult, zh: string, en: string): CheckRow => ({
  check,
  result,
  zh,
  en,
});

const hostsOf = ({ manifest }: AppRecord): string[] => [
  ...new Set(
    [...manifest.metadata.redirect_uris, ...(manifest.metadata.post_logout_redirect_uris ?? [])]
      .filter((uri) => uri.startsWith('https:'))
      .map((uri) => new URL(uri).host),
  ),
];

const checkRedirects: Check = (_deps, { manifest }) => {
  const native = manifest.metadata.application_type === 'native';
  const plain = manifest.metadata.redirect_uris.some((uri) => uri.startsWith('http:'));
  if (!plain) return row('redirects', 'pass', '回调地址均为 https。', 'Every redirect URI uses https.');
  if (native)
    return row('redirects', 'pass', '手机应用的本机回调地址。', 'Loopback redirects of an installed app.');
  return row(
    'redirects',
    'fail',
    '回调地址含本机 http 地址，只能用于试用，上架前请去掉。',
    'There is a loopback redirect over http: it is for trying only; take it out before listing.',
  );
};

/** A page behind a name of somebody else's would get her users' codes. */
const checkHosts: Check = async (deps, record) => {
  const hosts = new Set(hostsOf(record));
  for (let after: string | undefined; ; ) {
    const page = await deps.records.list({ limit: 500, ...(after ? { after } : {}) });
    const other = page.find(
      ({ id, owner, state, manifest }) =>
        id !== record.id &&
        owner !== record.owner &&
        state !== 'draft' &&
        state !== 'retired' &&
        hostsOf({ manifest } as AppRecord).some((host) => hosts.has(host)),
    );
    if (other)
      return row(
        'hosts',
        'fail',
        '回调地址的主机已由其他单位的应用使用。',
        'A redirect host belongs to an app of another unit or firm.',
      );
    if (page.length < 500) break;
    after = page.at(-1)!.id;
  }
  return row(
    'hosts',
    'pass',
    '回调地址的主机没有被其他单位使用。',
    'No other unit or firm uses these hosts.',
  );
};

/** The guarded fetch refuses redirects and long answers, after the handshake. */
const answered = (error: unknown): boolean =>
  ['redirect', 'too_large'].includes(String((error as { reason?: unknown } | undefined)?.reason));

const checkTls: Check = async (deps, record) => {
  const hosts = hostsOf(record);
  const dead: string[] = [];
  await Promise.all(
    hosts.map(async (host) => {
      const up = await deps.fetch(`https://${host}/`).then(() => true, answered);
      if (!up) dead.push(host);
    }),
  );
  if (dead.length === 0)
    return row(
      'tls',
      'pass',
      '各主机均能以 TLS 访问。',
      'Every host answers over TLS with a good certificate.',
    );
  const list = dead.sort().join(', ');
  return row(
    'tls',
    'fail',
    `以下主机无法以 TLS 访问，或证书有误：${list}`,
    `These hosts do not answer over TLS, or not with a good certificate: ${list}`,
  );
};

const checkKeys: Check = async (deps, { manifest }) => {
  const { jwks, jwks_uri: uri, token_endpoint_auth_method: method } = manifest.metadata;
  if (uri === undefined) {
    if (jwks === undefined && method === 'private_key_jwt')
      return row('keys', 'fail', '缺少公钥 jwks 或 jwks_uri。', 'There is neither jwks nor jwks_uri.');
    return row('keys', 'pass', '公钥无需下载。', 'There are no keys to fetch.');
  }
  const keys = await deps
    .fetch(uri, { headers: { accept: 'application/json' } })
    .then(async (answer) => (answer.ok ? ((await answer.json()) as { keys?: unknown }).keys : undefined))
    .catch(() => undefined);
  const good =
    Array.isArray(keys) &&
    keys.length > 0 &&
    keys.every((key) => typeof key === 'object' && key !== null && !('d' in key) && !('k' in key));
  return good
    ? row(
        'keys',
        'pass',
        'jwks_uri 可以读取，只含公钥。',
        'The jwks_uri can be read and holds public keys only.',
      )
    : row(
        'keys',
        'fail',
        'jwks_uri 无法读取，或其中不是公钥。',
        'The jwks_uri cannot be read, or what it holds is no set of public keys.',
      );
};

const checkLogo: Check = async (deps, { manifest }) => {
  const { logo_uri: uri } = manifest.metadata;
  if (uri === undefined)
    return row(
      'logo',
      'warn',
      '没有图标，登录页将只显示名称。',
      'There is no logo: people see the name alone.',
    );
  const type = await deps
    .fetch(uri)
    .then((answer) => (answer.ok ? (answer.headers.get('content-type') ?? '') : ''))
    .catch(() => '');
  return /^image\/(?:png|jpeg|webp)\b/.test(type)
    ? row('logo', 'pass', '图标可以读取。', 'The logo loads.')
    : row(
        'logo',
        'fail',
        '图标无法读取：须为 64 KB 以内的 PNG、JPEG 或 WebP。',
        'The logo does not load: PNG, JPEG or WebP of at most 64 KB.',
      );
};

const checkScopes: Check = (deps, { manifest }) => {
  const list = scopesOf(deps, manifest.items).join(' ');
  return row('scopes', 'pass', `由事项得出的范围：${list}`, `Scopes that follow from the items: ${list}`);
};

const checkItems: Check = (deps, record) => {
  const foreign = foreignItems(deps, record);
  if (foreign.length === 0)
    return row('items', 'pass', '事项均由本单位负责。', 'Every item is the unit’s own.');
  const list = foreign.join(', ');
  return row('items', 'warn', `由其他单位负责的事项：${list}`, `Items of other units: ${list}`);
};

/** Its metadata as the login takes it today, which may be stricter than on the day it was written. */
const checkMetadata: Check = async (deps, record) => {
  const { clientId, manifest } = record;
  return deps.apps.check({ ...clientOf(deps, manifest), ...(clientId ? { clientId } : {}) }).then(
    () => row('metadata', 'pass', '客户端元数据符合规范。', 'The client metadata is in order.'),
    () =>
      row(
        'metadata',
        'fail',
        '客户端元数据不符合规范，请重新提交清单。',
        'The client metadata is not accepted: send the manifest again.',
      ),
  );
};

const checkContacts: Check = (deps, { manifest, confirmedContacts }) => {
  if (deps.mail.adapter === 'none')
    return row(
      'contacts',
      'warn',
      '未接入邮件服务，联系邮箱未经确认。',
      'No mail service is connected: the contacts are not confirmed.',
    );
  const open = manifest.contacts.filter((contact) => !confirmedContacts.includes(contact)).length;
  return open === 0
    ? row('contacts', 'pass', '联系邮箱均已确认。', 'Every contact has confirmed its mailbox.')
    : row(
        'contacts',
        'fail',
        `还有 ${open} 个联系邮箱未确认。`,
        `${open} contact(s) have not been confirmed.`,
      );
};

const checkMaintainers: Check = async (deps, { maintainers, owner }) => {
  const standing = await Promise.all(
    maintainers.map(async (one) => (await ownersFor(deps, one)).some((at) => ownerRef(at) === owner)),
  );
  return standing.filter(Boolean).length >= 2
    ? row('maintainers', 'pass', '至少有两名维护人员。', 'There are two maintainers or more.')
    : row(
        'maintainers',
        'fail',
        '须有两名在职的维护人员。',
        'It takes two maintainers who stand for the owner.',
      );
};

const checkTested: Check = (deps, { manifest, sandbox, state }) => {
  if (deps.sandbox === undefined)
    return row(
      'tested',
      'warn',
      '未接入沙箱，试用由维护人员自行声明。',
      'No sandbox is connected: that it was tried is the maintainers’ own word.',
    );
  const tried = sandbox?.digest === weightOf(manifest) && state !== 'draft';
  return tried
    ? row('tested', 'pass', '已在沙箱中完成登录。', 'A sign-in was completed in the sandbox.')
    : row('tested', 'fail', '尚未在沙箱中完成登录。', 'No sign-in has been completed in the sandbox.');
};

const checkName: Check = async (deps, record) => {
  const { zh, en } = record.manifest.name;
  const taken = await deps.takenNames(record);
  return [zh, en].some((name) => resembles(name, taken))
    ? row(
        'name',
        'warn',
        '名称含其他单位或应用的名称，或官方用语，请审核人员核对。',
        'The name holds that of another unit or app, or words of the province’s own: the reviewer decides.',
      )
    : row('name', 'pass', '名称不易与他人混淆。', 'The name is not like another’s.');
};

const checkDataClass: Check = (_deps, { manifest: { data_class: data, profile } }) => {
  if (data === 'general' || profile === 'high')
    return row('data_class', 'pass', '安全等级与数据级别相符。', 'The profile fits the class of data.');
  return row(
    'data_class',
    data === 'core' ? 'fail' : 'warn',
    '重要数据宜使用、核心数据须使用 high 安全等级（FAPI 2.0）。',
    'Important data should, and core data must, have the profile high (FAPI 2.0).',
  );
};

const checkPolicy: Check = (_deps, { manifest }) =>
  manifest.metadata.policy_uri === undefined
    ? row(
        'policy',
        'warn',
        '没有个人信息处理规则（policy_uri）。',
        'There is no privacy policy (policy_uri).',
      )
    : row('policy', 'pass', '有个人信息处理规则。', 'There is a privacy policy.');

/** In the order in which they are shown. */
const checks: readonly Check[] = [
  checkMetadata,
  checkRedirects,
  checkHosts,
  checkTls,
  checkKeys,
  checkScopes,
  checkItems,
  checkName,
  checkDataClass,
  checkPolicy,
  checkLogo,
  checkContacts,
  checkMaintainers,
  checkTested,
];

/** It asks hosts that somebody else wrote down: nobody looks around with it. */
const mostAMinute = 20;

/** Throws too_many_requests where one app is checked over and over. */
export const checkListing = async (deps: AppRecordDeps, record: AppRecord): Promise<CheckRow[]> => {
  if ((await deps.ephemeral.increment(`app-check:${record.id}`, 60)) > mostAMinute)
    throw new ServiceError('too_many_requests');
  return Promise.all(checks.map((check) => check(deps, record)));
};

/** What stands in the way, as faults. */
export const failuresOf = (rows: readonly CheckRow[]): Fault[] =>
  rows.filter(({ result }) => result === 'fail').map(({ check, zh, en }) => ({ path: check, zh, en }));
