import type { Clock } from '../clock.ts';

/** YYYY-MM-DD where the province is (UTC+8, no summer time). */
export const todayInChina = (clock: Clock): string =>
  new Date(clock.now() + 8 * 3_600_000).toISOString().slice(0, 10);
