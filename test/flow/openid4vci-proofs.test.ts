import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, SignJWT } from 'jose';
import { makeDeviceKey, makeProof } from '../../src/tour/wallet-client.ts';
import { type RunningApp, startApp } from './start-app.ts';
import { vciRequests } from './vci-requests.ts';

let app: RunningApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

const { accessTokenFor, credentialRequest, nonce, errorOf } = vciRequests(() => app);

describe('OpenID4VCI 1.0, proof of possession', () => {
  let accessToken: string;
  beforeAll(async () => {
    accessToken = await accessTokenFor(['driving_licence_sd_jwt']);
  });

  const ask = (jwt: string[]) =>
    credentialRequest(accessToken, {
      credential_configuration_id: 'driving_licence_sd_jwt',
      proofs: { jwt },
    });

  const proofAt = async (iatOffset: number, options: { nonce?: string; aud?: string; typ?: string } = {}) => {
    const key = await makeDeviceKey();
    return new SignJWT({ nonce: options.nonce ?? (await nonce()) })
      .setProtectedHeader({
        alg: 'ES256',
        typ: options.typ ?? 'openid4vci-proof+jwt',
        jwk: await exportJWK(key.publicKey),
      })
      .setAudience(options.aud ?? app.baseUrl)
      .setIssuedAt(Math.floor(Date.now() / 1000) + iatOffset)
      .sign(key.privateKey);
  };

  it('security (c) 33: takes a nonce for one request: the same proof, or another key with that nonce, is refused', async () => {
    const same = await nonce();
    const first = await makeProof(app.baseUrl, same, await makeDeviceKey());
    expect((await ask([first])).status).toBe(200);
    expect(await errorOf(await ask([first]))).toBe('invalid_nonce');
    expect(await errorOf(await ask([await makeProof(app.baseUrl, same, await makeDeviceKey())]))).toBe(
      'invalid_nonce',
    );
  });

  it('gives every caller another nonce, so that one key may ask again at once', async () => {
    expect(new Set(await Promise.all(Array.from({ length: 20 }, nonce))).size).toBe(20);
    const key = await makeDeviceKey();
    for (let times = 0; times < 2; times += 1) {
      expect((await ask([await makeProof(app.baseUrl, await nonce(), key)])).status).toBe(200);
    }
  });

  it('security (c) 33: refuses a foreign and an expired nonce', async () => {
    expect(await errorOf(await ask([await proofAt(0, { nonce: 'bm90LW91cnM' })]))).toBe('invalid_nonce');
    expect(
      await errorOf(
        await ask([
          await proofAt(0, { nonce: (await nonce()).replace(/.$/, (c) => (c === 'A' ? 'E' : 'A')) }),
        ]),
      ),
    ).toBe('invalid_nonce');
  });

  it('security (c) 33: refuses a proof dated a day back or ahead', async () => {
    expect(await errorOf(await ask([await proofAt(-86_400)]))).toBe('invalid_proof');
    expect(await errorOf(await ask([await proofAt(86_400)]))).toBe('invalid_proof');
  });

  it('refuses one key three times in a batch, and issues nothing', async () => {
    const before = (await app.core.credentials.checkEverythingIssued()).checked;
    const key = await makeDeviceKey();
    const same = await nonce();
    const proofs = await Promise.all([1, 2, 3].map(() => makeProof(app.baseUrl, same, key)));
    expect(await errorOf(await ask(proofs))).toBe('invalid_proof');
    expect((await app.core.credentials.checkEverythingIssued()).checked).toBe(before);
  });

  it('security (c) 33: refuses another audience, another typ, no proof, and a proof signed by another key than it shows', async () => {
    expect(await errorOf(await ask([await proofAt(0, { aud: 'https://elsewhere.example' })]))).toBe(
      'invalid_proof',
    );
    expect(await errorOf(await ask([await proofAt(0, { typ: 'JWT' })]))).toBe('invalid_proof');
    expect(
      await errorOf(
        await credentialRequest(accessToken, { credential_configuration_id: 'driving_licence_sd_jwt' }),
      ),
    ).toBe('invalid_proof');
    const [a, b] = [await makeDeviceKey(), await makeDeviceKey()];
    const forged = await new SignJWT({ nonce: await nonce() })
      .setProtectedHeader({ alg: 'ES256', typ: 'openid4vci-proof+jwt', jwk: await exportJWK(a.publicKey) })
      .setAudience(app.baseUrl)
      .setIssuedAt()
      .sign(b.privateKey);
    expect(await errorOf(await ask([forged]))).toBe('invalid_proof');
  });

  it('refuses a batch larger than it says it takes', async () => {
    const same = await nonce();
    const proofs = await Promise.all(
      Array.from({ length: 21 }, async () => makeProof(app.baseUrl, same, await makeDeviceKey())),
    );
    expect(await errorOf(await ask(proofs))).toBe('invalid_proof');
  });
});
