/**
 * One person's way through the opening of an account. It is kept for 30 minutes under a key that only her browser's
 * cookie holds: what she has typed cannot be read from the store, not even with the keys of this server.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Ephemeral } from '../storage/index.ts';
import type { Identity } from './judge-identity.ts';
import type { Purpose } from './privacy-notice.ts';

export const steps = ['notice', 'phone', 'code', 'identity', 'password'] as const;
export type StepName = (typeof steps)[number];

export interface Journey {
  at: StepName | 'done' | 'exists';
  consents: Purpose[];
  /** From the step `code` on: where the code went. Proved from the step `identity` on. */
  phone?: string;
  /** As typed and not yet accepted, to be shown again. Never a password or a code. */
  typed?: { phone?: string; kind?: string; number?: string; name?: string };
  /** Matched with the population register. */
  identity?: Identity;
}

export interface Browser {
  /** What the cookie holds. */
  readonly token: string;
  /** Names this journey in counters and reservations; tells nothing of the token. */
  readonly id: string;
}

export interface Journeys {
  newBrowser(): Browser;
  /** The browser of a cookie that we made; undefined for any other. */
  readCookie(cookie: string | undefined): Browser | undefined;
  cookieOf(browser: Browser): string;
  load(browser: Browser): Promise<Journey | undefined>;
  save(browser: Browser, journey: Journey): Promise<void>;
  end(browser: Browser): Promise<void>;
  /** A form of another browser or another step does not pass. */
  formToken(browser: Browser, step: string): string;
  isFormToken(given: string, browser: Browser, step: string): boolean;
}

const lifeSeconds = 1_800;

const same = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
};

export const createJourneys = (deps: { ephemeral: Ephemeral; secret: Uint8Array }): Journeys => {
  const derive = (label: string, text: string): Buffer =>
    createHmac('sha256', deps.secret).update(`${label}|${text}`).digest();
  const browserOf = (token: string): Browser => ({
    token,
    id: derive('journey id', token).toString('base64url'),
  });
  const keyOf = (browser: Browser): string => `registration:journey:${browser.id}`;
  const signatureOf = (token: string): string => derive('journey cookie', token).toString('base64url');
  const formToken = (browser: Browser, step: string): string =>
    derive(`journey form ${step}`, browser.token).toString('base64url');

  /** Undefined for what was not sealed for this browser. */
  const open = (browser: Browser, kept: string): Journey | undefined => {
    const bytes = Buffer.from(kept, 'base64url');
    const key = derive('journey seal', browser.token);
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
      decipher.setAAD(Buffer.from(browser.id)).setAuthTag(bytes.subarray(12, 28));
      const text = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]);
      return JSON.parse(text.toString()) as Journey;
    } catch {
      return undefined;
    }
  };

  return {
    newBrowser: () => browserOf(randomBytes(32).toString('base64url')),
    readCookie(cookie) {
      const [token, signature, more] = (cookie ?? '').split('.');
      if (!token || !signature || more !== undefined || !same(signature, signatureOf(token)))
        return undefined;
      return browserOf(token);
    },
    cookieOf: ({ token }) => `${token}.${signatureOf(token)}`,
    async load(browser) {
      const kept = await deps.ephemeral.get(keyOf(browser));
      return kept === undefined ? undefined : open(browser, kept);
    },
    async save(browser, journey) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', derive('journey seal', browser.token), iv);
      cipher.setAAD(Buffer.from(browser.id));
      const sealed = Buffer.concat([cipher.update(JSON.stringify(journey)), cipher.final()]);
      const kept = Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
      await deps.ephemeral.set(keyOf(browser), kept, lifeSeconds);
    },
    end: (browser) => deps.ephemeral.delete(keyOf(browser)),
    formToken,
    isFormToken: (given, browser, step) => same(given, formToken(browser, step)),
  };
};
