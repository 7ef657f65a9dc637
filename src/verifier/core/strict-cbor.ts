/** CBOR (RFC 8949) as our formats allow it: shortest, definite lengths, exact text; no float and no repeated key. */
import { decode, Tagged, type Token, Tokenizer, Type } from 'cborg';
import type { DecodeTokenizer } from 'cborg/interface';
import { sameBytes } from './crypto.ts';

const options = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowBigInt: false,
  useMaps: true,
  rejectDuplicateMapKeys: true,
  retainStringBytes: true,
};

const allowed = new Set([
  Type.uint,
  Type.negint,
  Type.bytes,
  Type.string,
  Type.array,
  Type.map,
  Type.true,
  Type.false,
]);

/** The decoder reads what is no UTF-8 as U+FFFD and drops a byte order mark: several spellings of one text. */
const isExactText = ({ type, value, byteValue }: Token): boolean =>
  type !== Type.string ||
  byteValue === undefined ||
  sameBytes(new TextEncoder().encode(value as string), byteValue);

/** What a format may have besides. */
export interface AlsoAllowed {
  /** Tags by number; they come back as `Tagged`. */
  tags?: readonly number[];
  nulls?: boolean;
}

/** Throws on anything else; the caller answers `malformed`. */
export const decodeStrictCbor = (
  bytes: Uint8Array,
  { tags = [], nulls = false }: AlsoAllowed = {},
): unknown => {
  const isAllowed = ({ type, value }: Token): boolean =>
    allowed.has(type) ||
    (type === Type.null && nulls) ||
    (type === Type.tag && tags.includes(value as number));
  const inner = new Tokenizer(bytes, options);
  const tokenizer: DecodeTokenizer = {
    done: () => inner.done(),
    pos: () => inner.pos(),
    next: () => {
      const token = inner.next();
      // A float would pass for the integer it equals (RFC 8949 §5.6.1), so that one view had several spellings.
      if (!isAllowed(token)) throw new TypeError(`CBOR ${token.type.name} not allowed`);
      if (!isExactText(token))
        throw new TypeError('CBOR text is not UTF-8, or begins with a byte order mark');
      return token;
    },
  };
  return decode(bytes, { ...options, tags: Tagged.preserve(...tags), tokenizer });
};

/** The value as a map with these keys and no others. */
export const mapWithKeys = <Key extends number | string>(
  value: unknown,
  required: readonly Key[],
  optional: readonly Key[] = [],
): Map<Key, unknown> | undefined => {
  if (!(value instanceof Map)) return undefined;
  if (required.some((key) => !value.has(key))) return undefined;
  for (const key of value.keys()) if (!required.includes(key) && !optional.includes(key)) return undefined;
  return value;
};
