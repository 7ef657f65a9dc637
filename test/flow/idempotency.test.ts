import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Role } from '../../src/officials/index.ts';
import { openOfficeApi } from './office-api.ts';
import { type RunningApp, startApp } from './start-app.ts';

const context = { actor: 'cli' };
const offer = (number: string) => ({ document: { kind: '111', number }, type: 'driving_licence' });

describe('Idempotency-Key: a request sent twice is done once (security (c) 30)', () => {
  let app: RunningApp;
  let api: ReturnType<typeof openOfficeApi>;
  let order = 0;
  const dir = mkdtempSync(join(tmpdir(), 'onecert-once-'));
  const clock = { ahead: 0, now: () => Date.now() + clock.ahead };

  const official = async (unit: string, roles: Role[]): Promise<string> => {
    order += 1;
    const { id } = await app.core.accounts.open({
      name: '测试人',
      documentKind: '414',
      documentNumber: `E${String(20_000_000 + order)}`,
      proofingLevel: 2,
    });
    await app.core.officials.posts.appoint({ account: id, unit, roles, context });
    return enter(id);
  };
  const enter = async (accountId: string): Promise<string> => {
    const [capacity] = await app.core.officials.capacities.of(accountId, []);
    api.callers.set(accountId, { accountId, capacity });
    return accountId;
  };
  const send = (caller: string, path: string, body: object, key?: string) =>
    api.call(caller, 'post', `/admin/api${path}`, body, key ? { 'idempotency-key': key } : {});
  const numberOf = async (person: string) => (await app.core.samplePerson(person))!.documentNumber;
  const offersMade = async () =>
    (await app.core.audit.about((await app.core.samplePerson('lin'))!.id)).filter(
      ({ action }) => action === 'offer.created',
    ).length;

  beforeAll(async () => {
    app = await startApp({ DATA_DIR: dir }, { clock });
    api = openOfficeApi(app);
  }, 180_000);
  afterAll(async () => {
    await app.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('the same key and body give the same answer: one offer, one code', async () => {
    const clerk = await official('zj-police', ['issuer_clerk']);
    const before = await offersMade();
    const body = offer(await numberOf('lin'));
    const first = await send(clerk, '/offers', body, 'offer-key-1');
    const second = await send(clerk, '/offers', body, 'offer-key-1');
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect([first.headers['idempotency-replayed'], second.headers['idempotency-replayed']]).toEqual([
      undefined,
      'true',
    ]);
    expect(await offersMade()).toBe(before + 1);
    expect((await send(clerk, '/offers', body)).body).not.toEqual(first.body);
  });

  it('the same key with another body, or at another address, is refused and nothing is done', async () => {
    const clerk = await official('zj-police', ['issuer_clerk']);
    const body = offer(await numberOf('lin'));
    await send(clerk, '/offers', body, 'offer-key-2');
    const before = await offersMade();
    const other = await send(clerk, '/offers', { ...body, txCode: false }, 'offer-key-2');
    const elsewhere = await send(clerk, '/issue-batches', { type: 'driving_licence' }, 'offer-key-2');
    for (const { status, body: problem } of [other, elsewhere])
      expect([status, problem.code]).toEqual([422, 'idempotency_key_reused']);
    expect(await offersMade()).toBe(before);
  });

  it('sixteen duplicates at once are one act and one answer', async () => {
    const clerk = await official('zj-police', ['issuer_clerk']);
    const before = await offersMade();
    const body = offer(await numberOf('lin'));
    const answers = await Promise.all(
      Array.from({ length: 16 }, () => send(clerk, '/offers', body, 'offer-key-3')),
    );
    expect(new Set(answers.map(({ body: made }) => JSON.stringify(made))).size).toBe(1);
    expect(await offersMade()).toBe(before + 1);
  });

  it('a key is its sender’s: another clerk who uses the same one asks for herself', async () => {
    const clerks = [
      await official('zj-police', ['issuer_clerk']),
      await official('zj-police', ['issuer_clerk']),
    ];
    const body = offer(await numberOf('lin'));
    const answers = await Promise.all(clerks.map((clerk) => send(clerk, '/offers', body, 'offer-key-4')));
    expect(answers.map(({ headers }) => headers['idempotency-replayed'])).toEqual([undefined, undefined]);
    expect(answers[0]!.body).not.toEqual(answers[1]!.body);
  });

  it('a request that was refused is not remembered: put right, the same key works', async () => {
    const clerk = await official('zj-police', ['issuer_clerk']);
    const lin = (await app.core.samplePerson('lin'))!;
    const { id } = await app.core.credentials.ensureCertificate(lin, 'driving_licence', context);
    const resume = () => send(clerk, `/certificates/${id}/resume`, { reason: 'court_order' }, 'resume-key-1');
    expect((await resume()).body.code).toBe('certificate_state');
    await app.core.credentials.changeState(id, '02', 'test', context);
    expect((await resume()).status).toBe(201);
    await app.core.credentials.changeState(id, '01', 'test', context);
  });

  it('a batch proposed twice is one batch, approved by another person once', async () => {
    const [clerk, approver] = [
      await official('zj-police', ['issuer_clerk']),
      await official('zj-police', ['issuer_clerk', 'approver']),
    ];
    const body = { type: 'driving_licence' };
    expect((await send(clerk, '/issue-batches', body)).status).toBe(400);
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => send(clerk, '/issue-batches', body, 'batch-key-1')),
    );
    expect(new Set(answers.map(({ body: { id } }) => id)).size).toBe(1);
    const { id } = answers[0]!.body as { id: string };
    const decide = (caller: string, verb: string) =>
      send(caller, `/issue-batches/${id}/${verb}`, {}, `${verb}-key-1`);
    expect((await decide(clerk, 'approve')).status).toBe(403);
    const approved = await Promise.all([decide(approver, 'approve'), decide(approver, 'approve')]);
    expect(approved.map(({ status }) => status)).toEqual([200, 200]);
    expect((await send(approver, `/issue-batches/${id}/approve`, {})).body.code).toBe('proposal_ended');
  });

  it('it survives a restart, and is over after a day', async () => {
    const clerk = await official('zj-police', ['issuer_clerk']);
    const body = offer(await numberOf('zhou'));
    const first = await send(clerk, '/offers', body, 'offer-key-5');
    const { port } = new URL(app.baseUrl);
    await app.stop();
    app = await startApp({ DATA_DIR: dir, PORT: port }, { clock });
    api = openOfficeApi(app);
    await enter(clerk);
    expect((await send(clerk, '/offers', body, 'offer-key-5')).body).toEqual(first.body);
    clock.ahead = 86_401_000;
    const later = await send(clerk, '/offers', body, 'offer-key-5');
    expect(later.status).toBe(201);
    expect(later.body).not.toEqual(first.body);
  }, 60_000);
});
