import { gunzipSync, inflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  renderBitstring,
  renderOnChange,
  renderTokenList,
  toBitstring,
} from '../../../src/credentials/status/render-bits.ts';
import type { StatusBits } from '../../../src/credentials/status/status-table.ts';

const size = 131_072;

const bitsOf = (states: Record<number, 0 | 1 | 2>): StatusBits => {
  const bits = new Uint8Array(size / 4);
  for (const [index, state] of Object.entries(states))
    bits[Number(index) >> 2]! |= state << ((Number(index) & 3) * 2);
  return { list: 1, size, bits, readAt: 0 };
};

/** Reads back the way each specification says, without our code. */
const tokenState = (lst: string, index: number): number =>
  (inflateSync(Buffer.from(lst, 'base64url'))[Math.floor(index / 4)]! >> ((index % 4) * 2)) & 3;
const bitAt = (encoded: string, index: number): number =>
  (gunzipSync(Buffer.from(encoded.slice(1), 'base64url'))[Math.floor(index / 8)]! >> (7 - (index % 8))) & 1;

describe('one state table, two renderings', () => {
  // Token Status List packs from the least significant bit, Bitstring Status List from the most significant.
  it.each([
    [0, 0b0000_0001, 0, 0x80, 0],
    [1, 0b0000_0100, 0, 0x40, 0],
    [7, 0b0100_0000, 1, 0x01, 0],
    [8, 0b0000_0001, 2, 0x80, 1],
  ])(
    'entry %i revoked: the bits stand where each specification wants them',
    (index, byte, at, bit, bitAtByte) => {
      const bits = bitsOf({ [index]: 1 });
      const token = inflateSync(Buffer.from(renderTokenList(bits), 'base64url'));
      expect([token.length, token[at], token.reduce((sum, value) => sum + value, 0)]).toEqual([
        32_768,
        byte,
        byte,
      ]);
      const revoked = toBitstring(bits, 'revocation');
      expect([revoked.length, revoked[bitAtByte]]).toEqual([16_384, bit]);
      expect(toBitstring(bits, 'suspension').every((value) => value === 0)).toBe(true);
    },
  );

  it.each([
    [0, 0b0000_0010, 0, 0x80, 0],
    [1, 0b0000_1000, 0, 0x40, 0],
    [7, 0b1000_0000, 1, 0x01, 0],
    [8, 0b0000_0010, 2, 0x80, 1],
  ])(
    'entry %i suspended: the bits stand where each specification wants them',
    (index, byte, at, bit, bitAtByte) => {
      const bits = bitsOf({ [index]: 2 });
      expect(inflateSync(Buffer.from(renderTokenList(bits), 'base64url'))[at]).toBe(byte);
      expect(toBitstring(bits, 'suspension')[bitAtByte]).toBe(bit);
      expect(toBitstring(bits, 'revocation').every((value) => value === 0)).toBe(true);
    },
  );

  it('an encoded bitstring is multibase base64url of gzip', () => {
    expect(renderBitstring(bitsOf({}), 'revocation')).toMatch(/^uH4sI[\w-]+$/);
  });

  it('any table reads the same through all three renderings, and one entry moves no other', () => {
    const states = fc.dictionary(
      fc.integer({ min: 0, max: size - 1 }).map(String),
      fc.constantFrom(0 as const, 1 as const, 2 as const),
      { maxKeys: 40 },
    );
    fc.assert(
      fc.property(states, (table) => {
        const bits = bitsOf(table);
        const [token, revoked, suspended] = [
          renderTokenList(bits),
          renderBitstring(bits, 'revocation'),
          renderBitstring(bits, 'suspension'),
        ];
        const near = Object.keys(table).flatMap((index) => [
          Number(index) - 1,
          Number(index),
          Number(index) + 1,
        ]);
        return near
          .filter((index) => index >= 0 && index < size)
          .every((index) => {
            const state = table[index] ?? 0;
            return (
              tokenState(token, index) === state &&
              bitAt(revoked, index) === Number(state === 1) &&
              bitAt(suspended, index) === Number(state === 2)
            );
          });
      }),
      { numRuns: 15 },
    );
  });

  it('is compressed again only when a state changed, each list by itself', () => {
    let times = 0;
    const render = renderOnChange((bits) => {
      times += 1;
      return renderTokenList(bits);
    });
    const [first, second] = [bitsOf({ 5: 1 }), { ...bitsOf({ 6: 2 }), list: 2 }];
    for (let asked = 0; asked < 10; asked += 1) {
      expect(tokenState(render(first), 5)).toBe(1);
      expect(tokenState(render(second), 6)).toBe(2);
    }
    expect(times).toBe(2);
    expect(tokenState(render(bitsOf({ 5: 1, 7: 2 })), 7)).toBe(2);
    expect(tokenState(render(second), 6)).toBe(2);
    expect(times).toBe(3);
  });
});
