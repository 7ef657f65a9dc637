import { currentLanguage } from './i18n.ts';

const dayFormat = {
  zh: { year: 'numeric', month: 'long', day: 'numeric' },
  en: { year: 'numeric', month: 'short', day: 'numeric' },
} as const;

const locale = () => (currentLanguage() === 'zh' ? 'zh-CN' : 'en-GB');

/** 2026年11月23日 / 23 Nov 2026 */
export const formatDay = (seconds: number): string =>
  new Date(seconds * 1000).toLocaleDateString(locale(), dayFormat[currentLanguage()]);

/** A day of the registers is a day of China Standard Time, wherever the page is read. */
export const formatRegisterDay = (seconds: number): string =>
  new Date(seconds * 1000).toLocaleDateString(locale(), {
    ...dayFormat[currentLanguage()],
    timeZone: 'Asia/Shanghai',
  });

/** 09:12 */
export const formatTime = (seconds: number): string =>
  new Date(seconds * 1000).toLocaleTimeString(locale(), {
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  });

/** 09:12:45 */
export const formatClock = (seconds: number): string =>
  new Date(seconds * 1000).toLocaleTimeString(locale(), {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
  });

/** Time today, day and time otherwise. */
export const formatMoment = (seconds: number): string => {
  const sameDay = new Date(seconds * 1000).toDateString() === new Date().toDateString();
  return sameDay ? formatTime(seconds) : `${formatDay(seconds)} ${formatTime(seconds)}`;
};

/** A field's value for a person: days are written out, everything else stays as it is. */
export const formatValue = (value: string): string => {
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  if (!day) return value;
  const date = new Date(Date.UTC(Number(day[1]), Number(day[2]) - 1, Number(day[3])));
  return date.toLocaleDateString(locale(), { ...dayFormat[currentLanguage()], timeZone: 'UTC' });
};
