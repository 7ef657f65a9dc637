import { Buffer } from 'node:buffer';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { base45Decode, type Trusted, verify } from '../../../src/verifier/core/index.ts';
import { issuerSignedOf, mdocType, textOf } from './make-mdoc.ts';
import { inPlaceOf, showCodeOfPayload, slipOfPayload } from './sign-again.ts';
import { createTestProvince, fields, now, type TestProvince } from './test-province.ts';

const name = Buffer.from(fields.name);
/** As long as the name, and no UTF-8, or the same text to a reader that drops the mark. */
const odd: [string, Uint8Array][] = [
  ['a byte that begins nothing', Uint8Array.of(0xff, 0xbc, 0xa0, 0xe4, 0xb8, 0x89)],
  ['a character cut short', Uint8Array.of(0xe5, 0xbc, 0x41, 0xe4, 0xb8, 0x89)],
  ['an overlong spelling', Uint8Array.of(0xc0, 0xaf, 0x41, 0xe4, 0xb8, 0x89)],
  ['a surrogate', Uint8Array.of(0xed, 0xa0, 0x80, 0xe4, 0xb8, 0x89)],
  ['a byte order mark before it', Uint8Array.of(0xef, 0xbb, 0xbf, 0xe4, 0xb8, 0x89)],
];

describe('security (c) 35: text that reads in more ways than one', () => {
  let province: TestProvince;
  let trusted: Trusted;
  let slip: Uint8Array;
  beforeAll(async () => {
    province = await createTestProvince();
    trusted = await province.trustedWith({
      pack: (payload) => {
        province.withSlips(payload);
        payload.types[0]!.mdoc = mdocType.mdoc;
      },
    });
    slip = base45Decode((await province.slipOf()).slice(4))!;
  });
  const codeOf = async (text: string) => (await verify(text, trusted, { now })).code;
  const same = (payload: Uint8Array) => payload;

  it.each(odd)('%s is malformed in a show code, a slip and an mdoc, whoever signed it', async (_, text) => {
    const changed = (payload: Uint8Array) => inPlaceOf(payload, name, text);
    expect(await codeOf(await showCodeOfPayload(province, same))).toBe('valid');
    expect(await codeOf(await showCodeOfPayload(province, changed))).toBe('malformed');
    expect(await codeOf(await slipOfPayload(province, slip, same))).toBe('valid');
    expect(await codeOf(await slipOfPayload(province, slip, changed))).toBe('malformed');
    const mdoc = textOf(await issuerSignedOf(province));
    expect(await codeOf(mdoc)).toBe('valid');
    const bytes = inPlaceOf(Buffer.from(mdoc, 'base64url'), name, text);
    expect(await codeOf(Buffer.from(bytes).toString('base64url'))).toBe('malformed');
  });
});
