/** W3C credentials: whatever is changed in a signed copy, it is not valid; what must not matter does not. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Trusted, verify } from '../../src/verifier/core/index.ts';
import {
  contextUrl,
  createTestProvince,
  fields,
  now,
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

const stillValid = async (all: Edit[]): Promise<string[]> => {
  const valid: string[] = [];
  for (const { title, document } of all)
    if ((await codeOf(JSON.stringify(document))) === 'valid') valid.push(title);
  return valid;
};

describe.each([
  ['eddsa-rdfc-2022', 'police-ed', 'police'],
  ['ecdsa-rdfc-2019', 'police', 'police-ed'],
] as const)('security (c) 35: a W3C credential with %s', (suite, signer, otherSigner) => {
  let credential: Record<string, unknown>;
  beforeAll(async () => {
    credential = await province.ldpVcOf({}, { signer: province.keys[signer] });
    expect(credential.proof).toMatchObject({ cryptosuite: suite });
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

  it('under the other suite, key or signature is not valid', async () => {
    const other = await province.ldpVcOf({}, { signer: province.keys[otherSigner] });
    const [mine, theirs] = [credential.proof, other.proof] as Record<string, string>[];
    for (const member of ['cryptosuite', 'verificationMethod', 'proofValue']) {
      const proof = { ...mine, [member]: theirs![member] };
      expect(await codeOf(JSON.stringify({ ...credential, proof }))).toBe('tampered');
    }
    const proof = {
      ...mine,
      cryptosuite: theirs!.cryptosuite,
      verificationMethod: theirs!.verificationMethod,
    };
    expect(await codeOf(JSON.stringify({ ...credential, proof }))).toBe('tampered');
  });
});
