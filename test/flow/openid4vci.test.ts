import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Account } from '../../src/accounts/index.ts';
import { anonymousWalletClientId, preAuthorizedCodeGrant } from '../../src/credentials/index.ts';
import { ServiceError } from '../../src/errors.ts';
import { signInPortal } from '../../src/tour/sign-in-portal.ts';
import {
  getJson,
  issuerMetadata,
  makeDeviceKey,
  makeProof,
  requestCredentials,
} from '../../src/tour/wallet-client.ts';
import { verify } from '../../src/verifier/core/index.ts';
import { loadTrusted } from './load-trusted.ts';
import { type RunningApp, startApp } from './start-app.ts';
import { vciRequests } from './vci-requests.ts';

let app: RunningApp;
let lin: Account;
beforeAll(async () => {
  app = await startApp();
  lin = (await app.core.samplePerson('lin'))!;
});
afterAll(() => app.stop());

const { offerFor, codeOf, token, accessTokenFor, credentialRequest, nonce, errorOf } = vciRequests(() => app);

describe('OpenID4VCI 1.0, pre-authorized code', () => {
  it('issues the same certificate as SD-JWT VC, W3C VC 2.0 and show-code view, each accepted by the verifier', async () => {
    const ids = ['driving_licence_sd_jwt', 'driving_licence_ldp_vc', 'driving_licence_view_standard'];
    const accessToken = await accessTokenFor(ids);
    const metadata = await issuerMetadata(app.baseUrl);
    const got: Record<string, unknown> = {};
    for (const configurationId of ids) {
      const keys = [await makeDeviceKey()];
      [got[configurationId]] = await requestCredentials({
        issuer: app.baseUrl,
        metadata,
        accessToken,
        configurationId,
        keys,
      });
    }
    const trusted = await loadTrusted(app.baseUrl);
    const now = Math.floor(Date.now() / 1000);
    expect((await verify(String(got.driving_licence_sd_jwt), trusted, { now })).code).toBe('valid');
    expect((await verify(JSON.stringify(got.driving_licence_ldp_vc), trusted, { now })).code).toBe('valid');
    expect(String(got.driving_licence_view_standard)).toMatch(/^[A-Za-z0-9_-]+$/);
    const copies = await app.core.credentials.checkEverythingIssued();
    expect(copies.bad).toEqual([]);
  });

  it('issues a batch with one copy a device key, each with its own status entry', async () => {
    const accessToken = await accessTokenFor(['driving_licence_sd_jwt']);
    const keys = await Promise.all([makeDeviceKey(), makeDeviceKey(), makeDeviceKey()]);
    const issued = (await requestCredentials({
      issuer: app.baseUrl,
      metadata: await issuerMetadata(app.baseUrl),
      accessToken,
      configurationId: 'driving_licence_sd_jwt',
      keys,
    })) as string[];
    const indexes = issued.map(
      (jwt) => JSON.parse(Buffer.from(jwt.split('.')[1]!, 'base64url').toString()).status.status_list.idx,
    );
    expect(new Set(indexes).size).toBe(3);
  });

  it('serves the offer by reference, and 404 as a problem for one that is not there', async () => {
    const offer = await offerFor(lin, ['driving_licence_sd_jwt'], true);
    expect(await getJson(offer.credential_offer_uri)).toEqual(offer.credential_offer);
    const missing = await fetch(`${app.baseUrl}/offers/o_nothing`);
    expect(missing.status).toBe(404);
    expect(missing.headers.get('content-type')).toMatch(/application\/problem\+json/);
  });

  it('security (b) OID4VCI code/offer reuse: redeems one code 50 times in parallel over HTTP with exactly one success', async () => {
    const offer = await offerFor(lin, ['driving_licence_sd_jwt'], true);
    const fields = { 'pre-authorized_code': codeOf(offer.credential_offer), tx_code: offer.tx_code! };
    const statuses = await Promise.all(Array.from({ length: 50 }, async () => (await token(fields)).status));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 400)).toHaveLength(49);
  });

  it('security (b) OID4VCI code/offer reuse: counts a wrong tx_code without burning the offer, and ends it at the fifth', async () => {
    const kind = await offerFor(lin, ['driving_licence_sd_jwt'], true);
    const code = codeOf(kind.credential_offer);
    const wrong = kind.tx_code === '000000' ? '000001' : '000000';
    for (let tries = 0; tries < 4; tries += 1) {
      expect(await errorOf(await token({ 'pre-authorized_code': code, tx_code: wrong }))).toBe(
        'invalid_grant',
      );
    }
    expect((await token({ 'pre-authorized_code': code, tx_code: kind.tx_code! })).status).toBe(200);

    const other = await offerFor(lin, ['driving_licence_sd_jwt'], true);
    const otherCode = codeOf(other.credential_offer);
    for (let tries = 0; tries < 5; tries += 1)
      await token({ 'pre-authorized_code': otherCode, tx_code: '99999' });
    expect(await errorOf(await token({ 'pre-authorized_code': otherCode, tx_code: other.tx_code! }))).toBe(
      'invalid_grant',
    );
  });

  it('refuses a missing tx_code, one that was not asked for, and an altered, truncated or duplicated code', async () => {
    const asked = await offerFor(lin, ['driving_licence_sd_jwt'], true);
    const plain = await offerFor(lin, ['driving_licence_sd_jwt'], false);
    const code = codeOf(plain.credential_offer);
    expect(await errorOf(await token({ 'pre-authorized_code': codeOf(asked.credential_offer) }))).toBe(
      'invalid_request',
    );
    expect(await errorOf(await token({ 'pre-authorized_code': code, tx_code: '123456' }))).toBe(
      'invalid_request',
    );
    for (const bad of [code.slice(0, -1), `${code}A`, code.toUpperCase(), 'x', code.split('.')[0]!]) {
      expect(await errorOf(await token({ 'pre-authorized_code': bad }))).toBe('invalid_grant');
    }
    const twice = new URLSearchParams({ grant_type: preAuthorizedCodeGrant, 'pre-authorized_code': code });
    twice.append('pre-authorized_code', code);
    expect((await token({}, { body: twice })).status).toBe(400);
    expect((await token({ 'pre-authorized_code': code })).status).toBe(200);
  });

  it('refuses client credentials nobody can read, and keeps the offer for the wallet it is for', async () => {
    const code = codeOf((await offerFor(lin, ['driving_licence_sd_jwt'])).credential_offer);
    for (const unreadable of ['%:secret', '%zz:secret', ':']) {
      const authorization = `Basic ${Buffer.from(unreadable).toString('base64')}`;
      const answer = await token({ 'pre-authorized_code': code }, { headers: { authorization } });
      expect([400, 401]).toContain(answer.status);
      expect(await errorOf(answer)).toMatch(/^invalid_(request|client)$/);
    }
    for (const sub of [{}, 7, null]) {
      const client_assertion = `e30.${Buffer.from(JSON.stringify({ sub })).toString('base64url')}.e30`;
      const answer = await token({ 'pre-authorized_code': code, client_assertion });
      expect([400, 401]).toContain(answer.status);
    }
    expect((await token({ 'pre-authorized_code': code })).status).toBe(200);
  });

  it('is used up by one write and ends with its tokens when it is used again', async () => {
    const code = codeOf((await offerFor(lin, ['driving_licence_sd_jwt'])).credential_offer);
    const id = code.split('.')[0]!;
    const { offers } = app.core.offers;
    expect((await offers.get(id))!.state).toBe('open');
    // A crash before that write, here a proof of possession that does not hold, leaves the offer as it was.
    const noProof = await token({ 'pre-authorized_code': code }, { headers: { dpop: 'no.proof.atall' } });
    expect([noProof.status, (await offers.get(id))!.state]).toEqual([400, 'open']);
    const first = await token({ 'pre-authorized_code': code });
    const { access_token: accessToken } = (await first.json()) as { access_token: string };
    expect((await offers.get(id))!).toMatchObject({ state: 'bound', client: anonymousWalletClientId });
    expect(await errorOf(await credentialRequest(accessToken, '{"credential'))).toBe(
      'invalid_credential_request',
    );
    expect(await errorOf(await token({ 'pre-authorized_code': code }))).toBe('invalid_grant');
    const after = await credentialRequest(accessToken, {
      credential_configuration_id: 'driving_licence_sd_jwt',
    });
    expect([after.status, await errorOf(after)]).toEqual([401, 'invalid_token']);
  });

  it('is not taken by who names a registered app and does not know its secret', async () => {
    const wallet = await app.core.apps.add({
      client_name: '测试卡包',
      redirect_uris: ['https://wallet.example.test/'],
      scope: 'driving_licence',
      grant_types: [preAuthorizedCodeGrant],
    });
    const code = codeOf((await offerFor(lin, ['driving_licence_sd_jwt'])).credential_offer);
    const by = (secret: string) => ({
      headers: { authorization: `Basic ${Buffer.from(`${wallet.clientId}:${secret}`).toString('base64')}` },
    });
    const wrong = await token({ 'pre-authorized_code': code }, by('wrong'));
    expect([wrong.status, await errorOf(wrong)]).toEqual([401, 'invalid_client']);
    expect((await app.core.offers.offers.get(code.split('.')[0]!))!.state).toBe('open');
    expect((await token({ 'pre-authorized_code': code }, by(wallet.clientSecret!))).status).toBe(200);
    expect(await errorOf(await token({ 'pre-authorized_code': code }))).toBe('invalid_grant');
  });

  it('refuses an unknown certificate type by its own error name', async () => {
    const accessToken = await accessTokenFor(['driving_licence_sd_jwt']);
    const proof = await makeProof(app.baseUrl, await nonce(), await makeDeviceKey());
    const unknown = await credentialRequest(accessToken, {
      credential_configuration_id: 'pilot_licence',
      proofs: { jwt: [proof] },
    });
    expect(await errorOf(unknown)).toBe('unknown_credential_configuration');
    const identifier = await credentialRequest(accessToken, {
      credential_identifier: 'pilot_licence',
      proofs: { jwt: [proof] },
    });
    expect(await errorOf(identifier)).toBe('unknown_credential_identifier');
  });

  it('does not issue a type the token was not made for', async () => {
    const accessToken = await accessTokenFor(['driving_licence_sd_jwt']);
    const proof = await makeProof(app.baseUrl, await nonce(), await makeDeviceKey());
    const other = await credentialRequest(accessToken, {
      credential_configuration_id: 'residence_permit_sd_jwt',
      proofs: { jwt: [proof] },
    });
    expect(other.status).toBe(400);
    expect(await app.core.credentials.list({ holder: lin.id, type: 'residence_permit' })).toEqual([]);
  });

  it('does not issue another format or view of the type than the offer names', async () => {
    const accessToken = await accessTokenFor(['driving_licence_view_driving']);
    const ask = async (credential_configuration_id: string) =>
      credentialRequest(accessToken, {
        credential_configuration_id,
        proofs: { jwt: [await makeProof(app.baseUrl, await nonce(), await makeDeviceKey())] },
      });
    for (const other of ['driving_licence_sd_jwt', 'driving_licence_view_standard'])
      expect(await errorOf(await ask(other))).toBe('credential_request_denied');
    expect((await ask('driving_licence_view_driving')).status).toBe(200);
  });

  it('refuses to answer in the open a wallet that asks for an encrypted response', async () => {
    const accessToken = await accessTokenFor(['driving_licence_sd_jwt']);
    const answer = await credentialRequest(accessToken, {
      credential_configuration_id: 'driving_licence_sd_jwt',
      proofs: { jwt: [await makeProof(app.baseUrl, await nonce(), await makeDeviceKey())] },
      credential_response_encryption: { jwk: { kty: 'EC', crv: 'P-256' }, enc: 'A256GCM' },
    });
    expect(answer.status).toBe(400);
    expect(await errorOf(answer)).toBe('invalid_encryption_parameters');
  });

  it('answers 401 with a challenge without a token, whatever the body, and leaves errors of the token their names', async () => {
    const ask = (body: string | undefined, headers: Record<string, string> = {}) =>
      fetch(`${app.baseUrl}/credential`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      });
    for (const body of [undefined, '{"credential', '{}', '{"credential_configuration_id":"x"}']) {
      const answer = await ask(body);
      expect([answer.status, await errorOf(answer)]).toEqual([401, 'invalid_token']);
      const challenge = answer.headers.get('www-authenticate')!;
      expect(challenge).toMatch(/^Bearer realm="http[^,]+", DPoP realm="/);
      expect(challenge).not.toContain('error');
    }
    const accessToken = await accessTokenFor(['driving_licence_sd_jwt']);
    const wrong: [Record<string, string>, number, string][] = [
      [{ authorization: `DPoP ${accessToken}` }, 400, 'invalid_request'],
      [{ authorization: `Basic ${accessToken}` }, 400, 'invalid_request'],
      [{ authorization: `DPoP ${accessToken}`, dpop: 'no.proof.atall' }, 401, 'invalid_dpop_proof'],
      [{ authorization: 'Bearer nothing' }, 401, 'invalid_token'],
    ];
    for (const [headers, status, name] of wrong) {
      const answer = await ask('{"credential_configuration_id":"x"}', headers);
      expect([answer.status, await errorOf(answer)]).toEqual([status, name]);
      expect(answer.headers.get('www-authenticate')).toContain(name);
    }
  });

  it('answers malformed JSON and a wrong content type with invalid_credential_request', async () => {
    const accessToken = await accessTokenFor(['driving_licence_sd_jwt']);
    expect(await errorOf(await credentialRequest(accessToken, '{"credential'))).toBe(
      'invalid_credential_request',
    );
    expect(
      await errorOf(await credentialRequest(accessToken, 'a=b', 'application/x-www-form-urlencoded')),
    ).toBe('invalid_credential_request');
  });

  it('refuses a credential request with no token, an altered one, or the token of the login alone', async () => {
    const accessToken = await accessTokenFor(['driving_licence_sd_jwt']);
    for (const bad of ['', 'x', `${accessToken}A`, accessToken.slice(0, -1)]) {
      expect((await credentialRequest(bad, {})).status).toBe(bad === '' ? 400 : 401);
    }
  });
});

describe('OpenID4VCI 1.0, authorization code', () => {
  const redirectUri = 'http://localhost:1/wallet';
  let wallet: { baseUrl: string; clientId: string; clientSecret: string; redirectUri: string };
  beforeAll(async () => {
    const added = await app.core.apps.add({
      client_name: 'Another wallet',
      redirect_uris: [redirectUri],
      scope: app.core.appScopes.join(' '),
    });
    wallet = {
      baseUrl: app.baseUrl,
      clientId: added.clientId,
      clientSecret: added.clientSecret!,
      redirectUri,
    };
  });
  const person = () => ({ loginName: lin.phone!, password: app.passwordOf('lin') });
  const request = (accessToken: string, configurationId: string, identifier?: string) =>
    issuerMetadata(app.baseUrl).then(async (metadata) =>
      requestCredentials({
        issuer: app.baseUrl,
        metadata,
        accessToken,
        configurationId,
        identifier,
        keys: [await makeDeviceKey()],
      }),
    );

  it('by scope: she agrees to receive it by name, and the token asks by configuration id', async () => {
    const { accessToken, pages } = await signInPortal(wallet, person(), 'openid driving_licence');
    expect(pages).toEqual(['sign-in', 'consent']);
    const [sdJwt] = await request(accessToken, 'driving_licence_sd_jwt');
    const now = Math.floor(Date.now() / 1000);
    expect((await verify(String(sdJwt), await loadTrusted(app.baseUrl), { now })).code).toBe('valid');
    await expect(request(accessToken, 'residence_permit_sd_jwt')).rejects.toThrow(
      /credential_request_denied/,
    );
  });

  it('by authorization_details: the token response names the identifiers to ask for (§6.2)', async () => {
    const details = [{ type: 'openid_credential', credential_configuration_id: 'driving_licence_ldp_vc' }];
    const { accessToken, tokens } = await signInPortal(wallet, person(), 'openid', {
      authorization_details: JSON.stringify(details),
    });
    const [held] = await app.core.credentials.list({ holder: lin.id, type: 'driving_licence' });
    const identifier = `${held!.id}.driving_licence_ldp_vc`;
    expect(tokens.authorization_details).toEqual([{ ...details[0], credential_identifiers: [identifier] }]);
    const [vc] = await request(accessToken, 'driving_licence_ldp_vc', identifier);
    const now = Math.floor(Date.now() / 1000);
    expect((await verify(JSON.stringify(vc), await loadTrusted(app.baseUrl), { now })).code).toBe('valid');
  });

  it('refuses authorization_details of an unknown configuration before anybody signs in', async () => {
    const details = JSON.stringify([
      { type: 'openid_credential', credential_configuration_id: 'pilot_licence' },
    ]);
    const asked = new URLSearchParams({
      client_id: wallet.clientId,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'openid',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
      authorization_details: details,
    });
    const answer = await fetch(`${app.baseUrl}/auth?${asked}`, { redirect: 'manual' });
    expect(new URL(answer.headers.get('location')!).searchParams.get('error')).toBe(
      'invalid_authorization_details',
    );
  });
});

describe('OpenID4VCI 1.0, who may get what', () => {
  it('denies a person the register does not know, and one whose row is faulty, with different words', async () => {
    for (const [id, code] of [
      ['wu', 'not_in_register'],
      ['zhao', 'register_entry_faulty'],
    ] as const) {
      const account = (await app.core.samplePerson(id))!;
      await expect(offerFor(account, ['driving_licence_sd_jwt'])).rejects.toMatchObject({ code });
    }
  });

  it('says 503 and when to come back while a register does not answer, and issues once it does', async () => {
    const accessToken = await accessTokenFor(['driving_licence_sd_jwt']);
    const ask = async () =>
      credentialRequest(accessToken, {
        credential_configuration_id: 'driving_licence_sd_jwt',
        proofs: { jwt: [await makeProof(app.baseUrl, await nonce(), await makeDeviceKey())] },
      });
    const { credentials } = app.core;
    const { issueCopies } = credentials;
    credentials.issueCopies = () => Promise.reject(new ServiceError('register_unavailable'));
    const answer = await ask();
    credentials.issueCopies = issueCopies;
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await errorOf(answer)).toBe('temporarily_unavailable');
    expect((await ask()).status).toBe(200);
  });

  it('issues a suspended licence as suspended, and nothing of an expired one', async () => {
    const chen = (await app.core.samplePerson('chen'))!;
    const accessToken = await accessTokenFor(['driving_licence_sd_jwt'], chen);
    const [jwt] = await requestCredentials({
      issuer: app.baseUrl,
      metadata: await issuerMetadata(app.baseUrl),
      accessToken,
      configurationId: 'driving_licence_sd_jwt',
      keys: [await makeDeviceKey()],
    });
    const now = Math.floor(Date.now() / 1000);
    expect((await verify(String(jwt), await loadTrusted(app.baseUrl), { now })).code).toBe('suspended');
    const wang = (await app.core.samplePerson('wang'))!;
    const expired = await accessTokenFor(['driving_licence_sd_jwt'], wang);
    const proof = await makeProof(app.baseUrl, await nonce(), await makeDeviceKey());
    const answer = await credentialRequest(expired, {
      credential_configuration_id: 'driving_licence_sd_jwt',
      proofs: { jwt: [proof] },
    });
    expect(await errorOf(answer)).toBe('credential_request_denied');
  });
});
