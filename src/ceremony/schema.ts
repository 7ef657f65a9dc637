import { z } from 'zod';

export const text = z.string().min(1);

/** The parser takes 30 February for 2 March. */
const isOfCalendar = (value: string): boolean => {
  const at = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(value);
};

/** A day as it begins in China. */
export const day = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d$/, 'a day like 2026-12-01')
  .refine(isOfCalendar, 'not a day of the calendar');

/** A plain name: it stays in its folder. */
export const fileName = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, 'a plain file name in lower case');

/** Unix seconds. */
export const dayStart = (value: string): number => Date.parse(`${value}T00:00:00+08:00`) / 1000;
