import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Router } from 'express';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Capacity, CapacitySource } from '../../src/accounts/index.ts';
import { accessTokenGuard, type Oidc } from '../../src/oidc/index.ts';
import { company, office } from './sample-capacities.ts';
import { addApp, type TestApp } from './test-app.ts';
import type { Visit } from './test-browser.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';

const grantType = 'urn:ietf:params:oauth:grant-type:token-exchange';
const accessToken = 'urn:ietf:params:oauth:token-type:access_token';
const item = 'item:driving-licence-renewal';

describe('token exchange (RFC 8693)', () => {
  let server: TestServer;
  let oidc: Oidc;
  let portal: TestApp;
  let department: TestApp;
  let second: TestApp;
  let stranger: TestApp;
  let held: Capacity[] = [];
  const source: CapacitySource = {
    of: async () => held,
    live: async (_account, ref) => held.find((one) => one.ref === ref),
  };

  beforeAll(async () => {
    server = await startTestServer({
      oidc: {
        extraScopes: [item, 'wallet', 'office', 'driving-licence'],
        capacities: source,
        itemsOf: (scopes) => scopes.filter((one) => one.startsWith('item:')).map((one) => one.slice(5)),
      },
      mount: ({ provider, baseUrl }) => {
        const router = Router();
        const capacityOf: Oidc['capacityOf'] = (grant) => oidc.capacityOf(grant);
        const guard = accessTokenGuard({ provider: () => provider, baseUrl, capacityOf });
        router.get('/api', guard(item, ['self', 'enterprise']), (req, res) => void res.json(req.caller));
        router.get('/office-api', guard(item, ['office']), (req, res) => void res.json(req.caller));
        return router;
      },
    });
    oidc = server.oidc;
    await addPerson(server.accounts);
    portal = await addApp(server, {
      scope: `openid profile offline_access wallet office ${item}`,
      grant_types: ['authorization_code', 'refresh_token', grantType],
    });
    const more = {
      scope: `openid profile driving-licence ${item}`,
      grant_types: ['authorization_code', grantType],
    };
    department = await addApp(server, { ...more, exchangeFrom: [portal.clientId] });
    second = await addApp(server, { ...more, exchangeFrom: [department.clientId] });
    stranger = await addApp(server, more);
  });
  afterAll(() => server.close());
  beforeEach(() => {
    held = [];
  });

  const basic = (app: TestApp) => ({ authorization: `Basic ${btoa(`${app.clientId}:${app.clientSecret}`)}` });
  const post = async (path: string, app: TestApp, form: Record<string, string>, headers = {}) => {
    const response = await fetch(`${server.baseUrl}${path}`, {
      method: 'POST',
      headers: { ...basic(app), ...headers },
      body: new URLSearchParams(form),
    });
    const text = await response.text();
    return { status: response.status, body: (text && JSON.parse(text)) as Record<string, unknown> };
  };
  const exchange = (app: TestApp, subject: string, more: Record<string, string> = {}, headers = {}) =>
    post(
      '/token',
      app,
      { grant_type: grantType, subject_token: subject, subject_token_type: accessToken, ...more },
      headers,
    );
  const api = (token: unknown, path = '/api', scheme = 'Bearer', headers = {}) =>
    fetch(`${server.baseUrl}${path}`, { headers: { authorization: `${scheme} ${token}`, ...headers } });
  const introspect = (app: TestApp, token: unknown) =>
    post('/token/introspection', app, { token: String(token) });

  const enter = async (scope = `openid profile wallet ${item}`, ref = 'self', app = portal) => {
    const browser = app.browser();
    const started = await app.start({ scope, prompt: 'consent' });
    let page: Visit = await browser.open(started.url.href);
    for (let hop = 0; page.status !== 0 && hop < 8; hop += 1) {
      if (page.text.includes('/sign-in"'))
        page = await browser.signIn(page, samplePerson.phone, samplePerson.password);
      else if (page.text.includes('/capacity"'))
        page = await browser.submit(page, '/capacity', { capacity: ref });
      else if (page.text.includes('/consent"'))
        page = await browser.submit(page, '/consent', { decision: 'agree' });
      else throw new Error(page.text);
    }
    return { browser, tokens: await app.redeem(page.url, started) };
  };
  const subjectOf = async (...given: Parameters<typeof enter>) => (await enter(...given)).tokens.access_token;

  it('stands in discovery', async () => {
    const answer = await fetch(`${server.baseUrl}/.well-known/openid-configuration`);
    const { grant_types_supported } = (await answer.json()) as { grant_types_supported: string[] };
    expect(grant_types_supported).toContain(grantType);
  });

  it('gives the department a narrower, shorter token of its own, and names it as the one who acts', async () => {
    const subject = await subjectOf();
    const { status, body } = await exchange(department, subject, { resource: server.baseUrl });
    expect([status, body.issued_token_type, body.token_type, body.scope]).toEqual([
      200,
      accessToken,
      'Bearer',
      item,
    ]);
    expect(body.expires_in).toBeLessThanOrEqual(300);
    expect(body).not.toHaveProperty('refresh_token');
    expect(body).not.toHaveProperty('id_token');
    const caller = (await (await api(body.access_token)).json()) as Record<string, unknown>;
    expect(caller).toMatchObject({ clientId: department.clientId, act: { sub: department.clientId } });

    const [account] = await server.accounts.findByLoginName(samplePerson.phone);
    const seen = await introspect(department, body.access_token);
    expect(seen.body).toMatchObject({
      active: true,
      act: { sub: department.clientId },
      aud: server.baseUrl,
      scope: item,
      sub: await oidc.subjectFor(department.clientId, account!.id),
    });
    expect(seen.body.sub).not.toBe(await oidc.subjectFor(portal.clientId, account!.id));
    for (const app of [portal, stranger, second])
      expect((await introspect(app, body.access_token)).body).toEqual({ active: false });

    const [entry] = await server.audit.about(account!.id);
    expect(entry).toMatchObject({
      action: 'token.exchanged',
      actor: `client:${department.clientId}`,
      object: `client:${portal.clientId}`,
      fields: [item],
    });
  });

  it('tells nobody who the person is: an exchanged token opens no userinfo', async () => {
    const { body } = await exchange(department, await subjectOf());
    expect((await api(body.access_token, '/me')).status).toBe(403);
    for (const scope of ['openid', 'profile', `openid ${item}`])
      expect((await exchange(department, await subjectOf(), { scope })).body.error).toBe('invalid_scope');
  });

  it('is ended by the app that holds it, and by no other', async () => {
    const { body } = await exchange(department, await subjectOf());
    const token = String(body.access_token);
    await post('/token/revocation', portal, { token });
    expect((await api(token)).status).toBe(200);
    await post('/token/revocation', department, { token });
    expect((await api(token)).status).toBe(401);
  });

  it('security (b) Scope/consent bypass: no grant type gives a scope that was not granted', async () => {
    const { tokens } = await enter(`openid offline_access ${item}`);
    const attempts: Record<string, (scope: string) => ReturnType<typeof post>> = {
      [grantType]: (scope) => exchange(portal, tokens.access_token, { scope }),
      refresh_token: (scope) =>
        post('/token', portal, {
          grant_type: 'refresh_token',
          refresh_token: tokens.refresh_token!,
          scope,
        }),
      client_credentials: (scope) => post('/token', portal, { grant_type: 'client_credentials', scope }),
      password: (scope) =>
        post('/token', portal, {
          grant_type: 'password',
          username: samplePerson.phone,
          password: samplePerson.password,
          scope,
        }),
    };
    // Not asked for (wallet, profile), not registered (driving-licence), not known at all.
    for (const scope of ['wallet', 'profile', 'driving-licence', 'admin', `${item} wallet`]) {
      for (const [name, attempt] of Object.entries(attempts)) {
        const { status, body } = await attempt(scope);
        expect([name, scope, status, body.access_token]).toEqual([name, scope, 400, undefined]);
      }
      const started = await portal.start({ scope: `openid ${scope}` });
      const code = await portal.browser().open(started.url.href);
      if (scope === 'driving-licence')
        expect(new URL(code.url).searchParams.get('error')).toBe('invalid_scope');
    }
    // The department is not registered for the wallet, which the person did grant to the portal.
    const wide = await subjectOf(`openid wallet ${item}`);
    expect((await exchange(department, wide, { scope: 'wallet' })).body.error).toBe('invalid_scope');
    expect((await exchange(department, wide)).body.scope).toBe(item);
    // Nothing at all was granted for an API.
    expect((await exchange(portal, await subjectOf('openid profile'))).body.error).toBe('invalid_scope');
  });

  it('refuses what is not what it says, in the words of RFC 8693 §2.2.2', async () => {
    const { tokens } = await enter(`openid offline_access ${item}`);
    const subject = tokens.access_token;
    const type = 'urn:ietf:params:oauth:token-type';
    const cases: [Record<string, string>, string][] = [
      [{ subject_token: '' }, 'invalid_request'],
      [{ subject_token: 'x' }, 'invalid_request'],
      [{ subject_token: tokens.refresh_token! }, 'invalid_request'],
      [{ subject_token: tokens.id_token! }, 'invalid_request'],
      [{ subject_token: '{"$ne":1}' }, 'invalid_request'],
      [{ subject_token_type: `${type}:refresh_token` }, 'invalid_request'],
      [{ subject_token_type: `${type}:id_token`, subject_token: tokens.id_token! }, 'invalid_request'],
      [{ requested_token_type: `${type}:refresh_token` }, 'invalid_request'],
      [{ requested_token_type: `${type}:jwt` }, 'invalid_request'],
      [{ actor_token: subject, actor_token_type: accessToken }, 'invalid_request'],
      [{ resource: 'https://elsewhere.example.test/' }, 'invalid_target'],
      [{ audience: 'elsewhere' }, 'invalid_target'],
      [{ scope: 'nothing' }, 'invalid_scope'],
    ];
    for (const [form, error] of cases) {
      const { status, body } = await exchange(department, subject, form);
      expect([form, status, body.error]).toEqual([form, 400, error]);
    }
    const twice = await fetch(`${server.baseUrl}/token`, {
      method: 'POST',
      headers: basic(department),
      body: new URLSearchParams([
        ['grant_type', grantType],
        ['subject_token', subject],
        ['subject_token', 'x'],
        ['subject_token_type', accessToken],
      ]),
    });
    expect(twice.status).toBe(400);
  });

  it('refuses the token of an app that is not on its list, one without the grant type, and a public app', async () => {
    const subject = await subjectOf();
    expect((await exchange(stranger, subject)).body).toMatchObject({ error: 'invalid_request' });
    const dead = await exchange(stranger, 'never-given');
    expect(dead.body).toEqual((await exchange(stranger, subject)).body);
    const plain = await addApp(server, { scope: `openid ${item}`, exchangeFrom: [portal.clientId] });
    expect((await exchange(plain, subject)).status).toBe(400);
    const open = await addApp(server, {
      token_endpoint_auth_method: 'none',
      scope: `openid ${item}`,
      grant_types: ['authorization_code', grantType],
      exchangeFrom: [portal.clientId],
    });
    const form = {
      grant_type: grantType,
      client_id: open.clientId,
      subject_token: subject,
      subject_token_type: accessToken,
    };
    const answer = await fetch(`${server.baseUrl}/token`, {
      method: 'POST',
      body: new URLSearchParams(form),
    });
    expect(await answer.json()).toMatchObject({ error: 'unauthorized_client' });
  });

  it('keeps the chain of who acts, three deep and no deeper', async () => {
    const first = await exchange(department, await subjectOf());
    const then = await exchange(second, String(first.body.access_token));
    const act = { sub: second.clientId, act: { sub: department.clientId } };
    const seen = await introspect(second, then.body.access_token);
    expect(seen.body).toMatchObject({ active: true, act });
    expect((await (await api(then.body.access_token)).json()) as object).toMatchObject({
      clientId: second.clientId,
      act,
    });
    // The department's token is not the second's to look at; the portal's was never the second's to exchange.
    expect((await exchange(second, await subjectOf())).body.error).toBe('invalid_request');
    const third = await exchange(second, String(then.body.access_token));
    expect(third.status).toBe(200);
    const fourth = await exchange(second, String(third.body.access_token));
    expect([fourth.status, fourth.body.error]).toEqual([400, 'invalid_request']);
  });

  it('dies with the mandate at once, and cannot be had when that has ended (NET-3)', async () => {
    held = [company];
    const subject = await subjectOf(`openid ${item}`, company.ref);
    const { body } = await exchange(department, subject);
    const seen = await introspect(department, body.access_token);
    expect(seen.body).toMatchObject({ active: true, role: 'delegate' });
    const caller = (await (await api(body.access_token)).json()) as { capacity: Capacity };
    expect(caller.capacity.ref).toBe(company.ref);
    held = [];
    expect((await api(body.access_token)).status).toBe(401);
    expect((await introspect(department, body.access_token)).body).toEqual({ active: false });
    expect((await exchange(department, subject)).body.error).toBe('invalid_request');
    expect((await exchange(department, String(body.access_token))).body.error).toBe('invalid_request');
  });

  it('dies with the consent and with the session', async () => {
    const [account] = await server.accounts.findByLoginName(samplePerson.phone);
    const first = await exchange(department, await subjectOf());
    await oidc.consents.withdraw(account!.id, portal.clientId);
    expect((await api(first.body.access_token)).status).toBe(401);
    const then = await exchange(department, await subjectOf());
    expect((await api(then.body.access_token)).status).toBe(200);
    await oidc.sessions.endAll(account!.id);
    expect((await api(then.body.access_token)).status).toBe(401);
  });

  it('dies with any app of the chain, and stays dead when that is listed again', async () => {
    const mine = await addApp(server, {
      scope: `openid ${item}`,
      grant_types: ['authorization_code', grantType],
      exchangeFrom: [portal.clientId],
    });
    const { body } = await exchange(mine, await subjectOf());
    expect((await api(body.access_token)).status).toBe(200);
    await oidc.apps.setState(mine.clientId, 'suspended');
    expect((await api(body.access_token)).status).toBe(401);
    await oidc.apps.setState(mine.clientId, 'listed');
    expect((await api(body.access_token)).status).toBe(401);
    expect((await introspect(mine, body.access_token)).body).toEqual({ active: false });
  });

  it('a token of a citizen never becomes one of an official, whatever she could be', async () => {
    held = [office];
    const subject = await subjectOf(`openid office ${item}`, 'self');
    const own = await addApp(server, {
      scope: `openid office ${item}`,
      grant_types: ['authorization_code', grantType],
      exchangeFrom: [portal.clientId],
    });
    const { body } = await exchange(own, subject, { scope: `office ${item}` });
    expect(body.scope).toBe(`office ${item}`);
    expect((await api(body.access_token, '/office-api')).status).toBe(403);
    const seen = await introspect(own, body.access_token);
    expect(seen.body).not.toHaveProperty('realm');
    expect((await exchange(own, subject, { capacity: office.ref })).status).toBe(200);
  });

  it('passes a token that is bound to a key on only to who proves the key, and keeps it bound (RFC 9449)', async () => {
    const key = await generateKeyPair('ES256', { extractable: true });
    const other = await generateKeyPair('ES256', { extractable: true });
    const proof = async (keys = key, htm = 'POST', path = '/token', ath?: string) =>
      new SignJWT({ htm, htu: `${server.baseUrl}${path}`, ...(ath ? { ath } : {}) })
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(keys.publicKey) })
        .setIssuedAt()
        .setJti(crypto.randomUUID())
        .sign(keys.privateKey);
    const plain = await exchange(department, await subjectOf());
    // One that was not bound may become bound.
    const bound = await exchange(department, await subjectOf(), {}, { dpop: await proof() });
    expect([plain.body.token_type, bound.body.token_type]).toEqual(['Bearer', 'DPoP']);
    const token = String(bound.body.access_token);
    expect((await api(token)).status).toBe(401);
    const bare = await exchange(second, token);
    const foreign = await exchange(second, token, {}, { dpop: await proof(other) });
    expect([bare.body.error, foreign.body.error]).toEqual(['invalid_request', 'invalid_request']);
    const used = await proof();
    const kept = await exchange(second, token, {}, { dpop: used });
    expect([kept.status, kept.body.token_type]).toEqual([200, 'DPoP']);
    expect((await exchange(second, token, {}, { dpop: used })).status).toBe(400);
    const digest = await crypto.subtle.digest(
      'SHA-256',
      new TextEncoder().encode(String(kept.body.access_token)),
    );
    const dpop = await proof(key, 'GET', '/api', Buffer.from(digest).toString('base64url'));
    expect((await api(kept.body.access_token, '/api', 'DPoP', { dpop })).status).toBe(200);
  });
});
