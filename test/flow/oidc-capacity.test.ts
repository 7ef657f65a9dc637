import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Router } from 'express';
import type { Capacity, CapacitySource } from '../../src/accounts/index.ts';
import { accessTokenGuard, type Oidc } from '../../src/oidc/index.ts';
import { challengeOf } from '../../src/tour/soft-passkey.ts';
import { company, office } from './sample-capacities.ts';
import { addApp, type TestApp } from './test-app.ts';
import type { Visit } from './test-browser.ts';
import { addPasskey } from './test-passkey.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';

describe('acting for an enterprise or an office (NET-3)', () => {
  let server: TestServer;
  let app: TestApp;
  let held: Capacity[] = [];
  let oidc: Oidc;
  const asked: string[][] = [];
  const source: CapacitySource = {
    async of(_account, items) {
      asked.push([...items]);
      return held.filter(
        (one) =>
          one.kind !== 'enterprise' || !one.mandate || one.mandate.items.some((item) => items.includes(item)),
      );
    },
    live: async (_account, ref) => held.find((one) => one.ref === ref),
  };
  const person = { loginName: samplePerson.phone, password: samplePerson.password };
  const scope = 'openid profile item:driving-licence-renewal';

  beforeAll(async () => {
    server = await startTestServer({
      sms: true,
      oidc: {
        extraScopes: ['item:driving-licence-renewal', 'office'],
        capacities: source,
        itemsOf: (scopes) => scopes.filter((one) => one.startsWith('item:')).map((one) => one.slice(5)),
      },
      mount: ({ provider, baseUrl }) => {
        const router = Router();
        const guard = accessTokenGuard({
          provider: () => provider,
          baseUrl,
          capacityOf: (grant) => oidc.capacityOf(grant),
        });
        const unwired = accessTokenGuard({ provider: () => provider, baseUrl });
        router.get(
          '/api',
          guard('item:driving-licence-renewal', ['self', 'enterprise', 'office']),
          (req, res) => void res.json(req.caller),
        );
        router.get('/api-unwired', unwired('item:driving-licence-renewal'), (_req, res) => void res.json({}));
        return router;
      },
    });
    oidc = server.oidc;
    await addPerson(server.accounts);
    app = await addApp(server, {
      scope: 'openid profile item:driving-licence-renewal office offline_access',
      grant_types: ['refresh_token'],
    });
  });
  afterAll(() => server.close());

  const api = (token: string, path = '/api') =>
    fetch(`${server.baseUrl}${path}`, { headers: { authorization: `Bearer ${token}` } });
  const introspect = async (token: string): Promise<Record<string, unknown>> => {
    const response = await fetch(`${server.baseUrl}/token/introspection`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${app.clientId}:${app.clientSecret}`)}` },
      body: new URLSearchParams({ token }),
    });
    return (await response.json()) as Record<string, unknown>;
  };

  const enter = async (parameters: Record<string, string>, ref?: string, browser = app.browser()) => {
    const started = await app.start({ scope, ...parameters });
    let page: Visit = await browser.open(started.url.href);
    const seen: string[] = [];
    for (let hop = 0; page.status !== 0 && hop < 8; hop += 1) {
      if (page.text.includes('/sign-in"')) {
        seen.push('sign-in');
        page = await browser.signIn(page, person.loginName, person.password);
      } else if (page.text.includes('/capacity"')) {
        seen.push('capacity');
        page = await browser.submit(page, '/capacity', { capacity: ref ?? 'self' });
      } else if (page.text.includes('/own-sms-send"')) {
        seen.push('factor');
        page = await browser.submit(page, '/own-sms-send');
        const [message] = await server.outbox.messages();
        page = await browser.submit(page, '/own-sms', { code: /\d{6}/.exec(message!.text)![0] });
      } else if (page.text.includes('/consent"')) {
        seen.push('consent');
        page = await browser.submit(page, '/consent', { decision: 'agree' });
      } else throw new Error(page.text);
    }
    return { browser, seen, tokens: await app.redeem(page.url, started) };
  };

  it('asks nobody who is only herself, and says nothing of it', async () => {
    held = [];
    const { seen, tokens } = await enter({});
    expect(seen).not.toContain('capacity');
    expect(tokens.claims()).not.toHaveProperty('entity');
    const caller = (await (await api(tokens.access_token)).json()) as { capacity: unknown };
    expect(caller.capacity).toEqual({ kind: 'self', ref: 'self' });
  });

  it('asks once, remembers it with the app in this session, and switches without a new sign-in', async () => {
    held = [company];
    const first = await enter({}, company.ref);
    expect(first.seen).toEqual(['sign-in', 'capacity', 'consent']);
    expect(asked.at(-1)).toEqual(['driving-licence-renewal']);
    const again = await enter({}, undefined, first.browser);
    expect(again.seen).toEqual([]);
    expect(again.tokens.claims()).toMatchObject({ role: 'delegate' });
    const switched = await enter({ prompt: 'select_account' }, 'self', first.browser);
    expect(switched.seen[0]).toBe('capacity');
    expect(switched.tokens.claims()).not.toHaveProperty('role');
    expect(switched.tokens.claims()!.sub).toBe(again.tokens.claims()!.sub);
  });

  it('puts entity, role and mandate into tokens, the mandate under a name of this app only', async () => {
    held = [company];
    const { tokens, seen } = await enter({}, company.ref);
    expect(seen).not.toContain('consent');
    const claims = tokens.claims()!;
    expect(claims).toMatchObject({ entity: { uscc: '91330100MA27XYZ123' }, role: 'delegate' });
    expect(claims).not.toHaveProperty('mandate');
    expect(claims.entity).not.toHaveProperty('name');
    const seenByApi = await introspect(tokens.access_token);
    expect(seenByApi).toMatchObject({
      active: true,
      entity: { uscc: '91330100MA27XYZ123', name: '示例茶叶有限公司', region: '330106' },
      role: 'delegate',
      mandate: { items: ['driving-licence-renewal'], exp: 1_900_000_000 },
    });
    expect((seenByApi.mandate as { id: string }).id).not.toContain('m_1');
    expect(JSON.stringify(seenByApi)).not.toContain('ent_1');
    const userinfo = (await (await api(tokens.access_token, '/me')).json()) as Record<string, unknown>;
    expect(userinfo).toMatchObject({ sub: claims.sub, role: 'delegate', mandate: seenByApi.mandate });
    const caller = (await (await api(tokens.access_token)).json()) as { capacity: Capacity };
    expect(caller.capacity.ref).toBe(company.ref);
  });

  it('kills an ended mandate at once: at token, refresh, userinfo, introspection and API', async () => {
    held = [company];
    const { tokens } = await enter({ scope: `${scope} offline_access`, prompt: 'consent' }, company.ref);
    expect((await api(tokens.access_token)).status).toBe(200);
    const started = await app.start({ scope });
    const browser = app.browser();
    let page = await browser.signIn(await browser.open(started.url.href), person.loginName, person.password);
    page = await browser.submit(page, '/capacity', { capacity: company.ref });
    held = [];
    expect((await api(tokens.access_token)).status).toBe(401);
    expect((await api(tokens.access_token, '/me')).status).toBe(401);
    expect(await introspect(tokens.access_token)).toEqual({ active: false });
    await expect(app.redeem(page.url, started)).rejects.toMatchObject({ error: 'invalid_grant' });
    const refresh = await fetch(`${server.baseUrl}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${app.clientId}:${app.clientSecret}`)}` },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token! }),
    });
    expect(refresh.status).toBe(400);
  });

  it('takes no capacity that is not hers, from a form or from the app', async () => {
    held = [company];
    const browser = app.browser();
    const started = await app.start({ scope, capacity: company.ref });
    const page = await browser.signIn(
      await browser.open(started.url.href),
      person.loginName,
      person.password,
    );
    expect(page.text).toContain('您以什么身份办理');
    const refused = await browser.post(page, '/capacity', { capacity: 'o:post_1' });
    expect([refused.status, refused.text.includes('该身份已失效')]).toEqual([422, true]);
    const silent = await browser.request((await app.start({ scope, prompt: 'none' })).url.href);
    expect(new URL(silent.headers.get('location')!).searchParams.get('error')).toBe(
      'account_selection_required',
    );
  });

  it('offers an office only where the app asks for offices: the realms are apart (ZZD-1)', async () => {
    held = [office];
    const { seen, tokens } = await enter({});
    expect([seen.includes('capacity'), tokens.claims()!.realm]).toEqual([false, undefined]);
  });

  it('asks an administrator for her passkey after password and text message; without one says what to do (security (d))', async () => {
    held = [{ ...office, roles: ['security_administrator'], strength: 3 }];
    const browser = app.browser();
    const asked = { scope: `${scope} office`, prompt: 'select_account' };
    const choose = async () => {
      const page = await browser.open((await app.start(asked)).url.href);
      return browser.submit(page, '/capacity', { capacity: office.ref });
    };
    const first = await browser.open((await app.start({ scope })).url.href);
    await browser.signIn(first, person.loginName, person.password);
    const unmet = await choose();
    expect(unmet.text).toMatch(/管理员用通行密钥[\s\S]*href="\/account\/sign-in-methods"/);
    const back = await browser.submit(unmet, '/cancel');
    expect(new URL(back.url).searchParams.get('error')).toBe('unmet_authentication_requirements');

    const [account] = await server.accounts.findByLoginName(person.loginName);
    const passkey = await addPasskey(server, account!);
    const page = await choose();
    expect(page.text).not.toMatch(/own-sms-send|own-password/);
    const inside = await browser.submit(page, '/passkey', { response: passkey.answer(challengeOf(page)) });
    expect(inside.text).toContain('/consent"');
    const [{ id } = { id: '' }] = (await server.accounts.authenticators.of(account!.id)).filter(
      ({ kind }) => kind === 'passkey',
    );
    await server.accounts.authenticators.remove(account!.id, id);
    await server.oidc.sessions.endAll(account!.id);
  });

  it('asks an official for a second factor, and knows her under another subject', async () => {
    held = [office];
    const { seen, tokens } = await enter({ scope: `${scope} office` }, office.ref);
    expect(seen).toEqual(['sign-in', 'capacity', 'factor', 'consent']);
    const claims = tokens.claims()!;
    expect(claims).toMatchObject({
      realm: 'office',
      roles: ['issuer_clerk'],
      amr: ['pwd', 'sms', 'mfa'],
      unit: { uscc: '11330000002482045J' },
    });
    const own = await enter({ scope: `${scope} office` }, 'self');
    expect(own.tokens.claims()!.sub).not.toBe(claims.sub);
    expect((await introspect(tokens.access_token)).sub).toBe(claims.sub);
    const me = (await (await api(tokens.access_token, '/me')).json()) as { sub: string };
    expect(me.sub).toBe(claims.sub);
    const [account] = await server.accounts.findByLoginName(person.loginName);
    expect(await server.oidc.subjectFor(app.clientId, account!.id, 'office')).toBe(claims.sub);
  });

  it('gives an official no token that outlives her session, and her session the shorter limits', async () => {
    held = [office];
    const [account] = await server.accounts.findByLoginName(person.loginName);
    await server.oidc.sessions.endAll(account!.id);
    const { tokens, browser } = await enter(
      { scope: `${scope} office offline_access`, prompt: 'consent' },
      office.ref,
    );
    expect(tokens.refresh_token).toBeUndefined();
    const [newest] = await server.oidc.sessions.of(account!.id, {});
    const left = newest!.expiresAt - Date.now() / 1000;
    expect(left).toBeGreaterThan(14 * 60);
    expect(left).toBeLessThan(16 * 60);
    const hinted = await browser.request(
      (await app.start({ scope: `${scope} office`, prompt: 'none', id_token_hint: tokens.id_token! })).url
        .href,
    );
    expect(new URL(hinted.headers.get('location')!).searchParams.get('error')).toBeNull();
  });

  it('opens nothing in another capacity where the API does not look at capacities', async () => {
    held = [company];
    const { tokens } = await enter({}, company.ref);
    expect((await api(tokens.access_token, '/api-unwired')).status).toBe(401);
  });
});
