import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, exportSPKI, SignJWT, UnsecuredJWT } from 'jose';
import { addKeyApp, type KeyApp, newKeys, now, type Served } from './key-app.ts';
import { walkThrough } from './test-app.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';

const person = { loginName: samplePerson.phone, password: samplePerson.password };

describe('apps that authenticate by a signed assertion (private_key_jwt, security (c) 20)', () => {
  let server: TestServer;
  let served: Served;
  let app: KeyApp;
  beforeAll(async () => {
    server = await startTestServer();
    served = { baseUrl: server.baseUrl, apps: server.oidc.apps };
    await addPerson(server.accounts);
    app = await addKeyApp(served);
  });
  afterAll(() => server.close());

  /** The cheapest request an app must authenticate for. */
  const ask = async (assertion: string, fields: Record<string, string> = {}) => {
    const { status, body } = await app.post('/token/introspection', { token: 'x', ...fields }, { assertion });
    return status === 200 ? 'taken' : (body.error as string);
  };

  it.each(['ES256', 'PS256', 'EdDSA', 'RS256'] as const)(
    'sign in a person with a key for %s, by openid-client',
    async (alg) => {
      const of = await addKeyApp(served, { alg });
      const started = await of.start();
      const tokens = await of.redeem(await walkThrough(of.browser(), started, person), started);
      expect(tokens.claims()!.aud).toBe(of.clientId);
    },
  );

  it('are told in discovery which algorithms count, none of them symmetric', async () => {
    const { body } = await app.send(`${server.baseUrl}/.well-known/openid-configuration`);
    expect(body.token_endpoint_auth_methods_supported).toEqual(
      expect.arrayContaining(['private_key_jwt', 'client_secret_basic', 'none']),
    );
    for (const [name, values] of Object.entries(body)) {
      if (!/_alg_values_supported$/.test(name)) continue;
      expect([name, (values as string[]).filter((alg) => /^(HS|A\d|none|dir|RSA1_5)/.test(alg))]).toEqual([
        name,
        [],
      ]);
    }
  });

  it('use an assertion once, in a race of twenty', async () => {
    const assertion = await app.assertion();
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(assertion)));
    expect(answers.filter((answer) => answer === 'taken')).toHaveLength(1);
    expect(new Set(answers)).toEqual(new Set(['taken', 'invalid_client']));
  });

  it('may use the id of an assertion that another app used', async () => {
    const other = await addKeyApp(served);
    const claims = { jti: 'the same for both' };
    expect(await ask(await app.assertion({ claims }))).toBe('taken');
    const theirs = await other.post(
      '/token/introspection',
      { token: 'x' },
      { assertion: await other.assertion({ claims }) },
    );
    expect(theirs.status).toBe(200);
  });

  it.each([
    ['for this server alone', {}, 'taken'],
    ['for this server alone, as a list of one', { aud: ['<issuer>'] }, 'taken'],
    ['for its token endpoint', { aud: '<issuer>/token' }, 'taken'],
    ['for this server and another', { aud: ['<issuer>', 'https://other.example'] }, 'invalid_client'],
    ['for another server', { aud: 'https://other.example' }, 'invalid_client'],
    ['for nobody', { aud: undefined }, 'invalid_client'],
    ['for a server whose name begins like ours', { aud: '<issuer>.evil.example' }, 'invalid_client'],
    ['of another issuer', { iss: 'https://other.example' }, 'invalid_client'],
    ['without an issuer', { iss: undefined }, 'invalid_client'],
    ['without an id', { jti: undefined }, 'invalid_client'],
    ['with a number for an id', { jti: 7 }, 'invalid_client'],
    ['without an end', { exp: undefined }, 'invalid_client'],
    ['with a text for an end', { exp: `${now() + 60}` }, 'invalid_client'],
    ['that has ended', { exp: now() - 300 }, 'invalid_client'],
    ['that ends within the hour', { exp: now() + 3500 }, 'taken'],
    ['that ends in ten years', { exp: now() + 315_360_000 }, 'invalid_client'],
    ['issued a moment in the future: a clock runs fast', { iat: now() + 8, nbf: now() + 8 }, 'taken'],
    ['issued in the future', { iat: now() + 600 }, 'invalid_client'],
    ['not valid yet', { nbf: now() + 600 }, 'invalid_client'],
  ])('judge an assertion %s', async (_case, over, expected) => {
    const fill = (value: unknown): unknown =>
      typeof value === 'string' ? value.replace('<issuer>', server.baseUrl) : value;
    const claims = Object.fromEntries(
      Object.entries(over).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.map(fill) : fill(value),
      ]),
    );
    expect(await ask(await app.assertion({ claims }))).toBe(expected);
  });

  it('refuse an assertion without a subject, or in the name of another app', async () => {
    const other = await addKeyApp(served);
    expect(await ask(await app.assertion({ claims: { sub: undefined } }))).toBe('invalid_client');
    const foreign = { iss: other.clientId, sub: other.clientId };
    expect(await ask(await app.assertion({ claims: foreign }))).toBe('invalid_client');
    expect(await ask(await app.assertion(), { client_id: other.clientId })).toBe('invalid_request');
  });

  it.each(['none', 'None', 'nOnE', 'NONE'])('refuse the algorithm %s', async (alg) => {
    const unsigned = new UnsecuredJWT({
      iss: app.clientId,
      sub: app.clientId,
      aud: server.baseUrl,
      jti: alg,
      exp: now() + 60,
    }).encode();
    const [, payload] = unsigned.split('.');
    const header = Buffer.from(JSON.stringify({ alg })).toString('base64url');
    for (const signature of ['', 'AAAA']) {
      const answer = await ask(`${header}.${payload}.${signature}`);
      expect(['invalid_client', 'invalid_request']).toContain(answer);
    }
  });

  it('refuse HS256 keyed with the public key, in any form of it', async () => {
    const rsa = await addKeyApp(served, { alg: 'RS256' });
    const pem = await exportSPKI(rsa.keys.publicKey);
    for (const key of [pem, pem.trim(), `${pem.trim()}\n`]) {
      for (const alg of ['HS256', 'HS512']) {
        const forged = await new SignJWT({ jti: `${alg}${key.length}` })
          .setProtectedHeader({ alg })
          .setIssuer(rsa.clientId)
          .setSubject(rsa.clientId)
          .setAudience(server.baseUrl)
          .setExpirationTime('1m')
          .sign(new TextEncoder().encode(key));
        const { body } = await rsa.post('/token/introspection', { token: 'x' }, { assertion: forged });
        expect(body.error).toBe('invalid_client');
      }
    }
  });

  it.each(['ES384', 'ES512', 'PS384', 'RS512'])('refuse %s, which no app can register', async (alg) => {
    const key = await newKeys(alg);
    expect(await ask(await app.assertion({ header: { alg }, key }))).toBe('invalid_client');
  });

  it('refuse a signature by a key that is not registered, wherever the header says to look for it', async () => {
    const key = await newKeys('ES256');
    const jwk = await exportJWK(key.publicKey);
    const asked: string[] = [];
    const trap = createServer((req, res) => {
      asked.push(req.url ?? '');
      res.end(JSON.stringify({ keys: [jwk] }));
    });
    await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(trap.address() as { port: number }).port}/keys`;
    for (const header of [
      {},
      { jwk },
      { jku: url },
      { x5u: url },
      { jwk, jku: url, kid: 'key-1' },
      { kid: url },
    ])
      expect(await ask(await app.assertion({ header, key }))).toBe('invalid_client');
    expect(asked).toEqual([]);
    trap.close();
  });

  it('refuse critical extensions, known or not', async () => {
    for (const header of [{ crit: ['b64'], b64: true }, { b64: true }, { crit: ['x'], x: 1 }]) {
      const [head, ...rest] = (await app.assertion({ claims: { jti: JSON.stringify(header) } })).split('.');
      const old = JSON.parse(Buffer.from(head!, 'base64url').toString()) as Record<string, unknown>;
      const forged = Buffer.from(JSON.stringify({ ...old, ...header })).toString('base64url');
      expect(await ask([forged, ...rest].join('.'))).toBe('invalid_client');
    }
    expect(await ask(await app.assertion({ header: { crit: ['b64'], b64: true } }))).toBe('invalid_client');
  });

  it('may not use a secret as well, nor no authentication at all', async () => {
    const both = await app.post(
      '/token/introspection',
      { token: 'x' },
      { headers: { authorization: `Basic ${Buffer.from(`${app.clientId}:x`).toString('base64')}` } },
    );
    expect(both.body.error).toBe('invalid_request');
    const none = await app.send(`${server.baseUrl}/token/introspection`, {
      method: 'POST',
      body: new URLSearchParams({ token: 'x', client_id: app.clientId }),
    });
    expect(none.body.error).toBe('invalid_client');
  });

  it.each([
    ['no JWT', 'x'],
    ['an empty text', ''],
    ['two parts', 'e30.e30'],
    ['a list for claims', `${Buffer.from('{"alg":"ES256"}').toString('base64url')}.W10.AAAA`],
    ['null for claims', `${Buffer.from('{"alg":"ES256"}').toString('base64url')}.bnVsbA.AAAA`],
    ['no JSON', 'AAAA.AAAA.AAAA'],
  ])('answer %s with an error of the protocol', async (_case, assertion) => {
    expect(['invalid_client', 'invalid_request']).toContain(await ask(assertion));
  });
});
