/** Reads the service items: one YAML file each. Every fault of every file is reported in one go. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { parseDocument } from 'yaml';
import { ServiceError } from '../errors.ts';
import { checkAcrossItems, checkItem, type ItemSurroundings, type ReadableItem } from './check-item.ts';
import { explainIssue, type ItemFault, sentenceOf } from './item-fault.ts';
import { itemFileSchema } from './item-file-schema.ts';
import type { Items, ServiceItem } from './service-item.ts';

/** The items cannot be used; `faults` has all of them. */
export class ItemsError extends Error {
  readonly faults: ItemFault[];

  constructor(faults: ItemFault[]) {
    super(
      `The service items have ${faults.length} fault(s):\n${faults.map((fault) => `  ${sentenceOf(fault)}`).join('\n')}`,
    );
    this.name = 'ItemsError';
    this.faults = faults;
  }
}

/** A code stands in scopes (`item:<code>`) and addresses. */
export const itemCodePattern = /^(?=.{2,61}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

interface ReadFile {
  file: string;
  code: string;
  /** What could be read of it, for the checks between keys and files. */
  readable?: ReadableItem;
  item?: ServiceItem;
  faults: ItemFault[];
}

/** Each key on its own: one fault of shape leaves the others readable. */
const readableOf = (content: unknown): ReadableItem => {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return {};
  const { certificates, ...rest } = itemFileSchema.shape;
  const raw = content as Record<string, unknown>;
  const readable: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(rest)) {
    const parsed = schema.safeParse(raw[key]);
    if (parsed.success) readable[key] = parsed.data;
  }
  if (Array.isArray(raw.certificates)) {
    readable.certificates = raw.certificates.map((entry) => certificates.element.safeParse(entry).data);
  }
  return readable;
};

const readItem = (dir: string, file: string, surroundings: ItemSurroundings): ReadFile => {
  const code = basename(file, extname(file));
  const faults: ItemFault[] = [];
  if (!itemCodePattern.test(code)) {
    faults.push({
      file,
      path: 'the file name',
      wrong: 'cannot be the code of an item',
      todo: 'rename it in kebab-case, like driving-licence-renewal.yaml, 61 characters at most',
    });
  }
  const document = parseDocument(readFileSync(join(dir, file), 'utf8'));
  if (document.errors.length > 0) {
    const broken = document.errors.map(({ message, linePos }) => ({
      file,
      path: linePos ? `line ${linePos[0].line}` : '',
      wrong: `cannot be read as YAML (${message.split(/ at line |\n/)[0]})`,
      todo: 'correct it there',
    }));
    return { file, code, faults: [...faults, ...broken] };
  }
  const content: unknown = document.toJS();
  const parsed = itemFileSchema.safeParse(content);
  const readable = readableOf(content);
  faults.push(
    ...(parsed.error?.issues ?? []).flatMap((issue) => explainIssue(file, content, issue)),
    ...checkItem(file, readable, surroundings),
  );
  const item = parsed.success ? { code, ...parsed.data } : undefined;
  return { file, code, readable, item, faults };
};

const readFolder = (dir: string, surroundings: ItemSurroundings): ReadFile[] =>
  readdirSync(dir)
    .filter((file) => /\.ya?ml$/.test(file))
    .sort()
    .map((file) => readItem(dir, file, surroundings));

const faultsOf = (files: ReadFile[]): ItemFault[] => [
  ...files.flatMap(({ faults }) => faults),
  ...checkAcrossItems(files.map(({ file, code, readable = {} }) => ({ file, code, item: readable }))),
];

const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) freeze(inner);
    Object.freeze(value);
  }
  return value;
};

/** Items made in memory. */
export const itemsOf = (list: ServiceItem[]): Items => {
  const byCode = new Map(list.map((item) => [item.code, freeze(item)]));
  const get = (code: string): ServiceItem => {
    const item = byCode.get(code);
    if (!item) throw new ServiceError('not_found', { detail: 'there is no such service item' });
    return item;
  };
  return {
    all: () => [...byCode.values()],
    find: (code) => byCode.get(code),
    get,
    mayRead(code, type) {
      const item = get(code);
      const certificate = item.certificates.find((candidate) => candidate.type === type);
      return item.state === 'active' && certificate ? [...certificate.fields] : [];
    },
  };
};

/** Reads `<dir>/*.yaml`; an empty folder is a province without items. Throws ItemsError with all faults. */
export const readItems = (dir: string, surroundings: ItemSurroundings): Items => {
  if (!existsSync(dir)) {
    const todo = 'make it beside the folder of the certificate types, even if it stays empty';
    throw new ItemsError([{ file: dir, path: '', wrong: 'there is no such folder', todo }]);
  }
  const files = readFolder(dir, surroundings);
  const faults = faultsOf(files);
  if (faults.length > 0) throw new ItemsError(faults);
  return itemsOf(files.flatMap(({ item }) => (item ? [item] : [])));
};
