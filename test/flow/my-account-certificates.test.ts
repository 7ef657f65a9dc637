/** Lost cards and phones with certificates, on the account pages. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK } from 'jose';
import { enrolmentOf } from '../../src/credentials/index.ts';
import { makeDeviceKey } from '../../src/tour/wallet-client.ts';
import { visitor } from './account-visitor.ts';
import { type RunningApp, startApp } from './start-app.ts';
import type { Visit } from './test-browser.ts';

const saidOf = (at: Visit): string | undefined => /id="said"><strong>([^<]*)/.exec(at.text)?.[1];
const login = '/interaction/';

describe('certificates on the account pages', () => {
  let app: RunningApp;
  let moved = 0;
  beforeAll(async () => {
    app = await startApp({ TRUSTED_PROXIES: 'loopback' }, { clock: { now: () => Date.now() + moved } });
  }, 60_000);
  afterAll(() => app.stop());

  const sample = async (id: string) => {
    const account = (await app.core.samplePerson(id))!;
    await app.core.accounts.authenticators.endPhone(account.id, 'system');
    return { account, ...visitor(app, { loginName: account.documentNumber, password: app.passwordOf(id) }) };
  };
  const context = { actor: 'test' };
  const stepAway = () => {
    moved += 360_000;
  };

  it('a lost card is reported after a fresh factor, and the electronic one has stopped when it answers', async () => {
    const { account, open, prove, submit } = await sample('lin');
    const { credentials } = app.core;
    const card = await credentials.ensureCertificate(account, 'social_security_card', context);
    const page = await open('/account/lost-card');
    expect(page.text).toContain('社会保障卡');
    stepAway();
    const asked = await submit(page, '/report', { certificate: card.id });
    expect(new URL(asked.url).pathname.startsWith(login)).toBe(true);
    expect((await credentials.certificate(card.id))!.state).toBe('01');
    const done = await prove(asked);
    expect(saidOf(done)).toBe('已挂失，电子证照已停用。请到发证机关补办。');
    expect(await credentials.certificate(card.id)).toMatchObject({
      state: '02',
      stateReason: 'physical_card_lost',
    });
    // She cannot take it back here, and another person's is not there.
    expect(done.text).not.toContain(`value="${card.id}"`);
    const { account: other } = await sample('ouyang');
    const theirs = await credentials.ensureCertificate(other, 'driving_licence', context);
    expect((await submit(page, '/report', { certificate: theirs.id })).status).toBe(404);
    expect((await credentials.certificate(theirs.id))!.state).toBe('01');
    const log = await app.core.audit.about(account.id);
    expect(
      log.find(({ object, action }) => object === card.id && action === 'certificate.state_changed'),
    ).toMatchObject({
      actor: `account:${account.id}`,
      details: { from: '01', to: '02', reason: 'physical_card_lost' },
    });
  });

  it('from the new phone, after a fresh factor, what all others hold ends in one act', async () => {
    const { account, open, prove, submit } = await sample('ouyang');
    const { credentials } = app.core;
    const issue = async (signIn: string) => {
      const key = await makeDeviceKey();
      const { copies } = await credentials.issueCopies({
        account,
        type: 'driving_licence',
        format: 'dc+sd-jwt',
        deviceKeys: [await exportJWK(key.publicKey)],
        enrolment: enrolmentOf({ account: account.id, client: 'onecert-wallet', signIn }),
        context,
      });
      return copies[0]!.credential as string;
    };
    const first = await open('/account/phones');
    expect(first.text).toContain('没有手机存有您的证照');
    const sessions = await app.core.oidc.sessions.of(account.id, { uid: '', address: '127.0.0.1' });
    expect(sessions).toHaveLength(1);
    const [old, older] = [await issue('old-phone'), await issue('older-phone')];
    const page = await open('/account/phones');
    expect(page.text.match(/停用这部手机上的证照/g)).toHaveLength(2);
    stepAway();
    const asked = await submit(page, '/end-others');
    expect((await credentials.judgeOnline(old)).code).toBe('valid');
    const done = await prove(asked);
    expect(saidOf(done)).toMatch(/^其他手机上的证照已全部停用/);
    for (const credential of [old, older])
      expect((await credentials.judgeOnline(credential)).code).toBe('revoked');
    expect(done.text).toContain('没有手机存有您的证照');
    // What is fetched from here on is fetched anew and counts.
    expect((await credentials.judgeOnline(await issue('new-phone'))).code).toBe('valid');
  });
});
