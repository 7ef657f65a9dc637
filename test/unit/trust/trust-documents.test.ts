import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { compactVerify, decodeProtectedHeader, importJWK, type JWK } from 'jose';
import { signJws } from '../../../src/keyring/index.ts';
import { signRootStatement } from '../../../src/trust/index.ts';
import type { TrustDocument } from '../../../src/trust/trust-document-store.ts';
import type { RootStatementPayload, TrustListPayload } from '../../../src/verifier/core/trust-list.ts';
import { START } from '../keyring/keys-folder.ts';
import { BASE_URL, issuers, type Process, type Province, removeKeys, startedProvince } from './province.ts';

const DAY = 86_400;

async function verified<P>(jws: string, key: object, typ: string): Promise<P> {
  const { payload, protectedHeader } = await compactVerify(jws, await importJWK(key as JWK, 'ES256'));
  expect(protectedHeader).toEqual({ alg: 'ES256', typ, kid: (key as JWK).kid });
  return JSON.parse(new TextDecoder().decode(payload));
}

describe('the root statement and the trust list', () => {
  let home: Province & Process;
  beforeEach(async () => {
    home = await startedProvince();
  });
  afterEach(() => home.remove());
  afterAll(removeKeys);

  const statement = async (from: Process = home) =>
    verified<RootStatementPayload>(
      await from.trust.rootStatement(),
      from.trust.rootPublicJwk(),
      'onecert-root+jwt',
    );
  const list = async (from: Process = home) =>
    verified<TrustListPayload>(
      await from.trust.trustList(),
      (await statement(from)).trust_list_key,
      'onecert-trust-list+jwt',
    );

  it('lead from the pinned root to every key that counts', async () => {
    const root = await statement();
    expect(root).toMatchObject({ iss: BASE_URL, number: 1, iat: START, exp: START + 365 * DAY });
    expect(root.root).toEqual(home.trust.rootPublicJwk());
    const next = home.keyring.all().find(({ purpose, state }) => purpose === 'root' && state === 'standby');
    expect(root.next_root).toBe(next?.kid);

    const { keys, issuers: listed, ...head } = await list();
    expect(head).toEqual({
      iss: BASE_URL,
      number: 1,
      iat: START,
      exp: START + 30 * DAY,
      province: { zh: '浙江省', en: 'Zhejiang' },
    });
    expect(listed.map(({ id, url, did }) => [id, url, did])).toEqual([
      ['wenzhou', 'http://localhost:3000/issuers/wenzhou', 'did:web:localhost%3A3000:issuers:wenzhou'],
      ['zj-police', 'http://localhost:3000/issuers/zj-police', 'did:web:localhost%3A3000:issuers:zj-police'],
    ]);
    expect(keys.map(({ issuer, purpose, jwk, types }) => [issuer, purpose, jwk.alg, types])).toEqual([
      ['province', 'audit', 'ES256', undefined],
      ['wenzhou', 'certificate', 'ES256', ['residence_permit']],
      ['wenzhou', 'certificate', 'EdDSA', ['residence_permit']],
      ['zj-police', 'certificate', 'ES256', ['driving_licence', 'resident_id']],
      ['zj-police', 'certificate', 'EdDSA', ['driving_licence', 'resident_id']],
      ['province', 'pack', 'ES256', undefined],
      ['province', 'status', 'ES256', undefined],
      ['province', 'status', 'EdDSA', undefined],
    ]);
  });

  it('hold no private member', async () => {
    expect(JSON.stringify([await statement(), await list(), home.trust.rootPublicJwk()])).not.toMatch(
      /"(d|p|q|k)":/,
    );
  });

  it('are not signed again while nothing changed', async () => {
    const before = [await home.trust.rootStatement(), await home.trust.trustList()];
    await home.trust.publish();
    folderOf(home).advance(14 * DAY);
    expect((await home.trust.publish()).number).toBe(1);
    expect([await home.trust.rootStatement(), await home.trust.trustList()]).toEqual(before);
  });

  it('are renewed under the next number when half their life is over', async () => {
    folderOf(home).advance(15 * DAY + 1);
    expect(await list()).toMatchObject({ number: 2, iat: START + 15 * DAY + 1 });
    expect(await statement()).toMatchObject({ number: 1 });
    folderOf(home).advance(170 * DAY);
    expect(await statement()).toMatchObject({ number: 2 });
  });

  it('survive a restart under their numbers', async () => {
    const before = await home.trust.trustList();
    const again = await home.start();
    expect(await again.trust.trustList()).toBe(before);
  });

  it('take the next number when a key was added, retired or stolen', async () => {
    const { keyring, trust } = home;
    const key = await keyring.create({ purpose: 'certificate', owner: 'wenzhou', alg: 'ES256', days: 1 });
    expect((await trust.publish()).number).toBe(2);
    await keyring.retire(key.kid);
    const retired = await trust.publish();
    expect(retired.number).toBe(3);
    expect(retired.keys.find(({ kid }) => kid === key.kid)).toMatchObject({ state: 'retired', to: START });
    await keyring.markCompromised(key.kid);
    const stolen = await trust.publish();
    expect(stolen.keys.find(({ kid }) => kid === key.kid)?.state).toBe('compromised');
    expect(stolen.number).toBe(4);
  });

  it('leave out a department that is no longer configured, with all its keys', async () => {
    const smaller = await home.start({ issuers: issuers.slice(0, 1) });
    const { keys, issuers: listed, number } = await smaller.trust.publish();
    expect(number).toBe(2);
    expect(listed.map(({ id }) => id)).toEqual(['zj-police']);
    expect(keys.some(({ issuer }) => issuer === 'wenzhou')).toBe(false);
  });

  it('say of a type that moved until when its department signed it', async () => {
    const until = START + DAY;
    const moved = { ...issuers[0]!, types: ['resident_id'], formerTypes: { driving_licence: until } };
    const { keys } = await (await home.start({ issuers: [moved] })).trust.publish();
    expect(keys.filter(({ purpose }) => purpose === 'certificate')).toEqual([
      expect.objectContaining({
        types: ['driving_licence', 'resident_id'],
        type_until: { driving_licence: until },
      }),
      expect.objectContaining({
        types: ['driving_licence', 'resident_id'],
        type_until: { driving_licence: until },
      }),
    ]);
  });

  it('never carry one number twice, however many processes publish at once', async () => {
    const processes = await Promise.all([home.start(), home.start(), home.start()]);
    await home.keyring.create({ purpose: 'certificate', owner: 'wenzhou', alg: 'ES256', days: 1 });
    const published = await Promise.all([...processes, home].map(({ trust }) => trust.publish()));
    expect(new Set(published.map((payload) => JSON.stringify(payload))).size).toBe(1);
    expect(published[0]?.number).toBe(2);
  });

  it('of another process are seen within a second', async () => {
    const other = await home.start();
    await other.keyring.create({ purpose: 'certificate', owner: 'wenzhou', alg: 'ES256', days: 1 });
    await other.trust.publish();
    expect((await list()).number).toBe(1);
    folderOf(home).advance(1);
    expect((await list()).number).toBe(2);
  });

  it('are never signed from an old state of the keys', async () => {
    const other = await home.start();
    const { kid } = home.keyring.active('certificate', 'wenzhou', 'ES256');
    await other.keyring.markCompromised(kid);
    const { keys } = await home.trust.publish();
    expect(keys.find((key) => key.kid === kid)?.state).toBe('compromised');
  });

  it('planted in the store by somebody else are not passed on', async () => {
    const stranger = await home.keyring.create({
      purpose: 'login',
      owner: 'province',
      alg: 'ES256',
      days: 1,
    });
    const forged = await signJws(home.keyring.signer(stranger.kid), 'onecert-trust-list+jwt', {
      ...(await list()),
      number: 2,
      keys: [],
    });
    const raw = await home.collection<TrustDocument>({
      name: 'trust_documents',
      schemaVersion: 1,
      indexes: ['kind'],
    });
    await raw.insert({
      id: 'trust-list:000000000002',
      kind: 'trust-list',
      number: 2,
      jws: forged,
      createdAt: START,
    });
    folderOf(home).advance(2);
    const after = await list();
    expect(after.number).toBe(3);
    expect(after.keys.length).toBeGreaterThan(0);
  });

  it('are signed by the key the root names, not by a newer one it has not named', async () => {
    const named = (await statement()).trust_list_key.kid;
    await takeRootAway();
    await home.keyring.create({ purpose: 'trust-list', owner: 'province', alg: 'ES256', days: 1 });
    await home.keyring.create({ purpose: 'certificate', owner: 'wenzhou', alg: 'ES256', days: 1 });
    expect((await home.trust.publish()).number).toBe(2);
    expect(decodeProtectedHeader(await home.trust.trustList()).kid).toBe(named);
  });

  it('name another trust-list key once the root has said so', async () => {
    const next = await home.keyring.create({
      purpose: 'trust-list',
      owner: 'province',
      alg: 'ES256',
      days: 1,
    });
    await home.trust.publish();
    expect((await statement()).trust_list_key.kid).toBe(next.kid);
    expect(await list()).toMatchObject({ number: 2 });
  });

  describe('with the root away from the server', () => {
    it('are served and the list is renewed, and the root is known from its public record', async () => {
      const root = home.trust.rootPublicJwk();
      await takeRootAway();
      const server = await home.start();
      expect(server.trust.rootPublicJwk()).toEqual(root);
      folderOf(home).advance(200 * DAY);
      expect(await list(server)).toMatchObject({ number: 2 });
      expect(await statement(server)).toMatchObject({ number: 1 });
    });

    it('end when the statement runs out and the ceremony has sent no other', async () => {
      await takeRootAway();
      folderOf(home).advance(366 * DAY);
      await expect(home.trust.rootStatement()).rejects.toMatchObject({ code: 'key_unavailable' });
      await expect(home.trust.trustList()).rejects.toMatchObject({ code: 'key_unavailable' });
    });

    it('go on with a statement signed in the ceremony', async () => {
      const { keyring, trust } = home;
      const trustListKey = (await statement()).trust_list_key;
      const sign = (number: number, baseUrl = BASE_URL) =>
        signRootStatement({ keyring, clock: home.folder.clock, baseUrl, number, trustListKey });
      folderOf(home).advance(300 * DAY);
      const [older, newer, elsewhere] = [
        await sign(1),
        await sign(2),
        await sign(3, 'http://elsewhere.example'),
      ];
      await takeRootAway();
      await expect(trust.importRootStatement(older)).rejects.toMatchObject({ code: 'conflict' });
      await expect(trust.importRootStatement(elsewhere)).rejects.toMatchObject({ code: 'invalid_request' });
      await expect(trust.importRootStatement(`${newer.slice(0, -4)}AAAA`)).rejects.toMatchObject({
        code: 'invalid_request',
      });
      expect(await trust.importRootStatement(newer)).toMatchObject({ number: 2 });
      expect(await statement()).toMatchObject({ number: 2, iat: START + 300 * DAY });
    });
  });

  const folderOf = ({ folder }: Province) => folder.clock;
  const takeRootAway = async () => {
    await rename(join(home.folder.dir, 'offline'), join(home.folder.dir, '..', 'safe'));
    await home.keyring.reload();
  };
});
