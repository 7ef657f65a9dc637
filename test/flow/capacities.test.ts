import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Account } from '../../src/accounts/index.ts';
import type { Role } from '../../src/officials/index.ts';
import { type Portal, signInPortal, userInfo } from '../../src/tour/sign-in-portal.ts';
import type { SoftPasskey } from '../../src/tour/soft-passkey.ts';
import { type RunningApp, startApp } from './start-app.ts';
import { addPasskey } from './test-passkey.ts';

const item = 'food-business-permit';
const scope = `openid profile item:${item}`;

describe('each capacity, walked once through the running service (NET-3, ZZD-1)', () => {
  let app: RunningApp;
  let portal: Portal;
  const people = new Map<string, Account>();

  beforeAll(async () => {
    app = await startApp();
    const redirectUri = 'http://localhost:1/callback';
    const { clientId, clientSecret } = await app.core.apps.add({
      client_name: 'Portal',
      redirect_uris: [redirectUri],
      scope: ['openid', 'profile', 'office', 'wallet', 'driving_licence', `item:${item}`].join(' '),
    });
    portal = { baseUrl: app.baseUrl, clientId, clientSecret: clientSecret!, redirectUri };
    for (const id of ['ouyang', 'lin', 'wang', 'petrov']) people.set(id, (await app.core.samplePerson(id))!);
  }, 60_000);
  afterAll(() => app.stop());

  const enter = (id: string, asked: string, capacity?: string, passkey?: SoftPasskey) =>
    signInPortal(
      portal,
      {
        loginName: people.get(id)!.documentNumber,
        password: app.passwordOf(id),
        async readCode() {
          const [newest] = await app.core.smsOutbox!.messages();
          return /\d{6}/.exec(newest!.text)![0];
        },
        ...(passkey ? { passkey } : {}),
      },
      asked,
      capacity ? { capacity } : {},
    );
  const call = async (token: string, path: string) => {
    const answer = await fetch(`${app.baseUrl}${path}`, { headers: { authorization: `Bearer ${token}` } });
    return { status: answer.status, body: (await answer.json()) as { code?: string } };
  };

  it('a legal representative chooses herself or her enterprise, and is another person’s delegate by mandate only', async () => {
    const [head] = await app.core.enterprises.capacities.of(people.get('ouyang')!.id, []);
    const acting = await enter('ouyang', scope, head!.ref);
    expect(acting.pages).toEqual(['sign-in', 'capacity', 'consent']);
    expect(await userInfo(portal, acting)).toMatchObject({
      role: 'legal_rep',
      entity: { uscc: expect.stringMatching(/^91330302/) },
    });
    const own = await enter('ouyang', scope);
    expect(await userInfo(portal, own)).not.toHaveProperty('entity');
    expect(own.subject).toBe(acting.subject);

    const [mandate] = await app.core.enterprises.capacities.of(people.get('lin')!.id, [item]);
    const delegate = await enter('lin', scope, mandate!.ref);
    expect(await userInfo(portal, delegate)).toMatchObject({ role: 'delegate', mandate: { items: [item] } });
    const elsewhere = await enter('lin', 'openid profile');
    expect(elsewhere.pages).not.toContain('capacity');
  });

  it('an enterprise’s token opens nothing that is a person’s own', async () => {
    const [head] = await app.core.enterprises.capacities.of(people.get('ouyang')!.id, []);
    const { accessToken } = await enter('ouyang', `${scope} wallet driving_licence`, head!.ref);
    for (const path of ['/wallet/api/scans/x/look', '/wallet/api/family', `/portal/items/${item}`]) {
      const answer = await call(accessToken, path);
      expect([path, answer.status, answer.body.code]).toEqual([path, 403, 'wrong_capacity']);
    }
    const credential = await fetch(`${app.baseUrl}/credential`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ credential_configuration_id: 'driving_licence_sd_jwt' }),
    });
    expect([credential.status, ((await credential.json()) as { error: string }).error]).toEqual([
      400,
      'credential_request_denied',
    ]);
  });

  describe('an official', () => {
    const context = { actor: 'cli' };
    const appoint = async (id: string, unit: string, roles: Role[]) => {
      const account = people.get(id)!.id;
      const post = await app.core.officials.posts.appoint({ account, unit, roles, context });
      return { account, post: post.id, ref: `o:${post.id}` };
    };

    it('takes a second factor into her office, and is there another subject in a realm of its own (ZZD-1)', async () => {
      const { account, post, ref } = await appoint('wang', 'zj-police', ['issuer_clerk']);
      const acting = await enter('wang', 'openid office wallet', ref);
      expect(acting.pages).toEqual(['sign-in', 'capacity', 'own-sms-send', 'own-sms', 'consent']);
      expect((await call(acting.accessToken, '/admin/api/me')).body).toMatchObject({
        capacity: { roles: ['issuer_clerk'] },
      });
      const own = await enter('wang', 'openid office wallet');
      expect(own.subject).not.toBe(acting.subject);
      expect([(await userInfo(portal, acting)).realm, (await userInfo(portal, own)).realm]).toEqual([
        'office',
        undefined,
      ]);
      // Neither token does what the other may.
      for (const [token, path] of [
        [own.accessToken, '/admin/api/me'],
        [acting.accessToken, '/wallet/api/me'],
        [acting.accessToken, `/wallet/api/certificates`],
      ] as const)
        expect([path, (await call(token, path)).body.code]).toEqual([path, 'wrong_capacity']);
      await app.core.officials.posts.end({ account, post, reason: 'done', context });
    });

    // A text message a minute is all a phone gets.
    let passkey: SoftPasskey;
    const passkeyOf = (id: string) =>
      addPasskey({ baseUrl: app.baseUrl, accounts: app.core.accounts }, people.get(id)!);

    it.each(['end', 'move', 'leave'] as const)(
      'is out of her office at once by %s, her own affairs go on, and a new post needs a new sign-in (ZZD-2)',
      async (act) => {
        const { posts } = app.core.officials;
        passkey ??= await passkeyOf('wang');
        const { account, post, ref } = await appoint('wang', 'zj-police', ['issuer_clerk']);
        const acting = await enter('wang', 'openid office', ref, passkey);
        const own = await enter('wang', 'openid office wallet');
        expect((await call(acting.accessToken, '/admin/api/certificates')).status).toBe(200);
        const to = { unit: 'wenzhou', roles: ['approver' as const] };
        const said = { account, reason: 'reorganised', context };
        if (act === 'end') await posts.end({ ...said, post });
        else if (act === 'move') await posts.move({ ...said, post, to });
        else await posts.leave(said);

        for (const path of ['/admin/api/me', '/admin/api/certificates'])
          expect([path, (await call(acting.accessToken, path)).status]).toEqual([path, 401]);
        await expect(userInfo(portal, acting)).rejects.toThrow();
        expect((await call(own.accessToken, '/wallet/api/me')).status).toBe(200);
        // The browser she was in office with is signed out; the old post is no choice any more.
        const page = await acting.session.open(`${app.baseUrl}/account`);
        expect(page.html).toContain('/sign-in"');
        const [there] = await app.core.officials.capacities.of(account, []);
        expect(there?.ref).not.toBe(ref);
        const again = await enter('wang', 'openid office', there?.ref, passkey);
        expect(again.pages.includes('capacity')).toBe(act === 'move');
        if (act === 'move') {
          expect((await call(again.accessToken, '/admin/api/me')).body).toMatchObject({
            capacity: { unit: { id: 'wenzhou', region: '330300' }, roles: ['approver'] },
          });
          await posts.leave(said);
        }
      },
    );

    it('with a token for a town of 330683 reads nothing of 330681 (GRS-2), and being an administrator shows a passkey', async () => {
      const accounts = [people.get('wang')!.id, people.get('petrov')!.id] as const;
      await app.core.officials.administrators.found({ accounts, unit: 'shaoxing-shengzhou' });
      const [security] = await app.core.officials.capacities.of(accounts[1], []);
      const acting = await enter('petrov', 'openid office', security!.ref, await passkeyOf('petrov'));
      expect(acting.pages).toEqual(['sign-in', 'capacity', 'passkey', 'consent']);
      expect(await userInfo(portal, acting)).toMatchObject({ unit: { region: '330683' } });
      const posts = async (unit: string) =>
        (await call(acting.accessToken, `/admin/api/posts?unit=${unit}`)).status;
      const asked = ['shengzhou-ganlin', 'zhuji-fengqiao', 'shaoxing-zhuji', 'shaoxing'];
      expect(await Promise.all(asked.map(posts))).toEqual([200, 403, 403, 403]);
    });
  });
});
