import { Gauge, type Registry } from 'prom-client';
import type { Logger } from '../log.ts';
import { type Deadline, type DeadlineSources, listDeadlines } from './deadlines.ts';

export interface Watchdog {
  deadlines(): Promise<Deadline[]>;
  /** A line for each that is near its end; to be called every hour. */
  look(): Promise<void>;
  /** Seconds left, asked anew at every scrape. */
  measure(registry: Registry): void;
}

export function createWatchdog(sources: DeadlineSources, logger: Logger): Watchdog {
  const deadlines = () => listDeadlines(sources);
  return {
    deadlines,
    async look() {
      for (const { what, of, endsAt, secondsLeft, level } of await deadlines()) {
        if (level === 'ok') continue;
        const daysLeft = Math.floor(secondsLeft / 86_400);
        logger[level]({ what, of, endsAt, daysLeft }, `${what} (${of}) ends in ${daysLeft} days`);
      }
    },
    measure(registry) {
      const left = new Gauge({
        name: 'onecert_seconds_left',
        help: 'Seconds until it runs out, 0 when it has: root statement, trust list, keys, certificates, provinces.',
        labelNames: ['what', 'of', 'level'],
        registers: [registry],
        async collect() {
          left.reset();
          for (const { what, of, level, secondsLeft } of await deadlines())
            left.set({ what, of, level }, secondsLeft);
        },
      });
    },
  };
}
