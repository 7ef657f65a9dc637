/** Officials on a real store in a temporary folder, with the sample's tree and as many accounts as a test asks for. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Accounts, createAccounts } from '../../../src/accounts/index.ts';
import { type Audit, createAudit } from '../../../src/audit/index.ts';
import { projectDir } from '../../../src/config.ts';
import { ensureDevelopmentKeys, openKeyring } from '../../../src/keyring/index.ts';
import { createOfficials, type Officials, type Role, readTree } from '../../../src/officials/index.ts';
import { openStorage, type Storage } from '../../../src/storage/index.ts';
import { citizenNumber, faultyStorage, testClock } from '../credentials/issuing-rig.ts';

export const context = { actor: 'cli' };
export const sampleTree = readFile(join(projectDir, 'config/sample/organisation.yaml'), 'utf8');

export interface OfficialsRig {
  clock: ReturnType<typeof testClock>;
  storage: Storage;
  /** Lets a write of the officials' own collections fail. */
  faults: ReturnType<typeof faultyStorage>;
  accounts: Accounts;
  audit: Audit;
  officials: Officials;
  /** Account ids whose office sessions were ended, in order. */
  endedSessions: string[];
  newAccount(proofingLevel?: 1 | 2 | 3): Promise<string>;
  /** A person with one post. */
  newOfficial(unit: string, roles: Role[], more?: { region?: string }): Promise<string>;
  /** The first two administrators: system, security. */
  found(): Promise<[string, string]>;
  close(): Promise<void>;
}

export const openOfficialsRig = async (): Promise<OfficialsRig> => {
  const dir = await mkdtemp(join(tmpdir(), 'onecert-officials-'));
  const clock = testClock();
  const keyring = await openKeyring({
    dir: join(dir, 'keys'),
    clock,
    mode: 'development',
    env: {},
    generateSecrets: true,
  });
  const { personalDataMaster, indexKeys, nonceSecret } = keyring.secrets;
  const storage = await openStorage({ dataDir: dir, personalDataMaster, indexKeys, clock });
  const audit = createAudit({ storage, keyring, clock });
  const accounts = createAccounts({
    storage,
    clock,
    counterKey: nonceSecret,
    argon2: { memoryCost: 64, timeCost: 1, parallelism: 1 },
  });
  const endedSessions: string[] = [];
  const faults = faultyStorage();
  const officials = createOfficials({
    storage: faults.storageOf(storage),
    accounts,
    audit,
    clock,
    endOfficeSessions: async (account) => void endedSessions.push(account),
  });
  await storage.prepare();
  await ensureDevelopmentKeys(keyring, []);
  await officials.tree.import(readTree(await sampleTree), context);
  let order = 100;
  const newAccount = async (proofingLevel: 1 | 2 | 3 = 2): Promise<string> => {
    order += 1;
    const documentNumber = citizenNumber(order);
    return (await accounts.open({ name: '测试人', documentKind: '111', documentNumber, proofingLevel })).id;
  };
  return {
    clock,
    storage,
    faults,
    accounts,
    audit,
    officials,
    endedSessions,
    newAccount,
    async newOfficial(unit, roles, more = {}) {
      const account = await newAccount();
      await officials.posts.appoint({ account, unit, roles, ...more, context });
      return account;
    },
    async found() {
      const accounts: [string, string] = [await newAccount(), await newAccount()];
      await officials.administrators.found({ accounts, unit: 'zj-government' });
      return accounts;
    },
    async close() {
      await storage.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
};
