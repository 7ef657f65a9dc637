import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addApp, type TestApp, walkThrough } from './test-app.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';

const person = { loginName: samplePerson.phone, password: samplePerson.password };
const errorOf = (callback: string): string | null => new URL(callback).searchParams.get('error');

/** What differs between two answers by nature: the token of the form, the request's number. */
const comparable = (text: string): string =>
  text
    .replace(/name="csrf" value="[^"]+"/g, '')
    .replace(/\/interaction\/[\w-]+/g, '')
    .replace(/ value="[^"]*"/g, '');

describe('the sign-in pages', () => {
  let server: TestServer;
  let app: TestApp;
  beforeAll(async () => {
    server = await startTestServer({ limits: { wrongPerName: 1000 } });
    await addPerson(server.accounts);
    app = await addApp(server);
  });
  afterAll(() => server.close());

  const openForm = async (parameters?: Record<string, string>) => {
    const started = await app.start(parameters);
    const browser = app.browser();
    return { started, browser, page: await browser.open(started.url.href) };
  };

  it('offer the passkey and the scan before the password, which is there without a script', async () => {
    const { page } = await openForm();
    const at = ['id="passkey-form" hidden', '/scan"', '/sign-in"'].map((part) => page.text.indexOf(part));
    expect(at.every((place) => place > 0)).toBe(true);
    expect([...at].sort((a, b) => a - b)).toEqual(at);
  });

  it('name the app and what it will learn, and are never cached', async () => {
    const { page } = await openForm();
    expect(page.text).toContain('测试应用');
    expect(page.text).toContain('您的姓名');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('etag')).toBeNull();
    expect(page.text).toContain('<html lang="zh-CN">');
  });

  it.each([
    ['the browser', { 'accept-language': 'en-GB,en;q=0.9' }, {}],
    ['the app', {}, { ui_locales: 'fr en' }],
  ])('speak the language %s asks for', async (_who, headers, parameters) => {
    const page = await app.browser(headers).open((await app.start(parameters)).url.href);
    expect(page.text).toContain('<html lang="en">');
    expect(page.text).toContain('Phone number or document number');
  });

  it('keep the language the person chose, whatever app and browser ask', async () => {
    const { browser, page } = await openForm({ ui_locales: 'zh-CN' });
    expect((await browser.open(`${page.url}?lang=en`)).text).toContain('<html lang="en">');
    expect((await browser.open(page.url)).text).toContain('<html lang="en">');
  });

  it.each([
    ['as it is', samplePerson.phone],
    ['with +86 and spaces', ' +86 138 0013 8001 '],
    ['in full-width digits', '１３８００１３８００１'],
    ['as an ID number', samplePerson.documentNumber],
    ['as an ID number with spaces', '330102 19900307 6111'],
  ])('take a login name %s', async (_how, loginName) => {
    const started = await app.start();
    expect(errorOf(await walkThrough(app.browser(), started, { ...person, loginName }))).toBeNull();
  });

  it('answer a wrong password and an unknown name alike, and keep what was typed but the password', async () => {
    const { browser, page } = await openForm();
    const wrong = await browser.post(page, '/sign-in', {
      login_name: person.loginName,
      password: 'guess-number-1',
    });
    const unknown = await browser.post(page, '/sign-in', {
      login_name: '13900139000',
      password: 'guess-number-1',
    });
    expect([wrong.status, unknown.status]).toEqual([422, 422]);
    expect(comparable(unknown.text)).toBe(comparable(wrong.text));
    const names = (visit: { headers: Headers }) => [...visit.headers.keys()].sort();
    expect(names(unknown)).toEqual(names(wrong));
    expect(wrong.text).toContain(`value="${person.loginName}"`);
    expect(wrong.text).not.toContain('guess-number-1');
  });

  it('security (c) 9, 12: refuse a form without its token, with that of another sign-in, or posted from another site', async () => {
    const { browser, page } = await openForm();
    const other = await openForm();
    const foreign = /name="csrf" value="([^"]+)"/.exec(other.page.text)![1]!;
    const fields = { login_name: person.loginName, password: person.password };
    for (const csrf of ['', 'x', foreign]) {
      const answer = await browser.post(page, '/sign-in', { ...fields, csrf });
      expect([answer.status, answer.text.includes('页面已过期')]).toEqual([403, true]);
    }
    const cross = await browser.request(`${page.url}/sign-in`, {
      method: 'POST',
      body: new URLSearchParams({ ...fields, csrf: /name="csrf" value="([^"]+)"/.exec(page.text)![1]! }),
      headers: { origin: 'https://evil.example' },
    });
    expect([cross.status, cross.headers.get('location')]).toEqual([303, new URL(page.url).pathname]);
  });

  it('security (c) 11: show nothing of a sign-in that another browser began', async () => {
    const { page } = await openForm();
    const victim = app.browser();
    const opened = await victim.open(page.url);
    expect([opened.status, opened.text.includes('name="password"')]).toEqual([410, false]);
    const posted = await victim.request(`${page.url}/sign-in`, {
      method: 'POST',
      body: new URLSearchParams({ login_name: person.loginName, password: person.password, csrf: 'x' }),
    });
    expect(posted.status).toBe(410);
  });

  it('refuse a field given twice and NUL', async () => {
    const { browser, page } = await openForm();
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)![1]!;
    for (const body of [`csrf=${csrf}&password=a&password=b`, `csrf=${csrf}&login_name=%00&password=a`]) {
      const answer = await browser.request(`${page.url}/sign-in`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      expect(answer.status).toBe(400);
    }
  });

  it('lead back to the app with access_denied when the person does not want to sign in', async () => {
    const { browser, page, started } = await openForm();
    const left = await browser.post(page, '/cancel');
    expect([left.status, left.headers.get('location')]).toEqual([200, null]);
    const back = await browser.follow(left);
    expect(errorOf(back.url)).toBe('access_denied');
    expect(new URL(back.url).searchParams.get('state')).toBe(started.checks.expectedState);
  });

  it('end in a page and not in a redirect, because browsers follow form-action through redirects', async () => {
    const { browser, page } = await openForm();
    const done = await browser.post(page, '/sign-in', {
      login_name: person.loginName,
      password: person.password,
    });
    expect([done.status, done.headers.get('location')]).toEqual([200, null]);
    expect(done.text).toContain('http-equiv="refresh"');
    expect(done.text).toContain('登录成功');
  });

  it('show what the app would learn with masked values, and take no for an answer', async () => {
    const fresh = await addApp(server, { scope: 'openid profile phone document' });
    const browser = fresh.browser();
    const started = await fresh.start({ scope: 'openid profile phone document' });
    const form = await browser.open(started.url.href);
    const consent = await browser.signIn(form, person.loginName, person.password);
    for (const masked of ['138****8001', '3301**********6111', '测**'])
      expect(consent.text).toContain(masked);
    expect(consent.text).not.toContain(samplePerson.phone);
    const refused = await browser.submit(consent, '/consent', { decision: 'refuse' });
    expect(errorOf(refused.url)).toBe('access_denied');
    const asked = await browser.open(
      (await fresh.start({ scope: 'openid profile phone document' })).url.href,
    );
    expect(asked.text).toContain('value="agree"');
  });

  it('security (c) 13: give what was asked and shown, whatever the consent form says', async () => {
    const fresh = await addApp(server, { scope: 'openid profile document' });
    const browser = fresh.browser();
    const started = await fresh.start({ scope: 'openid' });
    const form = await browser.open(started.url.href);
    const consent = await browser.signIn(form, person.loginName, person.password);
    const posted = { decision: 'agree', scope: 'openid profile document', scopes: 'document' };
    const callback = await browser.submit(consent, '/consent', posted);
    const tokens = await fresh.redeem(callback.url, started);
    expect(tokens.scope).toBe('openid');
  });

  it('security (c) 11: let two tabs finish, each to its own app', async () => {
    const other = await addApp(server);
    const browser = app.browser();
    const [one, two] = [await app.start(), await other.start()];
    const first = await browser.open(one.url.href);
    const second = await browser.open(two.url.href);
    let done = await browser.signIn(first, person.loginName, person.password);
    if (done.status !== 0) done = await browser.submit(done, '/consent', { decision: 'agree' });
    expect(done.url.startsWith(app.redirectUri)).toBe(true);
    let late = await browser.signIn(second, person.loginName, person.password);
    if (late.status !== 0) late = await browser.submit(late, '/consent', { decision: 'agree' });
    expect(late.url.startsWith(other.redirectUri)).toBe(true);
    expect(new URL(late.url).searchParams.get('state')).toBe(two.checks.expectedState);
  });

  it('security (c) 11: say that it took too long when the person comes back to a finished form, with the way to the app', async () => {
    const { browser, page } = await openForm();
    await browser.signIn(page, person.loginName, person.password);
    const old = await browser.open(page.url);
    expect(old.status).toBe(410);
    expect(old.text).toContain('登录用时过长');
  });

  it('show the way back to the app on a late page', async () => {
    const { browser, page } = await openForm();
    const uid = page.url.split('/').at(-1)!;
    const { keyOf } = await import('../../src/oidc/adapter/oidc-store.ts');
    await server.storage.ephemeral.delete(`oidc:Interaction:${keyOf(uid)}`);
    const late = await browser.open(page.url);
    expect(late.text).toContain(`href="${new URL(app.redirectUri).origin}/"`);
  });

  it('change the session’s cookie at sign-in, and let the old one sign nobody in', async () => {
    const browser = app.browser();
    await walkThrough(browser, await app.start(), person);
    const before = browser.cookies.find(({ name }) => name === 'onecert_session')!.value;
    await walkThrough(browser, await app.start({ prompt: 'login' }), person);
    const after = browser.cookies.find(({ name }) => name === 'onecert_session')!.value;
    expect(after).not.toBe(before);
    const thief = app.browser();
    for (const cookie of browser.cookies) thief.cookies.push({ ...cookie });
    thief.cookies.find(({ name }) => name === 'onecert_session')!.value = before;
    const page = await thief.open((await app.start()).url.href);
    expect(page.text).toContain('name="password"');
  });

  it.each([
    'onecert_session=garbage; onecert_session.sig=x',
    'onecert_session=; =;;',
    `onecert_session=${'é'.length}%00`,
  ])('treat a broken cookie as nobody (%s)', async (cookie) => {
    const { url } = await app.start();
    const answer = await fetch(url, { headers: { cookie }, redirect: 'manual' });
    expect(answer.headers.get('location')).toMatch(/^\/interaction\//);
  });
});

describe('accounts that change', () => {
  let server: TestServer;
  let app: TestApp;
  const second = {
    name: '样例李小红',
    documentNumber: '330106198511220029',
    phone: '13800138002',
    password: 'tea-hill-19-cloud',
  };
  beforeAll(async () => {
    server = await startTestServer();
    await addPerson(server.accounts);
    await addPerson(server.accounts, second);
    app = await addApp(server);
  });
  afterAll(() => server.close());

  it('security (c) 11: ask before one person’s session gives way to another’s, and end the first one’s tokens', async () => {
    const browser = app.browser();
    const first = await app.start();
    const hers = await app.redeem(await walkThrough(browser, first, person), first);
    const again = await app.start({ prompt: 'login' });
    const form = await browser.open(again.url.href);
    const question = await browser.signIn(form, second.phone, second.password);
    expect(question.text).toContain('要切换账户吗');
    expect(question.text).toContain('测**');
    expect(question.text).toContain('样**');
    const stayed = await browser.submit(question, '/switch', { decision: 'stay' });
    expect(stayed.text).toContain('name="password"');
    const asked = await browser.signIn(stayed, second.phone, second.password);
    let done = await browser.submit(asked, '/switch', { decision: 'switch' });
    if (done.status !== 0) done = await browser.submit(done, '/consent', { decision: 'agree' });
    const theirs = await app.redeem(done.url, again);
    expect(theirs.claims()!.sub).not.toBe(hers.claims()!.sub);
    const asHer = { headers: { authorization: `Bearer ${hers.access_token}` } };
    expect((await fetch(`${server.baseUrl}/me`, asHer)).status).toBe(401);
  });

  it('tell of a block only to who knows the password, and stop a live session, its tokens and its refresh', async () => {
    const account = await addPerson(server.accounts, {
      name: '示例赵大海',
      documentNumber: '330327197804153016',
      phone: '13800138003',
    });
    const who = { loginName: '13800138003', password: samplePerson.password };
    const keeps = await addApp(server, { grant_types: ['refresh_token'] });
    const browser = keeps.browser();
    const started = await keeps.start({ scope: 'openid offline_access', prompt: 'consent' });
    const tokens = await keeps.redeem(await walkThrough(browser, started, who), started);
    expect(tokens.refresh_token).toBeDefined();

    await server.accounts.setState(account.id, 'blocked', 'cli');

    const asHim = { headers: { authorization: `Bearer ${tokens.access_token}` } };
    expect((await fetch(`${server.baseUrl}/me`, asHim)).status).toBe(401);
    const refresh = await fetch(`${server.baseUrl}/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${keeps.clientId}:${keeps.clientSecret}`).toString('base64')}`,
      },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token! }),
    });
    expect([refresh.status, ((await refresh.json()) as { error: string }).error]).toEqual([
      400,
      'invalid_grant',
    ]);

    const page = await browser.open((await keeps.start()).url.href);
    expect([page.status, page.text.includes('当前登录的账户已不能使用')]).toEqual([200, true]);
    const told = await browser.signIn(page, who.loginName, who.password);
    expect([told.status, told.text.includes('此账户不能使用')]).toEqual([403, true]);
    const wrong = await browser.signIn(page, who.loginName, 'not the password');
    expect(wrong.text).not.toContain('此账户不能使用');
    const silent = await browser.request((await keeps.start({ prompt: 'none' })).url.href);
    expect(errorOf(silent.headers.get('location')!)).toBe('login_required');
  });

  it('end everything of a person in one call', async () => {
    const browser = app.browser();
    const started = await app.start();
    const tokens = await app.redeem(await walkThrough(browser, started, person), started);
    const [account] = await server.accounts.findByLoginName(person.loginName);
    await server.oidc.endAllOf(account!.id);
    const asHer = { headers: { authorization: `Bearer ${tokens.access_token}` } };
    expect((await fetch(`${server.baseUrl}/me`, asHer)).status).toBe(401);
    const page = await browser.open((await app.start()).url.href);
    expect(page.text).toContain('name="password"');
  });
});

describe('guessing', () => {
  let server: TestServer;
  let app: TestApp;
  beforeAll(async () => {
    server = await startTestServer();
    await addPerson(server.accounts);
    app = await addApp(server);
  });
  afterAll(() => server.close());

  it('security (c) 14: is bounded: of 200 wrong tries and a right one at once, under many spellings, ten are looked at', async () => {
    const spellings = [
      samplePerson.phone,
      `+86${samplePerson.phone}`,
      '１３８００１３８００１',
      ' 138 0013 8001',
    ];
    const browser = app.browser();
    const page = await browser.open((await app.start()).url.href);
    const tries = Array.from({ length: 201 }, (_, index) =>
      browser.post(page, '/sign-in', {
        login_name: spellings[index % spellings.length]!,
        password: index === 100 ? person.password : `wrong ${index}`,
      }),
    );
    const answers = await Promise.all(tries);
    const wrong = answers.filter(({ status }) => status === 422).length;
    const right = answers.filter(({ status }) => status === 200).length;
    expect(wrong + right).toBeGreaterThanOrEqual(10);
    expect(wrong).toBeLessThanOrEqual(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(201 - wrong - right);
  });

  it('stays bounded for the right password, too', async () => {
    const browser = app.browser();
    const page = await browser.open((await app.start()).url.href);
    const late = await browser.post(page, '/sign-in', {
      login_name: person.loginName,
      password: person.password,
    });
    expect([late.status, late.text.includes('尝试次数过多')]).toEqual([429, true]);
  });

  it('leaves an entry for the person, without her number', async () => {
    const [account] = await server.accounts.findByLoginName(person.loginName);
    const refused = (await server.audit.about(account!.id)).filter(
      ({ action }) => action === 'account.sign_in_refused',
    );
    expect(refused.length).toBeGreaterThanOrEqual(9);
    expect(JSON.stringify(refused)).not.toContain(samplePerson.phone);
  });
});
