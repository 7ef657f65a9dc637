import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import {
  createSandboxClient,
  type SandboxApp,
  type SandboxClient,
  type SandboxRegistration,
} from '../../src/sandbox/index.ts';
import { startSandbox } from './sandbox-app.ts';
import { type RunningApp, startApp } from './start-app.ts';
import { type Started, walkThrough } from './test-app.ts';
import { TestBrowser } from './test-browser.ts';

const redirectUri = 'http://localhost:1/callback';

let sandbox: RunningApp;
let portal: SandboxClient;
beforeAll(async () => {
  sandbox = await startSandbox();
  const { registrationTokenFile } = sandbox.core.config.sandbox;
  portal = createSandboxClient({
    baseUrl: sandbox.baseUrl,
    token: async () => readFileSync(registrationTokenFile, 'utf8').trim(),
    fetch,
  });
}, 60_000);
afterAll(() => sandbox?.stop());

const draft = {
  client_name: '测试应用 Draft',
  redirect_uris: [redirectUri],
  scope: 'openid profile document offline_access driving_licence item:driving-licence-renewal',
  grant_types: ['authorization_code', 'refresh_token'],
};

describe('an app in the sandbox, kept by the province’s portal', () => {
  let app: SandboxApp & { registration: SandboxRegistration };

  it('is registered by the token that the sandbox leaves for the portal, and by nothing else', async () => {
    const { registrationTokenFile } = sandbox.core.config.sandbox;
    expect(statSync(registrationTokenFile).mode & 0o777).toBe(0o600);
    app = await portal.register(draft);
    expect(app.clientSecret).toMatch(/^[\w-]{43}$/);
    expect(app.metadata).toMatchObject({
      client_id: app.registration.clientId,
      client_name: draft.client_name,
    });
    const asked = draft.scope.split(' ').sort();
    expect(String(app.metadata.scope).split(' ').sort()).toEqual(asked);
    expect(JSON.stringify(app.metadata)).not.toContain(app.clientSecret);
    expect(JSON.stringify(app.metadata)).not.toContain(app.registration.accessToken);
    expect(await sandbox.core.apps.get(app.registration.clientId)).toMatchObject({ state: 'listed' });
    const stranger = createSandboxClient({ baseUrl: sandbox.baseUrl, token: async () => 'guess', fetch });
    await expect(stranger.register(draft)).rejects.toMatchObject({ code: 'sandbox_unavailable' });
  });

  it('tells the portal when it has signed somebody in there', async () => {
    expect((await portal.read(app.registration))?.signedInAt).toBeUndefined();
    const { clientId } = app.registration;
    const auth = client.ClientSecretBasic(app.clientSecret!);
    const config = await client.discovery(
      new URL(sandbox.baseUrl),
      clientId,
      { id_token_signed_response_alg: String(app.metadata.id_token_signed_response_alg) },
      auth,
      { execute: [client.allowInsecureRequests] },
    );
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid profile',
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    });
    const started: Started = { url, checks: { pkceCodeVerifier } };
    const callback = await walkThrough(new TestBrowser((to) => to.href.startsWith(redirectUri)), started, {
      loginName: (await sandbox.core.samplePerson('lin'))!.phone!,
      password: sandbox.passwordOf('lin'),
    });
    const before = Math.floor(Date.now() / 1000);
    // A code that is refused is no sign-in.
    const wrong = { pkceCodeVerifier: client.randomPKCECodeVerifier() };
    await expect(client.authorizationCodeGrant(config, new URL(`${callback}x`), wrong)).rejects.toThrow();
    expect((await portal.read(app.registration))?.signedInAt).toBeUndefined();
    await client.authorizationCodeGrant(config, new URL(callback), started.checks);
    const { signedInAt } = (await portal.read(app.registration))!;
    expect(signedInAt).toBeGreaterThanOrEqual(before);
  });

  it('is changed in whole and keeps its id, its secret and the time of its sign-in', async () => {
    const changed = await portal.change(app.registration, { ...draft, client_name: '改名 Renamed' });
    expect(changed).toMatchObject({
      metadata: { client_id: app.registration.clientId, client_name: '改名 Renamed' },
    });
    expect(changed?.clientSecret).toBeUndefined();
    expect((await portal.read(app.registration))?.signedInAt).toBeDefined();
    const { secrets } = (await sandbox.core.apps.get(app.registration.clientId))!;
    expect(secrets).toHaveLength(1);
  });

  it('brings back the sandbox’s sentence when the metadata is refused', async () => {
    const over = { redirect_uris: ['http://elsewhere.example/callback'] };
    for (const attempt of [
      () => portal.register({ ...draft, ...over }),
      () => portal.change(app.registration, { ...draft, ...over }),
    ]) {
      await expect(attempt()).rejects.toMatchObject({
        code: 'invalid_request',
        detail: expect.stringMatching(/redirect URI/),
      });
    }
  });

  it('is gone after it was removed, and removing it again does nothing', async () => {
    await portal.remove(app.registration);
    await portal.remove(app.registration);
    expect(await portal.read(app.registration)).toBeUndefined();
    expect(await portal.change(app.registration, draft)).toBeUndefined();
  });
});

describe('the way into the sandbox', () => {
  it('is open in a province that has one, by its settings alone', async () => {
    const province = await startApp({ ONECERT_SANDBOX_BASE_URL: sandbox.baseUrl });
    try {
      expect(province.core.sandbox?.baseUrl).toBe(sandbox.baseUrl);
      const home = await fetch(`${province.baseUrl}/`, { headers: { accept: 'text/html' } });
      expect(await home.text()).toContain(`<a href="${sandbox.baseUrl}"`);
      expect(sandbox.core.sandbox).toBeUndefined();
      // The token file is not there yet: the portal can say so and try again later.
      await expect(province.core.sandbox!.register(draft)).rejects.toMatchObject({
        code: 'sandbox_unavailable',
      });
      const { registrationTokenFile, dataDir } = province.core.config.sandbox;
      expect(existsSync(dataDir)).toBe(false);
      mkdirSync(dataDir);
      writeFileSync(registrationTokenFile, await sandbox.core.oidc.registrationToken(60));
      const { registration } = await province.core.sandbox!.register(draft);
      expect(await sandbox.core.apps.get(registration.clientId)).toBeDefined();
      expect(await province.core.apps.get(registration.clientId)).toBeUndefined();
    } finally {
      await province.stop();
    }
  }, 60_000);

  it('leads into no issuer that is not a sandbox', async () => {
    const province = await startApp();
    try {
      const wrong = createSandboxClient({ baseUrl: province.baseUrl, token: async () => 'any', fetch });
      await expect(wrong.register(draft)).rejects.toMatchObject({ code: 'sandbox_unavailable' });
      expect((await province.core.apps.list()).some(({ source }) => source === 'registration')).toBe(false);
    } finally {
      await province.stop();
    }
  }, 60_000);

  it('carries a token to no other host, and does not follow one', async () => {
    const seen: (string | undefined)[] = [];
    const other: Server = createServer((req, res) => {
      seen.push(req.headers.authorization);
      res.writeHead(302, { location: sandbox.baseUrl }).end();
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const planted = { clientId: 'x', uri: `${origin}/reg/x`, accessToken: 'secret' };
    await expect(portal.read(planted)).rejects.toMatchObject({ code: 'sandbox_unavailable' });
    expect(seen).toEqual([]);
    const misled = createSandboxClient({ baseUrl: origin, token: async () => 'secret', fetch });
    await expect(misled.register(draft)).rejects.toMatchObject({ code: 'sandbox_unavailable' });
    expect(seen).toEqual([undefined]);
    await new Promise((resolve) => other.close(resolve));
  });
});
