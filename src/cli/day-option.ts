import { UsageError } from './output.ts';

/** Unix seconds of a day like 2027-06-30, where it begins in China. */
export const dayOption = (name: string, text: string): number => {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00+08:00`) : Number.NaN;
  if (Number.isNaN(time)) throw new UsageError(`${name} is a day like 2027-06-30`);
  return Math.floor(time / 1000);
};
