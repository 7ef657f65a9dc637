/** One fault of one item file: what is wrong, and what to do about it. */
import type { z } from 'zod';
import { knownKeysAt, whatBelongsAt } from './item-file-schema.ts';

export interface ItemFault {
  file: string;
  /** `certificates[0].fields[1]`; empty for the whole file. */
  path: string;
  /** Follows the path: “names no department”. */
  wrong: string;
  /** Imperative: “use one of zj-police, wenzhou”. */
  todo: string;
}

/** The fault as one sentence. */
export const sentenceOf = ({ file, path, wrong, todo }: ItemFault): string =>
  `${file}: ${path ? `${path} ` : ''}${wrong}; ${todo}.`;

const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${String(part)}` : String(part),
    '',
  );

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((at, part) => (at as Record<PropertyKey, unknown> | undefined | null)?.[part], value);

/** The faults behind one finding of the schema. */
export const explainIssue = (file: string, content: unknown, issue: z.core.$ZodIssue): ItemFault[] => {
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeysAt(issue.path).join(', ');
    return issue.keys.map((key) => ({
      file,
      path: pathText([...issue.path, key]),
      wrong: 'is not a known key',
      todo: `take it out, or correct it to one of ${known}`,
    }));
  }
  const path = pathText(issue.path);
  const value = valueAt(content, issue.path);
  const what = whatBelongsAt(path);
  if (path === '') return [{ file, path, wrong: 'the file is not a map of keys', todo: `write ${what}` }];
  if (value === undefined || value === null)
    return [{ file, path, wrong: 'is missing', todo: `add ${what}` }];
  const empty = value === '' || (Array.isArray(value) && value.length === 0);
  return [{ file, path, wrong: empty ? 'is empty' : 'does not fit', todo: `write ${what}` }];
};
