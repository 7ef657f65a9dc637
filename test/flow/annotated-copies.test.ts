/** Annotated copies 加注件: an office takes into a case what its item may read, and no more, for a purpose and a time. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { Role } from '../../src/officials/index.ts';
import { signInPortal } from '../../src/tour/sign-in-portal.ts';
import { openPack, verify } from '../../src/verifier/core/index.ts';
import { openOfficeApi } from './office-api.ts';
import { type RunningApp, startApp } from './start-app.ts';

const day = 86_400;
const renewal = 'driving-licence-renewal';
const renewalFields = ['name', 'licence_number', 'class', 'first_issue', 'valid_until', 'authority'];

describe('annotated copies 加注件 (CTR-3)', () => {
  let at = Date.parse('2026-11-23T08:00:00Z');
  const clock = { now: () => at };
  let app: RunningApp;
  let api: ReturnType<typeof openOfficeApi>;
  let clerk: string;
  let caseNumber: string;
  let order = 0;
  const official = async (unit: string, roles: Role[]): Promise<string> => {
    order += 1;
    const { id } = await app.core.accounts.open({
      name: '测试人',
      documentKind: '414',
      documentNumber: `E${30_000_000 + order}`,
      proofingLevel: 2,
    });
    await app.core.officials.posts.appoint({ account: id, unit, roles, context: { actor: 'cli' } });
    const [capacity] = await app.core.officials.capacities.of(id, []);
    api.callers.set(id, { accountId: id, capacity });
    return id;
  };
  const lin = async () => (await app.core.samplePerson('lin'))!;
  beforeAll(async () => {
    app = await startApp({}, { clock });
    api = openOfficeApi(app);
    clerk = await official('zj-police', ['issuer_clerk']);
    const { id: applicant } = await lin();
    const { id: certificate } = await app.core.credentials.ensureCertificate(await lin(), 'driving_licence', {
      actor: 'test',
    });
    caseNumber = 'case_AAAAAAAAAAAAAAAA';
    await app.core.cases.insert({
      id: caseNumber,
      item: renewal,
      openKey: `${applicant}|${renewal}`,
      applicant,
      certificate,
      client: 'test',
      state: 'accepted',
      createdAt: Math.floor(at / 1000),
    });
  }, 60_000);
  afterAll(() => app.stop());

  const make = (by: string, change: object = {}, key: string = randomUUID()) =>
    api.call(
      by,
      'post',
      '/admin/api/annotated-copies',
      { case: caseNumber, type: 'driving_licence', days: 10, ...change },
      { 'idempotency-key': key },
    );
  const judged = async (document: string) => {
    const answer = await fetch(`${app.baseUrl}/verify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ credential: document }),
    });
    return (await answer.json()) as Record<string, unknown> & { fields: { name: string }[] };
  };
  const page = async (address: string) => {
    const answer = await fetch(address, { headers: { accept: 'text/html' } });
    return { status: answer.status, text: await answer.text() };
  };

  it('carries maker, time, purpose and expiry under the names of GB/T 36903, and the item’s fields alone (CTR-3)', async () => {
    const { status, body } = await make(clerk);
    expect([status, body.fields]).toEqual([201, renewalFields]);
    expect(decodeProtectedHeader(body.document)).toMatchObject({
      typ: 'onecert-annotated-copy+jwt',
      alg: 'ES256',
    });
    const payload = decodeJwt(body.document) as Record<string, unknown>;
    expect(payload).toMatchObject({
      JZJZZZ: '浙江省公安厅',
      JZJZZSJ: '2026-11-23 16:00:00',
      JZJZZSY: '驾驶证期满换证',
      JZJYXQJZSJ: '2026-12-03 16:00:00',
      case: caseNumber,
    });
    expect(Object.keys(payload.fields as object)).toEqual(renewalFields);
    const verdict = await judged(body.document);
    expect(verdict).toMatchObject({
      code: 'valid',
      format: 'annotated-copy',
      holderProven: false,
      copyNote: { number: body.id, purpose: { en: 'Renew a driving licence' } },
    });
    expect(verdict.fields.map(({ name }) => name).sort()).toEqual([...renewalFields].sort());
  });

  it('verifies offline with public keys alone, and any changed byte fails (CTR-3)', async () => {
    const { body } = await make(clerk);
    const { jws } = await app.core.credentials.offlinePack();
    const now = Math.floor(at / 1000);
    const root = app.core.trust.rootPublicJwk() as never;
    const opened = await openPack(jws, { root, now });
    if (!('trusted' in opened)) throw new Error('the pack does not open');
    const document = body.document as string;
    expect((await verify(document, opened.trusted, { now })).code).toBe('valid');
    for (const i of [5, 60, document.indexOf('.') + 20, document.length - 10]) {
      const changed = `${document.slice(0, i)}${document[i] === 'A' ? 'B' : 'A'}${document.slice(i + 1)}`;
      const { outcome } = await verify(changed, opened.trusted, { now });
      expect([i, outcome === 'valid']).toEqual([i, false]);
    }
    // It proves no holder, whoever asks for one.
    const asked = { now, keyBinding: { audience: 'counter', nonce: 'n' } };
    expect((await verify(document, opened.trusted, asked)).code).toBe('wrong_holder');
  });

  it('of a view it holds only what the item may read as well (CTR-2, CTR-3)', async () => {
    const { views } = app.core.catalogue.get('driving_licence');
    const view = views[0]!;
    const { body } = await make(clerk, { view: view.id });
    const inView = view.fields.map(({ field }) => field);
    expect(body.fields).toEqual(renewalFields.filter((name) => inView.includes(name)));
  });

  it('a type the item does not list is refused with 403 and logged (CTR-2)', async () => {
    const { status } = await make(clerk, { type: 'marriage_certificate' });
    expect(status).toBe(403);
    const log = await app.core.audit.about((await lin()).id);
    expect(
      log.some(
        ({ action, result }) => action === 'certificate.annotated_copy_refused' && result === 'refused',
      ),
    ).toBe(true);
  });

  it('everything issued is checked with them: entry, digest and signature', async () => {
    await make(clerk);
    const report = await app.core.credentials.checkEverythingIssued();
    expect([report.bad, report.checked > 0, report.checked === report.released]).toEqual([[], true, true]);
    const listed = await app.core.credentials.annotatedCopies.of((await lin()).id);
    expect(listed.length).toBe(report.checked);
  });

  it('there is no copy without a case, nor for an office that does not answer for its item (SHR-1)', async () => {
    expect((await make(clerk, { case: 'case_BBBBBBBBBBBBBBBB' })).status).toBe(404);
    expect((await make(await official('zj-market', ['issuer_clerk']))).status).toBe(404);
    expect((await make(await official('zj-police', ['approver']))).status).toBe(403);
  });

  it('the same key is the same copy', async () => {
    const [one, two] = await Promise.all([make(clerk, {}, 'one-key-1234'), make(clerk, {}, 'one-key-1234')]);
    expect(one.body.id).toBe(two.body.id);
    expect((await make(clerk, { type: 'driving_licence' }, 'one-key-1234')).body.id).toBe(one.body.id);
  });

  it('the holder reads of it in her log, by field names, and nobody else does (CTR-3)', async () => {
    const { body } = await make(clerk);
    const entries = await app.core.audit.about((await lin()).id);
    const entry = entries.find(({ object }) => object === body.id)!;
    expect(entry).toMatchObject({ action: 'certificate.annotated_copy_made', fields: renewalFields });
    expect(JSON.stringify(entry)).not.toContain((await lin()).documentNumber);
    const other = (await app.core.samplePerson('wu'))!;
    expect((await app.core.audit.about(other.id)).some(({ object }) => object === body.id)).toBe(false);
  });

  it('prints with a watermark and a QR; the page behind the QR shows no contents (CTR-3)', async () => {
    const { body } = await make(clerk);
    const printed = await page(body.print_url);
    expect(printed.status).toBe(200);
    for (const text of [
      'class="watermark"',
      '仅用于：驾驶证期满换证',
      '有效至 2026-12-03',
      '<svg',
      (await lin()).name,
    ])
      expect(printed.text).toContain(text);
    const checked = await page(body.check_url);
    expect(checked.text).toContain('本加注件真实');
    expect(checked.text).not.toContain((await lin()).name);
    expect(checked.text).not.toContain((await lin()).documentNumber);
    expect((await page(`${body.check_url}/print?ticket=wrong`)).status).toBe(404);
  });

  it('the app of the applicant’s own case may make one, another’s case is not there', async () => {
    const { clientId, clientSecret } = await app.core.apps.add({
      client_name: 'Portal',
      redirect_uris: ['http://localhost:1/callback'],
      scope: app.core.appScopes.join(' '),
    });
    const portal = {
      baseUrl: app.baseUrl,
      clientId,
      clientSecret: clientSecret!,
      redirectUri: 'http://localhost:1/callback',
    };
    const ask = async (person: string, body: object = { type: 'driving_licence' }) => {
      const account = (await app.core.samplePerson(person))!;
      const login = { loginName: account.documentNumber, password: app.passwordOf(person) };
      const { accessToken } = await signInPortal(portal, login, `openid item:${renewal}`);
      return fetch(`${app.baseUrl}/portal/cases/${caseNumber}/annotated-copies`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${accessToken}`,
          'content-type': 'application/json',
          'idempotency-key': 'app-key-1234',
        },
        body: JSON.stringify(body),
      });
    };
    const made = await ask('lin');
    const { id, fields } = (await made.json()) as { id: string; fields: string[] };
    expect([made.status, fields]).toEqual([201, renewalFields]);
    expect((await ask('ouyang')).status).toBe(404);
    // Security (c) 30: the same key for another request is no answer to it.
    const narrower = app.core.catalogue.get('driving_licence').views.find((view) => {
      const read = renewalFields.filter((name) => view.fields.some(({ field }) => field === name));
      return read.length > 0 && read.length < renewalFields.length;
    });
    for (const other of [{ view: narrower!.id }, { days: 90 }])
      expect([other, (await ask('lin', { type: 'driving_licence', ...other })).status]).toEqual([other, 409]);
    const again = await ask('lin', { type: 'driving_licence', days: 30 });
    expect([again.status, ((await again.json()) as { id: string }).id]).toEqual([201, id]);
  });

  it('after expiry it verifies as expired_copy, said in both languages (CTR-3)', async () => {
    const { body } = await make(clerk, { days: 1 });
    at += day * 1000 + 1000;
    try {
      const verdict = await judged(body.document);
      expect(verdict).toMatchObject({
        code: 'expired_copy',
        outcome: 'not_valid',
        sentence: {
          zh: '这份加注件已过使用期限。',
          en: 'The time this annotated copy was made for is over.',
        },
      });
      expect((await page(body.check_url)).text).toContain('这份加注件已过使用期限');
    } finally {
      at -= day * 1000 + 1000;
    }
  });

  it('ends with its certificate, and none is made of one that is not in force (CTR-3)', async () => {
    const { body } = await make(clerk);
    const [certificate] = await app.core.credentials.list({
      holder: (await lin()).id,
      type: 'driving_licence',
    });
    await app.core.credentials.changeState(certificate!.id, '02', 'court_order', { actor: 'test' });
    expect((await judged(body.document)).code).toBe('suspended');
    expect((await make(clerk)).body.code).toBe('certificate_state');
    await app.core.credentials.changeState(certificate!.id, '07', 'court_order', { actor: 'test' });
    expect((await judged(body.document)).code).toBe('revoked');
    expect((await page(body.check_url)).text).toContain('证照已失效');
  });
});
