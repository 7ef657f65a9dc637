/** What the console reads and does: one certificate with its life, looking for one, opening it, sending things back. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Certificate } from '../../src/credentials/index.ts';
import type { Role } from '../../src/officials/index.ts';
import { openOfficeApi } from './office-api.ts';
import { type RunningApp, startApp } from './start-app.ts';

const context = { actor: 'cli' };

describe('certificates and the work list over the departments’ API', () => {
  let app: RunningApp;
  let api: ReturnType<typeof openOfficeApi>;
  let clerk: string;
  let approver: string;
  let licence: Certificate;
  let made = 0;

  const official = async (unit: string, roles: Role[]): Promise<string> => {
    made += 1;
    const { id: account } = await app.core.accounts.open({
      name: '测试人',
      documentKind: '414',
      documentNumber: `E${40_000_000 + made}`,
      proofingLevel: 2,
    });
    await app.core.officials.posts.appoint({ account, unit, roles, context });
    const [capacity] = await app.core.officials.capacities.of(account, []);
    api.callers.set(account, { accountId: account, capacity });
    return account;
  };
  const lin = async () => (await app.core.samplePerson('lin'))!;
  const get = (who: string, path: string) => api.call(who, 'get', `/admin/api/${path}`);
  const post = (who: string, path: string, body?: object) => {
    made += 1;
    return api.call(who, 'post', `/admin/api/${path}`, body, { 'idempotency-key': `key-${made}-123456` });
  };
  const logOf = async (person: string) => app.core.audit.about((await app.core.samplePerson(person))!.id);

  beforeAll(async () => {
    app = await startApp();
    api = openOfficeApi(app);
    clerk = await official('zj-police', ['issuer_clerk']);
    approver = await official('zj-police', ['approver']);
    licence = await app.core.credentials.ensureCertificate(await lin(), 'driving_licence', context);
  }, 60_000);
  afterAll(() => app.stop());

  it('shows one certificate masked, with its life and what may be proposed; outside the reach it is not there', async () => {
    const { status, body } = await get(clerk, `certificates/${licence.id}`);
    expect([status, body.state, body.holders[0].name]).toEqual([200, '01', '林**']);
    const acts = (body.acts as { verb: string; alone: boolean }[]).map(({ verb, alone }) => [verb, alone]);
    expect(acts).toEqual(
      expect.arrayContaining([
        ['suspend', false],
        ['revoke', false],
        ['renew', false],
      ]),
    );
    expect(acts.map(([verb]) => verb)).not.toContain('resume');
    const { name, documentNumber } = await lin();
    expect(JSON.stringify(body)).not.toContain(name);
    expect(JSON.stringify(body)).not.toContain(documentNumber);
    expect(body.life.map(({ action }: { action: string }) => action)).toContain('certificate.recorded');
    expect((await get(approver, `certificates/${licence.id}`)).body.acts).toEqual([]);
    const elsewhere = await official('jinhua', ['issuer_clerk']);
    expect((await get(elsewhere, `certificates/${licence.id}`)).status).toBe(404);
    expect((await post(elsewhere, `certificates/${licence.id}/open`, { purpose: 'complaint' })).status).toBe(
      404,
    );
  });

  it('opens the values for a purpose alone, and the holder reads who, why and which fields', async () => {
    expect((await post(clerk, `certificates/${licence.id}/open`)).status).toBe(400);
    const opened = await post(clerk, `certificates/${licence.id}/open`, { purpose: 'complaint' });
    const values = opened.body.fields.map(({ value }: { value: string }) => value);
    expect(values).toContain((await lin()).name);
    const [entry] = await logOf('lin');
    expect(entry).toMatchObject({
      action: 'certificate.opened_by_official',
      actor: `account:${clerk}`,
      object: licence.id,
      details: { purpose: 'complaint', unit: 'zj-police' },
    });
    expect(entry!.fields).toContain('licence_number');
    expect(JSON.stringify(entry)).not.toContain((await lin()).documentNumber);
  });

  it('finds one by id or identifier, and by document for a purpose that the holder reads; strangers’ are not there', async () => {
    for (const number of [licence.id, licence.identifier]) {
      const found = await post(clerk, 'certificates/find', { number });
      expect(found.body.certificates.map(({ id }: Certificate) => id)).toEqual([licence.id]);
    }
    const document = { kind: '111', number: (await lin()).documentNumber };
    expect((await post(clerk, 'certificates/find', { document })).status).toBe(400);
    const purpose = 'holder_present';
    const found = await post(clerk, 'certificates/find', { document, purpose });
    expect(found.body.certificates.map(({ id }: Certificate) => id)).toContain(licence.id);
    const looked = { action: 'certificate.looked_up_by_official', details: { purpose, unit: 'zj-police' } };
    expect((await logOf('lin'))[0]).toMatchObject(looked);
    const elsewhere = await official('jinhua', ['approver']);
    for (const question of [{ number: licence.id }, { document, purpose }, { number: 'c_nothing_at_all' }])
      expect((await post(elsewhere, 'certificates/find', question)).body).toEqual({ certificates: [] });
    const nobody = { document: { kind: '414', number: 'E99999999' }, purpose };
    expect((await post(clerk, 'certificates/find', nobody)).body).toEqual({ certificates: [] });
  });

  it('filters by state', async () => {
    const idsIn = async (state: string) =>
      (await get(clerk, `certificates?state=${state}&type=driving_licence`)).body.certificates.map(
        ({ id }: Certificate) => id,
      );
    expect(await idsIn('01')).toContain(licence.id);
    expect(await idsIn('07')).toEqual([]);
    expect((await get(clerk, 'certificates?state=55')).status).toBe(400);
  });

  it('says which proposal is one’s own and who made it, and sends one back with a reason', async () => {
    const filed = await post(clerk, `certificates/${licence.id}/suspend`, { reason: 'lost_report' });
    const [mine] = (await get(clerk, 'decisions')).body.decisions;
    const [theirs] = (await get(approver, 'decisions')).body.decisions;
    expect([mine.own, theirs.own, theirs.proposer, theirs.id]).toEqual([true, false, '测**', filed.body.id]);
    expect(theirs).not.toHaveProperty('ver');
    const { waiting } = (await get(clerk, `certificates/${licence.id}`)).body;
    expect(waiting).toEqual([{ id: filed.body.id, verb: 'suspend', proposedAt: expect.any(Number) }]);
    const path = `decisions/${filed.body.id}/decline`;
    expect((await post(approver, path, { reason: 'Nicht gut' })).status).toBe(400);
    const back = await post(approver, path, { reason: 'wrong_certificate' });
    expect([back.status, back.body.state, back.body.decidedReason]).toEqual([
      200,
      'declined',
      'wrong_certificate',
    ]);
    expect((await app.core.credentials.certificate(licence.id))!.state).toBe('01');
  });

  it('gives the codes of reasons with words in both languages', async () => {
    const { reasons } = (await get(approver, 'reasons')).body;
    expect(reasons.send_back.not_justified).toEqual({ zh: expect.any(String), en: expect.any(String) });
    expect(Object.keys(reasons)).toEqual(
      expect.arrayContaining(['suspend', 'resume', 'revoke', 'send_back', 'purpose']),
    );
  });
});
