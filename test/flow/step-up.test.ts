import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Account } from '../../src/accounts/index.ts';
import { stepOf, totpAt } from '../../src/accounts/totp.ts';
import { addApp, type Started, type TestApp, walkThrough } from './test-app.ts';
import type { TestBrowser, Visit } from './test-browser.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';

const acr = (p: number, a: number): string => `urn:onecert:acr:p${p}a${a}`;
const acrClaim = (member: Record<string, unknown>): string => JSON.stringify({ id_token: { acr: member } });
const errorOf = (address: string | null): string | null => new URL(address!).searchParams.get('error');
const sessionOf = (browser: TestBrowser): string | undefined =>
  browser.cookies.find(({ name }) => name === 'onecert_session')?.value;

const person = { loginName: samplePerson.phone, password: samplePerson.password };
const plain = {
  name: '样例李小红',
  documentNumber: '330106198511220029',
  phone: '13800138002',
  password: 'tea-hill-19-cloud',
};
const asPlain = { loginName: plain.phone, password: plain.password };

describe('what an app may ask of a sign-in (OpenID Connect Core, RFC 9470, NET-2)', () => {
  let server: TestServer;
  let app: TestApp;
  let account: Account;
  let secret: string;
  let usedStep = 0;
  /** A code of her authenticator app, never the same one twice. */
  const code = (): string => {
    usedStep = Math.max(stepOf(Date.now() / 1000) - 1, usedStep + 1);
    return totpAt(secret, usedStep);
  };
  /** A new server for every few tests: an authenticator app has two codes a minute. */
  beforeAll(async () => {
    server = await startTestServer({ limits: { wrongPerName: 1000 } });
    account = await addPerson(server.accounts);
    await addPerson(server.accounts, plain);
    secret = server.accounts.authenticators.newTotpSecret();
    await server.accounts.authenticators.addTotp(account.id, { secret, code: code() });
    app = await addApp(server, { scope: 'openid profile phone' });
  });
  afterAll(() => server.close());

  const signedIn = async (as = person) => {
    const browser = app.browser();
    const started = await app.start();
    const tokens = await app.redeem(await walkThrough(browser, started, as), started);
    return { browser, tokens };
  };
  /** What a request is answered without any page. */
  const silently = async (browser: TestBrowser, parameters: Record<string, string>) => {
    const started = await app.start({ prompt: 'none', ...parameters });
    const answer = await browser.request(started.url.href);
    return { error: errorOf(answer.headers.get('location')), started, answer };
  };
  const ask = async (browser: TestBrowser, parameters: Record<string, string>) => {
    const started = await app.start(parameters);
    return { started, page: await browser.open(started.url.href) };
  };
  const redeem = (page: Visit, started: Started) => app.redeem(page.url, started);

  it('essential: any listed value will do, the strongest one that is met is answered', async () => {
    const { browser } = await signedIn();
    const { started, page } = await ask(browser, {
      claims: acrClaim({ essential: true, values: [acr(3, 1), acr(1, 2), acr(2, 2)] }),
    });
    expect(page.text).toContain('请再验证一次身份');
    const done = await browser.submit(page, '/totp', { code: code() });
    expect((await redeem(done, started)).claims()!.acr).toBe(acr(2, 2));
  });

  it('essential is not lowered by acr_values beside it', async () => {
    const { browser } = await signedIn();
    const both = { claims: acrClaim({ essential: true, value: acr(1, 2) }), acr_values: acr(1, 1) };
    expect((await ask(browser, both)).page.text).toContain('/totp"');
    expect((await silently(browser, both)).error).toBe('login_required');
  });

  it('voluntary: asked of who can give it, left out where it cannot be had', async () => {
    const wished = { claims: acrClaim({ values: [acr(1, 2)] }) };
    const { browser } = await signedIn();
    expect((await ask(browser, wished)).page.text).toContain('/totp"');
    const silent = await silently(browser, wished);
    expect(silent.error).toBeNull();
    const tokens = await app.redeem(silent.answer.headers.get('location')!, silent.started);
    expect(tokens.claims()!.acr).toBe(acr(2, 1));

    const without = await signedIn(asPlain);
    for (const claims of [acrClaim({ values: [acr(1, 2)] }), acrClaim({ value: acr(3, 1) })]) {
      const { started, page } = await ask(without.browser, { claims });
      expect((await redeem(page, started)).claims()!.acr).toBe(acr(2, 1));
    }
  });

  it.each([
    ['an essential level above her proofing', { claims: acrClaim({ essential: true, value: acr(3, 1) }) }],
    ['an essential level of another system', { claims: acrClaim({ essential: true, value: 'urn:x:gold' }) }],
    ['a factor she does not have', { acr_values: acr(1, 2) }],
    ['a proofing she does not have', { acr_values: acr(3, 1) }],
  ])('%s is said once and ends in unmet_authentication_requirements', async (_what, parameters) => {
    const { browser } = await signedIn(asPlain);
    const { page } = await ask(browser, parameters);
    expect(page.text).toContain('需要更高的认证等级');
    expect(page.text).not.toContain('name="password"');
    expect(await browser.open(page.url)).toMatchObject({ status: 200, url: page.url });
    const back = await browser.submit(page, '/cancel');
    expect([back.status, errorOf(back.url)]).toEqual([0, 'unmet_authentication_requirements']);
    expect((await silently(browser, parameters)).error).toBe('unmet_authentication_requirements');
  });

  it('prompt=none never shows a page: each reason has its error', async () => {
    const nobody = app.browser();
    expect((await silently(nobody, {})).error).toBe('login_required');
    const { browser, tokens } = await signedIn();
    expect((await silently(browser, {})).error).toBeNull();
    expect((await silently(browser, { scope: 'openid profile phone' })).error).toBe('consent_required');
    expect((await silently(browser, { max_age: '0' })).error).toBe('login_required');
    expect((await silently(browser, { id_token_hint: tokens.id_token! })).error).toBeNull();
    const others = await signedIn(asPlain);
    expect((await silently(browser, { id_token_hint: others.tokens.id_token! })).error).toBe(
      'login_required',
    );
    expect((await silently(browser, { prompt: 'none login' })).error).toBe('invalid_request');
  });

  it('id_token_hint: who signs in as somebody else is asked for the person the app meant', async () => {
    const { browser, tokens } = await signedIn();
    const others = await signedIn(asPlain);
    const hinted = { id_token_hint: tokens.id_token! };
    const { page } = await ask(others.browser, hinted);
    expect(page.text).toContain('name="password"');
    const again = await others.browser.signIn(page, asPlain.loginName, asPlain.password);
    expect([again.status, again.text.includes('该应用要找的是另一个账户')]).toEqual([200, true]);
    const question = await others.browser.signIn(again, person.loginName, person.password);
    const { started, page: silent } = await ask(browser, hinted);
    expect((await redeem(silent, started)).claims()!.sub).toBe(tokens.claims()!.sub);
    expect(question.text).toContain('要切换账户吗');
  });

  it('prompt=consent asks again what was agreed, prompt=select_account who she is', async () => {
    const { browser } = await signedIn();
    const { started, page } = await ask(browser, { prompt: 'consent' });
    expect(page.text).toContain('value="agree"');
    const agreed = await browser.submit(page, '/consent', { decision: 'agree' });
    expect((await redeem(agreed, started)).claims()!.sub).toBeDefined();
    const chosen = await ask(browser, { prompt: 'select_account' });
    expect(chosen.page.text).toContain('您以什么身份办理');
    const done = await browser.submit(chosen.page, '/capacity', { capacity: 'self' });
    expect((await redeem(done, chosen.started)).claims()!.sub).toBeDefined();
  });

  it('auth_time is when all that the level rests on was shown; a stale one is asked for anew', async () => {
    const { browser, tokens } = await signedIn();
    const before = tokens.claims()!.auth_time!;
    await pause(2_100);
    const up = await ask(browser, { acr_values: acr(1, 2) });
    const stronger = await redeem(await browser.submit(up.page, '/totp', { code: code() }), up.started);
    expect(stronger.claims()).toMatchObject({ acr: acr(1, 2), auth_time: before });

    const fresh = await ask(browser, { max_age: '1' });
    expect(fresh.page.text).toContain('请再次登录以确认是您本人');
    const again = await browser.signIn(fresh.page, person.loginName, person.password);
    const now = (await redeem(again, fresh.started)).claims()!.auth_time!;
    expect(now).toBeGreaterThanOrEqual(before + 2);

    const login = await ask(browser, { prompt: 'login', max_age: '3600' });
    expect(login.page.text).toContain('name="password"');
  });

  it('the missing factors are listed with the quickest first', async () => {
    const withAll = await startTestServer({ sms: true });
    try {
      const { id } = await addPerson(withAll.accounts);
      const own = withAll.accounts.authenticators;
      const key = own.newTotpSecret();
      await own.addTotp(id, { secret: key, code: totpAt(key, stepOf(Date.now() / 1000)) });
      const other = await addApp(withAll);
      const browser = other.browser();
      const page = await browser.signIn(
        await browser.open((await other.start({ acr_values: acr(1, 2) })).url.href),
        person.loginName,
        person.password,
      );
      expect(page.text.indexOf('/totp"')).toBeGreaterThan(0);
      expect(page.text.indexOf('/own-sms-send"')).toBeGreaterThan(page.text.indexOf('/totp"'));
    } finally {
      await withAll.close();
    }
  });
});

describe('the session of a browser (security (b) Session fixation, (c) 11)', () => {
  let server: TestServer;
  let app: TestApp;
  let account: Account;
  let secret: string;
  let usedStep = 0;
  const code = (): string => {
    usedStep = Math.max(stepOf(Date.now() / 1000) - 1, usedStep + 1);
    return totpAt(secret, usedStep);
  };
  beforeAll(async () => {
    server = await startTestServer({ limits: { wrongPerName: 1000 } });
    account = await addPerson(server.accounts);
    await addPerson(server.accounts, plain);
    secret = server.accounts.authenticators.newTotpSecret();
    await server.accounts.authenticators.addTotp(account.id, { secret, code: code() });
    app = await addApp(server);
  });
  afterAll(() => server.close());

  const opensPassword = async (cookies: TestBrowser['cookies']): Promise<boolean> => {
    const thief = app.browser();
    for (const cookie of cookies) thief.cookies.push({ ...cookie });
    return (await thief.open((await app.start()).url.href)).text.includes('name="password"');
  };

  it('has a new id after sign-in, step-up and sign-out, and the one before opens nothing', async () => {
    const browser = app.browser();
    const first = await app.start();
    const form = await browser.open(first.url.href);
    const ids: (string | undefined)[] = [sessionOf(browser)];
    const kept: TestBrowser['cookies'][] = [];
    const note = () => {
      ids.push(sessionOf(browser));
      kept.push(browser.cookies.filter(({ path }) => path === '/').map((cookie) => ({ ...cookie })));
    };
    let page = await browser.signIn(form, person.loginName, person.password);
    if (page.text.includes('/consent"')) page = await browser.submit(page, '/consent', { decision: 'agree' });
    const tokens = await app.redeem(page.url, first);
    note();
    const more = await app.start({ acr_values: acr(1, 2) });
    page = await browser.submit(await browser.open(more.url.href), '/totp', { code: code() });
    expect(errorOf(page.url)).toBeNull();
    note();
    const question = await browser.open(app.logoutUrl(tokens.id_token!));
    page = await browser.submit(question, '/session/end/confirm', { logout: 'yes' });
    ids.push(sessionOf(browser));
    const given = ids.filter((id) => id !== undefined);
    expect(given.length).toBeGreaterThanOrEqual(2);
    expect(new Set(given).size).toBe(given.length);
    expect(ids.at(-1)).not.toBe(ids.at(-2));
    for (const cookies of kept) expect(await opensPassword(cookies)).toBe(true);
  });

  it('does not take a session id that somebody planted before the sign-in', async () => {
    const attacker = app.browser();
    await attacker.open((await app.start()).url.href);
    const victim = app.browser();
    for (const cookie of attacker.cookies) victim.cookies.push({ ...cookie });
    await walkThrough(victim, await app.start(), person);
    expect(await opensPassword(attacker.cookies)).toBe(true);
  });

  it('that was ended elsewhere is not brought back by a further factor', async () => {
    const browser = app.browser();
    await walkThrough(browser, await app.start(), person);
    const factor = await browser.open((await app.start({ acr_values: acr(1, 2) })).url.href);
    expect(factor.text).toContain('/totp"');
    await server.oidc.sessions.endAll(account.id);
    const answer = await browser.submit(factor, '/totp', { code: code() });
    expect([answer.status === 0, answer.text.includes('登录用时过长')]).toEqual([false, true]);
    expect((await browser.open((await app.start()).url.href)).text).toContain('name="password"');
  });

  it('shows nothing of itself by the back button after the end', async () => {
    const browser = app.browser();
    const started = await app.start();
    const form = await browser.open(started.url.href);
    const done = await browser.signIn(form, person.loginName, person.password);
    expect(form.headers.get('cache-control')).toBe('no-store');
    const tokens = await app.redeem(done.url, started);
    const question = await browser.open(app.logoutUrl(tokens.id_token!));
    await browser.submit(question, '/session/end/confirm', { logout: 'yes' });
    expect((await browser.open(form.url)).status).toBe(410);
    for (const [act, fields] of [
      ['/sign-in', { login_name: person.loginName, password: person.password }],
      ['/cancel', {}],
    ] as const) {
      expect((await browser.post(form, act, fields)).status).toBe(410);
    }
    const twice = await browser.post(question, '/session/end/confirm', { logout: 'yes' });
    expect(twice.status).toBeGreaterThanOrEqual(400);
  });

  it('keeps two people in one browser apart: the late tab asks before one gives way to the other', async () => {
    const other = await addApp(server);
    const browser = app.browser();
    const [one, two] = [await app.start(), await other.start()];
    const first = await browser.open(one.url.href);
    const second = await browser.open(two.url.href);
    const hers = await app.redeem((await browser.signIn(first, person.loginName, person.password)).url, one);
    const question = await browser.signIn(second, asPlain.loginName, asPlain.password);
    expect(question.text).toContain('要切换账户吗');
    const silent = await app.start({ prompt: 'none' });
    const still = await browser.request(silent.url.href);
    const same = await app.redeem(still.headers.get('location')!, silent);
    expect(same.claims()!.sub).toBe(hers.claims()!.sub);

    let late = await browser.submit(question, '/switch', { decision: 'switch' });
    if (late.text.includes('/consent"')) late = await browser.submit(late, '/consent', { decision: 'agree' });
    const theirs = await other.redeem(late.url, two);
    const me = (token: string) =>
      fetch(`${server.baseUrl}/me`, { headers: { authorization: `Bearer ${token}` } });
    expect(((await (await me(theirs.access_token)).json()) as { name: string }).name).toBe(plain.name);
    expect((await me(hers.access_token)).status).toBe(401);
  });
});
