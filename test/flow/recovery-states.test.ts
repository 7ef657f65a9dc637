import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { heading } from './opening-browser.ts';
import {
  addLoser,
  codeTo,
  type Loser,
  messagesTo,
  newPassword,
  RecoveringBrowser,
  signsIn,
} from './recovering-browser.ts';
import { addKit, give, openRecoveryStage, type RecoveryStage } from './recovery-kit.ts';
import type { RunningApp } from './start-app.ts';

let stage: RecoveryStage;
let app: RunningApp;
beforeAll(async () => {
  stage = await openRecoveryStage();
  app = stage.app;
}, 60_000);
afterAll(() => app.stop());

describe('states walked out of order, replayed or from another browser lead nowhere (security (c) 16)', () => {
  it('forms of another browser, of an earlier step, after the end and after starting over', async () => {
    const kit = await addKit(app);
    const { her } = kit;
    const [one, two] = [new RecoveringBrowser(app), new RecoveringBrowser(app)];
    const atProof = await one.begin(her.number);
    await give.sms(one, kit);
    await give.recovery_code(one, kit);
    const atPassword = one.page;
    // Her pages in another browser, which has a recovery of its own or none.
    await two.send('password', { password: newPassword, repeat: newPassword }, atPassword);
    expect([two.page.status, heading(two.page)]).toEqual([403, 'Recover your password']);
    await two.begin(her.number);
    await two.send('password', { password: newPassword, repeat: newPassword }, atPassword);
    expect([two.page.status, heading(two.page)]).toEqual([403, 'Prove that it is you']);
    // The code of her message opens nothing there either.
    await two.send('send');
    await one.look();
    const used = her.codes[0]!;
    await two.send('recovery-code', { code: used });
    expect(two.page.status).toBe(422);
    expect(two.page.html).toContain(`value="${used}"`);
    expect(await signsIn(app, her, newPassword)).toBe(false);
    // Back to the first step by hand: the present step is shown.
    await one.send('recovery-code', { code: her.codes[5]! }, atProof);
    expect([one.page.status, heading(one.page)]).toEqual([403, 'Choose a new password']);
    expect(heading(await one.open(`${one.url}/sms`))).toBe('Choose a new password');
    await one.choose();
    // The same answer again, twice: the password that was set stays.
    const again = 'another-harbour-comet-59';
    await one.send('password', { password: again, repeat: again }, atPassword);
    expect(heading(one.page)).toBe('Your password is set');
    expect([await signsIn(app, her, newPassword), await signsIn(app, her, again)]).toEqual([true, false]);
    await one.send('restart');
    await one.send('password', { password: again, repeat: again }, atPassword);
    expect(heading(one.page)).toBe('Recover your password');
    expect(await signsIn(app, her, again)).toBe(false);
  });

  it('a cookie planted by another is not taken up, and is bound to this host where there is https', async () => {
    const { giveToken } = await import('../../src/recovery/browser.ts');
    const set: [string, object][] = [];
    const cookie = (name: string, _value: string, options: object) => void set.push([name, options]);
    const res = { req: {}, cookie };
    giveToken({ baseUrl: 'https://one.example.test', secret: new Uint8Array(32) }, res as never);
    expect(set).toEqual([
      ['__Host-onecert_recovery', { path: '/', httpOnly: true, sameSite: 'lax', secure: true }],
    ]);
    const her = await addLoser(app);
    const attacker = new RecoveringBrowser(app);
    const page = await attacker.look();
    const planted = page.headers.getSetCookie()[0]!.split(';')[0]!;
    const began = await attacker.send('begin', { login_name: her.number });
    expect(began.status).toBe(200);
    const withPlanted = await fetch(attacker.url, { headers: { cookie: planted, 'accept-language': 'en' } });
    expect(await withPlanted.text()).toContain('<h1>Recover your password</h1>');
  });

  it('runs out after twenty minutes', async () => {
    const kit = await addKit(app);
    const browser = new RecoveringBrowser(app);
    await browser.begin(kit.her.number);
    await give.sms(browser, kit);
    stage.advance(1_260);
    await give.recovery_code(browser, kit);
    expect([browser.page.status, heading(browser.page)]).toEqual([403, 'Recover your password']);
  });
});

describe('who has an account is not told (security (b) User enumeration)', () => {
  const plain = (text: string): string =>
    text.replaceAll(/name="csrf" value="[^"]*"/g, '').replaceAll(/challenge&quot;:&quot;[\w-]+/g, '');

  it.each(['document', 'phone'])(
    'by %s: same pages, same states, same budgets for somebody and nobody',
    async (by) => {
      const her = await addLoser(app);
      const unanswered = await addLoser(app, { answered: false });
      const nobody = by === 'phone' ? '19876549999' : 'E79999999';
      const walk = async (name: string): Promise<unknown[]> => {
        const browser = new RecoveringBrowser(app);
        const seen = [await browser.begin(name)];
        seen.push(await browser.send('send'), await browser.send('send'));
        await browser.look();
        for (let tries = 0; tries < 12; tries += 1) seen.push(await browser.send('sms', { code: '000000' }));
        if (by === 'document') {
          for (let tries = 0; tries < 12; tries += 1)
            seen.push(await browser.send('recovery-code', { code: 'BCDF-GHJK-LMNP-QRST' }));
          for (let tries = 0; tries < 12; tries += 1)
            seen.push(await browser.send('totp', { code: '000000' }));
        }
        return seen.map(({ status, html, url }) => [status, url.pathname, plain(html)]);
      };
      const name = ({ number, phone }: Loser) => (by === 'phone' ? phone : number);
      const known = await walk(name(her));
      expect(await walk(nobody)).toEqual(known);
      expect(await walk(name(unanswered))).toEqual(known);
      expect(known.map((seen) => (seen as [number])[0])).toContain(429);
      expect(await messagesTo(app, unanswered.phone)).not.toContainEqual(expect.stringContaining('验证码'));
    },
  );

  it('guesses here use up the budget of the sign-in, and the other way round (security (b) Brute-force bypass)', async () => {
    const her = await addLoser(app);
    const wrong = 'BCDF-GHJK-LMNP-QRST';
    // Under another name: the linter takes what begins with "use" for a hook.
    const { useRecoveryCode: redeem } = app.core.accounts.authenticators;
    for (let tries = 0; tries < 6; tries += 1) await redeem(her.account.id, wrong);
    const statuses: number[] = [];
    const browser = new RecoveringBrowser(app);
    await browser.begin(her.number);
    for (let tries = 0; tries < 5; tries += 1)
      statuses.push((await browser.send('recovery-code', { code: wrong })).status);
    expect(statuses).toEqual([422, 422, 422, 422, 429]);
    await expect(redeem(her.account.id, her.codes[0]!)).rejects.toMatchObject({
      code: 'too_many_requests',
    });
  });
});
describe('a number that was resold (security (b) Email/phone account linking, pre-hijack)', () => {
  it('gives its new owner nothing of the old one, once she confirmed it or the quarantine is over', async () => {
    const old = await addLoser(app);
    const next = await addLoser(app, { phone: old.phone, answered: false });
    const { authenticators } = app.core.accounts;
    const tryAll = async () => {
      for (const name of [old.phone, old.number]) {
        const browser = new RecoveringBrowser(app);
        await browser.begin(name);
        await browser.send('send');
        await browser.look();
        const code = await codeTo(app, old.phone);
        await browser.send('sms', { code });
        expect([name === old.phone, browser.page.html.includes('苏**')]).toEqual([name === old.phone, false]);
        expect(browser.has('face')).toBe(false);
      }
    };
    await authenticators.sendOwnCode(next.account, { binding: 'own', address: 'own' });
    const code = await codeTo(app, old.phone);
    expect(await authenticators.confirmPhone(next.account, { binding: 'own', code })).toBe(true);
    stage.advance(61);
    const before = (await app.core.accounts.get(old.account.id))!;
    expect(before.phoneContested).toBe(true);
    const browser = new RecoveringBrowser(app);
    await browser.begin(old.number);
    const count = (await messagesTo(app, old.phone)).length;
    await browser.send('send');
    expect(await messagesTo(app, old.phone)).toHaveLength(count);
    // By phone the new owner finds herself alone.
    const hers = new RecoveringBrowser(app);
    await hers.begin(old.phone);
    await hers.proveMessage(old.phone);
    expect(heading(hers.page)).toBe('Prove that it is you');
    await hers.send('recovery-code', { code: old.codes[0]! });
    expect(hers.page.status).toBe(422);

    const lonely = await addLoser(app);
    stage.advance(91 * 86_400);
    const late = new RecoveringBrowser(app);
    await late.begin(lonely.phone);
    await late.send('send');
    expect(await messagesTo(app, lonely.phone)).toEqual([]);
    await tryAll();
  });
});
