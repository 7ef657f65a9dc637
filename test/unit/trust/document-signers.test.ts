import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { ensureDevelopmentKeys, openKeyring } from '../../../src/keyring/index.ts';
import { certifyRequests, ensureAuthority, type Trust } from '../../../src/trust/index.ts';
import { issuers, type Province, removeKeys, startedProvince } from './province.ts';

const police = { purpose: 'certificate', owner: 'zj-police' } as const;
const day = 86_400;
const made: Province[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const one of made.splice(0)) await one.remove();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});
afterAll(removeKeys);

const start = async () => {
  const province = await startedProvince();
  made.push(province);
  // What a development machine makes by itself beside what a ceremony made: the document authority.
  await ensureDevelopmentKeys(
    province.keyring,
    issuers.map(({ id }) => id),
  );
  return province;
};

/** As in production: the authority's private key is on another machine. */
const withoutAuthority = async () => {
  const province = await start();
  const offline = join(province.folder.dir, 'offline');
  for (const name of await readdir(offline))
    if (name.startsWith('document-ca')) await rm(join(offline, name));
  return { ...province, ...(await province.start()) };
};

const ceremonyOf = async (province: Province) => {
  const dir = await mkdtemp(join(tmpdir(), 'onecert-authority-'));
  folders.push(dir);
  return openKeyring({
    dir,
    clock: province.folder.clock,
    mode: 'ceremony',
    env: {},
    generateSecrets: false,
  });
};

const leafOf = ({ x5c }: { x5c: string[] }) => new X509Certificate(Buffer.from(x5c[0]!, 'base64'));
const extensionsOf = (certificate: X509Certificate) => {
  const read = new x509.X509Certificate(certificate.toString());
  return Object.fromEntries(read.extensions.map(({ type, critical }) => [type, critical]));
};
const authorityOf = async (trust: Trust) => new X509Certificate(await trust.signers.authorities());

describe('X.509 certificates of the keys that sign', () => {
  it('certifies a department’s key as ISO/IEC 18013-5 Annex B profiles a document signer', async () => {
    const { trust, keyring } = await start();
    const { key, x5c, notAfter, notBefore } = await trust.signers.certified(police);
    const leaf = leafOf({ x5c });
    const authority = await authorityOf(trust);
    expect(key.kid).toBe(keyring.active('certificate', 'zj-police', 'ES256').kid);
    expect(leaf.publicKey.export({ format: 'jwk' })).toMatchObject({
      x: key.publicJwk.x,
      y: key.publicJwk.y,
    });
    expect(x5c).toHaveLength(1);
    expect(leaf.ca).toBe(false);
    expect(leaf.checkIssued(authority) && leaf.verify(authority.publicKey)).toBe(true);
    expect(leaf.subject).toContain('C=CN');
    expect(leaf.subjectAltName).toContain('URI:http://localhost:3000/issuers/zj-police');
    expect(leaf.keyUsage).toEqual(['1.0.18013.5.1.2']);
    expect(extensionsOf(leaf)).toEqual({
      '2.5.29.35': false,
      '2.5.29.14': false,
      '2.5.29.15': true,
      '2.5.29.37': true,
      '2.5.29.17': false,
      '2.5.29.18': false,
      '2.5.29.31': false,
    });
    expect(notAfter - notBefore).toBeLessThanOrEqual(457 * day);
    expect(notAfter).toBeLessThanOrEqual(key.notAfter);
    expect(notBefore).toBeGreaterThanOrEqual(key.notBefore);
  });

  it('has one authority whose root may certify signers and nothing below them', async () => {
    const { trust } = await start();
    await trust.signers.certified(police);
    const authority = await authorityOf(trust);
    expect(authority.ca && authority.checkIssued(authority) && authority.verify(authority.publicKey)).toBe(
      true,
    );
    expect(extensionsOf(authority)).toEqual({
      '2.5.29.19': true,
      '2.5.29.15': true,
      '2.5.29.14': false,
      '2.5.29.18': false,
      '2.5.29.31': false,
    });
    const read = new x509.X509Certificate(authority.toString());
    expect(read.getExtension(x509.BasicConstraintsExtension)?.pathLength).toBe(0);
  });

  it('gives the status key the usage of status lists and a login key none', async () => {
    const { trust } = await start();
    const status = leafOf(await trust.signers.certified({ purpose: 'status', owner: 'province' }));
    expect(status.keyUsage).toEqual(['1.3.6.1.5.5.7.3.30']);
    const login = leafOf(await trust.signers.certified({ purpose: 'login', owner: 'province' }));
    expect(login.keyUsage).toBeUndefined();
    expect(login.subjectAltName).toContain('URI:http://localhost:3000,');
  });

  it('keeps a certificate over a restart and renews it before its end, within the key’s time', async () => {
    const province = await start();
    const { folder } = province;
    const first = await province.trust.signers.certified(police);
    const again = await province.start();
    expect((await again.trust.signers.certified(police)).x5c).toEqual(first.x5c);
    folder.clock.advance(440 * day);
    const later = await again.trust.signers.certified(police);
    expect(later.x5c).not.toEqual(first.x5c);
    expect(later.notAfter).toBe(first.key.notAfter);
  });

  it('lists the certificate of a stolen key as revoked and certifies it no more', async () => {
    const { trust, keyring } = await start();
    const { key, x5c } = await trust.signers.certified(police);
    await keyring.markCompromised(key.kid);
    const crl = new x509.X509Crl(new Uint8Array((await trust.signers.crl())!));
    expect(crl.entries.map(({ serialNumber }) => serialNumber.toLowerCase())).toEqual([
      leafOf({ x5c }).serialNumber.toLowerCase().replace(/^00/, ''),
    ]);
    await expect(trust.signers.certified(police)).rejects.toMatchObject({ code: 'key_unavailable' });
  });

  it('signs nothing with a key whose certificate is missing, and says so to the operator', async () => {
    const { trust } = await withoutAuthority();
    await expect(trust.signers.certified(police)).rejects.toMatchObject({ code: 'key_unavailable' });
    const [alarm] = await trust.signers.alarms([police]);
    expect(alarm).toMatch(/certificate key .* of zj-police has no X\.509 certificate/);
    expect(await trust.signers.crl()).toBeUndefined();
  });

  it('imports what an authority on another machine signed for its requests', async () => {
    const province = await withoutAuthority();
    const { trust, folder, keyring } = province;
    const ceremony = await ceremonyOf(province);
    const names = { province: 'Zhejiang', baseUrl: 'http://localhost:3000' };
    const authority = await ensureAuthority(ceremony, names);
    const requests = await trust.signers.requests([police]);
    expect(requests).toHaveLength(1);
    const until = keyring.active('certificate', 'zj-police', 'ES256').notAfter;
    const { clock } = folder;
    const signed = await certifyRequests(ceremony, { clock, authority, requests: requests[0]!, until });
    await expect(trust.signers.import(signed)).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('no authority that is here') as unknown as string,
    });
    expect(await trust.signers.import(authority + signed)).toEqual({ authorities: 1, signers: 1, crls: 1 });
    expect(await trust.signers.import(authority + signed)).toEqual({ authorities: 0, signers: 0, crls: 0 });
    const leaf = leafOf(await trust.signers.certified(police));
    expect(leaf.keyUsage).toEqual(['1.0.18013.5.1.2']);
    expect(leaf.subjectAltName).toContain('/issuers/zj-police');
    expect(await trust.signers.alarms([police])).toEqual([]);
    expect(await trust.signers.crl()).toBeInstanceOf(Buffer);
    folder.clock.advance(440 * day);
    expect((await trust.signers.alarms([police]))[0]).toMatch(/ends in 17 days/);
    folder.clock.advance(30 * day);
    await expect(trust.signers.certified(police)).rejects.toMatchObject({ code: 'key_unavailable' });
  });

  it('imports no certificate that outlives its key, is for another key, or is no certificate', async () => {
    const province = await withoutAuthority();
    const { trust, folder, keyring } = province;
    const { clock } = folder;
    const ceremony = await ceremonyOf(province);
    const authority = await ensureAuthority(ceremony, {
      province: 'Zhejiang',
      baseUrl: 'http://localhost:3000',
    });
    const until = keyring.active('certificate', 'zj-police', 'ES256').notAfter;
    const [request] = await trust.signers.requests([police]);
    clock.advance(300 * day);
    const long = await certifyRequests(ceremony, {
      clock,
      authority,
      requests: request!,
      until: until + 400 * day,
    });
    await expect(trust.signers.import(authority + long)).rejects.toThrow(/outlives its key/);
    const foreign = await start();
    const requests = (await foreign.trust.signers.requests([police])).join('');
    const other = await ceremonyOf(province);
    const elsewhere = await ensureAuthority(other, { province: 'X', baseUrl: 'http://localhost:3000' });
    const strange = await certifyRequests(other, { clock, authority: elsewhere, requests, until });
    await expect(trust.signers.import(authority + strange)).rejects.toThrow(/no authority that is here/);
    await expect(
      trust.signers.import('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'),
    ).rejects.toThrow(/no certificate/);
    await expect(
      certifyRequests(other, { clock, authority, requests: request!, until }),
    ).rejects.toMatchObject({ code: 'conflict' });
  });
});
