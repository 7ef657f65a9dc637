/** What an officer ends at a counter, for a person whose phone or everything is lost. */
import { endPhone } from '../phone-standing.ts';
import { endRecoveriesOf, stopAllOf } from './apply-chosen.ts';
import type { RecoveryContext } from './context.ts';

/**
 * The phone signs nobody in any more, no recovery rests on it, every session and token is ended: all of it when this
 * has answered. In this order, so that the lost phone cannot sign in again in between.
 */
export const endLostPhone = async (
  context: RecoveryContext,
  accountId: string,
  actor: string,
): Promise<void> => {
  await endPhone(context, accountId, actor);
  await endRecoveriesOf(context, accountId);
  await stopAllOf(context, accountId, actor);
  await context.endAllOf(accountId);
};

/** Takes off every authenticator: afterwards nothing signs this person in but what the counter gives her. */
export const resetAuthenticators = async (
  context: RecoveryContext,
  accountId: string,
  actor: string,
): Promise<void> => {
  const kept = await context.authenticators.find('account', accountId, { limit: 500 });
  for (const { id } of kept) await context.authenticators.delete(id);
  await endRecoveriesOf(context, accountId);
  await stopAllOf(context, accountId, actor);
  await context.endAllOf(accountId);
  await context.audit?.append({
    action: 'authenticators.reset',
    actor,
    subject: accountId,
    result: 'ok',
    details: { count: kept.length },
  });
  const account = await context.find(accountId);
  if (account) await context.tell(account, 'authenticators_reset');
};
