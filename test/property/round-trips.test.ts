/** What is written is read back as it was: views, codes, packs, status lists, canonical forms. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalBytes, createDocumentSigner } from '../../src/credentials/formats/data-integrity.ts';
import { renderBitstring, renderTokenList, toBitstring } from '../../src/credentials/status/render-bits.ts';
import { decodeSign1 } from '../../src/verifier/core/cose.ts';
import {
  makeShowCode,
  openPack,
  type PackPayload,
  staticContexts,
  type ViewClaims,
  viewToBeSigned,
} from '../../src/verifier/core/index.ts';
import { parseShowing, parseView } from '../../src/verifier/core/show-code.ts';
import { parseSlip, type SlipClaims, slipToBeSigned } from '../../src/verifier/core/slip.ts';
import { inflateStatusList, statusAt } from '../../src/verifier/core/status-bits.ts';
import {
  contextUrl,
  createTestProvince,
  holderKeyOf,
  iso,
  now,
  type TestProvince,
  typeContext,
} from '../unit/verifier/test-province.ts';
import { reordered } from './json-edits.ts';

let province: TestProvince;
beforeAll(async () => {
  province = await createTestProvince();
});

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const count = fc.nat(2 ** 31 - 1);
const text = fc.string({ unit: 'grapheme', maxLength: 30 });
const later = fc.integer({ min: 1, max: 253_402_300_799 });

describe('parse(serialise(x)) = x', () => {
  it('for a view and the showing round it', async () => {
    const claims = fc.record({
      view: count,
      cti: bytes(8),
      nbf: later,
      exp: later,
      status: fc.record({ list: count, index: count }),
      values: fc.dictionary(
        fc.integer({ min: 2, max: 200 }).map(String),
        fc.oneof(text, count, fc.boolean()),
        {
          maxKeys: 8,
        },
      ),
    });
    const nonces = fc.option(bytes(8), { nil: undefined });
    const { kid, publicJwk } = province.keys.device;
    const key = await holderKeyOf(province.keys.device);
    await fc.assert(
      fc.asyncProperty(claims, later, nonces, async (of, iat, nonce) => {
        const { assemble } = viewToBeSigned({ ...(of as ViewClaims), deviceKey: publicJwk }, kid);
        const view = assemble(new Uint8Array(64).fill(7));
        const values = Object.entries(of.values).map(
          ([name, value]) =>
            [Number(name), typeof value === 'string' ? value.normalize('NFC') : value] as const,
        );
        const { x, y } = publicJwk;
        const { view: number, ...same } = of;
        const expected = {
          ...same,
          number,
          values: new Map(values),
          deviceKey: { kty: 'EC', crv: 'P-256', x, y },
        };
        expect(parseView(decodeSign1(view)!)).toMatchObject(expected);

        const showing = parseShowing(await makeShowCode(view, key, { iat, nonce }))!;
        expect([showing.iat, showing.cnonce]).toEqual([iat, nonce]);
        expect(parseView(showing.view)).toMatchObject(expected);
      }),
      { numRuns: 100 },
    );
  });

  it('for a slip', () => {
    const claims = fc.record({
      view: count,
      iat: later,
      exp: later,
      status: fc.record({ list: count, index: count }),
      identifier: fc.stringMatching(/^[0-9A-Z]{1,32}\.\d{3}\.[0-9A-Z]$/),
      values: fc.dictionary(
        fc.integer({ min: 2, max: 200 }).map(String),
        fc.oneof(text, count, fc.boolean()),
        {
          maxKeys: 8,
        },
      ),
    });
    fc.assert(
      fc.property(claims, (of) => {
        const { assemble } = slipToBeSigned(of as SlipClaims, province.keys.police.kid);
        const { view: number, values, ...same } = of;
        expect(parseSlip(assemble(new Uint8Array(64).fill(7)))).toMatchObject({
          ...same,
          number,
          values: new Map(Object.entries(values).map(([key, value]) => [Number(key), value])),
        });
      }),
    );
  });

  it('for a pack', async () => {
    const payload = fc.record({
      number: fc.integer({ min: 1, max: 2 ** 40 }),
      iat: fc.integer({ min: now - 86_400, max: now }),
      iss: fc.webUrl(),
      name: fc.record({ zh: text, en: text }),
    });
    await fc.assert(
      fc.asyncProperty(payload, async ({ name, ...change }) => {
        let written: PackPayload | undefined;
        const pack = await province.packOf({
          pack: (all) => {
            Object.assign(all, change);
            all.types[0]!.name = name;
            written = structuredClone(all);
          },
        });
        const opened = await openPack(pack, { root: province.keys.root.publicJwk, now });
        expect('payload' in opened && opened.payload).toEqual(written);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a status list', () => {
  const tables = fc.array(fc.constantFrom(0, 1, 2), { minLength: 4, maxLength: 400 });
  const bitsOf = (table: readonly number[]) => {
    const bits = new Uint8Array(Math.ceil(table.length / 4));
    for (const [index, state] of table.entries()) bits[index >> 2]! |= state << ((index & 3) * 2);
    return bits;
  };
  const states = ['valid', 'invalid', 'suspended'];

  it('is read back entry by entry, whatever stands next to it, and ends where it ends', async () => {
    await fc.assert(
      fc.asyncProperty(tables, async (table) => {
        const size = table.length;
        const lst = renderTokenList({ list: 1, size, bits: bitsOf(table), readAt: now });
        const bits = (await inflateStatusList(lst, size))!;
        expect(table.map((_, index) => statusAt(bits, size, index))).toEqual(
          table.map((state) => states[state]),
        );
        expect([-1, size, size + 3].map((index) => statusAt(bits, size, index))).toEqual([
          undefined,
          undefined,
          undefined,
        ]);
      }),
      { numRuns: 100 },
    );
  });

  it('changed in one entry is the same in every other, in all three renderings', () => {
    const eight = tables.map((table) => [...table, ...new Array(8 - (table.length % 8)).fill(0)]);
    fc.assert(
      fc.property(eight, fc.nat(), fc.constantFrom(0, 1, 2), (table, at, state) => {
        const index = at % table.length;
        const size = table.length;
        const [before, after] = [table, table.with(index, state)].map((each) => {
          const of = { list: 1, size, bits: bitsOf(each), readAt: now };
          return {
            ...of,
            revocation: toBitstring(of, 'revocation'),
            suspension: toBitstring(of, 'suspension'),
          };
        });
        const moved = (a: Uint8Array, b: Uint8Array, width: number, mask: number) =>
          a.every(
            (byte, i) => ((byte ^ b[i]!) & (i === Math.floor(index / width) ? ~mask & 0xff : 0xff)) === 0,
          );
        expect(moved(before!.bits, after!.bits, 4, 3 << ((index & 3) * 2))).toBe(true);
        for (const purpose of ['revocation', 'suspension'] as const)
          expect(moved(before![purpose], after![purpose], 8, 0x80 >> (index & 7))).toBe(true);
        // Neither bit says valid, one says which of the two it is: the renderings cannot disagree.
        for (let i = 0; i < size; i += 1) {
          const set = (string: Uint8Array) => (string[i >> 3]! >> (7 - (i & 7))) & 1;
          expect(set(after!.revocation) + 2 * set(after!.suspension)).toBe(table.with(index, state)[i]);
        }
        expect(renderBitstring(after!, 'revocation') === renderBitstring(before!, 'revocation')).toBe(
          (table[index] === 1) === (state === 1),
        );
      }),
      { numRuns: 100 },
    );
  });
});

describe('the bytes under a proof', () => {
  const loadContext = async (url: string) => {
    const document = url === contextUrl ? typeContext : (await staticContexts())[url]?.document;
    if (!document) throw new Error(url);
    return { contextUrl: null, documentUrl: url, document };
  };
  const terms = {
    verificationMethod: 'did:web:zj.example:issuers:zj-police#k',
    created: iso(now),
  };

  it('are those of the finished document, whatever order its members have and however often it is canonised', async () => {
    const { proof: _, ...document } = await province.ldpVcOf();
    const sign = createDocumentSigner(loadContext);
    const subjects = fc.record({
      name: text,
      licence_number: fc.string({ unit: 'binary', maxLength: 20 }),
      authority: fc.string({
        unit: fc.constantFrom(...'"\\\n\r\t\b\f\u007f\u0000\u2028\u{1f303}a'),
        maxLength: 12,
      }),
      organ_donor: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(subjects, async (subject) => {
        // A lone surrogate has no UTF-8; the verifier refuses it before.
        fc.pre(!/\p{Surrogate}/u.test(Object.values(subject).join()));
        const credentialSubject = { ...(document.credentialSubject as object), ...subject };
        const { toBeSigned, assemble } = await sign({ ...document, credentialSubject }, terms);
        const signed = await assemble(new Uint8Array(64).fill(7));
        const turned = reordered(signed, (names) => names.toReversed()) as Record<string, unknown>;
        for (const each of [signed, turned, JSON.parse(JSON.stringify(turned))])
          expect(Buffer.from(await canonicalBytes(each, loadContext)).equals(Buffer.from(toBeSigned))).toBe(
            true,
          );
      }),
      { numRuns: 60 },
    );
  });
});
