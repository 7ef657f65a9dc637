/** The accounts feature: people, their passwords and how they are found by what they type. */
import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import {
  canonicalDocumentKind,
  checkDocument,
  documentKey,
  documentKinds,
  normaliseDocumentNumber,
  normaliseLoginName,
  normaliseName,
  normalisePhone,
} from '../identifiers/index.ts';
import { DataKeyDestroyed, type Storage } from '../storage/index.ts';
import { newAccountId } from './account-id.ts';
import { accountSpec, authenticatorSpec, noticeSpec } from './account-store.ts';
import { createAuthenticators } from './authenticators.ts';
import { createAccountChanges } from './change-account.ts';
import { checkOwnPassword } from './check-own-password.ts';
import { closeAccount } from './close-account.ts';
import { createGuessBudget } from './guess-budget.ts';
import type { Account, Accounts, OpenAccount } from './index.ts';
import { refusalMilliseconds } from './limits.ts';
import { createNotices } from './notices.ts';
import { type Argon2Cost, createPasswordHasher } from './password-hash.ts';
import { changeAccount } from './phone-standing.ts';
import { readPlain } from './read-plain.ts';
import { createRecoveries } from './recovery/create-recoveries.ts';
import { createSignInCounter, defaultLimits, type SignInLimits } from './sign-in-limits.ts';
import { signInWithPassword } from './sign-in-with-password.ts';
import { createSmsCodes } from './sms/sms-codes.ts';
import { noSms, type SmsGateway } from './sms/sms-gateway.ts';
import { checkPassword, storePassword } from './store-password.ts';

export interface AccountsDeps {
  storage: Storage;
  clock: Clock;
  /** 32 bytes shared by all processes; keys the hashes under which tries are counted. */
  counterKey: Uint8Array;
  audit?: Audit;
  argon2?: Argon2Cost;
  limits?: Partial<SignInLimits>;
  /** Default: none, and SMS is no way of signing in. */
  sms?: SmsGateway;
  /** Codes a phone a minute, a phone an hour, an address an hour. */
  smsLimits?: Parameters<typeof createSmsCodes>[0]['limits'];
  /** Country codes beside +86 that text messages are sent to. */
  smsPrefixes?: readonly string[];
  /** For tests: the least time of a refusal. */
  refusalMilliseconds?: number;
  /** A message could not be sent. */
  onSmsFailure?(error: unknown): void;
}

const cleanInput = (input: OpenAccount) => {
  const documentKind = canonicalDocumentKind(input.documentKind);
  const documentNumber = normaliseDocumentNumber(input.documentNumber);
  if (documentKind === undefined || !checkDocument(documentKind, documentNumber).ok) {
    throw new ServiceError('invalid_request', { detail: 'fields: documentKind, documentNumber' });
  }
  const phone = input.phone === undefined ? undefined : normalisePhone(input.phone);
  if (input.phone !== undefined && phone === undefined) {
    throw new ServiceError('invalid_request', { detail: 'fields: phone' });
  }
  return {
    ...input,
    name: normaliseName(input.name),
    documentKind,
    documentNumber,
    ...(phone ? { phone } : {}),
  };
};

/** Declares its collections: create it before `storage.prepare()`. */
export const createAccounts = (deps: AccountsDeps): Accounts => {
  const { storage, clock, audit } = deps;
  const accounts = storage.collection(accountSpec);
  const authenticators = storage.collection(authenticatorSpec);
  const hasher = createPasswordHasher(deps.argon2);
  const counter = createSignInCounter({
    ephemeral: storage.ephemeral,
    clock,
    counterKey: deps.counterKey,
    limits: { ...defaultLimits, ...deps.limits },
  });

  const gateway = deps.sms ?? noSms;
  const failure = deps.onSmsFailure ? { onFailure: deps.onSmsFailure } : {};
  const budget = createGuessBudget({ ephemeral: storage.ephemeral, clock, counterKey: deps.counterKey });
  const noticeRecords = storage.collection(noticeSpec);
  const codes = createSmsCodes({
    gateway,
    ephemeral: storage.ephemeral,
    budget,
    ...failure,
    ...(deps.smsLimits ? { limits: deps.smsLimits } : {}),
    ...(deps.smsPrefixes ? { prefixes: deps.smsPrefixes } : {}),
  });
  const notices = createNotices({
    notices: noticeRecords,
    gateway,
    reaches: codes.reaches,
    clock,
    ...failure,
  });

  const absentWhenShredded = async <T>(work: Promise<T>, absent: T): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (error instanceof DataKeyDestroyed) return absent;
      throw error;
    }
  };

  const find = (id: string) => absentWhenShredded(accounts.get(id), undefined);

  const findByDocument = async (kind: string, number: string): Promise<Account | undefined> => {
    const key = documentKey({ kind, number: normaliseDocumentNumber(number) });
    const [found] = await absentWhenShredded(accounts.findKeyed('document', key, { limit: 1 }), []);
    return found;
  };

  const findByLoginName = async (loginName: string): Promise<Account[]> => {
    const name = normaliseLoginName(loginName);
    const phone = normalisePhone(name);
    if (phone !== undefined) return absentWhenShredded(accounts.findKeyed('phone', phone, { limit: 20 }), []);
    // Every kind, always: the work must not tell which kind of document a number belongs to.
    const found = await Promise.all(documentKinds.map(({ kind }) => findByDocument(kind, name)));
    return found.filter((account) => account !== undefined);
  };

  const refusal = deps.refusalMilliseconds ?? refusalMilliseconds;
  const known = {
    accounts,
    authenticators,
    clock,
    budget,
    codes,
    tell: notices.tell,
    noticesOf: notices.of,
    ...(audit ? { audit } : {}),
  };

  return {
    ...createAccountChanges({ accounts, clock, audit }),
    authenticators: createAuthenticators({ ...known, refusalMilliseconds: refusal }),
    openRecoveries: (more) =>
      createRecoveries({
        ...known,
        ...more,
        storage,
        hasher,
        find,
        findByLoginName,
        refusalMilliseconds: refusal,
      }),
    checkOwnPassword: (input) =>
      checkOwnPassword({ authenticators, hasher, counter, clock, ...(audit ? { audit } : {}) }, input),
    async open(input) {
      const account = await accounts.insert({
        ...cleanInput(input),
        id: newAccountId(),
        kind: 'person',
        state: 'active',
        createdAt: seconds(clock),
      });
      await audit?.append({ action: 'account.opened', actor: 'system', subject: account.id, result: 'ok' });
      return account;
    },
    get: find,
    findByDocument,
    findByLoginName,
    async setPassword(accountId, password, by = 'system') {
      const account = await accounts.get(accountId);
      if (account === undefined) throw new ServiceError('not_found');
      checkPassword(password, [account.documentNumber, account.phone ?? '']);
      await storePassword({ authenticators, hasher, clock }, accountId, password);
      await audit?.append({
        action: 'account.password_set',
        actor: by === 'system' ? 'system' : `account:${accountId}`,
        subject: accountId,
        result: 'ok',
        details: { by },
      });
      if (by !== 'system')
        await notices.tell(account, by === 'person' ? 'password_changed' : 'password_recovered');
    },
    async setState(accountId, state, actor) {
      const present = await accounts.get(accountId);
      if (present === undefined || present.state === 'closed') throw new ServiceError('not_found');
      const changed = await accounts.replace({ ...present, state });
      await audit?.append({
        action: state === 'blocked' ? 'account.blocked' : 'account.unblocked',
        actor,
        subject: accountId,
        result: 'ok',
      });
      return changed;
    },
    async raiseProofing(accountId, level) {
      let from: Account['proofingLevel'] | undefined;
      const account = await changeAccount({ accounts }, accountId, (present) => {
        from = present.proofingLevel >= level ? undefined : present.proofingLevel;
        return from === undefined ? undefined : { ...present, proofingLevel: level };
      });
      return { account, ...(from === undefined ? {} : { from }) };
    },
    close: (accountId) => closeAccount({ ...known, notices: noticeRecords, find }, accountId),
    async tell(accountId, kind, id) {
      const account = await find(accountId);
      if (account !== undefined) await notices.tell(account, kind, { id });
    },
    readPlain: async (accountId, reading) => readPlain(known, await find(accountId), reading),
    signInWithPassword: (input) =>
      signInWithPassword(
        {
          authenticators,
          hasher,
          counter,
          clock,
          findByLoginName,
          refusalMilliseconds: refusal,
          ...(audit ? { audit } : {}),
        },
        input,
      ),
  };
};
