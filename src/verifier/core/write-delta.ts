/** The other side of pack-delta.ts: what the province sends to a device that holds an earlier pack. */
import { base64url } from 'jose';
import type { PackPayload, PackStatusList } from './pack.ts';
import { type PackDelta, type StatusListDelta, takeApart } from './pack-delta.ts';
import { readChanges, writeChanges } from './status-changes.ts';
import type { JsonObject } from './strict-json.ts';

const isSame = (one: unknown, other: unknown): boolean =>
  one === other || JSON.stringify(one) === JSON.stringify(other);

const changed = <T extends object>(next: T, base: Partial<T> | undefined): Partial<T> =>
  Object.fromEntries(
    Object.entries(next).filter(([name, value]) => !base || !isSame(value, base[name as keyof T])),
  ) as Partial<T>;

const bitsOf = ({ lst, size }: PackStatusList): Uint8Array | undefined =>
  readChanges(base64url.decode(lst), size);

const listDelta = (next: PackStatusList, base: PackStatusList | undefined): StatusListDelta => {
  const { lst, ...members } = changed(next, base);
  const bits = base && lst !== undefined ? bitsOf(next) : undefined;
  const changes = bits ? base64url.encode(writeChanges(bits, base && bitsOf(base))) : lst;
  return { ...members, list: next.list, ...(changes === undefined ? {} : { changes }) };
};

/** How the pack `base` becomes the signed pack `jws`, whose payload is `next`; without `base`, how nothing does. */
export const makeDelta = (jws: string, next: PackPayload, base?: PackPayload): PackDelta => {
  const { header, signature } = takeApart(jws) as { header: JsonObject; signature: string };
  const set = changed<JsonObject>({ ...next }, base && { ...base, status_lists: undefined });
  for (const name of ['root_statement', 'trust_list'])
    if (typeof set[name] === 'string') set[name] = takeApart(set[name]);
  set.status_lists = next.status_lists.map((list) =>
    listDelta(
      list,
      base?.status_lists.find((each) => each.list === list.list),
    ),
  );
  return { format: 1, from: base?.number ?? 0, header, set: set as PackDelta['set'], signature };
};
