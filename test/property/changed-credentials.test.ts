/** Every format: whatever is changed in a signed copy, it is not valid; what must not matter does not (security (c) 35). */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { decode, encode } from 'cborg';
import fc from 'fast-check';
import { base64url } from 'jose';
import {
  base45Decode,
  base45Encode,
  type Trusted,
  verify,
  verifyView,
} from '../../src/verifier/core/index.ts';
import {
  contextUrl,
  createTestProvince,
  fields,
  goodIndex,
  now,
  sha256,
  type TestProvince,
} from '../unit/verifier/test-province.ts';
import {
  type Edit,
  exchanged,
  renamed,
  reordered,
  respelled,
  withOneMore,
  withoutOne,
} from './json-edits.ts';

let province: TestProvince;
let trusted: Trusted;
beforeAll(async () => {
  province = await createTestProvince();
  trusted = await province.trustedWith();
});

const codeOf = async (text: string): Promise<string> => (await verify(text, trusted, { now })).code;

/** Names a forger may try: terms of the contexts, JSON-LD's keywords, and those that only look like ours. */
const foreignNames = [
  'nickname',
  'description',
  'evidence',
  'termsOfUse',
  'relatedResource',
  'renderMethod',
  'credentialSchema',
  'holder',
  'sameAs',
  '@context',
  '@id',
  '@type',
  '@graph',
  '@included',
  '@reverse',
  '@nest',
  '@index',
  '@language',
  '@value',
  '@vocab',
  '@base',
  '@protected',
  'https://schema.org/name',
  '_:name',
  '__proto__',
  'constructor',
  'toString',
  '',
] as const;

/** Cyrillic and full-width letters, another case, a letter nobody sees. */
const lookAlikes = (name: string): string[] =>
  [
    name.replaceAll('a', '\u0430').replaceAll('e', '\u0435'),
    name.replace(/[a-z]/, (letter) => String.fromCodePoint(letter.codePointAt(0)! + 0xfee0)),
    name.toUpperCase(),
    `${name}\u200b`,
    ` ${name}`,
  ].filter((other) => other !== name);

/** One edit of a text: some characters replaced by others; either may be none. */
const edits = (alphabet: string) =>
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    gone: fc.nat(3),
    put: fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 3 }),
  });
const edited = (text: string, { at, gone, put }: { at: number; gone: number; put: string }): string => {
  const from = Math.floor(at * text.length);
  return text.slice(0, from) + put + text.slice(from + gone);
};

const stillValid = async (all: Edit[]): Promise<string[]> => {
  const valid: string[] = [];
  for (const { title, document } of all)
    if ((await codeOf(JSON.stringify(document))) === 'valid') valid.push(title);
  return valid;
};

describe('security (c) 35: a W3C credential', () => {
  let credential: Record<string, unknown>;
  beforeAll(async () => {
    credential = await province.ldpVcOf();
  });

  it('with any edit of its text is not valid, unless the JSON says the same', async () => {
    const text = JSON.stringify(credential);
    const anyEdit = edits('{}[]",:\\ \n\tu0a9eE+-.truefalsn/\u0430\ufeff\u200b');
    await fc.assert(
      fc.asyncProperty(anyEdit, async (change) => {
        const changed = edited(text, change);
        if ((await codeOf(changed)) === 'valid') expect(JSON.parse(changed)).toEqual(credential);
      }),
      { numRuns: 500 },
    );
  });

  it('with any member or element left out is not valid', async () => {
    expect(await stillValid(withoutOne(credential))).toEqual([]);
  });

  it('with any foreign member put in anywhere is not valid', async () => {
    const values = ['x', { id: 'urn:x:1' }];
    expect(
      await stillValid(withOneMore(credential, [...foreignNames, ...Object.keys(fields)], values)),
    ).toEqual([]);
  });

  it('with any member under another name, however alike it looks, is not valid', async () => {
    expect(
      await stillValid(renamed(credential, (name) => [...lookAlikes(name), 'id', 'type', 'name'])),
    ).toEqual([]);
  });

  it('with the values of any two members exchanged is not valid', async () => {
    expect(await stillValid(exchanged(credential))).toEqual([]);
  });

  it('with any value in another spelling of JSON or JSON-LD is not valid', async () => {
    expect(await stillValid(respelled(credential))).toEqual([]);
  });

  it('with any other list of contexts is not valid', async () => {
    const v2 = 'https://www.w3.org/ns/credentials/v2';
    const entry = fc.constantFrom<unknown>(
      v2,
      contextUrl,
      'https://w3id.org/security/data-integrity/v2',
      `${contextUrl}#`,
      `${contextUrl}?`,
      contextUrl.replace('https', 'HTTPS'),
      contextUrl.replace('/v1', '/v2'),
      contextUrl.replace('zj.example', 'zj.example:443'),
      { '@vocab': 'https://evil.example/' },
      { name: 'https://evil.example/name' },
      null,
      [],
    );
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 4 }), async (context) => {
        fc.pre(JSON.stringify(context) !== JSON.stringify([v2, contextUrl]));
        expect(await codeOf(JSON.stringify({ ...credential, '@context': context }))).not.toBe('valid');
      }),
      { numRuns: 200 },
    );
  });

  it('stays valid with its members in any order, any white space and any escapes', async () => {
    const seeds = fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true }));
    await fc.assert(
      fc.asyncProperty(
        seeds,
        fc.constantFrom(0, 1, 2, '\t', '\r\n '),
        fc.boolean(),
        async (random, space, escapes) => {
          const order = (names: string[]) =>
            names
              .map((name) => ({ name, by: random.next().value as number }))
              .sort((a, b) => a.by - b.by)
              .map(({ name }) => name);
          const text = JSON.stringify(reordered(credential, order), null, space);
          const escaped = text.replace(
            /[^\0-\x7f]/g,
            (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
          );
          expect(await codeOf(escapes ? escaped : text)).toBe('valid');
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('security (c) 35: an SD-JWT VC', () => {
  const salt = (n: number) => base64url.encode(new Uint8Array(16).fill(n));
  const disclosureOf = (...parts: unknown[]) => base64url.encode(JSON.stringify(parts));
  let disclosures: string[];
  let jwt: string;
  beforeAll(async () => {
    disclosures = Object.entries(fields).map(([name, value], n) => disclosureOf(salt(n), name, value));
    const plain = Object.entries(province.sdJwtClaims(goodIndex)).filter(([name]) => !(name in fields));
    const payload = {
      ...Object.fromEntries(plain),
      _sd: (await Promise.all(disclosures.map(sha256))).sort(),
      _sd_alg: 'sha-256',
    };
    jwt = (await province.rawSdJwtOf(payload, [])).slice(0, -1);
  });
  const withDisclosures = (these: string[]) => `${[jwt, ...these].join('~')}~`;

  it('with any edit of its text is not valid', async () => {
    const text = withDisclosures(disclosures);
    const anyEdit = edits(`${'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'}.~= \n`);
    await fc.assert(
      fc.asyncProperty(anyEdit, async (change) => {
        const changed = edited(text, change);
        // A scanner's line end is not part of what it read.
        if ((await codeOf(changed)) === 'valid') expect(changed.trim()).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it('with any claim of its payload or header left out, put in, renamed, exchanged or respelled is not valid', async () => {
    const [header, payload, signature] = jwt.split('.') as [string, string, string];
    const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
    const all = (document: Record<string, unknown>): Edit[] => [
      ...withoutOne(document),
      ...withOneMore(document, [...foreignNames, 'name', 'jku', 'x5u', 'jwk', 'crit', 'b64'], ['x']),
      ...renamed(document, lookAlikes),
      ...exchanged(document),
      ...respelled(document),
    ];
    const valid: string[] = [];
    const judge = async (title: string, parts: string[]) => {
      const text = `${[parts.join('.'), ...disclosures].join('~')}~`;
      if ((await codeOf(text)) === 'valid') valid.push(title);
    };
    for (const { title, document } of all(read(payload)))
      await judge(title, [header, base64url.encode(JSON.stringify(document)), signature]);
    for (const { title, document } of all(read(header)))
      await judge(title, [base64url.encode(JSON.stringify(document)), payload, signature]);
    // The same JSON in other bytes is another document too.
    await judge('spaces', [header, base64url.encode(JSON.stringify(read(payload), null, 1)), signature]);
    expect(valid).toEqual([]);
  });

  it('any choice of disclosures the holder makes, in any order, is valid and shows exactly those', async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(Object.keys(fields)), async (names) => {
        const chosen = names.map((name) => disclosures[Object.keys(fields).indexOf(name)]!);
        const verdict = await verify(withDisclosures(chosen), trusted, { now });
        expect([verdict.code, verdict.fields.map(({ name }) => name).sort()]).toEqual([
          'valid',
          [...names].sort(),
        ]);
      }),
      { numRuns: 100 },
    );
  });

  it('a disclosure with another salt, name or value, in other bytes, or of another copy is refused', async () => {
    const json = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(fc.nat(disclosures.length - 1), fc.nat(2), json, async (which, part, value) => {
        const parts = JSON.parse(Buffer.from(disclosures[which]!, 'base64url').toString());
        fc.pre(JSON.stringify(parts[part]) !== JSON.stringify(value));
        parts[part] = value;
        const forged = disclosures.with(which, disclosureOf(...parts));
        expect(await codeOf(withDisclosures(forged))).not.toBe('valid');
        expect(await codeOf(withDisclosures([...disclosures, disclosureOf(...parts)]))).not.toBe('valid');
      }),
      { numRuns: 200 },
    );
    const [name, ...others] = disclosures;
    const spaced = base64url.encode(
      JSON.stringify(JSON.parse(Buffer.from(name!, 'base64url').toString()), null, 1),
    );
    expect(await codeOf(withDisclosures([spaced, ...others]))).toBe('tampered');
    const [, foreign] = (await province.sdJwtOf()).split('~');
    expect(await codeOf(withDisclosures([...disclosures, foreign!]))).toBe('tampered');
  });
});

describe('security (c) 35: a view and a show code', () => {
  /** The CBOR of each part taken apart and put together with one thing changed; signatures stay. */
  const parts = ['protected header', 'payload'] as const;
  const changes: [string, (map: Map<unknown, unknown>) => void][] = [
    ['a claim more', (map) => void map.set(999, 'x')],
    ['a registered claim more', (map) => void map.set(1, 'https://evil.example')],
    ['the first claim less', (map) => void map.delete([...map.keys()][0])],
    ['the last claim less', (map) => void map.delete([...map.keys()].at(-1))],
    [
      'two values exchanged',
      (map) => {
        const [[a, one], [b, other]] = [...map] as [[unknown, unknown], [unknown, unknown]];
        map.set(a, other).set(b, one);
      },
    ],
    [
      'another order',
      (map) => {
        const entries = [...map].reverse();
        map.clear();
        for (const [key, value] of entries) map.set(key, value);
      },
    ],
  ];

  const reassembled = (
    bytes: Uint8Array,
    part: (typeof parts)[number],
    change: (map: Map<unknown, unknown>) => void,
  ) => {
    const layer = decode(bytes, { useMaps: true }) as unknown[];
    const at = part === 'payload' ? 2 : 0;
    const map = decode(layer[at] as Uint8Array, { useMaps: true }) as Map<unknown, unknown>;
    change(map);
    // mapSorter off: the order is the forger's.
    return encode(layer.with(at, encode(map, { mapSorter: undefined as never })));
  };

  it.each(parts.flatMap((part) => changes.map(([title, change]) => [part, title, change] as const)))(
    'with its %s changed (%s) are not valid',
    async (part, _, change) => {
      const view = reassembled(await province.viewOf(), part, change);
      expect((await verifyView(view, trusted, { now })).code).not.toBe('valid');
      const showing = base45Decode((await province.showCodeOf({}, { nonce: new Uint8Array(8) })).slice(4))!;
      expect(await codeOf(`SC1:${base45Encode(reassembled(showing, part, change))}`)).not.toBe('valid');
    },
  );

  it('a show code with any edit of its text is not valid', async () => {
    const text = await province.showCodeOf();
    await fc.assert(
      fc.asyncProperty(edits('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:\n'), async (change) => {
        const changed = edited(text, change);
        if ((await codeOf(changed)) === 'valid') expect(changed.trim()).toBe(text);
      }),
      { numRuns: 300 },
    );
  });
});
