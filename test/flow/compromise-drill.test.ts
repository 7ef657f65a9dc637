import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { base64url, decodeProtectedHeader } from 'jose';
import {
  type CredentialOffer,
  issuerMetadata,
  makeDeviceKey,
  redeemOffer,
  requestCredentials,
} from '../../src/tour/wallet-client.ts';
import { openPack, type PublicKeyJwk, verify } from '../../src/verifier/core/index.ts';
import { jsonOf, type OwnServer, ownServer } from './own-server.ts';

const now = () => Math.floor(Date.now() / 1000);

/** docs/compromise-drill.md, in its order, on a running server with the command line alone. */
describe('the compromise drill, from the report of a stolen key to the last re-issued copy', () => {
  let own: OwnServer;
  let dir: string;
  let root: PublicKeyJwk;
  let stolen: string;
  let copy: string;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'onecert-drill-'));
    own = await ownServer();
    await own.server.start();
    root = (await (await fetch(`${own.server.baseUrl}/trust/root`)).json()) as PublicKeyJwk;
  }, 60_000);
  afterAll(async () => {
    await own.remove();
    rmSync(dir, { recursive: true, force: true });
  });

  const onecert = async <T>(...args: string[]): Promise<T> =>
    jsonOf<T>(await own.server.onecert(...args, '--json'));

  const fetchCopy = async (): Promise<string> => {
    const issuer = own.server.baseUrl;
    const configurationId = 'driving_licence_sd_jwt';
    const { credential_offer } = await onecert<{ credential_offer: CredentialOffer }>(
      'offer',
      'lin',
      configurationId,
      '--no-tx-code',
    );
    const metadata = await issuerMetadata(issuer);
    const [credential] = await requestCredentials({
      issuer,
      metadata,
      accessToken: await redeemOffer(credential_offer, undefined),
      configurationId,
      keys: [await makeDeviceKey()],
    });
    return credential as string;
  };

  /** A counter that has fetched the newest pack and is offline from then on. */
  const offline = async (credential: string): Promise<string> => {
    const jws = await (await fetch(`${own.server.baseUrl}/pack`)).text();
    const opened = await openPack(jws, { root, now: now() });
    if ('verdict' in opened) throw new Error(opened.verdict.code);
    return (await verify(credential, opened.trusted, { now: now() })).code;
  };

  const online = async (credential: string): Promise<string> => {
    const file = join(dir, 'credential');
    writeFileSync(file, credential);
    const { stdout } = await own.server.onecert('credential', 'judge', file, '--json');
    return JSON.parse(stdout).code;
  };

  const eventually = async (look: () => Promise<string>, expected: string): Promise<void> => {
    for (let tries = 0; tries < 50 && (await look()) !== expected; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await look()).toBe(expected);
  };

  it('0. before: a copy by the department’s key is valid', async () => {
    copy = await fetchCopy();
    stolen = decodeProtectedHeader(copy.split('~')[0]!).kid!.split('#').at(-1)!;
    expect(await offline(copy)).toBe('valid');
    expect((await own.server.onecert('credential', 'reissue-signed-by', stolen)).exitCode).not.toBe(0);
  });

  it('1. the report: the key is marked, and the list and the pack that say so are published at once', async () => {
    const answer = await onecert<{ state: string; trust_list_published: boolean }>(
      'keys',
      'compromised',
      stolen,
    );
    expect(answer).toMatchObject({ state: 'compromised', trust_list_published: true });
  });

  it('2. the next key takes over', async () => {
    const answer = await onecert<{ kid: string }>(
      'keys', 'rotate', '--purpose', 'certificate', '--owner', 'zj-police', '--alg', 'ES256',
    ); // biome-ignore format: one command
    expect(answer.kid).not.toBe(stolen);
  });

  it('3. offline, everything by the stolen key is refused, whatever date it bears', async () => {
    await eventually(() => offline(copy), 'key_compromised');
  });

  it('4. online, what was logged before it was signed still counts, and a forgery by the thief does not', async () => {
    expect(await online(copy)).toBe('valid');
    // As the thief would: the same status entry, another content. The signature cannot fit here, so it is told as such.
    const [jwt, ...rest] = copy.split('~');
    const [header, payload, signature] = jwt!.split('.');
    const claims = JSON.parse(new TextDecoder().decode(base64url.decode(payload!)));
    const forged = base64url.encode(JSON.stringify({ ...claims, iat: claims.iat + 1 }));
    expect(await online([`${header}.${forged}.${signature}`, ...rest].join('~'))).toBe('tampered');
  });

  it('5. every copy by that key is marked; certificates and states stay', async () => {
    const first = await onecert<object>('credential', 'reissue-signed-by', stolen);
    expect(first).toEqual({ kid: stolen, copies: 1, due: 1, marked: 1, certificates: 1, fetchedAnew: 0 });
    const again = await onecert<object>('credential', 'reissue-signed-by', stolen);
    expect(again).toEqual({ ...first, marked: 0 });
    const held = await onecert<{ state: string }[]>('credential', 'list', '--account', 'lin');
    expect(held.map(({ state }) => state)).toEqual(['01']);
  });

  it('6. the wallet’s next fetch gets a copy by the new key, which is valid offline, and the report counts it', async () => {
    const anew = await fetchCopy();
    expect(decodeProtectedHeader(anew.split('~')[0]!).kid).not.toContain(stolen);
    await eventually(() => offline(anew), 'valid');
    expect(await onecert('credential', 'reissue-signed-by', stolen)).toMatchObject({
      due: 1,
      fetchedAnew: 1,
    });
  });

  it('7. the whole stock is checked: what is by the stolen key is named as such, nothing else is wrong', async () => {
    const { stdout } = await own.server.onecert('check', '--json');
    const { bad } = JSON.parse(stdout) as { bad: { reason: string }[] };
    expect(bad.map(({ reason }) => reason)).toEqual(['key_compromised']);
  });
});
