/** Nothing that was changed is green, and whatever comes gets one of the closed set of answers: drawn by a fixed seed. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { encode } from 'cborg';
import fc from 'fast-check';
import {
  applyDelta,
  base45Encode,
  makeDelta,
  type Outcome,
  openPack,
  type PackPayload,
  type Trusted,
  verdictCodes,
  verify,
} from '../../../src/verifier/core/index.ts';
import { issuerSignedOf, mdocType, textOf } from './make-mdoc.ts';
import { createTestProvince, now, type TestProvince } from './test-province.ts';

const seed = 20_261_124;
let province: TestProvince;
let trusted: Trusted;
/** One valid text of each format. */
let valid: [format: string, text: string][];
beforeAll(async () => {
  province = await createTestProvince();
  trusted = await province.trustedWith({
    pack: (payload) => {
      province.withSlips(payload);
      payload.types[0]!.mdoc = mdocType.mdoc;
    },
  });
  valid = [
    ['show-code', await province.showCodeOf()],
    ['slip', await province.slipOf()],
    ['dc+sd-jwt', await province.sdJwtOf()],
    ['ldp_vc', JSON.stringify(await province.ldpVcOf())],
  ];
});

const outcomeOf = async (text: string): Promise<Outcome> => {
  const { code, outcome } = await verify(text, trusted, { now });
  expect(verdictCodes).toContain(code);
  return outcome;
};

/** Another character in the place of one, one left out, a part twice: never what was there. */
const changes = fc.record({
  kind: fc.constantFrom('replace', 'drop', 'repeat'),
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  length: fc.integer({ min: 1, max: 40 }),
  by: fc.constantFrom(...'059AFZaz $%*+-./:_~"{}[],\\\u0000\u202e中'),
});
type Change = typeof changes extends fc.Arbitrary<infer Drawn> ? Drawn : never;
const changed = (text: string, { kind, at, length, by }: Change): string => {
  const from = Math.floor(at * text.length);
  if (kind === 'replace') return text.slice(0, from) + by + text.slice(from + 1);
  if (kind === 'drop') return text.slice(0, from) + text.slice(from + length);
  return text.slice(0, from + length) + text.slice(from);
};

describe('security (c) 35: any change', () => {
  it.each(['show-code', 'slip', 'dc+sd-jwt', 'ldp_vc'])('of a %s is seen', async (format) => {
    const [, text] = valid.find(([name]) => name === format)!;
    expect(await outcomeOf(text)).toBe('valid');
    await fc.assert(
      fc.asyncProperty(changes, async (change) => {
        const other = changed(text, change);
        fc.pre(other.trim() !== text);
        // JSON has room between its signs, and one more way to write a stroke.
        if (format === 'ldp_vc') fc.pre(!isSameJson(other, text));
        expect(await outcomeOf(other)).not.toBe('valid');
      }),
      { seed, numRuns: 250 },
    );
  });

  // The certificate beside the signature only says which key of the list to try: it is not looked at for more.
  it('of an mdoc’s items, MSO or signature is seen', async () => {
    const mdoc = await issuerSignedOf(province);
    const [protectedBytes, unprotected, payload, signature] = mdoc.issuerAuth as Uint8Array[];
    const flipped = (bytes: Uint8Array, at: number, by: number) =>
      bytes.map((byte, i) => (i === at % bytes.length ? byte ^ by : byte));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(10_000),
        fc.integer({ min: 1, max: 255 }),
        fc.constantFrom(0, 2, 3),
        async (at, by, part) => {
          const parts = [protectedBytes!, unprotected!, payload!, signature!];
          parts[part] = flipped(parts[part]!, at, by);
          expect(await outcomeOf(textOf({ ...mdoc, issuerAuth: parts }))).not.toBe('valid');
        },
      ),
      { seed, numRuns: 250 },
    );
    const [[namespace, items]] = Object.entries(
      mdoc.nameSpaces as Record<string, { value: Uint8Array }[]>,
    ) as [[string, { value: Uint8Array }[]]];
    for (const [i, item] of items.entries())
      for (let at = 0; at < item.value.length; at += 7) {
        const others = items.with(
          i,
          Object.assign(Object.create(item), { ...item, value: flipped(item.value, at, 1) }),
        );
        expect(await outcomeOf(textOf({ ...mdoc, nameSpaces: { [namespace]: others } }))).not.toBe('valid');
      }
  });

  it('of a pack or a delta leads to no other pack', async () => {
    const options = { root: province.keys.root.publicJwk, now };
    const jws = await province.packOf({ pack: (payload) => province.withGaps(payload) });
    expect('trusted' in (await openPack(jws, options))).toBe(true);
    const payload = JSON.parse(Buffer.from(jws.split('.')[1]!, 'base64url').toString()) as PackPayload;
    const delta = JSON.stringify(makeDelta(jws, payload));
    await fc.assert(
      fc.asyncProperty(changes, async (change) => {
        const pack = changed(jws, change);
        if (pack !== jws) expect('trusted' in (await openPack(pack, options))).toBe(false);
        const followed = await applyDelta(changed(delta, change), undefined, options);
        if ('jws' in followed) expect(followed.jws).toBe(jws);
      }),
      { seed, numRuns: 150 },
    );
  });
});

describe('security (c) 35: whatever comes', () => {
  it('as text or bytes gets a verdict of the closed set, and never valid', async () => {
    const bytes = fc.uint8Array({ maxLength: 300 });
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      bytes.map((some) => `SC1:${base45Encode(some)}`),
      bytes.map((some) => `PS1:${base45Encode(some)}`),
      bytes.map((some) => Buffer.from([0xa2, ...some]).toString('base64url')),
      fc.json().map((json) => `{"@context":${json}}`),
      fc
        .tuple(bytes, bytes)
        .map((parts) => `${parts.map((some) => Buffer.from(some).toString('base64url')).join('.')}.~`),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        expect(await outcomeOf(text)).not.toBe('valid');
      }),
      { seed, numRuns: 600 },
    );
  });

  it('in a view that the department itself signed gets a verdict, and what is shown is text', async () => {
    const odd = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.double(),
      fc.bigInt(),
      fc.constantFrom(null, undefined, Number.NaN, {}, [], new Uint8Array(3), new Map()),
      fc.boolean(),
    );
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 9 }), odd, async (key, value) => {
        let text: string;
        try {
          text = await province.showCodeOf({ values: { 2: '张三', [key]: value as never } });
        } catch {
          return; // our own encoder has no bytes for it
        }
        const found = await verify(text, trusted, { now });
        expect(verdictCodes).toContain(found.code);
        for (const field of found.fields) expect(typeof field.value).toBe('string');
      }),
      { seed, numRuns: 200 },
    );
  });

  it('as deep or as long as it may, ends at once', async () => {
    const deep = (byte: number) => Buffer.alloc(190_000, byte).toString('base64url');
    const huge = (byte: number) =>
      Buffer.from([0xa1, byte, 0, 0, 0, 0, 255, 255, 255, 255]).toString('base64url');
    for (const text of [
      deep(0xa1),
      `o${deep(0x81).slice(1)}`,
      huge(0x5b),
      huge(0x9b),
      huge(0xbb),
      `SC1:${base45Encode(encode(new Array(900).fill([])))}`,
      `{${'"a":['.repeat(100_000)}`,
      '.'.repeat(1_000_000),
      `a.b.c${'~'.repeat(200_000)}`,
      ' '.repeat(2_000_000),
      `${'9'.repeat(1_000_000)}`,
    ])
      expect(await outcomeOf(text)).not.toBe('valid');
  });
});

const isSameJson = (one: string, other: string): boolean => {
  try {
    return JSON.stringify(JSON.parse(one)) === JSON.stringify(JSON.parse(other));
  } catch {
    return false;
  }
};
