/**
 * What the OpenID Foundation's `oid4vci-1_0-issuer-haip-test-plan` checks of an issuer, for SD-JWT VC and ISO mdoc, over a
 * TLS front: HAIP 1.0 §4 (issuing) and §6 (formats). Each title names its module where there is one.
 */
import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeProtectedHeader, exportJWK, importX509, jwtVerify } from 'jose';
import { makeCertificate } from '../flow/certificate-maker.ts';
import { newKeys } from '../flow/key-app.ts';
import { vciRequests } from '../flow/vci-requests.ts';
import { receiveMdoc } from '../unit/credentials/mdoc-reader.ts';
import { type Haip, openHaip } from './haip-kit.ts';

let vci: Haip;
let token: string;
let authority: X509Certificate;

beforeAll(async () => {
  vci = await openHaip();
  const answer = await vci.redeem(await vci.authorize());
  expect([answer.status, answer.body.token_type]).toEqual([200, 'DPoP']);
  token = String(answer.body.access_token);
  const pem = await vci.send(`${vci.origin}/trust/document-ca.pem`);
  authority = new X509Certificate(String(pem.body.text));
}, 120_000);
afterAll(() => vci.stop());

const device = () => newKeys('ES256');
const credentialOf = async (configurationId: string) => {
  const key = await device();
  const answer = await vci.ask(token, {
    credential_configuration_id: configurationId,
    proofs: { jwt: [await vci.keyProof(key)] },
  });
  expect([answer.status, answer.body.error]).toEqual([200, undefined]);
  const [{ credential }] = answer.body.credentials as [{ credential: string }];
  return { credential, key };
};

/** HAIP 1.0 §6.1.1: the chain without the trust anchor, no self-signed leaf, verified to the published authority. */
const byCertificate = async (jwt: string, typ: string) => {
  const { x5c = [] } = decodeProtectedHeader(jwt);
  const [leaf] = x5c.map((der) => new X509Certificate(Buffer.from(der, 'base64')));
  expect(x5c).toHaveLength(1);
  expect(leaf!.checkIssued(leaf!)).toBe(false);
  expect(leaf!.checkIssued(authority) && leaf!.verify(authority.publicKey)).toBe(true);
  return (await jwtVerify(jwt, await importX509(leaf!.toString(), 'ES256'), { typ })).payload;
};

describe('HAIP 1.0 issuer, metadata', () => {
  it('oid4vci-1_0-issuer-metadata-test: PAR, S256, iss, DPoP, attestation; a nonce and a challenge endpoint apart', async () => {
    const server = (await vci.send(`${vci.origin}/.well-known/oauth-authorization-server`)).body;
    expect(server).toMatchObject({
      pushed_authorization_request_endpoint: `${vci.origin}/request`,
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      challenge_endpoint: `${vci.origin}/challenge`,
    });
    expect(server.dpop_signing_alg_values_supported).toContain('ES256');
    expect(server.token_endpoint_auth_methods_supported).toContain('attest_jwt_client_auth');
    expect(server.client_attestation_signing_alg_values_supported).toContain('ES256');
    expect(vci.metadata.nonce_endpoint).toBe(`${vci.origin}/nonce`);
    const nonce = await vci.send(vci.metadata.nonce_endpoint, { method: 'POST' });
    expect([nonce.status, Object.keys(nonce.body)]).toEqual([200, ['c_nonce']]);
    expect(nonce.headers.get('cache-control')).toContain('no-store');
    const challenge = await vci.send(`${vci.origin}/challenge`, { method: 'POST' });
    expect([challenge.status, Object.keys(challenge.body)]).toEqual([200, ['attestation_challenge']]);
  });

  it('key attestation is required for every key, response encryption is offered, and each configuration has a scope', () => {
    expect(vci.metadata).toHaveProperty('credential_response_encryption');
    for (const known of Object.values(vci.metadata.credential_configurations_supported)) {
      expect(known.scope).toEqual(expect.any(String));
      expect(known.proof_types_supported).toMatchObject({
        jwt: { key_attestations_required: {} },
        attestation: { key_attestations_required: {} },
      });
    }
  });

  it('oid4vci-1_0-issuer-metadata-test-signed: signed with x5c', async () => {
    const answer = await vci.send(`${vci.origin}/.well-known/openid-credential-issuer`, {
      headers: { accept: 'application/jwt' },
    });
    const {
      iss,
      sub,
      iat: _iat,
      exp: _exp,
      ...said
    } = await byCertificate(String(answer.body.text), 'openidvci-issuer-metadata+jwt');
    expect([iss, sub]).toEqual([vci.origin, vci.origin]);
    expect(said).toEqual(vci.metadata);
  });
});

describe('HAIP 1.0 issuer, the ways that lead through', () => {
  it('oid4vci-1_0-issuer-happy-flow, sd_jwt_vc: x5c in the credential and in its status list', async () => {
    const { credential, key } = await credentialOf('driving_licence_sd_jwt');
    const claims = await byCertificate(credential.split('~')[0]!, 'dc+sd-jwt');
    const { kty, crv, x, y } = await exportJWK(key.publicKey);
    expect((claims.cnf as { jwk: object }).jwk).toEqual({ kty, crv, x, y });
    const { uri, idx } = (claims.status as { status_list: { uri: string; idx: number } }).status_list;
    expect(idx).toBeGreaterThanOrEqual(0);
    const list = await vci.send(uri);
    expect(list.headers.get('content-type')).toBe('application/statuslist+jwt');
    expect((await byCertificate(String(list.body.text), 'statuslist+jwt')).sub).toBe(uri);
  });

  it.each(['resident_id_card_mdoc', 'driving_licence_mdoc'])(
    'oid4vci-1_0-issuer-happy-flow, mso_mdoc: %s is base64url of IssuerSigned that another library accepts',
    async (configuration) => {
      const { credential, key } = await credentialOf(configuration);
      expect(credential).toMatch(/^[\w-]+$/);
      const received = await receiveMdoc(credential, authority.raw, new Date());
      const known = vci.metadata.credential_configurations_supported[configuration]!;
      const { mobileSecurityObject } = received.issuerAuth;
      expect(mobileSecurityObject.docType).toBe(known.doctype);
      const { x, y } = await exportJWK(key.publicKey);
      expect(mobileSecurityObject.deviceKeyInfo.deviceKey.jwk).toMatchObject({
        kty: 'EC',
        crv: 'P-256',
        x,
        y,
      });
      const { claims } = known.credential_metadata as { claims: { path: string[]; mandatory: boolean }[] };
      for (const { path, mandatory } of claims)
        if (mandatory) expect(received.getPrettyClaims(path[0]!)).toHaveProperty(path[1]!);
    },
  );

  it('the authorization response names its issuer (RFC 9207), and the token is bound to the DPoP key', async () => {
    const { callback } = await vci.authorize();
    expect(callback.searchParams.get('iss')).toBe(vci.origin);
    const bearer = await vci.ask(token, { credential_configuration_id: 'driving_licence_sd_jwt' }, 'Bearer');
    expect([bearer.status, bearer.body.error]).toEqual([401, 'invalid_token']);
  });
});

describe('HAIP 1.0 issuer, what is refused', () => {
  it('an authorization request that was not pushed, and one without PKCE or with plain', async () => {
    const { fields } = await vci.request();
    const open = await vci.send(`${vci.origin}/auth?${new URLSearchParams(fields)}`);
    expect(open.status === 303 ? open.headers.get('location') : open.body.text).toMatch(/request/i);
    expect(open.headers.get('location') ?? '').not.toContain('/interaction/');
    for (const over of [
      { code_challenge: undefined, code_challenge_method: undefined },
      { code_challenge_method: 'plain' },
    ]) {
      const { answer } = await vci.push(over);
      expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
    }
  });

  it('a token request without DPoP', async () => {
    const answer = await vci.redeem(await vci.authorize(), { withDpop: false });
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_grant']);
  });

  it('oid4vci-1_0-issuer-fail-…-client-attestation-…: missing, by a stranger, for another client, unsigned by its key', async () => {
    const stranger = makeCertificate({ name: '陌生人', use: 0x80 });
    const other = await newKeys('ES256');
    const cases: [string, Record<string, string>][] = [
      ['nothing at all', {}],
      ['no proof', { 'oauth-client-attestation': await vci.attestation() }],
      ['by a stranger', await vci.attested({ attestation: await vci.attestation({ by: stranger }) })],
      ['another typ', await vci.attested({ attestation: await vci.attestation({ header: { typ: 'jwt' } }) })],
      ['another key', await vci.attested({ pop: await vci.pop({}, other) })],
      ['another audience', await vci.attested({ pop: await vci.pop({ claims: { aud: 'https://x' } }) })],
      ['an old proof', await vci.attested({ pop: await vci.pop({ claims: { iat: 1_700_000_000 } }) })],
    ];
    for (const [name, headers] of cases) {
      const { answer } = await vci.push({}, headers);
      expect([name, answer.status, answer.body.error]).toEqual([name, 401, 'invalid_client']);
    }
    const another = await vci.attested({ attestation: await vci.attestation({ claims: { sub: 'x' } }) });
    const { answer } = await vci.push({}, another);
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
  });

  it('a proof of the wallet’s key that was used before, or holds no challenge of ours', async () => {
    const headers = await vci.attested();
    expect((await vci.push({}, headers)).answer.status).toBe(201);
    expect((await vci.push({}, headers)).answer).toMatchObject({ status: 401 });
    const odd = await vci.attested({ pop: await vci.pop({ claims: { challenge: 'made-up' } }) });
    const { answer } = await vci.push({}, odd);
    expect([answer.status, answer.body.error]).toEqual([400, 'use_attestation_challenge']);
    expect(answer.headers.get('oauth-client-attestation-challenge')).toEqual(expect.any(String));
  });

  it('oid4vci-1_0-issuer-fail-invalid-key-attestation-signature: a key nobody, or a stranger, vouches for', async () => {
    const stranger = makeCertificate({ name: '陌生人', use: 0x80 });
    for (const odd of [{ without: true }, { by: stranger }, { claims: { attested_keys: [] } }]) {
      const answer = await vci.ask(token, {
        credential_configuration_id: 'driving_licence_sd_jwt',
        proofs: { jwt: [await vci.keyProof(await device(), odd)] },
      });
      expect([answer.status, answer.body.error]).toEqual([400, 'invalid_proof']);
    }
  });

  it('a wallet that is not attested, though it has a token: no credential leaves', async () => {
    const app = { ...vci.server, baseUrl: vci.origin };
    const { offerFor, codeOf } = vciRequests(() => app);
    const { credential_offer } = await offerFor((await app.core.samplePerson('lin'))!, [
      'driving_licence_sd_jwt',
    ]);
    const redeemed = await vci.form(
      '/token',
      {
        grant_type: 'urn:ietf:params:oauth:grant-type:pre-authorized_code',
        'pre-authorized_code': codeOf(credential_offer),
      },
      {},
    );
    expect(redeemed.status).toBe(200);
    const answer = await vci.ask(
      String(redeemed.body.access_token),
      {
        credential_configuration_id: 'driving_licence_sd_jwt',
        proofs: { jwt: [await vci.keyProof(await device())] },
      },
      'Bearer',
    );
    expect([answer.status, answer.body.error]).toEqual([400, 'credential_request_denied']);
  });

  it('an mdoc without the photo every mDL needs: denied, saying so, and the other formats are given', async () => {
    const petrov = await vci.redeem(await vci.authorize(await vci.personOf('petrov')));
    const hers = String(petrov.body.access_token);
    const answer = await vci.ask(hers, {
      credential_configuration_id: 'driving_licence_mdoc',
      proofs: { jwt: [await vci.keyProof(await device())] },
    });
    expect([answer.status, answer.body.error]).toEqual([400, 'credential_request_denied']);
    expect(answer.body.error_description).toContain('portrait');
    const other = await vci.ask(hers, {
      credential_configuration_id: 'driving_licence_sd_jwt',
      proofs: { jwt: [await vci.keyProof(await device())] },
    });
    expect([other.status, other.body.error]).toEqual([200, undefined]);
  });
});
