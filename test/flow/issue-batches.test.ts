import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BatchProgress, BatchRefusal } from '../../src/credentials/index.ts';
import type { Role } from '../../src/officials/index.ts';
import { openOfficeApi } from './office-api.ts';
import { type RunningApp, startApp } from './start-app.ts';

const context = { actor: 'cli' };
type Shown = BatchProgress & { refusals: BatchRefusal[] };

describe('batches over the departments’ API', () => {
  let app: RunningApp;
  let api: ReturnType<typeof openOfficeApi>;
  let order = 0;
  const official = async (unit: string, roles: Role[], region?: string): Promise<string> => {
    order += 1;
    const { id } = await app.core.accounts.open({
      name: '测试人',
      documentKind: '414',
      documentNumber: `E${String(30_000_000 + order)}`,
      proofingLevel: 2,
    });
    await app.core.officials.posts.appoint({
      account: id,
      unit,
      roles,
      context,
      ...(region ? { region } : {}),
    });
    const [capacity] = await app.core.officials.capacities.of(id, []);
    api.callers.set(id, { accountId: id, capacity });
    return id;
  };
  const post = (caller: string, path: string, body: object, key = `key-${Math.random()}`.replace('.', '')) =>
    api.call(caller, 'post', `/admin/api/issue-batches${path}`, body, { 'idempotency-key': key });
  const show = async (caller: string, id: string): Promise<Shown> =>
    (await api.call(caller, 'get', `/admin/api/issue-batches/${id}`)).body;
  const finished = async (caller: string, id: string): Promise<Shown> => {
    for (;;) {
      const shown = await show(caller, id);
      if (shown.state === 'done') return shown;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  beforeAll(async () => {
    app = await startApp();
    api = openOfficeApi(app);
  }, 180_000);
  afterAll(() => app?.stop());

  it('waits for another person of the unit, then issues every row or says why not (SHR-4)', async () => {
    const clerk = await official('zj-police', ['issuer_clerk']);
    const approver = await official('zj-police', ['approver']);
    const filed = await post(clerk, '', { type: 'driving_licence', copies: 'dc+sd-jwt' });
    expect([filed.status, filed.body.state]).toEqual([201, 'open']);
    expect(filed.body).not.toHaveProperty('sourceMark');
    expect((await show(clerk, filed.body.id)).done).toBe(0);
    const approved = await post(approver, `/${filed.body.id}/approve`, {});
    expect([approved.status, approved.body.state]).toEqual([200, 'running']);
    const done = await finished(clerk, filed.body.id);
    const intake = await app.core.registers.get('driving-licences').intake();
    expect([done.rows, done.done]).toEqual([intake.rows, intake.rows]);
    expect(done.signed).toBeGreaterThan(200);
    expect(done.reasons).toMatchObject({
      bad_checksum: expect.any(Number),
      certificate_state: expect.any(Number),
    });
    expect(done.refusals).toHaveLength(done.refused);
    const text = JSON.stringify(done);
    expect(text).not.toMatch(/\d{17}[\dX]/);
    expect(await app.core.credentials.checkEverythingIssued()).toMatchObject({
      ok: true,
      released: done.signed,
    });
  }, 120_000);

  it('a second batch over the same rows signs nothing again', async () => {
    const batch = await app.core.batches.create({ type: 'driving_licence', copies: 'dc+sd-jwt', ...context });
    await app.core.batches.run(batch.id);
    const { signed, standing } = await app.core.batches.progress(batch.id);
    expect([signed, standing > 200]).toEqual([0, true]);
  }, 120_000);

  it('leaves the rows of departments for which the office does not act', async () => {
    const { issuers } = app.core.catalogue.get('driving_licence');
    const batch = await app.core.batches.create({
      type: 'driving_licence',
      issuers: issuers.slice(1),
      ...context,
    });
    await app.core.batches.run(batch.id);
    const { certificates, reasons } = await app.core.batches.progress(batch.id);
    expect(reasons.other_department! + certificates).toBeGreaterThan(200);
    expect(reasons.other_department).toBeGreaterThan(0);
  }, 120_000);

  it('is not there for another unit, and not for a type that the office does not issue', async () => {
    const clerk = await official('zj-police', ['issuer_clerk']);
    const other = await official('zj-civil-affairs', ['issuer_clerk', 'approver']);
    const { body } = await post(clerk, '', { type: 'driving_licence' });
    expect((await api.call(other, 'get', `/admin/api/issue-batches/${body.id}`)).status).toBe(404);
    expect((await post(other, `/${body.id}/approve`, {})).status).toBe(404);
    expect((await post(other, '', { type: 'driving_licence' })).status).toBe(404);
    expect((await post(clerk, '', { type: 'driving_licence', copies: 'onecert-view+cwt' })).status).toBe(400);
  });

  it('is not approved by who answers for a part of the unit’s region only', async () => {
    const clerk = await official('zj-police', ['issuer_clerk']);
    const narrow = await official('zj-police', ['approver'], '330106');
    const { body } = await post(clerk, '', { type: 'driving_licence' });
    expect((await post(narrow, `/${body.id}/approve`, {})).status).toBe(404);
  });

  it('is not approved once the clerk who proposed it has left', async () => {
    const clerk = await official('zj-police', ['issuer_clerk']);
    const approver = await official('zj-police', ['approver']);
    const { body } = await post(clerk, '', { type: 'driving_licence' });
    await app.core.officials.posts.leave({ account: clerk, reason: 'left', context });
    const late = await post(approver, `/${body.id}/approve`, {});
    expect([late.status, late.body.code]).toEqual([409, 'proposal_ended']);
    expect((await post(approver, `/${body.id}/decline`, {})).body.state).toBe('declined');
  });

  it('a list names holders and no attributes; one that names nobody in the register is told by its line', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'onecert-holders-'));
    const lin = (await app.core.samplePerson('lin'))!;
    const list = (rows: string[]) => Buffer.from(['holder_kind,holder_number', ...rows].join('\n'));
    const holders = list([`111,${lin.documentNumber}`, '414,E99999999', '999,1']);
    writeFileSync(join(dir, 'holders.csv'), holders);
    const { batches } = app.core;
    const batch = await batches.create({ type: 'driving_licence', holders, ...context });
    await expect(batches.run(batch.id)).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(batches.run(batch.id, { holders: list(['414,E1234567']) })).rejects.toMatchObject({
      code: 'conflict',
    });
    await batches.run(batch.id, { holders });
    expect(await batches.progress(batch.id)).toMatchObject({ done: 3, certificates: 1, refused: 2 });
    expect(await batches.refusals(batch.id)).toEqual([
      { line: 3, reasons: ['not_in_register'] },
      { line: 4, reasons: ['unreadable_row'] },
    ]);
    rmSync(dir, { recursive: true, force: true });
  }, 60_000);
});
