/**
 * Accounts: citizens (later enterprises and officials), their authenticators and levels.
 * Owns src/accounts. May import: storage, keyring secrets, audit, identifiers, clock.
 */
import type { NoticeKind } from './account-store.ts';
import type { Authenticators } from './authenticators.ts';
import type { PlainReading, PlainValues } from './read-plain.ts';
import type { OpenRecoveries, Recoveries } from './recovery/create-recoveries.ts';

export interface Account {
  /** Opaque reference: `p_` + 22 base62 characters. Never derived from personal data, never reused. */
  id: string;
  kind: 'person';
  state: 'active' | 'blocked' | 'closed';
  name: string;
  /** domain.md §9: 111 ID card, 414 passport, 516, 511, 553. */
  documentKind: string;
  documentNumber: string;
  /** Sealed. Documents she had before, newest last: registers that are slower than the population's still name her so. */
  formerDocuments?: readonly { kind: string; number: string }[];
  phone?: string;
  /** Unix seconds: when the person last used the phone; see phone-standing.ts. */
  phoneSeenAt?: number;
  /** She answered a code sent there. */
  phoneConfirmed?: true;
  /** Another person has confirmed the same phone since: its text messages sign nobody in here. */
  phoneContested?: true;
  /** 1 phone, 2 document matched, 3 face, counter or certificate. */
  proofingLevel: 1 | 2 | 3;
  createdAt: number;
  /** Of a closed account. */
  closedReason?: CloseReason;
  closedAt?: number;
}

/** Why an account was closed. The data key stays until the legal retention is over. */
export type CloseReason = 'death';

export type OpenAccount = Pick<
  Account,
  'name' | 'documentKind' | 'documentNumber' | 'phone' | 'phoneSeenAt' | 'proofingLevel'
>;

export interface Accounts {
  /** Throws AlreadyExists when the document is registered already. */
  open(input: OpenAccount): Promise<Account>;
  get(id: string): Promise<Account | undefined>;
  findByDocument(kind: string, number: string): Promise<Account | undefined>;
  /** Phone (with or without +86) or document number, however typed (full-width, spaces, case). */
  findByLoginName(loginName: string): Promise<Account[]>;
  /** Refuses short and common passwords and the person's own numbers. Told to her unless the system set it. */
  setPassword(accountId: string, password: string, by?: 'system' | 'person' | 'recovery'): Promise<void>;
  /** Audited. Who blocks also calls `endAllOf` of src/oidc, so that sessions and tokens end at once. */
  setState(accountId: string, state: 'active' | 'blocked', actor: string): Promise<Account>;
  /**
   * The first act of closing: nobody signs in any more, and what she signed in with is gone. Told to her while her
   * phone can still be read. Closing itself, with everything else of hers, is src/personal-data. Again: does nothing.
   */
  close(accountId: string): Promise<void>;
  /** A notice she can read, and a text message where her phone is hers. */
  tell(accountId: string, kind: NoticeKind, id?: string): Promise<void>;
  /**
   * The one gate to a name, number or phone in the clear for anybody but the person: with a purpose, and on her log
   * before it is answered. Throws forbidden without one, not_found.
   */
  readPlain(accountId: string, reading: PlainReading): Promise<PlainValues>;
  /**
   * Same work and same answer for a known and an unknown login name. Counts wrong tries by login name and by address;
   * throws ServiceError too_many_requests. Closed when the counter store is down. The account found may be blocked:
   * look at `state`.
   */
  signInWithPassword(input: {
    loginName: string;
    password: string;
    address: string;
  }): Promise<Account | undefined>;
  /** The password of a person known already: a further factor, or a confirmation. Counted like a sign-in. */
  checkOwnPassword(input: { account: string; password: string; address: string }): Promise<boolean>;
  /**
   * Never lowers a level. `from` is the level before, absent when it was as high already: of several at the same moment
   * one alone has raised it, and audits how. Throws not_found.
   */
  raiseProofing(
    accountId: string,
    level: Account['proofingLevel'],
  ): Promise<{ account: Account; from?: Account['proofingLevel'] }>;
  readonly authenticators: Authenticators;
  /** The way back for who has lost one. Declares collections: once, before `storage.prepare()`. */
  openRecoveries(deps: OpenRecoveries): Recoveries;
  /** Closed because the person has died; her data key stays until the legal retention is over. Who calls it ends the rest. */
  recordDeath(accountId: string, actor: string): Promise<Account>;
  /** The name as the population register has it now. */
  rename(accountId: string, name: string, actor: string): Promise<Account>;
  /** Another document of the same person. Throws account_exists when it has an account already. */
  changeDocument(
    accountId: string,
    document: { kind: string; number: string },
    actor: string,
  ): Promise<Account>;
}

export { type Notice, type NoticeKind, noticeKinds } from './account-store.ts';
export type { AuthenticatorSummary, Authenticators, SignInMethod } from './authenticators.ts';

export {
  type Capacity,
  type CapacitySource,
  type EnterpriseCapacity,
  joinCapacitySources,
  type OfficeCapacity,
  officeCardScope,
  officeScope,
  type SelfCapacity,
} from './capacity.ts';
export { createAccounts } from './create-accounts.ts';
export { type Budget, createGuessBudget, type GuessBudget } from './guess-budget.ts';
export { type PasswordFault, passwordFault } from './password-rules.ts';
export {
  type PlainField,
  type PlainPurpose,
  type PlainReading,
  type PlainValues,
  plainPurposes,
} from './read-plain.ts';
export type { FacePort, OpenRecoveries, Recoveries } from './recovery/create-recoveries.ts';
export { type Proof, proofs, type WayName, wayOf, ways } from './recovery/matrix.ts';
export type { Given } from './recovery/prove.ts';
export type { RecoveryView } from './recovery/view-recovery.ts';
export { createOutbox, type Outbox, type OutboxMessage } from './sms/outbox.ts';
export { outboxRoutes } from './sms/outbox-page.ts';
export { createSmsCodes, type SmsCodes } from './sms/sms-codes.ts';
export { noSms, type SmsGateway } from './sms/sms-gateway.ts';
export { totpUri } from './totp.ts';
