/** A wallet of the conformance suite under HAIP 1.0: attested client, attested keys, PAR, PKCE, DPoP, over HTTPS. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, importPKCS8, type JWK, SignJWT } from 'jose';
import * as client from 'openid-client';
import { type Made, makeCertificate } from '../flow/certificate-maker.ts';
import { type Answer, dpopProof, newKeys } from '../flow/key-app.ts';
import { walkThrough } from '../flow/test-app.ts';
import { TestBrowser } from '../flow/test-browser.ts';
import { type HttpsApp, startHttpsApp } from './tls-front.ts';

type Pair = Awaited<ReturnType<typeof newKeys>>;

export interface Odd {
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  by?: Made;
}

const redirectUri = 'https://wallet.example.test/callback';
const scope = 'driving_licence resident_id_card';
const certificateOf = ({ certificate }: Made): string => certificate.raw.toString('base64');
const keyOf = ({ key }: Made) =>
  importPKCS8(key.export({ type: 'pkcs8', format: 'pem' }).toString(), 'ES256');

const publicOf = async ({ publicKey }: Pair): Promise<JWK> => {
  const { kty, crv, x, y } = await exportJWK(publicKey);
  return { kty, crv, x, y } as JWK;
};

export const openHaip = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'onecert-haip-'));
  const root = makeCertificate({ name: '钱包提供方根', ca: true, use: 0x04 });
  const provider = makeCertificate({ name: '钱包提供方', issuer: root, use: 0x80 });
  writeFileSync(join(folder, 'providers.pem'), root.certificate.toString());
  const authorities = `{ authoritiesFile: ${join(folder, 'providers.pem')} }`;
  writeFileSync(
    join(folder, 'haip.yaml'),
    `credentials: { profile: haip, walletAttestation: ${authorities}, keyAttestation: ${authorities} }\n`,
  );
  const server: HttpsApp = await startHttpsApp({ ONECERT_CONFIG: join(folder, 'haip.yaml') });
  const { front, core } = server;
  const { origin } = front;
  const { clientId } = await core.apps.add({
    client_name: '认证钱包',
    redirect_uris: [redirectUri],
    token_endpoint_auth_method: 'attest_jwt_client_auth' as never,
    scope,
  });
  const instance = await newKeys('ES256');
  const dpop = await newKeys('ES256');
  const personOf = async (id: string) => ({
    loginName: (await core.samplePerson(id))!.documentNumber,
    password: server.passwordOf(id),
  });
  const person = await personOf('lin');

  const send = async (url: string, init: RequestInit = {}): Promise<Answer> => {
    const answer = await front.fetch(url, { redirect: 'manual', ...init });
    const text = await answer.text();
    const json = /json/.test(answer.headers.get('content-type') ?? '');
    return {
      status: answer.status,
      headers: answer.headers,
      body: (json ? JSON.parse(text) : { text }) as Answer['body'],
    };
  };
  const { body } = await send(`${origin}/.well-known/openid-credential-issuer`);
  const metadata = body as Record<string, unknown> & {
    credential_endpoint: string;
    nonce_endpoint: string;
    credential_configurations_supported: Record<string, Record<string, unknown>>;
  };

  const challenge = async (): Promise<string> =>
    String((await send(`${origin}/challenge`, { method: 'POST' })).body.attestation_challenge);
  const nonce = async (): Promise<string> =>
    String((await send(metadata.nonce_endpoint, { method: 'POST' })).body.c_nonce);

  /** OAuth-Client-Attestation, by the wallet's provider. */
  const attestation = async ({ header, claims, by = provider }: Odd = {}): Promise<string> =>
    new SignJWT({ sub: clientId, cnf: { jwk: await publicOf(instance) }, ...claims })
      .setProtectedHeader({
        alg: 'ES256',
        typ: 'oauth-client-attestation+jwt',
        x5c: [certificateOf(by)],
        ...header,
      })
      .setIssuedAt()
      .setExpirationTime('5 minutes')
      .sign(await keyOf(by));

  /** OAuth-Client-Attestation-PoP, by this instance of the wallet. */
  const pop = async ({ header, claims }: Odd = {}, key = instance): Promise<string> =>
    new SignJWT({ iss: clientId, jti: randomUUID(), challenge: await challenge(), ...claims })
      .setProtectedHeader({ alg: 'ES256', typ: 'oauth-client-attestation-pop+jwt', ...header })
      .setAudience((claims?.aud as string | undefined) ?? origin)
      .setIssuedAt(claims?.iat as number | undefined)
      .sign(key.privateKey);

  const attested = async (odd: { attestation?: string; pop?: string } = {}) => ({
    'oauth-client-attestation': odd.attestation ?? (await attestation()),
    'oauth-client-attestation-pop': odd.pop ?? (await pop()),
  });

  const form = (path: string, fields: Record<string, string>, headers: Record<string, string>) =>
    send(`${origin}${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields),
    });

  /** The parameters of an authorization request with the verifier for them. */
  const request = async (over: Record<string, string | undefined> = {}) => {
    const verifier = client.randomPKCECodeVerifier();
    const asked = {
      client_id: clientId,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope,
      state: client.randomState(),
      prompt: 'consent',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...over,
    };
    const given = Object.entries(asked).filter(([, value]) => value !== undefined);
    return { verifier, fields: Object.fromEntries(given) as Record<string, string> };
  };

  const push = async (over: Record<string, string | undefined> = {}, headers?: Record<string, string>) => {
    const { verifier, fields } = await request(over);
    return { verifier, answer: await form('/request', fields, headers ?? (await attested())) };
  };

  const browser = () => new TestBrowser((url) => url.href.startsWith(redirectUri), {}, front.fetch);

  /** From the pushed request to the code; `iss` is checked (RFC 9207). */
  const authorize = async (as = person) => {
    const { verifier, answer } = await push();
    const url = new URL(`${origin}/auth`);
    url.search = new URLSearchParams({
      client_id: clientId,
      request_uri: String(answer.body.request_uri),
    }).toString();
    const callback = new URL(await walkThrough(browser(), { url, checks: {} } as never, as));
    return { verifier, callback, code: callback.searchParams.get('code')! };
  };

  const redeem = async (
    given: { code: string; verifier: string },
    { headers, withDpop = true }: { headers?: Record<string, string>; withDpop?: boolean } = {},
  ) =>
    form(
      '/token',
      {
        grant_type: 'authorization_code',
        client_id: clientId,
        code: given.code,
        redirect_uri: redirectUri,
        code_verifier: given.verifier,
      },
      {
        ...(headers ?? (await attested())),
        ...(withDpop ? { dpop: await dpopProof(dpop, { htm: 'POST', htu: `${origin}/token` }) } : {}),
      },
    );

  /** A key proof with the provider's word for the key (OpenID4VCI 1.0 appendix D, F.1). */
  const keyProof = async (device: Pair, odd: Odd & { without?: boolean } = {}): Promise<string> => {
    const c_nonce = await nonce();
    const by = odd.by ?? provider;
    const jwk = await publicOf(device);
    const key_attestation = await new SignJWT({
      attested_keys: [jwk],
      nonce: c_nonce,
      key_storage: ['iso_18045_high'],
      user_authentication: ['iso_18045_high'],
      ...odd.claims,
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'key-attestation+jwt', x5c: [certificateOf(by)] })
      .setIssuedAt()
      .setExpirationTime('5 minutes')
      .sign(await keyOf(by));
    return new SignJWT({ nonce: c_nonce })
      .setProtectedHeader({
        alg: 'ES256',
        typ: 'openid4vci-proof+jwt',
        jwk,
        ...(odd.without ? {} : { key_attestation }),
      })
      .setIssuer(clientId)
      .setAudience(origin)
      .setIssuedAt()
      .sign(device.privateKey);
  };

  const ask = async (token: string, body: object, scheme = 'DPoP') =>
    send(metadata.credential_endpoint, {
      method: 'POST',
      headers: {
        authorization: `${scheme} ${token}`,
        'content-type': 'application/json',
        ...(scheme === 'DPoP'
          ? { dpop: await dpopProof(dpop, { htm: 'POST', htu: metadata.credential_endpoint, token }) }
          : {}),
      },
      body: JSON.stringify(body),
    });

  return {
    server,
    origin,
    clientId,
    metadata,
    provider,
    send,
    form,
    nonce,
    challenge,
    attestation,
    pop,
    attested,
    request,
    push,
    personOf,
    authorize,
    redeem,
    keyProof,
    ask,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

export type Haip = Awaited<ReturnType<typeof openHaip>>;
