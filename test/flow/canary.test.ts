import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { projectDir } from '../../src/config.ts';
import { readSamplePeople } from '../../src/credentials/index.ts';
import { HttpSession } from '../../src/tour/http-session.ts';
import { signInPortal, userInfo } from '../../src/tour/sign-in-portal.ts';
import {
  type CredentialOffer,
  issuerMetadata,
  makeDeviceKey,
  redeemOffer,
  requestCredentials,
} from '../../src/tour/wallet-client.ts';
import { jsonOf, type OwnServer, ownServer } from './own-server.ts';

const canary = readSamplePeople(join(projectDir, 'config/sample/people.yaml')).find(
  ({ id }) => id === 'ouyang',
)!;
const traces = { name: canary.name, number: canary.document.number, phone: canary.phone };

/** Where a trace stands, if anywhere: as UTF-8, as UTF-16, percent-encoded or in base64. */
const found = (bytes: Buffer): string[] =>
  Object.entries(traces).flatMap(([kind, text]) =>
    [
      Buffer.from(text),
      Buffer.from(text, 'utf16le'),
      Buffer.from(encodeURIComponent(text)),
      ...[0, 1, 2].map((shift) =>
        Buffer.from(
          Buffer.from(`${' '.repeat(shift)}${text}`)
            .toString('base64')
            .slice(4, -4),
        ),
      ),
    ].some((needle) => needle.length > 6 && bytes.includes(needle))
      ? [kind]
      : [],
  );

const filesBelow = (dir: string): string[] =>
  readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });

describe('a canary person leaves no trace (SHR-5, security (a) 14)', () => {
  let own: OwnServer;
  const answers: string[] = [];
  beforeAll(async () => {
    own = await ownServer({ LOG_LEVEL: 'debug' });
    const { server } = own;
    await server.start();
    const redirectUri = 'http://localhost:1/callback';
    const app = jsonOf<{ client_id: string; client_secret: string }>(
      await server.onecert('app', 'add', '--name', 'Canary', '--redirect', redirectUri, '--json'),
    );
    const portal = {
      baseUrl: server.baseUrl,
      clientId: app.client_id,
      clientSecret: app.client_secret,
      redirectUri,
    };
    for (const loginName of [canary.phone, canary.document.number]) {
      await expect(signInPortal(portal, { loginName, password: 'wrong-wrong' }, 'openid')).rejects.toThrow();
    }
    const signedIn = await signInPortal(
      portal,
      { loginName: canary.document.number, password: own.passwordOf(canary.id) },
      'openid profile phone document item:driving-licence-renewal',
    );
    expect((await userInfo(portal, signedIn)).name).toBe(canary.name);
    const bearer = { headers: { authorization: `Bearer ${signedIn.accessToken}` } };
    const prefilled = await fetch(`${server.baseUrl}/portal/items/driving-licence-renewal`, bearer);
    expect(await prefilled.text()).toContain(canary.name);

    const offer = jsonOf<{ credential_offer: CredentialOffer; tx_code: string }>(
      await server.onecert('offer', canary.id, 'driving_licence', '--json'),
    );
    const accessToken = await redeemOffer(offer.credential_offer, offer.tx_code);
    const metadata = await issuerMetadata(server.baseUrl);
    for (const configurationId of [
      'driving_licence_sd_jwt',
      'driving_licence_ldp_vc',
      'driving_licence_view_standard',
    ]) {
      await requestCredentials({
        issuer: server.baseUrl,
        metadata,
        accessToken,
        configurationId,
        keys: [await makeDeviceKey()],
      });
    }
    const [certificate] = jsonOf<{ id: string }[]>(
      await server.onecert('credential', 'list', '--account', canary.id, '--json'),
    );
    jsonOf(await server.onecert('credential', 'suspend', certificate!.id, '--json'));

    // Bad input that carries the canary: no answer may repeat it.
    const evil = new URLSearchParams({
      login_hint: canary.phone,
      client_id: canary.name,
      redirect_uri: canary.document.number,
    });
    const session = new HttpSession();
    for (const path of [
      `/auth?${evil}`,
      `/nothing/${encodeURIComponent(canary.name)}?x=${canary.phone}`,
      `/certificate-types/${canary.document.number}`,
      `/offers/${canary.document.number}`,
    ]) {
      answers.push((await session.request(`${server.baseUrl}${path}`)).html);
    }
    for (const [path, body] of [
      ['/token', new URLSearchParams({ grant_type: canary.name, code: canary.document.number }).toString()],
      ['/credential', JSON.stringify({ credential_configuration_id: canary.name })],
      ['/wallet/api/certificates', JSON.stringify({ type: canary.document.number })],
    ] as const) {
      const answer = await fetch(`${server.baseUrl}${path}`, {
        method: 'POST',
        headers: {
          'content-type': path === '/token' ? 'application/x-www-form-urlencoded' : 'application/json',
          authorization: `Bearer ${accessToken}`,
        },
        body,
      });
      answers.push(await answer.text());
    }
    answers.push(await fetch(`${server.baseUrl}/metrics`).then((response) => response.text()));
  }, 120_000);
  afterAll(() => own.remove());

  it('not in the log of the server, at its most talkative', () => {
    expect(own.server.log.length).toBeGreaterThan(0);
    expect(found(Buffer.from(own.server.log))).toEqual([]);
  });

  it('not in an error, a page or a metric', () => {
    expect(answers.every((answer) => answer.length > 0)).toBe(true);
    expect(answers.flatMap((answer) => found(Buffer.from(answer)))).toEqual([]);
  });

  it('not in any file of the data folder: store, write-ahead log, checkpoints', async () => {
    const inFiles = () =>
      filesBelow(own.dataDir).flatMap((file) =>
        found(readFileSync(file)).map((kind) => `${kind} in ${file}`),
      );
    expect(inFiles()).toEqual([]);
    await own.server.stop();
    expect(inFiles()).toEqual([]);
    expect(filesBelow(own.dataDir).some((file) => file.endsWith('onecert.db'))).toBe(true);
  });

  it('finds what it looks for when it is there', () => {
    for (const text of Object.values(traces)) {
      expect(found(Buffer.from(`{"x":"${text}"}`))).toHaveLength(1);
      expect(found(Buffer.from(Buffer.from(`abc ${text} def`).toString('base64')))).toHaveLength(1);
    }
  });
});
