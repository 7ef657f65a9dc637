/** Days and times as people read them, in the province's time (UTC+8, no summer time). */
import type { Language } from '../http/index.ts';

const offsetSeconds = 8 * 3_600;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const local = (at: number): Date => new Date((at + offsetSeconds) * 1000);
const two = (number: number): string => String(number).padStart(2, '0');

/** 2026年11月23日, 23 Nov 2026 */
export const dayOf = (at: number, language: Language): string => {
  const date = local(at);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  return language === 'zh' ? `${year}年${month + 1}月${day}日` : `${day} ${months[month]} ${year}`;
};

export const timeOf = (at: number, language: Language): string => {
  const date = local(at);
  const clock = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
  return `${dayOf(at, language)}${language === 'zh' ? ' ' : ', '}${clock}`;
};

/** As a date field of a form holds it. */
export const dateField = (at: number): string => local(at).toISOString().slice(0, 10);

/** The last second of the day a date field names; undefined for what is no day. */
export const endOfDay = (field: string): number | undefined => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(field)) return undefined;
  const midnight = Date.parse(`${field}T00:00:00Z`);
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== field) return undefined;
  return midnight / 1000 - offsetSeconds + 86_399;
};
