import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as client from 'openid-client';
import { addApp, type TestApp, walkThrough } from './test-app.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';

const person = { loginName: samplePerson.phone, password: samplePerson.password };

/** security.md (b) "redirect_uri parse tricks"; each is one change to the registered URI. */
const mutantsOf = (uri: string): string[] => {
  const { host } = new URL(uri);
  const path = uri.slice(`https://${host}`.length);
  return [
    `http://${host}${path}`,
    `HTTPS://${host}${path}`,
    `https://${host.toUpperCase()}${path}`,
    `https://${host}.evil.example${path}`,
    `https://evil.example/${host}${path}`,
    `https://${host}@evil.example${path}`,
    `https://evil.example@${host}${path}`,
    `https://a@b@${host}${path}`,
    `https://${host}:443${path}`,
    `https://${host}:8443${path}`,
    `https://${host}.${path}`,
    `https://${host}%2eevil.example${path}`,
    `https://${host}%00.evil.example${path}`,
    `https://${host}\\@evil.example${path}`,
    `https://${host}\\.evil.example${path}`,
    `https:/${host}${path}`,
    `https:${host}${path}`,
    `https:///${host}${path}`,
    `https:\\\\${host}${path}`,
    `//${host}${path}`,
    `//evil.example${path}`,
    `${path}`,
    `https://${host}${path}/`,
    `https://${host}${path}//`,
    `https://${host}/${path}`,
    `https://${host}${path}/../evil`,
    `https://${host}${path}/..;/evil`,
    `https://${host}/x/..${path}`,
    `https://${host}/.${path}`,
    `https://${host}/%2e%2e${path}`,
    `https://${host}/%2f${path}`,
    `https://${host}${path}%2f`,
    `https://${host}${path}%20`,
    `https://${host}${path} `,
    ` https://${host}${path}`,
    `https://${host}${path}\t`,
    `https://${host}${path}\r\nLocation: https://evil.example`,
    `https://${host}${path}?`,
    `https://${host}${path}?next=https://evil.example`,
    `https://${host}${path}#`,
    `https://${host}${path}#https://evil.example`,
    `https://${host}${path.toUpperCase()}`,
    `https://${host}${path}x`,
    `https://${host}${path.slice(0, -1)}`,
    `https://${host}/`,
    `https://${host}`,
    `https://www.${host}${path}`,
    `https://evil-${host}${path}`,
    `https://evil.example#${uri}`,
    `https://evil.example?${uri}`,
    `https://localhost${path}`,
    `https://127.0.0.1${path}`,
    `https://[::1]${path}`,
    'https://evil.example/',
    'javascript:alert(1)//https://',
    `javascript://${host}${path}%0aalert(1)`,
    'data:text/html,hello',
    'file:///etc/passwd',
    `${uri},https://evil.example`,
    `${uri} https://evil.example`,
    `https://аpp.example.test${path}`,
    `https://${host}\u2024evil.example${path}`,
    `https://${host}／evil.example${path}`,
    `${uri}\u200b`,
    '*',
    'null',
    'undefined',
    '[object Object]',
  ];
};

describe('authorization requests', () => {
  let server: TestServer;
  let app: TestApp;
  beforeAll(async () => {
    server = await startTestServer();
    await addPerson(server.accounts);
    app = await addApp(server);
  });
  afterAll(() => server.close());

  const ask = async (
    parameters: Record<string, string>,
  ): Promise<{ status: number; location: string; text: string }> => {
    const { url } = await app.start(parameters);
    const visit = await app.browser().request(url.href);
    return { status: visit.status, location: visit.headers.get('location') ?? '', text: visit.text };
  };

  it('security (c) 4: redirects to no redirect_uri but the registered one', async () => {
    const mutants = mutantsOf(app.redirectUri);
    expect(mutants.length).toBeGreaterThanOrEqual(60);
    for (const redirect_uri of mutants) {
      const answer = await ask({ redirect_uri });
      expect([redirect_uri, answer.location]).toEqual([redirect_uri, '']);
      expect([redirect_uri, answer.status]).toEqual([redirect_uri, 400]);
    }
  });

  it('security (c) 4: redirects to no string grown from the registered one', async () => {
    const piece = fc.string({
      minLength: 1,
      maxLength: 6,
      unit: fc.constantFrom(...'/.:@#?%\\a2Z-_~ ;&=[]'),
    });
    await fc.assert(
      fc.asyncProperty(fc.nat(app.redirectUri.length), piece, async (at, text) => {
        const redirect_uri = app.redirectUri.slice(0, at) + text + app.redirectUri.slice(at);
        const answer = await ask({ redirect_uri });
        return answer.location === '' && answer.status === 400;
      }),
      { numRuns: 140 },
    );
  });

  it('shows a page, never the library’s words, for an app that is not registered', async () => {
    const answer = await ask({ client_id: 'app-nobody' });
    expect(answer).toMatchObject({ status: 400, location: '' });
    expect(answer.text).toContain('该应用未在本平台登记');
    expect(answer.text).toContain('invalid_client');
    expect(answer.text).not.toContain('client is invalid');
  });

  it.each([
    'client_id',
    'redirect_uri',
    'state',
    'scope',
    'code_challenge',
    'prompt',
    'response_type',
    'unheard_of',
  ])('security (c) 5: refuses a request that gives %s twice, without a redirect', async (name) => {
    const { url } = await app.start();
    url.searchParams.append(name, url.searchParams.get(name) ?? 'x');
    url.searchParams.append(name, 'https://evil.example/');
    const visit = await app.browser().request(url.href);
    expect([visit.status, visit.headers.get('location')]).toEqual([400, null]);
  });

  it.each([
    'state[]=a',
    'state[x]=a',
    'scope%5B%5D=openid',
    'state=%00',
    'state=%ED%A0%80',
    `state=${'a'.repeat(9000)}`,
  ])('security (c) 5: refuses the odd parameter %#, without a redirect', async (odd) => {
    const { url } = await app.start();
    url.searchParams.delete('state');
    const visit = await app.browser().request(`${url.href}&${odd}`);
    expect([visit.status, visit.headers.get('location')]).toEqual([400, null]);
  });

  it('tells a program the same as JSON', async () => {
    const { url } = await app.start();
    const answer = await fetch(`${url.href}&scope=openid`, { headers: { accept: 'application/json' } });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: 'invalid_request' });
  });

  it.each([
    ['no challenge', { code_challenge: '', code_challenge_method: '' }, 'invalid_request'],
    ['the plain method', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a challenge without a method', { code_challenge_method: '' }, 'invalid_request'],
    ['a token response', { response_type: 'token' }, 'unsupported_response_type'],
    ['a scope the app is not registered for', { scope: 'openid document' }, 'invalid_scope'],
    ['an audience that is not ours', { resource: 'https://other.example/' }, 'invalid_target'],
    ['an unsigned request object', { request: 'eyJhbGciOiJub25lIn0.e30.' }, 'invalid_request_object'],
    ['a foreign request_uri', { request_uri: 'https://evil.example/r' }, 'request_uri_not_supported'],
    ['prompt=none, nobody being signed in', { prompt: 'none' }, 'login_required'],
    ['prompt=none with login', { prompt: 'none login' }, 'invalid_request'],
    ['a login_hint with a phone number', { login_hint: '+86 138 0013 8001' }, 'invalid_request'],
    [
      'a login_hint with an ID number',
      { login_hint: '３３０１０２１９９００３０７６１１１' },
      'invalid_request',
    ],
    ['claims that are no object', { claims: '[]' }, 'invalid_request'],
  ])('security (c) 6, 7, 8: tells the app about %s', async (_case, parameters, error) => {
    const { url, checks } = await app.start(parameters);
    for (const [name, value] of Object.entries(parameters)) if (value === '') url.searchParams.delete(name);
    const visit = await app.browser().request(url.href);
    const back = new URL(visit.headers.get('location')!);
    expect(back.origin + back.pathname).toBe(app.redirectUri);
    const told = back.hash === '' ? back.searchParams : new URLSearchParams(back.hash.slice(1));
    expect(told.get('error')).toBe(error);
    expect(told.get('state')).toBe(checks.expectedState);
    expect(told.get('iss')).toBe(server.baseUrl);
  });

  it('always wants PKCE of a public app', async () => {
    await expect(
      server.oidc.apps.add({
        client_name: 'x',
        token_endpoint_auth_method: 'none',
        pkce: 'optional',
        redirect_uris: ['https://p.example.test/cb'],
      }),
    ).rejects.toMatchObject({ code: 'invalid_request' });
    const open = await addApp(server, { token_endpoint_auth_method: 'none' });
    const { url } = await open.start();
    url.searchParams.delete('code_challenge');
    url.searchParams.delete('code_challenge_method');
    const visit = await open.browser().request(url.href);
    expect(new URL(visit.headers.get('location')!).searchParams.get('error')).toBe('invalid_request');
  });

  it('answers prompt=none for who is signed in and agreed, without a page', async () => {
    const browser = app.browser();
    await walkThrough(browser, await app.start(), person);
    const silent = await app.start({ prompt: 'none' });
    const visit = await browser.request(silent.url.href);
    expect(visit.status).toBe(303);
    const tokens = await app.redeem(visit.headers.get('location')!, silent);
    expect(tokens.claims()!.aud).toBe(app.clientId);
  });

  it('asks for consent again when an app asks for more, and only then', async () => {
    const more = await addApp(server, { scope: 'openid profile phone' });
    const browser = more.browser();
    await walkThrough(browser, await more.start({ scope: 'openid profile' }), person);
    const same = await browser.request(
      (await more.start({ scope: 'openid profile', prompt: 'none' })).url.href,
    );
    expect(same.headers.get('location')).toContain('code=');
    const wider = await more.start({ scope: 'openid profile phone', prompt: 'none' });
    const refused = await browser.request(wider.url.href);
    expect(new URL(refused.headers.get('location')!).searchParams.get('error')).toBe('consent_required');
  });

  it('gives a request no scope that only an earlier one asked for', async () => {
    const more = await addApp(server, { scope: 'openid profile phone' });
    const browser = more.browser();
    await walkThrough(browser, await more.start({ scope: 'openid profile phone' }), person);
    const narrow = await more.start({ scope: 'openid' });
    const tokens = await more.redeem(await walkThrough(browser, narrow, person), narrow);
    const info = await client.fetchUserInfo(more.config, tokens.access_token, tokens.claims()!.sub);
    expect(info).not.toHaveProperty('phone_number');
    expect(info).not.toHaveProperty('name');
  });

  it('lets max_age really ask again, and dates the sign-in anew', async () => {
    const browser = app.browser();
    const first = await app.start();
    const before = (await app.redeem(await walkThrough(browser, first, person), first)).claims()!.auth_time!;
    await new Promise((resolve) => setTimeout(resolve, 2100));
    const again = await app.start({ max_age: '1' });
    const page = await browser.open(again.url.href);
    expect(page.text).toContain('请再次登录以确认是您本人');
    const callback = await browser.signIn(page, person.loginName, person.password);
    const after = (await app.redeem(callback.url, again)).claims()!.auth_time!;
    expect(after).toBeGreaterThanOrEqual(before + 2);
  });

  it('answers the strongest requested level that is met', async () => {
    const asked = 'urn:onecert:acr:p3a1 urn:onecert:acr:p1a1 urn:onecert:acr:p2a1';
    const started = await app.start({ acr_values: asked });
    const tokens = await app.redeem(await walkThrough(app.browser(), started, person), started);
    expect(tokens.claims()!.acr).toBe('urn:onecert:acr:p2a1');
    const lower = await app.start({ acr_values: 'urn:onecert:acr:p1a1' });
    const least = await app.redeem(await walkThrough(app.browser(), lower, person), lower);
    expect(least.claims()).toMatchObject({ acr: 'urn:onecert:acr:p1a1', proofing_level: 2 });
  });

  it('ends a request for a level that cannot be reached once, with words, never in a loop', async () => {
    const essential = JSON.stringify({
      id_token: { acr: { essential: true, value: 'urn:onecert:acr:p3a1' } },
    });
    const browser = app.browser();
    const started = await app.start({ claims: essential });
    const form = await browser.open(started.url.href);
    const told = await browser.signIn(form, person.loginName, person.password);
    expect(told.text).toContain('需要更高的认证等级');
    const back = await browser.submit(told, '/cancel');
    expect(new URL(back.url).searchParams.get('error')).toBe('unmet_authentication_requirements');
    const silent = await browser.request((await app.start({ claims: essential, prompt: 'none' })).url.href);
    expect(new URL(silent.headers.get('location')!).searchParams.get('error')).toBe(
      'unmet_authentication_requirements',
    );
  });

  it('says once, after the password, that this person has no stronger factor', async () => {
    const browser = app.browser();
    const started = await app.start({ acr_values: 'urn:onecert:acr:p1a3' });
    const told = await browser.signIn(
      await browser.open(started.url.href),
      person.loginName,
      person.password,
    );
    expect(told.text).toContain('需要更高的认证等级');
    expect(told.text).not.toContain('name="password"');
    const back = await browser.submit(told, '/cancel');
    expect(new URL(back.url).searchParams.get('error')).toBe('unmet_authentication_requirements');
  });

  it('ignores levels of other systems that are only wished for', async () => {
    const started = await app.start({ acr_values: 'urn:elsewhere:silver' });
    const tokens = await app.redeem(await walkThrough(app.browser(), started, person), started);
    expect(tokens.claims()!.acr).toBe('urn:onecert:acr:p2a1');
  });

  it('security (c) 8: takes a pushed request once, with a login_hint that a URL must not hold', async () => {
    const { url, checks } = await app.start({ login_hint: person.loginName });
    const pushed = await client.buildAuthorizationUrlWithPAR(app.config, url.searchParams);
    expect(pushed.href).not.toContain(person.loginName);
    const browser = app.browser();
    const page = await browser.open(pushed.href);
    expect(page.text).toContain(`value="${person.loginName}"`);
    const callback = await walkThrough(browser, { url: pushed, checks }, person);
    expect((await app.redeem(callback, { url, checks })).claims()!.aud).toBe(app.clientId);
    const reused = await app.browser().open(pushed.href);
    expect(reused.status).toBe(400);
  });

  it('shows markup in an app’s name as text', async () => {
    const name = '<script>alert(1)</script>"\'><img src=x>';
    const odd = await addApp(server, { client_name: name });
    const page = await odd.browser().open((await odd.start()).url.href);
    expect(page.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page.text).not.toMatch(/<script>|<img/);
    const policy = page.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe-inline');
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'http://example.test/cb',
    'https://example.test/cb#x',
    'https://example.test/cb#',
    'https://user@example.test/cb',
    'https://user:pass@example.test/cb',
    'https://*.example.test/cb',
    'https://example.test',
    'https://EXAMPLE.test/cb',
    'https://example.test:443/cb',
    'https://example.test/a/../cb',
    'https://example.test/%2e%2e/cb',
    'https:\\\\example.test\\cb',
    'https://intranet/cb',
    'com.example.app:/cb',
    'not a uri',
  ])('registers no app that wants to return to %s', async (uri) => {
    const adding = server.oidc.apps.add({ client_name: 'x', redirect_uris: [uri] });
    await expect(adding).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(adding).rejects.not.toThrow(uri);
  });

  it('lets the answer be posted to the app that asked, and names only that app in the policy', async () => {
    const browser = app.browser();
    await walkThrough(browser, await app.start(), person);
    const visit = await browser.request((await app.start({ response_mode: 'form_post' })).url.href);
    expect(visit.status).toBe(200);
    expect(visit.headers.get('content-security-policy')).toContain(
      `form-action 'self' ${new URL(app.redirectUri).origin}`,
    );
  });
});
