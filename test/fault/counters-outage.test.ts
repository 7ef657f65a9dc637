import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Account } from '../../src/accounts/index.ts';
import { stepOf, totpAt } from '../../src/accounts/totp.ts';
import { challengeOf, type SoftPasskey } from '../../src/tour/soft-passkey.ts';
import { describeWith } from '../contract/server-suites.ts';
import { sentCode } from '../flow/sent-code.ts';
import { addApp, type TestApp } from '../flow/test-app.ts';
import { addPasskey } from '../flow/test-passkey.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from '../flow/test-server.ts';
import { FlakyProxy } from './flaky-proxy.ts';

describeWith('REDIS_URL', 'with the counters gone, nobody is let in and no guess is looked at', (address) => {
  let server: TestServer;
  let app: TestApp;
  let proxy: FlakyProxy;
  let account: Account;
  let passkey: SoftPasskey;
  let secret: string;
  let recovery: string;
  beforeAll(async () => {
    const front = await FlakyProxy.before(address);
    proxy = front.proxy;
    const storage = { redisUrl: front.url, redisPrefix: `onecert-test-${randomUUID()}:` };
    server = await startTestServer({ sms: true, storage });
    account = await addPerson(server.accounts);
    passkey = await addPasskey(server, account);
    const { authenticators } = server.accounts;
    secret = authenticators.newTotpSecret();
    await authenticators.addTotp(account.id, { secret, code: totpAt(secret, stepOf(Date.now() / 1000) - 1) });
    recovery = (await authenticators.makeRecoveryCodes(account.id))[0]!;
    app = await addApp(server);
  }, 30_000);
  afterAll(async () => {
    await server?.close();
    proxy?.close();
  }, 30_000);

  it('by password, passkey, text message, authenticator app or recovery code, right as they all are', async () => {
    const origin = server.baseUrl;
    const { accounts } = server;
    const own = accounts.authenticators;
    const browser = app.browser();
    const page = await browser.open((await app.start()).url.href);
    const challenge = challengeOf(page);
    await own.sendCode({ phone: samplePerson.phone, binding: 'b', address: '192.0.2.1' });
    const code = await sentCode(server.outbox);
    proxy.close();

    const { phone, password } = samplePerson;
    const from = '192.0.2.1';
    const tries = {
      password: () => accounts.signInWithPassword({ loginName: phone, password, address: from }),
      ownPassword: () => accounts.checkOwnPassword({ account: account.id, password, address: from }),
      passkey: () =>
        own.checkPasskey({ origin, challenge, response: passkey.answer(challenge), address: from }),
      totp: () => own.checkTotp(account.id, totpAt(secret, stepOf(Date.now() / 1000))),
      sms: () => own.redeemCode({ phone, binding: 'b', code }),
      ownSms: () => own.checkOwnCode(account, { binding: 'b', code }),
      smsSend: () => own.sendCode({ phone, binding: 'c', address: from }),
      recovery: () => own.useRecoveryCode(account.id, recovery),
    };
    for (const [way, attempt] of Object.entries(tries)) {
      const answer = await attempt().then(
        () => 'let in',
        ({ code: why }: { code?: string }) => why,
      );
      expect([way, answer]).toEqual([way, 'store_unavailable']);
    }
    const posted = await browser.post(page, '/sign-in', { login_name: phone, password });
    expect([posted.status, posted.headers.get('set-cookie')]).toEqual([503, null]);
  }, 60_000);
});
