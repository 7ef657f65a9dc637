/** Settings of the counters 窗口 (docs/counters.md §6). */
import { z } from 'zod';

const holders = z.coerce.number().int().min(1).max(100_000);

export const countersSchema = z.strictObject({
  /** So many distinct holders a counter may look at in any hour; one more stops it. */
  holdersPerHour: holders,
  /** Of these without a phone. */
  withoutPhonePerHour: holders,
});
