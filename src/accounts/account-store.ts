/** Documents of the accounts feature. Names, numbers and phones are sealed; lookups go through keyed indexes. */
import { documentKey, normalisePhone } from '../identifiers/index.ts';
import type { CollectionSpec } from '../storage/index.ts';
import type { Account } from './index.ts';

export const accountSpec: CollectionSpec<Account> = {
  name: 'accounts',
  schemaVersion: 1,
  owner: 'id',
  sealed: ['name', 'documentNumber', 'phone'],
  keyed: {
    // domain.md §9: a person is keyed by kind and number, since one number may exist under two kinds.
    document: {
      value: (account) => documentKey({ kind: account.documentKind, number: account.documentNumber }),
      unique: true,
    },
    phone: { value: (account) => account.phone, normalise: (phone) => normalisePhone(phone) ?? phone },
  },
};

export interface PasswordAuthenticator {
  /** `<account id>:password` */
  id: string;
  account: string;
  kind: 'password';
  /** Argon2id, PHC string format; sealed, so that a copy of the store alone cannot be guessed against. */
  hash: string;
  changedAt: number;
}

export const authenticatorSpec: CollectionSpec<PasswordAuthenticator> = {
  name: 'authenticators',
  schemaVersion: 1,
  indexes: ['account'],
  owner: 'account',
  sealed: ['hash'],
};

export const passwordId = (accountId: string): string => `${accountId}:password`;
