import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type SignedIn, signInPortal, userInfo } from '../../src/tour/sign-in-portal.ts';
import { heading } from './opening-browser.ts';
import {
  addLoser,
  type Loser,
  messagesTo,
  newPassword,
  RecoveringBrowser,
  signsIn,
} from './recovering-browser.ts';
import { openRecoveryStage, type RecoveryStage } from './recovery-kit.ts';
import type { RunningApp } from './start-app.ts';

let stage: RecoveryStage;
let app: RunningApp;
beforeAll(async () => {
  stage = await openRecoveryStage();
  app = stage.app;
}, 60_000);
afterAll(() => app.stop());

const isAlive = async (signedIn: SignedIn): Promise<boolean> =>
  userInfo(stage.portal, signedIn).then(
    () => true,
    () => false,
  );
const signInAs = (her: Loser, password = her.password) =>
  signInPortal(stage.portal, { loginName: her.number, password }, 'openid profile');

describe('where only weak proofs were given the new password waits a day', () => {
  const waiting = async () => {
    const her = await addLoser(app);
    const signedIn = await signInAs(her);
    const browser = new RecoveringBrowser(app);
    await browser.begin(her.number);
    await browser.proveMessage(her.phone);
    await browser.send('face', { answer: 'match' });
    await browser.choose();
    return { her, signedIn };
  };
  const afterADay = async () => {
    stage.advance(86_401);
    await app.core.recoveries.applyDue();
  };

  it('then it is in force, everything else is ended, and she is told', async () => {
    const { her, signedIn } = await waiting();
    await app.core.recoveries.applyDue();
    expect(await signsIn(app, her, newPassword)).toBe(false);
    expect(await isAlive(signedIn)).toBe(true);
    await Promise.all([afterADay(), app.core.recoveries.applyDue()]);
    expect([await signsIn(app, her, newPassword), await signsIn(app, her, her.password)]).toEqual([
      true,
      false,
    ]);
    expect(await isAlive(signedIn)).toBe(false);
    const told = await app.core.accounts.authenticators.notices(her.account.id);
    expect(told.filter(({ kind }) => kind === 'password_recovered')).toHaveLength(1);
  });

  it('is stopped by whoever is signed in', async () => {
    const { her, signedIn } = await waiting();
    const { session } = signedIn;
    const page = await session.open(`${app.baseUrl}/recover/waiting?lang=en`);
    expect(heading(page)).toBe('Stop the new password');
    const foreign = await session.submit({ ...session.form(page), fields: { csrf: 'x' } }, {});
    expect(heading(foreign)).toBe('Stop the new password');
    const stopped = await session.submit(session.form(page), {});
    expect(stopped.html).toContain('Stopped. Your password stays as it is.');
    const again = await session.submit(session.form(page), {});
    expect(again.html).toContain('No new password is waiting.');
    await afterADay();
    expect([await signsIn(app, her, newPassword), await signsIn(app, her, her.password)]).toEqual([
      false,
      true,
    ]);
    const nobody = await new RecoveringBrowser(app).open(`${app.baseUrl}/recover/waiting`);
    expect(nobody.status).toBe(401);
  });

  it('is stopped by the link of the text message, by a press and not by looking', async () => {
    const { her } = await waiting();
    const link = /http\S+\/recover\/stop\/[\w-]+/.exec((await messagesTo(app, her.phone)).join('\n'))![0];
    const browser = new RecoveringBrowser(app);
    await browser.open(link);
    const page = await browser.open(link);
    expect(heading(page)).toBe('Stop the new password');
    expect(page.html).not.toMatch(/苏|198/);
    const stopped = await browser.submit(browser.form(page), {});
    expect(stopped.html).toContain('Stopped. Your password stays as it is.');
    expect((await browser.open(link)).status).toBe(404);
    expect((await browser.open(`${link.slice(0, -2)}xx`)).status).toBe(404);
    await afterADay();
    expect(await signsIn(app, her, newPassword)).toBe(false);
    const told = await app.core.accounts.authenticators.notices(her.account.id);
    expect(told.map(({ kind }) => kind)).toContain('password_stopped');
  });

  it('is groundless once she set a password herself, her phone was ended or another recovery was stronger', async () => {
    const [changed, lost, recovered] = [await waiting(), await waiting(), await waiting()];
    // One message a minute.
    stage.advance(61);
    const own = 'her-own-choice-of-words';
    await app.core.accounts.setPassword(changed.her.account.id, own, 'person');
    await app.core.recoveries.endLostPhone(lost.her.account.id, 'cli');
    const browser = new RecoveringBrowser(app);
    await browser.begin(recovered.her.number);
    await browser.proveMessage(recovered.her.phone);
    await browser.send('recovery-code', { code: recovered.her.codes[0]! });
    await browser.choose(own);
    await afterADay();
    expect([
      await signsIn(app, changed.her, own),
      await signsIn(app, lost.her, lost.her.password),
      await signsIn(app, recovered.her, own),
    ]).toEqual([true, true, true]);
  });
});
