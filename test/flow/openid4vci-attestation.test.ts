import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CryptoKey, exportJWK, generateKeyPair, importPKCS8, type JWK, SignJWT } from 'jose';
import { issuerMetadata, makeDeviceKey } from '../../src/tour/wallet-client.ts';
import { type Made, makeCertificate } from './certificate-maker.ts';
import { type RunningApp, startApp } from './start-app.ts';
import { vciRequests } from './vci-requests.ts';

const configurationId = 'driving_licence_sd_jwt';
let app: RunningApp;
let folder: string;
let accessToken: string;
let attester: Awaited<ReturnType<typeof generateKeyPair>>;
let authority: Made;
const { accessTokenFor, credentialRequest, nonce, errorOf } = vciRequests(() => app);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'onecert-attest-'));
  attester = await generateKeyPair('ES256');
  authority = makeCertificate({ name: '测试鉴证机构', ca: true, use: 0x04 });
  writeFileSync(
    join(folder, 'keys.json'),
    JSON.stringify({ keys: [{ ...(await exportJWK(attester.publicKey)), kid: 'attester-1' }] }),
  );
  writeFileSync(join(folder, 'authorities.pem'), authority.certificate.toString());
  writeFileSync(
    join(folder, 'own.yaml'),
    `credentials:
  keyAttestation:
    keysFile: ${join(folder, 'keys.json')}
    authoritiesFile: ${join(folder, 'authorities.pem')}
    required: true
`,
  );
  app = await startApp({ ONECERT_CONFIG: join(folder, 'own.yaml') });
  accessToken = await accessTokenFor([configurationId]);
});
afterAll(async () => {
  await app.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Attested {
  keys: JWK[];
  nonce?: string | undefined;
  by?: CryptoKey;
  header?: Record<string, unknown>;
  expires?: string;
}

const publicOf = async (pair: CryptoKeyPair): Promise<JWK> => {
  const { kty, crv, x, y } = await exportJWK(pair.publicKey);
  return { kty, crv, x, y } as JWK;
};

const attestation = ({ keys, nonce: given, by, header, expires }: Attested) =>
  new SignJWT({ attested_keys: keys, ...(given === undefined ? {} : { nonce: given }) })
    .setProtectedHeader({ alg: 'ES256', typ: 'key-attestation+jwt', ...(header ?? { kid: 'attester-1' }) })
    .setIssuedAt()
    .setExpirationTime(expires ?? '5 minutes')
    .sign(by ?? attester.privateKey);

const proofWith = async (device: CryptoKeyPair, key_attestation?: string) =>
  new SignJWT({ nonce: await nonce() })
    .setProtectedHeader({
      alg: 'ES256',
      typ: 'openid4vci-proof+jwt',
      jwk: await publicOf(device),
      ...(key_attestation === undefined ? {} : { key_attestation }),
    })
    .setAudience(app.baseUrl)
    .setIssuedAt()
    .sign(device.privateKey);

const ask = (proofs: object) =>
  credentialRequest(accessToken, { credential_configuration_id: configurationId, proofs });

const boundKeys = async (answer: Response): Promise<JWK[]> => {
  expect(answer.status).toBe(200);
  const { credentials } = (await answer.json()) as { credentials: { credential: string }[] };
  return credentials.map(
    ({ credential }) =>
      JSON.parse(Buffer.from(credential.split('.')[1]!, 'base64url').toString()).cnf.jwk as JWK,
  );
};

describe('OpenID4VCI 1.0 appendix D, key attestation', () => {
  it('says in its metadata that every key needs one', async () => {
    const { credential_configurations_supported: all } = await issuerMetadata(app.baseUrl);
    expect(all[configurationId]).toMatchObject({
      proof_types_supported: {
        jwt: { key_attestations_required: {} },
        attestation: { key_attestations_required: {} },
      },
    });
  });

  it('takes a proof whose key an attester vouches for, by kid and by certificate', async () => {
    const device = await makeDeviceKey();
    const keys = [await publicOf(device)];
    const byKid = await ask({ jwt: [await proofWith(device, await attestation({ keys }))] });
    expect(await boundKeys(byKid)).toMatchObject(keys);

    const leaf = makeCertificate({ name: '测试卡包', issuer: authority, use: 0x80 });
    const by = await importPKCS8(leaf.key.export({ type: 'pkcs8', format: 'pem' }).toString(), 'ES256');
    const x5c = [leaf.certificate.raw.toString('base64')];
    const other = await makeDeviceKey();
    const certified = await attestation({ keys: [await publicOf(other)], by, header: { x5c } });
    expect((await ask({ jwt: [await proofWith(other, certified)] })).status).toBe(200);

    const between = makeCertificate({
      name: '中间机构',
      ca: true,
      pathLength: 0,
      use: 0x04,
      issuer: authority,
    });
    const under = makeCertificate({ name: '测试卡包', issuer: between, use: 0x80 });
    const third = await makeDeviceKey();
    const chained = await attestation({
      keys: [await publicOf(third)],
      by: await importPKCS8(under.key.export({ type: 'pkcs8', format: 'pem' }).toString(), 'ES256'),
      header: { x5c: [under, between].map(({ certificate }) => certificate.raw.toString('base64')) },
    });
    expect((await ask({ jwt: [await proofWith(third, chained)] })).status).toBe(200);
  });

  it('issues one copy to each key of an attestation that stands in place of proofs, once', async () => {
    const keys = await Promise.all([1, 2, 3].map(async () => publicOf(await makeDeviceKey())));
    const jwt = await attestation({ keys, nonce: await nonce() });
    expect(await boundKeys(await ask({ attestation: [jwt] }))).toMatchObject(keys);
    expect(await errorOf(await ask({ attestation: [jwt] }))).toBe('invalid_nonce');
  });

  it('security (c) 33: refuses a key that nobody vouches for', async () => {
    const before = (await app.core.credentials.checkEverythingIssued()).checked;
    const device = await makeDeviceKey();
    const keys = [await publicOf(device)];
    const stranger = await generateKeyPair('ES256');
    const alone = makeCertificate({ name: '测试鉴证机构', ca: true, use: 0x04 });
    const foreign = makeCertificate({ name: '测试卡包', issuer: alone, use: 0x80 });
    const old = makeCertificate({ name: '测试卡包', issuer: authority, use: 0x80, from: -30, to: -1 });
    // 加密证书 (keyEncipherment): the key management centre holds its private key as well.
    const sealing = makeCertificate({ name: '测试卡包', issuer: authority, use: 0x20 });
    // The authority named above it, and none below that one (RFC 5280 §4.2.1.9).
    const last = makeCertificate({ name: '末级机构', ca: true, pathLength: 0, use: 0x04, issuer: authority });
    const below = makeCertificate({ name: '越级机构', ca: true, use: 0x04, issuer: last });
    const tooDeep = makeCertificate({ name: '测试卡包', issuer: below, use: 0x80 });
    const chained = async (made: Made, ...above: Made[]) => ({
      by: await importPKCS8(made.key.export({ type: 'pkcs8', format: 'pem' }).toString(), 'ES256'),
      header: { x5c: [made, ...above].map(({ certificate }) => certificate.raw.toString('base64')) },
    });
    const wrong: (string | undefined)[] = [
      undefined,
      await attestation({ keys, by: stranger.privateKey }),
      await attestation({ keys, header: { kid: 'somebody-else' } }),
      await attestation({ keys, header: {} }),
      await attestation({ keys, header: { kid: 'attester-1', typ: 'JWT' } }),
      await attestation({ keys: [await publicOf(await makeDeviceKey())] }),
      await attestation({ keys: [] }),
      await attestation({ keys, expires: '10 minutes ago' }),
      (await attestation({ keys })).replace(/.{8}$/, 'AAAAAAAA'),
      await attestation({ keys, ...(await chained(foreign)) }),
      await attestation({ keys, ...(await chained(old)) }),
      await attestation({ keys, ...(await chained(sealing)) }),
      await attestation({ keys, ...(await chained(authority)) }),
      await attestation({ keys, ...(await chained(tooDeep, below, last)) }),
      await attestation({ keys, header: { x5c: ['AAAA'] } }),
      'x',
    ];
    for (const one of wrong)
      expect(await errorOf(await ask({ jwt: [await proofWith(device, one)] }))).toBe('invalid_proof');
    expect((await app.core.credentials.checkEverythingIssued()).checked).toBe(before);
  });

  it('security (c) 33: refuses an attestation without a nonce, with a foreign one, and of one key twice', async () => {
    const key = await publicOf(await makeDeviceKey());
    const refused = async (of: Attested) => errorOf(await ask({ attestation: [await attestation(of)] }));
    expect(await refused({ keys: [key] })).toBe('invalid_proof');
    expect(await refused({ keys: [key], nonce: 'bm90LW91cnM' })).toBe('invalid_nonce');
    expect(await refused({ keys: [key, key], nonce: await nonce() })).toBe('invalid_proof');
    const many = await Promise.all(Array.from({ length: 21 }, async () => publicOf(await makeDeviceKey())));
    expect(await refused({ keys: many, nonce: await nonce() })).toBe('invalid_proof');
  });

  it('security (c) 33: refuses a key that another person’s certificate is bound to already', async () => {
    const device = await makeDeviceKey();
    const vouched = await attestation({ keys: [await publicOf(device)] });
    expect((await ask({ jwt: [await proofWith(device, vouched)] })).status).toBe(200);
    const chen = (await app.core.samplePerson('chen'))!;
    const hers = await credentialRequest(await accessTokenFor([configurationId], chen), {
      credential_configuration_id: configurationId,
      proofs: { jwt: [await proofWith(device, vouched)] },
    });
    expect([hers.status, await errorOf(hers)]).toEqual([400, 'invalid_credential_request']);
  });
});
