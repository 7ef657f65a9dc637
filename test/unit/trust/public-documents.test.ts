import { get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express, { type NextFunction, type Request, type Response } from 'express';
import { ServiceError } from '../../../src/errors.ts';
import { trustRoutes } from '../../../src/trust/index.ts';
import { type Process, type Province, removeKeys, startedProvince } from './province.ts';

const PRIVATE = [
  'd',
  'p',
  'q',
  'dp',
  'dq',
  'qi',
  'oth',
  'k',
  'secretKeyMultibase',
  'privateKeyJwk',
  'privateJwk',
];

/** Every member name at any depth. */
const memberNames = (value: unknown): string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, member]) => [name, ...memberNames(member)])
    : [];

/** fetch would send `cache-control: no-cache` along with a condition of ours. */
const statusFor = (url: string, headers: Record<string, string>) =>
  new Promise<number | undefined>((resolve, reject) => {
    get(url, { headers }, (answer) => resolve(answer.resume().statusCode)).on('error', reject);
  });

interface DidDocument {
  id: string;
  verificationMethod: {
    id: string;
    type: string;
    publicKeyJwk?: { kid?: string };
    publicKeyMultibase?: string;
  }[];
  assertionMethod: string[];
}

describe('the public documents', () => {
  let home: Province & Process;
  let server: Server;
  let origin: string;
  beforeAll(async () => {
    home = await startedProvince();
    const app = express();
    app.use(trustRoutes(home.trust));
    app.use((error: unknown, _: Request, response: Response, next: NextFunction) =>
      error instanceof ServiceError ? response.status(404).send(error.code) : next(error),
    );
    server = app.listen(0, '127.0.0.1');
    await new Promise((ready) => server.once('listening', ready));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await new Promise((closed) => server.close(closed));
    await home.remove();
    await removeKeys();
  });

  const did = (id: string) => home.trust.didDocument(id) as unknown as DidDocument;
  const kid = (alg: 'ES256' | 'EdDSA') => home.keyring.active('certificate', 'wenzhou', alg).kid;

  it('give the keys of a department under the ids that its proofs name', () => {
    const { id, verificationMethod, assertionMethod } = did('wenzhou');
    expect(id).toBe('did:web:localhost%3A3000:issuers:wenzhou');
    expect(verificationMethod.map((method) => [method.id, method.type])).toEqual([
      [`${id}#${kid('ES256')}`, 'Multikey'],
      [`${id}#${kid('ES256')}-jwk`, 'JsonWebKey'],
      [`${id}#${kid('EdDSA')}`, 'Multikey'],
      [`${id}#${kid('EdDSA')}-jwk`, 'JsonWebKey'],
    ]);
    expect(assertionMethod).toEqual(verificationMethod.map((method) => method.id));
  });

  it.each([
    ['EdDSA', '@digitalbazaar/ed25519-multikey', /^z6Mk/],
    ['ES256', '@digitalbazaar/ecdsa-multikey', /^zDna/],
  ] as const)('write keys for %s as the Multikey library does', async (alg, name, prefix) => {
    const { fromJwk } = await import(name);
    const { publicJwk } = home.keyring.find(kid(alg))!;
    const expected = (await (await fromJwk({ jwk: publicJwk })).export({ publicKey: true }))
      .publicKeyMultibase;
    const multikey = did('wenzhou').verificationMethod.find(({ id }) => id.endsWith(`#${kid(alg)}`));
    expect(multikey?.publicKeyMultibase).toBe(expected);
    expect(expected).toMatch(prefix);
  });

  it('give status list keys under the province', () => {
    const kids = (['ES256', 'EdDSA'] as const).map(
      (alg) => home.keyring.active('status', 'province', alg).kid,
    );
    expect(did('province').assertionMethod.map((id) => id.split('#')[1])).toEqual([
      kids[0],
      `${kids[0]}-jwk`,
      kids[1],
      `${kids[1]}-jwk`,
    ]);
  });

  it('are JWT VC issuer metadata whose issuer is the iss of the certificates', () => {
    const { issuer, jwks } = home.trust.jwtVcIssuerMetadata('wenzhou') as {
      issuer: string;
      jwks: { keys: object[] };
    };
    expect(issuer).toBe(home.trust.issuerUrl('wenzhou'));
    expect(jwks.keys).toEqual([
      expect.objectContaining({ kid: kid('ES256'), alg: 'ES256', use: 'sig' }),
      expect.objectContaining({ kid: kid('EdDSA'), alg: 'EdDSA', use: 'sig' }),
    ]);
  });

  it('keep a retired key for what it signed and drop a stolen one', async () => {
    const { keyring } = home;
    const make = () => keyring.create({ purpose: 'certificate', owner: 'zj-police', alg: 'ES256', days: 1 });
    const [retired, stolen] = [await make(), await make()];
    await keyring.retire(retired.kid);
    await keyring.markCompromised(stolen.kid);
    const text = JSON.stringify([did('zj-police'), home.trust.jwtVcIssuerMetadata('zj-police')]);
    expect(text).toContain(retired.kid);
    expect(text).not.toContain(stolen.kid);
  });

  it.each([
    ['/trust/root', 'application/json'],
    ['/trust/statement', 'application/jwt'],
    ['/trust/list', 'application/jwt'],
    ['/issuers/wenzhou/did.json', 'application/json'],
    ['/issuers/province/did.json', 'application/json'],
    ['/.well-known/jwt-vc-issuer/issuers/wenzhou', 'application/json'],
  ])('at %s are cacheable, readable from any origin and hold no private member', async (path, type) => {
    const answer = await fetch(origin + path);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(type);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=60');
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    const text = await answer.text();
    const content =
      type === 'application/jwt' ? Buffer.from(text.split('.')[1] ?? '', 'base64url').toString() : text;
    const names = memberNames(JSON.parse(content));
    expect(names.filter((name) => PRIVATE.includes(name))).toEqual([]);

    const etag = answer.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{43}"$/);
    expect(await statusFor(origin + path, { 'if-none-match': etag })).toBe(304);
    expect(await statusFor(origin + path, { 'if-none-match': '"another"' })).toBe(200);
  });

  it.each([
    '/issuers/nobody/did.json',
    '/.well-known/jwt-vc-issuer/issuers/nobody',
    '/issuers/__proto__/did.json',
  ])('answer not found at %s', async (path) => {
    const answer = await fetch(origin + path);
    expect([answer.status, await answer.text()]).toEqual([404, 'not_found']);
  });
});
