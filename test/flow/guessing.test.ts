import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Account } from '../../src/accounts/index.ts';
import { limits } from '../../src/accounts/limits.ts';
import { stepOf, totpAt } from '../../src/accounts/totp.ts';
import type { Clock } from '../../src/clock.ts';
import { sentCode } from './sent-code.ts';
import { addApp, type TestApp } from './test-app.ts';
import type { Visit } from './test-browser.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';

/** Its check character is a letter, so that case is an alias as well. */
const withLetter = { ...samplePerson, documentNumber: '33010219900307102X' };
const right = samplePerson.password;
const wrongTries = (count: number): string[] => Array.from({ length: count }, (_, index) => `guess ${index}`);

/** Stops at the end of the window it began in: a test that crosses it would be given two budgets. */
const withinOneWindow = (windowSeconds: number = limits.passwordName.windowSeconds): Clock => {
  const length = windowSeconds * 1000;
  const end = (Math.floor(Date.now() / length) + 1) * length - 1;
  return { now: () => Math.min(Date.now(), end) };
};

const byStatus = (answers: readonly Visit[]): Record<number, number> => {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

describe('security (b) Brute-force bypass by race, alias or flow; security (c) 14', () => {
  let server: TestServer;
  let app: TestApp;
  let account: Account;
  let clock: Clock;
  beforeEach(async () => {
    clock = withinOneWindow();
    server = await startTestServer({ sms: true, clock });
    account = await addPerson(server.accounts, withLetter);
    app = await addApp(server);
  });
  afterEach(() => server.close());

  const openForm = async (parameters?: Record<string, string>) => {
    const browser = app.browser();
    return { browser, page: await browser.open((await app.start(parameters)).url.href) };
  };
  const signIn = (form: Awaited<ReturnType<typeof openForm>>, loginName: string, password: string) =>
    form.browser.post(form.page, '/sign-in', { login_name: loginName, password });

  it.each([
    ['a phone', '13800138001'],
    ['+86', '+8613800138001'],
    ['0086 and spaces', ' 0086 138 0013 8001 '],
    ['full width', '＋８６１３８００１３８００１'],
    ['hyphens', '138-0013-8001'],
    ['zero-width characters', '138\u200b0013\u200b8001'],
    ['a document number', '33010219900307102X'],
    ['its letter in lower case', '33010219900307102x'],
    ['a full-width document number', '３３０１０２１９９００３０７１０２ｘ'],
  ])('takes %s for the person, and looks at ten of 200 wrong tries at once', async (_alias, name) => {
    const form = await openForm();
    const first = await signIn(form, name, right);
    expect(first.status).toBe(200);
    const again = await openForm();
    const answers = await Promise.all(
      [...wrongTries(200), right].map((password) => signIn(again, name, password)),
    );
    const { 422: wrong = 0, 200: accepted = 0, 429: refused = 0 } = byStatus(answers);
    expect(wrong).toBeLessThanOrEqual(limits.passwordName.limit);
    expect(wrong + accepted).toBeGreaterThanOrEqual(limits.passwordName.limit);
    expect(refused).toBe(201 - wrong - accepted);
    expect((await signIn(again, '+86 138 0013 8001', right)).status).not.toBe(200);
    expect((await signIn(again, withLetter.documentNumber, right)).status).not.toBe(200);
  });

  it('has one budget for all of a person’s names at once: 200 tries spread over them', async () => {
    const form = await openForm();
    const names = [
      '13800138001',
      '+86 138 0013 8001',
      '33010219900307102X',
      '３３０１０２１９９００３０７１０２ｘ',
    ];
    const answers = await Promise.all(
      [...wrongTries(200), right, right].map((password, index) =>
        signIn(form, names[index % names.length]!, password),
      ),
    );
    // A name that is not used up itself is answered like a wrong password, and the password is not looked at.
    const { 422: answered = 0 } = byStatus(answers);
    expect(answered).toBeLessThanOrEqual(2 * limits.passwordName.limit);
    for (const name of names) expect((await signIn(form, name, right)).status).not.toBe(200);
    const refusals = await server.audit.about(account.id);
    expect(refusals.filter(({ action }) => action === 'account.sign_in_refused').length).toBeLessThanOrEqual(
      2 * limits.passwordName.limit,
    );
  });

  it('counts a further password at a step-up in the same budget', async () => {
    const form = await openForm({ acr_values: 'urn:onecert:acr:p1a2' });
    const sms = await form.browser.open(`${form.page.url}?way=sms`);
    const sent = await form.browser.post(sms, '/sms-send', { phone: '13800138001' });
    const code = await sentCode(server.outbox);
    const factor = await form.browser.submit(sent, '/sms', { code });
    expect(factor.text).toContain('/own-password"');
    const answers = await Promise.all(
      wrongTries(60).map((password) => form.browser.post(factor, '/own-password', { password })),
    );
    expect(byStatus(answers)).toEqual({ 422: 10, 429: 50 });
    const other = await openForm();
    expect((await signIn(other, '13800138001', right)).status).toBe(422);
  });

  it('looks at ten codes of an authenticator app at once, and takes the right one once', async () => {
    const { authenticators } = server.accounts;
    const secret = authenticators.newTotpSecret();
    const step = stepOf(clock.now() / 1000);
    await authenticators.addTotp(account.id, { secret, code: totpAt(secret, step - 1) });
    const good = totpAt(secret, step);
    const many = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        authenticators
          .checkTotp(account.id, index < 5 ? good : String(index).padStart(6, '0'))
          .catch(({ code }: { code: string }) => code),
      ),
    );
    expect(many.filter((answer) => answer === true)).toHaveLength(1);
    expect(many.filter((answer) => typeof answer === 'boolean').length).toBeLessThanOrEqual(
      limits.factor.limit,
    );
    expect(many).toContain('too_many_requests');
    // RFC 6238 §5.2: the step that was accepted is never accepted again.
    expect(await authenticators.checkTotp(account.id, good).catch(() => false)).toBe(false);
  });

  it('looks at ten recovery codes at once', async () => {
    const { authenticators } = server.accounts;
    const [good] = await authenticators.makeRecoveryCodes(account.id);
    const tries = [...wrongTries(200), good!];
    const many = await Promise.all(
      tries.map((code) => authenticators.useRecoveryCode(account.id, code).catch(() => 'refused')),
    );
    expect(many.filter((answer) => answer !== 'refused').length).toBeLessThanOrEqual(limits.factor.limit);
  });

  it('looks at five tries of one code by text message, 200 at once', async () => {
    const form = await openForm();
    const sms = await form.browser.open(`${form.page.url}?way=sms`);
    const sent = await form.browser.post(sms, '/sms-send', { phone: '13800138001' });
    const good = await sentCode(server.outbox);
    const wrong = (index: number): string => String((Number(good) + 1 + index) % 1_000_000).padStart(6, '0');
    const codes = [...Array.from({ length: 200 }, (_, index) => wrong(index)), good];
    const answers = await Promise.all(codes.map((code) => form.browser.post(sent, '/sms', { code })));
    expect(byStatus(answers)[200] ?? 0).toBeLessThanOrEqual(1);
    expect((await form.browser.post(sent, '/sms', { code: good })).status).toBe(422);
  });
});

describe('security (c) 15: text messages over HTTP', () => {
  let server: TestServer;
  let app: TestApp;
  beforeAll(async () => {
    server = await startTestServer({
      sms: true,
      trustedProxies: ['loopback'],
      clock: withinOneWindow(60),
      smsLimits: { minute: 1, hour: 5, address: 20 },
    });
    await addPerson(server.accounts);
    await addPerson(server.accounts, {
      name: '样例李小红',
      documentNumber: '330106198511220029',
      phone: '+1 242 555 0100',
    });
    app = await addApp(server);
  });
  afterAll(() => server.close());

  const askFrom = async (address: string, phone: string) => {
    const browser = app.browser({ 'x-forwarded-for': address });
    const form = await browser.open((await app.start()).url.href);
    const sms = await browser.open(`${form.url}?way=sms`);
    return browser.post(sms, '/sms-send', { phone });
  };

  it('bombs no phone from many addresses', async () => {
    const spellings = ['13800138001', '+8613800138001', '１３８００１３８００１', '138 0013 8001'];
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        askFrom(`198.51.100.${index + 1}`, spellings[index % spellings.length]!),
      ),
    );
    expect(byStatus(answers)).toEqual({ 200: 1, 429: 39 });
    expect(await server.outbox.messages()).toHaveLength(1);
  });

  it('has one budget for the 2^64 addresses of one IPv6 network', async () => {
    const answers: Visit[] = [];
    for (let index = 0; index < 24; index += 1) {
      answers.push(
        await askFrom(`2001:db8::${index.toString(16)}`, `139001391${String(index).padStart(2, '0')}`),
      );
    }
    expect(byStatus(answers)).toEqual({ 200: 20, 429: 4 });
  });

  it.each(['+1 242 555 0100', '+882 13 12345678', '001 900 555 0100', '+44 70 1234 5678'])(
    'sends nothing to %s, where a message earns its owner money',
    async (phone) => {
      const before = (await server.outbox.messages()).length;
      const answer = await askFrom('203.0.113.9', phone);
      expect([answer.status, answer.text.includes('可接收本平台短信')]).toEqual([422, true]);
      expect(await server.outbox.messages()).toHaveLength(before);
    },
  );
});
