/** What the server does by itself, over and over. A turn that fails is logged, and the next one tries again. */
import type { Logger } from './log.ts';

export interface Job {
  /** What is left undone when it fails, for the log. */
  name: string;
  everySeconds: number;
  run(): Promise<unknown>;
}

/** Starts the clocks; returns how to stop them. */
export const startJobs = (jobs: readonly Job[], logger: Logger): (() => void) => {
  const timers = jobs.map(({ name, everySeconds, run }) => {
    const turn = () => void run().catch((error: unknown) => logger.error({ err: error }, `${name}: failed`));
    return setInterval(turn, everySeconds * 1000).unref();
  });
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
};
