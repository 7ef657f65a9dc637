/** What a holder asks of an office, from her wallet's API to the clerk's list and back (SHR-3). */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Register } from '../../src/credentials/index.ts';
import type { Role } from '../../src/officials/index.ts';
import { signInPortal } from '../../src/tour/sign-in-portal.ts';
import { openOfficeApi } from './office-api.ts';
import { type RunningApp, startApp } from './start-app.ts';

const context = { actor: 'cli' };
const secretWords = '我的地址写错了，应为解放路12号';

describe('objections and requests of holders', () => {
  let app: RunningApp;
  let api: ReturnType<typeof openOfficeApi>;
  const tokens = new Map<string, string>();
  let order = 0;

  beforeAll(async () => {
    app = await startApp();
    api = openOfficeApi(app);
    const redirectUri = 'http://localhost:1/callback';
    const { clientId, clientSecret } = await app.core.apps.add({
      client_name: 'Another wallet',
      redirect_uris: [redirectUri],
      scope: 'openid wallet',
    });
    const portal = { baseUrl: app.baseUrl, clientId, clientSecret: clientSecret!, redirectUri };
    for (const id of ['lin', 'zhou']) {
      const { documentNumber: loginName } = (await app.core.samplePerson(id))!;
      const entered = await signInPortal(
        portal,
        { loginName, password: app.passwordOf(id) },
        'openid wallet',
      );
      tokens.set(id, entered.accessToken);
    }
  }, 90_000);
  afterAll(() => app.stop());

  const official = async (unit: string, given: Role[]): Promise<string> => {
    order += 1;
    const { id } = await app.core.accounts.open({
      name: '测试人',
      documentKind: '414',
      documentNumber: `E${30_000_000 + order}`,
      proofingLevel: 2,
    });
    await app.core.officials.posts.appoint({ account: id, unit, roles: given, context });
    const [capacity] = await app.core.officials.capacities.of(id, []);
    api.callers.set(id, { accountId: id, capacity });
    return id;
  };
  const call = async (id: string, method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${app.baseUrl}/wallet/api/objections${path}`, {
      method,
      headers: { authorization: `Bearer ${tokens.get(id)}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  };
  const certificateOf = async (id: string, type = 'driving_licence') =>
    app.core.credentials.ensureCertificate((await app.core.samplePerson(id))!, type, context);
  const waiting = async (by: string) =>
    (await api.call(by, 'get', '/admin/api/objections')).body.objections as Record<string, unknown>[];
  const stateOf = async (id: string, objection: string) =>
    (await call(id, 'GET', '')).body.objections.find((one: { id: string }) => one.id === objection);

  it('SHR-3: a disputed field goes to its issuer alone, is corrected by two officials, and the holder sees the next version', async () => {
    const [clerk, approver] = [
      await official('zj-police', ['issuer_clerk']),
      await official('zj-police', ['approver']),
    ];
    const elsewhere = await official('zj-civil-affairs', ['issuer_clerk']);
    const certificate = await certificateOf('lin');
    const wrong = { kind: 'wrong_field', certificate: certificate.id, field: 'address', words: secretWords };
    const filed = await call('lin', 'POST', '', wrong);
    expect([filed.status, filed.body]).toMatchObject([
      201,
      { state: 'open', office: { zh: expect.stringContaining('公安') }, field: { zh: expect.any(String) } },
    ]);
    const { id } = filed.body;
    // The same again while it waits is the one that waits; another's certificate is not there.
    expect([
      (await call('lin', 'POST', '', wrong)).status,
      (await call('lin', 'POST', '', wrong)).body.id,
    ]).toEqual([200, id]);
    expect((await call('zhou', 'POST', '', wrong)).status).toBe(404);
    expect((await call('zhou', 'POST', `/${id}/withdraw`)).status).toBe(404);

    expect((await waiting(elsewhere)).length).toBe(0);
    expect((await api.call(elsewhere, 'get', `/admin/api/objections/${id}`)).status).toBe(404);
    const [line] = await waiting(clerk);
    expect(line).toMatchObject({ id, kind: 'wrong_field', person: '林**', underWay: false });
    expect(JSON.stringify(line)).not.toContain(secretWords);
    const read = await api.call(clerk, 'get', `/admin/api/objections/${id}`);
    expect(read.body.words).toBe(secretWords);

    const answer = (body: object) => api.call(clerk, 'post', `/admin/api/objections/${id}/answer`, body);
    // First the register, then the certificate.
    expect((await answer({ outcome: 'correct' })).body.code).toBe('nothing_to_renew');
    const at: Register = app.core.registers.get('driving-licences');
    const { find } = at;
    at.find = async (of) => {
      const found = await find(of);
      const rows = found.rows.map((row) => ({
        ...row,
        fields: { ...row.fields, address: '示例市解放路12号' },
      }));
      return { ...found, rows };
    };
    const correcting = await answer({ outcome: 'correct', text: '已更正登记' });
    expect([correcting.status, correcting.body.state]).toEqual([200, 'correcting']);
    expect(await stateOf('lin', id)).toMatchObject({ state: 'correcting', answer: '已更正登记' });
    expect((await waiting(clerk))[0]).toMatchObject({ underWay: true });
    expect((await answer({ outcome: 'refuse', reason: 'entry_is_right' })).body.code).toBe('conflict');
    await api.call(approver, 'post', `/admin/api/decisions/${correcting.body.decision}/approve`);
    at.find = find;

    const now = (await app.core.credentials.certificate(certificate.id))!;
    expect(now).toMatchObject({ operation: 'correction', previous: certificate.identifier });
    expect(await stateOf('lin', id)).toMatchObject({ state: 'corrected', correctedBy: now.identifier });
    expect(await waiting(clerk)).toEqual([]);
  }, 60_000);

  it('SHR-3: a correction that was not agreed to waits for another answer; a refusal gives its reason', async () => {
    const [clerk, approver] = [
      await official('zj-police', ['issuer_clerk']),
      await official('zj-police', ['approver']),
    ];
    const certificate = await certificateOf('lin', 'resident_id_card');
    const { id } = (
      await call('lin', 'POST', '', {
        kind: 'wrong_field',
        certificate: certificate.id,
        field: 'name',
        words: secretWords,
      })
    ).body;
    const at: Register = app.core.registers.get('resident-id-cards');
    const { find } = at;
    at.find = async (of) => {
      const found = await find(of);
      return {
        ...found,
        rows: found.rows.map((row) => ({ ...row, fields: { ...row.fields, address: '别处' } })),
      };
    };
    const path = `/admin/api/objections/${id}/answer`;
    const { decision } = (await api.call(clerk, 'post', path, { outcome: 'correct' })).body;
    await api.call(approver, 'post', `/admin/api/decisions/${decision}/decline`, { reason: 'not_justified' });
    at.find = find;
    expect((await waiting(clerk)).find((one) => one.id === id)).toMatchObject({ underWay: false });
    expect((await api.call(clerk, 'post', path, { outcome: 'refuse' })).status).toBe(400);
    await api.call(clerk, 'post', path, { outcome: 'refuse', reason: 'entry_is_right', text: '经核实无误' });
    expect(await stateOf('lin', id)).toMatchObject({
      state: 'refused',
      reason: { zh: '登记无误' },
      answer: '经核实无误',
    });
  }, 60_000);

  it('a refusal by somebody else goes to the issuer with the place; a deletion goes to whoever owns the app', async () => {
    const clerk = await official('zj-police', ['issuer_clerk']);
    const certificate = await certificateOf('zhou');
    const refused = await call('zhou', 'POST', '', {
      kind: 'not_accepted',
      certificate: certificate.id,
      where: '某某酒店前台',
      words: '只收实体证',
    });
    expect(refused.status).toBe(201);
    const read = await api.call(clerk, 'get', `/admin/api/objections/${refused.body.id}`);
    expect(read.body).toMatchObject({ where: '某某酒店前台', words: '只收实体证' });
    await api.call(clerk, 'post', `/admin/api/objections/${refused.body.id}/answer`, {
      outcome: 'settle',
      text: '已告知该单位',
    });
    expect(await stateOf('zhou', refused.body.id)).toMatchObject({
      state: 'settled',
      answer: '已告知该单位',
    });

    const apps = await app.core.oidc.apps.list();
    const { id: clientId } = apps.find(({ metadata }) => metadata.client_name === 'Another wallet')!;
    const asked = await call('zhou', 'POST', '', { kind: 'delete_data', of: { kind: 'app', id: clientId } });
    expect([asked.status, asked.body.of.name.zh]).toEqual([201, 'Another wallet']);
    const head = (await app.core.officials.tree.current()).units.find(({ parent }) => parent === undefined)!;
    const reviewer = await official(head.id, ['app_reviewer']);
    expect((await waiting(reviewer)).map(({ kind }) => kind)).toEqual(['delete_data']);
    expect((await call('zhou', 'POST', `/${asked.body.id}/withdraw`)).body.state).toBe('withdrawn');
    expect(await waiting(reviewer)).toEqual([]);
    const nobody = { kind: 'delete_data', of: { kind: 'app', id: 'no-such-app' } };
    expect((await call('zhou', 'POST', '', nobody)).status).toBe(404);
  }, 60_000);

  it('what people wrote is in no log entry; it is in her export, and unreadable once she closed her account', async () => {
    const zhou = (await app.core.samplePerson('zhou'))!;
    const lin = (await app.core.samplePerson('lin'))!;
    const log = JSON.stringify([
      await app.core.audit.about(lin.id, 500),
      await app.core.audit.about(zhou.id, 500),
    ]);
    expect(log).toContain('objection.read');
    for (const text of [secretWords, '某某酒店前台', '经核实无误']) expect(log).not.toContain(text);
    const exported = await app.core.personalData.exportData(zhou.id, context);
    expect(JSON.stringify(exported.objections)).toContain('某某酒店前台');
    await app.core.personalData.closings.closeNow(zhou.id, context);
    const [gone] = await app.core.objections.of(zhou.id);
    // Gone, or about to be: what is left of it cannot be opened.
    expect(
      await Promise.resolve()
        .then(() => gone?.words)
        .catch(() => undefined),
    ).toBeUndefined();
  }, 60_000);
});
