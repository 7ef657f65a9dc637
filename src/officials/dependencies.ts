import type { Accounts } from '../accounts/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import type { OfficialsStore } from './officials-store.ts';
import type { Organisation } from './organisation.ts';

/** What every use case of this feature is given; create-officials.ts builds it once. */
export interface Dependencies {
  store: OfficialsStore;
  accounts: Pick<Accounts, 'get'>;
  audit: Audit;
  clock: Clock;
  organisation(): Promise<Organisation>;
  /** Ends what a person has open in her office capacity; the store has said so before it is called. */
  endOfficeSessions(accountId: string): Promise<void>;
}

export interface ActContext {
  /** As in the audit: `cli`, `account:<id>`. */
  actor: string;
  requestId?: string;
}
