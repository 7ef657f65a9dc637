import type { Accounts, Recoveries } from '../accounts/index.ts';
import type { AnnotatedCopyDesk } from '../annotated-copies/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import type { Counters } from '../counters/index.ts';
import type {
  Batches,
  Catalogue,
  Credentials,
  Holders,
  OfferService,
  Registers,
} from '../credentials/index.ts';
import type { Objections } from '../objections/index.ts';
import type { Official, Officials } from '../officials/index.ts';
import type { Registration } from '../registration/index.ts';
import type { Collection } from '../storage/index.ts';
import type { Once } from './answer-once.ts';
import type { Decision } from './decision-store.ts';
import type { IntakeHistory } from './intake-history.ts';
import type { Reset } from './reset-store.ts';

/** What every use case of this feature is given. */
export interface Dependencies {
  accounts: Accounts;
  annotatedCopies: AnnotatedCopyDesk;
  audit: Audit;
  batches: Batches;
  catalogue: Catalogue;
  clock: Clock;
  counters: Counters;
  credentials: Credentials;
  decisions: Collection<Decision>;
  holders: Holders;
  intakeHistory: IntakeHistory;
  objections: Objections;
  offers: OfferService;
  /** What was answered to requests with an Idempotency-Key. */
  once: Once;
  officials: Officials;
  recoveries: Recoveries;
  registers: Registers;
  registration: Pick<Registration, 'makeStartCode'>;
  resets: Collection<Reset>;
}

/** Who acts, for a use case: her person, her office, the request. */
export interface Acting {
  official: Official;
  requestId?: string;
}

export const contextOf = ({ official, requestId }: Acting) => ({
  actor: `account:${official.accountId}`,
  requestId,
});
