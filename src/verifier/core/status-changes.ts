/**
 * Entries of a status list as the gaps between them: a list of format 2, and what changed in one. Each list of bits has one
 * such text, so that a device can write again the very pack that was signed (docs/show-code.md §7).
 */
import { ownBytes } from './crypto.ts';

/** 16 million entries, 4 MB: far above what one list holds, far below what a bomb wants. */
export const maxEntries = 2 ** 24;

const stateOf = (byte: number, slot: number): number => (byte >> (slot * 2)) & 3;

const writeNumber = (out: number[], value: number): void => {
  let rest = value;
  for (; rest > 127; rest >>>= 7) out.push((rest & 127) | 128);
  out.push(rest);
};

/**
 * For each of the states 0 to 3: how many entries took it since `since` (a list without one was all 0), then the gap before
 * each in ascending order, as little-endian base-128 numbers. The bits themselves where that would not be shorter.
 */
export const writeChanges = (bits: Uint8Array, since?: Uint8Array): Uint8Array => {
  const entries: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let byte = 0; byte < bits.length; byte += 1) {
    const [now, before] = [bits[byte]!, since?.[byte] ?? 0];
    if (now === before) continue;
    for (let slot = 0; slot < 4; slot += 1)
      if (stateOf(now, slot) !== stateOf(before, slot)) entries[stateOf(now, slot)]!.push(byte * 4 + slot);
  }
  const out: number[] = [];
  for (const indexes of entries) {
    writeNumber(out, indexes.length);
    indexes.forEach((index, at) => {
      writeNumber(out, at === 0 ? index : index - indexes[at - 1]! - 1);
    });
  }
  return out.length < bits.length ? Uint8Array.from(out) : bits;
};

/** The bits after these changes, or undefined when they are not exactly what a list of this size can have. */
export const readChanges = (
  changes: Uint8Array,
  size: number,
  since?: Uint8Array,
): Uint8Array | undefined => {
  if (!Number.isSafeInteger(size) || size < 1 || size > maxEntries) return undefined;
  const length = Math.ceil(size / 4);
  if (changes.length === length) return ownBytes(changes);
  if (changes.length > length || (since && since.length !== length)) return undefined;
  const bits = since ? ownBytes(since) : new Uint8Array(length);
  let at = 0;
  const readNumber = (): number => {
    for (let value = 0, shift = 0; shift <= 21; shift += 7) {
      const byte = changes[at];
      at += 1;
      if (byte === undefined) return Number.NaN;
      value |= (byte & 127) << shift;
      if (byte < 128) return byte === 0 && shift > 0 ? Number.NaN : value;
    }
    return Number.NaN;
  };
  for (let state = 0; state < 4; state += 1) {
    const count = readNumber();
    if (!(count <= size)) return undefined;
    for (let read = 0, index = -1; read < count; read += 1) {
      index += readNumber() + 1;
      if (!(index < size)) return undefined;
      const shift = (index & 3) * 2;
      bits[index >> 2] = (bits[index >> 2]! & ~(3 << shift)) | (state << shift);
    }
  }
  return at === changes.length ? bits : undefined;
};
