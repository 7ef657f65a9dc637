import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { stepOf, totpAt } from '../../src/accounts/totp.ts';
import { describeWith } from '../contract/server-suites.ts';
import {
  addWalletApp,
  again,
  type Desk,
  hangzhou,
  idOf,
  lanzhou,
  movableClock,
  numberOn,
  openDesk,
  Phone,
  person,
  press,
  startScanServer,
  stateOf,
} from './scan-people.ts';
import { addApp, type TestApp } from './test-app.ts';
import { addPasskey } from './test-passkey.ts';
import { addPerson, samplePerson, type TestServer } from './test-server.ts';

const acr = (p: number, a: number): string => `urn:onecert:acr:p${p}a${a}`;
const second = {
  name: '样例李小红',
  documentNumber: '330106198511220029',
  phone: '13800138002',
  password: 'tea-hill-19-cloud',
};

describe('scan to sign in (NET-5)', () => {
  let server: TestServer;
  let app: TestApp;
  let walletApp: TestApp;
  let phone: Phone;
  let accountId: string;
  const clock = movableClock();

  beforeAll(async () => {
    server = await startScanServer({ clock });
    accountId = (await addPerson(server.accounts)).id;
    await addPerson(server.accounts, second);
    app = await addApp(server, { client_name: '办事大厅' });
    walletApp = await addWalletApp(server);
    phone = await new Phone(server, walletApp).signIn();
  });
  afterAll(() => server.close());

  const finish = async (desk: Desk) => {
    const at = desk.page.text.includes('/consent"')
      ? await desk.browser.submit(desk.page, '/consent', { decision: 'agree' })
      : desk.page;
    return app.redeem(at.url, desk.started);
  };
  const auditOf = async (action: string) =>
    (await server.audit.about(accountId, 500)).filter((entry) => entry.action === action);
  const noticesOf = async () =>
    (await server.accounts.authenticators.notices(accountId)).map(({ kind }) => kind);
  /** Scanned, the number on the page chosen on the phone. */
  const scanAndConfirm = async (desk: Desk, by = phone) => {
    await by.look(idOf(desk));
    return by.confirm(idOf(desk), numberOn(await again(desk))!);
  };

  it('signs the browser in that drew the code, without a script and without a password', async () => {
    const desk = await openDesk(app);
    expect([stateOf(desk.page), numberOn(desk.page)]).toEqual(['waiting', undefined]);
    expect(desk.page.text).toContain('<svg class="qr" role="img" aria-label="登录二维码"');
    expect((await press(desk)).text).toContain('手机还没有确认');

    const view = await phone.look(idOf(desk));
    expect(view).toMatchObject({
      site: { name: '办事大厅', host: new URL(app.redirectUri).host },
      place: { kind: 'city', name: { zh: '杭州市', en: 'Hangzhou' } },
      device: { zh: 'Windows 电脑 · Firefox 浏览器' },
      elsewhere: false,
      needsSignIn: false,
    });
    await press(desk);
    const number = numberOn(desk.page)!;
    expect(new Set(view.numbers).size).toBe(3);
    const described = JSON.stringify(parse(readFileSync('docs/openapi.yaml', 'utf8')));
    const ajv = new Ajv2020({ strict: false });
    ajv.addSchema(JSON.parse(described.replaceAll('"#/components', '"openapi#/components')), 'openapi');
    expect([ajv.validate('openapi#/components/schemas/SignInRequest', view), ajv.errors]).toEqual([
      true,
      null,
    ]);
    expect(view.numbers).toContain(number);
    expect(desk.page.text).not.toContain('手机还没有确认');
    expect(desk.page.text).not.toContain('class="qr"');
    expect((await press(desk)).text).toContain('手机还没有确认');

    expect(await phone.confirm(idOf(desk), number)).toEqual({ status: 200, body: { confirmed: true } });
    await press(desk);
    const claims = (await finish(desk)).claims()!;
    expect(claims).toMatchObject({ acr: acr(2, 1), amr: ['mca', 'user'], authenticator_level: 1 });
    const signedIn = await auditOf('account.signed_in');
    expect(signedIn[0]!.details).toEqual({ method: 'scan' });
    expect((await auditOf('scan.confirmed'))[0]!.details).toEqual({ elsewhere: false });
  });

  it('says when the phone’s factor was shown, and not when it was passed on', async () => {
    const other = await new Phone(server, walletApp).signIn();
    const before = Math.floor(clock.now() / 1000);
    clock.pass(500);
    const desk = await openDesk(app);
    await scanAndConfirm(desk, other);
    await press(desk);
    const { auth_time: authTime } = (await finish(desk)).claims() as { auth_time: number };
    expect(Math.abs(authTime - before)).toBeLessThan(60);
    phone = await new Phone(server, walletApp).signIn();
  });

  it('is bound to the browser that drew it: whoever else has the code, or the link of the page, gets nothing', async () => {
    const desk = await openDesk(app);
    const stranger = await openDesk(app);
    await phone.look(idOf(desk));
    const number = numberOn(await again(desk))!;
    // Who has the code alone cannot end it by asking for another.
    const wrongSecret = await openDesk(app);
    const kept = wrongSecret.browser.cookies.find(({ name }) => name === 'onecert_scan')!;
    kept.value = `${idOf(desk)}.${kept.value.split('.')[1]}`;
    await wrongSecret.browser.open(`${wrongSecret.page.url}?again=1`);
    expect((await phone.confirm(idOf(desk), number)).status).toBe(200);
    // The id of the code in the stranger's own page: the secret is another.
    const cookieOf = ({ browser }: Desk) => browser.cookies.find(({ name }) => name === 'onecert_scan')!;
    const secret = cookieOf(stranger).value.split('.')[1]!;
    cookieOf(stranger).value = `${idOf(desk)}.${secret}`;
    expect((await press(stranger)).text).not.toContain('办事大厅</span> …');
    expect(stranger.page.status).toBe(200);
    // The stranger's browser at the other's address: its sign-in is not here.
    const late = await stranger.browser.open(desk.page.url);
    expect(late.status).toBe(410);
    // The stolen secret in another sign-in: it lies under the other's uid.
    cookieOf(stranger).value = cookieOf(desk).value;
    const state = await stranger.browser.request(
      `${server.baseUrl}/interaction/${stranger.uid}/scan/state?known=waiting`,
    );
    expect(JSON.parse(state.text)).toEqual({ state: 'ended' });
    await again(desk);
    await press(desk);
    expect((await finish(desk)).claims()!.sub).toBeTruthy();
  });

  it('is used once: of 50 confirmations one counts, and of 50 browsers’ requests one signs in', async () => {
    const desk = await openDesk(app);
    await phone.look(idOf(desk));
    const number = numberOn(await again(desk))!;
    const id = idOf(desk);
    const before = (await auditOf('scan.confirmed')).length;
    const tried = await Promise.all(Array.from({ length: 50 }, () => phone.confirm(id, number)));
    expect(tried.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(new Set(tried.filter(({ status }) => status !== 200).map(({ body }) => body.code))).toEqual(
      new Set(['scan_ended']),
    );
    expect((await auditOf('scan.confirmed')).length).toBe(before + 1);
    await again(desk);
    const signIns = (await auditOf('account.signed_in')).length;
    const { page, browser } = desk;
    const asked = await Promise.all(Array.from({ length: 50 }, () => browser.post(page, '/scan')));
    expect(asked.filter(({ text }) => text.includes('http-equiv="refresh"'))).toHaveLength(1);
    expect((await auditOf('account.signed_in')).length).toBe(signIns + 1);
    expect((await phone.ask(id, 'look')).body.code).toBe('scan_ended');
  });

  it('ends after 60 seconds, for the code and again for the answer, and the page draws another by itself', async () => {
    const desk = await openDesk(app);
    const first = idOf(desk);
    clock.pass(61);
    expect(await phone.ask(first, 'look')).toMatchObject({ status: 410, body: { code: 'scan_ended' } });
    const picture = () => / d="([^"]+)" id="scan-code"/.exec(desk.page.text)![1];
    const before = picture();
    const state = await desk.browser.request(`${desk.page.url}/state?known=waiting`);
    const renewed = idOf(desk);
    expect([stateOf(await again(desk)), idOf(desk), renewed === first]).toEqual(['waiting', renewed, false]);
    expect(JSON.parse(state.text)).toEqual({ state: 'waiting', code: picture() });
    expect(picture()).not.toBe(before);
    expect((await phone.ask(first, 'look')).body.code).toBe('scan_ended');
    clock.pass(61);
    await again(desk);
    expect([stateOf(desk.page), idOf(desk) === renewed]).toEqual(['waiting', false]);

    await phone.look(idOf(desk));
    const number = numberOn(await again(desk))!;
    clock.pass(61);
    expect(await phone.confirm(idOf(desk), number)).toMatchObject({
      status: 410,
      body: { code: 'scan_ended' },
    });
  });

  it('gives more time to whom it was given, until the sign-in page itself ends', async () => {
    const desk = await openDesk(app);
    const view = await phone.look(idOf(desk));
    const number = numberOn(await again(desk))!;
    clock.pass(50);
    const { body } = await phone.ask(idOf(desk), 'more-time');
    expect(Number(body.until) - view.until).toBeGreaterThanOrEqual(100);
    clock.pass(100);
    expect(stateOf(await again(desk))).toBe('seen');
    expect((await phone.ask(idOf(desk), 'more-time')).status).toBe(200);
    clock.pass(110);
    expect((await phone.confirm(idOf(desk), number)).status).toBe(200);

    const long = await openDesk(app);
    await phone.look(idOf(long));
    let given = 0;
    while ((await phone.ask(idOf(long), 'more-time')).status === 200) {
      given += 1;
      clock.pass(110);
    }
    expect(given).toBe(5);
  });

  it('shows the attacker’s city, site and number on the victim’s phone, and another number refuses', async () => {
    phone = await new Phone(server, walletApp).signIn();
    const attacker = await openDesk(app, { address: lanzhou });
    const view = await phone.look(idOf(attacker));
    expect(view).toMatchObject({
      site: { name: '办事大厅', host: new URL(app.redirectUri).host },
      place: { name: { zh: '兰州市' } },
      here: { name: { zh: '杭州市' } },
      elsewhere: true,
    });
    const number = numberOn(await again(attacker))!;
    expect(view.numbers).toContain(number);
    const wrong = view.numbers.find((other) => other !== number)!;
    expect(await phone.confirm(idOf(attacker), wrong)).toMatchObject({
      status: 409,
      body: { code: 'scan_mismatch' },
    });
    // Over at once: the right number comes too late.
    expect((await phone.confirm(idOf(attacker), number)).body.code).toBe('scan_ended');
    expect(stateOf(await again(attacker))).toBe('refused');
    expect((await auditOf('scan.refused'))[0]!.details).toEqual({ why: 'number' });
    expect(await noticesOf()).toContain('scan_mismatch');
  });

  it('tells her when she did let in a device in another city: relay is made harder, not excluded', async () => {
    const attacker = await openDesk(app, { address: lanzhou });
    await scanAndConfirm(attacker);
    expect((await auditOf('scan.confirmed'))[0]!.details).toEqual({ elsewhere: true });
    expect(await noticesOf()).toContain('scan_elsewhere');
  });

  it('takes no number any more after five wrong ones', async () => {
    const victim = await new Phone(server, walletApp).signIn({
      loginName: second.phone,
      password: second.password,
    });
    for (let time = 0; time < 5; time += 1) {
      const desk = await openDesk(app);
      const { numbers } = await victim.look(idOf(desk));
      const number = numberOn(await again(desk))!;
      await victim.confirm(idOf(desk), numbers.find((other) => other !== number)!);
    }
    const desk = await openDesk(app);
    expect((await victim.ask(idOf(desk), 'look')).body.code).toBe('too_many_requests');
    clock.pass(901);
    expect((await victim.ask(idOf(desk), 'look')).body.code).not.toBe('too_many_requests');
  });

  it('belongs to the first phone that scans, and refusing is one press', async () => {
    phone = await new Phone(server, walletApp).signIn();
    const other = await new Phone(server, walletApp).signIn({
      loginName: second.phone,
      password: second.password,
    });
    const desk = await openDesk(app);
    const looks = await Promise.all([phone.ask(idOf(desk), 'look'), other.ask(idOf(desk), 'look')]);
    expect(looks.map(({ status }) => status).sort()).toEqual([200, 410]);
    const [first, late] = looks[0]!.status === 200 ? [phone, other] : [other, phone];
    for (const act of ['confirm', 'refuse', 'more-time']) {
      const { body } = await late.ask(idOf(desk), act, act === 'confirm' ? { number: 10 } : {});
      expect(body.code).toBe('scan_ended');
    }
    expect((await first.ask(idOf(desk), 'refuse')).status).toBe(200);
    expect((await again(desk)).text).toContain('手机上拒绝了这次登录');
    const next = await desk.browser.open(`${desk.page.url}?again=1`);
    expect(stateOf(next)).toBe('waiting');
  });

  it('never rests on a scan: a browser that was let in by one lets no other in', async () => {
    const relayed = new Phone(server, walletApp);
    const started = await walletApp.start({ scope: 'openid wallet' });
    const form = await relayed.browser.open(started.url.href);
    const desk: Desk = {
      browser: relayed.browser,
      started,
      page: await relayed.browser.open(`${form.url}/scan`),
      uid: '',
    };
    await scanAndConfirm(desk);
    await press(desk);
    await relayed.take(desk.page.url, started);
    const next = await openDesk(app);
    expect((await relayed.look(idOf(next))).needsSignIn).toBe(true);
    const number = numberOn(await again(next))!;
    expect(await relayed.confirm(idOf(next), number)).toMatchObject({
      status: 403,
      body: { code: 'scan_needs_sign_in' },
    });
  });

  it('asks for a sign-in on the phone where the app wants a new one, and is not offered where there is no time for it', async () => {
    phone = await new Phone(server, walletApp).signIn();
    clock.pass(400);
    const desk = await openDesk(app, { parameters: { prompt: 'login' } });
    expect((await phone.look(idOf(desk))).needsSignIn).toBe(true);
    const number = numberOn(await again(desk))!;
    expect((await phone.confirm(idOf(desk), number)).body.code).toBe('scan_needs_sign_in');
    await phone.signIn(person, { prompt: 'login' });
    expect((await phone.look(idOf(desk))).needsSignIn).toBe(false);
    expect((await phone.confirm(idOf(desk), number)).status).toBe(200);
    await again(desk);
    await press(desk);
    expect((await finish(desk)).claims()!.amr).toEqual(['mca', 'user']);

    const browser = app.browser();
    const form = await browser.open((await app.start({ max_age: '30' })).url.href);
    expect(form.text).not.toContain('/scan"');
    expect((await browser.open(`${form.url}/scan`)).url).toBe(form.url);
  });

  it('ends with the phone’s session, also between the confirmation and the browser', async () => {
    phone = await new Phone(server, walletApp).signIn();
    const desk = await openDesk(app);
    await scanAndConfirm(desk);
    await server.oidc.sessions.endAll(accountId);
    await again(desk);
    expect((await press(desk)).text).toContain('未能登录');
    expect((await phone.ask(idOf(desk), 'look')).status).toBe(401);
  });

  it('refuses a blocked account on the phone and at the browser', async () => {
    const victim = await new Phone(server, walletApp).signIn({
      loginName: second.phone,
      password: second.password,
    });
    const [desk, late] = [await openDesk(app), await openDesk(app)];
    await scanAndConfirm(desk, victim);
    await victim.look(idOf(late));
    const account = await server.accounts.findByDocument('111', second.documentNumber);
    await server.accounts.setState(account!.id, 'blocked', 'cli');
    await again(desk);
    expect((await press(desk)).text).toContain('此账户不能使用');
    const number = numberOn(await again(late))!;
    expect((await victim.confirm(idOf(late), number)).status).toBe(401);
    await server.accounts.setState(account!.id, 'active', 'cli');
  });

  it('takes no foreign form, no odd id and no odd number', async () => {
    phone = await new Phone(server, walletApp).signIn();
    const desk = await openDesk(app);
    const forged = await desk.browser.request(desk.page.url, {
      method: 'POST',
      body: new URLSearchParams({ csrf: 'x' }),
    });
    expect([forged.status, forged.text.includes('页面已过期')]).toEqual([403, true]);
    for (const id of ['x', '..%2F', 'A'.repeat(23), `${'A'.repeat(21)}*`])
      expect((await phone.ask(id, 'look')).status).toBe(400);
    expect((await phone.ask('A'.repeat(22), 'look')).body.code).toBe('scan_ended');
    await phone.look(idOf(desk));
    for (const body of [{}, { number: '10' }, { number: 9 }, { number: 10.5 }, { number: { $ne: 1 } }])
      expect((await phone.ask(idOf(desk), 'confirm', body)).status).toBe(400);
  });

  it('keeps no place finer than the city, and none of it in a log or the audit', async () => {
    expect(server.log()).not.toMatch(/兰州|203\.0\.113|杭州/);
    const entries = JSON.stringify(await server.audit.about(accountId, 500));
    expect(entries).not.toMatch(/兰州|203\.0\.113|Lanzhou/);
    expect(readFileSync('config/sample/places.yaml', 'utf8')).not.toMatch(/latitude|street/);
  });

  it('wakes the page that waits as soon as the phone acts', async () => {
    phone = await new Phone(server, walletApp).signIn();
    const desk = await openDesk(app);
    const waiting = desk.browser.request(`${desk.page.url}/state?known=waiting`);
    await phone.look(idOf(desk));
    expect(JSON.parse((await waiting).text)).toEqual({ state: 'seen' });
    const [older, newer] = [
      desk.browser.request(`${desk.page.url}/state?known=seen`),
      new Promise<void>((done) => setTimeout(done, 50)).then(() =>
        desk.browser.request(`${desk.page.url}/state?known=seen`),
      ),
    ];
    expect(JSON.parse((await older).text)).toEqual({ state: 'seen' });
    await phone.confirm(idOf(desk), numberOn(await again(desk))!);
    expect(JSON.parse((await newer).text)).toEqual({ state: 'confirmed' });
  });
});

describe('a server that stops', () => {
  it('answers the pages that wait and closes their connections', async () => {
    const server = await startScanServer();
    const desk = await openDesk(await addApp(server));
    const waiting = desk.browser.request(`${desk.page.url}/state?known=waiting`);
    await new Promise((done) => setTimeout(done, 100));
    server.oidc.stopWaiting();
    const { text, headers } = await waiting;
    expect([JSON.parse(text), headers.get('connection')]).toEqual([{ state: 'waiting' }, 'close']);
    await server.close();
  });
});

describe('the strength of a scan', () => {
  let server: TestServer;
  let app: TestApp;
  let walletApp: TestApp;
  let code: () => string;
  let strong: Phone;
  beforeAll(async () => {
    server = await startScanServer();
    const account = await addPerson(server.accounts);
    const secret = server.accounts.authenticators.newTotpSecret();
    let used = 0;
    code = () => {
      used = Math.max(stepOf(Date.now() / 1000) - 1, used + 1);
      return totpAt(secret, used);
    };
    await server.accounts.authenticators.addTotp(account.id, { secret, code: code() });
    app = await addApp(server);
    walletApp = await addWalletApp(server);
    strong = await strongPhone();
  });
  afterAll(() => server.close());

  const strongPhone = async (): Promise<Phone> => {
    const phone = new Phone(server, walletApp, hangzhou);
    const started = await walletApp.start({ scope: 'openid wallet', acr_values: acr(1, 2) });
    const factor = await phone.browser.signIn(
      await phone.browser.open(started.url.href),
      samplePerson.phone,
      samplePerson.password,
    );
    const done = await phone.browser.submit(factor, '/totp', { code: code() });
    await phone.take(done.url, started);
    return phone;
  };
  const pass = async (desk: Desk, phone: Phone): Promise<void> => {
    await phone.look(idOf(desk));
    await phone.confirm(idOf(desk), numberOn(await again(desk))!);
    await again(desk);
    await press(desk);
  };

  it('is what the phone had, two at most (security (b) MFA/LoA skip)', async () => {
    const desk = await openDesk(app, { parameters: { acr_values: acr(1, 2) } });
    await pass(desk, strong);
    const at = await desk.browser.submit(desk.page, '/consent', { decision: 'agree' });
    expect((await app.redeem(at.url, desk.started)).claims()).toMatchObject({
      acr: acr(1, 2),
      amr: ['mca', 'user', 'mfa'],
      authenticator_level: 2,
    });
  });

  it('asks for the factors that are missing where the phone had one only', async () => {
    const weak = await new Phone(server, walletApp).signIn();
    const desk = await openDesk(app, { parameters: { acr_values: acr(1, 2) } });
    await pass(desk, weak);
    expect(desk.page.text).toContain('请再验证一次身份');
    const totp = await desk.browser.submit(desk.page, '/totp', { code: code() });
    expect(totp.text).toContain('/own-password"');
    const last = await desk.browser.submit(totp, '/own-password', { password: samplePerson.password });
    const at = last.text.includes('/consent"')
      ? await desk.browser.submit(last, '/consent', { decision: 'agree' })
      : last;
    expect((await app.redeem(at.url, desk.started)).claims()!.acr).toBe(acr(1, 2));
  });

  it('never reaches the third level: who has no passkey is told, whatever the phone showed', async () => {
    const desk = await openDesk(app, { parameters: { acr_values: acr(1, 3) } });
    await pass(desk, strong);
    expect(desk.page.text).toContain('需要更高的认证等级');
    const back = await desk.browser.submit(desk.page, '/cancel');
    expect(new URL(back.url).searchParams.get('error')).toBe('unmet_authentication_requirements');
  });

  it('asks for the passkey where the app wants the third level and there is one', async () => {
    const account = (await server.accounts.findByLoginName(samplePerson.phone))[0]!;
    const passkey = await addPasskey(server, account);
    const desk = await openDesk(app, { parameters: { acr_values: acr(2, 3) } });
    await pass(desk, strong);
    expect(desk.page.text).toContain('请再验证一次身份');
    expect(desk.page.text).toContain('id="passkey-form"');
    expect(desk.page.text).not.toContain('/totp"');
    const asked = /data-options="[^"]*challenge&quot;:&quot;([\w-]+)/.exec(desk.page.text)![1]!;
    const after = await desk.browser.submit(desk.page, '/passkey', { response: passkey.answer(asked) });
    const at = after.text.includes('/consent"')
      ? await desk.browser.submit(after, '/consent', { decision: 'agree' })
      : after;
    expect((await app.redeem(at.url, desk.started)).claims()).toMatchObject({
      acr: acr(2, 3),
      amr: ['pop', 'user', 'mca', 'mfa'],
    });

    // A phone that showed its passkey passes on two all the same.
    const phone = new Phone(server, walletApp);
    const started = await walletApp.start({ scope: 'openid wallet', acr_values: acr(2, 3) });
    const form = await phone.browser.open(started.url.href);
    const first = /data-options="[^"]*challenge&quot;:&quot;([\w-]+)/.exec(form.text)![1]!;
    const done = await phone.browser.submit(form, '/passkey', { response: passkey.answer(first) });
    await phone.take(done.url, started);
    const next = await openDesk(app, { parameters: { acr_values: acr(2, 3) } });
    await pass(next, phone);
    expect(next.page.text).toContain('id="passkey-form"');
  });
});

describeWith('REDIS_URL', 'scan to sign in on Redis (NET-5)', (redisUrl) => {
  it('is used once there too, and wakes the page that waits', async () => {
    const server = await startScanServer({ storage: { redisUrl, redisPrefix: `scan-${randomUUID()}:` } });
    try {
      await addPerson(server.accounts);
      const app = await addApp(server);
      const phone = await new Phone(server, await addWalletApp(server)).signIn();
      const desk = await openDesk(app);
      const id = idOf(desk);
      const looks = await Promise.all(Array.from({ length: 20 }, () => phone.ask(id, 'look')));
      expect(looks.map(({ status }) => status)).toEqual(looks.map(() => 200));
      const waiting = desk.browser.request(`${desk.page.url}/state?known=seen`);
      const number = numberOn(await again(desk))!;
      const tried = await Promise.all(Array.from({ length: 50 }, () => phone.confirm(id, number)));
      expect(tried.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(JSON.parse((await waiting).text)).toEqual({ state: 'confirmed' });
      await again(desk);
      const { page, browser } = desk;
      const asked = await Promise.all(Array.from({ length: 50 }, () => browser.post(page, '/scan')));
      expect(asked.filter(({ text }) => text.includes('http-equiv="refresh"'))).toHaveLength(1);
    } finally {
      await server.close();
    }
  });
});
