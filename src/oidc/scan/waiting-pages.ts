/**
 * Pages that wait for a phone, each with one request held open. A change made in this process wakes its page at once;
 * one made in another is seen within two seconds, by one read of short memory a page.
 */
import type { ScanState } from './scan-store.ts';

const lookEveryMs = 2_000;
/** Half a minute: proxies cut a silent request after one, and a code lives for two such waits. */
const rounds = 15;
/** Above it a page is answered at once and asks again: memory stays bounded. */
const mostHeld = 20_000;

export interface WaitingPages {
  /**
   * The state once it differs from `known`; `known` again after 30 s, and `ended` at once. `whenGone` is handed what ends the wait early,
   * for a browser that has left.
   */
  wait(page: string, known: string, whenGone: (leave: () => void) => void): Promise<ScanState>;
  /** Something has changed for this page. */
  ring(page: string): void;
  /** Answers everybody, now and from now on. */
  stop(): void;
  stopped(): boolean;
}

interface Waiter {
  rung: boolean;
  over: boolean;
  wake(): void;
}

const sleep = (waiter: Waiter): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, lookEveryMs);
    waiter.wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });

const ringAt = (waiter: Waiter | undefined, over: boolean): void => {
  if (waiter === undefined) return;
  waiter.rung = true;
  waiter.over ||= over;
  waiter.wake();
};

export const createWaitingPages = (stateOf: (page: string) => Promise<ScanState>): WaitingPages => {
  const held = new Map<string, Waiter>();
  let stopped = false;
  return {
    async wait(page, known, whenGone) {
      const waiter: Waiter = { rung: false, over: false, wake: () => undefined };
      whenGone(() => ringAt(waiter, true));
      // One request a page: the newer takes the older one's place.
      ringAt(held.get(page), true);
      if (held.size < mostHeld) held.set(page, waiter);
      else waiter.over = true;
      try {
        let state = await stateOf(page);
        // What has ended changes no more: a made-up cookie holds no request open.
        const waits = (): boolean => state === known && state !== 'ended' && !waiter.over && !stopped;
        for (let round = 0; round < rounds && waits(); round += 1) {
          if (!waiter.rung) await sleep(waiter);
          waiter.rung = false;
          state = await stateOf(page);
        }
        return state;
      } finally {
        if (held.get(page) === waiter) held.delete(page);
      }
    },
    ring: (page) => ringAt(held.get(page), false),
    stopped: () => stopped,
    stop() {
      stopped = true;
      for (const waiter of [...held.values()]) ringAt(waiter, true);
    },
  };
};
