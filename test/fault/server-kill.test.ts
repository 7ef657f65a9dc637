import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type CredentialOffer,
  issuerMetadata,
  makeDeviceKey,
  redeemOffer,
  requestCredentials,
} from '../../src/tour/wallet-client.ts';
import { verify } from '../../src/verifier/core/index.ts';
import { loadTrusted } from '../flow/load-trusted.ts';
import { jsonOf, type OwnServer, ownServer } from '../flow/own-server.ts';

describe('kill -9 of the server while it issues (security (a) 2, 3)', () => {
  let own: OwnServer;
  beforeAll(async () => {
    own = await ownServer();
    await own.server.start();
  }, 60_000);
  afterAll(() => own.remove());

  it('keeps every acknowledged credential of 200 issuances, each verifies, and nothing is unrevocable', async () => {
    const { server } = own;
    const acknowledged: string[] = [];
    const metadata = await issuerMetadata(server.baseUrl);
    const offers = [];
    for (const person of ['lin', 'ouyang', 'zhou', 'petrov']) {
      const result = await server.onecert(
        'offer',
        person,
        'driving_licence_sd_jwt',
        '--no-tx-code',
        '--json',
      );
      offers.push(jsonOf<{ credential_offer: CredentialOffer }>(result).credential_offer);
    }
    const tokens = await Promise.all(offers.map((offer) => redeemOffer(offer, undefined)));
    let killed: Promise<void> | undefined;
    const issueUntilKilled = async (accessToken: string): Promise<void> => {
      for (let count = 0; count < 50; count += 1) {
        try {
          const [credential] = await requestCredentials({
            issuer: server.baseUrl,
            metadata,
            accessToken,
            configurationId: 'driving_licence_sd_jwt',
            keys: [await makeDeviceKey()],
          });
          acknowledged.push(String(credential));
        } catch (error) {
          if (!killed) throw error;
          return;
        }
        if (acknowledged.length >= 120) killed ??= server.stop('SIGKILL');
      }
    };
    await Promise.all(tokens.map(issueUntilKilled));
    await killed;
    expect(acknowledged.length).toBeGreaterThanOrEqual(120);
    expect(acknowledged.length).toBeLessThan(200);

    await server.start();
    const report = jsonOf<{ released: number; bad: unknown[]; orphans: string[] }>(
      await server.onecert('check', '--json'),
    );
    expect(report.bad).toEqual([]);
    expect(report.released).toBeGreaterThanOrEqual(acknowledged.length);
    const trusted = await loadTrusted(server.baseUrl);
    const now = Math.floor(Date.now() / 1000);
    for (const credential of acknowledged)
      expect((await verify(credential, trusted, { now })).code).toBe('valid');

    const certificates = jsonOf<{ id: string }[]>(
      await server.onecert('credential', 'list', '--type', 'driving_licence', '--json'),
    );
    for (const { id } of certificates) jsonOf(await server.onecert('credential', 'revoke', id, '--json'));
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const after = await loadTrusted(server.baseUrl);
    for (const credential of acknowledged)
      expect((await verify(credential, after, { now })).code).toBe('revoked');
    expect(jsonOf<{ ok: boolean }>(await server.onecert('audit', 'verify', '--json')).ok).toBe(true);
  }, 120_000);
});
