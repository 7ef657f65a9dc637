/** Recovery: the way back to an account whose password or phone is lost, and never a way in for another. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Storage } from '../../storage/index.ts';
import type { PasswordFault } from '../password-rules.ts';
import { applyDue, endRecoveriesOf, forgetChosenOf, stopChosen, waitingOf } from './apply-chosen.ts';
import { beginRecovery } from './begin-recovery.ts';
import { choosePassword, stopHashOf } from './choose-password.ts';
import { type FacePort, type RecoveryContext, recoveryIdOf } from './context.ts';
import { endLostPhone, resetAuthenticators } from './end-lost.ts';
import { choosePerson, type Given, type Proved, prove } from './prove.ts';
import { chosenPasswordSpec, recoverySpec } from './recovery-store.ts';
import { sendMessage } from './send-message.ts';
import { type RecoveryView, viewRecovery } from './view-recovery.ts';

export type { FacePort } from './context.ts';

export interface OpenRecoveries {
  baseUrl: string;
  /** Ends every session, grant and token of a person (`endAllOf` of src/oidc). */
  endAllOf(accountId: string): Promise<void>;
  /** Absent: nothing that compares faces is connected. */
  face?: FacePort;
}

/** `token` is what the cookie of one browser holds; without it nothing of a recovery can be reached. */
export interface Recoveries {
  /** Throws too_many_requests. Answers alike whoever was named. */
  begin(input: { token: string; loginName: string; address: string }): Promise<void>;
  view(token: string): Promise<RecoveryView | undefined>;
  /** `not_now` when no message belongs to where it stands. */
  sendMessage(token: string, address: string): Promise<'sent' | 'not_now'>;
  prove(token: string, given: Given): Promise<Proved>;
  choosePerson(token: string, place: number): Promise<Proved>;
  choosePassword(token: string, password: string): Promise<'chosen' | 'not_now' | PasswordFault>;
  forget(token: string): Promise<void>;
  /** When the password that waits comes into force: Unix seconds. */
  waiting(accountId: string): Promise<number | undefined>;
  /** By the person, signed in. False when nothing waits. */
  stop(accountId: string): Promise<boolean>;
  /** Whether the link from the text message would still stop something; and stopping by it. */
  isStopLink(secret: string): Promise<boolean>;
  stopByLink(secret: string): Promise<boolean>;
  /** Puts in force what has waited long enough. Call at start and every minute. */
  applyDue(): Promise<number>;
  /** Phone off, recoveries and sessions ended, in one call: done when it answers. */
  endLostPhone(accountId: string, actor: string): Promise<void>;
  /** Tells her that somebody at a counter has asked for that. */
  announceReset(accountId: string): Promise<void>;
  /** Every authenticator off, sessions ended. Who calls it has two pairs of eyes on it. */
  resetAuthenticators(accountId: string, actor: string): Promise<void>;
  /** Her account closes: nothing that was begun or waits is left. */
  closePerson(accountId: string): Promise<void>;
}

export const createRecoveries = (
  deps: Omit<RecoveryContext, 'recoveries' | 'chosen'> & {
    storage: Storage;
    /** What a stranger can ask is answered no sooner: its time must not tell whether a name is anybody's. */
    refusalMilliseconds: number;
  },
): Recoveries => {
  const { storage, refusalMilliseconds, ...given } = deps;
  const noSooner = async <T>(work: () => Promise<T>): Promise<T> => {
    const soonest = pause(refusalMilliseconds, undefined, { ref: false });
    try {
      return await work();
    } finally {
      await soonest;
    }
  };
  const context: RecoveryContext = {
    ...given,
    recoveries: storage.collection(recoverySpec),
    chosen: storage.collection(chosenPasswordSpec),
  };
  const load = (token: string) => context.recoveries.get(recoveryIdOf(context, token));
  const byLink = async (secret: string) => {
    const [chosen] = await context.chosen.find('stop', stopHashOf(secret), { limit: 1 });
    return chosen?.state === 'waiting' ? chosen : undefined;
  };
  return {
    begin: (input) => noSooner(async () => void (await beginRecovery(context, input))),
    async view(token) {
      const recovery = await load(token);
      return recovery && viewRecovery(context, recovery);
    },
    sendMessage: (token, address) =>
      noSooner(async () => {
        const recovery = await load(token);
        if (recovery === undefined) return 'not_now';
        if (!(await viewRecovery(context, recovery)).offered.includes('sms')) return 'not_now';
        await sendMessage(context, recovery, address);
        return 'sent';
      }),
    prove: (token, proof) =>
      noSooner(async () => {
        const recovery = await load(token);
        return recovery ? prove(context, recovery, proof) : 'not_now';
      }),
    async choosePerson(token, place) {
      const recovery = await load(token);
      return recovery ? choosePerson(context, recovery, place) : 'not_now';
    },
    async choosePassword(token, password) {
      const recovery = await load(token);
      return recovery ? choosePassword(context, recovery, password) : 'not_now';
    },
    async forget(token) {
      await context.recoveries.delete(recoveryIdOf(context, token));
    },
    waiting: async (accountId) => (await waitingOf(context, accountId))?.appliesAt,
    async stop(accountId) {
      const chosen = await waitingOf(context, accountId);
      return chosen !== undefined && stopChosen(context, chosen, `account:${accountId}`);
    },
    isStopLink: async (secret) => (await byLink(secret)) !== undefined,
    async stopByLink(secret) {
      const chosen = await byLink(secret);
      return chosen !== undefined && stopChosen(context, chosen, 'link');
    },
    applyDue: () => applyDue(context),
    endLostPhone: (accountId, actor) => endLostPhone(context, accountId, actor),
    async announceReset(accountId) {
      const account = await context.find(accountId);
      if (account) await context.tell(account, 'reset_proposed');
    },
    resetAuthenticators: (accountId, actor) => resetAuthenticators(context, accountId, actor),
    async closePerson(accountId) {
      await endRecoveriesOf(context, accountId);
      await forgetChosenOf(context, accountId);
    },
  };
};
