/** Documents of the registration feature. None holds a name, a number or a phone. */
import type { CollectionSpec } from '../storage/index.ts';
import type { Purpose } from './privacy-notice.ts';

/** Who is opening an account for a document at this moment. The insert is the reservation. */
export interface Opening {
  /** Keyed hash of kind and number. */
  id: string;
  /** Whoever opens it: a journey, an officer's act. */
  by: string;
  at: number;
  expiresAt: number;
}

export const openingSpec: CollectionSpec<Opening> = {
  name: 'account_openings',
  schemaVersion: 1,
  expiresAt: 'expiresAt',
};

export interface GivenConsent {
  /** `<account id>:<purpose>` */
  id: string;
  account: string;
  purpose: Purpose;
  /** Which text she read. */
  textVersion: string;
  /** On the page, or on paper before an officer. */
  given: 'online' | 'paper';
  at: number;
  /** What was agreed to before stays as evidence of what it was used for until then. */
  withdrawnAt?: number;
}

export const givenConsentSpec: CollectionSpec<GivenConsent> = {
  name: 'account_consents',
  schemaVersion: 1,
  indexes: ['account'],
};

/** A code on a slip of paper: sets the first password. */
export interface StartCode {
  /** Keyed hash of the code. */
  id: string;
  account: string;
  /** Account id of the officer who handed it over. */
  officer: string;
  expiresAt: number;
}

export const startCodeSpec: CollectionSpec<StartCode> = {
  name: 'account_start_codes',
  schemaVersion: 1,
  indexes: ['account'],
  expiresAt: 'expiresAt',
};
