/** The manifest of an app (ZZD-4): YAML or JSON, read whole, with every fault told at once. */
import { createHash } from 'node:crypto';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { type Fault, ServiceError } from '../../errors.ts';
import { isPlainText, type Text } from '../../http/index.ts';
import { itemCodePattern } from '../../items/index.ts';
import { dataClasses, type Manifest } from './app-record.ts';

/** `scope` may be named to have it checked; it never gives more than the items do. */
export interface GivenManifest extends Manifest {
  scope?: string;
}

const maxBytes = 64 * 1024;

/** Controls, direction marks and line breaks: a name, a log line, a mail's header and a cell of a table stay one. */
const oneLine = (text: string): boolean => !/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u.test(text);

const name = z.string().trim().min(1).max(29).refine(oneLine);
const contact = z
  .email()
  .max(120)
  .transform((address) => address.toLowerCase());

const schema = z.strictObject({
  name: z.strictObject({ zh: name, en: name }),
  items: z.array(z.string().regex(itemCodePattern)).min(1).max(50),
  contacts: z.array(contact).min(1).max(5),
  data_class: z.enum(dataClasses),
  profile: z.enum(['standard', 'high']).default('standard'),
  scope: z.string().max(2_000).optional(),
  metadata: z
    .looseObject({ redirect_uris: z.array(z.string()).min(1).max(20) })
    .refine((value) => !['client_name', 'scope', 'contacts'].some((member) => Object.hasOwn(value, member))),
});

const text = (zh: string, en: string): Text => ({ zh, en });

/** What a part must be, by the beginning of its path. */
const rules: readonly (readonly [string, Text])[] = [
  [
    'name',
    text(
      '须有中文名 zh 和英文名 en，各 1 至 29 个可见字符。',
      'needs zh and en, each of 1 to 29 visible characters.',
    ),
  ],
  ['items', text('须为 1 至 50 个事项代码的列表。', 'must be a list of 1 to 50 item codes.')],
  ['contacts', text('须为 1 至 5 个邮箱地址的列表。', 'must be a list of 1 to 5 e-mail addresses.')],
  [
    'data_class',
    text('须为 general（一般）、important（重要）或 core（核心）。', 'must be general, important or core.'),
  ],
  ['profile', text('须为 standard 或 high。', 'must be standard or high.')],
  ['scope', text('须为以空格分隔的范围名称。', 'must be scope names, separated by spaces.')],
  ['metadata.redirect_uris', text('须为 1 至 20 个地址的列表。', 'must be a list of 1 to 20 URIs.')],
  [
    'metadata',
    text(
      '须为客户端元数据（RFC 7591）；名称、范围、联系人写在外面。',
      'must be client metadata (RFC 7591); name, scope and contacts stand outside of it.',
    ),
  ],
];

const whole = text(
  '须为一个对象，含 name、items、contacts、data_class、metadata。',
  'must be one object with name, items, contacts, data_class and metadata.',
);
const unknown = text('不是清单的成员。', 'is not a member of a manifest.');

const faultOf = (issue: z.core.$ZodIssue): Fault[] => {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: [path, /^\w{1,40}$/.test(key) ? key : '?'].filter(Boolean).join('.'),
      ...unknown,
    }));
  const [, rule] = rules.find(([start]) => path === start || path.startsWith(`${start}.`)) ?? [];
  return [{ path: path || 'manifest', ...(rule ?? whole) }];
};

const faulty = (faults: readonly Fault[]): never => {
  throw new ServiceError('app_manifest_faulty', {
    faults,
    detail: faults.map(({ path, en }) => `${path}: ${en}`).join(' '),
  });
};

const stringsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...stringsIn(inner)]);
};

const notPlain = text('含有换行或控制字符。', 'holds line breaks or control characters.');

/** The manifest in what was parsed. Throws app_manifest_faulty with every fault. */
export const readManifest = (value: unknown): GivenManifest => {
  const parsed = schema.safeParse(value);
  if (!parsed.success) faulty(parsed.error.issues.flatMap(faultOf));
  const manifest = parsed.data as unknown as GivenManifest;
  const bad = stringsIn(manifest).some((one) => !oneLine(one) || !isPlainText(one));
  if (bad) faulty([{ path: 'manifest', ...notPlain }]);
  const unique = (list: string[]): string[] => [...new Set(list)];
  return { ...manifest, items: unique(manifest.items), contacts: unique(manifest.contacts) };
};

const unreadable = text(
  '无法读取：须为 64 KB 以内的 YAML 或 JSON，不得使用别名（&、*）。',
  'cannot be read: it must be YAML or JSON of at most 64 KB, without aliases (& and *).',
);

/** JSON is YAML: one reader for both. */
export const parseManifest = (source: string): GivenManifest => {
  let value: unknown;
  try {
    if (Buffer.byteLength(source) > maxBytes) throw new RangeError('too long');
    const document = parseDocument(source, { uniqueKeys: true });
    if (document.errors.length > 0) throw document.errors[0];
    value = document.toJS({ maxAliasCount: 0 });
  } catch {
    faulty([{ path: 'manifest', ...unreadable }]);
  }
  return readManifest(value);
};

export const refuseManifest = faulty;

/** The name as clients have one: both languages. */
export const clientName = ({ name: { zh, en } }: Pick<Manifest, 'name'>): string =>
  zh === en ? zh : `${zh} ${en}`;

/** Members of the metadata that are only shown to people. */
const shownMembers = ['client_uri', 'logo_uri', 'policy_uri', 'tos_uri'];

const digest = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url');

const sorted = (metadata: object): [string, unknown][] =>
  Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));

/** What decides how the app works and what it learns: two manifests that agree in it were tried and reviewed alike. */
export const weightOf = ({ name, items, profile, data_class, metadata }: Manifest): string =>
  digest([
    name,
    [...items].sort(),
    profile,
    data_class,
    sorted(metadata).filter(([member]) => !shownMembers.includes(member)),
  ]);
