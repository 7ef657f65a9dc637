import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Proof, proofs, type WayName, wayOf, ways } from '../../src/accounts/index.ts';
import { type Portal, signInPortal, userInfo } from '../../src/tour/sign-in-portal.ts';
import { faults, heading } from './opening-browser.ts';
import {
  addAuthenticatorApp,
  addLoser,
  codeTo,
  type Loser,
  messagesTo,
  newPassword,
  RecoveringBrowser,
  signsIn,
} from './recovering-browser.ts';
import { type SoftPasskey, softPasskey } from './soft-passkey.ts';
import { type RunningApp, startApp } from './start-app.ts';

let app: RunningApp;
let portal: Portal;
let moved = 0;
const clock = { now: () => Date.now() + moved };
beforeAll(async () => {
  app = await startApp({ TRUSTED_PROXIES: 'loopback' }, { clock });
  const redirectUri = 'http://localhost:1/callback';
  const added = await app.core.apps.add({
    name: '找回测试',
    redirectUris: [redirectUri],
    scopes: ['openid', 'profile'],
    type: 'confidential',
  });
  portal = { baseUrl: app.baseUrl, redirectUri, clientId: added.clientId, clientSecret: added.clientSecret! };
}, 60_000);
afterAll(() => app.stop());

interface Kit {
  her: Loser;
  totp(): string;
  passkey: SoftPasskey;
  code(): string;
}

/** A person who has everything that could prove her. */
const addKit = async (): Promise<Kit> => {
  const her = await addLoser(app);
  const totp = await addAuthenticatorApp(app, her);
  const passkey = softPasskey(app.baseUrl);
  const challenge = randomBytes(32).toString('base64url');
  const added = await app.core.accounts.authenticators.addPasskey(her.account, {
    origin: app.baseUrl,
    challenge,
    response: passkey.attest(challenge),
    label: '测试',
  });
  expect(added).toBe(true);
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

const give: Record<Proof, (browser: RecoveringBrowser, kit: Kit) => Promise<unknown>> = {
  sms: (browser, { her }) => browser.proveMessage(her.phone),
  recovery_code: (browser, kit) => browser.send('recovery-code', { code: kit.code() }),
  totp: (browser, kit) => browser.send('totp', { code: kit.totp() }),
  face: (browser) => browser.send('face', { answer: 'match' }),
  passkey: (browser, { passkey }) =>
    browser.send('passkey', { response: passkey.assert(challengeOn(browser)) }),
};

const actOf: Record<Proof, string> = {
  sms: 'send',
  recovery_code: 'recovery-code',
  totp: 'totp',
  face: 'face',
  passkey: 'passkey',
};

const isAlive = async (signedIn: Awaited<ReturnType<typeof signInPortal>>): Promise<boolean> =>
  userInfo(portal, signedIn).then(
    () => true,
    () => false,
  );
const signInAs = (her: Loser, password = her.password) =>
  signInPortal(portal, { loginName: her.number, password }, 'openid profile');

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
    const kit = await addKit();
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
    expect(told[0]!.kind).toBe(waits ? 'password_waiting' : 'password_recovered');
    expect((await messagesTo(app, her.phone))[0]).toMatch(waits ? /24 小时后生效/ : /重新设置/);
    const log = await app.core.audit.about(her.account.id);
    expect(log.find(({ action }) => action === 'recovery.password_chosen')).toMatchObject({
      details: { way: name, waitSeconds: ways[name].waitSeconds },
    });
  });

  it('and nothing else does: after any first proof only what completes a way is offered', async () => {
    for (const first of proofs.filter((proof) => proof !== 'face' && proof !== 'passkey')) {
      const kit = await addKit();
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
    const kit = await addKit();
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

describe('states walked out of order, replayed or from another browser lead nowhere (security (c) 16)', () => {
  it('forms of another browser, of an earlier step, after the end and after starting over', async () => {
    const kit = await addKit();
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

  it('the same answer twenty times at once sets one password and ends there', async () => {
    const kit = await addKit();
    const browser = new RecoveringBrowser(app);
    await browser.begin(kit.her.number);
    await give.totp(browser, kit);
    await give.recovery_code(browser, kit);
    const form = browser.form(browser.page, /password$/);
    const passwords = Array.from({ length: 20 }, (_, place) => `parallel-answer-${place}-x`);
    await Promise.all(passwords.map((password) => browser.submit(form, { password, repeat: password })));
    const right = await Promise.all(
      passwords.map((password) =>
        app.core.accounts
          .checkOwnPassword({ account: kit.her.account.id, password, address: 'x' })
          .catch(() => false),
      ),
    );
    const sets = (await app.core.audit.about(kit.her.account.id)).filter(
      ({ action, details }) => action === 'account.password_set' && details?.by === 'recovery',
    );
    expect([sets.length, right.filter(Boolean).length <= 1]).toEqual([1, true]);
  });

  it('a cookie planted by another is not taken up, and is bound to this host where there is https', async () => {
    const { giveToken } = await import('../../src/recovery/browser.ts');
    const set: [string, object][] = [];
    const res = { cookie: (name: string, _value: string, options: object) => void set.push([name, options]) };
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
    const kit = await addKit();
    const browser = new RecoveringBrowser(app);
    await browser.begin(kit.her.number);
    await give.sms(browser, kit);
    moved += 21 * 60_000;
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

  it('fifty browsers with one recovery code at once: one takes it (security (a) 20)', async () => {
    const her = await addLoser(app);
    const tokens = Array.from({ length: 50 }, () => randomBytes(32).toString('base64url'));
    const { recoveries } = app.core;
    await Promise.all(
      tokens.map((token, place) => recoveries.begin({ token, loginName: her.number, address: `p${place}` })),
    );
    const given = { proof: 'recovery_code', code: her.codes[0]! } as const;
    const answers = await Promise.allSettled(tokens.map((token) => recoveries.prove(token, given)));
    const proved = answers.filter((one) => one.status === 'fulfilled' && one.value === 'proved');
    expect(proved).toHaveLength(1);
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
    moved += 61_000;
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
    moved += 91 * 86_400_000;
    const late = new RecoveringBrowser(app);
    await late.begin(lonely.phone);
    await late.send('send');
    expect(await messagesTo(app, lonely.phone)).toEqual([]);
    await tryAll();
  });
});

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
    moved += 86_400_000 + 1_000;
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
    moved += 61_000;
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
