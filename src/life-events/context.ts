import type { Accounts } from '../accounts/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import type { Credentials } from '../credentials/index.ts';
import type { Enterprises } from '../enterprises/index.ts';
import type { Families } from '../families/index.ts';
import type { Officials } from '../officials/index.ts';
import type { LifeEventStore } from './life-event-store.ts';
import type { LifeEventRegister } from './register/life-event-register.ts';

/** What the use cases of the feature work on. */
export interface LifeEventsContext {
  accounts: Accounts;
  audit: Audit;
  clock: Clock;
  credentials: Credentials;
  enterprises: Pick<Enterprises, 'closePerson'>;
  families: Pick<Families, 'endAllOf'>;
  officials: { posts: Pick<Officials['posts'], 'leave'> };
  /** Ends sessions, grants and tokens. */
  endAllOf(accountId: string): Promise<void>;
  register: LifeEventRegister;
  store: LifeEventStore;
}

/** Who acts, in the audit. */
export const actor = 'register';
