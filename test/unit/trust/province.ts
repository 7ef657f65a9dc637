/** A small province with real keys and a real store. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Audit, createAudit } from '../../../src/audit/index.ts';
import { readCeremonyFile, runCeremony } from '../../../src/ceremony/index.ts';
import type { Keyring } from '../../../src/keyring/index.ts';
import type { Collection, CollectionSpec, Document, Storage } from '../../../src/storage/index.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';
import { createTrust, type IssuerInfo, type Trust } from '../../../src/trust/index.ts';
import { bothConfirm, ceremonyFolder, software } from '../ceremony/ceremony-file.ts';
import { type KeysFolder, keysFolder } from '../keyring/keys-folder.ts';

export const BASE_URL = 'http://localhost:3000';
export const issuers: IssuerInfo[] = [
  {
    id: 'zj-police',
    creditCode: '11330000002482000X',
    name: { zh: '浙江省公安厅', en: 'Zhejiang Public Security' },
    region: '330000',
    types: ['resident_id', 'driving_licence'],
  },
  {
    id: 'wenzhou',
    creditCode: '11330300002500000A',
    name: { zh: '温州市', en: 'Wenzhou' },
    region: '330300',
    types: ['residence_permit'],
  },
];

/** One server process of the province. */
export interface Process {
  keyring: Keyring;
  storage: Storage;
  trust: Trust;
  audit: Audit;
}

export interface Province {
  folder: KeysFolder;
  start(options?: { issuers?: IssuerInfo[] }): Promise<Process>;
  /** A collection as somebody reaches it who is none of our processes. */
  collection<T extends Document>(spec: CollectionSpec<T>): Promise<Collection<T>>;
  remove(): Promise<void>;
}

export async function province(): Promise<Province> {
  const folder = await keysFolder();
  const dataDir = await mkdtemp(join(tmpdir(), 'onecert-trust-'));
  const stores: Storage[] = [];
  const { clock } = folder;
  const open = async (keyring: Keyring): Promise<Storage> => {
    const { personalDataMaster, indexKeys } = keyring.secrets;
    const storage = await openStorage({ dataDir, personalDataMaster, indexKeys, busyTimeoutMs: 5000, clock });
    stores.push(storage);
    return storage;
  };
  return {
    folder,
    async collection(spec) {
      const storage = await open(await folder.open());
      const collection = storage.collection(spec);
      await storage.prepare();
      return collection;
    },
    async start(options = {}) {
      const keyring = await folder.open();
      const storage = await open(keyring);
      const trust = createTrust({
        keyring,
        storage,
        clock,
        baseUrl: BASE_URL,
        issuers: options.issuers ?? issuers,
        province: { zh: '浙江省', en: 'Zhejiang' },
      });
      const audit = createAudit({ storage, keyring, clock });
      await storage.prepare();
      return { keyring, storage, trust, audit };
    },
    async remove() {
      for (const storage of stores) await storage.close();
      await folder.remove();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

let keysOnce: Promise<KeysFolder> | undefined;

const key = (purpose: string, owner: string, alg: string) => ({
  operation: 'key',
  purpose,
  owner,
  alg,
  valid_until: '2028-11-23',
  out: `${purpose}-${owner}-${alg.toLowerCase()}.json`,
});

/** As the province makes them: in a ceremony (security (a) 10). Once a test file: most of the time goes into RSA. */
async function madeKeys(): Promise<KeysFolder> {
  const folder = await keysFolder();
  const ceremony = ceremonyFolder();
  const file = ceremony.write({
    base_url: BASE_URL,
    keys_folder: folder.dir,
    operations: [
      { operation: 'root', valid_until: '2036-11-23', out: 'root.json' },
      { operation: 'next-root', valid_until: '2046-11-23', out: 'next-root.json' },
      ...['trust-list', 'status', 'pack', 'audit', 'login'].map((purpose) =>
        key(purpose, 'province', 'ES256'),
      ),
      ...['status', 'login'].map((purpose) => key(purpose, 'province', 'EdDSA')),
      key('login', 'province', 'RS256'),
      ...issuers.flatMap(({ id }) => ['ES256', 'EdDSA'].map((alg) => key('certificate', id, alg))),
    ],
  });
  const { clock } = folder;
  await runCeremony(readCeremonyFile(file), { clock, software, env: {}, confirm: bothConfirm });
  ceremony.remove();
  return folder;
}

/** For `afterAll`: the keys all provinces of this file were started with. */
export async function removeKeys(): Promise<void> {
  await (await keysOnce)?.remove();
  keysOnce = undefined;
}

/** The province after its first start: all keys made, first documents signed. */
export async function startedProvince(): Promise<Province & Process> {
  keysOnce ??= madeKeys();
  const made = await province();
  await cp((await keysOnce).dir, made.folder.dir, { recursive: true });
  const process = await made.start();
  await process.trust.publish();
  return { ...made, ...process };
}
