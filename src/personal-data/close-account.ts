/**
 * Closing an account (PIPL art. 47; GB/T 35273-2020 §8.5): asked for, seven days in which she can take it back, then
 * done for good: nobody signs in, nothing issued is valid, her data key, index values and issued bytes are destroyed.
 * The intent is stored first; every step may be done again, so a crash anywhere is finished by the next turn.
 */
import type { Account, Accounts } from '../accounts/index.ts';
import type { Audit } from '../audit/index.ts';
import { type Clock, seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import {
  AlreadyExists,
  type Collection,
  Conflict,
  NotFound,
  type Storage,
  type Versioned,
} from '../storage/index.ts';

export const waitingDays = 7;
/** Other processes remember a data key for ten seconds: what they wrote with it meanwhile is cleared after this. */
const secondPassSeconds = 60;

export interface Closing {
  /** The account's id. */
  id: string;
  /** waiting: she can take it back; closing: for good, being carried out; closed: nothing of hers is left. */
  state: 'waiting' | 'closing' | 'closed';
  /** As in the audit. */
  actor: string;
  requestId?: string;
  askedAt: number;
  /** Unix seconds: when the next step is due. */
  dueAt: number;
  closedAt?: number;
  /** 'open' until the second pass is done: the index by which the job finds its work. */
  mark?: 'open';
}

interface ActContext {
  actor: string;
  requestId?: string;
}

/** What one feature has to do when an account closes. */
export interface ClosingStep {
  /** Throws ServiceError when this person cannot be closed as things stand; asked before anything is ended. */
  check?(accountId: string): Promise<void>;
  /** Ends what hangs on her. May run again, and again after her data key is gone. */
  end(accountId: string, context: ActContext): Promise<unknown>;
}

export interface Closings {
  /** Starts the seven days; asking again answers with the same. Throws not_found, and what a step's check throws. */
  ask(accountId: string, context: ActContext): Promise<Closing>;
  /** She keeps her account. Throws conflict when none is waiting any more. */
  takeBack(accountId: string, context: ActContext): Promise<void>;
  /** Without the seven days: an operator, on paper. */
  closeNow(accountId: string, context: ActContext): Promise<Closing>;
  of(accountId: string): Promise<Closing | undefined>;
  /** Every closed account: kept outside too, to close them again in a store restored from an older backup. */
  closed(): Promise<Closing[]>;
  /** One turn of the job: carries out what is due, and what a crash interrupted. Returns how many accounts it closed. */
  closeDue(): Promise<number>;
}

export interface ClosingsDeps {
  storage: Storage;
  accounts: Pick<Accounts, 'get' | 'close' | 'tell'>;
  audit: Audit;
  clock: Clock;
  steps: readonly ClosingStep[];
}

/** Declares its collection: create it before `storage.prepare()`. */
export const createClosings = (deps: ClosingsDeps): Closings => {
  const { storage, accounts, audit, clock, steps } = deps;
  const closings: Collection<Closing> = storage.collection<Closing>({
    name: 'account_closings',
    schemaVersion: 1,
    indexes: ['mark'],
  });

  const record = (action: string, accountId: string, { actor, requestId }: ActContext) =>
    audit.append({
      action,
      actor,
      subject: accountId,
      result: 'ok',
      ...(requestId === undefined ? {} : { requestId }),
    });

  const closable = async (accountId: string): Promise<Account> => {
    const account = await accounts.get(accountId);
    if (account === undefined || account.state === 'closed') throw new ServiceError('not_found');
    for (const step of steps) await step.check?.(accountId);
    return account;
  };

  const begin = async (
    accountId: string,
    context: ActContext,
    dueAt: number,
  ): Promise<{ closing: Versioned<Closing>; isNew: boolean }> => {
    await closable(accountId);
    const { actor, requestId } = context;
    try {
      const closing = await closings.insert({
        id: accountId,
        state: 'waiting',
        actor,
        ...(requestId === undefined ? {} : { requestId }),
        askedAt: seconds(clock),
        dueAt,
        mark: 'open',
      });
      return { closing, isNew: true };
    } catch (error) {
      if (!(error instanceof AlreadyExists)) throw error;
      const present = await closings.get(accountId);
      if (present === undefined) throw new ServiceError('conflict');
      return { closing: present, isNew: false };
    }
  };

  /** Everything that hangs on the account. The key last: until then a crash leaves what the steps need to read. */
  const endEverything = async (closing: Closing): Promise<void> => {
    await accounts.close(closing.id);
    for (const step of steps) await step.end(closing.id, closing);
    await storage.destroyDataKey(closing.id);
  };

  /** Somebody else was first: another process, or the person who took it back. */
  const unlessLost = async <T>(write: Promise<T>): Promise<T> => {
    try {
      return await write;
    } catch (error) {
      throw error instanceof Conflict || error instanceof NotFound ? new ServiceError('conflict') : error;
    }
  };

  const finish = async (closing: Versioned<Closing>): Promise<Versioned<Closing>> => {
    await endEverything(closing);
    await record('account.closed', closing.id, closing);
    const now = seconds(clock);
    const dueAt = now + secondPassSeconds;
    return unlessLost(closings.replace({ ...closing, state: 'closed', closedAt: now, dueAt }));
  };

  const carryOut = async (closing: Versioned<Closing>): Promise<Versioned<Closing>> => {
    if (closing.state === 'closed') {
      await endEverything(closing);
      return unlessLost(closings.replace({ ...closing, mark: undefined }));
    }
    if (closing.state === 'closing') return finish(closing);
    await closable(closing.id);
    // From here on nobody takes it back.
    return finish(await unlessLost(closings.replace({ ...closing, state: 'closing' })));
  };

  return {
    async ask(accountId, context) {
      const dueAt = seconds(clock) + waitingDays * 86_400;
      const { closing, isNew } = await begin(accountId, context, dueAt);
      if (isNew) {
        await record('account.closing_asked', accountId, context);
        await accounts.tell(accountId, 'closing_asked');
      }
      return closing;
    },
    async takeBack(accountId, context) {
      const present = await closings.get(accountId);
      if (present?.state !== 'waiting') throw new ServiceError('conflict');
      await unlessLost(closings.delete(accountId, present.ver));
      await record('account.closing_taken_back', accountId, context);
      await accounts.tell(accountId, 'closing_taken_back');
    },
    async closeNow(accountId, context) {
      const present = await closings.get(accountId);
      if (present?.state === 'closed') return present;
      if (present?.state === 'closing') return carryOut(present);
      return carryOut((await begin(accountId, context, seconds(clock))).closing);
    },
    of: (accountId) => closings.get(accountId),
    async closed() {
      const found: Closing[] = [];
      for (let after: string | undefined; ; ) {
        const page = await closings.list({ limit: 500, ...(after ? { after } : {}) });
        found.push(...page.filter(({ state }) => state === 'closed'));
        if (page.length < 500) return found;
        after = page.at(-1)!.id;
      }
    },
    async closeDue() {
      let count = 0;
      const now = seconds(clock);
      for (let after: string | undefined; ; ) {
        const page = await closings.find('mark', 'open', { limit: 500, ...(after ? { after } : {}) });
        for (const closing of page) {
          // A crash in the middle is finished at once, whenever it was due.
          if (closing.state !== 'closing' && closing.dueAt > now) continue;
          try {
            if ((await carryOut(closing)).state === 'closed' && closing.state !== 'closed') count += 1;
          } catch (error) {
            // Another process is at it, or something holds her back (an administrator's post): the next turn asks again.
            if (!(error instanceof ServiceError)) throw error;
          }
        }
        if (page.length < 500) return count;
        after = page.at(-1)!.id;
      }
    },
  };
};
