/** CBOR (RFC 8949) as our formats allow it: shortest, definite lengths; no float and no repeated key. */
import { decode, Tagged, type Token, Tokenizer, Type } from 'cborg';
import type { DecodeTokenizer } from 'cborg/interface';

const options = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowBigInt: false,
  useMaps: true,
  rejectDuplicateMapKeys: true,
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
