/** ISO mdocs: whatever is changed in a signed copy, it is not valid; what its holder may leave out does not matter. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { decode, encode, Tagged } from 'cborg';
import fc from 'fast-check';
import { base64url } from 'jose';
import { type Trusted, verify } from '../../src/verifier/core/index.ts';
import {
  deviceResponseOf,
  issuerSignedOf,
  mdocType,
  namespace,
  session,
  textOf,
} from '../unit/verifier/make-mdoc.ts';
import { createTestProvince, now, type TestProvince } from '../unit/verifier/test-province.ts';
import { edited, edits } from './json-edits.ts';

type Item = Record<string, unknown>;

let province: TestProvince;
let trusted: Trusted;
let issued: Record<string, unknown>;
let items: Tagged[];
beforeAll(async () => {
  province = await createTestProvince();
  trusted = await province.trustedWith({
    pack: (payload) => {
      payload.types = [structuredClone(mdocType)];
    },
  });
  issued = await issuerSignedOf(province);
  items = (issued.nameSpaces as Record<string, Tagged[]>)[namespace]!;
});

const verdictOf = (text: string, options: object = {}) => verify(text, trusted, { now, ...options });
const codeOf = async (text: string): Promise<string> => (await verdictOf(text)).code;
const withItems = (these: unknown[]) => textOf({ ...issued, nameSpaces: { [namespace]: these } });

describe('security (c) 35: an ISO mdoc', () => {
  it('with any byte changed is not valid, but for words of the certificate that nobody goes by', async () => {
    const text = textOf(issued);
    const good = Buffer.from(text, 'base64url');
    const { code, ...rest } = await verdictOf(text);
    expect(code).toBe('valid');
    const certificate = good.indexOf(Uint8Array.of(0x30, 0x82));
    const end = certificate + good.readUInt16BE(certificate + 2) + 4;
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const changed = Buffer.from(good);
        changed[at]! ^= mask;
        const verdict = await verdictOf(changed.toString('base64url'));
        if (verdict.code !== 'valid') return;
        expect(at >= certificate && at < end).toBe(true);
        expect(verdict).toMatchObject(rest);
      }),
      { numRuns: 600 },
    );
  });

  it('with any edit of its text is not valid, but there', async () => {
    const text = textOf(issued);
    const anyEdit = edits('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=.~ \n');
    await fc.assert(
      fc.asyncProperty(anyEdit, async (change) => {
        const changed = edited(text, change);
        if ((await codeOf(changed)) !== 'valid' || changed.trim() === text) return;
        // Still the same items, the same signed object and the same signature.
        const [one, other] = [text, changed.trim()].map((each) => {
          const { nameSpaces, issuerAuth } = decode(base64url.decode(each), {
            tags: Tagged.preserve(0, 24, 1004),
            useMaps: true,
          });
          return [nameSpaces, issuerAuth[0], issuerAuth[2], issuerAuth[3]];
        });
        expect(other).toEqual(one);
      }),
      { numRuns: 300 },
    );
  });

  it('any choice of elements the holder makes, in any order, is valid and shows exactly those', async () => {
    const names = mdocType.mdoc.elements.map(({ name }) => name);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...items.keys()], { minLength: 1 }), async (chosen) => {
        const verdict = await verdictOf(withItems(chosen.map((at) => items[at])));
        expect([verdict.code, verdict.fields.map(({ name }) => name)]).toEqual([
          'valid',
          names.filter((_, at) => chosen.includes(at)),
        ]);
      }),
      { numRuns: 60 },
    );
  });

  it('with any element of another name, value, salt or number, one twice, or one of another copy is refused', async () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.uint8Array({ maxLength: 40 }));
    const members = ['digestID', 'random', 'elementIdentifier', 'elementValue'];
    await fc.assert(
      fc.asyncProperty(
        fc.nat(items.length - 1),
        fc.constantFrom(...members),
        value,
        async (which, member, other) => {
          const item = decode(items[which]!.value as Uint8Array, { tags: Tagged.preserve(1004) }) as Item;
          fc.pre(JSON.stringify(item[member]) !== JSON.stringify(other));
          const forged = new Tagged(24, encode({ ...item, [member]: other }));
          expect(await codeOf(withItems(items.with(which, forged)))).not.toBe('valid');
          expect(await codeOf(withItems([...items, forged]))).not.toBe('valid');
        },
      ),
      { numRuns: 150 },
    );
    expect(await codeOf(withItems([...items, items[0]]))).not.toBe('valid');
    const another = await issuerSignedOf(province);
    const [foreign, ...others] = (another.nameSpaces as Record<string, Tagged[]>)[namespace]!;
    expect(await codeOf(withItems([foreign, ...items.slice(1)]))).toBe('tampered');
    expect(await codeOf(withItems([items[0], ...others]))).toBe('tampered');
    expect(await codeOf(textOf({ ...issued, nameSpaces: { 'org.other': items } }))).toBe('tampered');
  });

  it('as its holder shows it: with any byte changed her key proves nothing, and nothing else is valid', async () => {
    const transcript = session('n-1');
    const good = Buffer.from(textOf(await deviceResponseOf(province)), 'base64url');
    const options = { sessionTranscript: transcript };
    expect(await verdictOf(good.toString('base64url'), options)).toMatchObject({
      code: 'valid',
      holderProven: true,
    });
    const certificate = good.indexOf(Uint8Array.of(0x30, 0x82));
    const end = certificate + good.readUInt16BE(certificate + 2) + 4;
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const changed = Buffer.from(good);
        changed[at]! ^= mask;
        const { code } = await verdictOf(changed.toString('base64url'), options);
        if (code === 'valid') expect(at >= certificate && at < end).toBe(true);
      }),
      { numRuns: 600 },
    );
  });
});
