import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { generateKeyPair, SignJWT } from 'jose';
import { type Canary, openCanary } from '../unit/outgoing/canary.ts';
import { TestBrowser } from './test-browser.ts';
import { addPerson, startTestServer, type TestServer } from './test-server.ts';

describe('security (b) SSRF: what an app registers', () => {
  let server: TestServer;
  let canary: Canary;
  beforeAll(async () => {
    server = await startTestServer({ oidc: { registration: { mode: 'open', scopes: ['openid'] } } });
    canary = await openCanary('http', (_req, res) => res.end('{"keys":[]}'));
    await addPerson(server.accounts);
  });
  afterEach(() => expect(canary.connections).toBe(0));
  afterAll(async () => {
    await canary.close();
    await server.close();
  });

  const register = async (metadata: object): Promise<{ status: number; body: Record<string, string> }> => {
    const answer = await fetch(`${server.baseUrl}/reg`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_name: 'x', redirect_uris: ['https://x.example.test/cb'], ...metadata }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, string> };
  };
  /** Loopback in the spellings a parser lets through, and one that a name stands for. */
  const inside = (): string[] =>
    ['127.0.0.1', 'localhost', '[::1]', '[::ffff:7f00:1]', '2130706433', '0x7f.1'].flatMap((host) =>
      ['http', 'https'].map((scheme) => `${scheme}://${host}:${canary.port}/x`),
    );

  it('security (c) 27: a sector_identifier_uri inside is refused, and not fetched', async () => {
    for (const uri of inside())
      expect([uri, (await register({ sector_identifier_uri: uri })).status]).toEqual([uri, 400]);
  });

  it('security (c) 27: a jwks_uri inside is not fetched when its keys are wanted', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    let tried = 0;
    for (const uri of inside()) {
      const made = await register({ jwks_uri: uri, token_endpoint_auth_method: 'private_key_jwt' });
      if (made.status === 400) continue;
      tried += 1;
      const id = made.body.client_id!;
      const assertion = await new SignJWT({ jti: uri })
        .setProtectedHeader({ alg: 'ES256' })
        .setIssuer(id)
        .setSubject(id)
        .setAudience(server.baseUrl)
        .setIssuedAt()
        .setExpirationTime('1m')
        .sign(privateKey);
      const answer = await fetch(`${server.baseUrl}/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code: 'x',
          redirect_uri: 'https://x.example.test/cb',
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: assertion,
        }),
      });
      expect([uri, answer.status]).toEqual([uri, 401]);
      expect(await answer.text()).not.toMatch(/127\.0|localhost|refused|ECONN/);
    }
    expect(tried).toBeGreaterThan(3);
  });

  it('a request_uri, a logo and the pages of an app are not fetched', async () => {
    const uri = `http://127.0.0.1:${canary.port}/x`;
    const pages = { logo_uri: uri, client_uri: uri, policy_uri: uri, tos_uri: uri };
    const made = await register(pages);
    expect(made.status).toBe(201);
    const asked = new URLSearchParams({ client_id: made.body.client_id!, request_uri: uri });
    expect((await fetch(`${server.baseUrl}/auth?${asked}`)).status).toBe(400);
    const plain = new URLSearchParams({
      client_id: made.body.client_id!,
      response_type: 'code',
      scope: 'openid',
      redirect_uri: 'https://x.example.test/cb',
    });
    expect((await new TestBrowser(() => false).open(`${server.baseUrl}/auth?${plain}`)).text).toContain(
      'name="password"',
    );
  });
});
