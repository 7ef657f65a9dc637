import { describe, expect, it } from '@jest/globals';
import {
  lifetimes,
  officeAbsoluteSeconds,
  officeIdleSeconds,
  sessionAbsoluteSeconds,
  sessionIdleSeconds,
} from '../../../src/oidc/lifetimes.ts';

const start = 1_800_000_000;
const ttlAt = (after: number, session: Record<string, unknown>): number => {
  const { Session } = lifetimes({ now: () => (start + after) * 1000 });
  return (Session as (ctx: unknown, session: unknown) => number)(undefined, {
    loginTs: start,
    signedInAt: start,
    ...session,
  });
};

describe('a session ends', () => {
  it.each([
    ['a citizen', {}, sessionIdleSeconds, sessionAbsoluteSeconds],
    ['an official', { office: true }, officeIdleSeconds, officeAbsoluteSeconds],
  ])('for %s after no use, and after its whole time whatever the use', (_who, session, idle, absolute) => {
    expect(ttlAt(0, session)).toBe(idle);
    expect(ttlAt(absolute - idle, session)).toBe(idle);
    expect(ttlAt(absolute - 60, session)).toBe(60);
    // Already over: the least the library takes.
    expect(ttlAt(absolute + 60, session)).toBe(1);
  });

  it('no later because of a further factor: the whole time counts from the sign-in', () => {
    const steppedUp = { loginTs: start + 11 * 3_600 };
    expect(ttlAt(sessionAbsoluteSeconds - 60, steppedUp)).toBe(60);
    expect(ttlAt(60, { signedInAt: undefined })).toBe(sessionIdleSeconds);
  });

  it('sooner for officials', () => {
    expect(officeIdleSeconds).toBeLessThan(sessionIdleSeconds);
    expect(officeAbsoluteSeconds).toBeLessThan(sessionAbsoluteSeconds);
  });

  it('within minutes for who only looked at the sign-in page', () => {
    expect(ttlAt(0, { loginTs: undefined })).toBe(600);
  });
});
