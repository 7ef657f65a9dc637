import { beforeAll, describe, expect, it } from '@jest/globals';
import { contextDigest, type Trusted, verify } from '../../../src/verifier/core/index.ts';
import {
  baseUrl,
  contextUrl,
  createTestProvince,
  day,
  fields,
  goodIndex,
  iso,
  makeKey,
  now,
  revokedIndex,
  suspendedIndex,
  type TestProvince,
  typeContext,
} from './test-province.ts';

let province: TestProvince;
let trusted: Trusted;
let good: Record<string, unknown>;

beforeAll(async () => {
  province = await createTestProvince();
  trusted = await province.trustedWith();
  good = await province.ldpVcOf();
});

const codeOf = async (value: unknown, by: Trusted = trusted): Promise<string> =>
  (await verify(typeof value === 'string' ? value : JSON.stringify(value), by, { now })).code;

const subjectWith = (change: object) => ({ ...(good.credentialSubject as object), ...change });

describe('a W3C credential', () => {
  it('is valid as issued, with its fields in card order', async () => {
    const verdict = await verify(JSON.stringify(good), trusted, { now });
    expect(verdict).toMatchObject({
      code: 'valid',
      format: 'ldp_vc',
      holderProven: false,
      issuer: { id: 'zj-police' },
      statusEntry: { list: 1, index: goodIndex },
    });
    expect(verdict.fields.map(({ name, value }) => [name, value])).toEqual([
      ...Object.entries(fields),
      ['organ_donor', '是 Yes'],
    ]);
  });

  it('may name its issuer as an object with nothing but the id', async () => {
    const did = 'did:web:zj.example:issuers:zj-police';
    expect(await codeOf(await province.ldpVcOf({ issuer: { id: did } }))).toBe('valid');
    expect(await codeOf(await province.ldpVcOf({ issuer: { id: did, name: 'Somebody' } }))).toBe('malformed');
  });

  it('follows both its status entries, which must be one entry', async () => {
    expect(await codeOf(await province.ldpVcOf({}, { index: revokedIndex }))).toBe('revoked');
    expect(await codeOf(await province.ldpVcOf({}, { index: suspendedIndex }))).toBe('suspended');
    expect(await codeOf(await province.ldpVcOf({}, { index: 131_072 }))).toBe('status_unknown');
    const [revocation, suspension] = good.credentialStatus as Record<string, string>[];
    const other = { ...suspension, statusListIndex: '8', id: `${baseUrl}/x` };
    const elsewhere = { ...suspension, statusListCredential: 'https://evil.example/s' };
    expect(await codeOf(await province.ldpVcOf({ credentialStatus: [revocation, other] }))).toBe('malformed');
    expect(await codeOf(await province.ldpVcOf({ credentialStatus: [revocation] }))).toBe('malformed');
    expect(await codeOf(await province.ldpVcOf({ credentialStatus: [revocation, elsewhere] }))).toBe(
      'status_unknown',
    );
    expect(await codeOf(await province.ldpVcOf({ credentialStatus: undefined }))).toBe('status_unknown');
  });

  it('is judged by validFrom, validUntil and the key’s time', async () => {
    expect(await codeOf(await province.ldpVcOf({ validUntil: iso(now) }))).toBe('expired');
    expect(await codeOf(await province.ldpVcOf({ validFrom: iso(now + day) }))).toBe('not_yet_valid');
    const by = await province.trustedWith({ list: ({ keys }) => Object.assign(keys[1]!, { to: now - 301 }) });
    expect(await codeOf(good, by)).toBe('unknown_issuer');
  });

  it.each(['2026-11-23', '2026-11-23T00:00:00', '2026-13-01T00:00:00Z', 'soon'])(
    'refuses %s as a time',
    async (time) => {
      expect(await codeOf({ ...good, validFrom: time })).toBe('malformed');
    },
  );
});

describe('security (b) Wrong purpose/controller or caller-chosen method', () => {
  it('refuses keys that are unknown, not for certificates, not for the type, or compromised', async () => {
    const stranger = await makeKey('EdDSA');
    expect(await codeOf(await province.ldpVcOf({}, { signer: stranger }))).toBe('unknown_issuer');
    const change = (value: object) =>
      province.trustedWith({ list: ({ keys }) => Object.assign(keys[1]!, value) });
    expect(await codeOf(good, await change({ purpose: 'status' }))).toBe('issuer_not_allowed');
    expect(await codeOf(good, await change({ types: ['fiscal_receipt'] }))).toBe('issuer_not_allowed');
    // The type moved to another department: what it signed before stays good.
    const movedAt = (at: number) => change({ type_until: { driving_licence: at } });
    expect(await codeOf(good, await movedAt(now + day))).toBe('valid');
    expect(await codeOf(good, await movedAt(now - 30 * day))).toBe('issuer_not_allowed');
    expect(await codeOf(good, await change({ state: 'compromised' }))).toBe('key_compromised');
  });

  it('refuses a method under another department’s DID, and an issuer that is not the signer', async () => {
    const method = `did:web:zj.example:issuers:zj-finance#${province.keys['police-ed'].kid}`;
    expect(await codeOf(await province.ldpVcOf({}, { method }))).toBe('unknown_issuer');
    const other = await province.ldpVcOf({ issuer: 'did:web:zj.example:issuers:zj-finance' });
    // The library ties issuer and controller too, so this one already fails as a signature.
    expect(['tampered', 'issuer_not_allowed']).toContain(await codeOf(other));
  });

  it.each([
    ['proofPurpose', 'authentication'],
    ['cryptosuite', 'eddsa-jcs-2022'],
    ['type', 'Ed25519Signature2020'],
    ['proofValue', 'uAAAA'],
    ['created', 'yesterday'],
    ['verificationMethod', { id: 'x', publicKeyMultibase: 'z6Mk' }],
    ['domain', 'evil.example'],
  ])('refuses a proof whose %s is not ours', async (name, value) => {
    expect(await codeOf({ ...good, proof: { ...(good.proof as object), [name]: value } })).toBe('malformed');
  });

  it('refuses no proof, two proofs and a presentation', async () => {
    expect(await codeOf({ ...good, proof: undefined })).toBe('malformed');
    expect(await codeOf({ ...good, proof: [good.proof, good.proof] })).toBe('malformed');
    expect(
      await codeOf({
        '@context': good['@context'],
        type: ['VerifiablePresentation'],
        verifiableCredential: [good],
      }),
    ).toBe('malformed');
  });
});

describe('security (b) JSON-LD: term redefinition / dropped terms', () => {
  it('refuses any change of a value, name or type', async () => {
    expect(await codeOf({ ...good, credentialSubject: subjectWith({ name: '李四' }) })).toBe('tampered');
    expect(
      await codeOf({
        ...good,
        credentialSubject: subjectWith({ name: fields.authority, authority: fields.name }),
      }),
    ).toBe('tampered');
    expect(await codeOf({ ...good, credentialSubject: subjectWith({ organ_donor: false }) })).toBe(
      'tampered',
    );
    expect(await codeOf({ ...good, validUntil: iso(now + 365 * day) })).toBe('tampered');
    const { name: _, ...without } = good.credentialSubject as Record<string, unknown>;
    expect(await codeOf({ ...good, credentialSubject: without })).toBe('tampered');
  });

  it('refuses unknown terms, also those a context would drop or map elsewhere', async () => {
    for (const term of ['nickname', 'description', 'https://schema.org/name', '_:x', '@vocab', 'toString']) {
      expect(await codeOf({ ...good, credentialSubject: subjectWith({ [term]: 'x' }) })).toBe('tampered');
    }
    expect(await codeOf({ ...good, nickname: 'x' })).toBe('malformed');
    expect(await codeOf({ ...good, evidence: [] })).toBe('malformed');
  });

  it('refuses nested, listed, null and language values', async () => {
    for (const value of [
      { '@value': '张三' },
      ['张三'],
      null,
      { '@value': '张三', '@language': 'zh' },
      { '@id': 'x' },
    ]) {
      expect(await codeOf({ ...good, credentialSubject: subjectWith({ name: value }) })).toBe('malformed');
    }
  });

  it.each([
    ['an inline context', [{ '@vocab': 'https://evil.example/' }]],
    [
      'an extra inline context',
      ['https://www.w3.org/ns/credentials/v2', contextUrl, { name: 'https://evil.example/x' }],
    ],
    ['only the data model', ['https://www.w3.org/ns/credentials/v2']],
    ['another order', [contextUrl, 'https://www.w3.org/ns/credentials/v2']],
    ['a text', 'https://www.w3.org/ns/credentials/v2'],
  ])('refuses %s', async (_, context) => {
    expect(await codeOf({ ...good, '@context': context })).toBe('malformed');
  });

  it.each([
    `${baseUrl}/contexts/other/v1`,
    'contexts/driving_licence/v1',
    'http://169.254.169.254/contexts/driving_licence/v1',
    'toString',
  ])('refuses the context %s, which is not the type’s in the pack', async (url) => {
    expect(await codeOf({ ...good, '@context': ['https://www.w3.org/ns/credentials/v2', url] })).toBe(
      'unsupported',
    );
  });

  it('does not let the type’s context be swapped for another type’s with the same terms', async () => {
    const swapped = structuredClone(typeContext);
    const terms = swapped['@context'];
    [terms.authority, terms.vehicle_class] = [terms.vehicle_class, terms.authority];
    const url = `${baseUrl}/contexts/other/v1`;
    const by = { ...trusted, contexts: { ...trusted.contexts, [url]: swapped } };
    const { authority, vehicle_class } = fields;
    const credentialSubject = subjectWith({ authority: vehicle_class, vehicle_class: authority });
    const attack = { ...good, '@context': ['https://www.w3.org/ns/credentials/v2', url], credentialSubject };
    expect(await codeOf(attack, by)).toBe('unsupported');
  });

  it('keeps its own credentials/v2 whatever the pack says', async () => {
    const v2 = 'https://www.w3.org/ns/credentials/v2';
    const document = { '@context': { '@vocab': 'https://evil.example/' } };
    const by = await province
      .trustedWith({
        pack: ({ contexts }) => Object.assign(contexts, { [v2]: { sha256: '', document } }),
      })
      .catch(() => undefined);
    expect(by).toBeUndefined();
    const sha256 = await contextDigest(document);
    const second = await province.trustedWith({
      pack: ({ contexts }) => Object.assign(contexts, { [v2]: { sha256, document } }),
    });
    expect(await codeOf(good, second)).toBe('valid');
    expect(await codeOf({ ...good, credentialSubject: subjectWith({ name: '李四' }) }, second)).toBe(
      'tampered',
    );
  });
});

describe('security (c) 35: JSON text', () => {
  it('with a repeated name is refused, at any depth, also when escaped', async () => {
    const text = JSON.stringify(good);
    expect(await codeOf(text.replace('{', '{"id":"urn:x:1",'))).toBe('malformed');
    expect(await codeOf(text.replace('"name":', '"name":"李四","name":'))).toBe('malformed');
    expect(await codeOf(text.replace('"name":', '"n\\u0061me":"李四","name":'))).toBe('malformed');
  });

  it.each([
    ['a BOM', (text: string) => `\ufeff${text}`],
    ['1e400', (text: string) => text.replace('"organ_donor":true', '"organ_donor":1e400')],
    ['a lone surrogate', (text: string) => text.replace('张三', '\\ud800')],
    ['10,000 levels', (text: string) => text.replace('true', `${'['.repeat(10_000)}${']'.repeat(10_000)}`)],
    ['1 MB', (text: string) => text.replace('张三', '三'.repeat(1_048_576))],
    ['__proto__', (text: string) => text.replace('"organ_donor"', '"__proto__":{"x":1},"organ_donor"')],
    ['a comment', (text: string) => `${text}// x`],
    ['a single quote', () => "{'@context': 1}"],
    ['YAML', () => '{"a": 1\n}\n---\nb: 2'],
    ['a trailing comma', (text: string) => text.replace(/}$/, ',}')],
  ])('with %s is refused', async (_, change) => {
    expect(await codeOf(change(JSON.stringify(good)))).toBe('malformed');
  });

  it('with 10,000 credentials is refused in under a second', async () => {
    const started = performance.now();
    expect(await codeOf({ ...good, credentialSubject: new Array(10_000).fill({ name: 'x' }) })).toBe(
      'malformed',
    );
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
