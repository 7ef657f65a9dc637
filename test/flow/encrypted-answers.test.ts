import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compactDecrypt, decodeProtectedHeader, exportJWK } from 'jose';
import * as client from 'openid-client';
import type { AppMetadata } from '../../src/oidc/apps/app.ts';
import { addKeyApp, type KeyApp, newKeys, type Served } from './key-app.ts';
import { walkThrough } from './test-app.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';

const person = { loginName: samplePerson.phone, password: samplePerson.password };

type Keys = Awaited<ReturnType<typeof newKeys>>;

describe('ID tokens, userinfo and introspection, signed and encrypted as the app registered', () => {
  let server: TestServer;
  let served: Served;
  beforeAll(async () => {
    server = await startTestServer();
    served = { baseUrl: server.baseUrl, apps: server.oidc.apps };
    await addPerson(server.accounts);
  });
  afterAll(() => server.close());

  /** An app with a key to sign by and one to encrypt to. */
  const add = async (alg: string, members: Partial<AppMetadata>) => {
    const encryption = await newKeys(alg);
    const signing = await newKeys('ES256');
    const jwks = {
      keys: [
        { ...(await exportJWK(signing.publicKey)), kid: 'sig', use: 'sig', alg: 'ES256' },
        { ...(await exportJWK(encryption.publicKey)), kid: 'enc', use: 'enc', alg },
      ],
    };
    const app = await addKeyApp(served, { metadata: { ...members, jwks: jwks as never } });
    const known = {
      ...members,
      id_token_signed_response_alg: members.id_token_signed_response_alg ?? 'ES256',
    };
    const auth = client.PrivateKeyJwt({ key: signing.privateKey, kid: 'sig' });
    const config = new client.Configuration(
      app.config.serverMetadata(),
      app.clientId,
      known as Partial<client.ClientMetadata>,
      auth,
    );
    client.allowInsecureRequests(config);
    client.enableDecryptingResponses(config, ['A128CBC-HS256', 'A256CBC-HS512', 'A128GCM', 'A256GCM'], {
      key: encryption.privateKey as CryptoKey,
      kid: 'enc',
      alg,
    });
    return { app, config, encryption };
  };

  const signIn = async ({ app, config }: { app: KeyApp; config: client.Configuration }) => {
    const { parameters, checks } = await app.request();
    const url = await client.buildAuthorizationUrlWithPAR(config, parameters);
    const callback = await walkThrough(app.browser(), { url, checks }, person);
    return client.authorizationCodeGrant(config, new URL(callback), checks);
  };

  const inner = async (jwe: string, { privateKey }: Keys) => {
    const { plaintext } = await compactDecrypt(jwe, privateKey);
    return new TextDecoder().decode(plaintext);
  };

  it.each([
    ['ECDH-ES', 'A128CBC-HS256'],
    ['ECDH-ES', 'A256GCM'],
    ['ECDH-ES+A128KW', 'A128GCM'],
    ['ECDH-ES+A256KW', 'A256GCM'],
    ['ECDH-ES+A256KW', 'A256CBC-HS512'],
    ['RSA-OAEP-256', 'A256GCM'],
  ])('an ID token is encrypted by %s and %s round a signed one', async (alg, enc) => {
    const of = await add(alg, {
      id_token_encrypted_response_alg: alg as never,
      id_token_encrypted_response_enc: enc as never,
    });
    const { app, config, encryption } = of;
    const { parameters, checks } = await app.request();
    const url = await client.buildAuthorizationUrlWithPAR(config, parameters);
    const callback = new URL(await walkThrough(app.browser(), { url, checks }, person));
    const tokens = await client.authorizationCodeGrant(config, callback, checks);
    expect(tokens.claims()!.aud).toBe(app.clientId);
    const jwe = tokens.id_token!;
    expect(decodeProtectedHeader(jwe)).toMatchObject({ alg, enc, cty: 'JWT', kid: 'enc' });
    expect(decodeProtectedHeader(await inner(jwe, encryption))).toMatchObject({ alg: 'ES256' });
  });

  it('an encryption without a named content algorithm is A128CBC-HS256 (OpenID Connect Registration §2)', async () => {
    const of = await add('ECDH-ES', { id_token_encrypted_response_alg: 'ECDH-ES' });
    const tokens = await signIn(of);
    expect(decodeProtectedHeader(tokens.id_token!)).toMatchObject({ enc: 'A128CBC-HS256' });
  });

  it.each(['ES256', 'EdDSA', 'RS256'] as const)('userinfo is signed by %s', async (alg) => {
    const { app, config } = await add('ECDH-ES', { userinfo_signed_response_alg: alg });
    const tokens = await signIn({ app, config });
    const { sub } = tokens.claims()!;
    const plain = await app.send(`${server.baseUrl}/me`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(plain.headers.get('content-type')).toMatch(/^application\/jwt/);
    expect(decodeProtectedHeader(plain.body.text as string)).toMatchObject({ alg });
    const info = await client.fetchUserInfo(config, tokens.access_token, sub);
    expect(info).toMatchObject({ sub, name: samplePerson.name, iss: server.baseUrl, aud: app.clientId });
  });

  it('userinfo is signed and encrypted', async () => {
    const { app, config, encryption } = await add('ECDH-ES+A256KW', {
      userinfo_signed_response_alg: 'ES256',
      userinfo_encrypted_response_alg: 'ECDH-ES+A256KW',
      userinfo_encrypted_response_enc: 'A256GCM',
    });
    const tokens = await signIn({ app, config });
    const answer = await app.send(`${server.baseUrl}/me`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    const jwe = answer.body.text as string;
    expect(jwe).not.toContain(Buffer.from(samplePerson.name).toString('base64url').slice(2, 12));
    expect(decodeProtectedHeader(await inner(jwe, encryption))).toMatchObject({ alg: 'ES256' });
    const info = await client.fetchUserInfo(config, tokens.access_token, tokens.claims()!.sub);
    expect(info.name).toBe(samplePerson.name);
  });

  it('introspection is signed (RFC 9701), and tells another app nothing in that form either (security (b))', async () => {
    const of = await add('ECDH-ES', { introspection_signed_response_alg: 'ES256' });
    const other = await add('ECDH-ES', { introspection_signed_response_alg: 'ES256' });
    const { access_token: token } = await signIn(of);
    const told = await client.tokenIntrospection(of.config, token);
    expect(told).toMatchObject({ active: true, client_id: of.app.clientId });
    expect(await client.tokenIntrospection(other.config, token)).toEqual({ active: false });
  });

  it.each<[string, Record<string, string>]>([
    ['RSA1_5', { id_token_encrypted_response_alg: 'RSA1_5' }],
    ['dir', { id_token_encrypted_response_alg: 'dir' }],
    ['A256KW', { id_token_encrypted_response_alg: 'A256KW' }],
    ['PBES2', { userinfo_encrypted_response_alg: 'PBES2-HS256+A128KW' }],
    ['RSA-OAEP with SHA-1', { userinfo_encrypted_response_alg: 'RSA-OAEP' }],
    ['HS256', { id_token_signed_response_alg: 'HS256' }],
    ['HS256 for userinfo', { userinfo_signed_response_alg: 'HS256' }],
    ['none', { id_token_signed_response_alg: 'none' }],
    ['none for userinfo', { userinfo_signed_response_alg: 'none' }],
    ['none for requests', { request_object_signing_alg: 'none' }],
    ['HS256 for assertions', { token_endpoint_auth_signing_alg: 'HS256' }],
    ['an encrypted request', { request_object_encryption_alg: 'RSA-OAEP-256' }],
    ['client_secret_jwt', { token_endpoint_auth_method: 'client_secret_jwt' }],
  ])('no app is registered with %s', async (_case, members) => {
    await expect(addKeyApp(served, { metadata: members as never })).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });

  it.each<[string, Record<string, string>]>([
    ['a secret', { token_endpoint_auth_method: 'client_secret_basic' }],
    ['no authentication', { token_endpoint_auth_method: 'none' }],
    ['RS256 for its ID tokens', { id_token_signed_response_alg: 'RS256' }],
    ['RS256 for its assertions', { token_endpoint_auth_signing_alg: 'RS256' }],
    ['RS256 for userinfo', { userinfo_signed_response_alg: 'RS256' }],
  ])('no app has the profile high with %s', async (_case, members) => {
    await expect(addKeyApp(served, { profile: 'high', metadata: members as never })).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });
});
