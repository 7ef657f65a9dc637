/**
 * OpenID4VP 1.0 as libraries of others understand it: @openid4vc/openid4vp resolves our requests, makes the answers and
 * sends them; dcql judges the query and what it matches. Only signing and encrypting are given to them from here.
 */
import { createHash, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setGlobalConfig } from '@openid4vc/oauth2';
import { Openid4vpClient } from '@openid4vc/openid4vp';
import { type DcqlCredential, DcqlQuery } from 'dcql';
import { CompactEncrypt, compactVerify, decodeJwt, importJWK, type JWK } from 'jose';
import {
  type Held,
  heldBy,
  presentMdl,
  presentSdJwt,
  type Request,
  registerAsker,
} from './presentation-wallet.ts';
import { type RunningApp, startApp } from './start-app.ts';

let app: RunningApp;
let asker: Awaited<ReturnType<typeof registerAsker>>;
const item = 'driving-points-statement';

// The server under test listens on the loopback without TLS.
setGlobalConfig({ allowInsecureUrls: true });
beforeAll(async () => {
  app = await startApp();
  asker = await registerAsker(app, [item]);
}, 60_000);
afterAll(() => app.stop());

const wallet = new Openid4vpClient({
  callbacks: {
    hash: (data) => createHash('sha256').update(data).digest(),
    getX509CertificateMetadata: (certificate) => {
      const names = new X509Certificate(Buffer.from(certificate, 'base64')).subjectAltName?.split(', ') ?? [];
      const those = (kind: string) =>
        names.filter((name) => name.startsWith(kind)).map((name) => name.slice(kind.length));
      return { sanDnsNames: those('DNS:'), sanUriNames: those('URI:') };
    },
    verifyJwt: async (signer, { compact }) => {
      if (signer.method !== 'x5c') return { verified: false };
      const leaf = new X509Certificate(Buffer.from(signer.x5c[0]!, 'base64'));
      await compactVerify(compact, leaf.publicKey);
      return { verified: true, signerJwk: leaf.publicKey.export({ format: 'jwk' }) as JWK & { kty: string } };
    },
    encryptJwe: async (encryptor, data) => {
      if (encryptor.method !== 'jwk') throw new Error(`asks to encrypt by ${encryptor.method}`);
      const { publicJwk, alg, enc } = encryptor;
      const jwe = await new CompactEncrypt(Buffer.from(data))
        .setProtectedHeader({ alg, enc, ...(publicJwk.kid ? { kid: publicJwk.kid } : {}) })
        .encrypt(await importJWK(publicJwk as JWK, alg));
      return { encryptionJwk: publicJwk, jwe };
    },
    decryptJwe: () => ({ decrypted: false }),
    signJwt: () => {
      throw new Error('asks for a signed answer');
    },
  },
});

/** What the library makes of the link that a person scanned. */
const resolve = async (link: unknown) => {
  const { params } = wallet.parseOpenid4vpAuthorizationRequest({ authorizationRequest: String(link) });
  const { authorizationRequestPayload, ...rest } = await wallet.resolveOpenId4vpAuthorizationRequest({
    authorizationRequestPayload: params as never,
  });
  return { ...rest, request: authorizationRequestPayload as unknown as Request };
};

/** What the library is told of this wallet when an answer is to be encrypted. */
const jarm = {
  encryption: { nonce: 'not-used' },
  serverMetadata: {
    authorization_signing_alg_values_supported: [],
    authorization_encryption_alg_values_supported: ['ECDH-ES'],
    authorization_encryption_enc_values_supported: ['A128GCM', 'A256GCM'],
  },
};

const answer = async (asked: Request, vpToken: unknown) => {
  const request = asked as never;
  const made = await wallet.createOpenid4vpAuthorizationResponse({
    authorizationRequestPayload: request,
    authorizationResponsePayload: { vp_token: vpToken as never },
    ...(asked.response_mode === 'direct_post.jwt' ? { jarm } : {}),
  });
  return wallet.submitOpenid4vpAuthorizationResponse({
    authorizationRequestPayload: request,
    authorizationResponsePayload: made.authorizationResponsePayload,
    ...(made.jarm ? { jarm: made.jarm } : {}),
  });
};

/** The one credential query that this holding answers, by the library's judgement. */
const matched = (query: unknown, held: DcqlCredential): string => {
  const parsed = DcqlQuery.parse(query as never);
  DcqlQuery.validate(parsed);
  const result = DcqlQuery.query(parsed, [held]);
  expect(result.can_be_satisfied).toBe(true);
  return parsed.credentials[0]!.id;
};

const claimsOf = async ({ credential }: Held): Promise<Record<string, never>> => {
  const [jwt, ...disclosures] = credential.split('~').filter(Boolean) as [string, ...string[]];
  const open = disclosures.map((text) => JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[]);
  return { ...decodeJwt(jwt), ...Object.fromEntries(open.map(([, name, value]) => [name, value])) };
};

describe('a wallet of others, by its own library', () => {
  it.each<[string, object]>([
    ['x509_hash and direct_post.jwt', {}],
    [
      'x509_san_dns and direct_post',
      { profile: 'plain', client_id_prefix: 'x509_san_dns', response_mode: 'direct_post' },
    ],
    [
      'x509_san_dns and direct_post.jwt',
      { profile: 'plain', client_id_prefix: 'x509_san_dns', response_mode: 'direct_post.jwt' },
    ],
  ])('answers with an SD-JWT VC: %s', async (_name, how) => {
    const { body } = await asker.ask({ item, device: 'cross', ...how });
    const { request, client, dcql, version } = await resolve(body.openid4vp);
    // 100 is the library's number for the final specification.
    expect(version).toBe(100);
    expect(body.client_id).toBe(`${client.prefix}:${client.identifier}`);
    const licence = await heldBy(app, 'lin', 'driving_licence');
    const claims = await claimsOf(licence);
    const id = matched(dcql!.query, {
      credential_format: 'dc+sd-jwt',
      vct: String(claims.vct),
      claims,
      cryptographic_holder_binding: true,
    });
    const shown = await presentSdJwt(licence, request, ['name', 'licence_number', 'valid_until', 'points']);
    const { response } = await answer(request, { [id]: [shown] });
    expect(response.status).toBe(200);
    expect((await asker.result(body.id)).body).toMatchObject({ state: 'done', verdict: { code: 'valid' } });
  });

  it('answers with an mdoc', async () => {
    const { body } = await asker.ask({ item, device: 'cross', format: 'mso_mdoc' });
    const { request, dcql } = await resolve(body.openid4vp);
    const query = dcql!.query as Request['dcql_query'];
    const elements: Record<string, string[]> = {};
    for (const { path } of query.credentials[0]!.claims!) {
      const [namespace, name] = path as [string, string];
      elements[namespace] = [...(elements[namespace] ?? []), name];
    }
    const id = matched(query, {
      credential_format: 'mso_mdoc',
      doctype: 'org.iso.18013.5.1.mDL',
      namespaces: Object.fromEntries(
        Object.entries(elements).map(([namespace, names]) => [
          namespace,
          Object.fromEntries(names.map((name) => [name, 'there'])),
        ]),
      ),
      cryptographic_holder_binding: true,
    });
    const mdl = await heldBy(app, 'lin', 'driving_licence', 'mso_mdoc');
    const shown = await presentMdl(mdl, request, elements);
    const { response } = await answer(request, { [id]: [shown] });
    expect(response.status).toBe(200);
    expect((await asker.result(body.id)).body).toMatchObject({ state: 'done', verdict: { code: 'valid' } });
  });

  it('says no as the specification has it, and the app hears it', async () => {
    const { body } = await asker.ask({ item, device: 'cross' });
    const { request } = await resolve(body.openid4vp);
    const { response_uri: to, state } = request;
    const said = await fetch(to, {
      method: 'POST',
      body: new URLSearchParams({ error: 'access_denied', state }),
    });
    expect(said.status).toBe(200);
    expect((await asker.result(body.id)).body).toMatchObject({ state: 'refused' });
  });
});
