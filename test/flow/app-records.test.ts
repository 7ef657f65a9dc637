import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { actOf, appoint, mailedCode, manifestOf, openApi } from './app-records.ts';
import { type RunningApp, startApp } from './start-app.ts';

type Api = Awaited<ReturnType<typeof openApi>>;
type Body = Record<string, unknown>;

const owner = 'unit:zj-police';
/** 赵立新 and 金丽华 work at the police; 周慧敏 reviews for the province, 欧阳文博 for Shaoxing alone. */
const reviewer = { person: 'zhou', office: true };

describe('the registry of apps', () => {
  let app: RunningApp;
  let api: Api;
  let moved = 0;
  beforeAll(async () => {
    app = await startApp({}, { clock: { now: () => Date.now() + moved } });
    await appoint(app, 'zhou', 'zj-government', ['app_reviewer']);
    await appoint(app, 'ouyang', 'shaoxing', ['app_reviewer']);
    api = await openApi(app);
  }, 90_000);
  afterAll(() => app.stop());

  let made = 0;
  const nextName = (): string => {
    made += 1;
    // Two names that differ in I and L, or O and 0, are one to the registry.
    return `Kite${[...made.toString(8)].map((digit) => 'ABCDEFGH'[Number(digit)]).join('')}`;
  };
  const register = async (over: Body = {}) => {
    const answer = await api.call('zhao', 'POST', '/apps', { owner, manifest: manifestOf(nextName(), over) });
    expect([answer.status, answer.body.state]).toEqual([201, 'draft']);
    return String(answer.body.id);
  };
  const post = (id: string, act: string, body: Body = {}, who = 'zhao') =>
    api.call(who, 'POST', `/apps/${id}/${act}`, body);
  const tested = async (over: Body = {}) => {
    const id = await register(over);
    await post(id, 'contacts/code', { contact: 'apps@police.example.test' });
    await post(id, 'contacts/confirm', { code: await mailedCode(app) });
    const { invitation } = (await post(id, 'invite')).body;
    expect((await api.call('jin', 'POST', '/apps/join', { invitation })).status).toBe(200);
    expect((await post(id, 'confirm-tested')).body.state).toBe('tested');
    return id;
  };
  const reviewOf = async (id: string) =>
    String(((await api.call('zhao', 'GET', `/apps/${id}`)).body.review as Body).id);
  const decide = async (id: string, decision: Body, who: typeof reviewer = reviewer) =>
    api.call(who, 'POST', `/reviews/${id}/decision`, { review: await reviewOf(id), ...decision });
  const listed = async (over: Body = {}) => {
    const id = await tested(over);
    expect((await post(id, 'ask-for-listing')).status).toBe(200);
    const answer = await decide(id, { decision: 'approve' });
    expect([answer.status, answer.body.state]).toEqual([200, 'listed']);
    return { id, clientId: String(answer.body.client_id) };
  };

  it('ZZD-3 ZZD-4 an app goes from its manifest to the list, by two maintainers, a check and a reviewer, each step audited and mailed', async () => {
    const id = await register();
    const early = await post(id, 'ask-for-listing');
    expect([early.status, early.body.code]).toEqual([409, 'app_not_ready']);
    expect((early.body.faults as Body[]).map(({ path }) => path)).toEqual(['contacts', 'maintainers']);

    expect((await post(id, 'contacts/code', { contact: 'apps@police.example.test' })).status).toBe(204);
    expect((await post(id, 'contacts/confirm', { code: 'AAAA-BBBB-CCCC' })).status).toBe(400);
    expect((await post(id, 'contacts/confirm', { code: await mailedCode(app) })).status).toBe(200);
    const { invitation } = (await post(id, 'invite')).body;
    expect((await api.call('jin', 'POST', '/apps/join', { invitation })).status).toBe(200);
    expect((await post(id, 'confirm-tested')).body.state).toBe('tested');
    const asked = await post(id, 'ask-for-listing', {}, 'jin');
    expect(asked.status).toBe(200);
    expect(asked.body.scopes).toEqual(['document', 'item:driving-licence-renewal', 'openid', 'profile']);

    const { waiting } = (await api.call(reviewer, 'GET', '/reviews')).body;
    expect((waiting as Body[]).map((one) => one.id)).toContain(id);
    const read = await api.call(reviewer, 'GET', `/reviews/${id}`);
    expect((read.body.review as { report: Body[] }).report.map(({ check }) => check)).toContain('tls');
    const answer = await decide(id, { decision: 'approve' });
    expect([answer.status, answer.body.state, answer.body.registry_state]).toEqual([200, 'listed', 'listed']);

    const client = (await app.core.apps.get(String(answer.body.client_id)))!;
    expect(client).toMatchObject({
      source: 'developer',
      state: 'listed',
      firstParty: false,
      profile: 'standard',
    });
    expect(client.metadata.scope).toBe('document item:driving-licence-renewal openid profile');
    const acts = (await app.core.audit.about((await actOf(app, 'zhao')).accountId)).map(
      ({ action }) => action,
    );
    expect(acts).toEqual(expect.arrayContaining(['app_record.registered', 'app_record.tested']));
    const byReviewer = await app.core.audit.about((await actOf(app, 'zhou')).accountId);
    expect(byReviewer.map(({ action }) => action)).toContain('app_record.listed');
    const [newest] = await app.core.mailOutbox!.mails();
    expect([newest?.to, newest?.text]).toEqual([
      'apps@police.example.test',
      expect.stringContaining(`/account/developer-app?id=${id}`),
    ]);
    expect(newest?.text).not.toMatch(/赵|金丽|周/);
  });

  it('ZZD-3 suspends, resumes and retires in the login’s registry too, with reasons, and nothing comes back from retirement', async () => {
    const { id, clientId } = await listed();
    const to = (state: string, reason?: string) =>
      api.call(reviewer, 'POST', `/reviews/${id}/state`, { to: state, reason });
    const registry = async () => (await app.core.apps.get(clientId))?.state;
    expect((await to('suspend')).status).toBe(400);
    expect((await to('suspend', '回调地址被篡改')).body.state).toBe('suspended');
    expect(await registry()).toBe('suspended');
    expect(await app.core.oidc.provider.Client.find(clientId)).toBeUndefined();
    const { history } = (await api.call('jin', 'GET', `/apps/${id}`)).body;
    expect((history as Body[]).at(-1)).toMatchObject({ act: 'suspended', reason: '回调地址被篡改' });
    expect((await to('suspend', 'again')).body.code).toBe('app_state');
    expect((await to('resume', '已修复')).body.state).toBe('listed');
    expect(await registry()).toBe('listed');
    expect((await post(id, 'retire')).body.state).toBe('retired');
    expect(await registry()).toBe('retired');
    for (const state of ['resume', 'suspend', 'retire'])
      expect((await to(state, 'back')).body.code).toBe('app_state');
  });

  it('sends an app back with reasons, and lists it later', async () => {
    const id = await tested();
    await post(id, 'ask-for-listing');
    expect((await decide(id, { decision: 'send_back' })).status).toBe(400);
    const back = await decide(id, { decision: 'send_back', reason: '请补充隐私政策' });
    expect([back.status, back.body.state, back.body.review]).toEqual([200, 'tested', undefined]);
    expect((await post(id, 'ask-for-listing')).status).toBe(200);
    expect((await decide(id, { decision: 'approve' })).body.state).toBe('listed');
  });

  it('four eyes: whoever maintains an app, or has maintained it, never reviews it', async () => {
    const post = await appoint(app, 'jin', 'zj-government', ['app_reviewer']);
    try {
      const id = await tested();
      await api.call('zhao', 'POST', `/apps/${id}/ask-for-listing`, {});
      const { accountId } = await actOf(app, 'jin');
      const review = await reviewOf(id);
      const decision = { review, decision: 'approve' } as const;
      const { reviews } = app.core.appRecords;
      await expect(reviews.decide({ accountId }, id, decision)).rejects.toMatchObject({ code: 'own_app' });
      await app.core.appRecords.removeMaintainer({ accountId }, id, accountId);
      await expect(reviews.decide({ accountId }, id, decision)).rejects.toMatchObject({ code: 'own_app' });
      await expect(reviews.setState({ accountId }, id, { to: 'retire', reason: 'x' })).rejects.toMatchObject({
        code: 'own_app',
      });
    } finally {
      const { accountId: account } = await actOf(app, 'jin');
      await app.core.officials.posts.end({ account, post, reason: 'moved', context: { actor: 'cli' } });
    }
  });

  it('security (c) 28 maintainers of one app, citizens and reviewers elsewhere learn nothing of another', async () => {
    const id = await register();
    const jin = { accountId: (await actOf(app, 'jin')).accountId };
    const shaoxing = { person: 'ouyang', office: true };
    const paths: [string, string, Body?][] = [
      ['GET', `/apps/${id}`],
      ['PUT', `/apps/${id}/manifest`, { manifest: manifestOf('Stolen') }],
      ['GET', `/apps/${id}/check`],
      ['POST', `/apps/${id}/confirm-tested`, {}],
      ['POST', `/apps/${id}/ask-for-listing`, {}],
      ['POST', `/apps/${id}/invite`, {}],
      ['POST', `/apps/${id}/try`, {}],
      ['POST', `/apps/${id}/retire`, {}],
      ['POST', `/apps/${id}/secrets`, {}],
      ['DELETE', `/apps/${id}/secrets/abc`],
      ['DELETE', `/apps/${id}/maintainers/${jin.accountId}`],
      ['POST', `/apps/${id}/contacts/code`, { contact: 'apps@police.example.test' }],
    ];
    for (const who of ['jin', 'lin'])
      for (const [method, path, body] of paths)
        expect([path, (await api.call(who, method, path, body)).status]).toEqual([path, 404]);
    for (const [method, path, body] of [
      ['GET', `/reviews/${id}`],
      ['POST', `/reviews/${id}/state`, { to: 'retire', reason: 'x' }],
    ] as [string, string, Body?][])
      expect([path, (await api.call(shaoxing, method, path, body)).status]).toEqual([path, 404]);
    expect((await api.call('zhao', 'GET', '/reviews')).status).toBe(403);
    expect((await api.call('lin', 'POST', '/apps', { owner, manifest: manifestOf('Mine') })).status).toBe(
      403,
    );
    expect((await api.call(shaoxing, 'GET', '/apps')).body.code).toBe('wrong_capacity');
    expect((await api.call('zhao', 'GET', `/apps/${id}`)).body.state).toBe('draft');
  });

  it('asks for two factors', async () => {
    const answer = await api.call({ person: 'wang', strong: false }, 'GET', '/apps');
    expect([answer.status, answer.body.code]).toEqual([403, 'second_factor_needed']);
  });

  it('an invitation works once, for somebody of the same unit, and ends with the next', async () => {
    const id = await register();
    const first = (await post(id, 'invite')).body.invitation;
    const second = (await post(id, 'invite')).body.invitation;
    const join = (who: string, invitation: unknown) => api.call(who, 'POST', '/apps/join', { invitation });
    expect((await join('jin', first)).status).toBe(404);
    expect((await join('lin', second)).status).toBe(404);
    expect((await join('jin', second)).status).toBe(200);
    expect((await join('jin', second)).status).toBe(404);
    const { accountId } = await actOf(app, 'zhao');
    expect((await api.call('jin', 'DELETE', `/apps/${id}/maintainers/${accountId}`)).status).toBe(204);
    expect((await api.call('zhao', 'GET', `/apps/${id}`)).status).toBe(404);
  });

  it('a maintainer who leaves the unit is none any more, and no app is listed by one alone', async () => {
    const unit = 'jinhua';
    const posts = [
      await appoint(app, 'wu', unit, ['issuer_clerk']),
      await appoint(app, 'gu', unit, ['issuer_clerk']),
    ];
    const wu = await actOf(app, 'wu');
    const gu = await actOf(app, 'gu');
    const { appRecords } = app.core;
    const manifest = manifestOf(nextName()) as never;
    const { id } = await appRecords.register(wu, { owner: `unit:${unit}`, manifest });
    await appRecords.join(gu, await appRecords.invite(wu, id));
    const context = { actor: 'cli' };
    await app.core.officials.posts.end({ account: gu.accountId, post: posts[1]!, reason: 'left', context });
    await expect(appRecords.get(gu, id)).rejects.toMatchObject({ code: 'not_found' });
    const report = await appRecords.check(wu, id);
    expect(report.find(({ check }) => check === 'maintainers')?.result).toBe('fail');
    await app.core.officials.posts.end({ account: wu.accountId, post: posts[0]!, reason: 'left', context });
    expect(await appRecords.mine(wu)).toEqual([]);

    // Nobody is left: a reviewer lets another one of the unit take it over, and no one else.
    const { invitation } = (await api.call(reviewer, 'POST', `/reviews/${id}/invite`, {})).body;
    expect((await api.call('zhao', 'POST', '/apps/join', { invitation })).status).toBe(404);
    await appoint(app, 'petrov', unit, ['issuer_clerk']);
    const petrov = await actOf(app, 'petrov');
    expect((await appRecords.join(petrov, String(invitation))).state).toBe('draft');
  });

  it('secrets are shown once, two at a time, and one can be ended', async () => {
    const metadata = { redirect_uris: ['test.example.vault:/cb'], application_type: 'native' };
    const { id } = await listed({ metadata });
    const first = await post(id, 'secrets');
    expect([first.status, first.body.client_secret]).toEqual([201, expect.stringMatching(/^[\w-]{43}$/)]);
    expect((await post(id, 'secrets', {}, 'jin')).status).toBe(201);
    expect((await post(id, 'secrets')).status).toBe(409);
    const { secrets } = (await api.call('zhao', 'GET', `/apps/${id}`)).body;
    expect(JSON.stringify(secrets)).not.toContain(String(first.body.client_secret));
    const [{ id: secret }] = secrets as [Body];
    expect((await api.call('zhao', 'DELETE', `/apps/${id}/secrets/${secret}`)).status).toBe(204);
    expect((await post(id, 'secrets')).status).toBe(201);
  });

  it('of a listed app what people are shown changes at once, and all else goes through review again', async () => {
    const name = nextName();
    const { id, clientId } = await listed(manifestOf(name));
    const manifest = manifestOf(name);
    const change = (over: Body) =>
      api.call('zhao', 'PUT', `/apps/${id}/manifest`, { manifest: { ...manifest, ...over } });
    const policy = { ...manifest.metadata, policy_uri: 'https://police.example.test/privacy' };
    expect((await change({ metadata: policy })).body.review).toBeUndefined();
    expect((await app.core.apps.get(clientId))?.metadata.policy_uri).toBe(policy.policy_uri);

    const items = ['driving-licence-renewal', 'driving-licence-replacement'];
    const asked = await change({ metadata: policy, items });
    expect([asked.status, (asked.body.review as Body).kind]).toEqual([200, 'change']);
    expect((await app.core.apps.get(clientId))?.metadata.scope).not.toContain('replacement');
    expect((await change({ metadata: policy })).body.code).toBe('app_state');
    expect((await decide(id, { decision: 'approve' })).body.state).toBe('listed');
    expect((await app.core.apps.get(clientId))?.metadata.scope).toContain('item:driving-licence-replacement');
  });

  it('a reviewer approves only what she has read', async () => {
    const id = await tested();
    await post(id, 'ask-for-listing');
    const seen = await reviewOf(id);
    await post(id, 'take-back');
    await post(id, 'ask-for-listing');
    const decision = { review: seen, decision: 'approve' };
    expect((await api.call(reviewer, 'POST', `/reviews/${id}/decision`, decision)).body.code).toBe(
      'conflict',
    );
  });

  it('of many decisions at once one counts, and the app is listed once', async () => {
    const id = await tested();
    await post(id, 'ask-for-listing');
    const decision = { review: await reviewOf(id), decision: 'approve' as const };
    const act = await actOf(app, 'zhou');
    const { reviews } = app.core.appRecords;
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => reviews.decide(act, id, decision)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const acts = (await app.core.audit.about(act.accountId)).filter(
      ({ action, object }) => action === 'app_record.listed' && object === `app_record:${id}`,
    );
    expect(acts).toHaveLength(1);
  });

  it('finishes what was decided when a crash came before it was carried out', async () => {
    const { id, clientId } = await listed();
    const { setState } = app.core.apps;
    app.core.apps.setState = () => Promise.reject(new Error('the store does not answer'));
    const change = { to: 'suspend', reason: 'x' };
    expect((await api.call(reviewer, 'POST', `/reviews/${id}/state`, change)).status).toBe(500);
    app.core.apps.setState = setState;
    expect((await app.core.apps.get(clientId))?.state).toBe('listed');
    // Whoever decided may still be at it.
    expect(await app.core.appRecords.finishPending()).toBe(0);
    moved += 31_000;
    expect(await app.core.appRecords.finishPending()).toBe(1);
    expect((await app.core.apps.get(clientId))?.state).toBe('suspended');
    expect(await app.core.appRecords.finishPending()).toBe(0);
  });

  it.each([
    ['an unknown member', { firstParty: true }, 'firstParty'],
    ['an operator of a database', { items: { $ne: null } }, 'items'],
    ['an unknown item', { items: ['no-such-item'] }, 'items'],
    ['a scope that no item asks for', { scope: 'openid phone' }, 'scope'],
    ['the wallet', { scope: 'wallet' }, 'scope'],
    ['a line break in the name', { name: { zh: '助手\r\nBcc: a@b.test', en: 'x' } }, 'name.zh'],
    ['a direction mark in the name', { name: { zh: '助手\u202e', en: 'x' } }, 'name.zh'],
    [
      'a line break in the metadata',
      { metadata: { redirect_uris: ['a.b:/c'], client_uri: 'https://a.test/\r\n' } },
      'manifest',
    ],
    [
      'the client’s name inside the metadata',
      { metadata: { redirect_uris: ['a.b:/c'], client_name: '公安厅' } },
      'metadata',
    ],
    [
      'a member of ours',
      { metadata: { redirect_uris: ['https://a.example.test/c'], onecert_first_party: true } },
      'metadata',
    ],
    ['a script', { metadata: { redirect_uris: ['javascript:alert(1)'] } }, 'metadata'],
    ['no mailbox', { contacts: ['nobody'] }, 'contacts.0'],
    ['the name of another unit', { name: { zh: '浙江省市场监督管理局', en: 'Mine' } }, 'name'],
    ['the name of another app', { name: { zh: '我的账户', en: 'My account' } }, 'name'],
    [
      'the name of another app in letters that look alike',
      { name: { zh: '我的账户 Му', en: 'ассоunt' } },
      'name',
    ],
  ])('security (c) 27 28 refuses a manifest with %s', async (_what, over, path) => {
    const manifest = { ...manifestOf(nextName()), ...over };
    const answer = await api.call('zhao', 'POST', '/apps', { owner, manifest });
    expect([answer.status, answer.body.code]).toEqual([422, 'app_manifest_faulty']);
    expect((answer.body.faults as Body[])[0]?.path).toBe(path);
  });

  it('a unit may give its app its own name, and a member of the prototype stays outside', async () => {
    const name = { zh: '浙江省公安厅', en: 'Police of the test' };
    const body = JSON.stringify(manifestOf(nextName(), { name }));
    const manifest = JSON.parse(`{"__proto__":{"state":"listed"},${body.slice(1)}`);
    const answer = await api.call('zhao', 'POST', '/apps', { owner, manifest });
    expect([answer.status, answer.body.state]).toEqual([201, 'draft']);
  });

  it('names what was asked for beyond the items, in both languages', async () => {
    const answer = await api.call('zhao', 'POST', '/apps', {
      owner,
      manifest: manifestOf(nextName(), { scope: 'phone' }),
    });
    expect(answer.body.faults).toEqual([
      {
        path: 'scope',
        zh: '范围 phone 不是所列事项所需。',
        en: 'scope phone follows from none of your items.',
      },
    ]);
  });

  it('reads a manifest as YAML and JSON, and refuses aliases and what is no manifest', async () => {
    const yaml = (name: string) => `name: { zh: ${name}, en: ${name} }
items: [driving-licence-renewal]
contacts: [apps@police.example.test]
data_class: important
metadata:
  redirect_uris: ['https://yaml.example.test/callback']
`;
    const send = (manifest: string) => api.call('zhao', 'POST', '/apps', { owner, manifest });
    expect((await send(yaml(nextName()))).status).toBe(201);
    expect((await send(JSON.stringify(manifestOf(nextName())))).status).toBe(201);
    for (const bad of ['a: &x [1]\nb: *x\n', '- 1\n', 'name: [', '', 'x'.repeat(65_537)])
      expect([400, 422]).toContain((await send(bad)).status);
  });

  it('ZZD-5 lists who may ask people for what, by unit and by app, as JSON and as a table no program runs', async () => {
    const { id, clientId } = await listed({
      name: { zh: '=1+1助手', en: 'Sum helper' },
      metadata: { application_type: 'native', redirect_uris: ['test.example.sum:/cb'] },
    });
    await post(id, 'secrets');
    const byApp = await api.call('zhao', 'GET', `/access?app=${clientId}`);
    expect(byApp.body.access).toEqual([
      expect.objectContaining({
        app: clientId,
        owner,
        state: 'listed',
        registry_state: 'listed',
        items: ['driving-licence-renewal'],
        scopes: ['document', 'item:driving-licence-renewal', 'openid', 'profile'],
        maintainers: ['赵**', '金**'],
        secrets: [expect.stringMatching(/: 0 d$/)],
      }),
    ]);
    const csv = await api.call('jin', 'GET', `/access?owner=${owner}&format=csv`);
    expect(csv.headers.get('content-type')).toContain('text/csv');
    const bytes = csv.text;
    expect(bytes).toContain(`"'=1+1助手 Sum helper"`);
    expect(bytes).not.toMatch(/(^|,)"?[=+@-]/m);
    expect((await api.call('lin', 'GET', `/access?owner=${owner}`)).body.access).toEqual([]);
    expect((await api.call('zhao', 'GET', '/access?owner[$ne]=x')).status).toBe(400);
    const all = await app.core.appRecords.exportAll({});
    expect(all.map((line) => line.app)).toEqual(expect.arrayContaining([clientId, 'onecert-wallet']));
  });
});
