import { createAccounts } from '../../../src/accounts/create-accounts.ts';
import type { Account, Accounts, Recoveries } from '../../../src/accounts/index.ts';
import { stepOf, totpAt } from '../../../src/accounts/totp.ts';
import type { Storage } from '../../../src/storage/index.ts';
import { sqliteStore, type TestClock } from '../../contract/test-stores.ts';

const cheap = { memoryCost: 1024, timeCost: 1, parallelism: 1 };

export interface RigPerson {
  account: Account;
  number: string;
  phone: string;
  password: string;
  codes: string[];
  totpCode(): string;
}

export interface RecoveryRig {
  clock: TestClock;
  storage: Storage;
  accounts: Accounts;
  recoveries: Recoveries;
  /** Messages as the operator gets them: phone and text. */
  sent: { phone: string; text: string }[];
  /** What the next face check of a session answers. */
  faces: Map<string, 'match' | 'no_match'>;
  /** Whose face each check was asked for. */
  facesOf: { kind: string; number: string; name: string }[];
  /** Account ids whose sessions were ended, in order. */
  ended: string[];
  /** How often ending sessions fails from now on: a crash at that point. */
  failures: { left: number };
  add(more?: { phone?: string; proofingLevel?: 1 | 2 | 3; answered?: boolean }): Promise<RigPerson>;
  /** Whether this password is hers at this moment. */
  isPassword(person: RigPerson, password: string): Promise<boolean>;
  close(): Promise<void>;
}

/** Accounts and recoveries on the embedded store; the operator, the face check and the sessions are lists. */
export const openRecoveryRig = async (refusalMilliseconds = 0): Promise<RecoveryRig> => {
  const store = sqliteStore();
  const { clock } = store;
  const storage = await store.open();
  const sent: RecoveryRig['sent'] = [];
  const faces: RecoveryRig['faces'] = new Map();
  const facesOf: RecoveryRig['facesOf'] = [];
  const ended: string[] = [];
  const failures = { left: 0 };
  const accounts = createAccounts({
    storage,
    clock,
    counterKey: new Uint8Array(32).fill(7),
    argon2: cheap,
    refusalMilliseconds,
    limits: { wrongPerName: 100_000, wrongPerDay: 100_000, wrongPerAddress: 100_000 },
    smsLimits: { minute: 100_000, hour: 100_000, address: 100_000 },
    sms: {
      adapter: 'list',
      send: async (message) => {
        sent.push(message);
      },
    },
  });
  const recoveries = accounts.openRecoveries({
    baseUrl: 'https://one.example.test',
    endAllOf: async (id) => {
      if (failures.left > 0) {
        failures.left -= 1;
        throw new Error('the process ended here');
      }
      ended.push(id);
    },
    face: {
      async check(session, person) {
        facesOf.push(person);
        return faces.get(session) ?? 'unavailable';
      },
    },
  });
  await storage.prepare();
  let people = 0;
  return {
    clock,
    storage,
    accounts,
    recoveries,
    sent,
    faces,
    facesOf,
    ended,
    failures,
    async add(more = {}) {
      people += 1;
      const number = `E${String(60_000_000 + people)}`;
      const phone = more.phone ?? `139${String(10_000_000 + people)}`;
      const password = `the-old-password-${people}`;
      const account = await accounts.open({
        name: '测试季春',
        documentKind: '414',
        documentNumber: number,
        phone,
        proofingLevel: more.proofingLevel ?? 3,
        ...(more.answered === false ? {} : { phoneSeenAt: clock.seconds }),
      });
      await accounts.setPassword(account.id, password);
      const codes = await accounts.authenticators.makeRecoveryCodes(account.id);
      const secret = accounts.authenticators.newTotpSecret();
      let used = stepOf(clock.seconds) - 1;
      await accounts.authenticators.addTotp(account.id, { secret, code: totpAt(secret, used) });
      return {
        account,
        number,
        phone,
        password,
        codes,
        totpCode() {
          used = Math.max(used + 1, stepOf(clock.seconds) - 1);
          return totpAt(secret, used);
        },
      };
    },
    isPassword: ({ account }, password) =>
      accounts.checkOwnPassword({ account: account.id, password, address: 'rig' }),
    async close() {
      await storage.close();
      await store.dispose();
    },
  };
};
