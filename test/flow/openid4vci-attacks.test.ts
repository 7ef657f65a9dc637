/** What a wallet may send to be given somebody else's certificate, or to have us ask an address of its choice. */
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, type JWTHeaderParameters, SignJWT } from 'jose';
import type { Account } from '../../src/accounts/index.ts';
import { makeDeviceKey, makeProof } from '../../src/tour/wallet-client.ts';
import { type RunningApp, startApp } from './start-app.ts';
import { vciRequests } from './vci-requests.ts';

let app: RunningApp;
let lin: Account;
let chen: Account;
const visits: unknown[] = [];
const canary = net.createServer((socket) => {
  visits.push(socket.remoteAddress);
  socket.destroy();
});
beforeAll(async () => {
  app = await startApp();
  [lin, chen] = (await Promise.all(['lin', 'chen'].map(app.core.samplePerson))) as [Account, Account];
  await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await app.stop();
  await new Promise((resolve) => canary.close(resolve));
});

const { accessTokenFor, credentialRequest, nonce, errorOf } = vciRequests(() => app);
const configurationId = 'driving_licence_sd_jwt';
const freshProof = async () => makeProof(app.baseUrl, await nonce(), await makeDeviceKey());

/** Everything an SD-JWT VC says, its disclosures opened. */
const saidBy = (credential: string): string =>
  credential
    .split(/[.~]/)
    .map((part) => Buffer.from(part, 'base64url').toString())
    .join('\n');

describe('security (c) 29: a credential request that says whose claims it wants', () => {
  it('is answered with the claims of the token’s own person, or not at all', async () => {
    const accessToken = await accessTokenFor([configurationId], lin);
    const theirs = { licence_number: chen.documentNumber, name: chen.name };
    const wishes: object[] = [
      { claims: theirs },
      { credential_subject: theirs },
      { credentialSubject: theirs },
      { credential: theirs },
      { credential_definition: { credentialSubject: theirs } },
      { sub: chen.id },
      { account: chen.id, holder: chen.id, subject: chen.id },
      { login_hint: chen.phone },
    ];
    const statuses = [];
    for (const wish of wishes) {
      const answer = await credentialRequest(accessToken, {
        credential_configuration_id: configurationId,
        proofs: { jwt: [await freshProof()] },
        ...wish,
      });
      statuses.push(answer.status);
      if (answer.status !== 200) continue;
      const { credentials } = (await answer.json()) as { credentials: { credential: string }[] };
      const said = saidBy(credentials[0]!.credential);
      expect(said).toContain(lin.documentNumber);
      expect(said).not.toContain(chen.documentNumber);
    }
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await app.core.credentials.list({ holder: chen.id })).toEqual([]);
  });

  it('by another’s certificate, identifier or account in its place is told of none', async () => {
    const hers = await accessTokenFor([configurationId], chen);
    const got = await credentialRequest(hers, {
      credential_configuration_id: configurationId,
      proofs: { jwt: [await freshProof()] },
    });
    expect(got.status).toBe(200);
    const [certificate] = await app.core.credentials.list({ holder: chen.id });
    const accessToken = await accessTokenFor([configurationId], lin);
    for (const credential_identifier of [
      certificate!.id,
      certificate!.identifier,
      `${certificate!.id}.${configurationId}`,
      `${certificate!.id}.driving_licence_ldp_vc`,
      `${certificate!.identifier}.${configurationId}`,
      chen.id,
    ]) {
      const answer = await credentialRequest(accessToken, {
        credential_identifier,
        proofs: { jwt: [await freshProof()] },
      });
      expect(answer.status).toBe(400);
      expect(await errorOf(answer)).toMatch(/^(unknown_credential_identifier|credential_request_denied)$/);
    }
  });
});

describe('security (c) 37: a key proof that names where its key is', () => {
  it('is refused, and no address, DID document or certificate in it is asked for', async () => {
    const { port } = canary.address() as net.AddressInfo;
    const url = `http://127.0.0.1:${port}/x`;
    const accessToken = await accessTokenFor([configurationId], lin);
    const device = await makeDeviceKey();
    const { kty, crv, x, y } = await exportJWK(device.publicKey);
    const jwk = { kty, crv, x, y };
    const headers: object[] = [
      { jku: url },
      { x5u: url },
      { kid: `did:web:127.0.0.1%3A${port}#0` },
      { kid: url },
      { x5c: [url] },
      { jwk: { ...jwk, x5u: url }, jku: url, x5u: url, kid: url },
      { jwk, kid: `did:web:127.0.0.1%3A${port}#0` },
      { trust_chain: [url] },
      { jwk: { kty: 'EC', crv: 'P-256', x5u: url } },
    ];
    for (const header of headers) {
      const proof = await new SignJWT({ nonce: await nonce(), iss: url })
        .setProtectedHeader({ alg: 'ES256', typ: 'openid4vci-proof+jwt', ...header } as JWTHeaderParameters)
        .setAudience(app.baseUrl)
        .setIssuedAt()
        .sign(device.privateKey);
      const answer = await credentialRequest(accessToken, {
        credential_configuration_id: configurationId,
        proofs: { jwt: [proof] },
      });
      // With its key in `jwk` a proof may say more that nobody reads.
      if (answer.status === 200) expect(header).toHaveProperty('jwk.x');
      else expect(await errorOf(answer)).toMatch(/^invalid_(proof|credential_request)$/);
    }
    expect(visits).toEqual([]);
  });
});

describe('security (c) 39: what the published lists tell', () => {
  const listOf = async (path: string) => {
    const answer = await fetch(`${app.baseUrl}/status/${path}`);
    return { status: answer.status, text: await answer.text() };
  };

  it('is which entries are not valid, and nothing of who, what, why or how many', async () => {
    const account = (await app.core.samplePerson('lin'))!;
    const certificate = await app.core.credentials.ensureCertificate(account, 'driving_licence', {
      actor: 'test',
    });
    await app.core.credentials.changeState(certificate.id, '02', 'check', { actor: 'test' });
    const { text } = await listOf('1');
    const payload = JSON.parse(Buffer.from(text.split('.')[1]!, 'base64url').toString());
    expect(Object.keys(payload).sort()).toEqual(['exp', 'iat', 'iss', 'status_list', 'sub', 'ttl']);
    expect(Object.keys(payload.status_list).sort()).toEqual(['bits', 'lst']);
    for (const purpose of ['revocation', 'suspension']) {
      const list = JSON.parse((await listOf(`1/${purpose}`)).text);
      expect(Object.keys(list.credentialSubject).sort()).toEqual([
        'encodedList',
        'id',
        'statusPurpose',
        'type',
      ]);
      for (const known of [certificate.id, certificate.identifier, account.id, 'check', 'driving'])
        expect(JSON.stringify(list) + JSON.stringify(payload)).not.toContain(known);
    }
  });

  it.each([
    '0',
    '01',
    '-1',
    '1e1',
    '999999',
    '2',
    '1/all',
    '1/2',
    '1?index=5x/..',
    '%31%2e',
    '../status/1/x',
  ])('at %s there is none', async (path) => {
    const { status, text } = await listOf(path);
    if (status === 200) expect(path).toBe('1?index=5x/..');
    else expect([404, text.includes('status_list')]).toEqual([status, false]);
  });
});
