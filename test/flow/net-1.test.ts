import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeWith } from '../contract/server-suites.ts';
import { type RunningApp, startApp } from './start-app.ts';
import { TestBrowser } from './test-browser.ts';
import { startSite, type TestSite, within } from './test-site.ts';

const describeNet1 = (engines: string, env: () => NodeJS.ProcessEnv): void =>
  describe(`NET-1: one sign-in for two sites, and one sign-out (${engines})`, () => {
    let app: RunningApp;
    let a: TestSite;
    let b: TestSite;
    const browser = new TestBrowser(() => false);
    beforeAll(async () => {
      app = await startApp({ ...env(), OUTGOING_HOSTS: '127.0.0.1' });
      [a, b] = [await startSite('a'), await startSite('b')];
      for (const site of [a, b]) {
        const { clientId, clientSecret } = await app.core.apps.add({ ...site.metadata, firstParty: true });
        await site.configure(app.baseUrl, clientId, clientSecret!);
      }
    });
    afterAll(async () => {
      await a.close();
      await b.close();
      await app.stop();
    });

    it('signs in at A, opens B without a second prompt, signs out at A, and B has ended within five seconds', async () => {
      const lin = app.core.people.find(({ id }) => id === 'lin')!;
      const form = await browser.open(`${a.origin}/login`);
      expect(form.text).toContain('name="password"');
      const atA = await browser.signIn(form, lin.phone, app.passwordOf('lin'));
      expect([atA.url, atA.text]).toEqual([`${a.origin}/`, 'signed in at a']);
      const atB = await browser.open(`${b.origin}/login`);
      expect([atB.url, atB.text]).toEqual([`${b.origin}/`, 'signed in at b']);

      const question = await browser.open(`${a.origin}/logout`);
      expect(question.text).toContain('要退出登录吗');
      const out = await browser.submit(question, '/session/end/confirm', { logout: 'yes' });
      expect([out.url, out.text]).toEqual([`${a.origin}/?state=bye`, 'signed out at a']);

      expect(await within(5, () => b.sessions() === 0)).toBe(true);
      expect((await browser.open(`${b.origin}/`)).text).toBe('signed out at b');
      // The subject and the session are those of the ID token, another one at each site.
      expect(b.told).toMatchObject([{ sub: b.idToken().sub, sid: b.idToken().sid }]);
      expect(b.idToken().sub).not.toBe(a.idToken().sub);
      // A is told as well: the person may have been there in another window.
      expect(await within(5, () => a.told.length === 1)).toBe(true);
      expect((await browser.open(`${b.origin}/login`)).text).toContain('name="password"');
      const metrics = await (await fetch(`${app.baseUrl}/metrics`)).text();
      expect(metrics).toContain('logout_deliveries_total{outcome="delivered"} 2');
    });
  });

describeNet1('sqlite and sqlite', () => ({}));

describeWith('MONGODB_URL', 'one sign-out on MongoDB', (mongodbUrl) => {
  describeNet1('mongodb and sqlite', () => {
    const url = new URL(mongodbUrl);
    url.pathname = `/onecert_net_1_${randomBytes(4).toString('hex')}`;
    return { MONGODB_URL: url.href };
  });
});
