import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { addApp, walkThrough } from './test-app.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';

const person = { loginName: samplePerson.phone, password: samplePerson.password };

describe('the code flow', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
    await addPerson(server.accounts);
  });
  afterAll(() => server.close());

  it('signs a person in to an app, with PKCE, state and nonce, and tells userinfo what she agreed to', async () => {
    const app = await addApp(server);
    const started = await app.start();
    const tokens = await app.redeem(await walkThrough(app.browser(), started, person), started);
    const claims = tokens.claims()!;
    expect(claims).toMatchObject({
      iss: server.baseUrl,
      aud: app.clientId,
      acr: 'urn:onecert:acr:p2a1',
      amr: ['pwd'],
    });
    const info = await client.fetchUserInfo(app.config, tokens.access_token, claims.sub);
    expect(info).toMatchObject({ sub: claims.sub, name: samplePerson.name, proofing_level: 2 });
  });
});
