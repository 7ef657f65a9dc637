/** What the use cases of recovery work with. */
import type { Collection } from '../../storage/index.ts';
import type { AuthenticatorDeps } from '../authenticator-deps.ts';
import type { Account } from '../index.ts';
import type { PasswordHasher } from '../password-hash.ts';
import type { ChosenPassword, Recovery } from './recovery-store.ts';

/** What came out of the face check done under a session id, compared with this person's document; see src/registration. */
export interface FacePort {
  check(
    sessionId: string,
    person: { kind: string; number: string; name: string },
  ): Promise<'match' | 'no_match' | 'unavailable'>;
}

export interface RecoveryContext extends AuthenticatorDeps {
  recoveries: Collection<Recovery>;
  chosen: Collection<ChosenPassword>;
  hasher: PasswordHasher;
  baseUrl: string;
  face?: FacePort;
  /** Ends every session, grant and token of a person. */
  endAllOf(accountId: string): Promise<void>;
  /** The account, unless its data key was destroyed. */
  find(accountId: string): Promise<Account | undefined>;
  findByLoginName(loginName: string): Promise<Account[]>;
}

/** Names a browser's recovery; tells nothing of what its cookie holds. */
export const recoveryIdOf = ({ budget }: Pick<RecoveryContext, 'budget'>, token: string): string =>
  budget.hide('recovery', token);

/** What a recovery remembers of a phone. */
export const phoneMarkOf = ({ budget }: Pick<RecoveryContext, 'budget'>, phone: string): string =>
  budget.hide('recovery-phone', phone);

/** Whether the phone she has now is the one that answered; a recovery without a message asks for none. */
export const isSamePhone = (
  context: Pick<RecoveryContext, 'budget'>,
  { phone }: { phone?: string },
  account: Account,
): boolean =>
  phone === undefined || (account.phone !== undefined && phoneMarkOf(context, account.phone) === phone);

/** Under whose name a try is counted: the person's own budgets of the sign-in, or as many for a name nobody has. */
export const countedAs = (recovery: Recovery): string => recovery.account ?? recovery.named;
