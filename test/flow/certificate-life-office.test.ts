/** What clerks and registers do with a certificate's life: over the departments' API, on the whole app. */
import { randomUUID } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, exportJWK } from 'jose';
import type { Certificate, Register } from '../../src/credentials/index.ts';
import type { Role } from '../../src/officials/index.ts';
import { makeDeviceKey } from '../../src/tour/wallet-client.ts';
import { openPack, type PublicKeyJwk } from '../../src/verifier/core/index.ts';
import { certificateCard } from '../../src/wallet/index.ts';
import { openOfficeApi } from './office-api.ts';
import { type RunningApp, startApp } from './start-app.ts';

const context = { actor: 'cli' };

describe('the life of a certificate at the issuer', () => {
  let app: RunningApp;
  let api: ReturnType<typeof openOfficeApi>;
  let clerk: string;
  let approver: string;
  let second: string;
  let order = 0;
  const official = async (unit: string, given: Role[]): Promise<string> => {
    order += 1;
    const { id } = await app.core.accounts.open({
      name: '测试人',
      documentKind: '414',
      documentNumber: `E${20_000_000 + order}`,
      proofingLevel: 2,
    });
    await app.core.officials.posts.appoint({ account: id, unit, roles: given, context });
    const [capacity] = await app.core.officials.capacities.of(id, []);
    api.callers.set(id, { accountId: id, capacity });
    return id;
  };
  beforeAll(async () => {
    app = await startApp();
    api = openOfficeApi(app);
    clerk = await official('zj-police', ['issuer_clerk']);
    approver = await official('zj-police', ['approver']);
    second = await official('zj-police', ['approver']);
  }, 60_000);
  afterAll(() => app.stop());

  const lin = async () => (await app.core.samplePerson('lin'))!;
  const certificateOf = async (type = 'driving_licence'): Promise<Certificate> =>
    app.core.credentials.ensureCertificate(await lin(), type, context);
  const now = async ({ id }: Certificate) => (await app.core.credentials.certificate(id))!;
  const act = (certificate: Certificate, verb: string, reason = 'at_counter') =>
    api.call(
      clerk,
      'post',
      `/admin/api/certificates/${certificate.id}/${verb}`,
      { reason },
      {
        'idempotency-key': `key-${randomUUID()}`,
      },
    );
  const decide = (by: string, id: string, how = 'approve', body?: object) =>
    api.call(by, 'post', `/admin/api/decisions/${id}/${how}`, body);
  const waiting = async (by = approver) =>
    (await api.call(by, 'get', '/admin/api/decisions')).body.decisions as {
      id: string;
      verb: string;
      fields?: string[];
      proposedBy: string;
    }[];
  /** The row says something else from now on; returns how to take that back. */
  const rowSays = (register: string, fields: Record<string, string>, state?: string) => {
    const at: Register = app.core.registers.get(register);
    const { find } = at;
    at.find = async (of) => {
      const found = await find(of);
      return {
        ...found,
        rows: found.rows.map((row) => ({
          ...row,
          ...(state ? { state } : {}),
          fields: { ...row.fields, ...fields },
        })),
      };
    };
    return () => {
      at.find = find;
    };
  };

  it('a clerk renews what the register has renewed, and an approver agrees', async () => {
    const certificate = await certificateOf();
    expect((await act(certificate, 'renew')).body.code).toBe('nothing_to_renew');
    const back = rowSays('driving-licences', { valid_until: '2040-01-01' });
    try {
      const filed = await act(certificate, 'renew');
      expect([filed.status, filed.body.verb, filed.body.state]).toEqual([201, 'renew', 'open']);
      expect((await decide(approver, filed.body.id)).body.state).toBe('done');
      expect(await now(certificate)).toMatchObject({
        operation: 'renewal',
        previous: certificate.identifier,
        state: '01',
      });
    } finally {
      back();
    }
  });

  it('a clerk reports a lost card: the electronic one is suspended at once, and a replacement brings it back', async () => {
    const certificate = await certificateOf('resident_id_card');
    const reported = await api.call(clerk, 'post', `/admin/api/certificates/${certificate.id}/card-lost`);
    expect([reported.status, reported.body.state, reported.body.stateReason]).toEqual([
      200,
      '02',
      'physical_card_lost',
    ]);
    const replace = await act(certificate, 'replace');
    expect((await decide(approver, replace.body.id)).body.state).toBe('done');
    expect(await now(certificate)).toMatchObject({ state: '01', operation: 'replacement' });
    const permit = await certificateOf('residence_permit');
    const none = await api.call(clerk, 'post', `/admin/api/certificates/${permit.id}/card-lost`);
    expect([none.status, none.body.code]).toEqual([409, 'no_physical_card']);
  });

  it('a state the type does not name is refused; moved out ends it after two people', async () => {
    const certificate = await certificateOf('residence_permit');
    expect((await act(certificate, 'other', 'transferred')).status).toBe(400);
    const filed = await act(certificate, 'move-out');
    expect((await now(certificate)).state).toBe('01');
    await decide(approver, filed.body.id);
    expect((await now(certificate)).state).toBe('06');
  });

  it('exports metadata under the names of GB/T 36903, for a purpose that stands in the holder’s log', async () => {
    const certificate = await certificateOf('social_security_card');
    const hrss = await official('zj-hrss', ['issuer_clerk']);
    const ask = (by: string, change: object) =>
      api.call(by, 'post', '/admin/api/metadata', { purpose: 'data_exchange', ...change });
    const { status, body } = await ask(hrss, { certificate: certificate.id });
    expect(status).toBe(200);
    const account = await lin();
    expect(body.records).toEqual([
      expect.objectContaining({
        ZZMC: '社会保障卡',
        ZZLXDM: '11100000MB9990012K901',
        ZZBH: certificate.fields.card_number,
        ZZBS: certificate.identifier,
        CZZT: account.name,
        CZZTDM: account.documentNumber,
        CZZTDMLX: '公民身份号码',
        CZZTDMLXDM: '111',
        ZZYXQJZRQ: certificate.fields.valid_until,
        KZ_BANK: certificate.fields.bank,
      }),
    ]);
    expect(Object.keys(body.records[0])).not.toContain('KZ_PHOTO');
    const log = await app.core.audit.about(account.id);
    const entry = log.find(({ action }) => action === 'certificate.metadata_exported')!;
    expect(entry).toMatchObject({
      object: certificate.id,
      details: { purpose: 'data_exchange', unit: 'zj-hrss' },
    });
    const csv = await ask(hrss, { type: 'social_security_card', format: 'csv' });
    expect(csv.headers['content-type']).toContain('text/csv');
    expect(csv.text.split('\r\n')[0]).toMatch(/^ZZMC,ZZLXDM,ZZBH,ZZBS,/);
    // Another department's certificate is not there; a purpose is a must.
    expect((await ask(clerk, { certificate: certificate.id })).status).toBe(404);
    expect((await ask(clerk, { type: 'social_security_card' })).body.records).toEqual([]);
    expect((await ask(hrss, { certificate: certificate.id, purpose: undefined })).status).toBe(400);
  });

  it('a change is in the lists, the pack and on the holder’s card when it was acknowledged (ZLB-4)', async () => {
    const account = await lin();
    const key = await exportJWK((await makeDeviceKey()).publicKey);
    const { certificate, copies } = await app.core.credentials.issueCopies({
      account,
      type: 'driving_licence',
      format: 'dc+sd-jwt',
      deviceKeys: [key],
      context,
    });
    const { copy } = copies[0]!;
    const get = async (path: string, known?: string | null) => {
      const answer = await fetch(`${app.baseUrl}${path}`, {
        headers: known ? { 'if-none-match': known } : {},
      });
      return { status: answer.status, etag: answer.headers.get('etag'), text: await answer.text() };
    };
    const entryIn = (lst: string) =>
      (inflateSync(Buffer.from(lst, 'base64url'))[copy.statusIndex >> 2]! >> ((copy.statusIndex & 3) * 2)) &
      3;
    const list = `/status/${copy.statusList}`;
    for (const [to, value] of [
      ['02', 2],
      ['01', 0],
      ['02', 2],
    ] as const) {
      const before = { list: await get(list), pack: await get('/pack') };
      await app.core.credentials.changeState(certificate.id, to, 'check', context);
      // Whoever asks with what she knows gets the new one, not 304.
      const after = { list: await get(list, before.list.etag), pack: await get('/pack', before.pack.etag) };
      expect([after.list.status, after.pack.status]).toEqual([200, 200]);
      const { status_list: bits } = decodeJwt<{ status_list: { lst: string } }>(after.list.text);
      expect(entryIn(bits.lst)).toBe(value);
      const opened = await openPack(after.pack.text, {
        root: app.core.trust.rootPublicJwk() as unknown as PublicKeyJwk,
        now: Math.ceil(Date.now() / 1000),
      });
      if ('verdict' in opened) throw new Error(opened.verdict.code);
      expect(opened.trusted.statusOf({ list: copy.statusList }, copy.statusIndex)?.status).toBe(
        { 0: 'valid', 2: 'suspended' }[value],
      );
      const held = (await app.core.credentials.listForHolder(account)).find(
        (entry) => entry.certificate?.id === certificate.id,
      )!;
      const card = certificateCard(app.core.catalogue.get('driving_licence'), held);
      expect(card.certificate!.state).toBe(to);
    }
    await app.core.credentials.changeState(certificate.id, '01', 'check', context);
  });

  describe('a changed row of the register', () => {
    const turn = () => app.core.admin.registerWatch.turn();

    it('proposes once per difference, by field names only, and an approver carries it out', async () => {
      const certificate = await certificateOf();
      const back = rowSays('driving-licences', {
        valid_until: '2040-01-01',
        address: '浙江省舟山市测试路9号',
      });
      try {
        expect((await turn()).proposed).toBe(1);
        expect((await turn()).proposed).toBe(0);
        const [filed] = (await waiting()).filter(({ proposedBy }) => proposedBy === 'register');
        expect(filed).toMatchObject({ verb: 'correct', fields: ['address'] });
        expect(JSON.stringify(filed)).not.toContain('舟山');
        expect(await now(certificate)).toMatchObject({ identifier: certificate.identifier });
        expect((await decide(approver, filed!.id)).body.state).toBe('done');
        expect(await now(certificate)).toMatchObject({
          operation: 'correction',
          previous: certificate.identifier,
        });
        expect((await turn()).proposed).toBe(0);
        const log = JSON.stringify(await app.core.audit.about((await lin()).id));
        expect(log).not.toContain('舟山');
      } finally {
        back();
      }
    });

    it('is not carried out once the register has taken it back; said again, it is proposed again', async () => {
      const certificate = await certificateOf();
      const back = rowSays('driving-licences', {}, '02');
      const proposed = async () => (await waiting()).find(({ verb }) => verb === 'suspend');
      try {
        expect((await turn()).proposed).toBe(1);
      } finally {
        back();
      }
      const refused = await decide(approver, (await proposed())!.id);
      expect([refused.status, refused.body.code]).toEqual([409, 'nothing_to_renew']);
      expect((await now(certificate)).state).toBe('01');
      expect(await proposed()).toBeUndefined();
    });

    it('is sent back with a reason, and the same difference is not proposed again', async () => {
      await certificateOf();
      const back = rowSays('driving-licences', {}, '02');
      try {
        expect((await turn()).proposed).toBe(1);
        const filed = (await waiting()).find(({ verb }) => verb === 'suspend')!;
        expect((await decide(approver, filed.id, 'decline')).status).toBe(400);
        const sent = await decide(approver, filed.id, 'decline', { reason: 'row_is_wrong' });
        expect([sent.body.state, sent.body.decidedReason]).toEqual(['declined', 'row_is_wrong']);
        expect((await turn()).proposed).toBe(0);
      } finally {
        back();
      }
    });

    it('is proposed again when nobody came round to it in time', async () => {
      const certificate = await certificateOf();
      const back = rowSays('driving-licences', {}, '07');
      const ofIt = async () =>
        (await waiting()).filter((one) => (one as { certificate?: string }).certificate === certificate.id);
      try {
        await turn();
        const [first] = await ofIt();
        const { decisions } = app.core.admin.dependencies;
        await decisions.replace({ ...(await decisions.get(first!.id))!, expiresAt: 1 });
        expect(await ofIt()).toEqual([]);
        await turn();
        const [again, ...others] = await ofIt();
        expect([again?.verb, others]).toEqual(['revoke', []]);
        expect(again!.id).not.toBe(first!.id);
      } finally {
        back();
      }
    });

    it('needs two officials where it is marked so: the first to agree is not the second', async () => {
      const certificate = await certificateOf('resident_id_card');
      const { decisions } = app.core.admin.dependencies;
      await decisions.insert({
        id: 'cd_twoofficials000000000',
        verb: 'suspend',
        certificate: certificate.id,
        type: certificate.type,
        issuer: certificate.issuer,
        reason: 'register_state',
        unit: 'zj-police',
        proposedBy: 'register',
        fields: [],
        second: true,
        proposedAt: 1,
        expiresAt: 9_999_999_999,
        once: 'two-officials',
        state: 'open',
      });
      const back = rowSays('resident-id-cards', {}, '02');
      const first = await decide(approver, 'cd_twoofficials000000000');
      expect([first.body.state, first.body.firstBy]).toEqual(['open', approver]);
      expect((await decide(approver, 'cd_twoofficials000000000')).body.code).toBe('second_person_needed');
      expect((await decide(second, 'cd_twoofficials000000000')).body.state).toBe('done');
      back();
      expect((await now(certificate)).state).toBe('02');
    });
  });
});
