import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Account } from '../../src/accounts/index.ts';
import { makeDeviceKey, makeProof } from '../../src/tour/wallet-client.ts';
import { openOfficeApi } from './office-api.ts';
import { type RunningApp, startApp } from './start-app.ts';
import { vciRequests } from './vci-requests.ts';

let app: RunningApp;
let lin: Account;
let accessToken: string;
const { accessTokenFor, credentialRequest, nonce, errorOf } = vciRequests(() => app);
beforeAll(async () => {
  app = await startApp();
  lin = (await app.core.samplePerson('lin'))!;
  accessToken = await accessTokenFor(['driving_licence_sd_jwt'], lin);
});
afterAll(() => app.stop());

const issue = async (): Promise<string> => {
  const c_nonce = await nonce();
  const proofs = [1, 2].map(async () => makeProof(app.baseUrl, c_nonce, await makeDeviceKey()));
  const answer = await credentialRequest(accessToken, {
    credential_configuration_id: 'driving_licence_sd_jwt',
    proofs: { jwt: await Promise.all(proofs) },
  });
  return ((await answer.json()) as { notification_id: string }).notification_id;
};

const notify = (body: unknown, token = accessToken, contentType = 'application/json') =>
  fetch(`${app.baseUrl}/notification`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': contentType },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('OpenID4VCI 1.0 §11, notifications', () => {
  it('records what became of the copies, once however often it is said, and tells the department and the holder', async () => {
    const notification_id = await issue();
    for (let times = 0; times < 3; times += 1) {
      const answer = await notify({ notification_id, event: 'credential_accepted' });
      expect([answer.status, await answer.text()]).toEqual([204, '']);
    }
    const [certificate] = await app.core.credentials.list({ holder: lin.id });
    const [delivery] = await app.core.credentials.deliveries.ofCertificate(certificate!.id);
    expect(delivery).toMatchObject({ id: notification_id, copies: 2, event: 'credential_accepted' });
    const told = (await app.core.audit.about(lin.id)).filter(
      ({ action }) => action === 'certificate.delivery_accepted',
    );
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ object: certificate!.id, details: { copies: 2 } });

    const api = openOfficeApi(app);
    const account = (
      await app.core.accounts.open({
        name: '测试人',
        documentKind: '414',
        documentNumber: 'E30000001',
        proofingLevel: 2,
      })
    ).id;
    await app.core.officials.posts.appoint({
      account,
      unit: certificate!.issuer,
      roles: ['issuer_clerk'],
      context: { actor: 'cli' },
    });
    const [capacity] = await app.core.officials.capacities.of(account, []);
    api.callers.set(account, { accountId: account, capacity });
    const seen = await api.call(account, 'get', `/admin/api/certificates/${certificate!.id}/deliveries`);
    expect(seen.body.deliveries[0]).toMatchObject({ copies: 2, event: 'credential_accepted' });
    expect(JSON.stringify(seen.body)).not.toContain(lin.id);
  });

  it('takes what comes later, and nothing after the copies were deleted', async () => {
    const notification_id = await issue();
    const said = async (event: string) => (await notify({ notification_id, event })).status;
    expect(await said('credential_failure')).toBe(204);
    expect(await said('credential_accepted')).toBe(204);
    expect(await said('credential_deleted')).toBe(204);
    expect(await said('credential_accepted')).toBe(204);
    const [certificate] = await app.core.credentials.list({ holder: lin.id });
    const found = await app.core.credentials.deliveries.ofCertificate(certificate!.id);
    expect(found.find(({ id }) => id === notification_id)!.event).toBe('credential_deleted');
  });

  it('keeps one word of fifty that are said at once', async () => {
    const notification_id = await issue();
    const before = (await app.core.audit.about(lin.id)).length;
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => notify({ notification_id, event: 'credential_failure' })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
    expect((await app.core.audit.about(lin.id)).length).toBe(before + 1);
  });

  it('knows no id but those of this person and wallet: invalid_notification_id', async () => {
    const notification_id = await issue();
    const chen = (await app.core.samplePerson('chen'))!;
    const other = await accessTokenFor(['driving_licence_sd_jwt'], chen);
    expect(await errorOf(await notify({ notification_id, event: 'credential_accepted' }, other))).toBe(
      'invalid_notification_id',
    );
    for (const wrong of ['n_nothing', '', '__proto__', 'x'.repeat(100)])
      expect(await errorOf(await notify({ notification_id: wrong, event: 'credential_accepted' }))).toBe(
        'invalid_notification_id',
      );
  });

  it('refuses what is not well formed: invalid_notification_request', async () => {
    const notification_id = await issue();
    for (const body of [
      { notification_id },
      { event: 'credential_accepted' },
      { notification_id, event: 'credential_eaten' },
      { notification_id: { $ne: 1 }, event: 'credential_accepted' },
      { notification_id, event: 'credential_failure', event_description: 'quoted "so"' },
      '[]',
      'not json',
      '',
    ]) {
      const answer = await notify(body);
      expect([answer.status, await errorOf(answer)]).toEqual([400, 'invalid_notification_request']);
    }
    const form = await notify('event=credential_accepted', accessToken, 'application/x-www-form-urlencoded');
    expect(await errorOf(form)).toBe('invalid_notification_request');
    expect((await notify({ notification_id, event: 'credential_accepted' }, 'x')).status).toBe(401);
  });

  it('lets a wallet in a browser ask from its own origin', async () => {
    const asked = await fetch(`${app.baseUrl}/notification`, {
      method: 'OPTIONS',
      headers: { origin: 'https://wallet.example', 'access-control-request-method': 'POST' },
    });
    expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
    expect((await notify('', 'x')).headers.get('access-control-allow-origin')).toBe('*');
  });
});
