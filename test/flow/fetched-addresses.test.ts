import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { exportJWK } from 'jose';
import { createOutgoing } from '../../src/outgoing/index.ts';
import { authorityPem, type Canary, openCanary } from '../unit/outgoing/canary.ts';
import { newKeys, now, signJwt } from './key-app.ts';
import { TestBrowser } from './test-browser.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';
import { within } from './test-site.ts';

const redirectUri = 'https://site.example.test/cb';
const person = { loginName: samplePerson.phone, password: samplePerson.password };
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** A name that is a public address when it is looked at and this machine when it is dialled. */
const rebinding = (): (() => Promise<{ address: string; family: number }[]>) => {
  let turns = 0;
  return async () => [
    turns++ === 0 ? { address: '2d00::1', family: 6 } : { address: '127.0.0.1', family: 4 },
  ];
};

describe('security (b) SSRF, (c) 27: every address an app names, over a running server', () => {
  let server: TestServer;
  let canary: Canary;
  let keys: Awaited<ReturnType<typeof newKeys>>;
  /** Of tries to tell an app of a logout. */
  const outcomes: string[] = [];
  let rebind = rebinding();
  const sites: Canary[] = [];
  /** Hosts the operator named. */
  const named: string[] = [];

  beforeAll(async () => {
    canary = await openCanary('http', (_req, res) => res.end('[]'));
    const resolve = async (hostname: string) => {
      if (hostname === 'rebind.example.test') return rebind();
      if (hostname === 'cloud.example.test') return [{ address: '169.254.169.254', family: 4 }];
      if (hostname === 'both.example.test')
        return [
          { address: '2d00::1', family: 6 },
          { address: '10.0.0.1', family: 4 },
        ];
      return [{ address: '127.0.0.1', family: 4 }];
    };
    server = await startTestServer({
      oidc: {
        registration: { mode: 'open', scopes: ['openid', 'profile'] },
        // A new guard for each request: the operator's list is what it is at that moment.
        outgoing: {
          fetch: (...asked) =>
            createOutgoing({ hosts: named, ca: authorityPem, timeoutMs: 600, resolve }).fetch(...asked),
        },
      },
    });
    server.oidc.logouts.start((outcome) => void outcomes.push(outcome));
    keys = await newKeys('ES256');
    await addPerson(server.accounts);
  }, 60_000);
  beforeEach(() => {
    rebind = rebinding();
  });
  afterEach(async () => {
    expect(canary.connections).toBe(0);
    named.length = 0;
    for (const site of sites.splice(0)) await site.close();
  });
  afterAll(async () => {
    await server.oidc.logouts.stop();
    await canary.close();
    await server.close();
  });

  const open = async (listener: RequestListener): Promise<string> => {
    const site = await openCanary('https', listener);
    sites.push(site);
    named.push(`localhost:${site.port}`);
    return `https://localhost:${site.port}/x`;
  };

  const register = async (
    metadata: object,
  ): Promise<{ status: number; body: Record<string, string>; text: string }> => {
    const answer = await fetch(`${server.baseUrl}/reg`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_name: 'x', redirect_uris: [redirectUri], ...metadata }),
    });
    const text = await answer.text();
    return { status: answer.status, body: JSON.parse(text), text };
  };
  const requestOf = (clientId: string, more: Record<string, string> = {}): string =>
    `${server.baseUrl}/auth?${new URLSearchParams({ client_id: clientId, ...more })}`;
  const plain = { response_type: 'code', scope: 'openid', redirect_uri: redirectUri };
  const browserOf = () => new TestBrowser((url) => url.href.startsWith(redirectUri));

  interface Field {
    /** What a site that behaves answers there. */
    good(): Promise<Buffer | string>;
    /** Registers the address and does what makes the server go there; whether what it found there was taken. */
    taken(uri: string): Promise<boolean>;
  }

  const fields: Record<string, Field> = {
    sector_identifier_uri: {
      good: async () => JSON.stringify([redirectUri]),
      async taken(uri) {
        const { status, text } = await register({ sector_identifier_uri: uri });
        expect(text).not.toMatch(/ECONN|EHOST|timed|127\.0\.0\.1:\d+ /);
        return status === 201;
      },
    },
    jwks_uri: {
      good: async () => JSON.stringify({ keys: [{ ...(await exportJWK(keys.publicKey)), use: 'sig' }] }),
      async taken(uri) {
        const made = await register({ jwks_uri: uri, token_endpoint_auth_method: 'private_key_jwt' });
        if (made.status !== 201) return false;
        const id = made.body.client_id!;
        const times = { iat: now(), exp: now() + 60 };
        const claims = { iss: id, sub: id, aud: server.baseUrl, jti: randomUUID(), ...times };
        const answer = await fetch(`${server.baseUrl}/token`, {
          method: 'POST',
          body: new URLSearchParams({
            grant_type: 'authorization_code',
            code: 'x',
            redirect_uri: redirectUri,
            client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
            client_assertion: await signJwt(claims, { alg: 'ES256' }, keys),
          }),
        });
        const body = (await answer.json()) as { error: string };
        expect(JSON.stringify(body)).not.toMatch(/ECONN|EHOST|127\.0\.0\.1/);
        // Known for itself, it is told that the code is none; unknown, that it is nobody.
        expect(['invalid_grant', 'invalid_client']).toContain(body.error);
        return body.error === 'invalid_grant';
      },
    },
    request_uri: {
      // What it says is wrong on purpose: that it is read shows in another error than that it is not there.
      good: async () => signJwt({ iss: 'x', exp: now() + 60 }, { alg: 'ES256' }, keys),
      async taken(uri) {
        const made = await register({ request_uris: [uri] });
        if (made.status !== 201) return false;
        const page = await fetch(requestOf(made.body.client_id!, { request_uri: uri }), {
          headers: { accept: 'text/html' },
        });
        const text = await page.text();
        expect(page.status).toBe(400);
        expect(text).not.toMatch(/ECONN|EHOST|127\.0\.0\.1/);
        return text.includes('invalid_request_object');
      },
    },
    logo_uri: {
      good: async () => png,
      async taken(uri) {
        const made = await register({ logo_uri: uri });
        if (made.status !== 201) return false;
        const page = await browserOf().open(requestOf(made.body.client_id!, plain));
        expect(page.text).toContain('name="password"');
        return page.text.includes('class="app-logo"');
      },
    },
    backchannel_logout_uri: {
      good: async () => 'ok',
      async taken(uri) {
        const made = await register({ backchannel_logout_uri: uri });
        if (made.status !== 201) return false;
        const browser = browserOf();
        let page = await browser.open(requestOf(made.body.client_id!, plain));
        page = await browser.signIn(page, person.loginName, person.password);
        if (page.text.includes('/consent"'))
          page = await browser.submit(page, '/consent', { decision: 'agree' });
        expect(page.status).toBe(0);
        const [account] = await server.accounts.findByLoginName(person.loginName);
        outcomes.length = 0;
        await server.oidc.sessions.endAll(account!.id);
        await within(10, () => outcomes.length > 0);
        return outcomes.includes('delivered');
      },
    },
  };

  const each = Object.entries(fields);

  it.each(each)('%s is fetched from a host that the operator named', async (_name, field) => {
    const body = await field.good();
    expect(await field.taken(await open((_req, res) => void res.end(body)))).toBe(true);
  });

  it.each(each)(
    '%s inside is not, however it is spelled or whatever name stands for it',
    async (_name, field) => {
      const { port } = canary;
      for (const host of [
        `127.0.0.1:${port}`,
        `localhost:${port}`,
        `[::1]:${port}`,
        `2130706433:${port}`,
        `[::ffff:127.0.0.1]:${port}`,
        `inside.example.test:${port}`,
        `rebind.example.test:${port}`,
        'cloud.example.test',
        'both.example.test',
        '10.0.0.1',
        '192.168.1.1',
        '[fe80::1]',
        '[fd00::1]',
      ])
        for (const scheme of ['http', 'https'])
          expect([host, scheme, await field.taken(`${scheme}://${host}/x`)]).toEqual([host, scheme, false]);
    },
  );

  it.each(each)(
    '%s is not followed to another address, not even one that is allowed',
    async (_name, field) => {
      const body = await field.good();
      const behind = await open((_req, res) => void res.end(body));
      for (const location of [behind, `http://127.0.0.1:${canary.port}/x`, '/x?again'])
        expect([
          location,
          await field.taken(await open((_req, res) => void res.writeHead(307, { location }).end(body))),
        ]).toEqual([location, false]);
    },
  );

  it.each(each)('%s that drips, never answers or is huge is given up', async (_name, field) => {
    const body = await field.good();
    const drips: RequestListener = (req, res) => {
      res.write(body);
      const timer = setInterval(() => res.write(' '), 50);
      req.socket.on('close', () => clearInterval(timer));
    };
    const huge: RequestListener = (_req, res) =>
      void res.end(Buffer.concat([Buffer.from(body), Buffer.alloc(2_000_000, ' ')]));
    for (const [how, listener] of Object.entries({ drips, silent: () => undefined, huge }))
      expect([how, await field.taken(await open(listener))]).toEqual([how, false]);
  });

  it('the pages of an app are links for a person and never fetched', async () => {
    const uri = `http://127.0.0.1:${canary.port}/x`;
    const made = await register({ client_uri: uri, policy_uri: uri, tos_uri: uri });
    expect(made.status).toBe(201);
    expect((await browserOf().open(requestOf(made.body.client_id!, plain))).status).toBe(200);
  });
});
