import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { hashPassphrase, readProvinceFile } from '../../../src/ceremony/index.ts';
import { ensureDevelopmentKeys, type Keyring, signJws } from '../../../src/keyring/index.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';
import { createTrust, type IssuerInfo, type ProvinceImport, type Trust } from '../../../src/trust/index.ts';
import {
  type Trusted,
  type TrustListPayload,
  verifyView,
  viewToBeSigned,
} from '../../../src/verifier/core/index.ts';
import { newDeviceKey } from '../credentials/issuing-rig.ts';
import { type KeysFolder, keysFolder, START } from '../keyring/keys-folder.ts';
import { drivingLicence, goodIndex, viewValues } from '../verifier/test-province.ts';
import { type Process, type Province, removeKeys, startedProvince } from './province.ts';

const DAY = 86_400;
const police: IssuerInfo = {
  id: 'police',
  creditCode: '11320000014000310X',
  name: { zh: '江苏省公安厅', en: 'Jiangsu Public Security' },
  region: '320000',
  types: ['driving_licence', 'resident_id'],
};

describe('issuers of another province', () => {
  let folder: KeysFolder;
  let dir: string;
  let theirs: { keyring: Keyring; trust: Trust };
  const closing: (() => Promise<void>)[] = [];
  let home: Province & Process;

  /** Jiangsu, with keys, a root and a list of its own. */
  const neighbour = async (issuers: IssuerInfo[], baseUrl = 'https://js.example'): Promise<Trust> => {
    const keyring = theirs?.keyring ?? (await folder.open());
    const { personalDataMaster, indexKeys } = keyring.secrets;
    const dataDir = mkdtempSync(join(dir, 'store-'));
    const storage = await openStorage({ dataDir, personalDataMaster, indexKeys, clock: folder.clock });
    closing.push(() => storage.close());
    const trust = createTrust({
      keyring,
      storage,
      clock: folder.clock,
      baseUrl,
      issuers,
      province: { zh: '江苏省', en: 'Jiangsu' },
    });
    await storage.prepare();
    await trust.publish();
    return trust;
  };

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'onecert-neighbour-'));
    folder = await keysFolder();
    const keyring = await folder.open();
    await ensureDevelopmentKeys(keyring, ['police', 'wenzhou']);
    theirs = { keyring, trust: undefined as unknown as Trust };
    theirs.trust = await neighbour([police]);
  });
  beforeEach(async () => {
    home = await startedProvince();
  });
  afterEach(() => home.remove());
  afterAll(async () => {
    for (const close of closing) await close();
    await folder.remove();
    await removeKeys();
    rmSync(dir, { recursive: true, force: true });
  });

  const importOf = async (
    change: Partial<ProvinceImport> = {},
    trust = theirs.trust,
  ): Promise<ProvinceImport> => ({
    id: 'js',
    name: { zh: '江苏省', en: 'Jiangsu' },
    region: '320000',
    root: String(theirs.trust.rootPublicJwk().kid),
    statement: await trust.rootStatement(),
    list: await trust.trustList(),
    issuers: [{ id: 'police', types: ['driving_licence'] }],
    until: START + 365 * DAY,
    reviewed: { sha256: 'f'.repeat(64), persons: ['陈明', '林静'] },
    ...change,
  });
  const listed = (list: TrustListPayload) => list.keys.filter(({ issuer }) => issuer.startsWith('js-'));

  /** A driving licence view by their key, judged at a counter of ours. */
  const judged = async (type = drivingLicence) => {
    const key = theirs.keyring.active('certificate', 'police', 'ES256');
    const { toBeSigned, assemble } = viewToBeSigned(
      {
        view: 11,
        cti: new Uint8Array(8),
        nbf: START,
        exp: START + DAY,
        status: { list: 1, index: goodIndex },
        values: viewValues,
        deviceKey: (await newDeviceKey()).jwk,
      },
      key.kid,
    );
    const { keys, issuers } = await home.trust.trustListPayload();
    const trusted: Trusted = {
      keys,
      issuers,
      types: [type],
      contexts: {},
      statusOf: () => ({ status: 'valid', asOf: START, list: 1 }),
      issuedAt: START,
      expiresAt: START + DAY,
    };
    return verifyView(assemble(await key.sign(toBeSigned)), trusted, { now: START + 60 });
  };

  it('stand in our list for the types named on both sides, with their province, and no longer than their list', async () => {
    expect((await judged()).code).toBe('unknown_issuer');
    await home.trust.provinces.import(await importOf());
    const list = await home.trust.publish();
    expect(list.number).toBe(2);
    expect(list.issuers.find(({ id }) => id === 'js-police')).toEqual({
      id: 'js-police',
      credit_code: police.creditCode,
      name: police.name,
      region: '320000',
      url: 'https://js.example/issuers/police',
      did: 'did:web:js.example:issuers:police',
      province: { zh: '江苏省', en: 'Jiangsu' },
    });
    expect(listed(list)).toHaveLength(2);
    for (const key of listed(list))
      expect(key).toMatchObject({ purpose: 'certificate', types: ['driving_licence'], to: START + 30 * DAY });
    expect(await judged()).toMatchObject({
      code: 'valid',
      issuer: { id: 'js-police', province: { zh: '江苏省', en: 'Jiangsu' } },
    });
  });

  it('may issue nothing else at our counters', async () => {
    await home.trust.provinces.import(await importOf());
    await home.trust.publish();
    expect((await judged({ ...drivingLicence, id: 'resident_id' })).code).toBe('issuer_not_allowed');
  });

  it('are not believed for a type that their own list does not give them', async () => {
    const types = ['business_licence'];
    const { keys } = await home.trust.provinces.import(
      await importOf({ issuers: [{ id: 'police', types }] }),
    );
    expect(keys).toEqual([]);
  });

  it('end with our own trust, and at once when they are removed', async () => {
    const until = START + 5 * DAY;
    await home.trust.provinces.import(await importOf({ until }));
    expect(listed(await home.trust.publish()).map(({ to }) => to)).toEqual([until, until]);
    await home.trust.provinces.remove('js');
    expect(listed(await home.trust.publish())).toEqual([]);
    await expect(home.trust.provinces.remove('js')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('are renewed by their next list, and never by an older one', async () => {
    const older = await importOf();
    const { kid } = await theirs.keyring.create({
      purpose: 'certificate',
      owner: 'police',
      alg: 'ES256',
      days: 30,
    });
    await theirs.trust.publish();
    const { keys } = await home.trust.provinces.import(await importOf());
    expect(keys.map((key) => key.kid)).toContain(kid);
    await expect(home.trust.provinces.import(older)).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it.each<[string, () => Promise<ProvinceImport>, RegExp]>([
    ['another root than the one agreed upon', () => importOf({ root: 'another' }), /another root/],
    ['a list by another key', async () => importOf({ list: await home.trust.trustList() }), /not signed/],
    ['our own documents under another name', async () => importOf({
      root: String(home.trust.rootPublicJwk().kid), statement: await home.trust.rootStatement(),
      list: await home.trust.trustList(), region: '330000', issuers: [{ id: 'wenzhou', types: ['residence_permit'] }],
    }), /one of ours/],
    ['an issuer their list does not have', () => importOf({ issuers: [{ id: 'nobody', types: ['driving_licence'] }] }), /no issuer/],
    ['an issuer outside their region', () => importOf({ region: '310000' }), /region/],
    ['an issuer in our region', async () => importOf({ region: '330000' }, await neighbour([{ ...police, region: '330300' }])), /one of ours/],
    ['an issuer on our host', async () => importOf({}, await neighbour([police], 'http://localhost:3000')), /one of ours/],
    ['a credit code of ours', async () => importOf({}, await neighbour([{ ...police, creditCode: '11330000002482000X' }])), /one of ours/],
    ['something that is no statement', () => importOf({ statement: 'x' }), /another root/],
  ])('are refused with %s', async (_, input, message) => {
    await expect(home.trust.provinces.import(await input())).rejects.toMatchObject({
      code: 'invalid_request',
      detail: expect.stringMatching(message),
    });
    expect(listed(await home.trust.publish())).toEqual([]);
  }); // biome-ignore format: a table

  it('are refused when a key of ours, or one under another’s name, stands in their list', async () => {
    const list = await theirs.trust.trustListPayload();
    const signer = theirs.keyring.active('trust-list', 'province', 'ES256');
    const sign = (jwk: object, kid: string) =>
      signJws(signer, 'onecert-trust-list+jwt', {
        ...list,
        keys: [{ ...list.keys.find(({ issuer }) => issuer === 'police'), jwk, kid }],
      });
    const ours = home.keyring.active('certificate', 'wenzhou', 'ES256');
    for (const kid of [ours.kid, 'another'])
      await expect(
        home.trust.provinces.import(await importOf({ list: await sign(ours.publicJwk, kid) })),
      ).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('of a list that has run out are refused', async () => {
    const input = await importOf();
    home.folder.clock.advance(31 * DAY);
    await expect(home.trust.provinces.import(input)).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('are taken over from a reviewed file that two persons confirm', async () => {
    const input = await importOf();
    writeFileSync(join(dir, 'statement.jwt'), `${input.statement}\n`);
    writeFileSync(join(dir, 'list.jwt'), `${input.list}\n`);
    const person = (name: string) => ({
      name,
      office: '局',
      passphrase: hashPassphrase(`${name} four words here`),
    });
    const write = (change: object) => {
      writeFileSync(
        join(dir, 'js.yaml'),
        stringify({
          format: 1,
          id: 'js',
          name: input.name,
          region: '320000',
          root: input.root,
          statement: 'statement.jwt',
          list: 'list.jwt',
          issuers: input.issuers,
          until: '2027-11-23',
          persons: [person('陈明'), person('林静')],
          ...change,
        }),
      );
      return join(dir, 'js.yaml');
    };
    const file = readProvinceFile(write({}));
    expect(file.plan.text).toContain('issuer     police: driving_licence');
    expect(file.input.reviewed.persons).toEqual(['陈明', '林静']);
    expect((await home.trust.provinces.import(file.input)).keys.length).toBeGreaterThan(0);
    expect(() => readProvinceFile(write({ persons: [person('陈明')] }))).toThrow(/two persons/);
    expect(() => readProvinceFile(write({ issuers: [] }))).toThrow(/issuers/);
  });
});
