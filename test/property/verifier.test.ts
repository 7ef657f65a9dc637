import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  base45Decode,
  base45Encode,
  openPack,
  type Trusted,
  verdictCodes,
  verify,
  verifyView,
} from '../../src/verifier/core/index.ts';
import { createTestProvince, now, type TestProvince } from '../unit/verifier/test-province.ts';

let province: TestProvince;
let trusted: Trusted;
let showCode: string;
let view: Uint8Array;
let sdJwt: string;
let credential: Record<string, unknown>;
let pack: string;

beforeAll(async () => {
  province = await createTestProvince();
  trusted = await province.trustedWith();
  [showCode, view, pack] = [await province.showCodeOf(), await province.viewOf(), await province.packOf()];
  sdJwt = await province.withKeyBinding(await province.sdJwtOf());
  credential = await province.ldpVcOf();
});

const codeOf = async (text: string): Promise<string> => (await verify(text, trusted, { now })).code;
const opens = async (text: string): Promise<boolean> =>
  !('verdict' in (await openPack(text, { root: province.keys.root.publicJwk, now })));

const position = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const characterOf = (alphabet: string) => fc.constantFrom(...alphabet);
const base64urlText = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** One character replaced by another; undefined when it is the same. */
const replaced = (text: string, at: number, character: string): string | undefined => {
  const index = Math.floor(at * text.length);
  return text[index] === character ? undefined : text.slice(0, index) + character + text.slice(index + 1);
};

describe('one character changed', () => {
  it('in a show code is never valid', async () => {
    await fc.assert(
      fc.asyncProperty(
        position,
        characterOf('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'),
        async (at, character) => {
          const text = replaced(showCode, at, character);
          if (text) expect(await codeOf(text)).not.toBe('valid');
        },
      ),
      { numRuns: 300 },
    );
  });

  it('in an SD-JWT is never valid', async () => {
    expect(await codeOf(sdJwt)).toBe('valid');
    await fc.assert(
      fc.asyncProperty(position, characterOf(`${base64urlText}.~`), async (at, character) => {
        const text = replaced(sdJwt, at, character);
        if (text) expect(await codeOf(text)).not.toBe('valid');
      }),
      { numRuns: 300 },
    );
  });

  it('in a pack never opens it', async () => {
    expect(await opens(pack)).toBe(true);
    await fc.assert(
      fc.asyncProperty(position, characterOf(`${base64urlText}.`), async (at, character) => {
        const text = replaced(pack, at, character);
        if (text) expect(await opens(text)).toBe(false);
      }),
      { numRuns: 100 },
    );
  });

  it('at the end of each base64url part, where spare bits hide, is never valid', async () => {
    for (const [text, judge] of [
      [sdJwt, async (changed: string) => (await codeOf(changed)) === 'valid'],
      [pack, opens],
    ] as const) {
      const ends = [...text.matchAll(/[\w-](?=[.~]|$)/g)].map(({ index }) => index);
      for (const end of ends) {
        for (const character of 'AEQgwBCD_') {
          if (character === text[end]) continue;
          expect(await judge(text.slice(0, end) + character + text.slice(end + 1))).toBe(false);
        }
      }
    }
  });
});

it('one bit changed in each byte of a show code and of a view is never valid', async () => {
  const bytes = base45Decode(showCode.slice(4))!;
  for (let i = 0; i < bytes.length; i += 1) {
    const changed = bytes.slice();
    changed[i]! ^= 1 << (i % 8);
    expect(await codeOf(`SC1:${base45Encode(changed)}`)).not.toBe('valid');
  }
  for (let i = 0; i < view.length; i += 1) {
    const changed = Uint8Array.from(view);
    changed[i]! ^= 1 << (i % 8);
    expect((await verifyView(changed, trusted, { now })).code).not.toBe('valid');
  }
});

/** Paths to every value that is not a container. */
const leaves = (value: unknown, path: (string | number)[] = []): (string | number)[][] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, each]) => leaves(each, [...path, name]))
    : [path];

it('one value changed anywhere in a W3C credential is never valid', async () => {
  expect(await codeOf(JSON.stringify(credential))).toBe('valid');
  const paths = leaves(credential);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...paths),
      fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.jsonValue()),
      async (path, value) => {
        const changed = structuredClone(credential);
        const parent = path
          .slice(0, -1)
          .reduce<Record<string, unknown>>((at, name) => at[name] as Record<string, unknown>, changed);
        const name = path.at(-1)!;
        if (JSON.stringify(parent[name]) === JSON.stringify(value)) return;
        parent[name] = value;
        expect(await codeOf(JSON.stringify(changed))).not.toBe('valid');
      },
    ),
    { numRuns: 200 },
  );
  for (const path of paths) {
    const changed = structuredClone(credential);
    const parent = path
      .slice(0, -1)
      .reduce<Record<string, unknown>>((at, name) => at[name] as Record<string, unknown>, changed);
    const name = path.at(-1)!;
    if (typeof parent[name] === 'string') parent[name] = `${parent[name]} `;
    else delete parent[name];
    expect(await codeOf(JSON.stringify(changed))).not.toBe('valid');
  }
});

describe('any input', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.uint8Array({ maxLength: 400 }).map((bytes) => `SC1:${base45Encode(bytes)}`),
    fc.json(),
    fc.array(fc.base64String(), { minLength: 3, maxLength: 5 }).map((parts) => `${parts.join('.')}~`),
    fc
      .tuple(fc.json(), fc.json())
      .map((parts) => `${parts.map((part) => Buffer.from(part).toString('base64url')).join('.')}.AAAA~`),
  );

  it('gets a verdict from the list, and is not valid', async () => {
    await fc.assert(
      fc.asyncProperty(anything, async (text) => {
        const { code, sentence, advice } = await verify(text, trusted, { now });
        expect(verdictCodes).toContain(code);
        expect(code).not.toBe('valid');
        expect(sentence.zh && sentence.en && advice.zh && advice.en).toBeTruthy();
        expect(await opens(text)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('of bytes written as Base45 is read back, one text for one byte string', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect([...base45Decode(base45Encode(bytes))!]).toEqual([...bytes]);
      }),
    );
    fc.assert(
      fc.property(
        fc.string({ unit: characterOf('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'), maxLength: 60 }),
        (text) => {
          const bytes = base45Decode(text);
          if (bytes) expect(base45Encode(bytes)).toBe(text);
        },
      ),
    );
  });
});
