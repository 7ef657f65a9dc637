/** Time comes in as a clock, so that tests can move it. `now()` is Unix time in milliseconds. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** Unix time in whole seconds, as tokens and certificates carry it. */
export const seconds = (clock: Clock): number => Math.floor(clock.now() / 1000);
