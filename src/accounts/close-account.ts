import type { Audit } from '../audit/index.ts';
import { type Collection, Conflict } from '../storage/index.ts';
import type { Authenticator, Notice, NoticeKind } from './account-store.ts';
import type { Account } from './index.ts';

interface CloseDeps {
  accounts: Collection<Account>;
  authenticators: Collection<Authenticator>;
  notices: Collection<Notice>;
  audit?: Audit;
  /** The account while it can still be read. */
  find(accountId: string): Promise<(Account & { ver: number }) | undefined>;
  tell(account: Account, kind: NoticeKind): Promise<void>;
}

/** Takes everything out of a collection that hangs on the account. */
const removeAll = async <T extends { id: string; account: string }>(
  collection: Collection<T>,
  accountId: string,
): Promise<number> => {
  for (let removed = 0; ; ) {
    const page = await collection.find('account', accountId, { limit: 100 });
    for (const { id } of page) if (await collection.delete(id)) removed += 1;
    if (page.length < 100) return removed;
  }
};

/** Every step may be done again: a crash leaves what the next call finishes. */
export const closeAccount = async (deps: CloseDeps, accountId: string): Promise<void> => {
  for (;;) {
    const present = await deps.find(accountId);
    if (present === undefined || present.state === 'closed') break;
    await deps.tell(present, 'account_closed');
    try {
      await deps.accounts.replace({ ...present, state: 'closed' });
      break;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
  const removed = await removeAll(deps.authenticators, accountId);
  await removeAll(deps.notices, accountId);
  if (removed === 0) return;
  await deps.audit?.append({
    action: 'authenticator.removed',
    actor: 'system',
    subject: accountId,
    result: 'ok',
    details: { count: removed, reason: 'account_closed' },
  });
};
