import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Portal, signInPortal } from '../../src/tour/sign-in-portal.ts';
import { jsonOf, type OwnServer, ownServer } from './own-server.ts';

describe('two processes on one store: the server, and the command line that ends a post (ZZD-2)', () => {
  let own: OwnServer;
  let portal: Portal;
  const official = (...args: string[]) => own.server.onecert('official', ...args, '--json');

  beforeAll(async () => {
    own = await ownServer();
    await own.server.start();
    const redirectUri = 'http://localhost:1/callback';
    const added = await own.server.onecert(
      ...['app', 'add', '--name', 'Office', '--redirect', redirectUri, '--scope', 'office', '--json'],
    );
    const { client_id, client_secret } = jsonOf<Record<'client_id' | 'client_secret', string>>(added);
    const { baseUrl } = own.server;
    portal = { baseUrl, clientId: client_id, clientSecret: client_secret, redirectUri };
  }, 60_000);
  afterAll(() => own.remove());

  const enter = (capacity: string) =>
    signInPortal(
      portal,
      {
        loginName: '330402197907309712',
        password: own.passwordOf('zhao'),
        async readCode() {
          const outbox = await fetch(`${own.server.baseUrl}/dev/outbox?lang=zh`).then((res) => res.text());
          return /验证码 (\d{6})/.exec(outbox)![1]!;
        },
      },
      'openid office',
      { capacity },
    );
  const me = async (token: string) => {
    const answer = await fetch(`${own.server.baseUrl}/admin/api/me`, {
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
    });
    return answer.status;
  };

  it('the clerk of the sample signs in with password and text message, and is moved: her token is dead in the other process', async () => {
    const posts = jsonOf<{ id: string; unit: string; roles: string[] }[]>(await official('list'));
    const clerk = posts.find(({ roles }) => roles.includes('issuer_clerk'))!;
    const { accessToken, pages } = await enter(`o:${clerk.id}`);
    expect(pages).toEqual(['sign-in', 'capacity', 'own-sms-send', 'own-sms', 'consent']);
    expect(await me(accessToken)).toBe(200);
    jsonOf(await official('move', 'zhao', clerk.id, '--unit', 'wenzhou', '--role', 'issuer_clerk'));
    expect(await me(accessToken)).toBe(401);
  }, 60_000);

  it('a restart gives back no post that was ended: the sample is loaded once', async () => {
    expect(jsonOf<unknown[]>(await official('leave', 'zhao'))).toHaveLength(1);
    await own.server.stop();
    await own.server.start();
    const posts = jsonOf<{ unit: string }[]>(await official('list'));
    expect(posts.map(({ unit }) => unit).sort()).toEqual(['shaoxing', 'zj-police']);
  }, 60_000);
});
