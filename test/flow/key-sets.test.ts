import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { exportJWK, type JWK } from 'jose';
import { createOutgoing } from '../../src/outgoing/index.ts';
import { addKeyApp, type KeyApp, newKeys } from './key-app.ts';
import { startTestServer, type TestServer } from './test-server.ts';

describe('an app that publishes its keys (jwks_uri, security (c) 20)', () => {
  let server: TestServer;
  let published: Server;
  let app: KeyApp;
  let jwks: { keys: JWK[] } = { keys: [] };
  let answering = true;
  const asked: string[] = [];
  beforeAll(async () => {
    published = createServer((req, res) => {
      asked.push(req.url!);
      res.statusCode = answering ? 200 : 503;
      res.end(JSON.stringify(jwks));
    });
    published.listen(0, '127.0.0.1');
    await once(published, 'listening');
    const uri = `http://127.0.0.1:${(published.address() as AddressInfo).port}/jwks`;
    const outgoing = createOutgoing({ hosts: [new URL(uri).host] });
    server = await startTestServer({ oidc: { outgoing } });
    app = await addKeyApp(
      { baseUrl: server.baseUrl, apps: server.oidc.apps },
      { metadata: { jwks_uri: uri, jwks: undefined as never } },
    );
    jwks = { keys: [{ ...(await exportJWK(app.keys.publicKey)), kid: 'one' }] };
  });
  afterAll(async () => {
    await server.close();
    published.close();
  });
  const ask = async (assertion: string) =>
    (await app.post('/token/introspection', { token: 'x' }, { assertion })).status;

  it('is known by them, which are fetched once a minute at most', async () => {
    expect(await ask(await app.assertion())).toBe(200);
    expect(await ask(await app.assertion())).toBe(200);
    expect(asked).toEqual(['/jwks']);
    const stranger = await newKeys('ES256');
    for (let tries = 0; tries < 20; tries += 1)
      expect(await ask(await app.assertion({ key: stranger, header: { kid: `made-up-${tries}` } }))).toBe(
        401,
      );
    expect(asked).toEqual(['/jwks']);
  });

  it('changes them without telling us: a new one counts within a minute, and the old one no more', async () => {
    const next = await newKeys('ES256');
    jwks = { keys: [{ ...(await exportJWK(next.publicKey)), kid: 'two' }] };
    const at = Date.now.bind(Date);
    jest.spyOn(Date, 'now').mockImplementation(() => at() + 61_000);
    expect(await ask(await app.assertion({ key: next, header: { kid: 'two' } }))).toBe(200);
    expect(await ask(await app.assertion())).toBe(401);
    jest.restoreAllMocks();
  });

  it('is refused, and nothing is broken, while they cannot be had', async () => {
    answering = false;
    const at = Date.now.bind(Date);
    jest.spyOn(Date, 'now').mockImplementation(() => at() + 300_000);
    const status = await ask(await app.assertion({ key: await newKeys('ES256'), header: { kid: 'three' } }));
    expect([400, 401]).toContain(status);
    jest.restoreAllMocks();
    answering = true;
  });
});
