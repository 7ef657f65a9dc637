import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from '../../../src/audit/canonical-json.ts';

describe('canonical JSON (RFC 8785)', () => {
  it('sorts members by UTF-16 code units and writes no white space', () => {
    // RFC 8785 §3.2.3: the sorting example, in its order of names.
    const names = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'];
    const mixed = Object.fromEntries([...names].reverse().map((name, i) => [name, i]));
    expect(Object.keys(JSON.parse(canonicalJson(mixed))).filter((name) => name !== '1')).toEqual(
      names.filter((name) => name !== '1'),
    );
    expect(canonicalJson({ b: [1, { d: null, c: true }], a: '' })).toBe(
      '{"a":"","b":[1,{"c":true,"d":null}]}',
    );
  });

  it('writes numbers and strings as ECMAScript does', () => {
    expect(canonicalJson([1e21, 1e-7, -0, 4.5, 333333333.3333333])).toBe(
      '[1e+21,1e-7,0,4.5,333333333.3333333]',
    );
    expect(canonicalJson('\u20ac$\u000f\nA\'B"\\\\"/')).toBe('"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"');
  });

  it('refuses what JSON cannot carry exactly', () => {
    for (const value of [
      undefined,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      '\ud800',
      1n,
      () => 1,
      new Date(0),
      { a: undefined },
    ]) {
      expect(() => canonicalJson(value)).toThrow(TypeError);
    }
  });

  it('gives one text for one value, whatever the order of its members', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(canonicalJson(reversed(value))).toBe(text);
      }),
      { numRuns: 200 },
    );
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  );
}
