import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Account } from '../../src/accounts/index.ts';
import { type AnswerOver, challengeOf, type SoftPasskey } from '../../src/tour/soft-passkey.ts';
import { sentCode } from './sent-code.ts';
import { addApp, type Started, type TestApp } from './test-app.ts';
import type { TestBrowser, Visit } from './test-browser.ts';
import { addPasskey } from './test-passkey.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';

const acr = (p: number, a: number): string => `urn:onecert:acr:p${p}a${a}`;
const person = { loginName: samplePerson.phone, password: samplePerson.password };
const second = {
  name: '样例李小红',
  documentNumber: '330106198511220029',
  phone: '13800138002',
  password: 'tea-hill-19-cloud',
};

describe('passkeys (WebAuthn Level 3 §7.2)', () => {
  let server: TestServer;
  let app: TestApp;
  let account: Account;
  let other: Account;
  let passkey: SoftPasskey;
  let othersPasskey: SoftPasskey;
  beforeAll(async () => {
    server = await startTestServer({ limits: { wrongPerName: 1000 } });
    account = await addPerson(server.accounts);
    other = await addPerson(server.accounts, second);
    passkey = await addPasskey(server, account);
    othersPasskey = await addPasskey(server, other);
    app = await addApp(server);
  });
  afterAll(() => server.close());

  const openForm = async (parameters: Record<string, string> = {}) => {
    const browser = app.browser();
    const started = await app.start(parameters);
    return { browser, started, page: await browser.open(started.url.href) };
  };
  const post = (browser: TestBrowser, page: Visit, over: AnswerOver = {}, by = passkey) =>
    browser.post(page, '/passkey', { response: by.answer(challengeOf(page), over) });
  const finish = async (browser: TestBrowser, answer: Visit, started: Started) => {
    let page = await browser.follow(answer);
    if (page.text.includes('/consent"')) page = await browser.submit(page, '/consent', { decision: 'agree' });
    return app.redeem(page.url, started);
  };

  it('sign in by themselves, without a name typed, and are the strongest factor', async () => {
    const { browser, started, page } = await openForm({ acr_values: acr(2, 3) });
    expect(page.text).toContain('autocomplete="username webauthn"');
    const tokens = await finish(browser, await post(browser, page), started);
    expect(tokens.claims()).toMatchObject({
      acr: acr(2, 3),
      amr: ['pop', 'user', 'mfa'],
      authenticator_level: 3,
    });
  });

  it('are the missing factor of who signed in by password, and stand first', async () => {
    const { browser, started, page } = await openForm({ acr_values: acr(1, 3) });
    const factor = await browser.signIn(page, person.loginName, person.password);
    expect(factor.text).toContain('/passkey"');
    const tokens = await finish(browser, await post(browser, factor), started);
    expect(tokens.claims()).toMatchObject({ acr: acr(1, 3), amr: ['pwd', 'pop', 'user', 'mfa'] });
  });

  it.each<[string, AnswerOver]>([
    ['made for another origin', { origin: 'https://onecert.evil.example' }],
    ['made for another site', { rpId: 'evil.example' }],
    ['without user verification', { flags: 1 }],
    ['without user presence', { flags: 4 }],
    ['that registers in place of signing in', { type: 'webauthn.create' }],
    ['under another person’s handle', { userHandle: Buffer.from('p_somebodyelse').toString('base64url') }],
    ['with a counter that went back (a copied key)', { counter: 0 }],
  ])('refuse an answer %s', async (_what, over) => {
    const { browser, page } = await openForm();
    const answer = await post(browser, page, over);
    expect([answer.status, answer.text.includes('通行密钥未能验证')]).toEqual([422, true]);
  });

  it('refuse what answers another sign-in’s challenge, and what is no answer at all', async () => {
    const mine = await openForm();
    const theirs = await openForm();
    const forTheirs = passkey.answer(challengeOf(theirs.page));
    for (const response of [forTheirs, '', '{', 'null', '[]', '{"id":1}', '{"id":"x","response":{}}']) {
      const answer = await mine.browser.post(mine.page, '/passkey', { response });
      expect([response.slice(0, 20), answer.status]).toEqual([response.slice(0, 20), 422]);
    }
  });

  it('refuse the same answer a second time', async () => {
    const { browser, page } = await openForm();
    const response = passkey.answer(challengeOf(page));
    const both = await Promise.all([1, 2, 3].map(() => browser.post(page, '/passkey', { response })));
    expect(both.filter(({ status }) => status === 200)).toHaveLength(1);
    await browser.follow(both.find(({ status }) => status === 200)!);
    expect((await browser.post(page, '/passkey', { response })).status).toBe(410);
  });

  it('of another person are a sign-in of hers and no factor of the first one’s', async () => {
    const { browser, page } = await openForm({ acr_values: acr(1, 3) });
    const factor = await browser.signIn(page, person.loginName, person.password);
    const question = await post(browser, factor, {}, othersPasskey);
    expect(question.text).toContain('要切换账户吗');
    const started = await app.start({ prompt: 'none', acr_values: acr(1, 3) });
    const silent = await browser.request(started.url.href);
    expect(new URL(silent.headers.get('location')!).searchParams.get('error')).toBe('login_required');
  });

  it('sign nobody in to a blocked account, and not once they are removed', async () => {
    await server.accounts.setState(other.id, 'blocked', 'cli');
    const blocked = await openForm();
    const told = await post(blocked.browser, blocked.page, {}, othersPasskey);
    expect([told.status, told.text.includes('此账户不能使用')]).toEqual([403, true]);
    await server.accounts.setState(other.id, 'active', 'cli');
    const [kept] = (await server.accounts.authenticators.of(other.id)).filter(
      ({ kind }) => kind === 'passkey',
    );
    await server.accounts.authenticators.remove(other.id, kept!.id);
    const { browser, page } = await openForm();
    expect((await post(browser, page, {}, othersPasskey)).status).toBe(422);
  });

  it('are bounded by address alone: another person’s guesses lock nobody out', async () => {
    const guessed = await startTestServer({ sms: true });
    try {
      const her = await addPerson(guessed.accounts);
      const key = await addPasskey(guessed, her);
      const hers = await addApp(guessed);
      const attacker = hers.browser();
      const form = await attacker.open((await hers.start()).url.href);
      await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          attacker.post(form, '/sign-in', { login_name: person.loginName, password: `guess ${index}` }),
        ),
      );
      const byPassword = await attacker.post(form, '/sign-in', {
        login_name: person.loginName,
        password: person.password,
      });
      expect(byPassword.status).toBe(429);
      const browser = hers.browser();
      const started = await hers.start();
      const page = await browser.open(started.url.href);
      let done = await browser.submit(page, '/passkey', { response: key.answer(challengeOf(page)) });
      if (done.text.includes('/consent"'))
        done = await browser.submit(done, '/consent', { decision: 'agree' });
      expect((await hers.redeem(done.url, started)).claims()!.acr).toBe(acr(2, 3));

      const phone = hers.browser();
      const sms = await phone.open(`${(await phone.open((await hers.start()).url.href)).url}?way=sms`);
      const sent = await phone.post(sms, '/sms-send', { phone: samplePerson.phone });
      const code = await sentCode(guessed.outbox);
      expect((await phone.post(sent, '/sms', { code })).status).toBe(200);
    } finally {
      await guessed.close();
    }
  });
});
