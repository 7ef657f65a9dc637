import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { signInPortal, userInfo } from '../../src/tour/sign-in-portal.ts';
import { type RunningApp, startApp } from './start-app.ts';

const hour = 3_600;

describe('legacy_user_id: the id an app’s old login knew a person by (NET-6)', () => {
  let app: RunningApp;
  let moved = 0;
  beforeAll(async () => {
    app = await startApp({}, { clock: { now: () => Date.now() + moved } });
  }, 90_000);
  afterAll(() => app.stop());

  it('is told to that app alone, in ID token and userinfo, until its day, and lies sealed in the store', async () => {
    const redirectUri = 'http://localhost:1/callback';
    const addPortal = async (name: string) => {
      const added = await app.core.apps.add({
        client_name: name,
        redirect_uris: [redirectUri],
        scope: 'openid profile',
      });
      return {
        baseUrl: app.baseUrl,
        clientId: added.clientId,
        clientSecret: added.clientSecret!,
        redirectUri,
      };
    };
    const mine = await addPortal('搬迁的应用');
    const theirs = await addPortal('别的应用');
    const lin = (await app.core.samplePerson('lin'))!;
    const until = Math.floor(Date.now() / 1000) + hour;
    const csv = Buffer.from(
      [
        'document_kind,document_number,legacy_user_id',
        `111,${lin.documentNumber},OLD-USER-0042`,
        '111,110105194912310021,OLD-USER-0043',
        '111,,OLD-USER-0044',
        'one,"two',
      ].join('\n'),
    );
    const report = await app.core.legacyIds.import({ clientId: mine.clientId, csv, until }, 'cli');
    expect(report).toEqual({ imported: 1, withoutAccount: [3], faulty: [4, 5] });
    const again = await app.core.legacyIds.import({ clientId: mine.clientId, csv, until }, 'cli');
    expect(again.imported).toBe(1);

    const person = { loginName: lin.documentNumber, password: app.passwordOf('lin') };
    const idTokenOf = (signedIn: Awaited<ReturnType<typeof signInPortal>>) =>
      decodeJwt(signedIn.tokens.id_token!);
    const first = await signInPortal(mine, person, 'openid profile');
    expect(idTokenOf(first).legacy_user_id).toBe('OLD-USER-0042');
    expect((await userInfo(mine, first)).legacy_user_id).toBe('OLD-USER-0042');
    const foreign = await signInPortal(theirs, person, 'openid profile');
    expect(idTokenOf(foreign)).not.toHaveProperty('legacy_user_id');
    expect(await userInfo(theirs, foreign)).not.toHaveProperty('legacy_user_id');
    const stored: string[] = [];
    for await (const line of app.core.storage.dump()) stored.push(line);
    expect(stored.join('\n')).not.toMatch(/OLD-USER|T0xELVVTRVI/);
    const exported = await app.core.personalData.exportData(lin.id, { actor: 'test' });
    expect(exported.old_app_ids).toMatchObject([{ app: mine.clientId, id: 'OLD-USER-0042' }]);
    moved = (hour + 1) * 1000;
    expect(await app.core.legacyIds.claimsOf(lin.id, mine.clientId)).toEqual({});
    const discovery = await fetch(`${app.baseUrl}/.well-known/openid-configuration`);
    const { claims_supported } = (await discovery.json()) as { claims_supported: string[] };
    expect(claims_supported).toContain('legacy_user_id');
  });
});
