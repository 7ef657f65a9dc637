import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { appSpec } from '../../src/oidc/apps/app.ts';
import { addApp, type TestApp, walkThrough } from './test-app.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';

const person = { loginName: samplePerson.phone, password: samplePerson.password };

describe('the registry of apps', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
    await addPerson(server.accounts);
  });
  afterAll(() => server.close());

  const signIn = async (app: TestApp) => {
    const started = await app.start({ scope: 'openid profile offline_access', prompt: 'consent' });
    return app.redeem(await walkThrough(app.browser(), started, person), started);
  };
  const post = async (app: TestApp, path: string, fields: Record<string, string>, secret?: string) => {
    const credentials = Buffer.from(`${app.clientId}:${secret ?? app.clientSecret}`).toString('base64');
    const answer = await fetch(`${server.baseUrl}${path}`, {
      method: 'POST',
      headers: { authorization: `Basic ${credentials}` },
      body: new URLSearchParams(fields),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };

  it('ZZD-3 security (b) Disabled entity still works: a suspended app gets no token, what it had is dead, and stays dead when it is listed again', async () => {
    const app = await addApp(server, {
      scope: 'openid profile offline_access',
      grant_types: ['authorization_code', 'refresh_token'],
    });
    const tokens = await signIn(app);
    const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token! };
    const bearer = { headers: { authorization: `Bearer ${tokens.access_token}` } };
    expect((await fetch(`${server.baseUrl}/me`, bearer)).status).toBe(200);

    await server.oidc.apps.setState(app.clientId, 'suspended');
    expect((await fetch(`${server.baseUrl}/me`, bearer)).status).toBe(401);
    expect((await post(app, '/token', refresh)).body.error).toBe('invalid_client');
    expect((await post(app, '/token/introspection', { token: tokens.access_token })).body.error).toBe(
      'invalid_client',
    );
    expect((await app.browser().request((await app.start()).url.href)).status).toBe(400);

    await server.oidc.apps.setState(app.clientId, 'listed');
    expect((await fetch(`${server.baseUrl}/me`, bearer)).status).toBe(401);
    expect((await post(app, '/token', refresh)).body.error).toBe('invalid_grant');
    expect((await post(app, '/token/introspection', { token: tokens.access_token })).body).toEqual({
      active: false,
    });
    // Tokens of this second are dead too: it works again from the next one.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const again = await signIn(app);
    await client.fetchUserInfo(app.config, again.access_token, again.claims()!.sub);
  });

  it('a code of an app that is suspended meanwhile buys nothing', async () => {
    const app = await addApp(server);
    const started = await app.start();
    const callback = await walkThrough(app.browser(), started, person);
    await server.oidc.apps.setState(app.clientId, 'suspended');
    await server.oidc.apps.setState(app.clientId, 'listed');
    await expect(app.redeem(callback, started)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('two secrets work side by side, a third is refused, and an ended one works no more', async () => {
    const app = await addApp(server, { grant_types: ['client_credentials'] });
    const works = async (secret: string) =>
      (await post(app, '/token', { grant_type: 'client_credentials' }, secret)).status;
    const second = await server.oidc.apps.addSecret(app.clientId);
    expect([await works(app.clientSecret!), await works(second)]).toEqual([200, 200]);
    await expect(server.oidc.apps.addSecret(app.clientId)).rejects.toMatchObject({ code: 'conflict' });
    const [first] = (await server.oidc.apps.get(app.clientId))!.secrets;
    await server.oidc.apps.endSecret(app.clientId, first!.id);
    expect([await works(app.clientSecret!), await works(second)]).toEqual([401, 200]);
    expect(JSON.stringify(await server.oidc.apps.get(app.clientId))).not.toContain(second);
  });

  it('a retired app does not come back', async () => {
    const app = await addApp(server);
    await server.oidc.apps.setState(app.clientId, 'retired');
    await expect(server.oidc.apps.setState(app.clientId, 'listed')).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('new metadata counts at once, and the host that decides who a person is stays', async () => {
    const app = await addApp(server, { host: 'stays.example.test' });
    const { metadata } = (await server.oidc.apps.get(app.clientId))!;
    const redirect_uris = ['https://stays.example.test/other'];
    await server.oidc.apps.change(app.clientId, { ...metadata, redirect_uris });
    expect((await app.browser().request((await app.start()).url.href)).status).toBe(400);
    const moved = { ...metadata, redirect_uris: ['https://moved.example.test/callback'] };
    await expect(server.oidc.apps.change(app.clientId, moved)).rejects.toMatchObject({
      code: 'invalid_request',
    });
    await expect(
      server.oidc.apps.change(app.clientId, { ...metadata, firstParty: true } as never),
    ).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('brings an app of the province up to what is shipped: a certificate type more is a scope more', async () => {
    const shipped = {
      clientId: 'shipped-app',
      client_name: 'Shipped',
      redirect_uris: ['https://shipped.example.test/'],
      token_endpoint_auth_method: 'none' as const,
      firstParty: true,
    };
    const { ensure, get } = server.oidc.apps;
    await ensure({ ...shipped, scope: 'openid' });
    const first = (await get('shipped-app'))!;
    await ensure({ ...shipped, scope: 'openid' });
    expect(await get('shipped-app')).toEqual(first);
    await ensure({ ...shipped, scope: 'openid profile' });
    expect(await get('shipped-app')).toMatchObject({
      firstParty: true,
      source: 'province',
      sector: first.sector,
      metadata: { scope: 'openid profile' },
    });
    expect((await get('shipped-app'))!.tokensFrom).toBeUndefined();
  });

  it('carries an app of the first version over', () => {
    const old = {
      id: 'app-1',
      name: 'Old',
      type: 'confidential',
      redirectUris: ['https://old.example.test/cb'],
      postLogoutRedirectUris: [],
      scopes: ['openid', 'profile'],
      grantTypes: ['authorization_code'],
      pkce: 'optional',
      firstParty: false,
      idTokenAlg: 'RS256',
      sector: 'old.example.test',
      homeUri: 'https://old.example.test/',
      secretHash: 'aGFzaGhhc2g',
      createdAt: 5,
    };
    expect(appSpec.migrations![1]!(old)).toEqual({
      id: 'app-1',
      state: 'listed',
      profile: 'standard',
      source: 'operator',
      firstParty: false,
      pkce: 'optional',
      sector: 'old.example.test',
      metadata: {
        client_name: 'Old',
        redirect_uris: ['https://old.example.test/cb'],
        post_logout_redirect_uris: [],
        scope: 'openid profile',
        grant_types: ['authorization_code'],
        id_token_signed_response_alg: 'RS256',
        token_endpoint_auth_method: 'client_secret_basic',
        client_uri: 'https://old.example.test/',
      },
      secrets: [{ id: 'aGFzaGhh', hash: 'aGFzaGhhc2g', createdAt: 5 }],
      createdAt: 5,
    });
  });
});
