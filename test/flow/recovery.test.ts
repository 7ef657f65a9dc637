import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Proof, proofs, type WayName, wayOf, ways } from '../../src/accounts/index.ts';
import { type SignedIn, signInPortal, userInfo } from '../../src/tour/sign-in-portal.ts';
import { faults, heading } from './opening-browser.ts';
import {
  addLoser,
  type Loser,
  messagesTo,
  newPassword,
  RecoveringBrowser,
  signsIn,
} from './recovering-browser.ts';
import { actOf, addKit, give, openRecoveryStage, type RecoveryStage } from './recovery-kit.ts';
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

/** Every order in which the proofs of a way can be given. A face is compared only after something else was proved. */
const orders = (Object.keys(ways) as WayName[]).flatMap((name) => {
  const [first, second] = ways[name].proofs as readonly Proof[];
  const all =
    second === undefined
      ? [[first!]]
      : [
          [first!, second],
          [second, first!],
        ];
  return all.filter(([one]) => one !== 'face').map((order) => [name, order] as const);
});

describe('each way of docs/recovery.md leads to a new password (issue 4.2)', () => {
  it.each(orders)('%s, given as %j', async (name, order) => {
    const kit = await addKit(app);
    const { her } = kit;
    const before = await signInAs(her);
    const browser = new RecoveringBrowser(app);
    await browser.begin(her.number);
    for (const proof of order) {
      expect(heading(browser.page)).toBe('Prove that it is you');
      await give[proof](browser, kit);
    }
    expect(heading(browser.page)).toBe('Choose a new password');
    const short = await browser.choose('short');
    expect([short.status, faults(short)[0]]).toEqual([422, expect.stringMatching(/too short/)]);
    const differ = await browser.send('password', { password: newPassword, repeat: 'another' });
    expect(differ.status).toBe(422);
    await browser.choose();
    const waits = ways[name].waitSeconds > 0;
    expect(heading(browser.page)).toBe(
      waits ? 'Your new password works after 24 hours' : 'Your password is set',
    );
    expect([await signsIn(app, her, newPassword), await signsIn(app, her, her.password)]).toEqual([
      !waits,
      waits,
    ]);
    expect(await isAlive(before)).toBe(waits);
    const told = await app.core.accounts.authenticators.notices(her.account.id);
    expect(told.map(({ kind }) => kind)).toContain(waits ? 'password_waiting' : 'password_recovered');
    expect((await messagesTo(app, her.phone))[0]).toMatch(waits ? /24 小时后生效/ : /重新设置/);
    const log = await app.core.audit.about(her.account.id);
    expect(log.find(({ action }) => action === 'recovery.password_chosen')).toMatchObject({
      details: { way: name, waitSeconds: ways[name].waitSeconds },
    });
  });

  it('and nothing else does: after any first proof only what completes a way is offered', async () => {
    for (const first of proofs.filter((proof) => proof !== 'face' && proof !== 'passkey')) {
      const kit = await addKit(app);
      const browser = new RecoveringBrowser(app);
      await browser.begin(kit.her.number);
      await give[first](browser, kit);
      const offered = proofs.filter((proof) => browser.has(actOf[proof]));
      expect([first, offered]).toEqual([
        first,
        proofs.filter((proof) => proof !== first && wayOf([first, proof]) !== undefined),
      ]);
    }
  });

  it('a text message alone, or with a code made on the same phone, sets nothing (security (b) MFA skip)', async () => {
    const kit = await addKit(app);
    const browser = new RecoveringBrowser(app);
    const first = await browser.begin(kit.her.number);
    await give.sms(browser, kit);
    await browser.send('totp', { code: kit.totp() }, first);
    expect(heading(browser.page)).toBe('Prove that it is you');
    const forged = { csrf: 'x', password: newPassword, repeat: newPassword };
    const refused = await browser.request(`${browser.url}/password`, {
      method: 'POST',
      body: new URLSearchParams(forged),
    });
    expect(refused.status).toBe(403);
    expect(await signsIn(app, kit.her, newPassword)).toBe(false);
  });

  it('a face counts only for a person proofed at level 3, and a no counts for nobody', async () => {
    const low = await addLoser(app, { proofingLevel: 2 });
    const browser = new RecoveringBrowser(app);
    await browser.begin(low.number);
    await browser.proveMessage(low.phone);
    expect(browser.has('face')).toBe(false);
    const high = await addLoser(app);
    const other = new RecoveringBrowser(app);
    await other.begin(high.number);
    await other.proveMessage(high.phone);
    const asked = other.page;
    const refused = await other.send('face', { answer: 'no_match' });
    expect([refused.status, heading(refused)]).toEqual([422, 'Prove that it is you']);
    expect(faults(refused)).toContain('The face check did not succeed.');
    await other.send('face', {}, asked);
    expect(heading(other.page)).toBe('Prove that it is you');
  });

  it('by phone: the message first, then which of the people on it, by masked name and never before', async () => {
    const mother = await addLoser(app, { name: '欧阳春华' });
    const daughter = await addLoser(app, { phone: mother.phone, name: '赵晓雨' });
    const browser = new RecoveringBrowser(app);
    await browser.begin(mother.phone);
    expect(browser.has('recovery-code')).toBe(false);
    expect(browser.page.html).not.toMatch(/欧阳|赵/);
    await browser.proveMessage(mother.phone);
    expect(heading(browser.page)).toBe('Which account is yours?');
    expect(browser.page.html).toContain('欧阳**');
    expect(browser.page.html).not.toContain('春华');
    const place = /value="(\d)"[^>]*>赵\*\*/.exec(browser.page.html)![1]!;
    await browser.send('choose', { person: place });
    await browser.send('recovery-code', { code: mother.codes[0]! });
    expect(heading(browser.page)).toBe('Prove that it is you');
    await browser.send('recovery-code', { code: daughter.codes[0]! });
    await browser.choose();
    expect([await signsIn(app, daughter, newPassword), await signsIn(app, mother, newPassword)]).toEqual([
      true,
      false,
    ]);
  });
});
