/** Quick signing gives the bytes that the libraries give, whatever stands in the fields. */
import { createHash } from 'node:crypto';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { issue } from '@digitalbazaar/vc';
import { describe, expect, it } from '@jest/globals';
import { SDJwtInstance } from '@sd-jwt/core';
import fc from 'fast-check';
import type { Vocabulary } from '../../src/credentials/catalogue/certificate-type.ts';
import { contextUrl, writeJsonLdContext } from '../../src/credentials/catalogue/write-type-documents.ts';
import { createCanonicalShapes } from '../../src/credentials/formats/canonical-shape.ts';
import { createDocumentSigner } from '../../src/credentials/formats/data-integrity.ts';
import { createLoadContext } from '../../src/credentials/formats/load-context.ts';
import { writeSdJwt } from '../../src/credentials/formats/sd-jwt.ts';
import { canonicalForms } from '../../src/verifier/core/flat-canonical.ts';
import { staticContexts } from '../../src/verifier/core/index.ts';

const baseUrl = 'https://zj.example';
const model = 'https://www.w3.org/ns/credentials/v2';
const label = { zh: '标签', en: 'Label' };
const field = (name: string, kind: Vocabulary['fields'][number]['kind']) => ({
  name,
  label,
  kind,
  required: false,
  selective: true,
});
const vocabulary: Vocabulary = {
  id: 'odd',
  version: 1,
  name: label,
  w3cType: 'Odd',
  fields: [
    field('name', 'text'),
    field('remark', 'text'),
    field('code', 'code'),
    field('issued', 'day'),
    field('flag', 'flag'),
    field('count', 'number'),
  ],
};
const own = writeJsonLdContext(vocabulary, baseUrl);
const contexts: Record<string, unknown> = {
  [model]: (await staticContexts())[model]!.document,
  [contextUrl(baseUrl, vocabulary)]: own,
};
const loadContext = createLoadContext(async () => contexts);
const canonise = (document: object): Promise<string> =>
  cryptosuite.canonize(document, { documentLoader: loadContext, base: null, safe: true });

const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom(
    '',
    '"',
    '\\',
    '\\n',
    '\n\r\t\b\f',
    '\u0000\u0001\u001f\u007f\u0080\u009f',
    '\u2028\u2029\ufeff',
    'é',
    'e\u0301',
    '𠮷野家',
    '👩‍👩‍👧',
    '<urn:a>',
    '_:c14n0',
    'did:web:a',
    'http://a b',
    'onecert-place-0-',
    '@type',
    ' . \n',
    '"^^<x>',
    '张三丰',
    'true',
    '5',
  ),
);
const fields = fc.record(
  {
    name: oddText,
    remark: oddText,
    code: oddText,
    issued: fc.oneof(oddText, fc.constant('2015-06-01')),
    flag: fc.boolean(),
    count: fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double(), fc.constantFrom(0, -0, 1e21, 1.5, -7)),
  },
  { requiredKeys: [] },
);
const address = fc.oneof(
  fc.uuid().map((id) => `urn:uuid:${id}`),
  fc.constantFrom(
    'did:web:zj.example:issuers:a',
    'https://zj.example/a/../b?c=d#e',
    'urn:x',
    'code:1',
    'urn:ä',
  ),
  fc.webUrl(),
);

const documentOf = (subject: object, id: string, holder: string, issuer: string, index: number) => ({
  '@context': [model, contextUrl(baseUrl, vocabulary)],
  id,
  type: ['VerifiableCredential', 'Odd'],
  issuer,
  validFrom: '2026-11-23T08:00:00Z',
  validUntil: '2026-12-23T00:00:00Z',
  credentialSubject: { id: holder, identifier: '1.2.156', ...subject },
  credentialStatus: (['revocation', 'suspension'] as const).map((statusPurpose) => ({
    id: `${baseUrl}/status/1/${statusPurpose}#${index}`,
    type: 'BitstringStatusListEntry',
    statusPurpose,
    statusListIndex: String(index),
    statusListCredential: `${baseUrl}/status/1/${statusPurpose}`,
  })),
});
const documents = fc
  .tuple(fields, address, address, address, fc.nat())
  .map(([subject, id, holder, issuer, index]) => documentOf(subject, id, holder, issuer, index));

/** A stand-in for Ed25519: what is compared is what would be signed, and how the signature is put in. */
const signatureOver = (data: Uint8Array): Uint8Array => createHash('sha512').update(data).digest();

const terms = { verificationMethod: 'did:web:zj.example:issuers:a#key', created: '2026-11-23T07:55:00Z' };

const byLibrary = (document: object) =>
  issue({
    credential: structuredClone(document),
    suite: new DataIntegrityProof({
      cryptosuite,
      date: terms.created,
      signer: {
        id: terms.verificationMethod,
        algorithm: 'Ed25519',
        sign: async ({ data }) => signatureOver(data),
      },
    }),
    documentLoader: loadContext,
  });

describe('quick signing of W3C credentials', () => {
  it('gives the same JSON, proof and all, as @digitalbazaar/vc, the first of a shape and every later one', async () => {
    const sign = createDocumentSigner(loadContext);
    await fc.assert(
      fc.asyncProperty(documents, async (document) => {
        const theirs = await byLibrary(document).catch(() => 'refused');
        for (let round = 0; round < 2; round += 1) {
          const ours = await sign(document, terms)
            .then(({ toBeSigned, assemble }) => assemble(signatureOver(toBeSigned)))
            .catch(() => 'refused');
          expect(JSON.stringify(ours)).toBe(JSON.stringify(theirs));
        }
      }),
      { numRuns: 150 },
    );
  });

  it('writes from a template made with other values', async () => {
    const shapes = createCanonicalShapes(canonise);
    await shapes.learn(documentOf({ name: 'a', code: 'b', count: 1 }, 'urn:a', 'urn:b', 'did:web:a', 1));
    const alike = fc.record({ name: oddText, code: oddText, count: fc.maxSafeInteger() });
    const urn = fc.uuid().map((id) => `urn:uuid:${id}`);
    await fc.assert(
      fc.asyncProperty(alike, urn, urn, fc.nat(), async (subject, id, holder, index) => {
        const document = documentOf(subject, id, holder, 'did:web:zj.example', index);
        expect(shapes.write(document)).toBe(await canonise(document));
      }),
      { numRuns: 150 },
    );
  });

  it('leaves to the library two nodes of one address, several blank nodes, and terms it cannot place', async () => {
    const shapes = createCanonicalShapes(canonise);
    const plain = documentOf({ code: 'a' }, 'urn:a', 'urn:b', 'did:web:a', 1);
    await shapes.learn(plain);
    expect(shapes.write(plain)).toBe(await canonise(plain));
    expect(shapes.write(documentOf({ code: 'a' }, 'urn:a', 'urn:a', 'did:web:a', 1))).toBeUndefined();
    const { id: _id, ...unnamed } = plain;
    const blank = {
      ...unnamed,
      credentialStatus: plain.credentialStatus.map(({ id: _, ...entry }) => entry),
    };
    await shapes.learn(blank);
    expect(shapes.write(blank)).toBeUndefined();
    for (const value of [1.5, null, undefined, Number.NaN, 2 ** 60])
      expect(shapes.write({ ...plain, credentialSubject: { id: 'urn:b', count: value } })).toBeUndefined();
  });

  it('does not take a value inside JSON for a plain one', async () => {
    const json = { '@protected': true, data: { '@id': 'https://zj.example/data', '@type': '@json' } };
    const load = createLoadContext(async () => ({ ...contexts, 'urn:json': { '@context': json } }));
    const shapes = createCanonicalShapes((document) =>
      cryptosuite.canonize(document, { documentLoader: load, base: null, safe: true }),
    );
    const document = { '@context': ['urn:json'], '@id': 'urn:a', data: { inner: 'plain' } };
    await shapes.learn(document);
    expect(shapes.write(document)).toBeUndefined();
  });
});

describe('the verifier’s own canonical form', () => {
  it('is the library’s, or is left to it', async () => {
    let written = 0;
    await fc.assert(
      fc.asyncProperty(documents, async (document) => {
        const proof = {
          type: 'DataIntegrityProof',
          cryptosuite: 'eddsa-rdfc-2022',
          ...terms,
          proofPurpose: 'assertionMethod',
          proofValue: 'z1',
        };
        const quick = canonicalForms({ ...document, proof }, own, contexts[model]);
        if (!quick) return;
        written += 1;
        const { proofValue: _value, ...options } = proof;
        expect(quick.document).toBe(await canonise(document));
        expect(quick.options).toBe(await canonise({ '@context': document['@context'], ...options }));
      }),
      { numRuns: 150 },
    );
    expect(written).toBeGreaterThan(40);
  });

  it('is not written for a context that is more than terms, or that takes a word of the data model', () => {
    const document = documentOf({ code: 'a' }, 'urn:a', 'urn:b', 'did:web:a', 1);
    const proof = { ...terms, cryptosuite: 'eddsa-rdfc-2022' };
    const forms = (context: object) =>
      canonicalForms({ ...document, proof }, { '@context': context }, contexts[model]);
    const plain = own['@context'];
    expect(forms(plain)).toBeDefined();
    for (const other of [
      { ...plain, '@vocab': 'https://zj.example/#' },
      { ...plain, '@protected': false },
      { ...plain, domain: 'https://zj.example/#domain' },
      { ...plain, code: { '@id': 'https://zj.example/#code', '@container': '@set' } },
      { ...plain, code: { '@id': 'https://zj.example/#code', '@type': '@id' } },
      { ...plain, code: 'schema:code' },
    ])
      expect(forms(other)).toBeUndefined();
  });
});

describe('quick signing of SD-JWT VCs', () => {
  it('gives the text that @sd-jwt/core gives for the same salts', async () => {
    const header = { typ: 'dc+sd-jwt', kid: 'k', alg: 'ES256' };
    await fc.assert(
      fc.asyncProperty(
        fields,
        fc.subarray(['name', 'remark', 'code', 'flag', 'count']),
        async (values, chosen) => {
          const salts = () => {
            let made = 0;
            return () => createHash('md5').update(`${made++}`).digest('base64url');
          };
          const claims = { iss: baseUrl, iat: 1, cnf: { jwk: { kty: 'EC' } }, identifier: '1.2', ...values };
          const selective = chosen.filter((name) => name in values);
          const library = new SDJwtInstance({
            hasher: (data, _alg) =>
              createHash('sha256')
                .update(data as string)
                .digest(),
            hashAlg: 'sha-256',
            saltGenerator: salts(),
            signAlg: 'ES256',
            signer: () => 'signature',
          });
          const theirs = await library.issue(
            claims as Record<string, unknown>,
            (selective.length > 0 ? { _sd: selective } : undefined) as Parameters<typeof library.issue>[1],
            { header: { typ: 'dc+sd-jwt', kid: 'k' } },
          );
          const ours = writeSdJwt({ header, claims, selective: new Set(selective), salt: salts() });
          expect([`${ours.signingInput}.signature`, ...ours.disclosures, ''].join('~')).toBe(theirs);
        },
      ),
      { numRuns: 200 },
    );
  });
});
