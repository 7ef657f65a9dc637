import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK } from 'jose';
import { type Answer, call } from './json-call.ts';
import { newKeys } from './key-app.ts';
import { walkThrough } from './test-app.ts';
import { TestBrowser } from './test-browser.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';

const person = { loginName: samplePerson.phone, password: samplePerson.password };
const redirectUri = 'https://own.example.test/callback';
const scopes = ['openid', 'profile', 'phone', 'offline_access'];

describe('attacks on registration and management (RFC 7591, RFC 7592)', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({
      oidc: {
        registration: { mode: 'open', scopes },
        outgoing: { fetch: async () => new Response('[]') },
      },
    });
    await addPerson(server.accounts);
  });
  afterAll(() => server.close());

  const register = (over: Record<string, unknown> = {}): Promise<Answer> =>
    call('POST', `${server.baseUrl}/reg`, { client_name: 'Own', redirect_uris: [redirectUri], ...over });
  const uriOf = ({ body }: Answer): string => String(body.registration_client_uri);
  const tokenOf = ({ body }: Answer): string => String(body.registration_access_token);
  const replace = (made: Answer, over: Record<string, unknown>) => {
    const { client_id } = made.body;
    return call(
      'PUT',
      uriOf(made),
      { client_id, client_name: 'Own', redirect_uris: [redirectUri], ...over },
      tokenOf(made),
    );
  };
  const basic = ({ body }: Answer) => ({
    authorization: `Basic ${btoa(`${body.client_id}:${body.client_secret}`)}`,
  });
  const begin = (made: Answer, scope: string) => {
    const { client_id } = made.body as { client_id: string };
    const query = { client_id, response_type: 'code', scope, redirect_uri: redirectUri, prompt: 'consent' };
    return {
      browser: new TestBrowser((url) => url.hostname === 'own.example.test'),
      url: new URL(`${server.baseUrl}/auth?${new URLSearchParams(query)}`),
    };
  };
  const redeem = async (made: Answer, callback: string, uri = redirectUri): Promise<Answer> => {
    const code = new URL(callback).searchParams.get('code')!;
    const answer = await fetch(`${server.baseUrl}/token`, {
      method: 'POST',
      headers: basic(made),
      body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: uri }),
    });
    return { status: answer.status, body: (await answer.json()) as Answer['body'] };
  };
  const signIn = async (made: Answer, scope: string): Promise<Answer> => {
    const { browser, url } = begin(made, scope);
    return redeem(made, await walkThrough(browser, { url, checks: {} }, person));
  };
  const userinfo = async (token: unknown): Promise<Answer> =>
    call('GET', `${server.baseUrl}/me`, undefined, token);

  it('security (b) Tenant/IDOR: the management token of one app opens no other, and no other kind of token opens any', async () => {
    const [mine, theirs] = [
      await register({ client_name: 'Mine' }),
      await register({ client_name: 'Theirs' }),
    ];
    const { body: tokens } = await signIn(mine, 'openid profile');
    const change = { client_id: theirs.body.client_id, client_name: 'Taken', redirect_uris: [redirectUri] };
    // By another id in the body.
    expect((await call('PUT', uriOf(mine), change, tokenOf(mine))).status).toBe(400);
    for (const token of [tokenOf(mine), tokens.access_token, theirs.body.client_secret, 'x', undefined])
      for (const [method, body] of [['GET'], ['PUT', change], ['DELETE']] as const)
        expect([method, (await call(method, uriOf(theirs), body, token)).status]).toEqual([method, 401]);
    expect((await server.oidc.apps.get(String(theirs.body.client_id)))?.metadata.client_name).toBe('Theirs');
    expect((await call('GET', uriOf(theirs), undefined, tokenOf(theirs))).status).toBe(200);
    // RFC 7592 §2: a token that was tried at another's address has ended.
    expect((await call('GET', uriOf(mine), undefined, tokenOf(mine))).status).toBe(401);
  });

  it('security (b) Disabled entity still works: who was suspended cannot read, change or list herself again', async () => {
    const made = await register();
    const id = String(made.body.client_id);
    await server.oidc.apps.setState(id, 'suspended');
    expect((await call('GET', uriOf(made), undefined, tokenOf(made))).status).toBe(401);
    expect((await replace(made, { client_name: 'Back' })).status).toBe(401);
    expect((await call('DELETE', uriOf(made), undefined, tokenOf(made))).status).toBe(401);
    expect(await server.oidc.apps.get(id)).toMatchObject({
      state: 'suspended',
      metadata: { client_name: 'Own' },
    });
  });

  it('security (b) Disabled entity still works: a scope that an app loses is dead in what it was given before', async () => {
    const made = await register({
      scope: 'openid profile phone offline_access',
      grant_types: ['authorization_code', 'refresh_token'],
    });
    const { body: tokens } = await signIn(made, 'openid profile phone offline_access');
    expect((await userinfo(tokens.access_token)).body.phone_number).toBe(samplePerson.phone);
    // A mere change of words is no cut.
    const same = {
      scope: 'openid profile phone offline_access',
      grant_types: ['authorization_code', 'refresh_token'],
    };
    expect((await replace(made, { ...same, client_name: 'Renamed' })).status).toBe(200);
    expect((await userinfo(tokens.access_token)).status).toBe(200);

    expect((await replace(made, { ...same, scope: 'openid profile offline_access' })).status).toBe(200);
    expect((await userinfo(tokens.access_token)).status).toBe(401);
    const again = await fetch(`${server.baseUrl}/token`, {
      method: 'POST',
      headers: basic(made),
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: String(tokens.refresh_token) }),
    });
    expect(((await again.json()) as { error: string }).error).toBe('invalid_grant');
  });

  it('security (b) Disabled entity still works: the same when the operator takes it away', async () => {
    const made = await register({ scope: 'openid phone' });
    const { body: tokens } = await signIn(made, 'openid phone');
    const id = String(made.body.client_id);
    const { metadata } = (await server.oidc.apps.get(id))!;
    await server.oidc.apps.change(id, { ...metadata, scope: 'openid' });
    expect((await userinfo(tokens.access_token)).status).toBe(401);
  });

  it('security (b) Disabled entity still works: what is taken from an app while a person signs in is not given', async () => {
    const scope = 'openid profile phone';
    for (const cut of [
      { scope: 'openid profile' },
      { scope, redirect_uris: ['https://own.example.test/other'] },
    ]) {
      const made = await register({ scope });
      const { browser, url } = begin(made, scope);
      let page = await browser.open(url.href);
      page = await browser.signIn(page, person.loginName, person.password);
      expect(page.text).toContain('/consent"');
      expect((await replace(made, cut)).status).toBe(200);
      page = await browser.submit(page, '/consent', { decision: 'agree' });
      const { searchParams } = new URL(page.url);
      expect([cut, searchParams.get('code')]).toEqual([cut, null]);
      // Told where the address is still the app's; else a page of ours.
      if ('redirect_uris' in cut) expect(page.status).toBe(400);
      else expect(searchParams.get('error')).toBe('invalid_scope');
    }
  });

  it('security (c) 18: a code that is out when its address is taken off the list is good for the app itself alone', async () => {
    const made = await register({ scope: 'openid' });
    const { browser, url } = begin(made, 'openid');
    const callback = await walkThrough(browser, { url, checks: {} }, person);
    const other = 'https://own.example.test/other';
    expect((await replace(made, { redirect_uris: [other], scope: 'openid' })).status).toBe(200);
    expect((await redeem(made, callback, other)).body.error).toBe('invalid_grant');
    expect((await redeem(made, callback)).status).toBe(200);
  });

  it('security (c) 27: an app’s metadata can be as odd as it likes: it is refused or taken, and never a failure of ours', async () => {
    const odd = [
      null,
      0,
      -1,
      true,
      '',
      'a\u0000b',
      '\ud800',
      'a\r\nset-cookie: x=y',
      '=cmd|x',
      '{"$ne":1}',
      'https://[',
      [],
      [null],
      [[]],
      [{}],
      ['a\u0000b'],
      ['https://['],
      {},
      { $ne: 1 },
      { keys: null },
      { keys: [null] },
      { keys: [{ kty: 'EC' }] },
      { keys: [{ kty: 'RSA', n: 'AQAB', e: 'AQAB' }] },
    ];
    const members = Object.keys((await register()).body).concat(
      ['logo_uri', 'policy_uri', 'tos_uri', 'client_uri', 'contacts', 'jwks', 'jwks_uri', 'request_uris'],
      ['sector_identifier_uri', 'backchannel_logout_uri', 'default_max_age', 'default_acr_values', 'scope'],
      [
        'post_logout_redirect_uris',
        'initiate_login_uri',
        'onecert_profile',
        'onecert_pkce',
        'software_statement',
      ],
      [
        'id_token_encrypted_response_alg',
        'response_modes',
        'dpop_bound_access_tokens',
        '__proto__',
        'constructor',
      ],
    );
    const failures: unknown[] = [];
    for (const member of new Set(members)) {
      for (const value of odd) {
        const own = `${JSON.stringify(member)}:${JSON.stringify(value)}`;
        const body = `{"client_name":"x","redirect_uris":["${redirectUri}"],${own}}`;
        const made = await call('POST', `${server.baseUrl}/reg`, JSON.parse(body));
        if (![201, 400].includes(made.status)) failures.push([member, value, made.status]);
        if (made.status !== 201) continue;
        const { status } = await fetch(begin(made, 'openid').url, { redirect: 'manual' });
        if (![303, 400].includes(status)) failures.push([member, value, '/auth', status]);
      }
    }
    expect(failures).toEqual([]);
  }, 60_000);

  it('security (c) 28: an id in the address is an id: operators, paths and other spellings find nothing', async () => {
    const made = await register();
    const id = String(made.body.client_id);
    for (const odd of [
      '[$ne]',
      '%7B%22$ne%22:1%7D',
      `${id}%00`,
      `${id.toUpperCase()}`,
      `${id}%20`,
      '..%2freg',
      '__proto__',
      'x'.repeat(5000),
    ]) {
      const { status } = await call('GET', `${server.baseUrl}/reg/${odd}`, undefined, tokenOf(made));
      expect([odd, [400, 401, 404, 414].includes(status)]).toEqual([odd, true]);
    }
  });

  it('security (c) 2: a private key in an app’s jwks is not taken', async () => {
    const { privateKey } = await newKeys('ES256');
    const jwks = { keys: [{ ...(await exportJWK(privateKey)), use: 'sig' }] };
    const made = await register({ jwks, token_endpoint_auth_method: 'private_key_jwt' });
    expect([made.status, made.body.error]).toEqual([400, 'invalid_client_metadata']);
    expect(server.log()).not.toContain(jwks.keys[0]!.d);
  });

  it('security (b) mTLS client confusion: a certificate said to be there by a header is nobody', async () => {
    for (const token_endpoint_auth_method of ['tls_client_auth', 'self_signed_tls_client_auth'])
      expect(
        (await register({ token_endpoint_auth_method, tls_client_auth_subject_dn: 'CN=x' })).status,
      ).toBe(400);
    const made = await register();
    for (const name of ['x-ssl-client-cert', 'x-forwarded-client-cert', 'client-cert', 'x-client-verify']) {
      const answer = await fetch(`${server.baseUrl}/token/introspection`, {
        method: 'POST',
        headers: { [name]: 'SUCCESS' },
        body: new URLSearchParams({ client_id: String(made.body.client_id), token: 'x' }),
      });
      expect([name, answer.status]).toEqual([name, 401]);
    }
  });

  it('security (b) Scope/consent bypass: a public app gets no token without a person', async () => {
    const grant_types = ['authorization_code', 'client_credentials'];
    const made = await register({ token_endpoint_auth_method: 'none', grant_types });
    expect([made.status, made.body.error]).toEqual([400, 'invalid_client_metadata']);
  });
});

describe('attacks on registration by initial access token', () => {
  let server: TestServer;
  let ahead = 0;
  beforeAll(async () => {
    server = await startTestServer({
      clock: { now: () => Date.now() + ahead * 1000 },
      oidc: { registration: { mode: 'token', scopes } },
    });
  });
  afterAll(() => server.close());

  const register = (token: unknown) =>
    call('POST', `${server.baseUrl}/reg`, { client_name: 'Own', redirect_uris: [redirectUri] }, token);

  it('security (b) Disabled entity still works: one that has expired registers nothing', async () => {
    const initial = await server.oidc.registrationToken(60);
    expect((await register(initial)).status).toBe(201);
    ahead = 80;
    expect((await register(initial)).status).toBe(401);
    ahead = 0;
  });

  it('security (c) 27: the token of one app registers no other, and the one that registers manages none', async () => {
    const initial = await server.oidc.registrationToken(60);
    const made = await register(initial);
    expect((await register(made.body.registration_access_token)).status).toBe(401);
    const uri = String(made.body.registration_client_uri);
    for (const method of ['GET', 'DELETE'])
      expect((await call(method, uri, undefined, initial)).status).toBe(401);
    expect((await register(initial)).status).toBe(201);
  });
});

describe('attacks where an ID token may come with the answer', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ oidc: { registration: { mode: 'open', scopes, implicit: true } } });
    await addPerson(server.accounts);
  });
  afterAll(() => server.close());

  const register = (over: object) =>
    call('POST', `${server.baseUrl}/reg`, { client_name: 'Own', redirect_uris: [redirectUri], ...over });
  const ofAnswer = { response_types: ['id_token'], grant_types: ['implicit'] };
  const open = (made: Answer, over: Record<string, string>) => {
    const { client_id } = made.body as { client_id: string };
    const query = {
      client_id,
      response_type: 'id_token',
      redirect_uri: redirectUri,
      nonce: 'n',
      scope: 'openid phone',
    };
    const browser = new TestBrowser((url) => url.hostname === 'own.example.test');
    return { browser, url: `${server.baseUrl}/auth?${new URLSearchParams({ ...query, ...over })}` };
  };
  const errorAt = async (made: Answer, over: Record<string, string>): Promise<string> => {
    const { browser, url } = open(made, over);
    const { headers } = await browser.request(url);
    return String(headers.get('location'));
  };

  it('security (c) 6, (b) Disabled flow re-enabled: only who registered for it, with a nonce, never in a query', async () => {
    const code = await register({});
    for (const response_type of ['id_token', 'id_token token', 'token', 'code id_token'])
      expect(await errorAt(code, { response_type })).toMatch(/^[^?#]+[?#]error=\w+/);
    const made = await register(ofAnswer);
    expect(made.status).toBe(201);
    const odd: Record<string, string>[] = [
      { nonce: '' },
      { response_mode: 'query' },
      { response_type: 'id_token token' },
      { response_type: 'code' },
    ];
    for (const over of odd)
      expect([over, await errorAt(made, over)]).toEqual([
        over,
        expect.stringMatching(/^[^?#]+[?#]error=\w+/),
      ]);
    expect((await register({ ...ofAnswer, onecert_profile: 'high' })).status).toBe(400);
  });

  it('security (c) 13: it holds no name, phone or number, whatever is asked for', async () => {
    const made = await register({ ...ofAnswer, scope: 'openid phone profile' });
    const claims = JSON.stringify({
      id_token: { phone_number: { essential: true }, name: null, document_number: null },
    });
    const { browser, url } = open(made, { scope: 'openid phone profile', claims });
    const callback = await walkThrough(browser, { url: new URL(url), checks: {} }, person);
    const token = new URLSearchParams(new URL(callback).hash.slice(1)).get('id_token')!;
    const told = Buffer.from(token.split('.')[1]!, 'base64url').toString();
    expect(JSON.parse(told)).toMatchObject({ aud: made.body.client_id, nonce: 'n' });
    expect(told).not.toMatch(/phone_number|"name"|document/);
    for (const secret of [samplePerson.phone, samplePerson.name, samplePerson.documentNumber])
      expect(told).not.toContain(secret);
  });
});
