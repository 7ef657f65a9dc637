import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CompactEncrypt, compactDecrypt, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { issuerMetadata, makeDeviceKey, makeProof } from '../../src/tour/wallet-client.ts';
import { type RunningApp, startApp } from './start-app.ts';
import { vciRequests } from './vci-requests.ts';

let app: RunningApp;
let accessToken: string;
let issuerKey: JWK & { kid: string; alg: string };
const { accessTokenFor, credentialRequest, nonce, errorOf } = vciRequests(() => app);

beforeAll(async () => {
  app = await startApp();
  accessToken = await accessTokenFor(['driving_licence_sd_jwt']);
  const { credential_request_encryption } = (await issuerMetadata(app.baseUrl)) as unknown as {
    credential_request_encryption: { jwks: { keys: (typeof issuerKey)[] } };
  };
  issuerKey = credential_request_encryption.jwks.keys[0]!;
});
afterAll(() => app.stop());

const walletKey = async (crv = 'P-256') => {
  const pair = await generateKeyPair('ECDH-ES', { crv, extractable: true });
  const jwk = await exportJWK(pair.publicKey);
  return { ...pair, jwk: { ...jwk, alg: 'ECDH-ES', use: 'enc', kid: 'wallet-1' } };
};

const request = async (more: object = {}) => ({
  credential_configuration_id: 'driving_licence_sd_jwt',
  proofs: { jwt: [await makeProof(app.baseUrl, await nonce(), await makeDeviceKey())] },
  ...more,
});

const sealed = async (body: object | string, enc = 'A256GCM', header: object = {}) =>
  new CompactEncrypt(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)))
    .setProtectedHeader({ alg: 'ECDH-ES', enc, kid: issuerKey.kid, ...header })
    .encrypt(await importJWK(issuerKey, 'ECDH-ES'));

const send = (jwe: string) => credentialRequest(accessToken, jwe, 'application/jwt');

describe('OpenID4VCI 1.0 §10, encrypted credential requests and responses', () => {
  it('names a key of its own and what it takes, and no compression', async () => {
    const metadata = (await issuerMetadata(app.baseUrl)) as unknown as Record<string, object>;
    expect(issuerKey).toEqual({
      kty: 'EC',
      crv: 'P-256',
      alg: 'ECDH-ES',
      use: 'enc',
      kid: expect.any(String),
      x: expect.any(String),
      y: expect.any(String),
    });
    expect(metadata.credential_request_encryption).toMatchObject({
      enc_values_supported: ['A128GCM', 'A256GCM'],
      encryption_required: false,
    });
    expect(metadata.credential_response_encryption).toEqual({
      alg_values_supported: ['ECDH-ES'],
      enc_values_supported: ['A128GCM', 'A256GCM'],
      encryption_required: false,
    });
  });

  it.each(['A128GCM', 'A256GCM'])(
    'takes an encrypted request and answers it encrypted with %s',
    async (enc) => {
      const key = await walletKey();
      const answer = await send(
        await sealed(await request({ credential_response_encryption: { jwk: key.jwk, enc } }), enc),
      );
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(/^application\/jwt/);
      const { plaintext, protectedHeader } = await compactDecrypt(await answer.text(), key.privateKey);
      expect(protectedHeader).toMatchObject({ alg: 'ECDH-ES', enc, kid: 'wallet-1' });
      const { credentials } = JSON.parse(Buffer.from(plaintext).toString());
      expect(credentials[0].credential).toMatch(/^eyJ/);
    },
  );

  it('answers an encrypted request in the open when nothing else was asked for', async () => {
    const answer = await send(await sealed(await request()));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  });

  it('has no encrypted answer for an open request: its key could be anybody’s', async () => {
    const { jwk } = await walletKey();
    const asked = await request({ credential_response_encryption: { jwk, enc: 'A256GCM' } });
    expect(await errorOf(await credentialRequest(accessToken, asked))).toBe('invalid_encryption_parameters');
    const { proofs } = asked;
    const again = await credentialRequest(accessToken, {
      credential_configuration_id: 'driving_licence_sd_jwt',
      proofs,
    });
    expect(again.status).toBe(200);
  });

  it('refuses, in the open, what it cannot encrypt to, and issues nothing', async () => {
    const { jwk, privateKey } = await walletKey();
    const before = (await app.core.credentials.checkEverythingIssued()).checked;
    const { d } = await exportJWK(privateKey);
    const refused: unknown[] = [
      { jwk, enc: 'A128CBC-HS256' },
      { jwk, enc: 'A256GCM', alg: 'UNSUPPORTED_ALG' },
      { jwk, enc: 'A256GCM', zip: 'DEF' },
      { jwk: { ...jwk, alg: 'ECDH-ES+A256KW' }, enc: 'A256GCM' },
      { jwk: { ...jwk, alg: undefined }, enc: 'A256GCM' },
      { jwk: { ...jwk, d }, enc: 'A256GCM' },
      { jwk: { ...jwk, use: 'sig' }, enc: 'A256GCM' },
      // Not on the curve: an answer to it would tell about the other side.
      { jwk: { ...jwk, y: jwk.x }, enc: 'A256GCM' },
      { jwk: (await walletKey('P-384')).jwk, enc: 'A256GCM' },
      { enc: 'A256GCM' },
      'A256GCM',
      null,
    ];
    for (const credential_response_encryption of refused) {
      const answer = await send(await sealed(await request({ credential_response_encryption })));
      expect(answer.status).toBe(400);
      expect(await errorOf(answer)).toBe('invalid_encryption_parameters');
    }
    expect((await app.core.credentials.checkEverythingIssued()).checked).toBe(before);
  });

  it('refuses a request encrypted to somebody else, otherwise, or not at all (security (b) JWE)', async () => {
    const other = await walletKey();
    const toOther = await new CompactEncrypt(Buffer.from('{}'))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' })
      .encrypt(other.publicKey);
    const wrapped = await new CompactEncrypt(Buffer.from('{}'))
      .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM' })
      .encrypt(await importJWK(issuerKey, 'ECDH-ES+A256KW'));
    const password = await new CompactEncrypt(Buffer.from('{}'))
      .setProtectedHeader({ alg: 'PBES2-HS256+A128KW', enc: 'A256GCM' })
      .encrypt(Buffer.from('password'));
    for (const jwe of [toOther, wrapped, password, await sealed('{}', 'A256CBC-HS512'), 'x', '....'])
      expect(await errorOf(await send(jwe))).toBe('invalid_encryption_parameters');
    expect(await errorOf(await send(await sealed('not json')))).toBe('invalid_credential_request');
    expect(await errorOf(await send(await sealed('[]')))).toBe('invalid_credential_request');
  });

  it('refuses a request that unpacks to gigabytes without unpacking it (security (b) JWE bomb)', async () => {
    const bomb = JSON.stringify({ credential_identifier: 'x'.repeat(20_000_000) });
    expect(deflateRawSync(bomb).length).toBeLessThan(40_000);
    expect(await errorOf(await send(await sealed(bomb, 'A256GCM', { zip: 'DEF' })))).toBe(
      'invalid_encryption_parameters',
    );
    expect((await send('x'.repeat(60_000))).status).toBe(413);
  });

  it('asks for a token before anything else', async () => {
    const answer = await fetch(`${app.baseUrl}/credential`, {
      method: 'POST',
      headers: { 'content-type': 'application/jwt' },
      body: 'x',
    });
    expect(answer.status).toBe(401);
  });
});
