import { describe, expect, it } from '@jest/globals';
import { encode } from 'cborg';
import {
  base45Decode,
  base45Encode,
  contextDigest,
  createReplayMemory,
  staticContexts,
  titleOf,
  verdict,
  verdictCodes,
} from '../../../src/verifier/core/index.ts';
import { decompressPoint } from '../../../src/verifier/core/p256.ts';
import { decodeStrictCbor } from '../../../src/verifier/core/strict-cbor.ts';
import { parseStrictJson } from '../../../src/verifier/core/strict-json.ts';
import { makeKey } from './test-province.ts';

describe('the words of a verdict', () => {
  it.each(verdictCodes)(
    '%s has a sentence and an advice in both languages, short enough for a screen',
    (code) => {
      const { sentence, advice, outcome } = verdict(code);
      expect(['valid', 'check', 'not_valid']).toContain(outcome);
      for (const { zh, en } of [sentence, advice]) {
        expect(zh).toMatch(/^[^a-zA-Z_]+。$/);
        expect(en).toMatch(/^[A-Z][^_]+\.$/);
        expect(zh.length).toBeLessThanOrEqual(40);
        expect(en.length).toBeLessThanOrEqual(110);
      }
    },
  );

  it('says 有效, 注意 or 无效 first, and only `valid` is 有效', () => {
    expect([titleOf('valid').zh, titleOf('check').zh, titleOf('not_valid').zh]).toEqual([
      '有效',
      '注意',
      '无效',
    ]);
    expect(verdictCodes.filter((code) => verdict(code).outcome === 'valid')).toEqual(['valid']);
    expect(verdict('valid').sentence).toEqual({ zh: '证照有效。', en: 'Certificate valid.' });
  });
});

describe('Base45', () => {
  it.each([
    ['AB', 'BB8'],
    ['Hello!!', '%69 VD92EX0'],
    ['base-45', 'UJCLQE7W581'],
    ['ietf!', 'QED8WEX0'],
  ])('writes and reads %s as RFC 9285 §4.3 and §4.4 do', (text, encoded) => {
    expect(base45Encode(new TextEncoder().encode(text))).toBe(encoded);
    expect(new TextDecoder().decode(base45Decode(encoded))).toBe(text);
  });

  it.each(['A', 'GGW', '::', 'bb8', 'AB\n', 'é00', ':::'])('refuses %j', (text) => {
    expect(base45Decode(text)).toBeUndefined();
  });
});

describe('strict CBOR', () => {
  it.each([
    ['an indefinite array', '9f01ff'],
    ['an indefinite map', 'bf0102ff'],
    ['an indefinite byte string', '5f4101ff'],
    ['a repeated key', 'a201020103'],
    ['a long integer', '1800'],
    ['a long length', '580141'],
    ['a float', 'f90000'],
    ['an integer as float', 'fb3ff0000000000000'],
    ['a tag', 'd28400'],
    ['null', 'f6'],
    ['undefined', 'f7'],
    ['a simple value', 'f820'],
    ['a 64-bit integer', '1bffffffffffffffff'],
    ['bytes behind it', '0101'],
    ['nothing', ''],
    ['too little', '8401'],
  ])('refuses %s', (_, hex) => {
    expect(() => decodeStrictCbor(Buffer.from(hex, 'hex'))).toThrow();
  });

  it('reads integers, texts, bytes, booleans, arrays and maps', () => {
    const value = new Map<unknown, unknown>([[1, [true, '张三', -65537]]]);
    expect(decodeStrictCbor(encode(value))).toEqual(value);
  });
});

describe('strict JSON', () => {
  it('reads objects, and nothing deeper than 64', () => {
    expect(parseStrictJson('{"a":[1,{"b":"}{"}]}')).toEqual({ a: [1, { b: '}{' }] });
    expect(parseStrictJson(`{"a":${'['.repeat(63)}${']'.repeat(63)}}`)).toBeDefined();
    expect(parseStrictJson(`{"a":${'['.repeat(64)}${']'.repeat(64)}}`)).toBeUndefined();
    for (const text of ['[]', '1', 'null', '"x"', '', '{"a":1,"a":1}', '{"a":-1e999}'])
      expect(parseStrictJson(text)).toBeUndefined();
  });
});

it('a compressed point gives its key back, and no point that is not on the curve', async () => {
  for (let i = 0; i < 8; i += 1) {
    const { x, y } = (await makeKey('ES256')).publicJwk;
    const odd = (Buffer.from(y!, 'base64url')[31]! & 1) === 1;
    expect(decompressPoint(Buffer.from(x!, 'base64url'), odd)).toEqual({ kty: 'EC', crv: 'P-256', x, y });
  }
  expect(decompressPoint(new Uint8Array(32).fill(255), true)).toBeUndefined();
  expect(decompressPoint(new Uint8Array(31), true)).toBeUndefined();
  const onCurve = Array.from({ length: 64 }, (_, i) => decompressPoint(new Uint8Array(32).fill(i), true));
  expect(onCurve).toContain(undefined);
});

it('the replay memory forgets what has expired and never grows past its size', () => {
  let now = 0;
  const seen = createReplayMemory(() => now, 2);
  expect([seen.add('a', 10), seen.add('a', 10), seen.add('b', 20)]).toEqual([true, false, true]);
  now = 15;
  expect([seen.add('c', 30), seen.add('b', 20), seen.add('a', 40)]).toEqual([true, false, true]);
});

it('the contexts of the build are the data model’s, with the digest a pack carries', async () => {
  const [[url, { sha256, document }]] = Object.entries(await staticContexts()) as [
    [string, { sha256: string; document: object }],
  ];
  expect(url).toBe('https://www.w3.org/ns/credentials/v2');
  expect(sha256).toBe(await contextDigest(document));
});
