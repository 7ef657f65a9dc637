import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync, inflateSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express, { type NextFunction, type Request, type Response } from 'express';
import { compactVerify, decodeJwt, decodeProtectedHeader, importJWK } from 'jose';
import { projectDir } from '../../src/config.ts';
import { readCatalogue } from '../../src/credentials/catalogue/read-catalogue.ts';
import { canonicalBytes } from '../../src/credentials/formats/data-integrity.ts';
import { allContexts, createLoadContext } from '../../src/credentials/formats/load-context.ts';
import { credentialRoutes } from '../../src/credentials/routes.ts';
import { errorEntry, ServiceError } from '../../src/errors.ts';
import { applyDelta, type PublicKeyJwk } from '../../src/verifier/core/index.ts';
import {
  baseUrl,
  citizenNumber,
  context,
  drivingLicenceRow,
  newDeviceKeys,
  openRig,
  person,
  type Rig,
  registersOf,
  testClock,
} from '../unit/credentials/issuing-rig.ts';

const number = citizenNumber(1);
const holder = person('anna', number);
const catalogue = readCatalogue(join(projectDir, 'config/certificates'));

let rig: Rig;
let clock: ReturnType<typeof testClock>;
let server: Server;
let address: string;

beforeEach(async () => {
  clock = testClock();
  rig = await openRig({
    registers: registersOf({ 'driving-licences': [drivingLicenceRow({ key: 'DL1', number })] }),
    clock,
  });
  const app = express();
  app.use(credentialRoutes({ credentials: rig.credentials, catalogue, baseUrl }));
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    response.sendStatus(error instanceof ServiceError ? errorEntry(error.code).status : 500);
  });
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rig.close();
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${address}${path}`, { headers });

const issueOne = async () =>
  (
    await rig.credentials.issueCopies({
      account: holder,
      type: 'driving_licence',
      format: 'dc+sd-jwt',
      deviceKeys: await newDeviceKeys(1),
      context,
    })
  ).copies[0]!.copy;

const statusKey = (alg: string) =>
  rig.keyring.all().find((key) => key.purpose === 'status' && key.alg === alg && key.state === 'active')!;

const tokenState = async (index: number): Promise<number> => {
  const jwt = await (await get('/status/1')).text();
  const { payload } = await compactVerify(jwt, await importJWK(statusKey('ES256').publicJwk, 'ES256'));
  const { lst } = JSON.parse(new TextDecoder().decode(payload)).status_list;
  return (inflateSync(Buffer.from(lst, 'base64url'))[index >> 2]! >> ((index & 3) * 2)) & 3;
};

const bitOf = async (purpose: string, index: number): Promise<number> => {
  const vc = (await (await get(`/status/1/${purpose}`)).json()) as {
    credentialSubject: { encodedList: string };
  };
  const bits = gunzipSync(Buffer.from(vc.credentialSubject.encodedList.slice(1), 'base64url'));
  return (bits[index >> 3]! >> (7 - (index & 7))) & 1;
};

describe('the status lists (security (a) 4, (c) 39)', () => {
  it('show every state of an issued copy at once, in both renderings', async () => {
    const copy = await issueOne();
    const index = copy.statusIndex;
    const answers = async () => [
      await tokenState(index),
      await bitOf('revocation', index),
      await bitOf('suspension', index),
    ];
    expect(await answers()).toEqual([0, 0, 0]);
    await rig.credentials.changeState(copy.certificate, '02', 'check', context);
    expect(await answers()).toEqual([2, 0, 1]);
    await rig.credentials.changeState(copy.certificate, '01', 'check', context);
    expect(await answers()).toEqual([0, 0, 0]);
    await rig.credentials.changeState(copy.certificate, '04', 'check', context);
    expect(await answers()).toEqual([1, 1, 0]);
  });

  it('the token list says what the specification asks, signed by the status key', async () => {
    await issueOne();
    const response = await get('/status/1');
    expect(response.headers.get('content-type')).toBe('application/statuslist+jwt');
    const jwt = await response.text();
    expect(decodeProtectedHeader(jwt)).toMatchObject({
      typ: 'statuslist+jwt',
      alg: 'ES256',
      kid: statusKey('ES256').kid,
    });
    const { payload } = await compactVerify(jwt, await importJWK(statusKey('ES256').publicJwk, 'ES256'));
    const claims = JSON.parse(new TextDecoder().decode(payload));
    expect(claims).toMatchObject({ sub: `${baseUrl}/status/1`, status_list: { bits: 2 } });
    expect(claims.exp).toBeGreaterThan(claims.iat);
    expect(claims.ttl).toBeLessThanOrEqual(5);
  });

  it('the bitstring credentials carry a proof of the status key of the province', async () => {
    await issueOne();
    const loadContext = createLoadContext(() => allContexts(catalogue, baseUrl));
    for (const purpose of ['revocation', 'suspension']) {
      const response = await get(`/status/1/${purpose}`);
      expect(response.headers.get('content-type')).toBe('application/vc');
      const vc = (await response.json()) as Record<string, unknown> & { proof: { proofValue: string } };
      const key = statusKey('EdDSA');
      expect(vc).toMatchObject({
        id: `${baseUrl}/status/1/${purpose}`,
        type: ['VerifiableCredential', 'BitstringStatusListCredential'],
        issuer: 'did:web:localhost%3A3000:issuers:province',
        credentialSubject: { type: 'BitstringStatusList', statusPurpose: purpose },
        proof: { verificationMethod: `did:web:localhost%3A3000:issuers:province#${key.kid}` },
      });
      const bytes = await canonicalBytes(vc, loadContext);
      const publicKey = (await importJWK(key.publicJwk, 'EdDSA')) as CryptoKey;
      const signature = Uint8Array.from(fromBase58(vc.proof.proofValue.slice(1)));
      expect(await crypto.subtle.verify('Ed25519', publicKey, signature, Uint8Array.from(bytes))).toBe(true);
    }
  });

  it('answer 304 while nothing changed, and are signed anew when something did or half their life is over', async () => {
    const copy = await issueOne();
    const etagOf = async () => (await get('/status/1')).headers.get('etag')!;
    const first = await etagOf();
    expect((await get('/status/1', { 'if-none-match': first })).status).toBe(304);
    clock.forward(3600);
    expect(await etagOf()).toBe(first);
    clock.forward(12 * 3600);
    const renewed = await etagOf();
    expect(renewed).not.toBe(first);
    await rig.credentials.changeState(copy.certificate, '02', 'check', context);
    const changed = await get('/status/1', { 'if-none-match': renewed });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('cache-control')).toBe('public, max-age=2');
    expect(changed.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('see a change that another process made within a second', async () => {
    const copy = await issueOne();
    expect(await tokenState(copy.statusIndex)).toBe(0);
    const other = await openRig({ dir: rig.dir, clock });
    await other.credentials.changeState(copy.certificate, '02', 'check', context);
    await other.close({ keep: true });
    clock.forward(1);
    expect(await tokenState(copy.statusIndex)).toBe(2);
  });

  it('of unknown or odd numbers do not exist', async () => {
    await issueOne();
    for (const path of [
      '/status/2',
      '/status/0',
      '/status/01',
      '/status/x',
      '/status/1e1',
      '/status/-1',
      '/status/9999999',
      '/status/1/other',
    ])
      expect((await get(path)).status).toBe(404);
  });
});

describe('the other public documents', () => {
  it('the pack has an ETag of its own and is not sent twice', async () => {
    await issueOne();
    const response = await get('/pack');
    expect(response.headers.get('content-type')).toBe('application/jwt');
    expect(decodeProtectedHeader(await response.text())).toMatchObject({
      typ: 'onecert-pack+jwt',
      alg: 'ES256',
    });
    const etag = response.headers.get('etag')!;
    expect((await get('/pack', { 'if-none-match': etag })).status).toBe(304);
    clock.forward(31);
    expect((await get('/pack', { 'if-none-match': etag })).status).toBe(200);
  });

  it('CTR-2 a delta leads from any pack served before to the present one, and is not sent twice', async () => {
    const copy = await issueOne();
    const root = rig.trust.rootPublicJwk() as unknown as PublicKeyJwk;
    const held: string[] = [];
    for (const state of ['02', '01', '02'] as const) {
      held.push(await (await get('/pack')).text());
      await rig.credentials.changeState(copy.certificate, state, 'check', context);
    }
    const now = Math.floor(clock.now() / 1000);
    const present = await (await get('/pack')).text();
    for (const base of [undefined, ...held, present]) {
      const from = base ? decodeJwt<{ number: number }>(base).number : 0;
      const response = await get(`/pack/delta?from=${from}`);
      expect(response.headers.get('content-type')).toContain('application/json');
      const opened = await applyDelta(await response.text(), base, { root, now });
      if ('verdict' in opened) throw new Error(opened.verdict.code);
      expect(opened.jws).toBe(present);
      expect(opened.trusted.statusOf({ list: copy.statusList }, copy.statusIndex)?.status).toBe('suspended');
      const etag = response.headers.get('etag')!;
      expect((await get(`/pack/delta?from=${from}`, { 'if-none-match': etag })).status).toBe(304);
    }
    expect((await get('/pack/delta?from=4711')).status).toBe(404);
    for (const from of ['-1', 'x', '1.5']) expect((await get(`/pack/delta?from=${from}`)).status).toBe(400);
  });

  it('pack and delta are sent compressed to those who take it', async () => {
    await issueOne();
    for (const path of ['/pack', '/pack/delta']) {
      const response = await get(path, { 'accept-encoding': 'gzip' });
      expect(response.headers.get('content-encoding')).toBe('gzip');
      expect(response.headers.get('vary')).toContain('Accept-Encoding');
      const plain = await get(path, { 'accept-encoding': 'identity' });
      expect(plain.headers.get('content-encoding')).toBeNull();
      expect(await response.text()).toBe(await plain.text());
    }
  });

  it('contexts, type metadata and the list of types are there, and unknown types are not', async () => {
    const context = (await (await get('/contexts/driving_licence/v1')).json()) as Record<string, object>;
    expect(context['@context']).toHaveProperty('identifier');
    expect(await (await get('/types/driving_licence')).json()).toMatchObject({
      vct: `${baseUrl}/types/driving_licence`,
    });
    const { types } = (await (await get('/certificate-types')).json()) as { types: { id: string }[] };
    expect(types.map(({ id }) => id)).toEqual(catalogue.types().map(({ id }) => id));
    for (const path of ['/contexts/nothing/v1', '/types/nothing', '/types/__proto__'])
      expect((await get(path)).status).toBe(404);
  });
});

/** Base58 (Bitcoin alphabet), only to read a proof value without the code under test. */
const fromBase58 = (text: string): number[] => {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  let value = 0n;
  for (const letter of text) value = value * 58n + BigInt(alphabet.indexOf(letter));
  const hex = value.toString(16).padStart(128, '0');
  return hex.match(/../g)!.map((byte) => Number.parseInt(byte, 16));
};
