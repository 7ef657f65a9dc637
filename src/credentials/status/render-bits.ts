import { createHash } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import type { StatusBits } from './status-table.ts';

/** Token Status List §4.1: 2 bits an entry, entry 0 in the least significant bits of byte 0; zlib, base64url. */
export const renderTokenList = ({ bits }: StatusBits): string =>
  deflateSync(bits, { level: 9 }).toString('base64url');

/** Renders a list again only when its bits changed: compressing one costs tens of milliseconds, looking at it none. */
export const renderOnChange = (render: (bits: StatusBits) => string): ((bits: StatusBits) => string) => {
  const kept = new Map<number, { bitsHash: string; text: string }>();
  return (bits) => {
    const bitsHash = createHash('sha256').update(bits.bits).digest('base64url');
    const known = kept.get(bits.list);
    if (known?.bitsHash === bitsHash) return known.text;
    const text = render(bits);
    kept.set(bits.list, { bitsHash, text });
    return text;
  };
};

/** 1 bit an entry, entry 0 in the MOST significant bit of byte 0 (Bitstring Status List 1.0). */
export const toBitstring = ({ bits, size }: StatusBits, purpose: 'revocation' | 'suspension'): Uint8Array => {
  const wanted = purpose === 'revocation' ? 1 : 2;
  const string = new Uint8Array(size / 8);
  for (let byte = 0; byte < bits.length; byte += 1) {
    if (bits[byte] === 0) continue; // nearly all of a list
    for (let slot = 0; slot < 4; slot += 1) {
      const index = byte * 4 + slot;
      if (((bits[byte]! >> (slot * 2)) & 3) === wanted) string[index >> 3]! |= 0x80 >> (index & 7);
    }
  }
  return string;
};

/** Multibase base64url of the gzipped bitstring. */
export const renderBitstring = (bits: StatusBits, purpose: 'revocation' | 'suspension'): string =>
  `u${gzipSync(toBitstring(bits, purpose), { level: 9 }).toString('base64url')}`;
