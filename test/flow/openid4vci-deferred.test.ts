import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CompactEncrypt, compactDecrypt, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import type { Account } from '../../src/accounts/index.ts';
import { projectDir } from '../../src/config.ts';
import type { Role } from '../../src/officials/index.ts';
import { issuerMetadata, makeDeviceKey, makeProof } from '../../src/tour/wallet-client.ts';
import { verify } from '../../src/verifier/core/index.ts';
import { loadTrusted } from './load-trusted.ts';
import { openOfficeApi } from './office-api.ts';
import { type RunningApp, startApp } from './start-app.ts';
import { vciRequests } from './vci-requests.ts';

const context = { actor: 'cli' };
const typeId = 'driving_licence';
const configurationId = `${typeId}_sd_jwt`;

let folder: string;
let app: RunningApp;
let clock: { now(): number; ahead: number };
const { accessTokenFor, credentialRequest, nonce, errorOf } = vciRequests(() => app);

/** The sample province, with one type that an official approves. */
const start = (more: NodeJS.ProcessEnv = {}) =>
  startApp({ ONECERT_CONFIG: join(folder, 'own.yaml'), DATA_DIR: join(folder, 'data'), ...more }, { clock });

beforeAll(async () => {
  clock = { ahead: 0, now: () => Date.now() + clock.ahead };
  folder = mkdtempSync(join(tmpdir(), 'onecert-approval-'));
  for (const name of ['certificates', 'items'])
    cpSync(join(projectDir, 'config', name), join(folder, name), { recursive: true });
  const file = join(folder, 'certificates', `${typeId}.yaml`);
  writeFileSync(file, `${readFileSync(file, 'utf8')}\nissuing: approval\n`);
  writeFileSync(join(folder, 'own.yaml'), `certificatesDir: ${join(folder, 'certificates')}\n`);
  app = await start();
});
afterAll(async () => {
  await app.stop();
  rmSync(folder, { recursive: true, force: true });
});

const person = async (id: string): Promise<Account> => (await app.core.samplePerson(id))!;

const request = async (device?: CryptoKeyPair) => ({
  credential_configuration_id: configurationId,
  proofs: { jwt: [await makeProof(app.baseUrl, await nonce(), device ?? (await makeDeviceKey()))] },
});

const poll = (accessToken: string, transaction_id: unknown) =>
  fetch(`${app.baseUrl}/credential_deferred`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ transaction_id }),
  });

const ask = async (accessToken: string, device?: CryptoKeyPair) => {
  const answer = await credentialRequest(accessToken, await request(device));
  expect(answer.status).toBe(202);
  const body = (await answer.json()) as { transaction_id: string; interval: number };
  expect(body).toEqual({ transaction_id: expect.stringMatching(/^ti_/), interval: 60 });
  return body.transaction_id;
};

let made = 20_000_000;
const office = async () => {
  const api = openOfficeApi(app);
  const enter = async (account: string, unit: string) => {
    const offices = await app.core.officials.capacities.of(account, []);
    const capacity = offices.find((one) => one.kind === 'office' && one.unit.id === unit);
    api.callers.set(account, { accountId: account, capacity });
    return account;
  };
  const official = async (unit: string, roles: Role[], holder?: string) => {
    made += 1;
    const account =
      holder ??
      (
        await app.core.accounts.open({
          name: '测试人',
          documentKind: '414',
          documentNumber: `E${made}`,
          proofingLevel: 2,
        })
      ).id;
    await app.core.officials.posts.appoint({ account, unit, roles, context });
    return enter(account, unit);
  };
  const waiting = async (who: string) =>
    (await api.call(who, 'get', '/admin/api/decisions')).body.decisions as {
      id: string;
      verb: string;
      applicant: string;
      issuer: string;
      type: string;
    }[];
  const decide = (who: string, id: string, act: 'approve' | 'decline') =>
    api.call(who, 'post', `/admin/api/decisions/${id}/${act}`);
  return { official, waiting, decide, api };
};

describe('OpenID4VCI 1.0 §9, certificates that a department approves one by one', () => {
  it('defers, waits for the approver, survives a restart, and then issues to the very key that was proved', async () => {
    const lin = await person('lin');
    const accessToken = await accessTokenFor([configurationId], lin);
    const device = await makeDeviceKey();
    const transaction = await ask(accessToken, device);
    expect(await app.core.credentials.list({ holder: lin.id })).toEqual([]);
    const early = await poll(accessToken, transaction);
    expect([early.status, await early.json()]).toEqual([202, { transaction_id: transaction, interval: 60 }]);

    const { port } = new URL(app.baseUrl);
    await app.stop();
    app = await start({ PORT: port });

    const desk = await office();
    const clerk = await desk.official('zj-police', ['issuer_clerk']);
    const approver = await desk.official('zj-police', ['approver']);
    const [listed, ...others] = await desk.waiting(clerk);
    expect(others).toEqual([]);
    expect(listed).toMatchObject({ verb: 'issue', type: typeId, issuer: 'zj-police', applicant: '林**' });
    expect((await desk.decide(clerk, listed!.id, 'approve')).status).toBe(403);
    const elsewhere = await desk.official('wenzhou', ['approver']);
    expect((await desk.decide(elsewhere, listed!.id, 'approve')).status).toBe(404);
    const approved = await desk.decide(approver, listed!.id, 'approve');
    expect([approved.status, approved.body.state]).toEqual([200, 'done']);
    expect((await desk.decide(approver, listed!.id, 'decline')).body.code).toBe('proposal_ended');

    const issued = await poll(accessToken, transaction);
    expect(issued.status).toBe(200);
    const { credentials, notification_id } = (await issued.json()) as {
      credentials: { credential: string }[];
      notification_id: string;
    };
    expect(notification_id).toMatch(/^n_/);
    const { credential } = credentials[0]!;
    const verdict = await verify(credential, await loadTrusted(app.baseUrl), {
      now: Math.floor(Date.now() / 1000),
    });
    expect(verdict.code).toBe('valid');
    const { cnf } = JSON.parse(Buffer.from(credential.split('.')[1]!, 'base64url').toString());
    expect(cnf.jwk).toMatchObject(await exportJWK(device.publicKey));

    expect(await errorOf(await poll(accessToken, transaction))).toBe('invalid_transaction_id');
    // The certificate stands now: further keys need no further approval.
    expect((await credentialRequest(accessToken, await request())).status).toBe(200);
    const about = (await app.core.audit.about(lin.id)).map(({ action }) => action);
    expect(about).toEqual(
      expect.arrayContaining(['certificate.applied_for', 'certificate.application_approved']),
    );
    expect((await app.core.credentials.checkEverythingIssued()).bad).toEqual([]);
  }, 60_000);

  it('answers credential_request_denied once it is declined, and takes a new application', async () => {
    const holder = await person('chen');
    const accessToken = await accessTokenFor([configurationId], holder);
    const transaction = await ask(accessToken);
    const desk = await office();
    const approver = await desk.official('zj-police', ['approver']);
    const [one] = await desk.waiting(approver);
    expect((await desk.decide(approver, one!.id, 'decline')).body.state).toBe('declined');
    for (let times = 0; times < 2; times += 1)
      expect(await errorOf(await poll(accessToken, transaction))).toBe('credential_request_denied');
    expect(await app.core.credentials.list({ holder: holder.id })).toEqual([]);
    const again = await ask(accessToken);
    expect((await poll(accessToken, again)).status).toBe(202);
    const [next] = await desk.waiting(approver);
    // Nobody decides on her own.
    await desk.official('zj-police', ['approver'], holder.id);
    expect((await desk.decide(holder.id, next!.id, 'approve')).body.code).toBe('second_person_needed');
    clock.ahead = 31 * 86_400_000;
    const standing = await app.core.credentials.applications.get(next!.id);
    expect(app.core.credentials.applications.standing(standing!)).toBe('lapsed');
    expect(await desk.waiting(approver)).toEqual([]);
    clock.ahead = 0;
  }, 60_000);

  it('files one application, however many keys and requests ask, and issues each transaction once (50 at a time)', async () => {
    const holder = await person('ouyang');
    const accessToken = await accessTokenFor([configurationId], holder);
    const transactions = await Promise.all([1, 2, 3].map(() => ask(accessToken)));
    const desk = await office();
    const approver = await desk.official('wenzhou', ['approver']);
    const mine = (await desk.waiting(approver)).filter(({ applicant }) => applicant.startsWith('欧'));
    expect(mine).toHaveLength(1);
    await desk.decide(approver, mine[0]!.id, 'approve');
    const answers = await Promise.all(Array.from({ length: 50 }, () => poll(accessToken, transactions[0])));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 200))
      expect([202, 400]).toContain(answer.status);
    expect((await poll(accessToken, transactions[1])).status).toBe(200);
  }, 60_000);

  it('refuses a transaction to another person’s token, without a token, and one that never was', async () => {
    const accessToken = await accessTokenFor([configurationId], await person('ouyang'));
    const other = await person('chen');
    const mine = await ask(await accessTokenFor([configurationId], other));
    expect(await errorOf(await poll(accessToken, mine))).toBe('invalid_transaction_id');
    for (const wrong of ['ti_nothing', '', '__proto__'])
      expect(await errorOf(await poll(accessToken, wrong))).toBe('invalid_transaction_id');
    for (const wrong of [7, null, { $ne: 1 }, undefined])
      expect(await errorOf(await poll(accessToken, wrong))).toBe('invalid_credential_request');
    expect((await poll('x', mine)).status).toBe(401);
  }, 60_000);

  it('answers encrypted when the deferred request asks so, encrypted itself', async () => {
    const holder = await person('ouyang');
    const accessToken = await accessTokenFor([configurationId], holder);
    const { credential_request_encryption } = (await issuerMetadata(app.baseUrl)) as unknown as {
      credential_request_encryption: { jwks: { keys: JWK[] } };
    };
    const wallet = await generateKeyPair('ECDH-ES', { extractable: true });
    const credential_response_encryption = {
      jwk: { ...(await exportJWK(wallet.publicKey)), alg: 'ECDH-ES' },
      enc: 'A128GCM',
    };
    const seal = async (body: object) =>
      new CompactEncrypt(Buffer.from(JSON.stringify(body)))
        .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A128GCM' })
        .encrypt(await importJWK(credential_request_encryption.jwks.keys[0]!, 'ECDH-ES'));
    const send = async (path: string, body: object) =>
      fetch(`${app.baseUrl}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/jwt' },
        body: await seal(body),
      });
    const open = async (answer: Response) => {
      expect(answer.headers.get('content-type')).toBe('application/jwt');
      const { plaintext } = await compactDecrypt(await answer.text(), wallet.privateKey);
      return JSON.parse(Buffer.from(plaintext).toString());
    };
    const other = await person('chen');
    const token = await accessTokenFor([configurationId], other);
    const first = await fetch(`${app.baseUrl}/credential`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/jwt' },
      body: await seal({ ...(await request()), credential_response_encryption }),
    });
    expect(first.status).toBe(202);
    expect((await open(first)).transaction_id).toMatch(/^ti_/);
    expect(
      await errorOf(
        await send('/credential_deferred', { transaction_id: 'ti_x', credential_response_encryption }),
      ),
    ).toBe('invalid_transaction_id');
    const plain = await fetch(`${app.baseUrl}/credential_deferred`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ transaction_id: 'ti_x', credential_response_encryption }),
    });
    expect(await errorOf(plain)).toBe('invalid_encryption_parameters');
  }, 60_000);
});
