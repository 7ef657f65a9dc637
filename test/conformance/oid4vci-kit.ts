/** A wallet of the conformance suite: private_key_jwt, PAR, PKCE, DPoP, one credential configuration, over HTTPS. */
import { expect } from '@jest/globals';
import {
  CompactEncrypt,
  type CryptoKey,
  compactDecrypt,
  exportJWK,
  type generateKeyPair,
  importJWK,
  type JWK,
  SignJWT,
} from 'jose';
import { type Answer, addKeyApp, dpopProof, type KeyApp, newKeys } from '../flow/key-app.ts';
import { walkThrough } from '../flow/test-app.ts';
import { type HttpsApp, startHttpsApp } from './tls-front.ts';

export const configurationId = 'driving_licence_sd_jwt';
const scope = 'driving_licence';

export type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

export interface Metadata extends Record<string, unknown> {
  credential_endpoint: string;
  nonce_endpoint: string;
  notification_endpoint: string;
  deferred_credential_endpoint: string;
  credential_request_encryption: { jwks: { keys: JWK[] }; enc_values_supported: string[] };
  credential_configurations_supported: Record<string, Record<string, unknown>>;
}

export interface Issuance {
  server: HttpsApp;
  origin: string;
  wallet: KeyApp;
  second: KeyApp;
  metadata: Metadata;
  /** A person agrees; the token is bound to `keys`. */
  token(of?: KeyApp, asked?: Record<string, string>): Promise<{ token: string; body: Answer['body'] }>;
  nonce(): Promise<string>;
  proof(device: Pair, nonce: string, odd?: { key?: CryptoKey; of?: KeyApp }): Promise<string>;
  /** To any endpoint of the issuer, with the token and a proof of its key. */
  send(url: string, token: string, body: object | string, headers?: Record<string, string>): Promise<Answer>;
  stop(): Promise<void>;
}

export const openIssuance = async (): Promise<Issuance> => {
  const server = await startHttpsApp();
  const { front, core } = server;
  const origin = front.origin;
  const served = { baseUrl: origin, apps: core.apps, fetch: front.fetch };
  const metadataOfApp = { scope, grant_types: ['authorization_code' as const] };
  const wallet = await addKeyApp(served, { profile: 'high', metadata: metadataOfApp });
  const second = await addKeyApp(served, { profile: 'high', metadata: metadataOfApp });
  const keys = await newKeys('ES256');
  const { documentNumber } = (await core.samplePerson('lin'))!;
  const person = { loginName: documentNumber, password: server.passwordOf('lin') };
  const { body } = await wallet.send(`${origin}/.well-known/openid-credential-issuer`);
  const metadata = body as Metadata;

  return {
    server,
    origin,
    wallet,
    second,
    metadata,
    async token(of = wallet, asked = { scope }) {
      const started = await of.start({ scope: undefined, nonce: undefined, prompt: 'consent', ...asked });
      const callback = new URL(await walkThrough(of.browser(), started, person));
      const answer = await of.post(
        '/token',
        {
          grant_type: 'authorization_code',
          code: callback.searchParams.get('code')!,
          redirect_uri: of.redirectUri,
          code_verifier: started.checks.pkceCodeVerifier!,
        },
        { headers: { dpop: await dpopProof(keys, { htm: 'POST', htu: `${origin}/token` }) } },
      );
      expect([answer.status, answer.body.token_type]).toEqual([200, 'DPoP']);
      return { token: String(answer.body.access_token), body: answer.body };
    },
    async nonce() {
      const answer = await wallet.send(metadata.nonce_endpoint, { method: 'POST' });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toContain('no-store');
      return String(answer.body.c_nonce);
    },
    async proof(device, nonce, odd = {}) {
      return new SignJWT({ nonce })
        .setProtectedHeader({
          alg: 'ES256',
          typ: 'openid4vci-proof+jwt',
          jwk: await exportJWK(device.publicKey),
        })
        .setIssuer((odd.of ?? wallet).clientId)
        .setAudience(origin)
        .setIssuedAt()
        .sign(odd.key ?? device.privateKey);
    },
    async send(url, token, sent, headers = {}) {
      const proof = await dpopProof(keys, { htm: 'POST', htu: url, token });
      return wallet.send(url, {
        method: 'POST',
        headers: {
          authorization: `DPoP ${token}`,
          dpop: proof,
          'content-type': 'application/json',
          ...headers,
        },
        body: typeof sent === 'string' ? sent : JSON.stringify(sent),
      });
    },
    stop: () => server.stop(),
  };
};

/** §10: as the suite encrypts, with the first key and way of the metadata. */
export const encryptTo = async ({ credential_request_encryption: to }: Metadata, body: object) => {
  const [jwk] = to.jwks.keys as [JWK];
  return new CompactEncrypt(Buffer.from(JSON.stringify(body)))
    .setProtectedHeader({ alg: jwk.alg!, enc: to.enc_values_supported[0]!, kid: jwk.kid!, cty: 'json' })
    .encrypt(await importJWK(jwk, jwk.alg));
};

export const decrypted = async (jwe: string, key: CryptoKey): Promise<Record<string, unknown>> =>
  JSON.parse(Buffer.from((await compactDecrypt(jwe, key)).plaintext).toString());
