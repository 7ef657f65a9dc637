/**
 * From the pack a device holds to the next one. A delta is not believed: it says how to write the next pack, byte for byte,
 * and carries that pack's signature, so one that leads anywhere else leads nowhere. From nothing it is the whole pack in
 * the form that compresses best.
 */
import { base64url } from 'jose';
import { decodeBase64url, parseJws } from './jws.ts';
import { maxPackLength, type OpenedPack, type OpenPackOptions, openPack } from './open-pack.ts';
import type { PackPayload, PackStatusList } from './pack.ts';
import { asPack } from './pack-shape.ts';
import { verdict } from './sentences.ts';
import { readChanges, writeChanges } from './status-changes.ts';
import { isObject, type JsonObject, parseStrictJson } from './strict-json.ts';
import type { Verdict } from './verdict.ts';

/** A JWS taken apart: what compresses, and reads, better than base64url of it. */
export interface OpenJws {
  header: JsonObject;
  payload: JsonObject;
  signature: string;
}

/** A status list as it follows from the one before: what changed of its members, and of its entries. */
export type StatusListDelta = { list: number; changes?: string } & Partial<Omit<PackStatusList, 'lst'>>;

export interface PackDelta {
  format: 1;
  /** Number of the pack it continues; 0: none is needed. */
  from: number;
  header: JsonObject;
  /** The members of the next pack that are not as they were. */
  set: Partial<Omit<PackPayload, 'root_statement' | 'trust_list' | 'status_lists'>> & {
    root_statement?: string | OpenJws;
    trust_list?: string | OpenJws;
    status_lists: StatusListDelta[];
  };
  /** Of the pack it leads to. */
  signature: string;
}

/** All lists of a pack together; what is not yet proved genuine may not cost a phone its memory. */
const maxEntriesTogether = 2 ** 28;

const packTyp = 'onecert-pack+jwt';

const part = (value: unknown): string =>
  base64url.encode(new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value)));

const joinJws = ({ header, payload, signature }: OpenJws): string =>
  `${part(header)}.${part(payload)}.${signature}`;

/** The JWS in parts, or as it is where writing the parts again would not give the same text. */
export const takeApart = (jws: string): OpenJws | string => {
  const [header, payload, signature] = jws.split('.') as [string, string, string];
  const read = (text: string) => JSON.parse(new TextDecoder().decode(base64url.decode(text))) as JsonObject;
  const open = { header: read(header), payload: read(payload), signature };
  return joinJws(open) === jws ? open : jws;
};

/** The list after its delta; undefined when the two do not fit. */
const nextList = (
  { changes, ...members }: StatusListDelta,
  base: PackStatusList | undefined,
): PackStatusList | undefined => {
  const list = { ...base, ...members } as PackStatusList;
  if (changes === undefined) return base && list;
  const bytes = decodeBase64url(changes);
  const before = base && decodeBase64url(base.lst);
  const since = base && before && readChanges(before, base.size);
  const bits = bytes && (!base || since) && readChanges(bytes, list.size, since || undefined);
  return bits && { ...list, lst: base64url.encode(writeChanges(bits)) };
};

const joined = (value: string | OpenJws): string => (typeof value === 'string' ? value : joinJws(value));

/** The text of the pack a delta leads to, not yet judged. */
const writeNext = (text: string, base: string | undefined): string | undefined => {
  const delta = parseStrictJson(text, maxPackLength) as unknown as PackDelta | undefined;
  if (delta?.format !== 1 || !isObject(delta.set) || !Array.isArray(delta.set.status_lists)) return undefined;
  const held = delta.from !== 0 && base !== undefined ? parseJws(base, packTyp, maxPackLength) : undefined;
  const before = held && asPack(held.payload);
  const fits = delta.from === 0 || (before?.format === 2 && before.number === delta.from);
  if (!fits) return undefined;
  const { status_lists, root_statement, trust_list } = delta.set;
  const bases = new Map(before?.status_lists.map((each) => [each.list, each]));
  const sizeOf = ({ list, size = bases.get(list)?.size ?? 1 }: StatusListDelta) => Math.max(size, 1);
  const entries = status_lists.reduce((sum, each) => sum + sizeOf(each), 0);
  if (!(entries <= maxEntriesTogether)) return undefined;
  const lists = status_lists.map((each) => nextList(each, bases.get(each.list)));
  if (lists.includes(undefined)) return undefined;
  // Members keep the place they had; new ones come behind, in their order.
  const payload = {
    ...before,
    ...delta.set,
    ...(root_statement === undefined ? {} : { root_statement: joined(root_statement) }),
    ...(trust_list === undefined ? {} : { trust_list: joined(trust_list) }),
    status_lists: lists,
  } as PackPayload;
  if (before && (payload.number < before.number || payload.iat < before.iat)) return undefined;
  return joinJws({
    header: delta.header,
    payload: payload as unknown as JsonObject,
    signature: delta.signature,
  });
};

/**
 * Opens the pack that a delta makes of the held one; without `base` only a whole one will do. On a verdict (interrupted,
 * rolled back, by another key, for another pack) the held pack stays in use. `jws` is what to keep from now on.
 */
export const applyDelta = async (
  delta: string,
  base: string | undefined,
  options: OpenPackOptions,
): Promise<(OpenedPack & { jws: string }) | { verdict: Verdict }> => {
  let jws: string | undefined;
  try {
    jws = writeNext(delta, base);
  } catch {
    // Of another shape than a delta's: refused like any that does not fit.
  }
  if (jws === undefined)
    return { verdict: verdict('pack_invalid', { checks: [{ name: 'delta-fits', ok: false }] }) };
  const opened = await openPack(jws, options);
  return 'verdict' in opened ? opened : { ...opened, jws };
};
