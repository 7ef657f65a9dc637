import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeWith } from '../contract/server-suites.ts';
import { addLoser, RecoveringBrowser } from './recovering-browser.ts';
import { addKit, give, openRecoveryStage } from './recovery-kit.ts';
import type { RunningApp } from './start-app.ts';

const describeRaces = (stores: string, env: () => NodeJS.ProcessEnv): void =>
  describe(`many at once on ${stores}`, () => {
    let app: RunningApp;
    beforeAll(async () => {
      ({ app } = await openRecoveryStage(env()));
    }, 60_000);
    afterAll(() => app.stop());

    it('the same answer twenty times at once sets one password and ends there', async () => {
      const kit = await addKit(app);
      const browser = new RecoveringBrowser(app);
      await browser.begin(kit.her.number);
      await give.totp(browser, kit);
      await give.recovery_code(browser, kit);
      const form = browser.form(browser.page, /password$/);
      const passwords = Array.from({ length: 20 }, (_, place) => `parallel-answer-${place}-x`);
      await Promise.all(passwords.map((password) => browser.submit(form, { password, repeat: password })));
      const right = await Promise.all(
        passwords.map((password) =>
          app.core.accounts
            .checkOwnPassword({ account: kit.her.account.id, password, address: 'x' })
            .catch(() => false),
        ),
      );
      const sets = (await app.core.audit.about(kit.her.account.id)).filter(
        ({ action, details }) => action === 'account.password_set' && details?.by === 'recovery',
      );
      expect([sets.length, right.filter(Boolean).length <= 1]).toEqual([1, true]);
    });

    it('fifty browsers with one recovery code at once: one takes it (security (a) 20)', async () => {
      const her = await addLoser(app);
      const tokens = Array.from({ length: 50 }, () => randomBytes(32).toString('base64url'));
      const { recoveries } = app.core;
      await Promise.all(
        tokens.map((token, place) =>
          recoveries.begin({ token, loginName: her.number, address: `p${place}` }),
        ),
      );
      const given = { proof: 'recovery_code', code: her.codes[0]! } as const;
      const answers = await Promise.allSettled(tokens.map((token) => recoveries.prove(token, given)));
      const proved = answers.filter((one) => one.status === 'fulfilled' && one.value === 'proved');
      expect(proved).toHaveLength(1);
    });
  });

describeRaces('sqlite', () => ({ MONGODB_URL: '', REDIS_URL: '' }));

describeWith('MONGODB_URL', 'recovery on MongoDB', (mongodbUrl) => {
  describeWith('REDIS_URL', 'and Redis', (redisUrl) => {
    describeRaces('MongoDB and Redis', () => {
      const url = new URL(mongodbUrl);
      url.pathname = `/onecert_recovery_${randomBytes(4).toString('hex')}`;
      return { MONGODB_URL: url.href, REDIS_URL: redisUrl };
    });
  });
});
