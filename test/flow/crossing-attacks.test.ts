import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Router } from 'express';
import { decodeJwt } from 'jose';
import type { Account, Capacity, CapacitySource } from '../../src/accounts/index.ts';
import { accessTokenGuard } from '../../src/oidc/index.ts';
import { createOutgoing } from '../../src/outgoing/index.ts';
import { office } from './sample-capacities.ts';
import { addApp, type TestApp } from './test-app.ts';
import type { Visit } from './test-browser.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';
import { startSite, type TestSite, within } from './test-site.ts';

const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange';
const accessToken = 'urn:ietf:params:oauth:token-type:access_token';
const item = 'item:driving-licence-renewal';

describe('attacks where one part of the login meets another', () => {
  let server: TestServer;
  let account: Account;
  let portal: TestApp;
  let department: TestApp;
  let held: Capacity[] = [];
  let stopped: number | undefined;
  const down = new Set<string>();
  const source: CapacitySource = {
    of: async () => held,
    live: async (_account, ref) => held.find((one) => one.ref === ref),
  };

  beforeAll(async () => {
    server = await startTestServer({
      sms: true,
      clock: { now: () => stopped ?? Date.now() },
      down: (part) => down.has(part),
      oidc: {
        extraScopes: [item, 'office'],
        capacities: source,
        itemsOf: (scopes) => scopes.filter((one) => one.startsWith('item:')).map((one) => one.slice(5)),
        outgoing: createOutgoing({ hosts: ['127.0.0.1'] }),
        appClaims: async (_account, clientId) =>
          clientId === portal.clientId
            ? {
                legacy_user_id: 'OLD-1',
                sub: 'forged',
                acr: 'p3a3',
                proofing_level: 3,
                iss: 'https://evil.example',
              }
            : {},
      },
      mount: ({ provider, baseUrl }) => {
        const router = Router();
        const guard = accessTokenGuard({
          provider: () => provider,
          baseUrl,
          capacityOf: (grant) => server.oidc.capacityOf(grant),
        });
        router.get('/api', guard(item), (req, res) => void res.json(req.caller));
        return router;
      },
    });
    account = await addPerson(server.accounts);
    portal = await addApp(server, {
      scope: `openid profile offline_access office ${item}`,
      grant_types: ['authorization_code', 'refresh_token', exchangeGrant],
    });
    department = await addApp(server, {
      scope: `openid ${item}`,
      grant_types: ['authorization_code', exchangeGrant],
      exchangeFrom: [portal.clientId],
    });
  });
  afterEach(() => {
    held = [];
    stopped = undefined;
    down.clear();
  });
  afterAll(() => server.close());

  const post = async (path: string, app: TestApp, form: Record<string, string>) => {
    const response = await fetch(`${server.baseUrl}${path}`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${app.clientId}:${app.clientSecret}`)}` },
      body: new URLSearchParams(form),
    });
    const text = await response.text();
    return { status: response.status, body: (text && JSON.parse(text)) as Record<string, unknown> };
  };
  const exchange = (subject: string) =>
    post('/token', department, {
      grant_type: exchangeGrant,
      subject_token: subject,
      subject_token_type: accessToken,
    });
  const at = (path: string, token: unknown) =>
    fetch(`${server.baseUrl}${path}`, { headers: { authorization: `Bearer ${token}` } });
  const refresh = (token: string, app = portal) =>
    post('/token', app, { grant_type: 'refresh_token', refresh_token: token });

  const enter = async (scope: string, ref = 'self', app = portal) => {
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
      else if (page.text.includes('/own-sms-send"')) {
        page = await browser.submit(page, '/own-sms-send');
        const [message] = await server.outbox.messages();
        page = await browser.submit(page, '/own-sms', { code: /\d{6}/.exec(message!.text)![0] });
      } else throw new Error(page.text);
    }
    return app.redeem(page.url, started);
  };

  describe('a department and the portal it works for', () => {
    it('security (b) Disabled entity still works: the department ends its own token, and nothing of the portal’s', async () => {
      const tokens = await enter(`openid offline_access ${item}`);
      const [first, second] = [await exchange(tokens.access_token), await exchange(tokens.access_token)];
      expect(
        (await post('/token/revocation', department, { token: String(first.body.access_token) })).status,
      ).toBe(200);
      expect((await at('/api', first.body.access_token)).status).toBe(401);
      expect(
        (await post('/token/introspection', department, { token: String(first.body.access_token) })).body,
      ).toEqual({
        active: false,
      });
      for (const token of [second.body.access_token, tokens.access_token])
        expect((await at('/api', token)).status).toBe(200);
      expect((await refresh(tokens.refresh_token!)).status).toBe(200);
    });

    it('security (b) Storage error hidden at revocation: an exchanged token that could not be ended is said to be none', async () => {
      const tokens = await enter(`openid ${item}`);
      const token = String((await exchange(tokens.access_token)).body.access_token);
      down.add('oidc_access_tokens');
      expect((await post('/token/revocation', department, { token })).status).toBe(503);
      down.clear();
      expect((await post('/token/revocation', department, { token })).status).toBe(200);
      expect((await at('/api', token)).status).toBe(401);
    });

    it('security (b) Disabled entity still works: an exchanged token ends with what the portal loses', async () => {
      const tokens = await enter(`openid ${item}`);
      const { body } = await exchange(tokens.access_token);
      await post('/token/revocation', portal, { token: tokens.access_token });
      expect((await at('/api', body.access_token)).status).toBe(401);
      expect((await exchange(tokens.access_token)).body.error).toBe('invalid_request');
    });
  });

  describe('security (c) 19: the successor of a refresh token', () => {
    const offline = 'openid offline_access';

    it('is none once the family has ended, though the old one was used a moment ago', async () => {
      const ways: Record<string, (app: TestApp, next: string) => Promise<unknown>> = {
        revoked: (app, next) => post('/token/revocation', app, { token: next }),
        'consent withdrawn': (app) => server.oidc.consents.withdraw(account.id, app.clientId),
        'all ended': () => server.oidc.endAllOf(account.id),
        'app suspended and back': async (app) => {
          await server.oidc.apps.setState(app.clientId, 'suspended');
          await server.oidc.apps.setState(app.clientId, 'listed');
        },
      };
      for (const [way, end] of Object.entries(ways)) {
        const app = await addApp(server, { grant_types: ['authorization_code', 'refresh_token'] });
        const first = (await enter(offline, 'self', app)).refresh_token!;
        stopped = Date.now();
        const next = String((await refresh(first, app)).body.refresh_token);
        expect((await refresh(first, app)).body.refresh_token).toBe(next);
        await end(app, next);
        for (const token of [first, next, first])
          expect([way, (await refresh(token, app)).body.error]).toEqual([way, 'invalid_grant']);
        stopped = undefined;
      }
    });

    it('follows from nothing an app or a copy of the store holds', async () => {
      stopped = Date.now();
      const first = (await enter(offline)).refresh_token!;
      const next = String((await refresh(first)).body.refresh_token);
      for await (const line of server.storage.dump()) {
        expect(line).not.toContain(first);
        expect(line).not.toContain(next);
      }
      // A guess that has the form of one is nobody's.
      expect((await refresh(next.split('').reverse().join(''))).body.error).toBe('invalid_grant');
      expect((await refresh(next)).status).toBe(200);
    });
  });

  describe('what one app alone is told', () => {
    it('security (b) Claim override: says nothing of who she is and how she signed in', async () => {
      const tokens = await enter('openid profile');
      const sub = await server.oidc.subjectFor(portal.clientId, account.id);
      const told = decodeJwt(tokens.id_token!);
      expect(told).toMatchObject({
        legacy_user_id: 'OLD-1',
        sub,
        iss: server.baseUrl,
        acr: 'urn:onecert:acr:p2a1',
        proofing_level: 2,
      });
      const userinfo = (await (await at('/me', tokens.access_token)).json()) as Record<string, unknown>;
      expect(userinfo).toMatchObject({ legacy_user_id: 'OLD-1', sub, proofing_level: 2 });
      expect(userinfo.iss).not.toBe('https://evil.example');
    });

    it('ZZD-1, security (b) Tenant/IDOR: is not told of an official: it would be the link to the person at home', async () => {
      held = [office];
      const tokens = await enter('openid office', office.ref);
      const told = {
        ...decodeJwt(tokens.id_token!),
        ...(await (await at('/me', tokens.access_token)).json()),
      };
      expect(told).toMatchObject({
        realm: 'office',
        sub: await server.oidc.subjectFor(portal.clientId, account.id, 'office'),
      });
      expect(JSON.stringify(told)).not.toContain('OLD-1');
      held = [];
    });

    it('is told to no department that exchanged the app’s token', async () => {
      const { body } = await exchange((await enter(`openid ${item}`)).access_token);
      const token = String(body.access_token);
      const seen = await post('/token/introspection', department, { token });
      expect(seen.body).toMatchObject({ active: true });
      expect(JSON.stringify(seen.body)).not.toMatch(/OLD-1|p3a3|forged/);
    });
  });

  describe('security (b) Disabled entity still works: telling an app of a sign-out', () => {
    let site: TestSite;
    beforeAll(async () => {
      site = await startSite('gone');
    });
    afterAll(() => site.close());

    // One that is suspended is told: what she has open there ends (ZZD-3, backchannel-logout.test.ts).
    it('is not done when it is retired before it could be told', async () => {
      const app = await addApp(server, {
        backchannel_logout_uri: site.metadata.backchannel_logout_uri,
        backchannel_logout_session_required: true,
      });
      const outcomes: string[] = [];
      await enter('openid profile', 'self', app);
      await server.oidc.sessions.endAll(account.id);
      await server.oidc.apps.setState(app.clientId, 'retired');
      server.oidc.logouts.start((outcome) => void outcomes.push(outcome));
      await server.oidc.logouts.deliverDue();
      expect(await within(5, () => outcomes.length > 0)).toBe(true);
      await server.oidc.logouts.stop();
      expect([outcomes, site.knocks]).toEqual([['dropped'], 0]);
    });
  });

  it('security (b) Introspection/cache-key confusion: two apps that ask at once are each answered for themselves', async () => {
    const token = (await enter('openid profile')).access_token;
    const asked = async (app: TestApp, accept: string) => {
      const answer = await fetch(`${server.baseUrl}/token/introspection`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${app.clientId}:${app.clientSecret}`)}`, accept },
        body: new URLSearchParams({ token }),
      });
      const text = await answer.text();
      const said = text.startsWith('{') ? JSON.parse(text) : decodeJwt(text).token_introspection;
      return [app === portal, (said as { active: boolean }).active, Object.keys(said as object).length > 1];
    };
    const forms = ['application/json', 'application/token-introspection+jwt'];
    const all = Array.from({ length: 20 }, (_, turn) =>
      asked(turn % 2 ? portal : department, forms[(turn % 3) % 2]!),
    );
    for (const [own, active, more] of await Promise.all(all)) expect([active, more]).toEqual([own, own]);
  });

  it('security (b) Session fixation / reuse: a sign-in that waits for consent ends with the app', async () => {
    const app = await addApp(server);
    const browser = app.browser();
    const started = await app.start();
    let page = await browser.open(started.url.href);
    page = await browser.signIn(page, samplePerson.phone, samplePerson.password);
    await server.oidc.apps.setState(app.clientId, 'suspended');
    page = await browser.submit(page, '/consent', { decision: 'agree' });
    expect(page.status).toBe(400);
    expect(page.url).not.toContain('code=');
  });
});
