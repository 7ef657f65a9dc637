/**
 * Accounts: citizens (later enterprises and officials), their authenticators and levels.
 * Owns src/accounts. May import: storage, keyring secrets, audit, identifiers, clock.
 */
export interface Account {
  /** Opaque reference: `p_` + 22 base62 characters. Never derived from personal data, never reused. */
  id: string;
  kind: 'person';
  state: 'active' | 'blocked' | 'closed';
  name: string;
  /** domain.md §9: 111 ID card, 414 passport, 516, 511, 553. */
  documentKind: string;
  documentNumber: string;
  phone?: string;
  /** 1 phone, 2 document matched, 3 face, counter or certificate. */
  proofingLevel: 1 | 2 | 3;
  createdAt: number;
}

export interface Accounts {
  /** Throws AlreadyExists when the document is registered already. */
  open(input: Omit<Account, 'id' | 'kind' | 'state' | 'createdAt'>): Promise<Account>;
  get(id: string): Promise<Account | undefined>;
  findByDocument(kind: string, number: string): Promise<Account | undefined>;
  /** Phone (with or without +86) or document number, however typed (full-width, spaces, case). */
  findByLoginName(loginName: string): Promise<Account[]>;
  setPassword(accountId: string, password: string): Promise<void>;
  /** Audited. Who blocks also calls `endAllOf` of src/oidc, so that sessions and tokens end at once. */
  setState(accountId: string, state: 'active' | 'blocked', actor: string): Promise<Account>;
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
}

export type {
  Capacity,
  CapacitySource,
  EnterpriseCapacity,
  OfficeCapacity,
  SelfCapacity,
} from './capacity.ts';
export { createAccounts } from './create-accounts.ts';
