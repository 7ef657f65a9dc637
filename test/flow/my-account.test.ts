import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { citizenNumberCheckCharacter } from '../../src/identifiers/index.ts';
import { signInPortal } from '../../src/tour/sign-in-portal.ts';
import { lastCode, nextCode, type Person, type Visitor, visitor } from './account-visitor.ts';
import { type RunningApp, startApp } from './start-app.ts';
import type { Visit } from './test-browser.ts';

const pathOf = (at: Visit): string => new URL(at.url).pathname;
const saidOf = (at: Visit): string | undefined => /id="said"><strong>([^<]*)/.exec(at.text)?.[1];
const noticeOf = (at: Visit): string | undefined => /id="notice"><strong>([^<]*)/.exec(at.text)?.[1];
const fieldOf = (at: Visit, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(at.text)![1]!;

/** Invented; every one has a document number of its own. */
const numberOf = (place: number): string => {
  const body = `33010219900307${String(700 + place)}`;
  return `${body}${citizenNumberCheckCharacter(body)}`;
};
let made = 0;

describe('the account pages over HTTP', () => {
  let app: RunningApp;
  let moved = 0;
  const now = (): number => Date.now() + moved;

  beforeAll(async () => {
    app = await startApp({}, { clock: { now } });
  }, 60_000);
  afterAll(() => app.stop());

  interface Made extends Person {
    id: string;
    documentNumber: string;
    phone?: string;
    visit(headers?: Record<string, string>): Visitor;
  }

  const person = async (has: { phone?: boolean; password?: false; totp?: true } = {}): Promise<Made> => {
    made += 1;
    const documentNumber = numberOf(made);
    const phone = has.phone ? `138001381${String(made).padStart(2, '0')}` : undefined;
    const { id } = await app.core.accounts.open({
      name: '测试王小明',
      documentKind: '111',
      documentNumber,
      proofingLevel: 2,
      ...(phone ? { phone } : {}),
    });
    const password = 'lake-west-42-boat';
    if (has.password !== false) await app.core.accounts.setPassword(id, password);
    const { authenticators } = app.core.accounts;
    const totp = has.totp ? authenticators.newTotpSecret() : undefined;
    if (totp)
      expect(await authenticators.addTotp(id, { secret: totp, code: nextCode(totp, now) })).toBe(true);
    const known: Person = { loginName: documentNumber, password, ...(totp ? { totp } : {}) };
    const visit = (headers?: Record<string, string>) => visitor(app, known, headers);
    return { ...known, id, documentNumber, ...(phone ? { phone } : {}), visit };
  };

  const kindsOf = async ({ id }: Made): Promise<string[]> =>
    (await app.core.accounts.authenticators.of(id)).map(({ kind }) => kind).sort();
  const noticesOf = async ({ id }: Made): Promise<string[]> =>
    (await app.core.accounts.authenticators.notices(id)).map(({ kind }) => kind);
  const logOf = async ({ id }: Made): Promise<string[]> =>
    (await app.core.audit.about(id)).map(({ action }) => action);
  const login = '/interaction/';

  it('shows nothing to a stranger, leads back to the page that was asked for, and shows people masked', async () => {
    const her = await person({ phone: true });
    const { browser, open } = her.visit();
    const asked = await browser.open(`${app.baseUrl}/account/sessions`);
    expect(pathOf(asked)).toContain(login);
    const sessions = await open('/account/sessions');
    expect([sessions.status, pathOf(sessions)]).toEqual([200, '/account/sessions']);
    const home = await open('/account');
    for (const seen of ['测**', '3301**********', '138****', '证件一致']) expect(home.text).toContain(seen);
    for (const hidden of ['测试王小明', her.documentNumber, her.phone!])
      expect(home.text).not.toContain(hidden);
    expect(home.headers.get('cache-control')).toBe('no-store');
  });

  it('security (c) 11: after signing out, the back button and a waiting form lead to the sign-in page', async () => {
    const her = await person();
    const at = her.visit();
    const page = await at.open('/account/backups');
    const asks = await at.browser.open(`${app.baseUrl}/session/end`);
    await at.submit(asks, '/session/end/confirm', { logout: 'yes' });
    expect(pathOf(await at.browser.open(`${app.baseUrl}/account/backups`))).toContain(login);
    const posted = await at.submit(page, '/make');
    expect(pathOf(posted)).toContain(login);
    const back = await at.prove(posted);
    expect([pathOf(back), noticeOf(back)]).toEqual(['/account/return', '页面已过期。']);
    expect(await kindsOf(her)).toEqual(['password']);
  });

  it('changes the password with a second factor shown, keeps others out, and tells the person', async () => {
    const her = await person({ totp: true });
    const at = her.visit();
    const elsewhere = her.visit();
    await elsewhere.open('/account');
    await at.open('/account');
    const stale = await at.browser.open(`${app.baseUrl}/account/password`);
    expect([pathOf(stale).startsWith(login), stale.text.includes('/totp"')]).toEqual([true, true]);
    const form = await at.prove(stale);
    expect(pathOf(form)).toBe('/account/password');
    for (const [password, repeat, fault] of [
      ['short', 'short', 'password-fault'],
      ['password12345', 'password12345', 'password-fault'],
      [`${her.documentNumber}`, her.documentNumber, 'password-fault'],
      ['river-north-77-kite', 'river-north-77-kits', 'repeat-fault'],
    ]) {
      const again = await at.submit(form, '/change', { password: password!, repeat: repeat! });
      expect([again.status, again.text.includes(`id="${fault}"`)]).toEqual([422, true]);
      expect(again.text).not.toContain(password!);
    }
    const next = 'river-north-77-kite';
    const done = await at.submit(form, '/change', { password: next, repeat: next });
    expect([pathOf(done), saidOf(done)]).toEqual([
      '/account/password',
      expect.stringContaining('密码已修改'),
    ]);
    expect(pathOf(await elsewhere.browser.open(`${app.baseUrl}/account`))).toContain(login);
    expect(await noticesOf(her)).toContain('password_changed');
    const check = (password: string) =>
      app.core.accounts.checkOwnPassword({ account: her.id, password, address: '203.0.113.9' });
    expect([await check(next), await check(her.password)]).toEqual([true, false]);
  });

  it('turns the authenticator app on with a code of it, and off only with another', async () => {
    const her = await person();
    const at = her.visit();
    const form = await at.open('/account/authenticator-new');
    const secret = fieldOf(form, 'secret');
    expect(form.text).toContain('<svg class="qr" role="img"');
    const wrong = await at.submit(form, '/add', { code: '000000' });
    expect([wrong.status, fieldOf(wrong, 'secret')]).toEqual([422, secret]);
    const on = await at.submit(wrong, '/add', { code: nextCode(secret, now) });
    expect([pathOf(on), saidOf(on)]).toEqual(['/account/backups', '动态口令已启用。']);
    // What was strongest when she signed in is not any more.
    const asked = await at.submit(on, '/remove');
    expect([pathOf(asked).startsWith(login), asked.text.includes('/totp"')]).toEqual([true, true]);
    expect(await kindsOf(her)).toEqual(['password', 'totp']);
    const off = await at.browser.follow(
      await at.browser.post(asked, '/totp', { code: nextCode(secret, now) }),
    );
    expect([pathOf(off), saidOf(off)]).toEqual(['/account/backups', '动态口令已停用。']);
    expect(await kindsOf(her)).toEqual(['password']);
    expect(await noticesOf(her)).toEqual(expect.arrayContaining(['totp_added', 'totp_removed']));
  });

  it('a sign-in of ten minutes ago is confirmed in place, and then the act happens, once', async () => {
    const her = await person({ totp: true });
    const at = her.visit();
    const page = await at.prove(await at.browser.open(`${app.baseUrl}/account/backups`));
    moved += 600_000;
    const before = await sessionUid(at);
    const asked = await at.submit(page, '/make');
    // In place: who she is is known, and only a first factor is asked for, then the second.
    expect([asked.text.includes('/own-password"'), asked.text.includes('login_name')]).toEqual([true, false]);
    expect(await kindsOf(her)).toEqual(['password', 'totp']);
    const wrong = await at.browser.submit(asked, '/own-password', { password: 'not-this-one' });
    expect(wrong.status).toBe(422);
    const second = await at.browser.submit(wrong, '/own-password', { password: her.password });
    expect(second.text).toContain('/totp"');
    expect(await kindsOf(her)).toEqual(['password', 'totp']);
    const shown = await at.prove(second);
    expect(await sessionUid(at)).toBe(before);
    const codes = shown.text.match(/[A-Z0-9]{4}(-[A-Z0-9]{4}){3}/g)!;
    expect([pathOf(shown), codes.length]).toEqual(['/account/return', 10]);
    expect((await noticesOf(her)).filter((kind) => kind === 'recovery_codes_made')).toHaveLength(1);
    const again = await at.browser.request(shown.url);
    expect([again.status, again.text.includes(codes[0]!)]).toEqual([410, false]);
    expect(await app.core.accounts.authenticators.useRecoveryCode(her.id, codes[0]!)).toBe(true);
  });

  it('security (b) MFA/LoA skip: a text message alone adds and removes nothing', async () => {
    const her = await person({ phone: true });
    const at = her.visit();
    let page = await at.browser.open(`${app.baseUrl}/account`);
    page = await at.browser.open(`${page.url}?way=sms`);
    page = await at.browser.submit(page, '/sms-send', { phone: her.phone! });
    page = await at.browser.submit(page, '/sms', { code: await lastCode(app) });
    expect(pathOf(page)).toBe('/account');
    for (const path of ['passkey-new', 'authenticator-new', 'password']) {
      const asked = await at.browser.open(`${app.baseUrl}/account/${path}`);
      expect([path, pathOf(asked).startsWith(login), asked.text.includes('/own-password"')]).toEqual([
        path,
        true,
        true,
      ]);
    }
    const backups = await at.browser.open(`${app.baseUrl}/account/backups`);
    expect(pathOf(await at.submit(backups, '/make'))).toContain(login);
    expect(await kindsOf(her)).toEqual(['password']);
  });

  it('security (b) MFA/LoA skip: who has nothing but a phone is told how to get more, and can change nothing', async () => {
    const her = await person({ phone: true, password: false });
    const at = her.visit();
    let page = await at.browser.open(`${app.baseUrl}/account`);
    page = await at.browser.open(`${page.url}?way=sms`);
    page = await at.browser.submit(page, '/sms-send', { phone: her.phone! });
    page = await at.browser.submit(page, '/sms', { code: await lastCode(app) });
    expect(pathOf(page)).toBe('/account');
    for (const path of ['passkey-new', 'authenticator-new', 'password']) {
      const refused = await at.browser.open(`${app.baseUrl}/account/${path}`);
      expect([path, refused.status, noticeOf(refused)]).toEqual([path, 403, '只凭短信不能做这项更改。']);
    }
    const backups = await at.submit(await at.browser.open(`${app.baseUrl}/account/backups`), '/make');
    const phone = await at.submit(await at.browser.open(`${app.baseUrl}/account/phone`), '/end');
    expect([backups.status, phone.status]).toEqual([403, 403]);
    expect(await kindsOf(her)).toEqual([]);
    expect((await app.core.accounts.get(her.id))!.phone).toBe(her.phone);
  });

  it('security (c) 12: takes no form without its token, with another act’s, another session’s, or from another site', async () => {
    const her = await person();
    const at = her.visit();
    const page = await at.open('/account/backups');
    const other = await her.visit().open('/account/backups');
    const own = fieldOf(page, 'csrf');
    const post = (csrf: string | undefined, headers = {}) =>
      at.browser.request(`${app.baseUrl}/account/backups/make`, {
        method: 'POST',
        body: new URLSearchParams(csrf === undefined ? {} : { csrf }),
        headers,
      });
    const sessions = fieldOf(await at.open('/account/enterprises'), 'csrf');
    for (const csrf of [undefined, '', sessions, fieldOf(other, 'csrf'), `${own}x`]) {
      const refused = await post(csrf);
      expect([refused.status, noticeOf(refused)]).toEqual([403, '页面已过期。']);
    }
    expect((await post(own, { origin: 'https://evil.example' })).status).toBe(303);
    expect(await kindsOf(her)).toEqual(['password']);
    expect((await post(own, { origin: app.baseUrl })).status).toBe(200);
    expect(await kindsOf(her)).toEqual(['password', 'recovery']);
  });

  it('security (b): another person’s authenticator, session, mandate and enterprise are not there', async () => {
    const her = await person();
    const other = await person({ totp: true });
    const there = other.visit();
    await there.open('/account');
    const [session] = await app.core.oidc.sessions.of(other.id);
    const [totp] = (await app.core.accounts.authenticators.of(other.id)).filter(
      ({ kind }) => kind === 'totp',
    );
    const [firm] = await app.core.enterprises.list();
    const at = her.visit();
    const her2 = her.visit();
    await at.open('/account');
    await her2.open('/account');
    const post = async (page: string, act: string, fields: Record<string, string>): Promise<number> => {
      const token = app.core.oidc.accountSignIn.token;
      const account = (await app.core.accounts.get(her.id))!;
      const uid = await sessionUid(at);
      const csrf = token({ account, sessionUid: uid }, `${page}/${act}`);
      const answer = await at.browser.request(`${app.baseUrl}/account/${page}/${act}`, {
        method: 'POST',
        body: new URLSearchParams({ csrf, ...fields }),
      });
      return answer.status;
    };
    expect(await post('sessions', 'end', { id: session!.id })).toBe(404);
    expect(await post('backups', 'remove', { id: totp!.id })).toBe(404);
    expect(await post('passkeys', 'rename', { id: totp!.id, label: '我的' })).toBe(404);
    expect(await post('passkeys', 'remove', { id: totp!.id })).toBe(404);
    expect(await post('mandates', 'accept', { mandate: `m_${'x'.repeat(22)}` })).toBe(404);
    for (const path of [
      'enterprise',
      'enterprise-managers',
      'mandate-new',
      'mandates-given',
      'mandates-received',
    ])
      expect([path, (await at.open(`/account/${path}?id=${firm!.id}`)).status]).toEqual([path, 404]);
    expect(await kindsOf(other)).toEqual(['password', 'totp']);
    expect(await app.core.oidc.sessions.of(other.id)).toHaveLength(1);
  });

  /** What the store knows the session of this browser by. */
  const sessionUid = async ({ browser }: Visitor): Promise<string> => {
    const id = browser.cookies.find(({ name }) => name === 'onecert_session')!.value;
    const session = (await app.core.oidc.provider.Session.find(id)) as unknown as { uid: string };
    return session.uid;
  };

  it('security (c) 11: two tabs: what one confirms, the other may do, with the form it has open', async () => {
    const her = await person({ totp: true });
    const at = her.visit();
    const [one, other] = [await at.open('/account/backups'), await at.open('/account/backups')];
    const confirmed = await at.prove(await at.submit(one, '/make'));
    expect(confirmed.text).toContain('class="codes"');
    const done = await at.submit(other, '/remove');
    expect([pathOf(done), saidOf(done)]).toEqual(['/account/backups', '动态口令已停用。']);
  });

  it('security (c) 11: two people in one browser: what the first began is not done for the second', async () => {
    const first = await person({ totp: true });
    const second = await person({ totp: true });
    const at = first.visit();
    const page = await at.open('/account/backups');
    moved += 600_000;
    const asked = await at.submit(page, '/make');
    const hers = second.visit();
    hers.browser.cookies.push(...at.browser.cookies);
    const end = await hers.prove(await hers.browser.open(`${asked.url}?way=other`));
    expect([end.status, end.text.includes('当前登录的是另一个账户')]).toEqual([403, true]);
    expect([await kindsOf(first), await kindsOf(second)]).toEqual([
      ['password', 'totp'],
      ['password', 'totp'],
    ]);
  });

  it('security (b) MFA/LoA skip: an act begun in another browser is not done by opening its address in hers', async () => {
    const her = await person({ totp: true });
    const elsewhere = her.visit();
    const page = await elsewhere.open('/account/backups');
    moved += 600_000;
    const asked = await elsewhere.browser.post(page, '/make', {});
    const state = new URL(asked.headers.get('location')!).searchParams.get('state')!;
    const at = her.visit();
    await at.open('/account/authenticator-new');
    const opened = await at.open(`/account/return?state=${state}`);
    expect([opened.status, opened.text.includes('class="codes"')]).toEqual([410, false]);
    expect(await kindsOf(her)).toEqual(['password', 'totp']);
  });

  it('“not now” changes nothing and says so; an address nobody was given leads home', async () => {
    const her = await person({ totp: true });
    const at = her.visit();
    const page = await at.open('/account/backups');
    moved += 600_000;
    const asked = await at.submit(page, '/make');
    const over = await at.browser.submit(asked, '/cancel');
    expect([pathOf(over), over.text.includes('没有任何改动')]).toEqual(['/account/return', true]);
    expect(await kindsOf(her)).toEqual(['password', 'totp']);
    const signedIn = await at.open('/account');
    expect(signedIn.status).toBe(200);
    for (const state of [
      '',
      'page.x',
      `page.${Buffer.from('https://evil.example/account').toString('base64url')}`,
    ]) {
      const to = await at.browser.request(`${app.baseUrl}/account/return?state=${state}`);
      expect([to.status, to.headers.get('location')]).toEqual([303, '/account']);
    }
    expect((await at.browser.request(`${app.baseUrl}/account/return?state=act.made-up`)).status).toBe(410);
  });

  it('replaces the phone only with the new one’s code, keeps what was typed, and tells the old one', async () => {
    const her = await person({ phone: true });
    const at = her.visit();
    const page = await at.open('/account/phone');
    moved += 61_000;
    const wrong = await at.prove(await at.submit(page, '/send-new', { phone: '12' }));
    expect([wrong.text.includes('phone-fault'), fieldOf(wrong, 'phone')]).toEqual([true, '12']);
    moved += 61_000;
    const next = '13800139999';
    const sent = await at.submit(wrong, '/send-new', { phone: next });
    expect(sent.text).toContain('验证码已发送');
    const soon = await at.submit(wrong, '/send-new', { phone: next });
    expect([soon.status, noticeOf(soon)]).toEqual([429, '验证码发送过于频繁。']);
    const refused = await at.submit(sent, '/take', { code: '000000' });
    expect([refused.status, refused.text.includes('code-fault')]).toEqual([422, true]);
    const done = await at.submit(refused, '/take', { code: await lastCode(app) });
    expect(saidOf(done)).toContain('手机号码已更换');
    expect((await app.core.accounts.get(her.id))!.phone).toBe(next);
    const messages = await app.core.smsOutbox!.messages();
    expect(
      messages.some(({ phone, text }) => phone.endsWith(her.phone!.slice(-4)) && text.includes('移除')),
    ).toBe(true);
    expect(await logOf(her)).toEqual(expect.arrayContaining(['phone.replaced', 'phone.confirmed']));
    moved += 61_000;
    const asked = await at.submit(await at.open('/account/phone'), '/send');
    const confirmed = await at.submit(await at.prove(asked), '/confirm', { code: await lastCode(app) });
    expect(saidOf(confirmed)).toBe('手机号码已确认。');
    const ended = await at.prove(await at.submit(confirmed, '/end'));
    expect(saidOf(ended)).toContain('手机号码已移除');
    expect((await app.core.accounts.get(her.id))!.phone).toBeUndefined();
  });

  it('shows where she is signed in, and ends one or all the others at once', async () => {
    const her = await person();
    const phone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit Safari/604.1';
    const [here, there, elsewhere] = [her.visit(), her.visit({ 'user-agent': phone }), her.visit()];
    for (const at of [here, there, elsewhere]) await at.open('/account');
    const page = await here.open('/account/sessions');
    expect(page.text).toContain('iPhone');
    expect(page.text.match(/sessions\/end"/g)).toHaveLength(2);
    const one = await here.submit(page, '/end');
    expect([saidOf(one), one.text.match(/sessions\/end"/g)?.length]).toEqual(['该登录已退出。', 1]);
    const all = await here.submit(one, '/end-all');
    expect([saidOf(all), all.text.includes('sessions/end"')]).toEqual(['其他登录已全部退出。', false]);
    for (const at of [there, elsewhere])
      expect(pathOf(await at.browser.open(`${app.baseUrl}/account`))).toContain(login);
    expect(pathOf(await here.browser.open(`${app.baseUrl}/account`))).toBe('/account');
  });

  it('shows what an app was allowed and when, and takes it back', async () => {
    const her = await person();
    const redirectUri = 'http://localhost:1/callback';
    const { clientId, clientSecret } = await app.core.apps.add({
      client_name: '测试门户',
      redirect_uris: [redirectUri],
      scope: 'openid profile phone',
    });
    const portal = { baseUrl: app.baseUrl, clientId, clientSecret: clientSecret!, redirectUri };
    const { accessToken } = await signInPortal(portal, her, 'openid profile phone');
    const at = her.visit();
    const page = await at.open('/account/apps');
    for (const seen of ['测试门户', '您的姓名', '您的手机号码']) expect(page.text).toContain(seen);
    const done = await at.submit(page, '/withdraw');
    expect([saidOf(done), done.text.includes('测试门户')]).toEqual([
      expect.stringContaining('授权已撤回'),
      false,
    ]);
    const me = await fetch(`${app.baseUrl}/me`, { headers: { authorization: `Bearer ${accessToken}` } });
    expect(me.status).toBe(401);
    expect((await at.open('/account/use-log')).text).toContain('撤回授权');
  });

  it('ZLB-6: tells in words, in both languages and page by page, who used what', async () => {
    const her = await person();
    const other = await person();
    const at = her.visit();
    await at.open('/account');
    for (let time = 0; time < 22; time += 1) {
      await app.core.audit.append({
        action: 'certificate.read_for_item',
        actor: time === 21 ? `account:${other.id}` : 'client:onecert-wallet',
        subject: her.id,
        object: 'nothing',
        fields: ['name'],
        result: 'ok',
        details: { item: 'driving-licence-renewal' },
      });
    }
    const first = await at.open('/account/use-log');
    expect(first.text.match(/<li>/g)).toHaveLength(20);
    for (const seen of ['为办理事项读取证照', '另一位用户', '证照卡包', '办理事项「'])
      expect(first.text).toContain(seen);
    expect(first.text).not.toContain('测试王小明');
    const second = await at.open('/account/use-log?page=2&lang=en');
    for (const seen of ['Signed in', 'Who: You', 'Previous page']) expect(second.text).toContain(seen);
    expect((await at.open('/account/use-log?page=x')).status).toBe(200);
  });

  it('ZLB-7: 长辈版 is kept for every page the server renders, with four actions on a screen', async () => {
    const her = await person();
    const at = her.visit();
    const start = await at.browser.open(`${app.baseUrl}/account`);
    expect(start.text).not.toContain('data-elder');
    const large = await at.browser.open(`${start.url}?elder=on`);
    expect(large.text).toContain('<html lang="zh-CN" data-elder="on">');
    const home = await at.prove(large);
    expect([pathOf(home), home.text.includes('data-elder="on"')]).toEqual(['/account', true]);
    expect(home.text.match(/<ul class="tiles">[\s\S]*?<\/ul>/)![0].match(/<li>/g)).toHaveLength(4);
    expect((await at.open('/open-account')).text).toContain('data-elder="on"');
    expect((await at.open('/account/nothing')).text).toContain('data-elder="on"');
    for (let place = 0; place < 5; place += 1) await her.visit().open('/account');
    const acts = ({ text }: Visit): number => text.match(/<(button|a class="button)/g)!.length;
    const first = await at.open('/account/sessions');
    const third = await at.open('/account/sessions?page=3');
    expect([acts(first), acts(await at.open('/account/sessions?page=2')), acts(third)]).toEqual([4, 4, 4]);
    expect([first.text.includes('下一页'), third.text.includes('回到第一页')]).toEqual([true, true]);
    expect((await at.open('/account?elder=off')).text).not.toContain('data-elder');
    expect((await at.open('/account')).text).not.toContain('data-elder');
  });
});
