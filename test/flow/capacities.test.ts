import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Account } from '../../src/accounts/index.ts';
import { type Portal, signInPortal, userInfo } from '../../src/tour/sign-in-portal.ts';
import { type RunningApp, startApp } from './start-app.ts';

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
      name: 'Portal',
      redirectUris: [redirectUri],
      scopes: ['openid', 'profile', 'office', 'wallet', 'driving_licence', `item:${item}`],
      type: 'confidential',
    });
    portal = { baseUrl: app.baseUrl, clientId, clientSecret: clientSecret!, redirectUri };
    for (const id of ['ouyang', 'lin', 'wang']) people.set(id, (await app.core.samplePerson(id))!);
  }, 60_000);
  afterAll(() => app.stop());

  const enter = (id: string, asked: string, capacity?: string) =>
    signInPortal(
      portal,
      {
        loginName: people.get(id)!.documentNumber,
        password: app.passwordOf(id),
        async readCode() {
          const [newest] = await app.core.smsOutbox!.messages();
          return /\d{6}/.exec(newest!.text)![0];
        },
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
    for (const path of ['/wallet/api/certificates', `/portal/items/${item}`]) {
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

  it('an official takes a second factor into her office, and leaves it within the minute her post ends', async () => {
    const { posts, capacities } = app.core.officials;
    const account = people.get('wang')!.id;
    const post = await posts.appoint({
      account,
      unit: 'zj-police',
      roles: ['issuer_clerk'],
      context: { actor: 'cli' },
    });
    const [office] = await capacities.of(account, []);
    const acting = await enter('wang', 'openid office', office!.ref);
    expect(acting.pages).toEqual(['sign-in', 'capacity', 'own-sms-send', 'own-sms', 'consent']);
    expect((await call(acting.accessToken, '/admin/api/me')).body).toMatchObject({
      capacity: { roles: ['issuer_clerk'] },
    });
    const own = await enter('wang', 'openid office wallet');
    expect((await call(own.accessToken, '/admin/api/me')).body.code).toBe('wrong_capacity');
    expect(own.subject).not.toBe(acting.subject);

    await posts.end({ account, post: post.id, reason: 'moved', context: { actor: 'cli' } });
    expect((await call(acting.accessToken, '/admin/api/me')).status).toBe(401);
    // Her own affairs go on.
    expect((await call(own.accessToken, '/wallet/api/me')).status).toBe(200);
  });
});
