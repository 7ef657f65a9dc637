/** CBOR (RFC 8949) as the show code allows it: shortest, definite lengths; no float, tag, null or repeated key. */
import { decode, Tokenizer, Type } from 'cborg';
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

/** Throws on anything else; the caller answers `malformed`. */
export const decodeStrictCbor = (bytes: Uint8Array): unknown => {
  const inner = new Tokenizer(bytes, options);
  const tokenizer: DecodeTokenizer = {
    done: () => inner.done(),
    pos: () => inner.pos(),
    next: () => {
      const token = inner.next();
      // A float would pass for the integer it equals (RFC 8949 §5.6.1), so that one view had several spellings.
      if (!allowed.has(token.type)) throw new TypeError(`CBOR ${token.type.name} not allowed`);
      return token;
    },
  };
  return decode(bytes, { ...options, tokenizer });
};

/** The value as a map whose keys are integers from these and no others. */
export const mapWithKeys = (
  value: unknown,
  required: number[],
  optional: number[] = [],
): Map<number, unknown> | undefined => {
  if (!(value instanceof Map)) return undefined;
  if (required.some((key) => !value.has(key))) return undefined;
  for (const key of value.keys()) if (!required.includes(key) && !optional.includes(key)) return undefined;
  return value;
};
