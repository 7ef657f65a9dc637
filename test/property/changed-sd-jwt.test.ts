/** SD-JWT VCs: whatever is changed in a signed copy, it is not valid; what must not matter does not. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { base64url } from 'jose';
import { type Trusted, verify } from '../../src/verifier/core/index.ts';
import {
  createTestProvince,
  fields,
  goodIndex,
  now,
  sha256,
  type TestProvince,
} from '../unit/verifier/test-province.ts';
import {
  type Edit,
  edited,
  edits,
  exchanged,
  foreignNames,
  lookAlikes,
  renamed,
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
