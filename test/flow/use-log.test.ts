/** ZLB-6: the use log in the wallet, "stop", and what changed since she last opened it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Account } from '../../src/accounts/index.ts';
import { type Portal, signInPortal } from '../../src/tour/sign-in-portal.ts';
import { type RunningApp, startApp } from './start-app.ts';

const context = { actor: 'cli' };
/** Of config/sample/guardians.csv. */
const child = { kind: '111', number: '320102201308049227', name: '潘玲英' };

interface Use {
  id: string;
  act: { zh: string };
  about?: { zh: string };
  who: { zh: string };
  fields: { zh: string }[];
  result: string;
  offline: boolean;
  stop?: { kind: string; id: string };
  ask?: { kind: string; id: string };
}

describe('the use log and the changes in the wallet', () => {
  let app: RunningApp;
  let wallet: Portal;
  let other: Portal;
  let zhou: Account;
  let token: string;

  beforeAll(async () => {
    app = await startApp();
    const redirectUri = 'http://localhost:1/callback';
    const add = async (client_name: string, scope: string): Promise<Portal> => {
      const added = await app.core.apps.add({ client_name, redirect_uris: [redirectUri], scope });
      const { clientId, clientSecret } = added;
      return { baseUrl: app.baseUrl, clientId, clientSecret: clientSecret!, redirectUri };
    };
    wallet = await add('Another wallet', 'openid wallet');
    other = await add('Tea shop', 'openid profile');
    zhou = (await app.core.samplePerson('zhou'))!;
    token = (await enter(wallet, 'zhou', 'openid wallet')).accessToken;
  }, 90_000);
  afterAll(() => app.stop());

  const enter = async (portal: Portal, id: string, scope: string) => {
    const { documentNumber: loginName } = (await app.core.samplePerson(id))!;
    return signInPortal(portal, { loginName, password: app.passwordOf(id) }, scope);
  };
  const call = async (path: string, body?: unknown, by = token) => {
    const answer = await fetch(`${app.baseUrl}/wallet/api${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${by}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  };
  const uses = async (): Promise<Use[]> => (await call('/uses')).body.uses;

  it('ZLB-6 a use stands there as soon as it happened: who, what, which fields, and what was refused', async () => {
    const certificate = await app.core.credentials.ensureCertificate(zhou, 'driving_licence', context);
    await app.core.audit.append({
      action: 'certificate.opened_by_official',
      actor: `account:${(await app.core.samplePerson('zhao'))!.id}`,
      subject: zhou.id,
      object: certificate.id,
      fields: ['name', 'class'],
      result: 'refused',
      details: { purpose: 'check_before_act', unit: 'zj-police', offline: true },
    });
    const [newest] = await uses();
    expect(newest).toMatchObject({
      about: { zh: '机动车驾驶证' },
      who: { zh: expect.stringContaining('公安') },
      why: { zh: '办理前核对' },
      result: 'refused',
      offline: true,
      ask: { kind: 'unit', id: 'zj-police' },
    });
    expect(newest!.fields.map(({ zh }) => zh)).toContain('姓名');
    const whole = JSON.stringify(await uses());
    for (const value of [zhou.name, zhou.documentNumber, ...Object.values(certificate.fields).map(String)])
      if (value.length > 3) expect(whole).not.toContain(value);
  });

  it('ZLB-6 "stop" ends an app’s permission and its tokens, once', async () => {
    const shop = await enter(other, 'zhou', 'openid profile');
    const entered = (await uses()).find(({ stop }) => stop?.id === other.clientId)!;
    expect(entered).toMatchObject({
      stop: { kind: 'app', name: { zh: 'Tea shop' } },
      ask: { kind: 'app', id: other.clientId },
    });
    const stop = { kind: entered.stop!.kind, id: entered.stop!.id };
    expect((await call('/uses/stop', stop)).body).toEqual({ stopped: true });
    const info = await fetch(`${app.baseUrl}/me`, {
      headers: { authorization: `Bearer ${shop.accessToken}` },
    });
    expect(info.status).toBe(401);
    expect((await uses()).some((one) => one.stop?.id === other.clientId)).toBe(false);
    expect((await call('/uses/stop', stop)).status).toBe(404);
    const [last] = await uses();
    expect(last!.act.zh).toBe('撤回授权');
  });

  it('ZLB-6 "stop" ends a relative who looked, from the entry of her look', async () => {
    const lin = (await enter(wallet, 'lin', 'openid wallet')).accessToken;
    const { kind, number } = { kind: zhou.documentKind, number: zhou.documentNumber };
    const link = (await call('/family/invitations', { kind, number }, lin)).body.id;
    await call(`/family/${link}/accept`, {});
    await call(`/family/${link}/certificates`, undefined, lin);
    const look = (await uses()).find(({ stop }) => stop?.kind === 'family')!;
    expect(look).toMatchObject({ stop: { id: link, name: { zh: '林**' } } });
    await call('/uses/stop', { kind: 'family', id: link });
    expect((await call(`/family/${link}/certificates`, undefined, lin)).body.code).toBe('family_link_over');
    // Nobody stops what is another's.
    const hers = (await call('/family/children', child, lin)).body.id;
    expect((await call('/uses/stop', { kind: 'family', id: hers })).status).toBe(404);
  });

  it('pages of it follow each other without a gap or a repetition', async () => {
    for (let i = 0; i < 60; i += 1)
      await app.core.audit.append({
        action: 'certificate.opened_by_holder',
        actor: `account:${zhou.id}`,
        subject: zhou.id,
        object: 'c_none',
        result: 'ok',
      });
    const first = (await call('/uses')).body;
    const second = (await call(`/uses?after=${encodeURIComponent(first.next)}`)).body;
    const ids = [...first.uses, ...second.uses].map(({ id }: Use) => id);
    expect([first.uses.length, new Set(ids).size]).toEqual([50, ids.length]);
    expect((await call('/uses?after=nonsense')).status).toBe(400);
  });

  it('tells what changed since it was last seen, in plain words, and never twice', async () => {
    const certificate = await app.core.credentials.ensureCertificate(zhou, 'driving_licence', context);
    await app.core.credentials.changeState(certificate.id, '02', 'under_investigation', context);
    const { changes, upTo } = (await call('/changes')).body;
    expect(changes[0]).toMatchObject({
      kind: 'state',
      text: { zh: '机动车驾驶证现为「暂扣」', en: 'Driving licence is now “Suspended”' },
      why: { zh: '涉嫌违法，正在调查' },
    });
    expect(changes.map(({ kind }: { kind: string }) => kind)).toEqual(
      expect.arrayContaining(['look', 'power']),
    );
    await call('/changes/seen', { upTo });
    expect((await call('/changes')).body.changes).toEqual([]);
    // An older phone of hers that says less does not bring it back.
    await call('/changes/seen', { upTo: 5 });
    expect((await call('/changes')).body.changes).toEqual([]);
    await app.core.credentials.changeState(certificate.id, '01', 'investigation_closed', context);
    expect((await call('/changes')).body.changes).toHaveLength(1);
    await app.core.personalData.closings.closeNow(zhou.id, context);
    expect((await call('/changes')).status).toBe(401);
  });
});
