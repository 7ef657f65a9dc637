import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, importX509, jwtVerify } from 'jose';
import { issuerMetadata, makeDeviceKey, requestCredentials } from '../../src/tour/wallet-client.ts';
import { verify } from '../../src/verifier/core/index.ts';
import { loadTrusted } from './load-trusted.ts';
import { type RunningApp, startApp } from './start-app.ts';
import { vciRequests } from './vci-requests.ts';

let app: RunningApp;
const folder = mkdtempSync(join(tmpdir(), 'onecert-x5c-'));
const { accessTokenFor } = vciRequests(() => app);

beforeAll(async () => {
  const config = join(folder, 'x5c.yaml');
  writeFileSync(config, 'credentials: { x5c: true }\n');
  app = await startApp({ ONECERT_CONFIG: config });
});
afterAll(async () => {
  await app.stop();
  rmSync(folder, { recursive: true, force: true });
});

const textOf = async (path: string, accept = '*/*') =>
  (await fetch(app.baseUrl + path, { headers: { accept } })).text();

/** As a verifier does that goes by certificates: the chain up to the pinned authority, then the leaf's key. */
const verifyByCertificate = async (jwt: string, typ: string) => {
  const authority = new X509Certificate(await textOf('/trust/document-ca.pem'));
  const { x5c } = decodeProtectedHeader(jwt);
  expect(x5c).toHaveLength(1);
  const leaf = new X509Certificate(Buffer.from(x5c![0]!, 'base64'));
  expect(leaf.checkIssued(authority) && leaf.verify(authority.publicKey)).toBe(true);
  expect(leaf.ca).toBe(false);
  const { payload } = await jwtVerify(jwt, await importX509(leaf.toString(), 'ES256'), { typ });
  return { payload, leaf };
};

const fetchCopy = async () => {
  const configurationId = 'driving_licence_sd_jwt';
  const [credential] = await requestCredentials({
    issuer: app.baseUrl,
    metadata: await issuerMetadata(app.baseUrl),
    accessToken: await accessTokenFor([configurationId]),
    configurationId,
    keys: [await makeDeviceKey()],
  });
  return String(credential);
};

describe('an instance whose configuration says credentials.x5c', () => {
  it('issues SD-JWT VCs that verify by certificate as well as by trust list', async () => {
    const credential = await fetchCopy();
    const { payload, leaf } = await verifyByCertificate(credential.split('~')[0]!, 'dc+sd-jwt');
    expect(leaf.subjectAltName).toContain(`URI:${String(payload.iss)}`);
    expect(payload.exp).toBeLessThanOrEqual(Date.parse(leaf.validTo) / 1000);
    const trusted = await loadTrusted(app.baseUrl);
    const verdict = await verify(credential, trusted, { now: Math.floor(Date.now() / 1000) });
    expect(verdict.code).toBe('valid');
    expect(verdict.checks).toContainEqual({ name: 'certificate-of-this-key', ok: true });
  });

  it('signs its status lists and its metadata with certificates too', async () => {
    const credential = await fetchCopy();
    const { status } = decodeJwt(credential.split('~')[0]!) as { status: { status_list: { uri: string } } };
    const { payload } = await verifyByCertificate(
      await (await fetch(status.status_list.uri)).text(),
      'statuslist+jwt',
    );
    expect(payload.sub).toBe(status.status_list.uri);
    const metadata = await textOf('/.well-known/openid-credential-issuer', 'application/jwt');
    const said = await verifyByCertificate(metadata, 'openidvci-issuer-metadata+jwt');
    expect(said.payload.sub).toBe(app.baseUrl);
  });

  it('publishes the list of certificates that are not to be believed', async () => {
    const answer = await fetch(`${app.baseUrl}/trust/document-ca.crl`);
    expect(answer.headers.get('content-type')).toBe('application/pkix-crl');
    expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(100);
  });
});
