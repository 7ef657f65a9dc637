/** What the use cases of counters work with. */
import type { Accounts } from '../accounts/index.ts';
import type { AnnotatedCopyDesk } from '../annotated-copies/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import type { Catalogue, Credentials } from '../credentials/index.ts';
import type { Items } from '../items/index.ts';
import type { Official, Officials } from '../officials/index.ts';
import type { Case } from '../portal/index.ts';
import type { FaceCheck } from '../registration/index.ts';
import type { Collection, Ephemeral, Versioned } from '../storage/index.ts';
import type { CounterDocument, CounterStore } from './counter-store.ts';

/** Distinct holders in an hour: all looks of a counter, and those without a phone. */
export interface BulkLimits {
  holdersPerHour: number;
  withoutPhonePerHour: number;
}

export interface CounterContext {
  accounts: Accounts;
  annotatedCopies: AnnotatedCopyDesk;
  audit: Audit;
  baseUrl: string;
  cases: Collection<Case>;
  catalogue: Catalogue;
  clock: Clock;
  credentials: Credentials;
  ephemeral: Ephemeral;
  face: FaceCheck | undefined;
  items: Items;
  limits: BulkLimits;
  officials: Officials;
  store: CounterStore;
  /** Keyed hash of what must not stand in an id of the store. */
  hide(kind: string, value: string): string;
}

/** A lead or officer in her own office, from the officials' realm. */
export interface Acting {
  official: Official;
  requestId?: string;
}

/** A request that an enrolled device signed. */
export interface Asking {
  counter: Versioned<CounterDocument>;
  requestId?: string;
}

/** One with an officer on shift. */
export interface OnShift extends Asking {
  officer: string;
}

export const actorOf = (account: string): string => `account:${account}`;
