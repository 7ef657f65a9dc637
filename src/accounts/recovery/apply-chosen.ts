/** Puts a chosen password in force, or stops it. Safe to run again from any point. */
import { seconds } from '../../clock.ts';
import { AlreadyExists, Conflict, DataKeyDestroyed, NotFound, type Versioned } from '../../storage/index.ts';
import { passwordId } from '../account-store.ts';
import { phoneIsHers } from '../phone-standing.ts';
import { keepPasswordHash } from '../store-password.ts';
import { isSamePhone, type RecoveryContext } from './context.ts';
import { ways } from './matrix.ts';
import type { ChosenPassword } from './recovery-store.ts';

const put = async (
  context: RecoveryContext,
  next: Versioned<ChosenPassword>,
): Promise<Versioned<ChosenPassword> | undefined> => {
  try {
    return await context.chosen.replace(next);
  } catch (error) {
    if (error instanceof Conflict || error instanceof NotFound) return undefined;
    throw error;
  }
};

const chosenOf = (context: RecoveryContext, accountId: string) =>
  context.chosen.find('account', accountId, { limit: 500 });

/** The password that waits, if one does. */
export const waitingOf = async (
  context: RecoveryContext,
  accountId: string,
): Promise<Versioned<ChosenPassword> | undefined> =>
  (await chosenOf(context, accountId)).find(({ state }) => state === 'waiting');

/** False when it waits no more. */
export const stopChosen = async (
  context: RecoveryContext,
  chosen: Versioned<ChosenPassword>,
  actor: string,
): Promise<boolean> => {
  if (chosen.state !== 'waiting') return false;
  const { hash: _gone, ...rest } = chosen;
  if ((await put(context, { ...rest, state: 'stopped' })) === undefined) return false;
  await context.audit?.append({
    action: 'recovery.stopped',
    actor,
    subject: chosen.account,
    result: 'ok',
    details: { way: chosen.way },
  });
  const account = await context.find(chosen.account);
  if (account) await context.tell(account, 'password_stopped');
  return true;
};

/** Stops what waits for this person, but for the one named. */
export const stopAllOf = async (
  context: RecoveryContext,
  accountId: string,
  actor: string,
  except?: string,
): Promise<void> => {
  for (const chosen of await chosenOf(context, accountId))
    if (chosen.id !== except) await stopChosen(context, chosen, actor);
};

/** Ends what browsers have begun for this person. */
export const endRecoveriesOf = async (
  context: RecoveryContext,
  accountId: string,
  except?: string,
): Promise<void> => {
  for (const { id } of await context.recoveries.find('account', accountId, { limit: 500 }))
    if (id !== except) await context.recoveries.delete(id);
};

/** Of an account that closes; the key that its hash is sealed with may be gone. */
export const forgetChosenOf = async (context: RecoveryContext, accountId: string): Promise<void> => {
  for (const { id } of await chosenOf(context, accountId)) await context.chosen.delete(id);
};

/** What has happened since may have made it groundless: blocked, a password of her own since, a phone no longer hers. */
const isStillGood = async (context: RecoveryContext, chosen: ChosenPassword): Promise<boolean> => {
  const account = await context.find(chosen.account);
  if (account?.state !== 'active') return false;
  if (ways[chosen.way].waitSeconds === 0) return true;
  const present = await context.authenticators.get(passwordId(chosen.account));
  if (present !== undefined && present.changedAt > chosen.chosenAt) return false;
  return phoneIsHers(account, seconds(context.clock)) && isSamePhone(context, chosen, account);
};

/** The password in force, every session and token ended, the person told. */
export const applyChosen = async (
  context: RecoveryContext,
  chosen: Versioned<ChosenPassword>,
): Promise<void> => {
  if (chosen.state === 'waiting' && !(await isStillGood(context, chosen))) {
    await stopChosen(context, chosen, 'system');
    return;
  }
  const applying =
    chosen.state === 'applying' ? chosen : await put(context, { ...chosen, state: 'applying' });
  if (applying?.hash === undefined) return;
  const { account: accountId, hash, way } = applying;
  try {
    await keepPasswordHash(context, accountId, hash);
  } catch (error) {
    // A sign-in renewed the hash of the old one at this moment.
    if (!(error instanceof Conflict) && !(error instanceof AlreadyExists)) throw error;
    await keepPasswordHash(context, accountId, hash);
  }
  await endRecoveriesOf(context, accountId, applying.id);
  await context.endAllOf(accountId);
  await context.audit?.append({
    action: 'account.password_set',
    actor: `account:${accountId}`,
    subject: accountId,
    result: 'ok',
    details: { by: 'recovery', way },
  });
  const account = await context.find(accountId);
  if (account) await context.tell(account, 'password_recovered');
  const { hash: _kept, ...rest } = applying;
  await put(context, { ...rest, state: 'applied' });
};

/** What has waited long enough, and what a crash left half done. Returns how many. */
export const applyDue = async (context: RecoveryContext): Promise<number> => {
  const now = seconds(context.clock);
  let count = 0;
  for (const state of ['applying', 'waiting'] as const) {
    for (let after: string | undefined; ; ) {
      const page = await context.chosen.find('state', state, { limit: 500, ...(after ? { after } : {}) });
      for (const chosen of page.filter(({ appliesAt }) => appliesAt <= now)) {
        await applyChosen(context, chosen).catch(async (error: unknown) => {
          // A person who was erased meanwhile: there is nothing left to put in force.
          if (!(error instanceof DataKeyDestroyed)) throw error;
          await context.chosen.delete(chosen.id);
        });
        count += 1;
      }
      if (page.length < 500) break;
      after = page.at(-1)!.id;
    }
  }
  return count;
};
