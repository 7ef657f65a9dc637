import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, decodeProtectedHeader, EmbeddedJWK, jwtVerify } from 'jose';
import { type RunningApp, startApp } from './start-app.ts';

let app: RunningApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

const metadata = (accept?: string) =>
  fetch(`${app.baseUrl}/.well-known/openid-credential-issuer`, { headers: accept ? { accept } : {} });

describe('OpenID4VCI 1.0 §12.2.3, signed metadata', () => {
  it('signs with a login key what it says in JSON, for who asks for a JWT', async () => {
    const answer = await metadata('application/jwt');
    expect(answer.headers.get('content-type')).toMatch(/^application\/jwt/);
    const jwt = await answer.text();
    const { payload } = await jwtVerify(jwt, createRemoteJWKSet(new URL(`${app.baseUrl}/jwks`)), {
      typ: 'openidvci-issuer-metadata+jwt',
      subject: app.baseUrl,
      issuer: app.baseUrl,
      algorithms: ['ES256'],
      maxTokenAge: '1 minute',
    });
    const { iss: _iss, sub: _sub, iat: _iat, exp, ...said } = payload;
    expect(said).toEqual(await (await metadata('application/json')).json());
    expect(exp).toBeGreaterThan(Date.now() / 1000 + 3600);
    // The key stands in the header as well, for who has no other way to it.
    await jwtVerify(jwt, EmbeddedJWK);
    expect(decodeProtectedHeader(jwt).jwk).not.toHaveProperty('d');
  });

  it.each([undefined, '*/*', 'application/json', 'application/json, application/jwt;q=0.5', 'text/html'])(
    'answers JSON for Accept: %s',
    async (accept) => {
      const answer = await metadata(accept);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      expect(answer.headers.get('vary')).toMatch(/accept/i);
      const body = (await answer.json()) as Record<string, unknown>;
      expect(body.credential_issuer).toBe(app.baseUrl);
    },
  );
});
