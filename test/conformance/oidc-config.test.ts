import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { importJWK, type JWK } from 'jose';
import { type Answer, type Plan, RelyingParty, startPlan } from './relying-party.ts';

/** RFC 7518 §6: what of a key must never be seen. */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

/** Names of OpenID Connect Discovery §3, RFC 8414 §2, and the specifications whose features are on. */
const registered = new Set(
  `issuer authorization_endpoint token_endpoint userinfo_endpoint jwks_uri registration_endpoint scopes_supported
  response_types_supported response_modes_supported grant_types_supported acr_values_supported subject_types_supported
  id_token_signing_alg_values_supported id_token_encryption_alg_values_supported
  id_token_encryption_enc_values_supported userinfo_signing_alg_values_supported
  userinfo_encryption_alg_values_supported userinfo_encryption_enc_values_supported
  request_object_signing_alg_values_supported request_object_encryption_alg_values_supported
  request_object_encryption_enc_values_supported token_endpoint_auth_methods_supported
  token_endpoint_auth_signing_alg_values_supported display_values_supported claim_types_supported claims_supported
  service_documentation claims_locales_supported ui_locales_supported claims_parameter_supported
  request_parameter_supported request_uri_parameter_supported require_request_uri_registration
  require_signed_request_object op_policy_uri op_tos_uri revocation_endpoint introspection_endpoint
  introspection_signing_alg_values_supported introspection_encryption_alg_values_supported
  introspection_encryption_enc_values_supported
  code_challenge_methods_supported pushed_authorization_request_endpoint require_pushed_authorization_requests
  dpop_signing_alg_values_supported authorization_response_iss_parameter_supported prompt_values_supported
  end_session_endpoint backchannel_logout_supported backchannel_logout_session_supported
  authorization_details_types_supported pre-authorized_grant_anonymous_access_supported`.split(/\s+/),
);

describe('oidcc-config-certification-test-plan', () => {
  let plan: Plan;
  let rp: RelyingParty;
  let discovery: Answer;
  let metadata: Record<string, unknown>;
  beforeAll(async () => {
    plan = await startPlan();
    rp = new RelyingParty(plan.op, plan.suite, 'oidcc-basic', 'default');
    discovery = await rp.get('/.well-known/openid-configuration');
    metadata = discovery.body;
  });
  afterAll(() => plan.stop());

  describe('oidcc-discovery-endpoint-verification', () => {
    it('is JSON at the issuer’s own address, and RFC 8414 gives the same', async () => {
      expect([discovery.status, discovery.type.split(';')[0]]).toEqual([200, 'application/json']);
      expect(metadata.issuer).toBe(plan.op.front.origin);
      const other = await rp.get('/.well-known/oauth-authorization-server');
      expect(other.body).toEqual(metadata);
    });

    it('leads to https addresses of the issuer alone', () => {
      const addresses = Object.entries(metadata).filter(([name]) => /_(endpoint|uri)$/.test(name));
      expect(addresses.map(([name]) => name)).toEqual(
        expect.arrayContaining(['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri']),
      );
      for (const [name, address] of addresses)
        expect([name, new URL(String(address)).origin]).toEqual([name, plan.op.front.origin]);
    });

    it.each([
      ['response_types_supported', 'code'],
      ['grant_types_supported', 'authorization_code'],
      ['subject_types_supported', 'pairwise'],
      ['id_token_signing_alg_values_supported', 'RS256'],
      ['scopes_supported', 'openid'],
      ['claims_supported', 'sub'],
      ['code_challenge_methods_supported', 'S256'],
      ['response_modes_supported', 'form_post'],
      ['token_endpoint_auth_methods_supported', 'client_secret_post'],
      ['ui_locales_supported', 'zh-CN'],
    ])('%s holds %s', (name, value) => {
      expect(metadata[name]).toEqual(expect.arrayContaining([value]));
    });

    it('says of each optional thing whether it is there', () => {
      expect(metadata).toMatchObject({
        claims_parameter_supported: true,
        request_uri_parameter_supported: expect.any(Boolean),
        authorization_response_iss_parameter_supported: true,
      });
      const signed = metadata.request_object_signing_alg_values_supported;
      if (signed !== undefined) {
        expect(signed).toEqual(expect.arrayContaining(['RS256']));
        expect(signed).not.toContain('none');
      }
    });

    it('names scopes and languages as their specifications write them', () => {
      for (const scope of metadata.scopes_supported as string[])
        expect(scope).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]+$/);
      for (const tag of metadata.ui_locales_supported as string[])
        expect(Intl.getCanonicalLocales(tag)).toEqual([tag]);
    });

    it('holds no name that no specification registers', () => {
      expect(Object.keys(metadata).filter((name) => !registered.has(name))).toEqual([]);
    });

    it('security (c) 2, 3: its keys are public, usable, and each kid names one', async () => {
      const { status, body } = await rp.get(new URL(String(metadata.jwks_uri)).pathname);
      expect(status).toBe(200);
      const keys = body.keys as JWK[];
      expect(keys.map(({ alg }) => alg)).toEqual(expect.arrayContaining(['ES256', 'RS256']));
      expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length);
      for (const key of keys) {
        expect(Object.keys(key).filter((name) => privateMembers.includes(name))).toEqual([]);
        expect(key).toMatchObject({
          kid: expect.stringMatching(/./),
          use: expect.stringMatching(/^(sig|enc)$/),
        });
        await expect(importJWK(key, key.alg)).resolves.toBeDefined();
      }
    });
  });
});
