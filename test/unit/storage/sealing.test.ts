import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { keyedHash, seal, unseal } from '../../../src/storage/sealing.ts';

const key = randomBytes(32);
const context = ['people', 'p1', 'name'];

describe('sealed values', () => {
  it('open with the same key and context only (property)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const sealed = seal(key, JSON.stringify(text), context);
        expect(JSON.parse(unseal(key, sealed, context).toString())).toBe(text);
        expect(() => unseal(randomBytes(32), sealed, context)).toThrow('does not open');
        for (const other of [
          ['people', 'p2', 'name'],
          ['people', 'p1', 'note'],
          ['people', 'p1,name'],
        ]) {
          expect(() => unseal(key, sealed, other)).toThrow('does not open');
        }
      }),
      { numRuns: 50 },
    );
  });

  it('refuse every changed byte and every cut', () => {
    const sealed = Buffer.from(seal(key, 'value', context), 'base64url');
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at]! ^= 1;
      expect(() => unseal(key, changed.toString('base64url'), context)).toThrow(/does not open|malformed/);
      expect(() => unseal(key, sealed.subarray(0, at).toString('base64url'), context)).toThrow();
    }
  });

  it('never repeat for the same text', () => {
    expect(seal(key, 'value', context)).not.toBe(seal(key, 'value', context));
  });

  it('keep the parts of a keyed hash apart', () => {
    expect(keyedHash(key, ['a', 'bc'])).not.toBe(keyedHash(key, ['ab', 'c']));
    expect(keyedHash(key, ['a', 'b'])).toBe(keyedHash(key, ['a', 'b']));
    expect(keyedHash(randomBytes(32), ['a', 'b'])).not.toBe(keyedHash(key, ['a', 'b']));
  });
});
