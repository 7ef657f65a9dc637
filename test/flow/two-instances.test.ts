import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { projectDir } from '../../src/config.ts';
import { readSamplePeople } from '../../src/credentials/index.ts';
import { freePort, ServerProcess } from '../../src/tour/server-process.ts';
import { describeWith } from '../contract/server-suites.ts';
import { jsonOf } from './own-server.ts';
import { type RoundRobin, startRoundRobin } from './round-robin.ts';
import { walkThrough } from './test-app.ts';
import { TestBrowser } from './test-browser.ts';

const redirectUri = 'https://two.example.test/callback';
const scope = 'openid profile offline_access';

interface Registered {
  client_id: string;
  client_secret: string;
}

/** Each request of these tests is answered by another process than the one before. */
const describeTwoInstances = (env: () => Record<string, string>): void => {
  const instances: string[] = [];
  const processes: ServerProcess[] = [];
  let dataDir: string;
  let front: RoundRobin;
  let config: client.Configuration;
  let secret: string;
  let person: { loginName: string; password: string };

  beforeAll(async () => {
    front = await startRoundRobin(instances);
    dataDir = mkdtempSync(join(tmpdir(), 'onecert-two-'));
    for (let count = 0; count < 2; count += 1) {
      const port = await freePort();
      const server = new ServerProcess(projectDir, port, dataDir, { ...env(), BASE_URL: front.baseUrl });
      await server.start();
      processes.push(server);
      instances.push(server.baseUrl);
    }
    const like = ['--name', 'Two', '--redirect', redirectUri, '--scope', 'profile', '--json'];
    const made = jsonOf<Registered>(await processes[0]!.onecert('app', 'add', ...like));
    secret = made.client_secret;
    config = await client.discovery(
      new URL(front.baseUrl),
      made.client_id,
      { id_token_signed_response_alg: 'ES256' },
      client.ClientSecretBasic(secret),
      { execute: [client.allowInsecureRequests] },
    );
    const people = JSON.parse(readFileSync(join(dataDir, 'sample-people.json'), 'utf8')) as {
      id: string;
      password: string;
    }[];
    const { phone } = readSamplePeople(join(projectDir, 'config/sample/people.yaml')).find(
      ({ id }) => id === 'wu',
    )!;
    person = { loginName: phone!, password: people.find(({ id }) => id === 'wu')!.password };
  }, 90_000);
  afterAll(async () => {
    for (const server of processes) await server.stop();
    await front.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const browser = (): TestBrowser => new TestBrowser((url) => url.origin === new URL(redirectUri).origin);
  const start = async (parameters: Record<string, string> = {}) => {
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const expectedState = client.randomState();
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope,
      prompt: 'consent',
      state: expectedState,
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      ...parameters,
    });
    return { url, checks: { pkceCodeVerifier, expectedState } };
  };
  const signIn = async (by: TestBrowser, parameters: Record<string, string> = {}) => {
    const { url, checks } = await start(parameters);
    const callback = new URL(await walkThrough(by, { url, checks }, person));
    return { callback, checks, tokens: await client.authorizationCodeGrant(config, callback, checks) };
  };

  it('a sign-in walks from one process to the other: pages, code, session, tokens and their end', async () => {
    const mine = browser();
    const { tokens, callback, checks } = await signIn(mine);
    expect(Math.min(...front.answered)).toBeGreaterThan(3);
    await client.fetchUserInfo(config, tokens.access_token, tokens.claims()!.sub);
    // The session of one is known to the other.
    for (let turn = 0; turn < 4; turn += 1) {
      const again = await start({ prompt: 'none', scope: 'openid profile' });
      expect((await mine.open(again.url.href)).url).toContain('code=');
    }
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token!);
    await expect(client.authorizationCodeGrant(config, callback, checks)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    // The second redemption of the code ended what the first had given, in both.
    for (let turn = 0; turn < 4; turn += 1) {
      const answer = await fetch(`${front.baseUrl}/me`, {
        headers: { authorization: `Bearer ${refreshed.access_token}` },
      });
      expect(answer.status).toBe(401);
    }
  });

  it('security (b) Code/assertion/intent replay: of fifty redemptions in two processes one wins', async () => {
    const { url, checks } = await start();
    const callback = new URL(await walkThrough(browser(), { url, checks }, person));
    const answers = await Promise.allSettled(
      Array.from({ length: 50 }, () => client.authorizationCodeGrant(config, callback, checks)),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('the signing key is rotated under load, and every ID token verifies for an app that keeps the keys', async () => {
    // In life the next key stands there for a quarter of an hour before it signs; here for three seconds.
    const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri!), { cooldownDuration: 500 });
    const verify = async (token: string): Promise<string> => {
      const { protectedHeader } = await jwtVerify(token, keys, { issuer: front.baseUrl });
      return protectedHeader.kid!;
    };
    const seen = new Set<string>();
    const mine = browser();
    const { tokens } = await signIn(mine);
    let refresh = tokens.refresh_token!;
    let stop = false;
    let verified = 0;
    const load = (async () => {
      while (!stop) {
        const next = await client.refreshTokenGrant(config, refresh);
        refresh = next.refresh_token!;
        seen.add(await verify(next.id_token!));
        verified += 1;
      }
    })();
    const rotated = jsonOf<{ kid: string; also_active: string[] }>(
      await processes[0]!.onecert('keys', 'rotate', '--purpose', 'login', '--in', '0.05', '--json'),
    );
    const published = async (): Promise<string[]> =>
      ((await (await fetch(`${front.baseUrl}/jwks`)).json()) as { keys: { kid: string }[] }).keys.map(
        ({ kid }) => kid,
      );
    for (let tries = 0; tries < 200 && !seen.has(rotated.kid); tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(seen.has(rotated.kid)).toBe(true);
    expect(await published()).toEqual(expect.arrayContaining([rotated.kid, ...rotated.also_active]));
    for (const kid of rotated.also_active)
      jsonOf(await processes[1]!.onecert('keys', 'retire', kid, '--json'));
    const before = verified;
    for (let tries = 0; tries < 200 && verified < before + 10; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    stop = true;
    await load;
    expect(verified).toBeGreaterThan(10);
  });
};

describeWith('MONGODB_URL', 'two instances on one MongoDB and one Redis', (mongodbUrl) => {
  describeWith('REDIS_URL', 'behind a front without stickiness', (redisUrl) => {
    const url = new URL(mongodbUrl);
    url.pathname = `/two_${process.pid}_${Date.now()}`;
    describeTwoInstances(() => ({ MONGODB_URL: url.href, REDIS_URL: redisUrl }));
  });
});
