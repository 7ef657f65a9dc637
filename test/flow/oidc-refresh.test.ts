import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { addApp, type TestApp, walkThrough } from './test-app.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';

const person = { loginName: samplePerson.phone, password: samplePerson.password };
const offline = { scope: 'openid profile offline_access', prompt: 'consent' };

describe('refresh tokens (security (c) 19)', () => {
  let server: TestServer;
  let app: TestApp;
  let ahead = 0;
  let stopped: number | undefined;
  beforeAll(async () => {
    server = await startTestServer({ clock: { now: () => (stopped ?? Date.now()) + ahead } });
    await addPerson(server.accounts);
    app = await addApp(server, { grant_types: ['refresh_token'] });
  });
  afterAll(() => server.close());

  const later = (seconds: number): void => {
    ahead += seconds * 1000;
  };

  /** Five seconds are five seconds, however long a busy machine takes for them. */
  const whileClockStands = async (act: () => Promise<void>): Promise<void> => {
    stopped = Date.now();
    try {
      await act();
    } finally {
      stopped = undefined;
    }
  };

  const signIn = async (of: TestApp, options?: client.AuthorizationCodeGrantOptions) => {
    const started = await of.start(offline);
    const callback = await walkThrough(of.browser(), started, person);
    return client.authorizationCodeGrant(of.config, new URL(callback), started.checks, undefined, options);
  };

  const refresh = (of: TestApp, refreshToken: string, options?: client.DPoPOptions) =>
    client.refreshTokenGrant(of.config, refreshToken, undefined, options);

  const refusal = (answer: Promise<unknown>): Promise<string> =>
    answer.then(
      () => 'none',
      (error: client.ResponseBodyError) => error.error,
    );

  const userinfo = async (token: string): Promise<number> =>
    (await fetch(`${server.baseUrl}/me`, { headers: { authorization: `Bearer ${token}` } })).status;

  it('are rotated at each use', async () => {
    const tokens = await signIn(app);
    const next = await refresh(app, tokens.refresh_token!);
    expect(next.refresh_token).not.toBe(tokens.refresh_token);
    expect(await userinfo(next.access_token)).toBe(200);
    later(60);
    expect((await refresh(app, next.refresh_token!)).refresh_token).toBeDefined();
  });

  it('presented fifty times at once get one successor, which works', () =>
    whileClockStands(async () => {
      const tokens = await signIn(app);
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => refresh(app, tokens.refresh_token!)),
      );
      expect(new Set(answers.map(({ refresh_token: next }) => next)).size).toBe(1);
      for (const { access_token: token } of answers.slice(0, 5)) expect(await userinfo(token)).toBe(200);
      later(60);
      expect((await refresh(app, answers[0]!.refresh_token!)).refresh_token).toBeDefined();
    }));

  it('get the same successor when an honest app asks again within five seconds', () =>
    whileClockStands(async () => {
      const tokens = await signIn(app);
      const lost = await refresh(app, tokens.refresh_token!);
      later(4);
      const again = await refresh(app, tokens.refresh_token!);
      expect(again.refresh_token).toBe(lost.refresh_token);
      later(60);
      const third = await refresh(app, again.refresh_token!);
      expect(await userinfo(third.access_token)).toBe(200);
    }));

  it('end their family when an old one comes after five seconds', async () => {
    const tokens = await signIn(app);
    const next = await refresh(app, tokens.refresh_token!);
    later(6);
    expect(await refusal(refresh(app, tokens.refresh_token!))).toBe('invalid_grant');
    expect(await refusal(refresh(app, next.refresh_token!))).toBe('invalid_grant');
    expect(await userinfo(next.access_token)).toBe(401);
  });

  it('end their family when another app presents one', async () => {
    const thief = await addApp(server, { grant_types: ['refresh_token'] });
    const tokens = await signIn(app);
    expect(await refusal(refresh(thief, tokens.refresh_token!))).toBe('invalid_grant');
    expect(await refusal(refresh(app, tokens.refresh_token!))).toBe('invalid_grant');
  });

  it('give another app no successor within the five seconds', () =>
    whileClockStands(async () => {
      const thief = await addApp(server, { grant_types: ['refresh_token'] });
      const tokens = await signIn(app);
      const next = await refresh(app, tokens.refresh_token!);
      expect(await refusal(refresh(thief, tokens.refresh_token!))).toBe('invalid_grant');
      expect(await refusal(refresh(app, next.refresh_token!))).toBe('invalid_grant');
    }));

  it('of a public app that proves no key are good once; a repetition is refused and the family lives', () =>
    whileClockStands(async () => {
      const open = await addApp(server, {
        token_endpoint_auth_method: 'none',
        grant_types: ['refresh_token'],
      });
      const tokens = await signIn(open);
      const answers = await Promise.allSettled(
        Array.from({ length: 12 }, () => refresh(open, tokens.refresh_token!)),
      );
      const won = answers.filter((answer) => answer.status === 'fulfilled');
      expect(won).toHaveLength(1);
      later(4);
      expect(await refusal(refresh(open, tokens.refresh_token!))).toBe('invalid_grant');
      expect((await refresh(open, won[0]!.value.refresh_token!)).refresh_token).toBeDefined();
    }));

  it('of a public app are bound to its key (RFC 9449 §5): the same key gets the same successor, another none', () =>
    whileClockStands(async () => {
      const open = await addApp(server, {
        token_endpoint_auth_method: 'none',
        grant_types: ['refresh_token'],
      });
      const handle = async () => client.getDPoPHandle(open.config, await client.randomDPoPKeyPair('ES256'));
      const DPoP = await handle();
      const tokens = await signIn(open, { DPoP });
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => refresh(open, tokens.refresh_token!, { DPoP })),
      );
      expect(new Set(answers.map(({ refresh_token: next }) => next)).size).toBe(1);
      expect(await refusal(refresh(open, tokens.refresh_token!, { DPoP: await handle() }))).toBe(
        'invalid_grant',
      );
      expect(await refusal(refresh(open, tokens.refresh_token!))).toBe('invalid_grant');
      const next = await refresh(open, answers[0]!.refresh_token!, { DPoP });
      expect(next.token_type).toBe('dpop');
    }));
});
