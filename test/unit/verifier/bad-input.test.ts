/** What the issuer's own keys signed, and is still refused: no reader is led astray by a signature that fits. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { base64url } from 'jose';
import {
  base45Decode,
  base45Encode,
  createReplayMemory,
  openPack,
  type Trusted,
  verify,
} from '../../../src/verifier/core/index.ts';
import {
  baseUrl,
  contextUrl,
  createTestProvince,
  goodIndex,
  holderKeyOf,
  type KeyPair,
  now,
  sha256,
  type TestProvince,
} from './test-province.ts';

let province: TestProvince;
let trusted: Trusted;
let credential: Record<string, unknown>;
beforeAll(async () => {
  province = await createTestProvince();
  trusted = await province.trustedWith();
  credential = await province.ldpVcOf();
});

const codeOf = async (text: string, options: object = {}, by: Trusted = trusted): Promise<string> =>
  (await verify(text, by, { now, ...options })).code;
const vcCode = (change: object, by?: Trusted): Promise<string> =>
  codeOf(JSON.stringify({ ...credential, ...change }), {}, by);

const encode = (text: string): string => base64url.encode(text);

/** A JWS over exactly these two texts, whatever they are. */
const signTexts = async (key: KeyPair, header: string, payload: string): Promise<string> => {
  const input = `${encode(header)}.${encode(payload)}`;
  const signature = await globalThis.crypto.subtle.sign(
    { name: 'ECDSA', hash: 'SHA-256' },
    await holderKeyOf(key),
    new TextEncoder().encode(input),
  );
  return `${input}.${base64url.encode(new Uint8Array(signature))}`;
};

const headerText = (typ: string, { kid }: KeyPair): string => JSON.stringify({ alg: 'ES256', typ, kid });

/** Texts that JSON readers take in more ways than one, or choke on. */
const oddities: [string, (text: string) => string][] = [
  ['a repeated name', (text) => text.replace('{', '{"x":1,"x":2,')],
  ['a name repeated in escapes', (text) => text.replace('{', '{"x":1,"\\u0078":2,')],
  ['10,000 levels', (text) => text.replace('{', `{"x":${'['.repeat(10_000)}${']'.repeat(10_000)},`)],
  [
    '10,000 objects deep',
    (text) => text.replace('{', `{"x":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)},`),
  ],
  ['1e400', (text) => text.replace('{', '{"x":1e400,')],
  ['-1e400', (text) => text.replace('{', '{"x":-1e400,')],
  ['NaN', (text) => text.replace('{', '{"x":NaN,')],
  ['a BOM', (text) => `\ufeff${text}`],
  ['a lone surrogate', (text) => text.replace('{', '{"x":"\\ud800",')],
  ['__proto__', (text) => text.replace('{', '{"__proto__":{"x":1},')],
  ['a comment', (text) => `${text}// x`],
  ['YAML', (text) => text.replaceAll('"', "'")],
  ['a YAML document', (text) => `---\n${text}\n...`],
  ['YAML without quotes', (text) => text.replace('{', '{x: 1,')],
  ['a hexadecimal number', (text) => text.replace('{', '{"x":0x10,')],
  ['a leading zero', (text) => text.replace('{', '{"x":010,')],
  ['a trailing comma', (text) => text.replace(/}$/, ',}')],
  ['a control character', (text) => text.replace('{', '{"x":"\u0001",')],
  ['a second value', (text) => `${text}{}`],
  ['a list round it', (text) => `[${text}]`],
];

describe('security (c) 35: JSON text', () => {
  it.each(oddities)(
    'with %s is refused in every JSON part of an SD-JWT VC, signed or not',
    async (_, change) => {
      const key = province.keys.police;
      const { name: _name, ...claims } = province.sdJwtClaims(goodIndex);
      const disclosure = '["AAAAAAAAAAAAAAAAAAAAAA","name","x"]';
      const payload = async (of: string) =>
        JSON.stringify({ ...claims, _sd: [await sha256(encode(of))], _sd_alg: 'sha-256' });
      const header = headerText('dc+sd-jwt', key);
      const fine = await signTexts(key, header, await payload(disclosure));
      expect(await codeOf(`${fine}~${encode(disclosure)}~`)).toBe('valid');

      const oddPayload = await signTexts(key, header, change(await payload(disclosure)));
      const oddHeader = await signTexts(key, change(header), await payload(disclosure));
      expect(await codeOf(`${oddPayload}~${encode(disclosure)}~`)).toBe('malformed');
      expect(await codeOf(`${oddHeader}~${encode(disclosure)}~`)).toBe('malformed');

      // A disclosure is a list: what is odd stands in its value.
      const odd = disclosure.replace('"x"', change('{"a":1}'));
      const tied = await signTexts(key, header, await payload(odd));
      expect(await codeOf(`${tied}~${encode(odd)}~`)).toBe('tampered');

      const bound = `${fine}~${encode(disclosure)}~`;
      const proof = { iat: now, aud: 'counter-7', nonce: 'n-1', sd_hash: await sha256(bound) };
      const keyBinding = { audience: 'counter-7', nonce: 'n-1' };
      const kbOf = (head: string, body: string) => signTexts(province.keys.device, head, body);
      const kbHeader = headerText('kb+jwt', province.keys.device);
      const text = JSON.stringify(proof);
      expect(await codeOf(bound + (await kbOf(kbHeader, text)), { keyBinding })).toBe('valid');
      expect(await codeOf(bound + (await kbOf(kbHeader, change(text))), { keyBinding })).toBe('malformed');
      expect(await codeOf(bound + (await kbOf(change(kbHeader), text)), { keyBinding })).toBe('malformed');
    },
  );

  it.each(oddities)('with %s is refused as a W3C credential and as a pack', async (_, change) => {
    expect(await codeOf(change(JSON.stringify(credential)))).toBe('malformed');
    const [header, payload] = (await province.packOf())
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString()) as [string, string];
    const key = province.keys.pack;
    const opened = async (head: string, body: string) => {
      const result = await openPack(await signTexts(key, head, body), {
        root: province.keys.root.publicJwk,
        now,
      });
      return 'verdict' in result ? result.verdict.code : 'opened';
    };
    expect(await opened(header, payload)).toBe('opened');
    expect(await opened(header, change(payload))).toBe('pack_invalid');
    expect(await opened(change(header), payload)).toBe('pack_invalid');
  });

  it('of a presentation, a nested one, a credential in a credential, and of 10,000 of them is no certificate', async () => {
    const presentation = (inner: unknown) => ({
      '@context': ['https://www.w3.org/ns/credentials/v2'],
      type: ['VerifiablePresentation'],
      verifiableCredential: inner,
    });
    const enveloped = {
      '@context': ['https://www.w3.org/ns/credentials/v2'],
      id: `data:application/dc+sd-jwt,${await province.sdJwtOf()}`,
      type: 'EnvelopedVerifiableCredential',
    };
    const inputs: unknown[] = [
      presentation([credential]),
      presentation([presentation([credential])]),
      presentation(new Array(10_000).fill('x')),
      presentation(new Array(10_000).fill({ id: 'urn:x:1' })),
      { ...presentation([credential]), proof: credential.proof },
      { ...credential, credentialSubject: credential },
      { ...credential, credentialSubject: [credential.credentialSubject, credential.credentialSubject] },
      { ...credential, type: ['VerifiablePresentation', 'DrivingLicenceCredential'] },
      enveloped,
      [credential],
      new Array(10_000).fill({}),
      JSON.stringify(credential),
    ];
    for (const input of inputs) expect(await codeOf(JSON.stringify(input))).toBe('malformed');
  });

  it('of a JWS or SD-JWT in its JSON serialisation is none of our formats', async () => {
    const [jwt, ...disclosures] = (await province.sdJwtOf()).split('~');
    const [header, payload, signature] = jwt!.split('.');
    for (const input of [
      { payload, protected: header, signature },
      { payload, protected: header, signature, header: { disclosures: disclosures.slice(0, -1) } },
      { payload, signatures: [{ protected: header, signature }] },
    ])
      expect(await codeOf(JSON.stringify(input))).toBe('malformed');
  });

  it.each([undefined, null, 7, {}, [], true])(
    'that is no text but %j is refused and not thrown at',
    async (input) => {
      expect(await codeOf(input as never)).toBe('malformed');
    },
  );
});

describe('security (c) 35: names that look alike', () => {
  const cyrillic = (text: string) => text.replace(/o/g, '\u043e').replace(/e/g, '\u0435');

  it('make nobody else’s certificate ours: issuer, type and list count to the letter', async () => {
    const iss = `${baseUrl}/issuers/zj-police`;
    for (const other of [
      cyrillic(iss),
      `${iss}/`,
      iss.toUpperCase(),
      `${iss}\u200b`,
      iss.replace('zj.', 'zj\u3002'),
    ])
      expect(await codeOf(await province.sdJwtOf({ iss: other }))).toBe('issuer_not_allowed');
    const vct = `${baseUrl}/types/driving_licence`;
    for (const other of [cyrillic(vct), `${vct}#`, `${vct}?`, `${vct}/`, vct.replace('https', 'HTTPS')])
      expect(await codeOf(await province.sdJwtOf({ vct: other }))).toBe('unsupported');
    const uri = `${baseUrl}/status/1`;
    for (const other of [cyrillic(uri), `${uri}/`, `${uri}#`, uri.replace('https', 'http')])
      expect(await codeOf(await province.sdJwtOf({ status: { status_list: { idx: 1, uri: other } } }))).toBe(
        'status_unknown',
      );
    const { kid } = province.keys['police-ed'];
    for (const did of ['did:web:zj.example:issuers:zj-p\u043elice', 'did:web:ZJ.example:issuers:zj-police'])
      expect(
        await vcCode({ proof: { ...(credential.proof as object), verificationMethod: `${did}#${kid}` } }),
      ).toBe('unknown_issuer');
  });
});

describe('security (b) JSON-LD DoS', () => {
  const blank = (depth: number): unknown => (depth === 0 ? {} : { a: blank(depth - 1), b: blank(depth - 1) });
  /** Complete graphs of nameless nodes: what makes canonisation of a dataset take for ever. */
  const clique = (size: number) =>
    Array.from({ length: size }, (_, i) => ({
      '@id': `_:b${i}`,
      p: Array.from({ length: size }, (_node, j) => ({ '@id': `_:b${j}` })),
    }));

  it.each([
    ['1,023 nested nameless nodes', { credentialSubject: { name: blank(9) } }],
    ['a graph of 60 nameless nodes, each linked to all', { credentialSubject: { name: clique(60) } }],
    ['the same beside the subject', { '@graph': clique(60) }],
    ['the same as statuses', { credentialStatus: clique(60) }],
    ['10,000 nameless statuses', { credentialStatus: new Array(10_000).fill({ type: 'x' }) }],
    ['10,000 proofs', { proof: new Array(10_000).fill({}) }],
    ['10,000 contexts', { '@context': new Array(10_000).fill(contextUrl) }],
    [
      'a context that imports and scopes',
      { '@context': [{ '@import': contextUrl, x: { '@context': { x: {} } } }] },
    ],
  ])('%s are refused by the shape, before any JSON-LD runs', async (_, change) => {
    const { code, checks } = await verify(JSON.stringify({ ...credential, ...change }), trusted, { now });
    expect(code).toBe('malformed');
    expect(checks.map(({ name }) => name)).not.toContain('issuer-signature');
  });
});

describe('security (b) Wrong purpose/controller or caller-chosen method', () => {
  const purposes = ['status', 'pack', 'audit'] as const;

  it.each(purposes)('no format takes the key that the list names for %s', async (purpose) => {
    const by = await province.trustedWith({
      list: ({ keys }) => {
        for (const key of keys.slice(0, 2)) Object.assign(key, { purpose });
      },
    });
    for (const text of [await province.sdJwtOf(), await province.showCodeOf(), JSON.stringify(credential)])
      expect(await codeOf(text, {}, by)).toBe('issuer_not_allowed');
  });

  it('no format takes the keys above: root, trust list and the holder’s own', async () => {
    for (const name of ['root', 'trust-list', 'device'] as const) {
      const signer = province.keys[name];
      expect(await codeOf(await province.sdJwtOf({}, { signer }))).toBe('unknown_issuer');
      expect(await codeOf(await province.showCodeOf({}, { signer }))).toBe('unknown_issuer');
    }
  });

  it('a key in the holder’s binding, the header or the method is never the issuer’s', async () => {
    const own = province.keys.device;
    const cnf = { jwk: own.publicJwk, kid: own.kid, jku: 'https://evil.example' };
    expect(await codeOf(await province.sdJwtOf({ cnf }, { signer: own }))).toBe('unknown_issuer');
    const jwk = Buffer.from(JSON.stringify(province.keys['police-ed'].publicJwk)).toString('base64url');
    for (const verificationMethod of [
      `did:jwk:${jwk}#0`,
      'did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2#z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2',
      province.keys['police-ed'].kid,
      `#${province.keys['police-ed'].kid}`,
    ])
      expect(await vcCode({ proof: { ...(credential.proof as object), verificationMethod } })).toBe(
        'unknown_issuer',
      );
  });
});

describe('the second signature that ECDSA allows', () => {
  /** (r, n - s) fits wherever (r, s) does. */
  const other = (signature: Uint8Array): Uint8Array => {
    const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const s = BigInt(`0x${Buffer.from(signature.slice(32)).toString('hex')}`);
    return new Uint8Array(
      Buffer.concat([signature.slice(0, 32), Buffer.from((n - s).toString(16).padStart(64, '0'), 'hex')]),
    );
  };

  it('says nothing else: the same fields under the same key, and the same code to who has seen it', async () => {
    const code = await province.showCodeOf();
    const bytes = base45Decode(code.slice(4))!;
    const twin = `SC1:${base45Encode(new Uint8Array([...bytes.slice(0, -64), ...other(bytes.slice(-64))]))}`;
    expect(twin).not.toBe(code);
    const [one, two] = [await verify(code, trusted, { now }), await verify(twin, trusted, { now })];
    expect(two).toEqual(one);
    const seen = createReplayMemory(() => now);
    expect([await codeOf(code, { seen }), await codeOf(twin, { seen })]).toEqual(['valid', 'replayed']);
  });
});
