import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stepOf, totpAt } from '../../src/accounts/totp.ts';
import { challengeOf } from '../../src/tour/soft-passkey.ts';
import { sentCode } from './sent-code.ts';
import { addApp, type TestApp, walkThrough } from './test-app.ts';
import type { TestBrowser, Visit } from './test-browser.ts';
import { addPasskey } from './test-passkey.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';

const person = { loginName: samplePerson.phone, password: samplePerson.password };
const second = {
  name: '样例李小红',
  documentNumber: '330106198511220029',
  phone: '13800138002',
  password: 'tea-hill-19-cloud',
};
const third = { name: '示例赵大海', documentNumber: '330327197804153016', phone: '13800138003' };

let server: TestServer;
let app: TestApp;
beforeAll(async () => {
  server = await startTestServer({
    sms: true,
    limits: { wrongPerName: 1000 },
    smsLimits: { minute: 1_000, hour: 1_000, address: 1_000 },
  });
  await addPerson(server.accounts);
  app = await addApp(server);
});
afterAll(() => server.close());

const openForm = async (parameters?: Record<string, string>, headers?: Record<string, string>) => {
  const browser = app.browser(headers);
  const started = await app.start(parameters);
  return { browser, started, page: await browser.open(started.url.href) };
};

/** All that an answer tells but what differs between any two answers: tokens, ids, what was typed itself. */
const told = (answer: Visit) => ({
  status: answer.status,
  headers: [...answer.headers]
    .filter(([name]) => !['date', 'x-request-id', 'set-cookie', 'content-length'].includes(name))
    .sort(),
  cookies: answer.headers.getSetCookie().map((cookie) => cookie.split('=')[0]),
  text: answer.text
    .replace(/ (?:value|data-options)="[^"]*"/g, '')
    .replace(/\/interaction\/[\w-]+/g, '')
    .replace(/\b1\d{10}\b/g, ''),
});

describe('security (b) User enumeration', () => {
  beforeAll(async () => {
    await addPerson(server.accounts, { ...second, phone: '13800138012' });
    await addPerson(server.accounts, { ...third, phone: '13800138012' });
    const blocked = await addPerson(server.accounts, {
      name: '测试孙小云',
      documentNumber: '330102199003074319',
      phone: '13800138013',
    });
    await server.accounts.setState(blocked.id, 'blocked', 'cli');
    await server.accounts.open({
      name: '测试钱小风',
      documentKind: '111',
      documentNumber: '33010219900307102X',
      phone: '13800138014',
      proofingLevel: 2,
    });
  });

  const names = [
    ['nobody’s phone', '13900139000'],
    ['nobody’s document', '330102199003076154'],
    ['a phone several people share', '13800138012'],
    ['a blocked account', '13800138013'],
    ['an account without a password', '13800138014'],
    ['a document', samplePerson.documentNumber],
    ['no number at all', 'somebody'],
  ] as const;

  it.each(names)('a wrong password for %s is answered as for anybody', async (_who, name) => {
    const { browser, page } = await openForm();
    const post = (login_name: string) =>
      browser.post(page, '/sign-in', { login_name, password: 'not the password' });
    const known = told(await post(person.loginName));
    expect(known.status).toBe(422);
    expect(told(await post(name))).toEqual(known);
  });

  it.each(names.filter(([, name]) => name.startsWith('1')))(
    'asking for a code to %s, and a wrong code, are answered as for anybody',
    async (_who, phone) => {
      const walk = async (to: string) => {
        const { browser, page } = await openForm();
        const sms = await browser.open(`${page.url}?way=sms`);
        const sent = await browser.post(sms, '/sms-send', { phone: to });
        const wrong = await browser.post(sent, '/sms', { code: 'abcdef' });
        return [told(sent), told(wrong)];
      };
      expect(await walk(phone)).toEqual(await walk(person.loginName));
    },
  );

  it('once the tries are used up, a known and an unknown name are answered alike', async () => {
    const strict = await startTestServer();
    try {
      await addPerson(strict.accounts);
      const other = await addApp(strict);
      const browser = other.browser();
      const page = await browser.open((await other.start()).url.href);
      const answers: Visit[] = [];
      for (const name of [person.loginName, '13900139000', samplePerson.documentNumber]) {
        for (let attempt = 0; attempt < 12; attempt += 1)
          answers.push(await browser.post(page, '/sign-in', { login_name: name, password: `x${attempt}` }));
      }
      const [known, unknown, document] = [0, 12, 24].map((from) => answers.slice(from, from + 12).map(told));
      expect(known!.map(({ status }) => status)).toEqual([...Array(10).fill(422), 429, 429]);
      expect(unknown).toEqual(known);
      // The account's budget is used up under its phone; the answer must not say that both names are one person's.
      expect(document).toEqual(known);
    } finally {
      await strict.close();
    }
  });
});

describe('security (b) Disabled entity still works', () => {
  it('a blocked person is let in by no factor, and a step-up in progress ends', async () => {
    const { id } = await addPerson(server.accounts, { ...second, documentNumber: '330106198511220045' });
    const account = (await server.accounts.get(id))!;
    const passkey = await addPasskey(server, account);
    const own = server.accounts.authenticators;
    const secret = own.newTotpSecret();
    const now = stepOf(Date.now() / 1000);
    await own.addTotp(id, { secret, code: totpAt(secret, now - 1) });
    const { browser, page } = await openForm({ acr_values: 'urn:onecert:acr:p1a2' });
    const factor = await browser.signIn(page, second.phone, second.password);
    expect(factor.text).toContain('/totp"');

    await server.accounts.setState(id, 'blocked', 'cli');

    const totp = await browser.submit(factor, '/totp', { code: totpAt(secret, now) });
    expect([totp.status === 0, totp.text.includes('请再验证')]).toEqual([false, false]);
    const fresh = await openForm();
    const byPasskey = await fresh.browser.post(fresh.page, '/passkey', {
      response: passkey.answer(challengeOf(fresh.page)),
    });
    expect(byPasskey.status).toBe(403);
    const sms = await fresh.browser.open(`${fresh.page.url}?way=sms`);
    const sent = await fresh.browser.post(sms, '/sms-send', { phone: second.phone });
    const code = await sentCode(server.outbox);
    const bySms = await fresh.browser.post(sent, '/sms', { code });
    expect([bySms.status, bySms.text.includes('登录成功')]).toEqual([403, false]);
    const byPassword = await fresh.browser.signIn(fresh.page, second.phone, second.password);
    expect([byPassword.status, byPassword.text.includes('此账户不能使用')]).toEqual([403, true]);
  });
});

describe('security (b) Email/phone account linking, pre-hijack', () => {
  it('a phone typed into an account made earlier by somebody else signs its real owner in to neither by text alone', async () => {
    const phone = '13800138021';
    const squatter = await addPerson(server.accounts, {
      name: '测试周小川',
      documentNumber: '330102199003075514',
      phone,
    });
    const owner = await addPerson(server.accounts, {
      name: '测试吴小溪',
      documentNumber: '330102199003073930',
      phone,
      password: 'river-bend-77-moon',
    });
    const { browser, page } = await openForm();
    const sms = await browser.open(`${page.url}?way=sms`);
    const sent = await browser.post(sms, '/sms-send', { phone });
    const code = await sentCode(server.outbox);
    const pick = await browser.submit(sent, '/sms', { code });
    expect(pick.text).toContain('请选择您的账户');

    const own = server.accounts.authenticators;
    await own.sendOwnCode(owner, { binding: 'own', address: '192.0.2.1' });
    const hers = await sentCode(server.outbox);
    expect(await own.confirmPhone(owner, { binding: 'own', code: hers })).toBe(true);
    const standing = (await server.accounts.get(squatter.id))!;
    expect((await own.methodsOf(standing)).has('sms')).toBe(false);
    const known = await server.accounts.signInWithPassword({
      loginName: phone,
      password: 'river-bend-77-moon',
      address: '192.0.2.1',
    });
    expect(known?.id).toBe(owner.id);
  });

  it('a text message never adds or replaces a stronger factor', async () => {
    const { browser, page } = await openForm({ acr_values: 'urn:onecert:acr:p1a2' });
    const sms = await browser.open(`${page.url}?way=sms`);
    const sent = await browser.post(sms, '/sms-send', { phone: person.loginName });
    const code = await sentCode(server.outbox);
    const factor = await browser.submit(sent, '/sms', { code });
    expect(factor.text).toContain('/own-password"');
    expect(factor.text).not.toContain('/own-sms');
  });
});

describe('security (b) XSS on login/consent/error pages', () => {
  const markup = '"><svg onload=alert(1)><script>alert(2)</script>{{7*7}}';
  const inert = (page: Visit) => {
    expect(page.text).not.toMatch(/<svg|<script>|onload=alert\(1\)>/);
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'/);
    expect(page.headers.get('content-security-policy')).not.toContain('unsafe-inline');
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  };

  it('what was typed, hinted or asked for comes back as text', async () => {
    const { browser, page } = await openForm({ login_hint: markup, ui_locales: markup, display: 'page' });
    inert(page);
    expect(page.text).toContain('&lt;svg onload=alert(1)&gt;');
    inert(await browser.post(page, '/sign-in', { login_name: markup.slice(0, 64), password: 'x' }));
    const sms = await browser.open(`${page.url}?way=sms`);
    inert(await browser.post(sms, '/sms-send', { phone: markup.slice(0, 32) }));
    inert(
      await browser.open(`${page.url}?lang=${encodeURIComponent(markup)}&way=${encodeURIComponent(markup)}`),
    );
    inert(await browser.request(`${server.baseUrl}/interaction/${encodeURIComponent(markup)}`));
  });

  it.each([
    'redirect_uri',
    'response_type',
    'scope',
    'state',
    'prompt',
    'claims',
    'client_id',
    'nonce',
    'max_age',
  ])('an error about %s repeats no markup', async (name) => {
    const { url } = await app.start();
    url.searchParams.set(name, markup);
    const answer = await app.browser().request(url.href);
    inert(answer);
    const back = answer.headers.get('location');
    if (back?.startsWith('http')) expect(new URL(back).origin).toBe(new URL(app.redirectUri).origin);
  });
});

describe('security (b) Query/operator injection', () => {
  const post = async (browser: TestBrowser, page: Visit, body: string, type: string) => {
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)![1]!;
    return browser.request(`${page.url}/sign-in`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: body.replace('CSRF', encodeURIComponent(csrf)),
    });
  };

  it.each([
    ['an operator in brackets', 'csrf=CSRF&login_name[$ne]=1&password[$ne]=1'],
    ['a list', 'csrf=CSRF&login_name[]=13800138001&password[]=x'],
    ['a prototype', 'csrf=CSRF&__proto__[login_name]=13800138001&constructor[prototype][password]=x'],
    [
      'an operator as text',
      'csrf=CSRF&login_name=%7B%22%24gt%22%3A%22%22%7D&password=%7B%22%24gt%22%3A%22%22%7D',
    ],
    ['where', 'csrf=CSRF&login_name=%24where%3A1%3D%3D1&password=x'],
    ['SQL', "csrf=CSRF&login_name=1'%20OR%20'1'%3D'1&password=1'%20OR%20'1'%3D'1"],
  ])('%s in the form signs nobody in', async (_what, body) => {
    const { browser, page } = await openForm();
    const answer = await post(browser, page, body, 'application/x-www-form-urlencoded');
    expect([400, 403, 422]).toContain(answer.status);
    expect(answer.text).not.toContain('登录成功');
  });

  it('a JSON body is no form', async () => {
    const { browser, page } = await openForm();
    const body = JSON.stringify({ csrf: 'CSRF', login_name: { $ne: 1 }, password: { $ne: 1 } });
    expect((await post(browser, page, body, 'application/json')).text).not.toContain('登录成功');
    expect(({} as Record<string, unknown>).login_name).toBeUndefined();
  });

  it.each(['client_id[$ne]', 'client_id[]', '__proto__[x]', 'scope[$gt]'])(
    'the parameter %s is refused with a page',
    async (name) => {
      const { url } = await app.start();
      const answer = await app.browser().request(`${url.href}&${encodeURIComponent(name)}=1`);
      expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
    },
  );
});

describe('security (b) Malformed cookie/header', () => {
  it.each([
    ['a forwarded address', { 'x-forwarded-for': 'a' }],
    ['many forwarded addresses', { 'x-forwarded-for': `${'1.1.1.1, '.repeat(400)}2.2.2.2` }],
    ['a forwarded host', { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example;proto=https' }],
    ['an authorization', { authorization: 'Bearer \u00e9' }],
    ['an accept header', { accept: ';;q=,,*/*;q=9' }],
    ['a language', { 'accept-language': '-,;q=x,zh-'.repeat(50) }],
    ['an origin', { origin: 'null' }],
  ])('garbage in %s skips no question', async (_what, headers) => {
    const { browser, page } = await openForm(undefined, headers as unknown as Record<string, string>);
    expect(page.text).toContain('name="password"');
    expect(page.text).not.toContain('evil.example');
    const wrong = await browser.post(page, '/sign-in', { login_name: person.loginName, password: 'wrong' });
    expect([422, 403]).toContain(wrong.status);
  });

  it.each([
    'onecert_session=; onecert_interaction=',
    'onecert_session=%00; onecert_session.sig=%00',
    `onecert_session=${'a'.repeat(4_000)}; onecert_session.sig=b`,
    'onecert_session=x; onecert_session=y; onecert_session.sig=z',
    '=;;;=; $Version=1; onecert_session="quoted"',
  ])('the cookie %s is nobody', async (cookie) => {
    const { url } = await app.start({ prompt: 'none' });
    const answer = await fetch(url, { headers: { cookie }, redirect: 'manual' });
    expect(new URL(answer.headers.get('location')!).searchParams.get('error')).toBe('login_required');
  });

  it('a session cookie of one person under the signature of another is nobody', async () => {
    const mine = app.browser();
    await walkThrough(mine, await app.start(), person);
    const forged = app.browser();
    for (const cookie of mine.cookies) {
      const other = cookie.value.endsWith('_') ? '-' : '_';
      const value = cookie.name === 'onecert_session' ? `${cookie.value.slice(0, -1)}${other}` : cookie.value;
      forged.cookies.push({ ...cookie, value });
    }
    const answer = await forged.request((await app.start({ prompt: 'none' })).url.href);
    expect(new URL(answer.headers.get('location')!).searchParams.get('error')).toBe('login_required');
  });
});
