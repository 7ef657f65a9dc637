/** A person at her account pages, in a browser without a screen. */
import { stepOf, totpAt } from '../../src/accounts/totp.ts';
import type { RunningApp } from './start-app.ts';
import { TestBrowser, type Visit } from './test-browser.ts';

export interface Visitor {
  browser: TestBrowser;
  /** Opens a page and answers the sign-in and step-up pages it meets. */
  open(path: string): Promise<Visit>;
  /** Answers whatever the login asks until another page comes. */
  prove(at: Visit): Promise<Visit>;
  /** Posts a form of the page and follows, without answering the login. */
  submit(at: Visit, act: string, fields?: Record<string, string>): Promise<Visit>;
}

export interface Person {
  loginName: string;
  password: string;
  /** Of her authenticator app. */
  totp?: string;
}

const used = new Map<string, number>();

/** The next code of an authenticator app, which never shows one code twice. */
export const nextCode = (secret: string, now: () => number): string => {
  const step = Math.max(stepOf(now() / 1000) - 1, (used.get(secret) ?? 0) + 1);
  used.set(secret, step);
  return totpAt(secret, step);
};

/** The newest code in the outbox. */
export const lastCode = async (app: RunningApp): Promise<string> => {
  for (const { text } of await app.core.smsOutbox!.messages()) {
    const code = /验证码 (\d{6})/.exec(text)?.[1];
    if (code) return code;
  }
  throw new Error('no code was sent');
};

export const visitor = (app: RunningApp, person: Person, headers: Record<string, string> = {}): Visitor => {
  const browser = new TestBrowser(() => false, headers);
  const prove = async (first: Visit): Promise<Visit> => {
    let at = first;
    for (let step = 0; step < 5 && new URL(at.url).pathname.startsWith('/interaction/'); step += 1) {
      if (at.text.includes('/sign-in"')) at = await browser.signIn(at, person.loginName, person.password);
      else if (at.text.includes('/switch"')) at = await browser.submit(at, '/switch', { decision: 'switch' });
      else if (at.text.includes('/totp"') && person.totp) {
        const code = nextCode(person.totp, () => app.core.clock.now());
        at = await browser.submit(at, '/totp', { code });
      } else if (at.text.includes('/own-password"'))
        at = await browser.submit(at, '/own-password', { password: person.password });
      else if (at.text.includes('/own-sms-send"')) {
        at = await browser.submit(at, '/own-sms-send');
        at = await browser.submit(at, '/own-sms', { code: await lastCode(app) });
      } else return at;
    }
    return at;
  };
  return {
    browser,
    prove,
    open: async (path) => prove(await browser.open(`${app.baseUrl}${path}`)),
    async submit(at, act, fields = {}) {
      return browser.follow(await browser.post(at, act, fields));
    },
  };
};
