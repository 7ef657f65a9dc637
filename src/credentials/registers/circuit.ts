import type { Clock } from '../../clock.ts';

/** Failures in a row after which nobody is made to wait any more, and how long that lasts. */
const failuresToOpen = 5;
const openMs = 30_000;

/** Nobody is asked at the moment: the last answers were all failures. */
export class CircuitOpen extends Error {
  constructor() {
    super('not asked: the last attempts all failed');
    this.name = 'CircuitOpen';
  }
}

/** A circuit breaker: after five failures in a row half a minute of refusing at once, then one trial at a time. */
export const createCircuit = ({ clock }: { clock: Clock }) => {
  let failures = 0;
  let refuseUntil = Number.NEGATIVE_INFINITY;
  let trying = false;
  return {
    async run<T>(work: () => Promise<T>): Promise<T> {
      const isTrial = failures >= failuresToOpen;
      if (isTrial && (trying || clock.now() < refuseUntil)) throw new CircuitOpen();
      if (isTrial) trying = true;
      try {
        const result = await work();
        failures = 0;
        return result;
      } catch (error) {
        failures += 1;
        if (failures >= failuresToOpen) refuseUntil = clock.now() + openMs;
        throw error;
      } finally {
        if (isTrial) trying = false;
      }
    },
  };
};
