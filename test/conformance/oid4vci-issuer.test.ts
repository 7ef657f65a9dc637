/**
 * What the modules of the OpenID Foundation's `oid4vci-1_0-issuer-test-plan` check of an issuer (SD-JWT VC, authorization
 * code, private_key_jwt, DPoP, plain and encrypted), over a TLS front. Each title names its module.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, EmbeddedJWK, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import { type Answer, newKeys } from '../flow/key-app.ts';
import { configurationId, decrypted, encryptTo, type Issuance, openIssuance } from './oid4vci-kit.ts';

let vci: Issuance;
let token: string;
beforeAll(async () => {
  vci = await openIssuance();
  ({ token } = await vci.token());
}, 90_000);
afterAll(() => vci.stop());

const asJwt = { 'content-type': 'application/jwt' };
const device = () => newKeys('ES256');

const request = async (more: object = {}, count = 1) => {
  const nonce = await vci.nonce();
  const devices = await Promise.all(Array.from({ length: count }, device));
  const jwt = await Promise.all(devices.map((one) => vci.proof(one, nonce)));
  return { devices, body: { credential_configuration_id: configurationId, proofs: { jwt }, ...more } };
};

const ask = (body: object, of = token, headers: Record<string, string> = {}) =>
  vci.send(vci.metadata.credential_endpoint, of, body, headers);

/** An error object of §8.3.1.2: its two members, in the open. */
const refused = ({ status, headers, body }: Answer, error: string): void => {
  expect([status, body.error]).toEqual([400, error]);
  expect(headers.get('content-type')).toMatch(/^application\/json/);
  expect(['error', 'error_description']).toEqual(expect.arrayContaining(Object.keys(body)));
};

const credentialsOf = (body: Record<string, unknown>): string[] => {
  expect(['credentials', 'notification_id']).toEqual(expect.arrayContaining(Object.keys(body)));
  return (body.credentials as { credential: string }[]).map(({ credential }) => credential);
};

const checkCredential = async (
  credential: string,
  key: Awaited<ReturnType<typeof device>>,
): Promise<Record<string, unknown>> => {
  const [jwt = ''] = credential.split('~');
  expect(credential.endsWith('~')).toBe(true);
  const claims = decodeJwt(jwt);
  expect(decodeProtectedHeader(jwt)).toMatchObject({ typ: 'dc+sd-jwt', alg: 'ES256' });
  expect(new URL(claims.iss!).protocol).toBe('https:');
  expect(claims.iat).toBeLessThanOrEqual(Date.now() / 1000);
  expect(claims.exp).toBeGreaterThan(Date.now() / 1000);
  const known = vci.metadata.credential_configurations_supported[configurationId]!;
  expect(claims.vct).toBe(known.vct);
  const { kty, crv, x, y } = await exportJWK(key.publicKey);
  expect((claims.cnf as { jwk: object }).jwk).toEqual(expect.objectContaining({ kty, crv, x, y }));
  expect((claims.cnf as { jwk: object }).jwk).not.toHaveProperty('d');
  return claims;
};

describe('OpenID4VCI 1.0 issuer, the ways that lead through', () => {
  it('oid4vci-1_0-issuer-metadata-test: members, addresses and configurations are as §12.2.4 has them', async () => {
    const answer = await vci.wallet.send(`${vci.origin}/.well-known/openid-credential-issuer`);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    const { metadata } = vci;
    expect(metadata.credential_issuer).toBe(vci.origin);
    for (const [name, value] of Object.entries(metadata))
      if (name.endsWith('_endpoint')) expect(new URL(String(value)).origin).toBe(vci.origin);
    for (const name of ['credential', 'nonce', 'deferred_credential', 'notification'])
      expect(metadata).toHaveProperty(`${name}_endpoint`);
    const scopes = new Set<unknown>();
    for (const known of Object.values(metadata.credential_configurations_supported)) {
      expect(known).toMatchObject({
        format: expect.any(String),
        // §A.2: the key of an mdoc is a COSE_Key.
        cryptographic_binding_methods_supported: [known.format === 'mso_mdoc' ? 'cose_key' : 'jwk'],
        proof_types_supported: { jwt: { proof_signing_alg_values_supported: expect.any(Array) } },
        credential_metadata: { display: expect.any(Array), claims: expect.any(Array) },
      });
      scopes.add(known.scope);
    }
    const server = await vci.wallet.send(`${vci.origin}/.well-known/oauth-authorization-server`);
    expect(server.body).toMatchObject({
      issuer: vci.origin,
      response_types_supported: expect.arrayContaining(['code']),
      code_challenge_methods_supported: ['S256'],
      authorization_details_types_supported: expect.arrayContaining(['openid_credential']),
      pushed_authorization_request_endpoint: `${vci.origin}/request`,
    });
    expect(server.body.scopes_supported).toEqual(expect.arrayContaining([...scopes]));
  });

  it('oid4vci-1_0-issuer-metadata-test-signed: the same as a JWT with the key in its header', async () => {
    const answer = await vci.server.front.fetch(`${vci.origin}/.well-known/openid-credential-issuer`, {
      headers: { accept: 'application/jwt' },
    });
    expect(answer.headers.get('content-type')).toMatch(/^application\/jwt/);
    const { payload } = await jwtVerify(await answer.text(), EmbeddedJWK, {
      typ: 'openidvci-issuer-metadata+jwt',
      subject: vci.origin,
    });
    const { iss: _iss, sub: _sub, iat, exp: _exp, ...said } = payload;
    expect(iat).toEqual(expect.any(Number));
    expect(said).toEqual(vci.metadata);
  });

  it('oid4vci-1_0-issuer-happy-flow: scope, nonce, proof, credential, notification', async () => {
    const { devices, body } = await request();
    const answer = await ask(body);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('date')).not.toBeNull();
    const [credential] = credentialsOf(answer.body);
    await checkCredential(credential!, devices[0]!);
    const { notification_id } = answer.body;
    expect(notification_id).toEqual(expect.any(String));
    const said = await vci.send(vci.metadata.notification_endpoint, token, {
      notification_id,
      event: 'credential_accepted',
    });
    expect(said.status).toBe(204);
  });

  it('oid4vci-1_0-issuer-happy-flow, authorization_details: asked by the identifier the token came with', async () => {
    const authorization_details = JSON.stringify([
      { type: 'openid_credential', credential_configuration_id: configurationId },
    ]);
    const given = await vci.token(vci.wallet, { scope: 'driving_licence', authorization_details });
    const [detail] = given.body.authorization_details as { credential_identifiers: string[] }[];
    const [credential_identifier] = detail!.credential_identifiers;
    const { devices, body } = await request({
      credential_configuration_id: undefined,
      credential_identifier,
    });
    const answer = await ask(body, given.token);
    expect(answer.status).toBe(200);
    await checkCredential(credentialsOf(answer.body)[0]!, devices[0]!);
  });

  it('oid4vci-1_0-issuer-happy-flow, encrypted: the request and its answer as JWE', async () => {
    const wallet = await generateKeyPair('ECDH-ES', { extractable: true });
    const jwk = { ...(await exportJWK(wallet.publicKey)), alg: 'ECDH-ES', use: 'enc', kid: 'suite' };
    const { devices, body } = await request({ credential_response_encryption: { jwk, enc: 'A256GCM' } });
    const jwe = await encryptTo(vci.metadata, body);
    const answer = await vci.send(vci.metadata.credential_endpoint, token, jwe, asJwt);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/jwt/);
    const text = String(answer.body.text);
    expect(decodeProtectedHeader(text)).toMatchObject({ alg: 'ECDH-ES', enc: 'A256GCM', kid: 'suite' });
    const [credential] = credentialsOf(await decrypted(text, wallet.privateKey));
    await checkCredential(credential!, devices[0]!);
  });

  it('oid4vci-1_0-issuer-happy-flow-additional-requests: the token serves again, with headers of FAPI and any Accept', async () => {
    const more: Record<string, string>[] = [
      { 'x-fapi-customer-ip-address': '2001:db8::1' },
      { accept: '*/*' },
      { accept: 'text/plain' },
    ];
    for (const headers of more) {
      const { body } = await request();
      expect((await ask(body, token, headers)).status).toBe(200);
    }
  });

  it('oid4vci-1_0-issuer-happy-flow-multiple-clients: another wallet gets its own copy, and no time links the two', async () => {
    const first = await request();
    const one = await checkCredential(credentialsOf((await ask(first.body)).body)[0]!, first.devices[0]!);
    const { token: other } = await vci.token(vci.second);
    const nonce = await vci.nonce();
    const key = await device();
    const by = async (of: typeof vci.wallet) => ({
      credential_configuration_id: configurationId,
      proofs: { jwt: [await vci.proof(key, nonce, { of })] },
    });
    // A proof that names the first wallet is not the second one's.
    refused(await ask(await by(vci.wallet), other), 'invalid_proof');
    const two = await checkCredential(credentialsOf((await ask(await by(vci.second), other)).body)[0]!, key);
    // Rounded: neither says when it was made.
    expect([two.iat, two.nbf, two.exp]).toEqual([one.iat, one.nbf, one.exp]);
    expect(two.status).not.toEqual(one.status);
  });

  it('oid4vci-1_0-issuer-happy-flow-with-skip-notification: a wallet that says nothing may ask again', async () => {
    expect((await ask((await request()).body)).status).toBe(200);
    expect((await ask((await request()).body)).status).toBe(200);
  });

  it('oid4vci-1_0-issuer-batch-issuance: one copy a key, other salts and status entries, the same claims', async () => {
    const { devices, body } = await request({}, 20);
    const answer = await ask(body);
    const credentials = credentialsOf(answer.body);
    expect(credentials).toHaveLength(20);
    const seen = { status: new Set<unknown>(), salts: new Set<string>(), count: 0 };
    for (const [at, credential] of credentials.entries()) {
      const claims = await checkCredential(credential, devices[at]!);
      seen.status.add(JSON.stringify(claims.status));
      for (const disclosure of credential.split('~').slice(1, -1)) {
        seen.count += 1;
        seen.salts.add(JSON.parse(Buffer.from(disclosure, 'base64url').toString())[0]);
      }
    }
    expect([seen.status.size, seen.salts.size]).toEqual([20, seen.count]);
  });
});

describe('OpenID4VCI 1.0 issuer, what has to fail', () => {
  it('oid4vci-1_0-issuer-fail-invalid-nonce', async () => {
    const proof = await vci.proof(await device(), 'not-a-nonce-of-this-issuer');
    const body = { credential_configuration_id: configurationId, proofs: { jwt: [proof] } };
    refused(await ask(body), 'invalid_nonce');
  });

  it('oid4vci-1_0-issuer-fail-replay-nonce, security (c) 33: the same request once more', async () => {
    const { body } = await request();
    expect((await ask(body)).status).toBe(200);
    refused(await ask(body), 'invalid_nonce');
  });

  it('oid4vci-1_0-issuer-fail-invalid-jwt-proof-signature', async () => {
    const { privateKey } = await device();
    const proof = await vci.proof(await device(), await vci.nonce(), { key: privateKey });
    const body = { credential_configuration_id: configurationId, proofs: { jwt: [proof] } };
    refused(await ask(body), 'invalid_proof');
  });

  it('oid4vci-1_0-issuer-fail-missing-proof', async () => {
    refused(await ask({ credential_configuration_id: configurationId }), 'invalid_proof');
  });

  it('oid4vci-1_0-issuer-fail-unknown-credential-configuration-id', async () => {
    const { body } = await request({ credential_configuration_id: 'nobody_issues_this' });
    refused(await ask(body), 'unknown_credential_configuration');
  });

  it('oid4vci-1_0-issuer-fail-unknown-credential-identifier', async () => {
    const { body } = await request({
      credential_configuration_id: undefined,
      credential_identifier: 'nobody_has_this',
    });
    refused(await ask(body), 'unknown_credential_identifier');
  });

  it('oid4vci-1_0-issuer-fail-unsupported-encryption-algorithm: in the open, and nothing issued', async () => {
    const { publicKey } = await generateKeyPair('ECDH-ES', { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), alg: 'ECDH-ES', use: 'enc' };
    const { body } = await request({
      credential_response_encryption: { jwk, enc: 'A256GCM', alg: 'UNSUPPORTED_ALG' },
    });
    const jwe = await encryptTo(vci.metadata, body);
    const answer = await vci.send(vci.metadata.credential_endpoint, token, jwe, asJwt);
    refused(answer, 'invalid_encryption_parameters');
  });

  it('oid4vci-1_0-issuer-fail-on-access-token-in-query: a token in the address opens nothing', async () => {
    const { body } = await request();
    const answer = await vci.wallet.send(`${vci.metadata.credential_endpoint}?access_token=${token}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect([400, 401]).toContain(answer.status);
  });

  it('security (b) OID4VCI code/offer reuse: a token for one type opens no other, and none without its key', async () => {
    const other = Object.keys(vci.metadata.credential_configurations_supported).find(
      (id) => !id.startsWith('driving_licence'),
    )!;
    refused(
      await ask((await request({ credential_configuration_id: other })).body),
      'credential_request_denied',
    );
    for (const path of ['credential', 'credential_deferred', 'notification']) {
      const answer = await vci.wallet.send(`${vci.origin}/${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: '{}',
      });
      expect([path, answer.status]).toEqual([path, 401]);
    }
  });
});
