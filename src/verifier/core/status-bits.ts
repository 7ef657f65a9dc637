/** A pack's status list of format 1: inflated with a cap, read two bits an entry (Token Status List §4.1). */
import { ownBytes } from './crypto.ts';
import { decodeBase64url } from './jws.ts';
import { maxEntries } from './status-changes.ts';
import type { StatusAnswer } from './trusted.ts';

const states = ['valid', 'invalid', 'suspended', undefined] as const;

/** The bytes of a list, or undefined when they are not exactly what `size` says. */
export const inflateStatusList = async (lst: string, size: number): Promise<Uint8Array | undefined> => {
  const compressed = decodeBase64url(lst);
  if (!compressed || !Number.isSafeInteger(size) || size < 1 || size > maxEntries) return undefined;
  const bytes = new Uint8Array(Math.ceil(size / 4));
  let length = 0;
  try {
    // 'deflate' is the zlib format (RFC 1950) in the Compression Standard.
    const reader = new Blob([ownBytes(compressed)])
      .stream()
      .pipeThrough(new DecompressionStream('deflate'))
      .getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      if (length + part.value.length > bytes.length) {
        await reader.cancel();
        return undefined;
      }
      bytes.set(part.value, length);
      length += part.value.length;
    }
  } catch {
    return undefined;
  }
  return length === bytes.length ? bytes : undefined;
};

/** Undefined outside the list, and for the fourth state, which nobody has defined. */
export const statusAt = (
  bits: Uint8Array,
  size: number,
  index: number,
): StatusAnswer['status'] | undefined => {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) return undefined;
  return states[(bits[index >> 2]! >> ((index & 3) * 2)) & 3];
};
