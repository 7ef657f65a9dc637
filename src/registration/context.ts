/** What the use cases of registration work with. */
import type { Accounts } from '../accounts/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import type { Collection, Ephemeral } from '../storage/index.ts';
import type { CertificateCheck } from './certificate-check.ts';
import type { FaceCheck } from './face-check.ts';
import type { PopulationCheck } from './population-check.ts';
import type { GivenConsent, Opening, StartCode } from './registration-store.ts';

/** Counts tries; throws too_many_requests above the limit, store_unavailable when it cannot count. */
export interface Budget {
  spend(budget: { name: string; limit: number; windowSeconds: number }, of: string): Promise<void>;
}

/** Codes by text message to a phone that nobody need have yet. */
export interface PhoneCodes {
  readonly available: boolean;
  /** False for a phone no message is sent to. */
  reaches(phone: string): boolean;
  send(input: { phone: string; binding: string; address: string; deliver: boolean }): Promise<void>;
  redeem(input: { phone: string; binding: string; code: string }): Promise<boolean>;
}

export interface RegistrationContext {
  accounts: Accounts;
  /** The accounts themselves: a level is raised by compare-and-set. */
  openings: Collection<Opening>;
  consents: Collection<GivenConsent>;
  startCodes: Collection<StartCode>;
  ephemeral: Ephemeral;
  audit: Audit;
  clock: Clock;
  budget: Budget;
  codes: PhoneCodes;
  population: PopulationCheck;
  /** Absent: nothing that compares faces is connected. */
  face?: FaceCheck;
  /** Absent: no authority of digital certificates is connected. */
  certificates?: CertificateCheck;
  /** Keyed hash of what must not stand in an id of the store. */
  hide(kind: string, value: string): string;
}
