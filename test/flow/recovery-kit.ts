import type { Proof } from '../../src/accounts/index.ts';
import type { Portal } from '../../src/tour/sign-in-portal.ts';
import type { SoftPasskey } from '../../src/tour/soft-passkey.ts';
import { addAuthenticatorApp, addLoser, type Loser, type RecoveringBrowser } from './recovering-browser.ts';
import { type RunningApp, startApp } from './start-app.ts';
import { addPasskey } from './test-passkey.ts';

/** The app with a portal to sign in to, and a clock that the test moves on. */
export interface RecoveryStage {
  app: RunningApp;
  portal: Portal;
  advance(seconds: number): void;
}

export const openRecoveryStage = async (env: NodeJS.ProcessEnv = {}): Promise<RecoveryStage> => {
  // At the beginning of an hour: no window of a budget ends in the middle of a test that counts.
  let moved = 3_660_000 - (Date.now() % 3_600_000);
  const app = await startApp(
    { TRUSTED_PROXIES: 'loopback', ...env },
    { clock: { now: () => Date.now() + moved } },
  );
  const redirectUri = 'http://localhost:1/callback';
  const added = await app.core.apps.add({
    client_name: '找回测试',
    redirect_uris: [redirectUri],
    scope: 'openid profile',
  });
  const { clientId, clientSecret } = added;
  return {
    app,
    portal: { baseUrl: app.baseUrl, redirectUri, clientId, clientSecret: clientSecret! },
    advance(seconds) {
      moved += seconds * 1_000;
    },
  };
};

export interface Kit {
  her: Loser;
  totp(): string;
  passkey: SoftPasskey;
  /** Her next recovery code. */
  code(): string;
}

/** A person who has everything that could prove her. */
export const addKit = async (app: RunningApp): Promise<Kit> => {
  const her = await addLoser(app);
  const totp = await addAuthenticatorApp(app, her);
  const passkey = await addPasskey({ baseUrl: app.baseUrl, accounts: app.core.accounts }, her.account);
  let next = 0;
  return {
    her,
    totp,
    passkey,
    code: () => {
      next += 1;
      return her.codes[next - 1]!;
    },
  };
};

const challengeOn = (browser: RecoveringBrowser): string =>
  /&quot;challenge&quot;:&quot;([\w-]+)&quot;/.exec(browser.page.html)![1]!;

/** Gives one proof on the page where the browser stands. */
export const give: Record<Proof, (browser: RecoveringBrowser, kit: Kit) => Promise<unknown>> = {
  sms: (browser, { her }) => browser.proveMessage(her.phone),
  recovery_code: (browser, kit) => browser.send('recovery-code', { code: kit.code() }),
  totp: (browser, kit) => browser.send('totp', { code: kit.totp() }),
  face: (browser) => browser.send('face', { answer: 'match' }),
  passkey: (browser, { passkey }) =>
    browser.send('passkey', { response: passkey.answer(challengeOn(browser)) }),
};

/** The form that stands on a page where this proof is offered. */
export const actOf: Record<Proof, string> = {
  sms: 'send',
  recovery_code: 'recovery-code',
  totp: 'totp',
  face: 'face',
  passkey: 'passkey',
};
