/** One-time things are used once though two instances are asked in turn: whatever store they share. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { describeWith } from '../contract/server-suites.ts';
import { addKeyApp, dpopProof, type KeyApp, newKeys } from '../flow/key-app.ts';
import { walkThrough } from '../flow/test-app.ts';
import { type HttpsApp, startHttpsApp } from './tls-front.ts';

const describeInstances = (store: string, env: () => NodeJS.ProcessEnv): void => {
  describe(`two instances on ${store}, asked in turn`, () => {
    let server: HttpsApp;
    let app: KeyApp;
    let stopped: number | undefined;
    let person: { loginName: string; password: string };
    beforeAll(async () => {
      server = await startHttpsApp(env(), {
        instances: 2,
        clock: { now: () => stopped ?? Date.now() },
      });
      const { core, front } = server;
      app = await addKeyApp(
        { baseUrl: front.origin, apps: core.apps, fetch: front.fetch },
        { metadata: { grant_types: ['authorization_code', 'refresh_token'] } },
      );
      const { documentNumber } = (await core.samplePerson('lin'))!;
      person = { loginName: documentNumber, password: server.passwordOf('lin') };
    }, 90_000);
    afterAll(() => server.stop());

    const signIn = async () => {
      const started = await app.start({ scope: 'openid profile offline_access', prompt: 'consent' });
      const DPoP = client.getDPoPHandle(app.config, await client.randomDPoPKeyPair('ES256'));
      const callback = await walkThrough(app.browser(), started, person);
      return { tokens: await app.redeem(callback, started, { DPoP }), DPoP };
    };
    const statuses = (answers: { status: number }[]) => answers.map(({ status }) => status).sort();

    it('take an assertion once (security (c) 20)', async () => {
      const assertion = await app.assertion();
      const ask = () => app.post('/token/introspection', { token: 'x' }, { assertion });
      const answers = await Promise.all(Array.from({ length: 6 }, ask));
      expect(statuses(answers)).toEqual([200, 401, 401, 401, 401, 401]);
      expect((await ask()).status).toBe(401);
    });

    it('take a DPoP proof once (security (c) 21)', async () => {
      const started = await app.start();
      const callback = new URL(await walkThrough(app.browser(), started, person));
      const keys = await newKeys('ES256');
      const at = { htm: 'POST', htu: `${server.front.origin}/token` };
      const given = await app.post(
        '/token',
        {
          grant_type: 'authorization_code',
          code: callback.searchParams.get('code')!,
          redirect_uri: app.redirectUri,
          code_verifier: started.checks.pkceCodeVerifier!,
        },
        { headers: { dpop: await dpopProof(keys, at) } },
      );
      const token = given.body.access_token as string;
      const url = `${server.front.origin}/me`;
      const dpop = await dpopProof(keys, { htm: 'GET', htu: url, token });
      const ask = () => app.send(url, { headers: { authorization: `DPoP ${token}`, dpop } });
      const answers = await Promise.all(Array.from({ length: 6 }, ask));
      expect(statuses(answers)).toEqual([200, 401, 401, 401, 401, 401]);
    });

    it('redeem a code once, and count it as stolen the second time (security (c) 18)', async () => {
      const started = await app.start();
      const callback = new URL(await walkThrough(app.browser(), started, person));
      const fields = {
        grant_type: 'authorization_code',
        code: callback.searchParams.get('code')!,
        redirect_uri: app.redirectUri,
        code_verifier: started.checks.pkceCodeVerifier!,
      };
      const answers = await Promise.all(Array.from({ length: 6 }, () => app.post('/token', fields)));
      expect(statuses(answers)).toEqual([200, 400, 400, 400, 400, 400]);
    });

    it('give a refresh token one successor, however often and wherever it is presented (security (c) 19)', async () => {
      const { tokens, DPoP } = await signIn();
      // Five seconds are five seconds, however long a busy machine takes for them.
      stopped = Date.now();
      const refresh = (token: string) => client.refreshTokenGrant(app.config, token, undefined, { DPoP });
      const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(tokens.refresh_token!)));
      const [successor, ...others] = new Set(answers.map(({ refresh_token: next }) => next));
      expect(others).toEqual([]);
      stopped = undefined;
      expect((await refresh(successor!)).refresh_token).not.toBe(successor);
    });
  });
};

describeInstances('SQLite', () => ({ MONGODB_URL: '', REDIS_URL: '' }));

describeWith('MONGODB_URL', 'two instances on MongoDB', (mongodbUrl) => {
  describeWith('REDIS_URL', 'two instances on MongoDB and Redis', (redisUrl) => {
    describeInstances('MongoDB and Redis', () => {
      const url = new URL(mongodbUrl);
      url.pathname = `/instances_${randomUUID().slice(0, 8)}`;
      return { MONGODB_URL: url.href, REDIS_URL: redisUrl };
    });
  });
});
