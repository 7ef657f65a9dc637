/** JSON without the room JSON leaves: no repeated names, no depth bombs, no numbers or text that change in reading. */
import { decode } from 'cborg/json';

export type JsonObject = Record<string, unknown>;

const maxDepth = 64;

/** The object a text holds, or undefined. */
export const parseStrictJson = (text: string, maxLength = 1_048_576): JsonObject | undefined => {
  // The depth is looked at first: the parsers below recurse.
  if (text.length > maxLength || depthOf(text) > maxDepth) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    // JSON.parse keeps the last of two equal names; this one refuses them (RFC 8259 §4).
    decode(new TextEncoder().encode(text), { rejectDuplicateMapKeys: true });
    return isObject(value) && isExact(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const depthOf = (text: string): number => {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i];
    if (quoted) {
      if (character === '\\') i += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth);
    else if (character === '}' || character === ']') depth -= 1;
  }
  return deepest;
};

// `1e400` reads as Infinity, a lone surrogate is hashed as U+FFFD, and `__proto__` is a name only to JSON.
const isExact = (value: unknown): boolean => {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value === 'string') return !/\p{Surrogate}/u.test(value);
  if (Array.isArray(value)) return value.every(isExact);
  if (!isObject(value)) return true;
  return Object.entries(value).every(
    ([name, each]) => name !== '__proto__' && isExact(name) && isExact(each),
  );
};
