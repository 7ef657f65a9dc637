import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stepOf, totpAt } from '../../src/accounts/totp.ts';
import { sentCode } from './sent-code.ts';
import { addApp, type Started, type TestApp, walkThrough } from './test-app.ts';
import type { Visit } from './test-browser.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';

const acr = (p: number, a: number): string => `urn:onecert:acr:p${p}a${a}`;
const errorOf = (address: string): string | null => new URL(address).searchParams.get('error');
const second = {
  name: '样例李小红',
  documentNumber: '330106198511220029',
  phone: '13800138002',
  password: 'tea-hill-19-cloud',
};

/** A person's authenticator app, which never shows one code twice. */
const authenticatorApp = (server: TestServer) => {
  const secret = server.accounts.authenticators.newTotpSecret();
  let used = 0;
  return {
    secret,
    code(): string {
      const step = Math.max(stepOf(Date.now() / 1000) - 1, used + 1);
      used = step;
      return totpAt(secret, step);
    },
  };
};

describe('step-up in place (NET-2, security (b) MFA/LoA skip)', () => {
  let server: TestServer;
  let app: TestApp;
  let phoneApp: ReturnType<typeof authenticatorApp>;
  let accountId: string;
  beforeAll(async () => {
    server = await startTestServer({ sms: true, limits: { wrongPerName: 1000 } });
    accountId = (await addPerson(server.accounts)).id;
    await addPerson(server.accounts, second);
    phoneApp = authenticatorApp(server);
    const input = { secret: phoneApp.secret, code: phoneApp.code() };
    expect(await server.accounts.authenticators.addTotp(accountId, input)).toBe(true);
    app = await addApp(server);
  });
  afterAll(() => server.close());

  const person = { loginName: samplePerson.phone, password: samplePerson.password };
  const finish = async (browser: ReturnType<TestApp['browser']>, page: Visit, started: Started) => {
    const at = page.text.includes('/consent"')
      ? await browser.submit(page, '/consent', { decision: 'agree' })
      : page;
    return app.redeem(at.url, started);
  };

  it('asks a person signed in by password for the missing factor alone, and the tokens tell the truth', async () => {
    const browser = app.browser();
    const first = await app.start();
    await app.redeem(await walkThrough(browser, first, person), first);
    const before = browser.cookies.find(({ name }) => name === 'onecert_session')!.value;

    const more = await app.start({ acr_values: acr(2, 2) });
    const asked = await browser.open(more.url.href);
    expect(asked.text).toContain('请再验证一次身份');
    expect(asked.text).toContain('/totp"');
    expect(asked.text).not.toContain('name="login_name"');
    const tokens = await finish(
      browser,
      await browser.submit(asked, '/totp', { code: phoneApp.code() }),
      more,
    );
    expect(tokens.claims()).toMatchObject({
      acr: acr(2, 2),
      amr: ['pwd', 'otp', 'mfa'],
      authenticator_level: 2,
      proofing_level: 2,
    });
    const after = browser.cookies.find(({ name }) => name === 'onecert_session')!.value;
    expect(after).not.toBe(before);

    const lower = await app.start({ acr_values: acr(1, 1) });
    expect((await finish(browser, await browser.open(lower.url.href), lower)).claims()).toMatchObject({
      acr: acr(1, 1),
      amr: ['pwd', 'otp', 'mfa'],
    });
    const silent = await app.start({ acr_values: acr(2, 2), prompt: 'none' });
    expect(errorOf((await browser.request(silent.url.href)).headers.get('location')!)).toBeNull();
  });

  it('asks for both in one authorization when nobody was signed in', async () => {
    const browser = app.browser();
    const started = await app.start({ acr_values: acr(1, 2) });
    const factor = await browser.signIn(
      await browser.open(started.url.href),
      person.loginName,
      person.password,
    );
    expect(factor.text).toContain('/totp"');
    const tokens = await finish(
      browser,
      await browser.submit(factor, '/totp', { code: phoneApp.code() }),
      started,
    );
    expect(tokens.claims()!.acr).toBe(acr(1, 2));
  });

  it('takes no wrong, no used and no other person’s code, and never more than ten in a quarter of an hour', async () => {
    const browser = app.browser();
    const asked = await app.start({ acr_values: acr(1, 2) });
    const page = await browser.signIn(await browser.open(asked.url.href), person.loginName, person.password);
    const code = phoneApp.code();
    await server.accounts.authenticators.checkTotp(accountId, code);
    for (const tried of ['000000', 'abcdef', '', code]) {
      const answer = await browser.post(page, '/totp', { code: tried });
      expect([answer.status, answer.text.includes('验证码不正确')]).toEqual([422, true]);
    }
    const many = await Promise.all(
      Array.from({ length: 60 }, () => browser.post(page, '/totp', { code: '111111' })),
    );
    expect(many.filter(({ status }) => status === 422).length).toBeLessThanOrEqual(6);
    expect(many.some(({ status }) => status === 429)).toBe(true);
  });

  it('does not accept a factor posted at another step, with another’s token, or by another browser', async () => {
    const browser = app.browser();
    const page = await browser.open((await app.start({ acr_values: acr(1, 2) })).url.href);
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)![1]!;
    const post = (way: string, body: Record<string, string>, who = browser) =>
      who.request(`${page.url}/${way}`, { method: 'POST', body: new URLSearchParams({ csrf, ...body }) });
    for (const way of ['totp', 'own-sms', 'own-sms-send', 'own-password', 'capacity', 'pick']) {
      const answer = await post(way, { code: '1', password: 'x', capacity: 'self', person: '0' });
      expect([way, answer.status]).toEqual([way, 303]);
    }
    expect((await post('totp', { code: '1' }, app.browser())).status).toBe(410);
    const factor = await browser.signIn(page, person.loginName, person.password);
    const foreign = await browser.post(factor, '/totp', { csrf, code: '1' });
    expect(foreign.status).toBe(403);
  });

  it('counts only fresh factors for prompt=login and max_age, without lowering the session', async () => {
    const otherBrowser = app.browser();
    const up = await app.start({ acr_values: acr(1, 2) });
    let page = await otherBrowser.signIn(await otherBrowser.open(up.url.href), second.phone, second.password);
    page = await otherBrowser.submit(page, '/own-sms-send');
    expect(page.text).toContain('138****8002');
    page = await otherBrowser.submit(page, '/own-sms', { code: await sentCode(server.outbox) });
    expect((await finish(otherBrowser, page, up)).claims()).toMatchObject({ amr: ['pwd', 'sms', 'mfa'] });

    const again = await app.start({ prompt: 'login' });
    page = await otherBrowser.signIn(await otherBrowser.open(again.url.href), second.phone, second.password);
    expect((await finish(otherBrowser, page, again)).claims()).toMatchObject({
      acr: acr(2, 1),
      amr: ['pwd'],
    });
    const still = await app.start({ acr_values: acr(1, 2), prompt: 'none' });
    expect(errorOf((await otherBrowser.request(still.url.href)).headers.get('location')!)).toBeNull();

    await new Promise((resolve) => setTimeout(resolve, 2100));
    const fresh = await app.start({ acr_values: acr(1, 2), max_age: '1' });
    const asked = await otherBrowser.open(fresh.url.href);
    expect(asked.text).toContain('name="password"');
    const factor = await otherBrowser.signIn(asked, second.phone, second.password);
    expect(factor.text).toContain('/own-sms-send"');
  });

  it('tells an app that only looks whether a person has to act', async () => {
    const browser = app.browser();
    await walkThrough(browser, await app.start(), person);
    const silent = await browser.request(
      (await app.start({ acr_values: acr(1, 2), prompt: 'none' })).url.href,
    );
    expect(errorOf(silent.headers.get('location')!)).toBe('login_required');
    const never = await browser.request(
      (await app.start({ acr_values: acr(1, 3), prompt: 'none' })).url.href,
    );
    expect(errorOf(never.headers.get('location')!)).toBe('unmet_authentication_requirements');
  });
});

describe('signing in by text message', () => {
  let server: TestServer;
  let app: TestApp;
  const mother = { ...second };
  const daughter = { ...second, name: '示例赵大海', documentNumber: '330327197804153016' };
  beforeAll(async () => {
    server = await startTestServer({ sms: true, limits: { wrongPerName: 1000 } });
    await addPerson(server.accounts);
    await addPerson(server.accounts, mother);
    await addPerson(server.accounts, daughter);
    app = await addApp(server);
  });
  afterAll(() => server.close());

  const ask = async (phone: string, parameters?: Record<string, string>) => {
    const browser = app.browser();
    const started = await app.start(parameters);
    const form = await browser.open(started.url.href);
    const sms = await browser.open(`${form.url}?way=sms`);
    const sent = await browser.post(sms, '/sms-send', { phone });
    return { browser, started, sent };
  };

  it('is the weakest factor: a1, and the tokens say sms', async () => {
    const { browser, started, sent } = await ask(' +86 138-0013-8001 ');
    let page = await browser.submit(sent, '/sms', { code: await sentCode(server.outbox) });
    if (page.text.includes('/consent"')) page = await browser.submit(page, '/consent', { decision: 'agree' });
    expect((await app.redeem(page.url, started)).claims()).toMatchObject({ acr: acr(2, 1), amr: ['sms'] });
    const strong = await browser.open((await app.start({ acr_values: acr(1, 2) })).url.href);
    expect(strong.text).toContain('/own-password"');
    expect(strong.text).not.toContain('/own-sms-send"');
  });

  it('lets people who share a phone pick by masked name, and only from what the code opened', async () => {
    const { browser, started, sent } = await ask(mother.phone);
    const pick = await browser.submit(sent, '/sms', { code: await sentCode(server.outbox) });
    expect(pick.text).toContain('请选择您的账户');
    expect(pick.text).toContain('样**');
    expect(pick.text).toContain('示**');
    expect(pick.text).not.toContain(mother.name);
    const place = pick.text.indexOf('示**') < pick.text.indexOf('样**') ? '0' : '1';
    let page = await browser.submit(pick, '/pick', { person: place });
    if (page.text.includes('/consent"')) page = await browser.submit(page, '/consent', { decision: 'agree' });
    const userinfo = await fetch(`${server.baseUrl}/me`, {
      headers: { authorization: `Bearer ${(await app.redeem(page.url, started)).access_token}` },
    });
    expect(((await userinfo.json()) as { name: string }).name).toBe(daughter.name);
    const replayed = await browser.post(pick, '/pick', { person: place });
    expect([303, 410]).toContain(replayed.status);
  });

  it('answers a phone nobody has like one somebody has, and sends nothing', async () => {
    const before = (await server.outbox.messages()).length;
    const unknown = await ask('13900139000');
    expect((await server.outbox.messages()).length).toBe(before);
    const known = await ask(samplePerson.phone);
    const comparable = (text: string): string =>
      text.replace(/value="[^"]*"/g, '').replace(/\/interaction\/[\w-]+/g, '');
    expect(unknown.sent.status).toBe(known.sent.status);
    expect(comparable(unknown.sent.text)).toBe(comparable(known.sent.text));
  });

  it('takes a code once, in the browser and for the phone it was asked for, and at most five tries', async () => {
    const first = await ask(samplePerson.phone);
    const code = await sentCode(server.outbox);
    const other = await ask(samplePerson.phone);
    expect((await other.browser.post(other.sent, '/sms', { code })).status).toBe(422);
    const foreignPhone = await first.browser.post(first.sent, '/sms', { code, phone: mother.phone });
    expect(foreignPhone.status).toBe(422);
    const right = await Promise.all([1, 2, 3].map(() => first.browser.post(first.sent, '/sms', { code })));
    expect(right.filter(({ status }) => status === 200)).toHaveLength(1);

    const walked = await ask(samplePerson.phone);
    const good = await sentCode(server.outbox);
    for (let last = 0; last < 5; last += 1) {
      const tried = `${good.slice(0, 5)}${(Number(good[5]) + 1 + last) % 10}`;
      expect((await walked.browser.post(walked.sent, '/sms', { code: tried })).status).toBe(422);
    }
    expect((await walked.browser.post(walked.sent, '/sms', { code: good })).status).toBe(422);
  });

  it('never puts a phone into the store of messages, a log or a key', async () => {
    const messages = JSON.stringify(await server.outbox.messages());
    expect(messages).not.toContain(samplePerson.phone);
    expect(server.log()).not.toContain(samplePerson.phone);
  });
});

describe('text messages are bounded (security (c) 15: bombing, toll fraud)', () => {
  let server: TestServer;
  let now = Date.UTC(2026, 10, 23, 8);
  beforeAll(async () => {
    server = await startTestServer({
      sms: true,
      clock: { now: () => now },
      smsLimits: { minute: 1, hour: 5, address: 20 },
    });
    await addPerson(server.accounts);
  });
  afterAll(() => server.close());
  const send = (phone: string, address = '192.0.2.7', binding = 'b') =>
    server.accounts.authenticators.sendCode({ phone, address, binding });
  const tooMany = { code: 'too_many_requests' };

  it('one a minute and five an hour a phone, from wherever and however it is written', async () => {
    await send(samplePerson.phone, '192.0.2.1');
    await expect(send('+86 138 0013 8001', '192.0.2.2')).rejects.toMatchObject(tooMany);
    for (let minute = 0; minute < 4; minute += 1) {
      now += 60_000;
      await send(samplePerson.phone, `192.0.2.${minute + 10}`);
    }
    now += 60_000;
    await expect(send(samplePerson.phone, '192.0.2.99')).rejects.toMatchObject(tooMany);
    now += 3_600_000;
    await send(samplePerson.phone);
  });

  it('twenty an hour an address, whatever phones', async () => {
    now += 3_600_000;
    for (let place = 10; place < 30; place += 1) await send(`139001390${place}`, '198.51.100.1');
    await expect(send('13900139077', '198.51.100.1')).rejects.toMatchObject(tooMany);
  });

  it('and good for five minutes', async () => {
    now += 3_600_000;
    await send(samplePerson.phone, '192.0.2.50', 'late');
    const code = await sentCode(server.outbox);
    now += 301_000;
    const redeemed = await server.accounts.authenticators.redeemCode({
      phone: samplePerson.phone,
      binding: 'late',
      code,
    });
    expect(redeemed).toBeUndefined();
  });
});

describe('a phone that changed hands (security (b) email/phone linking)', () => {
  let server: TestServer;
  let now = Date.UTC(2026, 10, 23, 8);
  beforeAll(async () => {
    server = await startTestServer({ sms: true, clock: { now: () => now } });
  });
  afterAll(() => server.close());

  const redeem = async (phone: string) => {
    const binding = `b${now}${Math.random()}`;
    await server.accounts.authenticators.sendCode({ phone, binding, address: '192.0.2.1' });
    const [newest] = await server.outbox.messages();
    const code = newest === undefined ? '' : /\d{6}/.exec(newest.text)?.[0];
    return server.accounts.authenticators.redeemCode({ phone, binding, code: code ?? '' });
  };

  it('signs nobody in to the old account once its new owner confirmed it, until the old one confirms again', async () => {
    const old = await addPerson(server.accounts);
    expect((await redeem(samplePerson.phone))?.map(({ id }) => id)).toEqual([old.id]);
    const next = await addPerson(server.accounts, { ...second, phone: samplePerson.phone });
    await server.accounts.authenticators.sendOwnCode(next, { binding: 'own', address: '192.0.2.1' });
    now += 1_000;
    const code = await sentCode(server.outbox);
    expect(await server.accounts.authenticators.confirmPhone(next, { binding: 'own', code })).toBe(true);

    now += 1_000;
    expect((await redeem(samplePerson.phone))?.map(({ id }) => id)).toEqual([next.id]);
    const before = (await server.accounts.get(old.id))!;
    expect((await server.accounts.authenticators.methodsOf(before)).has('sms')).toBe(false);
    const told = await server.accounts.authenticators.notices(old.id);
    expect(told.map(({ kind }) => kind)).toContain('phone_contested');

    await server.accounts.authenticators.sendOwnCode(before, { binding: 'again', address: '192.0.2.1' });
    now += 1_000;
    const hers = await sentCode(server.outbox);
    await server.accounts.authenticators.confirmPhone(before, { binding: 'again', code: hers });
    now += 1_000;
    expect((await redeem(samplePerson.phone))?.map(({ id }) => id).sort()).toEqual([old.id, next.id].sort());
  });

  it('signs nobody in after 90 days without use, when operators sell numbers again', async () => {
    await addPerson(server.accounts, {
      name: '示例赵大海',
      documentNumber: '330327197804153016',
      phone: '13800138009',
    });
    now += 91 * 86_400_000;
    expect(await redeem('13800138009')).toBeUndefined();
  });

  it('is ended by an officer or operator: phone, SMS and sessions at once', async () => {
    const account = await addPerson(server.accounts, {
      name: '测试王小明',
      documentNumber: '330102199003074319',
      phone: '13800138010',
    });
    const app = await addApp(server);
    const browser = app.browser();
    const started = await app.start();
    const who = { loginName: '13800138010', password: samplePerson.password };
    const tokens = await app.redeem(await walkThrough(browser, started, who), started);
    await server.accounts.authenticators.endPhone(account.id, 'cli');
    await server.oidc.endAllOf(account.id);
    const me = await fetch(`${server.baseUrl}/me`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(me.status).toBe(401);
    expect((await server.accounts.get(account.id))!.phone).toBeUndefined();
    expect(await server.accounts.findByLoginName('13800138010')).toEqual([]);
  });
});
