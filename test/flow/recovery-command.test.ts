import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Portal, signInPortal, userInfo } from '../../src/tour/sign-in-portal.ts';
import { jsonOf, type OwnServer, ownServer } from './own-server.ts';

let own: OwnServer;
beforeAll(async () => {
  own = await ownServer();
  await own.server.start();
}, 60_000);
afterAll(() => own.remove());

it('onecert person end-phone: tokens of a running server are dead when the command has answered (issue 4.2)', async () => {
  const { server } = own;
  const redirectUri = 'http://localhost:1/callback';
  const app = jsonOf<{ client_id: string; client_secret: string }>(
    await server.onecert('app', 'add', '--name', 'Portal', '--redirect', redirectUri, '--json'),
  );
  const { client_id: clientId, client_secret: clientSecret } = app;
  const portal: Portal = { clientId, clientSecret, baseUrl: server.baseUrl, redirectUri };
  const person = { loginName: '19900000001', password: own.passwordOf('lin') };
  const signedIn = await signInPortal(portal, person, 'openid profile');
  expect(await userInfo(portal, signedIn)).toHaveProperty('sub');
  const ended = jsonOf(await server.onecert('person', 'end-phone', 'lin', '--json'));
  expect(ended).toMatchObject({ ended: true });
  await expect(userInfo(portal, signedIn)).rejects.toThrow();
  // The phone names nobody any more.
  await expect(signInPortal(portal, person, 'openid profile')).rejects.toThrow(/sign-in stopped/);
  const byDocument = { ...person, loginName: '34010419900618960X' };
  expect((await signInPortal(portal, byDocument, 'openid profile')).subject).toBe(signedIn.subject);
}, 60_000);
