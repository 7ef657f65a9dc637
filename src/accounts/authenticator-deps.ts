import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import type { Collection } from '../storage/index.ts';
import type { Authenticator, NoticeKind } from './account-store.ts';
import type { GuessBudget } from './guess-budget.ts';
import type { Account } from './index.ts';
import { limits } from './limits.ts';
import type { SmsCodes } from './sms/sms-codes.ts';

/** What every kind of authenticator works with. */
export interface AuthenticatorDeps {
  accounts: Collection<Account>;
  authenticators: Collection<Authenticator>;
  clock: Clock;
  budget: GuessBudget;
  codes: SmsCodes;
  audit?: Audit;
  /** Keeps a notice for the person and, where her phone is hers, sends it. */
  tell(account: Account, kind: NoticeKind, more?: { link?: string }): Promise<void>;
}

/** Wrong and right tries of one factor of one person; more is answered too_many_requests. */
export const factorBudget = limits.factor;
