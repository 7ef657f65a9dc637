/** A province in memory and a temporary folder: real store, real keys, real trust and audit; registers of given rows. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Account } from '../../../src/accounts/index.ts';
import { type Audit, createAudit } from '../../../src/audit/index.ts';
import type { Clock } from '../../../src/clock.ts';
import { projectDir } from '../../../src/config.ts';
import { readCatalogue } from '../../../src/credentials/catalogue/read-catalogue.ts';
import { readDepartments } from '../../../src/credentials/catalogue/read-departments.ts';
import { createCredentials } from '../../../src/credentials/create-credentials.ts';
import type { CopyFormat, Credentials } from '../../../src/credentials/index.ts';
import type { Register, RegisterRow, Registers } from '../../../src/credentials/registers/register.ts';
import { citizenNumberCheckCharacter } from '../../../src/identifiers/index.ts';
import { ensureDevelopmentKeys, type Keyring, openKeyring } from '../../../src/keyring/index.ts';
import {
  type Collection,
  type CollectionSpec,
  type Document,
  openStorage,
  type Storage,
} from '../../../src/storage/index.ts';
import { createTrust, type Trust } from '../../../src/trust/index.ts';

export const baseUrl = 'http://localhost:3000';
export const context = { actor: 'system' };
export const allFormats: CopyFormat[] = ['ldp_vc', 'dc+sd-jwt', 'onecert-view+cwt'];

/** A clock that stands still until it is moved. */
export const testClock = (start = Date.parse('2026-11-23T08:00:00Z')) => {
  let at = start;
  return { now: () => at, forward: (seconds: number) => (at += seconds * 1000) };
};

/** An invented citizen number with a right check character. */
export const citizenNumber = (order: number): string => {
  const body = `33010219900307${String(order).padStart(3, '0')}`;
  return body + citizenNumberCheckCharacter(body);
};

export const person = (id: string, number: string, change: Partial<Account> = {}): Account => ({
  id: `p_${id.padStart(22, '0')}`,
  kind: 'person',
  state: 'active',
  name: '测试人',
  documentKind: '111',
  documentNumber: number,
  proofingLevel: 2,
  createdAt: 0,
  ...change,
});

export const drivingLicenceRow = (
  of: { key: string; number: string; name?: string },
  change: Partial<RegisterRow> = {},
): RegisterRow => ({
  key: of.key,
  holder: { kind: '111', number: of.number },
  holderName: of.name ?? '测试人',
  state: '01',
  issuer: 'zj-police',
  ...change,
  fields: {
    name: of.name ?? '测试人',
    licence_number: of.number,
    sex: '男',
    class: 'C1',
    first_issue: '2015-06-01',
    valid_from: '2021-06-01',
    valid_until: '2031-06-01',
    file_number: '330100123456',
    address: '浙江省杭州市上城区测试路1号',
    points: 0,
    authority: '浙江省公安厅',
    ...change.fields,
  },
});

/** Registers of given rows, by register id; any other register is empty. */
export const registersOf = (rows: Record<string, RegisterRow[]>, blocked: RegisterRow[] = []): Registers => {
  const mine = (row: RegisterRow, holder: RegisterRow['holder']) =>
    row.holder.kind === holder.kind && row.holder.number === holder.number;
  const get = (id: string): Register => ({
    id,
    adapter: 'memory',
    find: async (holder) => ({
      rows: (rows[id] ?? []).filter((row) => mine(row, holder)),
      blocked: blocked.some((row) => mine(row, holder)),
    }),
    intake: async () => ({
      register: id,
      rows: 0,
      usable: 0,
      blocked: 0,
      flagged: 0,
      counts: {},
      findings: [],
    }),
  });
  return { get, all: () => Object.keys(rows).map(get) };
};

export const newDeviceKey = async (alg: 'ES256' | 'EdDSA' = 'ES256') => {
  const pair = await generateKeyPair(alg, { extractable: true });
  const jwk: JWK = await exportJWK(pair.publicKey);
  return { jwk, privateKey: pair.privateKey as CryptoKey };
};

export const newDeviceKeys = async (count: number): Promise<JWK[]> =>
  Promise.all(Array.from({ length: count }, async () => (await newDeviceKey()).jwk));

export interface Rig {
  dir: string;
  clock: Clock;
  storage: Storage;
  keyring: Keyring;
  trust: Trust;
  audit: Audit;
  credentials: Credentials;
  /** `keep`: leaves the folder, to be opened again as after a restart. */
  close(options?: { keep?: boolean }): Promise<void>;
}

export interface RigOptions {
  registers?: Registers;
  clock?: Clock;
  /** The folder of a rig that was closed with `keep`. */
  dir?: string;
  /** What the credentials feature gets instead of the store, the keyring or the audit: for faults. */
  storageOf?(storage: Storage): Storage;
  keyringOf?(keyring: Keyring): Keyring;
  auditOf?(audit: Audit): Audit;
}

export const openRig = async (options: RigOptions = {}): Promise<Rig> => {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'onecert-issuing-')));
  const clock = options.clock ?? testClock();
  const issuers = readDepartments(join(projectDir, 'config/sample/departments.yaml'));
  const keysDir = join(dir, 'keys');
  const keyring = await openKeyring({
    dir: keysDir,
    clock,
    mode: 'development',
    env: {},
    generateSecrets: true,
  });
  const { personalDataMaster, indexKeys } = keyring.secrets;
  const storage = await openStorage({ dataDir: join(dir, 'data'), personalDataMaster, indexKeys, clock });
  const province = { zh: '浙江省', en: 'Zhejiang' };
  const trust = createTrust({ keyring, storage, clock, baseUrl, issuers, province });
  const audit = createAudit({ storage, keyring, clock });
  const credentials = createCredentials({
    storage: options.storageOf?.(storage) ?? storage,
    keyring: options.keyringOf?.(keyring) ?? keyring,
    trust,
    audit: options.auditOf?.(audit) ?? audit,
    catalogue: readCatalogue(join(projectDir, 'config/certificates')),
    registers: options.registers ?? registersOf({}),
    clock,
    baseUrl,
  });
  await storage.prepare();
  await ensureDevelopmentKeys(
    keyring,
    issuers.map(({ id }) => id),
  );
  await trust.publish();
  return {
    dir,
    clock,
    storage,
    keyring,
    trust,
    audit,
    credentials,
    async close({ keep = false } = {}) {
      await storage.close();
      if (!keep) await rm(dir, { recursive: true, force: true });
    },
  };
};

/**
 * A store that lets the test look into its collections, and that fails once: at the n-th write after `failAt(n)`,
 * before it is made (`before`) or after it was made but before the caller learns of it (`after`).
 */
export const faultyStorage = () => {
  const collections = new Map<string, Collection<Document>>();
  let countdown = Number.POSITIVE_INFINITY;
  let when: 'before' | 'after' = 'before';
  const write = async <R>(work: () => Promise<R>): Promise<R> => {
    countdown -= 1;
    const now = countdown === 0;
    if (now && when === 'before') throw new Error('the store is gone');
    const result = await work();
    if (now) throw new Error('the store is gone');
    return result;
  };
  return {
    collection: <T extends Document>(name: string) => collections.get(name) as unknown as Collection<T>,
    failAt(nth: number, moment: 'before' | 'after') {
      countdown = nth;
      when = moment;
    },
    storageOf: (storage: Storage): Storage =>
      new Proxy(storage, {
        get(target, member) {
          if (member !== 'collection')
            return Reflect.get(target, member).bind?.(target) ?? Reflect.get(target, member);
          return (spec: CollectionSpec<Document>) => {
            const real = target.collection(spec);
            collections.set(spec.name, real);
            const faulty: Collection<Document> = {
              get: (id) => real.get(id),
              find: (index, value, page) => real.find(index, value, page),
              findKeyed: (index, value, page) => real.findKeyed(index, value, page),
              list: (page) => real.list(page),
              count: () => real.count(),
              insert: (doc) => write(() => real.insert(doc)),
              replace: (doc) => write(() => real.replace(doc)),
              delete: (id, ver) => write(() => real.delete(id, ver)),
            };
            return faulty;
          };
        },
      }),
  };
};
