import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { type HttpsApp, startHttpsApp } from './tls-front.ts';

describe('behind a TLS front', () => {
  let app: HttpsApp;
  beforeAll(async () => {
    app = await startHttpsApp();
  });
  afterAll(() => app.stop());

  it('every endpoint of the discovery document is https on the issuer’s host', async () => {
    const config = await client.discovery(new URL(app.front.origin), 'x', undefined, client.None(), {
      [client.customFetch]: app.front.fetch as client.CustomFetch,
    });
    const { issuer, ...document } = config.serverMetadata();
    expect(issuer).toBe(app.front.origin);
    const endpoints = Object.entries(document).filter(([name]) => /_endpoint$|_uri$/.test(name));
    expect(endpoints.length).toBeGreaterThan(5);
    for (const [, url] of endpoints) expect(new URL(url as string).origin).toBe(app.front.origin);
  });
});
