/** The second half of fapi2-security-profile.test.ts: the token endpoint, and tokens in use. */
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import * as client from 'openid-client';
import { dpopProof, type KeyApp, newKeys, now, type Odd } from '../flow/key-app.ts';
import { asRs256, type Fapi2Kit, type Keys, later, openFapi2Kit, refusedAsClient } from './fapi2-kit.ts';

let fapi: Fapi2Kit;
let app: KeyApp;
let second: KeyApp;
let keys: Keys;

beforeAll(async () => {
  fapi = await openFapi2Kit();
  ({ app, second, keys } = fapi);
}, 90_000);
afterAll(() => fapi.server.stop());
afterEach(() => {
  jest.restoreAllMocks();
});

describe('FAPI 2.0 Security Profile Final, the token endpoint', () => {
  it('fapi2-security-profile-final-ensure-pkce-code-verifier-required', async () => {
    const { started, code } = await fapi.authorize();
    const { status, body } = await fapi.redeem(code, started, { fields: { code_verifier: undefined } });
    expect([status, body.error]).toEqual([400, 'invalid_grant']);
  });

  it('fapi2-security-profile-final-incorrect-pkce-code-verifier-rejected', async () => {
    const { started, code } = await fapi.authorize();
    const code_verifier = client.randomPKCECodeVerifier();
    const { status, body } = await fapi.redeem(code, started, { fields: { code_verifier } });
    expect([status, body.error]).toEqual([400, 'invalid_grant']);
  });

  it('fapi2-security-profile-final-ensure-client-id-in-token-endpoint: another app’s id is refused', async () => {
    const { started, code } = await fapi.authorize();
    refusedAsClient(await fapi.redeem(code, started, { fields: { client_id: second.clientId } }));
  });

  it('fapi2-security-profile-final-ensure-holder-of-key-required: no proof, no token', async () => {
    const { started, code } = await fapi.authorize();
    const { status, body } = await fapi.redeem(code, started, { proof: null });
    expect(status).toBe(400);
    expect(['invalid_grant', 'invalid_request', 'invalid_dpop_proof']).toContain(body.error);
  });

  it('fapi2-security-profile-final-ensure-authorization-code-is-bound-to-client', async () => {
    const { started, code } = await fapi.authorize();
    const { status, body } = await fapi.redeem(code, started, { of: second });
    expect([status, body.error]).toEqual([400, 'invalid_grant']);
  });

  it('fapi2-security-profile-final-attempt-reuse-authorization-code-after-one-second: and its token is dead', async () => {
    const { started, code } = await fapi.authorize();
    const first = await fapi.redeem(code, started);
    const again = await fapi.redeem(code, started);
    expect([first.status, again.status, again.body.error]).toEqual([200, 400, 'invalid_grant']);
    const token = first.body.access_token as string;
    expect((await fapi.resource(token, await dpopProof(keys, fapi.resourceAt(token)))).status).toBe(401);
  });

  it('fapi2-security-profile-final-ensure-token-endpoint-fails-with-expired-auth-code: after 60 seconds', async () => {
    const { started, code } = await fapi.authorize();
    later(61);
    const { status, body } = await fapi.redeem(code, started);
    expect([status, body.error]).toEqual([400, 'invalid_grant']);
  });

  it('fapi2-security-profile-final-ensure-client-assertion-in-token-endpoint: without one there is no token', async () => {
    const { started, code } = await fapi.authorize();
    const answer = await app.send(`${fapi.origin}/token`, {
      method: 'POST',
      headers: { dpop: await dpopProof(keys, fapi.tokenAt()) },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: app.clientId,
        code,
        redirect_uri: app.redirectUri,
        code_verifier: started.checks.pkceCodeVerifier!,
      }),
    });
    refusedAsClient(answer);
  });

  it.each<[string, Odd]>([
    ['ensure-signed-client-assertion-with-RS256-fails', { header: { alg: 'RS256' } }],
    ['ensure-client-assertion-with-exp-is-5-minutes-in-past-fails', { claims: { exp: now() - 300 } }],
    ['ensure-client-assertion-with-wrong-aud-fails', { claims: { aud: 'https://other.example' } }],
    ['ensure-client-assertion-with-no-sub-fails', { claims: { sub: undefined } }],
    ['ensure-invalid-client-assertions-fail: another issuer', { claims: { iss: 'app-other' } }],
    ['ensure-invalid-client-assertions-fail: no id', { claims: { jti: undefined } }],
  ])('fapi2-security-profile-final-%s', async (module, odd) => {
    const { started, code } = await fapi.authorize();
    // The same RSA key, by the scheme that the profile leaves out.
    const rs256 = module.includes('RS256') ? { key: await asRs256(app.keys) } : {};
    const assertion = await app.assertion({ ...odd, ...rs256 });
    refusedAsClient(await fapi.redeem(code, started, { assertion }));
  });

  it.each(['ensure-dpop-auth-code-binding-success', 'ensure-dpopproof-at-par-endpoint-binding-success'])(
    'fapi2-security-profile-final-%s',
    async (module) => {
      const jkt = await calculateJwkThumbprint(await exportJWK(keys.publicKey));

      const byProof = module.includes('at-par');
      const { started } = await fapi.push(byProof ? {} : { dpop_jkt: jkt }, {
        headers: byProof ? { dpop: await dpopProof(keys, fapi.parAt()) } : {},
      });
      const { code } = await fapi.answer(started);
      expect((await fapi.redeem(code, started)).status).toBe(200);
    },
  );

  it('fapi2-security-profile-final-ensure-mismatched-dpop-jkt-fails: at the PAR endpoint', async () => {
    const other = await calculateJwkThumbprint(await exportJWK((await newKeys('ES256')).publicKey));
    const proof = await dpopProof(keys, fapi.parAt());
    const { status, body } = await fapi.push({ dpop_jkt: other }, { headers: { dpop: proof } });
    expect([status, body.error]).toEqual([400, 'invalid_request']);
  });

  it.each([
    'ensure-token-endpoint-fails-with-mismatched-dpop-jkt',
    'ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt',
  ])('fapi2-security-profile-final-%s', async (module) => {
    const other = await newKeys('ES256');
    const byProof = module.includes('proof-jkt');
    const proof = await dpopProof(other, fapi.parAt());
    const dpop_jkt = await calculateJwkThumbprint(await exportJWK(other.publicKey));
    const headers: Record<string, string> = byProof ? { dpop: proof } : {};
    const { started } = await fapi.push(byProof ? {} : { dpop_jkt }, { headers });
    const { code } = await fapi.answer(started);
    const answer = await fapi.redeem(code, started);
    expect(answer.status).toBe(400);
    expect(['invalid_grant', 'invalid_request', 'invalid_dpop_proof']).toContain(answer.body.error);
  });
});

describe('FAPI 2.0 Security Profile Final, tokens in use', () => {
  it('fapi2-security-profile-final-dpop-negative-tests', async () => {
    const token = await fapi.token();
    const at = fapi.resourceAt(token);
    const good = await dpopProof(keys, at);
    const status = async (proof: string | undefined, scheme?: string) =>
      (await fapi.resource(token, proof, scheme)).status;
    expect(await status(good)).toBe(200);
    const bad: (string | undefined)[] = [
      good,
      undefined,
      `${await dpopProof(keys, at)}, ${await dpopProof(keys, at)}`,
      (await dpopProof(keys, at)).replace('.', ''),
      ...(await Promise.all(
        ['typ', 'jwk'].map((name) => dpopProof(keys, at, { header: { [name]: undefined } })),
      )),
      ...(await Promise.all(
        ['jti', 'htm', 'htu', 'iat', 'ath'].map((name) =>
          dpopProof(keys, at, { claims: { [name]: undefined } }),
        ),
      )),
      await dpopProof(keys, at, { header: { typ: 'dpop+xyz' } }),
      await dpopProof(keys, at, { header: { jwk: await exportJWK(keys.privateKey) } }),
      await dpopProof(keys, at, { claims: { htm: 'PUT' } }),
      await dpopProof(keys, at, { claims: { htu: 'https://other.example/me' } }),
      await dpopProof(keys, at, { claims: { iat: now() + 3600 } }),
      await dpopProof(keys, at, { claims: { iat: now() - 3600 } }),
      await dpopProof(keys, at, { claims: { ath: 'x' } }),
      await dpopProof(await newKeys('ES256'), at),
    ];
    for (const [index, proof] of bad.entries())
      expect([index, [400, 401].includes(await status(proof))]).toEqual([index, true]);
    expect(await status(undefined, 'Bearer')).toBe(401);
    expect(await status(await dpopProof(keys, at, { claims: { htu: `${at.htu}?a=b#c` } }))).toBe(200);
    expect(await status(await dpopProof(keys, at, { header: { x: 1 }, claims: { y: 2 } }))).toBe(200);
  });

  it('fapi2-security-profile-final-refresh-token: it stays the same, and wants the app’s key and a proof', async () => {
    const { tokens, DPoP } = await fapi.signIn();
    const first = await client.refreshTokenGrant(app.config, tokens.refresh_token!, undefined, { DPoP });
    // §5.3.2.1: no rotation. An answer that was lost is no loss.
    expect(first.refresh_token).toBe(tokens.refresh_token);
    expect(first.access_token).not.toBe(tokens.access_token);
    expect(first.claims()!.sub).toBe(tokens.claims()!.sub);
    later(30);
    const again = await client.refreshTokenGrant(app.config, tokens.refresh_token!, undefined, { DPoP });
    expect(again.token_type).toBe('dpop');
    const fields = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token! };
    const unproved = await app.post('/token', fields);
    expect([unproved.status, unproved.body.error]).toEqual([400, 'invalid_grant']);
    const proof = await dpopProof(keys, fapi.tokenAt(), { claims: { iat: Math.floor(Date.now() / 1000) } });
    const foreign = await second.post('/token', fields, { headers: { dpop: proof } });
    expect([foreign.status, foreign.body.error]).toEqual([400, 'invalid_grant']);
  });

  it('takes no access token in a query, and answers a redirect by 303 with cookies that only TLS carries', async () => {
    const token = await fapi.token();
    const answer = await app.send(`${fapi.origin}/me?access_token=${token}`);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    const browser = app.browser();
    const visit = await browser.request((await app.start()).url.href);
    expect(visit.status).toBe(303);
    const cookies = visit.headers.getSetCookie();
    expect(cookies.length).toBeGreaterThan(0);
    for (const cookie of cookies) expect(cookie).toMatch(/^__(?:Host|Secure)-.*; secure; httponly/i);
  });
});
