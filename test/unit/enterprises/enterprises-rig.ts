/** Enterprises on a real store, real accounts and a real audit; a register whose rows the test changes. */
import { type Account, type Accounts, createAccounts } from '../../../src/accounts/index.ts';
import { type Audit, createAudit } from '../../../src/audit/index.ts';
import {
  createEnterprises,
  type EnterpriseRecord,
  type Enterprises,
} from '../../../src/enterprises/index.ts';
import {
  citizenNumberCheckCharacter,
  creditCodeCheckCharacter,
  organisationCodeCheckCharacter,
} from '../../../src/identifiers/index.ts';
import { itemsOf, type ServiceItem } from '../../../src/items/index.ts';
import type { Storage } from '../../../src/storage/index.ts';
import { type MakeStore, sqliteStore, type TestClock } from '../../contract/test-stores.ts';
import { keysFolder } from '../keyring/keys-folder.ts';

const item = (code: string, change: Partial<ServiceItem> = {}): ServiceItem => ({
  code,
  name: { zh: '样例事项', en: 'Sample item' },
  unit: 'zj-market',
  legalBasis: { zh: '《样例》', en: 'Sample' },
  who: ['enterprise'],
  delegate: true,
  certificates: [],
  level: { proofing: 2, authenticator: 1 },
  visits: { before: 1, now: 0 },
  papers: { before: 1, now: 0 },
  handled: 'both',
  prefill: false,
  state: 'active',
  ...change,
});

export const items = [
  item('food-permit'),
  item('tax-return'),
  item('archive-copy'),
  item('own-hands', { delegate: false }),
  item('for-persons', { who: ['person'] }),
  item('retired-item', { state: 'retired' }),
];
export const allItems = items.map(({ code }) => code);
export const day = 86_400;

export const creditCode = (sequence: number): string => {
  const body = `MY98${String(sequence).padStart(4, '0')}`;
  const code = `91330302${body}${organisationCodeCheckCharacter(body)}`;
  return code + creditCodeCheckCharacter(code);
};

export const named = ({ documentKind, documentNumber, name }: Account) => ({
  kind: documentKind,
  number: documentNumber,
  name,
});

export const act = (account: Account) => ({ accountId: account.id });

export interface EnterprisesRig {
  clock: TestClock;
  storage: Storage;
  accounts: Accounts;
  audit: Audit;
  enterprises: Enterprises;
  /** What the register says, by credit code. */
  register: Map<string, EnterpriseRecord>;
  /** Set: the register answers with this failure. */
  outage: { error?: Error };
  person(proofingLevel?: 1 | 2 | 3): Promise<Account>;
  /** Enters an enterprise into the register; returns its credit code. */
  registered(legalRep: Account, change?: Partial<EnterpriseRecord>): string;
  /** Registered and opened. */
  company(legalRep: Account): Promise<{ id: string; creditCode: string }>;
  /** A mandate given and accepted. */
  mandate(
    from: { enterprise: string; by: Account },
    to: Account,
    change?: { items?: string[]; validFrom?: number; validUntil?: number },
  ): Promise<string>;
  /** The clock goes on past what the reconciler remembers. */
  later(): void;
  close(): Promise<void>;
}

export const openEnterprisesRig = async (make: MakeStore = sqliteStore): Promise<EnterprisesRig> => {
  const store = make();
  const { clock } = store;
  const keys = await keysFolder();
  const keyring = await keys.open();
  const storage = await store.open();
  const audit = createAudit({ storage, keyring, clock });
  const accounts = createAccounts({
    storage,
    clock,
    audit,
    counterKey: new Uint8Array(32).fill(7),
    argon2: { memoryCost: 1024, timeCost: 1, parallelism: 1 },
  });
  const register = new Map<string, EnterpriseRecord>();
  const outage: { error?: Error } = {};
  const enterprises = createEnterprises({
    storage,
    clock,
    accounts,
    audit,
    items: itemsOf(items),
    register: {
      adapter: 'test',
      async find(code) {
        if (outage.error) throw outage.error;
        return structuredClone(register.get(code));
      },
    },
  });
  await storage.prepare();
  let people = 0;
  let companies = 0;
  const rig: EnterprisesRig = {
    clock,
    storage,
    accounts,
    audit,
    enterprises,
    register,
    outage,
    async person(proofingLevel = 3) {
      people += 1;
      const body = `33030219800101${String(people).padStart(3, '0')}`;
      return accounts.open({
        name: `样例人${String.fromCodePoint(0x4e00 + people)}`,
        documentKind: '111',
        documentNumber: body + citizenNumberCheckCharacter(body),
        proofingLevel,
      });
    },
    registered(legalRep, change = {}) {
      companies += 1;
      const code = change.creditCode ?? creditCode(companies);
      register.set(code, {
        creditCode: code,
        name: `样例${companies}有限公司`,
        legalRep: named(legalRep),
        state: '01',
        region: '330302',
        agency: false,
        ...change,
      });
      return code;
    },
    async company(legalRep) {
      const code = rig.registered(legalRep);
      const { id } = await enterprises.open(act(legalRep), { creditCode: code });
      return { id, creditCode: code };
    },
    async mandate({ enterprise, by }, to, change = {}) {
      const given = await enterprises.giveMandate(act(by), {
        enterprise,
        to: { person: named(to) },
        items: ['food-permit'],
        validUntil: clock.seconds + 30 * day,
        ...change,
      });
      await enterprises.answerMandate(act(to), { mandate: given.id, answer: 'accept' });
      return given.id;
    },
    later: () => clock.advance(5),
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
