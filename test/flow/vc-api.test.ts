/**
 * The VC-API as W3C's suites call it (vc-data-model-2.0, vc-di-eddsa, vc-di-ecdsa, vc-bitstring-status-list): one test a
 * normative statement, each with documents that must pass and documents that must not.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { generate } from '@digitalbazaar/ed25519-multikey';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { issue as issueByLibrary } from '@digitalbazaar/vc';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express, { type NextFunction, type Request, type Response } from 'express';
import { readConfig } from '../../src/config.ts';
import { errorEntry, ServiceError } from '../../src/errors.ts';
import { createVcApi } from '../../src/vc-api/index.ts';
import { loadDocument } from '../../src/vc-api/load-document.ts';

const now = Date.parse('2026-11-23T08:00:00Z');
const model = 'https://www.w3.org/ns/credentials/v2';
const examples = 'https://www.w3.org/ns/credentials/examples/v2';
// biome-ignore lint/suspicious/noExplicitAny: whatever the answer is, the test looks into it
type Json = Record<string, any>;

let server: Server;
let origin: string;
let manifest: Json;

beforeAll(async () => {
  const app = express();
  server = app.listen(0, '127.0.0.1');
  await new Promise((ready) => server.once('listening', ready));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  app.use(await createVcApi({ baseUrl: origin, clock: { now: () => now } }));
  app.use((error: unknown, _: Request, response: Response, next: NextFunction) =>
    error instanceof ServiceError
      ? response.status(errorEntry(error.code).status).json({ code: error.code })
      : next(error),
  );
  manifest = (await (await fetch(`${origin}/vc-api/implementation`)).json()) as Json;
});
afterAll(() => new Promise((closed) => server.close(closed)));

const post = async (path: string, body: unknown): Promise<{ status: number; body: Json }> => {
  const answer = await fetch(`${origin}/vc-api${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Json };
};

const plain = (change: Json = {}): Json => ({
  '@context': [model, examples],
  type: ['VerifiableCredential'],
  issuer: 'did:example:issuer',
  credentialSubject: { id: 'did:example:subject', degree: 'Bachelor' },
  ...change,
});
const without = (name: string): Json => {
  const { [name]: _, ...rest } = plain();
  return rest;
};

const issue = (credential: Json, suite = 'eddsa-rdfc-2022', options: Json = {}) =>
  post(`/${suite}/credentials/issue`, { credential, options });
const issued = async (change: Json = {}, suite?: string, options?: Json): Promise<Json> => {
  const { status, body } = await issue(plain(change), suite, options);
  expect([status, body.problemDetails]).toEqual([201, undefined]);
  return body.verifiableCredential;
};
const accepts = async (...documents: Json[]) => {
  for (const each of documents) expect([each, (await issue(each)).status]).toEqual([each, 201]);
};
const refuses = async (...documents: Json[]) => {
  for (const each of documents) expect([each, (await issue(each)).status]).toEqual([each, 400]);
};
const verify = (verifiableCredential: unknown, options: Json = {}) =>
  post('/credentials/verify', { verifiableCredential, options });

describe('VC Data Model 2.0, on issuing', () => {
  it('4.3 the @context is an ordered set whose first item is the base context; the others are URLs or objects', async () => {
    await accepts(
      plain(),
      plain({ '@context': [model, { term: 'https://e.example/term' }], credentialSubject: { term: 'x' } }),
    );
    await refuses(
      without('@context'),
      plain({ '@context': [] }),
      plain({ '@context': model }),
      plain({ '@context': [examples, model] }),
      plain({ '@context': [model, 5] }),
      plain({ '@context': [model, 'https://unknown.example/v1'] }),
    );
  });

  it('4.4 an id is a single URL, wherever it stands', async () => {
    await accepts(
      plain({ id: 'urn:uuid:4f3c1f6e-7f5a-4b3e-9d53-0c8a7b6f5e4d' }),
      plain({ id: 'did:example:1' }),
    );
    await refuses(
      plain({ id: 'not a url' }),
      plain({ id: 5 }),
      plain({ id: null }),
      plain({ id: ['urn:a:1', 'urn:a:2'] }),
      plain({ credentialSubject: { id: ['did:example:1'], degree: 'x' } }),
      plain({ credentialSubject: { id: 'no-colon', degree: 'x' } }),
    );
  });

  it('4.5 a type is there, includes VerifiableCredential, and every one maps to a URL', async () => {
    await accepts(
      plain({ type: 'VerifiableCredential' }),
      plain({ type: ['VerifiableCredential', 'Degree'] }),
    );
    await refuses(
      without('type'),
      plain({ type: [] }),
      plain({ type: ['Degree'] }),
      plain({ type: ['VerifiableCredential', 7] }),
      plain({
        '@context': [model],
        type: ['VerifiableCredential', 'Degree'],
        credentialSubject: { name: 'x' },
      }),
    );
  });

  it.each(['name', 'description'])(
    '4.6, 11.1 the %s of a credential or issuer is a string or language value objects',
    async (member) => {
      const english = { '@value': 'Text', '@language': 'en' };
      const arabic = { '@value': 'نص', '@language': 'ar', '@direction': 'rtl' };
      const both = (value: unknown) => [
        plain({ [member]: value }),
        plain({ issuer: { id: 'did:example:issuer', [member]: value } }),
      ];
      for (const good of ['Text', english, arabic, [english, arabic]]) await accepts(...both(good));
      for (const bad of [
        5,
        { ...english, extra: 'x' },
        { '@language': 'en' },
        { ...english, '@language': 'not a tag' },
        { ...english, '@direction': 'up' },
        [],
      ])
        await refuses(...both(bad));
    },
  );

  it('4.7 the issuer is a URL, or an object whose id is one; the test issuer signs in its own name', async () => {
    const vc = await issued({ issuer: { id: 'https://issuer.example', name: 'Somebody' } });
    expect(vc.issuer).toEqual({ id: manifest.issuers[0].id, name: 'Somebody' });
    await refuses(
      without('issuer'),
      plain({ issuer: 'issuer' }),
      plain({ issuer: {} }),
      plain({ issuer: { id: 5 } }),
      plain({ issuer: ['did:example:1'] }),
      plain({ issuer: null }),
    );
  });

  it('4.8 the credentialSubject is one or more objects that say something', async () => {
    await accepts(plain({ credentialSubject: [{ degree: 'x' }, { id: 'did:example:2' }] }));
    await refuses(
      without('credentialSubject'),
      plain({ credentialSubject: {} }),
      plain({ credentialSubject: [] }),
      plain({ credentialSubject: [{}] }),
      plain({ credentialSubject: 'did:example:subject' }),
    );
  });

  it('4.9 validFrom and validUntil are dateTimeStamps, the second not before the first', async () => {
    await accepts(
      plain({ validFrom: '2020-01-01T00:00:00Z', validUntil: '2030-01-01T00:00:00+08:00' }),
      plain({ validFrom: '2020-01-01T00:00:00.5Z' }),
    );
    await refuses(
      plain({ validFrom: '2020-01-01' }),
      plain({ validFrom: '2020-01-01T00:00:00' }),
      plain({ validFrom: 1_577_836_800 }),
      plain({ validUntil: 'tomorrow' }),
      plain({ validFrom: '2030-01-01T00:00:00Z', validUntil: '2020-01-01T00:00:00Z' }),
    );
  });

  it.each(['refreshService', 'termsOfUse', 'evidence', 'renderMethod', 'confidenceMethod'])(
    '5.4 to 5.6, 5.10 a %s is one or more objects, each with its type; an id is a URL',
    async (member) => {
      await accepts(
        plain({ [member]: { type: 'Sample' } }),
        plain({ [member]: [{ type: 'Sample', id: 'urn:a:1' }, { type: ['Sample', 'Other'] }] }),
      );
      await refuses(
        plain({ [member]: {} }),
        plain({ [member]: [] }),
        plain({ [member]: 'urn:a:1' }),
        plain({ [member]: [{ type: 'Sample' }, { id: 'urn:a:1' }] }),
        plain({ [member]: { type: 'Sample', id: 'not a url' } }),
      );
    },
  );

  it('4.10 a credentialStatus says its type; an id is a URL', async () => {
    await accepts(plain({ credentialStatus: { type: 'Sample' } }));
    await refuses(plain({ credentialStatus: {} }), plain({ credentialStatus: { type: 'Sample', id: 'x' } }));
  });

  it('4.11 each credentialSchema says its type and an id that is a URL', async () => {
    const schema = { id: 'https://schema.example/1', type: 'JsonSchema' };
    await accepts(
      plain({ credentialSchema: schema }),
      plain({ credentialSchema: [schema, { ...schema, id: 'urn:b:2' }] }),
    );
    await refuses(
      plain({ credentialSchema: { id: schema.id } }),
      plain({ credentialSchema: { type: 'JsonSchema' } }),
      plain({ credentialSchema: { ...schema, id: 5 } }),
    );
  });

  it('5.2 a context that redefines a protected term is an error', async () => {
    await refuses(
      plain({ '@context': [model, { VerifiableCredential: 'https://e.example/#VC' }] }),
      plain({ '@context': [model, { name: 'https://e.example/#name' }], credentialSubject: { name: 'x' } }),
    );
  });

  it('5.3 each relatedResource has an id of its own and a digest', async () => {
    const resource = { id: 'https://e.example/1', digestSRI: 'sha384-abc' };
    await accepts(
      plain({ relatedResource: [resource, { id: 'https://e.example/2', digestMultibase: 'uAbc' }] }),
    );
    await refuses(
      plain({ relatedResource: { digestSRI: 'sha384-abc' } }),
      plain({ relatedResource: { id: resource.id } }),
      plain({ relatedResource: [resource, resource] }),
      plain({ relatedResource: { ...resource, digestSRI: 5 } }),
      plain({ relatedResource: 'https://e.example/1' }),
    );
  });

  it('a word without a meaning is an error, not dropped', async () => {
    await refuses(plain({ '@context': [model], credentialSubject: { degree: 'x' } }));
  });
});

describe.each(['eddsa-rdfc-2022', 'ecdsa-rdfc-2019'])('Data Integrity with %s', (suite) => {
  it('a proof has its type, suite, purpose, created, method of the issuer, and base58-btc of 64 bytes', async () => {
    const vc = await issued({}, suite);
    expect(vc.proof).toMatchObject({
      type: 'DataIntegrityProof',
      cryptosuite: suite,
      proofPurpose: 'assertionMethod',
      created: '2026-11-23T08:00:00Z',
    });
    expect(vc.proof.verificationMethod).toBe(`${vc.issuer}#${vc.issuer.slice('did:key:'.length)}`);
    expect(vc.proof.proofValue).toMatch(/^z[1-9A-HJ-NP-Za-km-z]{64,90}$/);
    const answer = await verify(vc);
    expect([answer.status, answer.body.verified, answer.body.problemDetails]).toEqual([200, true, []]);
  });

  const bad: [string, (vc: Json) => void][] = [
    ['is missing', (vc) => delete vc.proof],
    ['is null', (vc) => (vc.proof = null)],
    ['is an empty list', (vc) => (vc.proof = [])],
    ['has no type', (vc) => delete vc.proof.type],
    ['has another type', (vc) => (vc.proof.type = 'UnknownProofType')],
    ['has no verificationMethod', (vc) => delete vc.proof.verificationMethod],
    ['names a method that is none', (vc) => (vc.proof.verificationMethod = 'did:key:invalid')],
    ['has no proofPurpose', (vc) => delete vc.proof.proofPurpose],
    ['has another proofPurpose', (vc) => (vc.proof.proofPurpose = 'authentication')],
    ['has no proofValue', (vc) => delete vc.proof.proofValue],
    ['has a null proofValue', (vc) => (vc.proof.proofValue = null)],
    ['is not multibase', (vc) => (vc.proof.proofValue = vc.proof.proofValue.slice(1))],
    ['is of another base', (vc) => (vc.proof.proofValue = `u${vc.proof.proofValue.slice(1)}`)],
    ['has an unknown cryptosuite', (vc) => (vc.proof.cryptosuite = 'invalid-suite')],
    [
      'has a cryptosuite of another key',
      (vc) => (vc.proof.cryptosuite = suite.startsWith('ed') ? 'ecdsa-rdfc-2019' : 'eddsa-rdfc-2022'),
    ],
    ['has a created without a zone', (vc) => (vc.proof.created = '2026-11-23T08:00:00')],
    ['has an expires without a zone', (vc) => (vc.proof.expires = '2027-11-23T08:00:00')],
    ['has expired', (vc) => (vc.proof.expires = '2020-01-01T00:00:00Z')],
    ['has a later created', (vc) => (vc.proof.created = '2026-11-23T08:00:01Z')],
    ['has a challenge that is no string', (vc) => (vc.proof.challenge = 5)],
    ['has a domain that is no string', (vc) => (vc.proof.domain = {})],
    ['names a previous proof', (vc) => (vc.proof.previousProof = 'urn:uuid:1')],
    ['is over another subject', (vc) => (vc.credentialSubject.degree = 'Doctor')],
    ['is by somebody who is not the issuer', (vc) => (vc.issuer = 'did:example:other')],
    [
      'stands beside one that does not fit',
      (vc) => (vc.proof = [vc.proof, { ...vc.proof, created: '2025-01-01T00:00:00Z' }]),
    ],
  ];
  it.each(bad)('verification fails when the proof %s', async (_title, change) => {
    const vc = await issued({}, suite);
    change(vc);
    const { status, body } = await verify(vc);
    expect([status, body.verified]).toEqual([400, false]);
    expect(body.problemDetails[0].type).toMatch(/^https:\/\/www\.w3\.org\//);
  });

  it('the purpose, challenge and domain that were asked for must be those of the proof', async () => {
    const vc = await issued({}, suite);
    expect((await verify(vc, { expectedProofPurpose: 'assertionMethod' })).status).toBe(200);
    for (const options of [
      { expectedProofPurpose: 'authentication' },
      { challenge: 'c' },
      { domain: 'd.example' },
    ])
      expect([options, (await verify(vc, options)).status]).toEqual([options, 400]);
  });
});

describe('verification of the data model', () => {
  it('is of the period too', async () => {
    expect((await verify(await issued({ validUntil: '2026-01-01T00:00:00Z' }))).status).toBe(400);
    expect((await verify(await issued({ validFrom: '2027-01-01T00:00:00Z' }))).status).toBe(400);
  });

  it.each([undefined, null, 'text', 5, [], {}])('refuses %j', async (document) => {
    expect((await verify(document)).status).toBe(400);
  });

  it('4.12 refuses what is enveloped: another mechanism secures it', async () => {
    const envelope = {
      '@context': [model],
      id: 'data:application/vc+jwt,eyJhbGciOiJFUzI1NiJ9.e30.AA',
      type: 'EnvelopedVerifiableCredential',
    };
    const { status, body } = await verify(envelope);
    expect([status, body.problemDetails[0].title]).toEqual([400, expect.stringContaining('enveloped')]);
    const presentation = { ...envelope, type: 'EnvelopedVerifiablePresentation' };
    const answer = await post('/presentations/verify', { verifiablePresentation: presentation });
    expect(answer.status).toBe(400);
  });
});

describe('presentations (VC Data Model 2.0 §4.13)', () => {
  const present = async (change: Json, terms: Json = {}): Promise<{ holder: string; presentation: Json }> => {
    const key = await generate();
    const holder = `did:key:${key.publicKeyMultibase}`;
    const signer = { ...key.signer(), id: `${holder}#${key.publicKeyMultibase}` };
    const document: Json = { '@context': [model, examples], type: ['VerifiablePresentation'], ...change };
    for (const [name, value] of Object.entries(document))
      document[name] = JSON.parse(JSON.stringify(value).replaceAll('did:example:me', holder));
    const suite = new DataIntegrityProof({ cryptosuite, signer, date: '2026-11-23T07:59:00Z' });
    const proof = await (suite as Json).createProof({
      document,
      proofSet: [],
      purpose: {
        update: (proof: Json) => Object.assign(proof, { proofPurpose: 'authentication', ...terms }),
      },
      documentLoader: loadDocument,
    });
    return { holder, presentation: { ...document, proof } };
  };
  const judge = async (change: Json, options: Json = {}, terms: Json = {}): Promise<number> => {
    const { presentation } = await present(change, terms);
    return (await post('/presentations/verify', { verifiablePresentation: presentation, options })).status;
  };

  it('stand with a type, an id that is a URL, a holder that is a URL or has one', async () => {
    expect(await judge({})).toBe(200);
    expect(await judge({ id: 'urn:uuid:1', holder: 'did:example:me' })).toBe(200);
    expect(await judge({ holder: { id: 'did:example:me' } })).toBe(200);
    const { presentation } = await present({});
    for (const change of [
      { type: [] },
      { type: ['Other'] },
      { id: 'x' },
      { holder: {} },
      { holder: 'x' },
      { verifiableCredential: ['urn:a:1'] },
      { verifiableCredential: [5] },
      { termsOfUse: {} },
      { '@context': [examples] },
    ]) {
      const verifiablePresentation = { ...presentation, ...change };
      const { status } = await post('/presentations/verify', { verifiablePresentation });
      expect([change, status]).toEqual([change, 400]);
    }
  });

  it('stand with credentials that stand, and fall with one that does not', async () => {
    const good = await issued();
    expect(await judge({ verifiableCredential: [good, await issued({}, 'ecdsa-rdfc-2019')] })).toBe(200);
    const changed = { ...good, credentialSubject: { degree: 'Doctor' } };
    expect(await judge({ verifiableCredential: [good, changed] })).toBe(400);
  });

  it('may carry the holder’s own word without a proof of its own: she is named, and it is she who signed', async () => {
    const own = plain({ issuer: 'did:example:me' });
    expect(await judge({ holder: 'did:example:me', verifiableCredential: [own] })).toBe(200);
    expect(await judge({ verifiableCredential: [own] })).toBe(400);
    expect(await judge({ holder: 'did:example:acme', verifiableCredential: [own] })).toBe(400);
    expect(await judge({ holder: 'did:example:me', verifiableCredential: [plain()] })).toBe(400);
  });

  it('answer the challenge and domain that were asked for', async () => {
    const asked = { challenge: 'c-1', domain: 'shop.example' };
    expect(await judge({}, asked, asked)).toBe(200);
    expect(await judge({}, { ...asked, challenge: 'c-2' }, asked)).toBe(400);
    expect(await judge({}, { ...asked, domain: 'other.example' }, asked)).toBe(400);
    expect(await judge({}, asked)).toBe(400);
  });
});

describe('Bitstring Status List 1.0', () => {
  const entry = (change: Json = {}): Json => ({
    type: 'BitstringStatusListEntry',
    statusPurpose: 'revocation',
    statusListIndex: '7',
    statusListCredential: `${origin}/vc-api/status/revocation`,
    ...change,
  });

  it('2.1 an issued entry names a list that can be fetched, is a credential that stands, and has 131,072 entries', async () => {
    const vc = await issued({}, 'eddsa-rdfc-2022', { statusPurpose: 'revocation' });
    const { statusListCredential, statusListIndex, id } = vc.credentialStatus;
    expect(id).not.toBe(statusListCredential);
    expect(Number(statusListIndex)).toBeLessThan(131_072);
    const list = (await (await fetch(statusListCredential)).json()) as Json;
    expect(list.type).toContain('BitstringStatusListCredential');
    expect(list.id).toBe(statusListCredential);
    expect(list.credentialSubject).toMatchObject({
      type: 'BitstringStatusList',
      statusPurpose: 'revocation',
    });
    const bits = gunzipSync(Buffer.from(list.credentialSubject.encodedList.slice(1), 'base64url'));
    expect(bits.length * 8).toBe(131_072);
    expect((await verify(list)).status).toBe(200);
    expect((await verify(vc)).status).toBe(200);
  });

  it('2.1 entries that do not comply are refused', async () => {
    const message = (status: string) => ({ status, message: 'm' });
    await accepts(
      plain({ credentialStatus: [entry(), entry({ statusPurpose: 'suspension' })] }),
      plain({
        credentialStatus: entry({
          statusPurpose: 'message',
          statusSize: 1,
          statusMessage: [message('0x0'), message('0x1')],
        }),
      }),
      plain({ credentialStatus: entry({ statusReference: ['https://e.example/1'] }) }),
    );
    for (const change of [
      { statusPurpose: 5 },
      { statusPurpose: undefined },
      { statusListIndex: 7 },
      { statusListIndex: true },
      { statusListIndex: '-1' },
      { statusListIndex: '1.5' },
      { statusListCredential: 'x' },
      { statusListCredential: undefined },
      { id: `${origin}/vc-api/status/revocation` },
      { statusSize: 0 },
      { statusSize: '1' },
      { statusSize: 2 },
      { statusSize: 2, statusMessage: [message('0x0')] },
      { statusMessage: [{ status: 5, message: 'm' }, message('0x1')] },
      { statusReference: 'x' },
    ])
      await refuses(plain({ credentialStatus: entry(change) }));
  });

  it('3.2 a list that is not known, of another purpose, or too short for the index is an error with its name', async () => {
    const kindOf = async (change: Json): Promise<string> => {
      const { status, body } = await verify(await issued({ credentialStatus: entry(change) }));
      expect(status).toBe(400);
      return body.problemDetails[0].type;
    };
    const base = 'https://www.w3.org/ns/credentials/status-list#';
    expect(await kindOf({ statusListCredential: 'https://elsewhere.example/1' })).toBe(
      `${base}STATUS_RETRIEVAL_ERROR`,
    );
    expect(await kindOf({ statusPurpose: 'suspension' })).toBe(`${base}STATUS_VERIFICATION_ERROR`);
    expect(await kindOf({ statusListIndex: '131072' })).toBe(`${base}RANGE_ERROR`);
  });

  it('2.2 a list credential without type, purpose or enough entries is refused', async () => {
    const { credentialSubject } = (await (await fetch(`${origin}/vc-api/status/suspension`)).json()) as Json;
    const list = (change: Json) =>
      plain({
        type: ['VerifiableCredential', 'BitstringStatusListCredential'],
        credentialSubject: { ...credentialSubject, ...change },
      });
    await accepts(list({}), list({ statusPurpose: ['revocation', 'suspension'] }));
    await refuses(
      list({ type: 'Other' }),
      list({ statusPurpose: undefined }),
      list({ statusPurpose: [] }),
      list({ encodedList: 'H4sIAAAAAAAAAwMAAAAAAAAAAAA' }),
      list({ encodedList: 'uH4sIAAAAAAAAAwMAAAAAAAAAAAA' }),
      list({ encodedList: undefined }),
      list({ ttl: 'soon' }),
    );
  });
});

describe('what the VC-API is not', () => {
  it('is off unless the configuration says so, and production refuses to start with it', () => {
    expect(readConfig({}).vcApi).toBe(false);
    const file = join(mkdtempSync(join(tmpdir(), 'onecert-vc-api-')), 'config.yaml');
    writeFileSync(file, 'mode: production\nvcApi: true\n');
    expect(() => readConfig({ ONECERT_CONFIG: file })).toThrow(/vcApi: signs whatever it is given/);
    rmSync(dirname(file), { recursive: true });
  });

  it('signs with keys of this start only: two starts, two issuers', async () => {
    const app = express().use(await createVcApi({ baseUrl: origin, clock: { now: () => now } }));
    const other = app.listen(0, '127.0.0.1');
    await new Promise((ready) => other.once('listening', ready));
    const at = `http://127.0.0.1:${(other.address() as AddressInfo).port}/vc-api/implementation`;
    const theirs = (await (await fetch(at)).json()) as Json;
    other.close();
    expect(theirs.issuers[0].id).not.toBe(manifest.issuers[0].id);
    expect(theirs.issuers[0].id).toMatch(/^did:key:z6Mk/);
    expect(theirs.issuers[1].id).toMatch(/^did:key:zDna/);
  });

  it('takes what another implementation issued, and knows no other suite', async () => {
    const key = await generate();
    const did = `did:key:${key.publicKeyMultibase}`;
    const signer = { ...key.signer(), id: `${did}#${key.publicKeyMultibase}` };
    const theirs = await issueByLibrary({
      credential: plain({ issuer: did }),
      suite: new DataIntegrityProof({ cryptosuite, signer, date: '2026-11-23T07:00:00Z' }),
      documentLoader: loadDocument,
    });
    expect((await verify(theirs)).status).toBe(200);
    expect((await issue(plain(), 'bbs-2023')).status).toBe(404);
  });
});

describe('what would keep the canonisation busy', () => {
  it('blank nodes that all know each other are refused at once', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `_:n${i}`);
    const knows = { '@id': 'https://e.example/knows', '@type': '@id' };
    const nodes = names.map((name) => ({ '@id': name, knows: names.filter((other) => other !== name) }));
    const began = performance.now();
    const { status } = await issue(
      plain({ '@context': [model, { knows, degree: 'https://e.example/degree' }], credentialSubject: nodes }),
    );
    expect(status).toBe(400);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('so are more proofs, more credentials and longer bodies than anybody has', async () => {
    const one = await issued();
    const many = await verify({ ...one, proof: Array.from({ length: 9 }, () => one.proof) });
    expect([many.status, JSON.stringify(many.body).includes('more than 8')]).toEqual([400, true]);
    const long = await fetch(`${origin}/vc-api/credentials/verify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ verifiableCredential: 'x'.repeat(300_000) }),
    });
    expect(long.status).not.toBe(200);
  });
});
