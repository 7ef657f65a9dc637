import { createHash, randomBytes } from 'node:crypto';
import { seconds } from '../../clock.ts';
import { AlreadyExists, type Versioned } from '../../storage/index.ts';
import { type PasswordFault, passwordFault } from '../password-rules.ts';
import { phoneProves } from '../phone-standing.ts';
import { applyChosen, stopAllOf } from './apply-chosen.ts';
import { isSamePhone, type RecoveryContext } from './context.ts';
import { wayOf, ways } from './matrix.ts';
import { moveOn } from './prove.ts';
import type { ChosenPassword, Recovery } from './recovery-store.ts';

export const stopHashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');
const keptSeconds = 30 * 86_400;

/**
 * The new password. The matrix is asked once more, of what this record says was proved; then the intent is inserted
 * under the record's own id, so that of many answers one counts. In force at once, or after the wait of its way.
 */
export const choosePassword = async (
  context: RecoveryContext,
  recovery: Versioned<Recovery>,
  password: string,
): Promise<'chosen' | 'not_now' | PasswordFault> => {
  const way = wayOf(recovery.proofs);
  if (recovery.state !== 'password' || recovery.account === undefined || way === undefined) return 'not_now';
  const account = await context.find(recovery.account);
  if (account?.state !== 'active') return 'not_now';
  const now = seconds(context.clock);
  // Ended at a counter, replaced by her or confirmed by its next owner since.
  const proves = phoneProves(account, now) && isSamePhone(context, recovery, account);
  if (recovery.proofs.includes('sms') && !proves) return 'not_now';
  const fault = passwordFault(password, [account.documentNumber, account.phone ?? '']);
  if (fault !== undefined) return fault;
  const hash = await context.hasher.hash(password);
  const { waitSeconds } = ways[way];
  const stop = randomBytes(32).toString('base64url');
  let chosen: Versioned<ChosenPassword>;
  try {
    chosen = await context.chosen.insert({
      id: recovery.id,
      account: account.id,
      hash,
      way,
      ...(recovery.phone ? { phone: recovery.phone } : {}),
      chosenAt: now,
      appliesAt: now + waitSeconds,
      state: 'waiting',
      stop: stopHashOf(stop),
      expiresAt: now + keptSeconds,
    });
  } catch (error) {
    if (error instanceof AlreadyExists) return 'not_now';
    throw error;
  }
  await moveOn(context, { ...recovery, state: 'done' });
  await context.audit?.append({
    action: 'recovery.password_chosen',
    actor: `account:${account.id}`,
    subject: account.id,
    result: 'ok',
    details: { way, waitSeconds },
  });
  await stopAllOf(context, account.id, 'system', chosen.id);
  if (waitSeconds === 0) await applyChosen(context, chosen);
  else await context.tell(account, 'password_waiting', { link: `${context.baseUrl}/recover/stop/${stop}` });
  return 'chosen';
};
