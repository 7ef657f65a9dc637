import { seconds } from '../clock.ts';
import type { Storage } from '../storage/index.ts';
import { applyEvent } from './apply-event.ts';
import type { LifeEventsContext } from './context.ts';
import { type LifeEventDocument, reissueSeconds } from './life-event.ts';
import { openLifeEventStore, pendingEvents } from './life-event-store.ts';
import { receiveEvents } from './receive-events.ts';

export interface LifeEventsDeps extends Omit<LifeEventsContext, 'store'> {
  storage: Storage;
  /** One event could not be carried out; it stays, and so do those that come after it of the same person. */
  onFailure(error: unknown): void;
}

export interface LifeEventsReport {
  received: number;
  /** Entries of the register that could not be read. */
  faulty: number;
  /** What is left to do. */
  pending: number;
}

/** What `onecert life-event list` shows: nothing personal. */
export type ListedEvent = Omit<LifeEventDocument, 'change'>;

export interface LifeEvents {
  adapter: string;
  /**
   * One turn of the periodic job: what was left, then all that the register has to say. A certificate that waits for its
   * department is asked for every turn of the first hour and then once an hour; with `all` now.
   */
  apply(options?: { all?: boolean }): Promise<LifeEventsReport>;
  /** In the order in which the register told them; `left` for those not carried out whole. */
  list(which: 'left' | 'all'): Promise<ListedEvent[]>;
}

const hour = 3_600;

/** Waiting events are spread over the minutes of the hour, so that a department is not asked for all of them at once. */
const isDue = ({ id, state, receivedAt }: LifeEventDocument, now: number): boolean => {
  const age = now - receivedAt;
  if (state !== 'reissuing' || age < hour || age >= reissueSeconds) return true;
  return Math.floor(now / 60) % 60 === (id.charCodeAt(4) + 7 * id.charCodeAt(5)) % 60;
};

/** A register that never comes to an end must not keep the job for ever. */
const pagesPerTurn = 1_000;

/** Declares its collections: create it before `storage.prepare()`. */
export const createLifeEvents = (deps: LifeEventsDeps): LifeEvents => {
  const { storage, onFailure, ...rest } = deps;
  const context: LifeEventsContext = { ...rest, store: openLifeEventStore(storage) };
  const { store } = context;
  return {
    adapter: context.register.adapter,
    async apply({ all = false } = {}) {
      const now = seconds(context.clock);
      for (const event of await pendingEvents(store))
        if (all || isDue(event, now)) await applyEvent(context, event).catch(onFailure);
      const report: LifeEventsReport = { received: 0, faulty: 0, pending: 0 };
      for (let pages = 0; pages < pagesPerTurn; pages += 1) {
        const page = await receiveEvents(context, onFailure);
        report.received += page.received;
        report.faulty += page.faulty;
        if (!page.more) break;
      }
      if (report.faulty > 0) onFailure(new Error(`${report.faulty} life events cannot be read`));
      report.pending = (await pendingEvents(store)).filter(({ state }) => state !== 'applied').length;
      return report;
    },
    async list(which) {
      const found: LifeEventDocument[] = [];
      for (let after: string | undefined; ; ) {
        const page = await store.events.list({ limit: 500, ...(after ? { after } : {}) });
        found.push(...page);
        if (page.length < 500) break;
        after = page.at(-1)!.id;
      }
      return found
        .filter(({ state }) => which === 'all' || !['applied', 'nobody'].includes(state))
        .sort((a, b) => (a.order < b.order ? -1 : 1))
        .map(({ id, kind, order, account, state, reason, receivedAt, endedAt, pending }) => ({
          id,
          kind,
          order,
          account,
          state,
          reason,
          receivedAt,
          endedAt,
          pending,
        }));
    },
  };
};
