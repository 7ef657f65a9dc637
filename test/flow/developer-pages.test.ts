import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Visitor, visitor } from './account-visitor.ts';
import { actOf, appoint, manifestOf } from './app-records.ts';
import { type RunningApp, startApp } from './start-app.ts';

const noticeOf = (text: string): string | undefined => /id="notice"><strong>([^<]*)/.exec(text)?.[1];

describe('the pages of developers and reviewers', () => {
  let app: RunningApp;
  let id: string;
  const at = async (who: string): Promise<Visitor> => {
    const { documentNumber: loginName } = (await app.core.samplePerson(who))!;
    return visitor(app, { loginName, password: app.passwordOf(who) });
  };
  beforeAll(async () => {
    app = await startApp();
    await appoint(app, 'zhou', 'zj-government', ['app_reviewer']);
    const manifest = manifestOf('Paper', { name: { zh: '<b>助手</b>', en: '<img src=x>' } }) as never;
    const act = await actOf(app, 'zhao');
    ({ id } = await app.core.appRecords.register(act, { owner: 'unit:zj-police', manifest }));
  }, 60_000);
  afterAll(() => app.stop());

  it('security (c) 28 an app is there for its maintainers alone, and its name is text', async () => {
    const own = await (await at('zhao')).open(`/account/developer-app?id=${id}`);
    expect([own.status, own.text.includes('&lt;b&gt;助手')]).toEqual([200, true]);
    expect(own.text).not.toContain('<b>助手');
    const jin = await at('jin');
    for (const page of ['developer-app', 'developer-app-check', 'developer-app-manifest'])
      expect([page, (await jin.open(`/account/${page}?id=${id}`)).status]).toEqual([page, 404]);
    const lin = await at('lin');
    expect((await lin.open('/account/developer-apps')).text).toContain('登记应用须是单位工作人员');
    expect((await lin.open('/account/app-reviews')).text).toContain('您没有应用审核的岗位');
    expect((await lin.open(`/account/app-review?id=${id}`)).status).toBe(404);
  });

  it('an act asks for a second factor that was not shown, keeps what was typed, and goes on with it', async () => {
    const zhao = await at('zhao');
    const form = await zhao.open('/account/developer-app-manifest');
    const manifest = JSON.stringify(manifestOf('Typed'));
    const asked = await zhao.submit(form, '/register', { owner: 'unit:zj-police', manifest });
    expect(new URL(asked.url).pathname).toContain('/interaction/');
    const done = await zhao.prove(asked);
    expect([done.status, new URL(done.url).pathname]).toEqual([200, '/account/developer-app']);
    expect(done.text).toContain('Typed助手');
  });

  it('a form of another session, or without its token, changes nothing', async () => {
    const zhao = await at('zhao');
    const own = await zhao.open(`/account/developer-app?id=${id}`);
    const refused = await zhao.submit(own, '/retire?id='.concat(id), { csrf: 'x' });
    expect([refused.status, noticeOf(refused.text)]).toEqual([403, '页面已过期。']);
    const act = await actOf(app, 'zhao');
    expect((await app.core.appRecords.get(act, id)).state).toBe('draft');
  });

  it('whoever has one factor only is told to add another, and nothing is done', async () => {
    const post = await appoint(app, 'ouyang', 'zj-police', ['issuer_clerk']);
    const ouyang = (await app.core.samplePerson('ouyang'))!;
    await app.core.accounts.authenticators.endPhone(ouyang.id, 'system');
    const there = await at('ouyang');
    const list = await there.open('/account/developer-apps');
    expect(list.text).toContain('请先添加动态口令或通行密钥');
    const form = await there.open('/account/developer-app-manifest');
    const manifest = JSON.stringify(manifestOf('Single'));
    const told = await there.submit(form, '/register', { owner: 'unit:zj-police', manifest });
    expect([told.status, noticeOf(told.text)]).toEqual([403, expect.stringContaining('双重验证')]);
    expect(await app.core.appRecords.mine({ accountId: ouyang.id })).toEqual([]);
    expect(post).toMatch(/^po_/);
  });
});
