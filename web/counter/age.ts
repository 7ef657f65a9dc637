import type { Say } from './use-text.ts';

/** "7 min", or undefined when it is under a minute. */
export const ageText = (say: Say, seconds: number): string | undefined => {
  const minutes = Math.floor(Math.max(0, seconds) / 60);
  if (minutes < 1) return undefined;
  if (minutes < 120) return say('pack.minutes', { count: minutes });
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? say('pack.hours', { count: hours })
    : say('pack.days', { count: Math.floor(hours / 24) });
};
