/** One token per person's step: a form of another interaction, another step or another browser does not pass. */
import { createHmac, timingSafeEqual } from 'node:crypto';

export interface FormTokens {
  make(uid: string, step: string): string;
  verify(given: string, uid: string, step: string): boolean;
}

/** The uid is bound to the browser by its cookie, and each step of a sign-in has a uid of its own. */
export const createFormTokens = (keys: readonly string[]): FormTokens => {
  const derive = (key: string, uid: string, step: string): string =>
    createHmac('sha256', key).update(`form-token|${step}|${uid}`).digest('base64url');
  return {
    make: (uid, step) => derive(keys[0]!, uid, step),
    verify(given, uid, step) {
      const actual = Buffer.from(given);
      return keys.some((key) => {
        const expected = Buffer.from(derive(key, uid, step));
        return expected.length === actual.length && timingSafeEqual(expected, actual);
      });
    },
  };
};
