/** Whatever is wrong with a status entry or its list, the answer is never "valid"; the signatures fit. */
import { deflateSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Trusted, verify } from '../../../src/verifier/core/index.ts';
import { issuerSignedOf, mdocType, textOf } from './make-mdoc.ts';
import {
  baseUrl,
  createTestProvince,
  day,
  goodIndex,
  listSize,
  now,
  type PackChanges,
  revokedIndex,
  type TestProvince,
} from './test-province.ts';

let province: TestProvince;
let trusted: Trusted;
let credential: Record<string, unknown>;

/** The type as an mdoc and on slips, too. */
const trustedWith = (changes: PackChanges = {}) =>
  province.trustedWith({
    ...changes,
    pack: (payload) => {
      payload.types = [structuredClone(mdocType)];
      province.withSlips(payload);
      changes.pack?.(payload);
    },
  });

beforeAll(async () => {
  province = await createTestProvince();
  trusted = await trustedWith();
  credential = await province.ldpVcOf();
});

const codeOf = async (text: string, options: object = {}, by: Trusted = trusted): Promise<string> =>
  (await verify(text, by, { now, ...options })).code;

describe('security (b) Status list fail-open', () => {
  const formats: [string, (index: number) => Promise<string>][] = [
    ['SD-JWT VC', (index) => province.sdJwtOf({}, { index })],
    ['W3C VC', async (index) => JSON.stringify(await province.ldpVcOf({}, { index }))],
    [
      'W3C VC, ecdsa-rdfc-2019',
      async (index) => JSON.stringify(await province.ldpVcOf({}, { index, signer: province.keys.police })),
    ],
    ['ISO mdoc', async (index) => textOf(await issuerSignedOf(province, { index }))],
    ['slip', (index) => province.slipOf({ status: { list: 1, index } })],
    ['show code', (index) => province.showCodeOf({ status: { list: 1, index } })],
  ];

  it.each(formats)(
    '%s: no answer, an index past the end, a list of somebody else: unknown, never valid',
    async (_, make) => {
      expect(await codeOf(await make(goodIndex))).toBe('valid');
      expect(await codeOf(await make(listSize))).toBe('status_unknown');
      for (const statusOf of [() => undefined, () => ({ status: undefined as never, asOf: now, list: 1 })])
        expect(await codeOf(await make(goodIndex), {}, { ...trusted, statusOf })).toBe('status_unknown');
      const elsewhere = await trustedWith({
        pack: ({ status_lists: [list] }) =>
          Object.assign(list!, {
            list: 2,
            uri: 'https://other.example/status/1',
            revocation_url: 'https://other.example/status/1/revocation',
            suspension_url: 'https://other.example/status/1/suspension',
          }),
      });
      expect(await codeOf(await make(goodIndex), {}, elsewhere)).toBe('status_unknown');
      const none = await trustedWith({
        pack: (payload) => Object.assign(payload, { status_lists: [] }),
      });
      expect(await codeOf(await make(goodIndex), {}, none)).toBe('status_unknown');
    },
  );

  it.each(formats)('%s: a shorter list knows nothing of the entries it does not hold', async (_, make) => {
    const short = await trustedWith({
      pack: ({ status_lists: [list] }) =>
        Object.assign(list!, { size: 64, lst: deflateSync(Buffer.alloc(16)).toString('base64url') }),
    });
    expect(await codeOf(await make(63), {}, short)).toBe('valid');
    expect(await codeOf(await make(64), {}, short)).toBe('status_unknown');
    expect(await codeOf(await make(goodIndex), {}, short)).toBe('status_unknown');
  });

  it.each(formats)('%s: a stale list says no more than what it says against the holder', async (_, make) => {
    const old = await trustedWith({
      pack: ({ status_lists: [list] }) => Object.assign(list!, { iat: now - day - 1 }),
    });
    expect(await codeOf(await make(goodIndex), {}, old)).toBe('stale_pack');
    expect(await codeOf(await make(revokedIndex), {}, old)).toBe('revoked');
    const future = await trustedWith({
      pack: ({ status_lists: [list] }) => Object.assign(list!, { iat: now + 301 }),
    });
    expect(await codeOf(await make(goodIndex), {}, future)).toBe('clock_wrong');
  });

  it.each([
    ['-1', 'malformed'],
    ['131072', 'status_unknown'],
    ['999999999', 'status_unknown'],
    ['9999999999', 'malformed'],
    ['1e3', 'malformed'],
    ['0x10', 'malformed'],
    ['010', 'malformed'],
    ['1.5', 'malformed'],
    [' 7', 'malformed'],
    ['\u0661', 'malformed'],
    ['', 'malformed'],
  ])('a W3C credential whose index is %j is %s, though it is signed', async (statusListIndex, code) => {
    const credentialStatus = (credential.credentialStatus as object[]).map((entry) => ({
      ...entry,
      statusListIndex,
    }));
    expect(await codeOf(JSON.stringify(await province.ldpVcOf({ credentialStatus })))).toBe(code);
  });

  it.each(['message', 'refresh', 'revocation '])(
    'a status of purpose %j counts for none of ours',
    async (statusPurpose) => {
      const [revocation, suspension] = credential.credentialStatus as Record<string, string>[];
      for (const credentialStatus of [
        [{ ...revocation, statusPurpose }, suspension],
        [revocation, { ...suspension, statusPurpose }],
        [revocation, revocation],
        [suspension, suspension],
      ])
        expect(await codeOf(JSON.stringify(await province.ldpVcOf({ credentialStatus })))).toBe('malformed');
    },
  );

  it.each([-1, 1.5, 2 ** 53, '7', null])('an SD-JWT VC whose index is %j is unknown', async (idx) => {
    const status = { status_list: { idx, uri: `${baseUrl}/status/1` } };
    expect(await codeOf(await province.sdJwtOf({ status }))).toBe('status_unknown');
  });
});
