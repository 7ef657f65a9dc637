/** Issuers as somebody else's software finds them: did:web, and JWT VC issuer metadata, by their specifications alone. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { verifyCredential } from '@digitalbazaar/vc';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express, { type NextFunction, type Request, type Response } from 'express';
import { compactVerify, decodeJwt, decodeProtectedHeader, importJWK, type JWK } from 'jose';
import { ServiceError } from '../../../src/errors.ts';
import { trustRoutes } from '../../../src/trust/index.ts';
import {
  citizenNumber,
  context,
  drivingLicenceRow,
  newDeviceKeys,
  openRig,
  person,
  type Rig,
  registersOf,
  testClock,
} from './issuing-rig.ts';

const number = citizenNumber(1);
const registers = registersOf({ 'driving-licences': [drivingLicenceRow({ key: 'DL1', number })] });

interface Method {
  id: string;
  type: string;
  controller: string;
  publicKeyJwk?: JWK;
}
interface DidDocument {
  '@context': string[];
  id: string;
  verificationMethod: Method[];
  assertionMethod: string[];
}

describe('the issuers’ public documents, read by others', () => {
  const clock = testClock(Date.now());
  let rig: Rig;
  let server: Server;
  beforeAll(async () => {
    rig = await openRig({ registers, clock });
    const app = express().use(trustRoutes(rig.trust));
    app.use((error: unknown, _: Request, response: Response, next: NextFunction) =>
      error instanceof ServiceError ? response.status(404).send(error.code) : next(error),
    );
    server = app.listen(0, '127.0.0.1');
    await new Promise((ready) => server.once('listening', ready));
  });
  afterAll(async () => {
    await new Promise((closed) => server.close(closed));
    await rig.close();
  });

  /** The province says it is at localhost:3000; this is where it listens in the test. */
  const get = async <T>(url: string): Promise<T> => {
    const { origin, pathname } = new URL(url);
    expect(origin).toBe('http://localhost:3000');
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`);
    if (!answer.ok) throw new Error(`${pathname}: ${answer.status}`);
    expect(answer.headers.get('content-type')).toBe('application/json');
    return (await answer.json()) as T;
  };

  /** did:web, "Read (Resolve)", step by step. Plain HTTP stands for HTTPS on this machine. */
  const resolve = async (did: string): Promise<DidDocument> => {
    const [scheme, method, ...parts] = did.split(':');
    expect([scheme, method]).toEqual(['did', 'web']);
    const [host, ...path] = parts.map(decodeURIComponent);
    const where = path.length > 0 ? `/${path.join('/')}` : '/.well-known';
    const document = await get<DidDocument>(`http://${host}${where}/did.json`);
    expect(document.id).toBe(did);
    return document;
  };

  /** SD-JWT VC, JWT VC issuer metadata: the well-known part goes between host and path of `iss`. */
  const issuerKeys = async (issuer: string): Promise<JWK[]> => {
    const { origin, pathname } = new URL(issuer);
    const metadata = await get<{ issuer: string; jwks: { keys: JWK[] } }>(
      `${origin}/.well-known/jwt-vc-issuer${pathname}`,
    );
    expect(metadata.issuer).toBe(issuer);
    return metadata.jwks.keys;
  };

  const issue = async (format: 'ldp_vc' | 'dc+sd-jwt') =>
    (
      await rig.credentials.issueCopies({
        account: person('anna', number),
        type: 'driving_licence',
        format,
        deviceKeys: await newDeviceKeys(1),
        context,
      })
    ).copies[0]!;

  const verifiesByMetadata = async (sdJwt: string): Promise<boolean> => {
    const jwt = sdJwt.split('~')[0]!;
    const { kid } = decodeProtectedHeader(jwt);
    const jwk = (await issuerKeys(decodeJwt(jwt).iss!)).find((each) => each.kid === kid);
    return (
      jwk !== undefined &&
      compactVerify(jwt, await importJWK(jwk)).then(
        () => true,
        () => false,
      )
    );
  };

  const verifiesByDid = async (credential: Record<string, unknown>): Promise<boolean> => {
    const { contexts } = (await rig.credentials.offlinePack()).payload;
    const documentLoader = async (url: string) => {
      const [did, fragment] = url.split('#') as [string, string?];
      if (!did.startsWith('did:web:'))
        return { documentUrl: url, document: contexts[url]?.document, contextUrl: null };
      const found = await resolve(did);
      const method = found.verificationMethod.find(({ id }) => id === url);
      if (fragment && !method) throw new Error(`${url} is not there`);
      const document = method ? { '@context': 'https://w3id.org/security/multikey/v1', ...method } : found;
      return { documentUrl: url, document, contextUrl: null };
    };
    const { verified } = await verifyCredential({
      credential,
      suite: new DataIntegrityProof({ cryptosuite }),
      documentLoader,
      checkStatus: async () => ({ verified: true }),
    });
    return verified;
  };

  it('a did:web with a port and a path resolves to a document of that name', async () => {
    const did = rig.trust.issuerDid('zj-police');
    expect(did).toBe('did:web:localhost%3A3000:issuers:zj-police');
    const document = await resolve(did);
    expect(document['@context'][0]).toBe('https://www.w3.org/ns/did/v1');
    for (const { id, controller } of document.verificationMethod)
      expect([id.split('#')[0], controller]).toEqual([did, did]);
    for (const id of document.assertionMethod)
      expect(document.verificationMethod.map((method) => method.id)).toContain(id);
    await expect(resolve('did:web:localhost%3A3000:issuers:nobody')).rejects.toThrow('404');
  });

  it('an SD-JWT VC verifies by its issuer’s metadata alone', async () => {
    const { credential } = await issue('dc+sd-jwt');
    expect(await verifiesByMetadata(credential as string)).toBe(true);
    const changed = (credential as string).replace(/\.[^.~]+~/, (part) => `.${'A'.repeat(part.length - 2)}~`);
    expect(await verifiesByMetadata(changed)).toBe(false);
  });

  it('a W3C credential verifies by did:web alone, in a library that is not ours', async () => {
    const { credential } = await issue('ldp_vc');
    expect(await verifiesByDid(credential as Record<string, unknown>)).toBe(true);
    const changed = { ...(credential as Record<string, unknown>), validUntil: '2099-01-01T00:00:00Z' };
    expect(await verifiesByDid(changed)).toBe(false);
  });

  it('a retired key goes on verifying what it signed; a stolen one is gone from both', async () => {
    const [sdJwt, w3c] = [await issue('dc+sd-jwt'), await issue('ldp_vc')];
    const make = (alg: 'ES256' | 'EdDSA') =>
      rig.keyring.create({ purpose: 'certificate', owner: 'zj-police', alg, days: 30 });
    for (const alg of ['ES256', 'EdDSA'] as const) await make(alg);
    for (const { copy } of [sdJwt, w3c]) await rig.keyring.retire(copy.kid);
    const both = async () => [
      await verifiesByMetadata(sdJwt.credential as string),
      await verifiesByDid(w3c.credential as Record<string, unknown>),
    ];
    expect(await both()).toEqual([true, true]);
    for (const { copy } of [sdJwt, w3c]) await rig.keyring.markCompromised(copy.kid);
    expect(await both()).toEqual([false, false]);
  });
});
