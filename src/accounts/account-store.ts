/** Documents of the accounts feature. Names, numbers and phones are sealed; lookups go through keyed indexes. */
import { documentKey, normalisePhone } from '../identifiers/index.ts';
import type { CollectionSpec } from '../storage/index.ts';
import type { Account } from './index.ts';

export const accountSpec: CollectionSpec<Account> = {
  name: 'accounts',
  schemaVersion: 1,
  owner: 'id',
  sealed: ['name', 'documentNumber', 'formerDocuments', 'phone'],
  keyed: {
    // domain.md §9: a person is keyed by kind and number, since one number may exist under two kinds.
    document: {
      value: (account) => documentKey({ kind: account.documentKind, number: account.documentNumber }),
      unique: true,
    },
    phone: { value: (account) => account.phone, normalise: (phone) => normalisePhone(phone) ?? phone },
  },
};

export interface StoredPasskey {
  /** COSE key, base64url. */
  publicKey: string;
  counter: number;
  transports: string[];
  /** The credential id, base64url: what a browser is told not to register twice. */
  credentialId: string;
}

export interface Authenticator {
  /** `<account id>:password`, `<account id>:totp`, `<account id>:recovery`, `passkey:<hash of the credential id>` */
  id: string;
  account: string;
  kind: 'password' | 'totp' | 'passkey' | 'recovery';
  /** Argon2id, PHC string format; sealed, so that a copy of the store alone cannot be guessed against. */
  hash?: string;
  /** TOTP: 20 random bytes, base32. */
  secret?: string;
  /** TOTP: the last time step that was accepted; none up to it is taken again (RFC 6238 §5.2). */
  usedStep?: number;
  passkey?: StoredPasskey;
  /** Recovery codes not used yet: SHA-256 of 80 random bits each. */
  codes?: string[];
  /** What the person calls it. */
  label?: string;
  createdAt?: number;
  changedAt: number;
  usedAt?: number;
}

export const authenticatorSpec: CollectionSpec<Authenticator> = {
  name: 'authenticators',
  schemaVersion: 1,
  indexes: ['account'],
  owner: 'account',
  sealed: ['hash', 'secret', 'passkey', 'codes', 'label'],
};

export const passwordId = (accountId: string): string => `${accountId}:password`;
export const totpId = (accountId: string): string => `${accountId}:totp`;
export const recoveryId = (accountId: string): string => `${accountId}:recovery`;

/** What was done to a person's account, for her to read. */
export interface Notice {
  id: string;
  account: string;
  kind: NoticeKind;
  at: number;
}

export const noticeKinds = [
  'password_changed',
  'password_recovered',
  'totp_added',
  'totp_removed',
  'passkey_added',
  'passkey_removed',
  'passkey_renamed',
  'recovery_codes_made',
  'phone_ended',
  'phone_confirmed',
  'phone_contested',
  'data_exported',
  'closing_asked',
  'closing_taken_back',
  'account_closed',
  'password_waiting',
  'password_stopped',
  'reset_proposed',
  'authenticators_reset',
  'scan_mismatch',
  'scan_elsewhere',
  'family_invited',
  'family_linked',
  'family_ended',
  'name_changed',
  'document_changed',
  'level_raised',
  'shown_at_counter',
] as const;
export type NoticeKind = (typeof noticeKinds)[number];

export const noticeSpec: CollectionSpec<Notice> = {
  name: 'account_notices',
  schemaVersion: 1,
  indexes: ['account'],
};
