/** Families and life events on a real store with real accounts, credentials, enterprises and audit; registers of given rows. */
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { type Account, type Accounts, createAccounts } from '../../../src/accounts/index.ts';
import { type Audit, createAudit } from '../../../src/audit/index.ts';
import { projectDir } from '../../../src/config.ts';
import { readCatalogue } from '../../../src/credentials/catalogue/read-catalogue.ts';
import { readDepartments } from '../../../src/credentials/catalogue/read-departments.ts';
import { createCredentials } from '../../../src/credentials/create-credentials.ts';
import { type Credentials, createProofCheck } from '../../../src/credentials/index.ts';
import { credentialNonces } from '../../../src/credentials/openid4vci/credential-nonce.ts';
import type { RegisterRow } from '../../../src/credentials/registers/register.ts';
import {
  createEnterprises,
  type EnterpriseRecord,
  type Enterprises,
} from '../../../src/enterprises/index.ts';
import { ServiceError } from '../../../src/errors.ts';
import { createFamilies, type Families } from '../../../src/families/index.ts';
import { citizenNumberCheckCharacter, documentKey, normaliseName } from '../../../src/identifiers/index.ts';
import { itemsOf } from '../../../src/items/index.ts';
import { ensureDevelopmentKeys, type Keyring } from '../../../src/keyring/index.ts';
import { createLifeEvents, type LifeEvent, type LifeEvents } from '../../../src/life-events/index.ts';
import { createOfficials, type Officials } from '../../../src/officials/index.ts';
import type { Storage } from '../../../src/storage/index.ts';
import { createTrust, type Trust } from '../../../src/trust/index.ts';
import { type MakeStore, sqliteStore, type TestClock } from '../../contract/test-stores.ts';
import { baseUrl, faultyStorage, registersOf } from '../credentials/issuing-rig.ts';
import { items } from '../enterprises/enterprises-rig.ts';
import { keysFolder } from '../keyring/keys-folder.ts';

export const day = 86_400;
export { baseUrl };

/** An invented number of somebody born on that day. */
export const numberOf = (birthDate: string, order = 1): string => {
  const body = `330102${birthDate.replaceAll('-', '')}${String(order).padStart(3, '0')}`;
  return body + citizenNumberCheckCharacter(body);
};

/** The day in UTC+8 so many days and years from a moment, YYYY-MM-DD. */
export const dayFrom = (seconds: number, years: number, days = 0): string => {
  const at = new Date((seconds + 8 * 3_600 + days * day) * 1000);
  return new Date(Date.UTC(at.getUTCFullYear() + years, at.getUTCMonth(), at.getUTCDate()))
    .toISOString()
    .slice(0, 10);
};

export const named = ({ documentKind, documentNumber, name }: Account) => ({
  kind: documentKind,
  number: documentNumber,
  name,
});
export const documentOf = ({ documentKind: kind, documentNumber: number }: Account) => ({ kind, number });
export const act = (account: Account) => ({ accountId: account.id });

interface Features {
  storage: Storage;
  accounts: Accounts;
  audit: Audit;
  credentials: Credentials;
  enterprises: Enterprises;
  families: Families;
  lifeEvents: LifeEvents;
  officials: Officials;
  trust: Trust;
}

export interface FamiliesRig extends Features {
  clock: TestClock;
  /** The clock goes to this Unix second. */
  goTo(seconds: number): void;
  fault: ReturnType<typeof faultyStorage>;
  /** The register of guardians does not answer. */
  registerDown: boolean;
  /** What the population register says. */
  guardians: Map<string, { kind: string; number: string }[]>;
  residents: Map<string, string>;
  news: LifeEvent[];
  /** What the other registers say. */
  permits: RegisterRow[];
  companies: Map<string, EnterpriseRecord>;
  /** Whose sessions were ended. */
  sessionsEnded: string[];
  failures: unknown[];
  person(input?: { birthDate?: string; proofingLevel?: 1 | 2 | 3; name?: string }): Promise<Account>;
  /** In the population register, without an account. */
  resident(birthDate: string): { kind: string; number: string; name: string };
  permit(of: { kind: string; number: string; name: string }): RegisterRow;
  /** The child of this guardian, linked. */
  child(guardian: Account, birthDate?: string): Promise<{ account: Account; link: string }>;
  relative(actor: Account, holder: Account): Promise<string>;
  proof(): Promise<string>;
  /** Everything opened anew on the same store, as after a restart. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export const openFamiliesRig = async (make: MakeStore = sqliteStore): Promise<FamiliesRig> => {
  const store = make();
  const { clock } = store;
  const keys = await keysFolder();
  const guardians: FamiliesRig['guardians'] = new Map();
  const residents: FamiliesRig['residents'] = new Map();
  const companies: FamiliesRig['companies'] = new Map();
  const news: LifeEvent[] = [];
  const permits: RegisterRow[] = [];
  const sessionsEnded: string[] = [];
  const failures: unknown[] = [];
  const issuers = readDepartments(join(projectDir, 'config/sample/departments.yaml'));
  const catalogue = readCatalogue(join(projectDir, 'config/certificates'));
  const nonceSecret = new Uint8Array(32).fill(9);

  const open = async (): Promise<Features & { fault: FamiliesRig['fault']; keyring: Keyring }> => {
    const keyring = await keys.open({ clock });
    const fault = faultyStorage();
    const real = await store.open();
    const storage = fault.storageOf(real);
    const audit = createAudit({ storage, keyring, clock });
    const trust = createTrust({
      keyring,
      storage,
      clock,
      baseUrl,
      issuers,
      province: { zh: '浙江省', en: 'Zhejiang' },
    });
    const accounts = createAccounts({
      storage,
      clock,
      audit,
      counterKey: new Uint8Array(32).fill(7),
      argon2: { memoryCost: 1024, timeCost: 1, parallelism: 1 },
    });
    const credentials = createCredentials({
      storage,
      keyring,
      trust,
      audit,
      catalogue,
      registers: registersOf({ 'residence-permits': permits }),
      clock,
      baseUrl,
    });
    const enterprises = createEnterprises({
      storage,
      clock,
      accounts,
      audit,
      items: itemsOf(items),
      register: { adapter: 'test', find: async (code) => structuredClone(companies.get(code)) },
    });
    const officials = createOfficials({ storage, accounts, audit, clock });
    const families = createFamilies({
      storage,
      accounts,
      audit,
      catalogue,
      clock,
      credentials,
      guardians: {
        adapter: 'test',
        async guardiansOf(child) {
          if (rig.registerDown) throw new ServiceError('register_unavailable');
          return guardians.get(documentKey(child)) ?? [];
        },
      },
      population: {
        adapter: 'test',
        async match(identity) {
          const name = residents.get(documentKey(identity));
          if (name === undefined) return 'unknown';
          return name === normaliseName(identity.name) ? 'match' : 'mismatch';
        },
      },
      checkProofs: createProofCheck({ ephemeral: real.ephemeral, clock, baseUrl, nonceSecret }),
    });
    const lifeEvents = createLifeEvents({
      storage,
      accounts,
      audit,
      clock,
      credentials,
      enterprises,
      families,
      officials,
      endAllOf: async (account) => void sessionsEnded.push(account),
      register: {
        adapter: 'test',
        async lifeEvents(since) {
          const from = Number(since ?? 0);
          const events = structuredClone(news.slice(from, from + 3));
          return { events, cursor: String(from + events.length), faulty: 0 };
        },
      },
      onFailure: (error) => void failures.push(error),
    });
    await real.prepare();
    await ensureDevelopmentKeys(
      keyring,
      issuers.map(({ id }) => id),
    );
    await trust.publish();
    await credentials.resumePendingStateChanges();
    return {
      storage: real,
      accounts,
      audit,
      credentials,
      enterprises,
      families,
      lifeEvents,
      officials,
      trust,
      fault,
      keyring,
    };
  };

  let people = 0;
  const nextOrder = (): number => {
    people += 1;
    return people;
  };
  const nextName = (): string => `样例人${String.fromCodePoint(0x4e00 + people)}`;
  const rig: FamiliesRig = {
    ...(await open()),
    registerDown: false,
    clock,
    // Into the middle of the second, so that rounding cannot leave it.
    goTo: (seconds) => clock.advance(seconds + 0.5 - clock.now() / 1000),
    guardians,
    residents,
    news,
    permits,
    companies,
    sessionsEnded,
    failures,
    async person({ birthDate = '1980-01-01', proofingLevel = 3, name } = {}) {
      const number = numberOf(birthDate, nextOrder());
      const account = await rig.accounts.open({
        name: name ?? nextName(),
        documentKind: '111',
        documentNumber: number,
        proofingLevel,
      });
      residents.set(`111:${number}`, account.name);
      return account;
    },
    resident(birthDate) {
      const number = numberOf(birthDate, nextOrder());
      const name = nextName();
      residents.set(`111:${number}`, name);
      return { kind: '111', number, name };
    },
    permit(of) {
      const row: RegisterRow = {
        key: `RP-${permits.length + 1}`,
        holder: { kind: of.kind, number: of.number },
        holderName: of.name,
        state: '01',
        issuer: 'zj-police',
        fields: {
          name: of.name,
          id_number: of.number,
          sex: '女',
          household_address: '浙江省杭州市西湖区测试路1号',
          present_address: '浙江省温州市鹿城区测试路2号',
          region: '330302',
          valid_from: dayFrom(clock.seconds, -1),
          valid_until: dayFrom(clock.seconds, 5),
          authority: '样例公安局',
        },
      };
      permits.push(row);
      return row;
    },
    async child(guardian, birthDate = dayFrom(clock.seconds, -8)) {
      const child = rig.resident(birthDate);
      rig.permit(child);
      guardians.set(documentKey(child), [documentOf(guardian)]);
      const { id } = await rig.families.addChild(act(guardian), child);
      return { account: (await rig.accounts.findByDocument(child.kind, child.number))!, link: id };
    },
    async relative(actor, holder) {
      const { id } = await rig.families.invite(act(actor), documentOf(holder));
      await rig.families.accept(act(holder), id);
      return id;
    },
    async proof() {
      const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
      return new SignJWT({ nonce: credentialNonces(nonceSecret, clock).nextChallenge() })
        .setProtectedHeader({ alg: 'ES256', typ: 'openid4vci-proof+jwt', jwk: await exportJWK(publicKey) })
        .setAudience(baseUrl)
        .setIssuedAt(clock.seconds)
        .sign(privateKey);
    },
    async restart() {
      await rig.storage.close();
      Object.assign(rig, await open());
    },
    async close() {
      await store.dispose();
      await keys.remove();
    },
  };
  return rig;
};

/** What a promise was refused with. */
export const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'ok';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
};
