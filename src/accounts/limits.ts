/**
 * Every limit on guessing and on sending, in one place. docs/sign-in-limits.md says what each means to a person; a test
 * holds the two together. Windows are fixed: nobody waits longer than one of them.
 */
import type { Budget } from './guess-budget.ts';

const quarterHour = 900;
const hour = 3_600;
const day = 86_400;

export const limits = {
  /** Wrong passwords under one login name, in whatever spelling. */
  passwordName: { name: 'sign-in-name', limit: 10, windowSeconds: quarterHour },
  /** Wrong passwords of one account, under all of its names and at a step-up. */
  passwordAccount: { name: 'sign-in-account', limit: 10, windowSeconds: quarterHour },
  /** The same for a day: a quarter of an hour at a time, a thousand could be tried. */
  passwordDay: { name: 'sign-in-account-day', limit: 100, windowSeconds: day },
  /** Wrong passwords from one address, whatever names. */
  passwordAddress: { name: 'sign-in-address', limit: 60, windowSeconds: quarterHour },
  /** Codes of one kind (TOTP, own text message, recovery) of one account, right or wrong. */
  factor: { name: 'factor', limit: 10, windowSeconds: quarterHour },
  /** TOTP codes of one account in a day, right or wrong: a million of them, and three are right at any moment. */
  totpDay: { name: 'totp-day', limit: 100, windowSeconds: day },
  /** Answers of passkeys from one address, a mobile operator's among them: a bound on work, since no signature can be guessed. */
  passkeyAddress: { name: 'passkey', limit: 6_000, windowSeconds: quarterHour },
  /** Text messages to one phone. */
  smsMinute: { name: 'sms-minute', limit: 1, windowSeconds: 60 },
  smsHour: { name: 'sms-hour', limit: 5, windowSeconds: hour },
  /** Text messages asked for from one address. */
  smsAddress: { name: 'sms-address', limit: 20, windowSeconds: hour },
  /** Tries of one code by text message, which is good for the window. */
  smsTries: { name: 'sms-tries', limit: 5, windowSeconds: 300 },
} as const satisfies Record<string, Budget>;

/**
 * A refusal takes this long at least, so that its time does not tell what stood behind it: nobody, one account, or the
 * five that may share a phone.
 */
export const refusalMilliseconds = 400;
