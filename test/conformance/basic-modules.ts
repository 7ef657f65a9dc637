/** The modules of oidcc-basic and oidcc-formpost-basic: the same list, once for each way the answer comes back. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as openid from 'openid-client';
import { addStaticClient } from './clients.ts';
import { type Client, type Plan, RelyingParty, startPlan } from './relying-party.ts';

const seconds = (count: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, count * 1000));

const personal = ['name', 'phone_number', 'document_kind', 'document_number', 'email', 'address'];

/** OpenID Connect Core §5.1: what a claim must be where it is given at all. */
const wellFormed = (claims: Record<string, unknown>): void => {
  for (const name of ['sub', 'name', 'phone_number']) {
    if (claims[name] !== undefined) expect([name, claims[name]]).toEqual([name, expect.stringMatching(/\S/)]);
  }
};

export const describeBasicModules = (mode: 'default' | 'form_post'): void => {
  describe(`client_registration=static_client, response_mode=${mode}`, () => {
    let plan: Plan;
    let rp: RelyingParty;
    let client: Client;
    let client2: Client;
    let post: Client;
    beforeAll(async () => {
      plan = await startPlan();
      rp = new RelyingParty(plan.op, plan.suite, 'oidcc-basic', mode);
      client = await addStaticClient(plan, 'client_secret_basic');
      client2 = await addStaticClient(
        plan,
        'client_secret_basic',
        `${plan.suite.redirectUri}?dummy1=lorem&dummy2=ipsum`,
      );
      post = await addStaticClient(plan, 'client_secret_post');
    });
    afterAll(() => plan.stop());

    /** The claims of userinfo, after the checks that hold for every answer of it. */
    const userinfoOf = async (token: string, sub: unknown, way?: 'get' | 'post header' | 'post body') => {
      const { status, type, body } = await rp.userinfo(token, way);
      expect([status, type.split(';')[0]]).toEqual([200, 'application/json']);
      expect(body.sub).toBe(sub);
      wellFormed(body);
      return body;
    };

    /** The error answer of the authorization endpoint, with all that RFC 6749 §4.1.2.1 wants of it. */
    const errorOf = ({
      callback,
      response,
      state,
    }: Awaited<ReturnType<RelyingParty['authorize']>>): string => {
      expect(callback?.method).toBe(mode === 'form_post' ? 'POST' : 'GET');
      expect(response).toMatchObject({ state, iss: plan.op.front.origin });
      expect(response).not.toHaveProperty('code');
      expect(
        Object.keys(response).filter((name) => !/^(error|error_description|state|iss)$/.test(name)),
      ).toEqual([]);
      expect(response.error_description ?? '').toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/);
      return response.error!;
    };

    it('oidcc-server: a code, tokens, an ID token that names its key and holds nothing unasked, a token good at userinfo', async () => {
      const { callback, code, tokens, claims, header } = await rp.flow(client);
      expect(callback).toMatchObject(
        mode === 'form_post'
          ? {
              method: 'POST',
              query: {},
              contentType: expect.stringMatching(/^application\/x-www-form-urlencoded\b/),
            }
          : { method: 'GET', form: {} },
      );
      expect(code.length).toBeGreaterThanOrEqual(22);
      expect(header).toMatchObject({ alg: 'RS256', kid: expect.any(String) });
      expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: expect.any(Number), scope: 'openid' });
      expect(String(claims.sub)).toMatch(/^[\x21-\x7e]{1,255}$/);
      expect(personal.filter((name) => name in claims)).toEqual([]);
      expect(personal.filter((name) => name in tokens)).toEqual([]);
      await userinfoOf(tokens.access_token, claims.sub);
    });

    it('oidcc-server: openid-client takes the same answer', async () => {
      const { front } = plan.op;
      const configuration = await openid.discovery(
        new URL(front.origin),
        client.client_id,
        { id_token_signed_response_alg: 'RS256' },
        openid.ClientSecretBasic(client.client_secret),
        { [openid.customFetch]: (url, options) => front.fetch(url, options as RequestInit) },
      );
      const { callback, state, nonce } = await rp.authorize(client);
      const received = new URL(client.redirectUri);
      for (const [name, value] of Object.entries(rp.responseOf(callback!)))
        received.searchParams.set(name, value);
      const tokens = await openid.authorizationCodeGrant(configuration, received, {
        expectedState: state!,
        expectedNonce: nonce!,
        idTokenExpected: true,
      });
      expect(tokens.claims()?.aud).toBe(client.client_id);
    });

    it('oidcc-response-type-missing: the app is told invalid_request, or the person sees why', async () => {
      const went = await rp.authorize(client, { response_type: undefined });
      expect(errorOf(went)).toBe('invalid_request');
    });

    it('oidcc-userinfo-get: the token in the header of a GET', async () => {
      const { tokens, claims } = await rp.flow(client);
      await userinfoOf(tokens.access_token, claims.sub, 'get');
    });

    it('oidcc-userinfo-post-header: the token in the header of a POST', async () => {
      const { tokens, claims } = await rp.flow(client);
      await userinfoOf(tokens.access_token, claims.sub, 'post header');
    });

    it('oidcc-userinfo-post-body: the token in the body of a POST', async () => {
      const { tokens, claims } = await rp.flow(client);
      await userinfoOf(tokens.access_token, claims.sub, 'post body');
    });

    it('oidcc-ensure-request-without-nonce-succeeds-for-code-flow', async () => {
      const { claims } = await rp.flow(client, { nonce: undefined });
      expect(claims).not.toHaveProperty('nonce');
    });

    it('oidcc-scope-profile: the name at userinfo, nothing of it in the ID token', async () => {
      const { tokens, claims } = await rp.flow(client, { scope: 'openid profile' });
      expect(await userinfoOf(tokens.access_token, claims.sub)).toMatchObject({ name: '林晓雯' });
      expect(claims).not.toHaveProperty('name');
    });

    it('oidcc-scope-phone: the phone number at userinfo, nothing of it in the ID token', async () => {
      const { tokens, claims } = await rp.flow(client, { scope: 'openid phone' });
      expect(await userinfoOf(tokens.access_token, claims.sub)).toMatchObject({
        phone_number: '19900000001',
      });
      expect(claims).not.toHaveProperty('phone_number');
    });

    it.each([
      ['oidcc-scope-email', 'email'],
      ['oidcc-scope-address', 'address'],
      ['oidcc-scope-all', 'email phone address profile'],
    ])(
      '%s: skipped by what discovery lists, and a scope nobody knows is no error',
      async (_module, scope) => {
        const { body } = await rp.get('/.well-known/openid-configuration');
        expect(scope.split(' ').every((one) => (body.scopes_supported as string[]).includes(one))).toBe(
          false,
        );
        const { tokens, claims } = await rp.flow(client, { scope: `openid ${scope}` });
        const info = await userinfoOf(tokens.access_token, claims.sub);
        expect(info).not.toHaveProperty('email');
        expect(info).not.toHaveProperty('address');
        expect('name' in info).toBe(scope.includes('profile'));
      },
    );

    it('oidcc-ensure-other-scope-order-succeeds: openid stands last', async () => {
      const { tokens, claims } = await rp.flow(client, { scope: 'profile email openid' });
      expect(await userinfoOf(tokens.access_token, claims.sub)).toHaveProperty('name');
    });

    it.each([
      ['oidcc-display-page', { display: 'page' }],
      ['oidcc-display-popup', { display: 'popup' }],
      ['oidcc-ui-locales', { ui_locales: 'se' }],
      ['oidcc-ui-locales, several', { ui_locales: 'fr-CA fr en' }],
      ['oidcc-claims-locales', { claims_locales: 'se' }],
      ['oidcc-login-hint', { login_hint: 'buffy@localhost' }],
      ['oidcc-ensure-request-with-unknown-parameter-succeeds', { extra: 'foobar' }],
    ])('%s: no error', async (_module, more) => {
      await rp.flow(client, more);
    });

    it('oidcc-ui-locales: the first language we have is the language of the pages', async () => {
      const started = rp.request(client, { ui_locales: 'fr-CA en' });
      const page = await rp.browser().browser.open(started.url);
      expect(page.text).toContain('<html lang="en"');
    });

    it.each(['oidcc-prompt-login', 'oidcc-max-age-1'])(
      '%s: the person signs in a second time, and auth_time says when',
      async (module) => {
        const first = await rp.flow(client, {}, { module });
        expect(first.browser.pictures).toHaveLength(1);
        await seconds(2.1);
        const again = module === 'oidcc-prompt-login' ? { prompt: 'login' } : { max_age: '1' };
        const { browser } = first;
        const second = await rp.flow(client, again, { module, browser });
        expect(browser.pictures).toHaveLength(2);
        expect(browser.pictures[1]!.text).toContain('name="password"');
        const { auth_time } = (await rp.flow(client, { max_age: '10000' }, { browser })).claims;
        expect(second.claims.auth_time).toBe(auth_time);
        const before = Number(first.claims.auth_time ?? Number(auth_time) - 2);
        expect(Number(second.claims.auth_time)).toBeGreaterThanOrEqual(before + 2);
        expect(second.claims.sub).toBe(first.claims.sub);
      },
    );

    it('oidcc-prompt-none-not-logged-in: login_required, and a state of 128 characters comes back whole', async () => {
      const state = `${'aB3-._~x'.repeat(16)}`;
      const went = await rp.authorize(client, { prompt: 'none', state });
      expect(errorOf(went)).toBe('login_required');
      expect(went.response.state).toBe(state);
    });

    it('oidcc-prompt-none-logged-in: the same person, the same auth_time, no page', async () => {
      const first = await rp.flow(client, { max_age: '15000' });
      const second = await rp.flow(client, { prompt: 'none', max_age: '15000' }, { browser: first.browser });
      expect(second.claims).toMatchObject({ sub: first.claims.sub, auth_time: first.claims.auth_time });
      expect(second.claims.auth_time).toEqual(expect.any(Number));
    });

    it('oidcc-max-age-10000: nobody is asked again, auth_time is there and the same', async () => {
      const first = await rp.flow(client, { max_age: '15000' });
      const second = await rp.flow(client, { max_age: '10000' }, { browser: first.browser });
      expect(first.claims.auth_time).toEqual(expect.any(Number));
      expect(second.claims).toMatchObject({ sub: first.claims.sub, auth_time: first.claims.auth_time });
    });

    it('oidcc-id-token-hint: with prompt=none the person of the hint is answered', async () => {
      const first = await rp.flow(client);
      const hint = { prompt: 'none', id_token_hint: first.tokens.id_token };
      const second = await rp.flow(client, hint, { browser: first.browser });
      expect(second.claims.sub).toBe(first.claims.sub);
      expect(second.claims.auth_time).toBe(first.claims.auth_time);
    });

    it('oidcc-ensure-request-with-acr-values-succeeds: the ID token says one of the levels asked for', async () => {
      const { body } = await rp.get('/.well-known/openid-configuration');
      const levels = body.acr_values_supported as string[];
      const { claims } = await rp.flow(client, { acr_values: levels.join(' ') });
      expect(levels).toContain(claims.acr);
    });

    it.each(['oidcc-codereuse', 'oidcc-codereuse-30seconds'])(
      '%s: the second use is invalid_grant, and the token of the first is dead',
      async (module) => {
        const { code, tokens } = await rp.flow(client);
        expect((await rp.userinfo(tokens.access_token)).status).toBe(200);
        // Once is enough: how the code came makes no difference to the token endpoint.
        if (module.endsWith('30seconds') && mode === 'default') await seconds(30);
        const second = await rp.redeem(client, code);
        expect(second).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
        expect(second.type).toContain('application/json');
        expect((await rp.userinfo(tokens.access_token)).status).toBe(401);
      },
    );

    it('oidcc-ensure-registered-redirect-uri: an error page that says why, and no redirect', async () => {
      const strange = { ...client, redirectUri: `${client.redirectUri}/XAxa9Cb` };
      const module = 'oidcc-ensure-registered-redirect-uri';
      const went = await rp.authorize(strange, {}, { module });
      expect(went.callback).toBeUndefined();
      expect(went.browser.pictures).toHaveLength(1);
      expect([went.page.status, went.page.url.startsWith(plan.op.front.origin)]).toEqual([400, true]);
      expect(plan.suite.asked('/test/a/onecert/callback/XAxa9Cb')).toBe(0);
    });

    it('oidcc-ensure-post-request-succeeds: the request as a form post', async () => {
      await rp.flow(client, {}, { method: 'POST' });
    });

    it('oidcc-server-client-secret-post: the secret in the body', async () => {
      const { tokens, claims } = await rp.flow(post);
      await userinfoOf(tokens.access_token, claims.sub);
    });

    it.each([
      ['oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported', 'request'],
      ['oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported', 'request_uri'],
    ])('%s: skipped, since discovery does not list `none`; refused all the same', async (_module, name) => {
      const { body } = await rp.get('/.well-known/openid-configuration');
      expect(body.request_object_signing_alg_values_supported ?? []).not.toContain('none');
      const claims = Buffer.from(JSON.stringify({ scope: 'openid profile' })).toString('base64url');
      const value = name === 'request' ? `eyJhbGciOiJub25lIn0.${claims}.` : `${plan.suite.base}/requesturi/x`;
      const started = rp.request(client, { [name]: value });
      const visit = await rp.browser().browser.request(started.url);
      const told = `${visit.headers.get('location')} ${visit.text}`;
      expect(told).toMatch(/request(_uri)?_not_supported|invalid_request(_object|_uri)/);
      expect(told).not.toContain('code=');
    });

    it('oidcc-ensure-request-object-with-redirect-uri: skipped; an unsigned object moves no redirect', async () => {
      const inside = Buffer.from(JSON.stringify({ redirect_uri: client.redirectUri })).toString('base64url');
      const { url } = rp.request(
        { ...client, redirectUri: `${client.redirectUri}/other` },
        { request: `eyJhbGciOiJub25lIn0.${inside}.` },
      );
      const visit = await rp.browser().browser.request(url);
      expect([visit.headers.get('location'), visit.status]).toEqual([null, 400]);
    });

    it('oidcc-claims-essential: a name asked for by claim is consented to and comes at userinfo, not in the ID token', async () => {
      const asked = { claims: JSON.stringify({ userinfo: { name: { essential: true } } }) };
      const { tokens, claims } = await rp.flow(client, asked);
      expect(await userinfoOf(tokens.access_token, claims.sub)).toMatchObject({ name: '林晓雯' });
      expect(claims).not.toHaveProperty('name');
    });

    it('oidcc-refresh-token: a refresh token gives new tokens to its own client alone', async () => {
      const offline = { scope: 'openid offline_access', prompt: 'consent' };
      const of = async (who: Client) => {
        const first = await rp.flow(who, offline);
        expect(first.tokens.refresh_token).toMatch(/^[\x20-\x7e]+$/);
        const answer = await rp.token(who, {
          grant_type: 'refresh_token',
          refresh_token: first.tokens.refresh_token!,
        });
        expect(answer.status).toBe(200);
        const next = answer.body as unknown as typeof first.tokens;
        expect(next.access_token).not.toBe(first.tokens.access_token);
        const { claims } = await rp.verify(who, next.id_token, first.nonce);
        expect(claims).toMatchObject({ sub: first.claims.sub, aud: who.client_id });
        expect(Number(claims.iat)).toBeGreaterThanOrEqual(Number(first.claims.iat));
        expect((await rp.userinfo(next.access_token)).status).toBe(200);
        return next.refresh_token!;
      };
      await of(client);
      const refresh_token = await of(client2);
      const stolen = await rp.token(client, { grant_type: 'refresh_token', refresh_token });
      expect(stolen).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    });

    it('oidcc-refresh-token: the second client’s redirect URI keeps its own query', async () => {
      const { callback } = await rp.flow(client2);
      expect(callback!.query).toMatchObject({ dummy1: 'lorem', dummy2: 'ipsum' });
    });

    it('oidcc-ensure-request-with-valid-pkce-succeeds', async () => {
      const code_verifier = openid.randomPKCECodeVerifier();
      const code_challenge = await openid.calculatePKCECodeChallenge(code_verifier);
      const pkce = { code_challenge, code_challenge_method: 'S256' };
      await rp.flow(client, pkce, {}, { code_verifier });
      const { response } = await rp.authorize(client, pkce);
      expect((await rp.redeem(client, response.code!)).body.error).toBe('invalid_grant');
    });
  });
};
