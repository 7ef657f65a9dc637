import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Account, EnterpriseCapacity } from '../../src/accounts/index.ts';
import { type Portal, signInPortal } from '../../src/tour/sign-in-portal.ts';
import {
  issuerMetadata,
  makeDeviceKey,
  makeProof,
  requestCredentials,
} from '../../src/tour/wallet-client.ts';
import { verify } from '../../src/verifier/core/index.ts';
import { loadTrusted } from './load-trusted.ts';
import { type RunningApp, startApp } from './start-app.ts';
import { vciRequests } from './vci-requests.ts';

const scope = 'openid wallet business_licence food_business_permit driving_licence';
const seconds = (): number => Math.floor(Date.now() / 1000);

interface Card {
  type: string;
  status: string;
  certificate?: { id: string };
}

describe('an enterprise as a holder (NET-3)', () => {
  let app: RunningApp;
  let portal: Portal;
  const { nonce, credentialRequest, errorOf } = vciRequests(() => app);
  const people = new Map<string, Account>();
  const tokens = new Map<string, string>();

  beforeAll(async () => {
    app = await startApp();
    const redirectUri = 'http://localhost:1/callback';
    const { clientId, clientSecret } = await app.core.apps.add({
      client_name: 'Wallet of another maker',
      redirect_uris: [redirectUri],
      scope,
    });
    portal = { baseUrl: app.baseUrl, clientId, clientSecret: clientSecret!, redirectUri };
    for (const id of ['ouyang', 'zhou', 'lin']) people.set(id, (await app.core.samplePerson(id))!);
  }, 60_000);
  afterAll(() => app.stop());

  const capacityOf = async (id: string): Promise<EnterpriseCapacity> => {
    const all = await app.core.enterprises.capacities.of(people.get(id)!.id, ['food-business-permit']);
    return all.find(
      (one) => one.kind === 'enterprise' && one.enterprise.creditCode.startsWith('91330302'),
    )! as never;
  };
  const tokenOf = async (id: string): Promise<string> => {
    const known = tokens.get(id);
    if (known) return known;
    const person = { loginName: people.get(id)!.documentNumber, password: app.passwordOf(id) };
    const { ref } = await capacityOf(id);
    const { accessToken } = await signInPortal(portal, person, scope, { capacity: ref });
    tokens.set(id, accessToken);
    return accessToken;
  };
  const call = async (id: string, path: string, body?: unknown) => {
    const answer = await fetch(`${app.baseUrl}/wallet/api${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${await tokenOf(id)}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  };
  const cards = async (id: string): Promise<Card[]> => (await call(id, '/certificates')).body.certificates;
  const request = async (id: string, configurationId: string) => {
    const accessToken = await tokenOf(id);
    const metadata = await issuerMetadata(app.baseUrl);
    const keys = [await makeDeviceKey()];
    const [got] = await requestCredentials({
      issuer: app.baseUrl,
      metadata,
      accessToken,
      configurationId,
      keys,
    });
    return got;
  };
  const judge = async (credential: unknown) =>
    (await verify(String(credential), await loadTrusted(app.baseUrl), { now: seconds() })).code;

  it('is seen by its legal representative in its name: its types alone, under its name', async () => {
    const { enterprise } = await capacityOf('ouyang');
    const me = await call('ouyang', '/me');
    expect(me.body).toMatchObject({
      displayName: expect.stringContaining('*'),
      actingFor: { id: enterprise.id, name: enterprise.name, kind: 'enterprise' },
    });
    const types = (await cards('ouyang')).map(({ type }) => type);
    expect(types).toContain('business_licence');
    expect(types).toContain('vehicle_licence');
    expect(types).not.toContain('driving_licence');
    const refused = await call('ouyang', '/certificates', { type: 'driving_licence' });
    expect([refused.status, refused.body.code]).toEqual([403, 'wrong_capacity']);
  });

  it('gets its certificates, and the person copies of them bound to her key, over OpenID4VCI', async () => {
    const added = await call('ouyang', '/certificates', { type: 'business_licence' });
    expect(added.status).toBe(201);
    const { enterprise } = await capacityOf('ouyang');
    const sdJwt = await request('ouyang', 'business_licence_sd_jwt');
    expect(await judge(sdJwt)).toBe('valid');
    const [held] = await app.core.credentials.list({ holder: enterprise.id, type: 'business_licence' });
    expect(held).toMatchObject({
      id: added.body.certificate.id,
      fields: { credit_code: enterprise.creditCode },
    });
    const [copy] = await app.core.credentials.copiesOf(enterprise.id);
    expect(copy).toMatchObject({ holder: enterprise.id, presenter: { account: people.get('ouyang')!.id } });
    const person = await credentialRequest(await tokenOf('ouyang'), {
      credential_configuration_id: 'driving_licence_sd_jwt',
    });
    expect(await errorOf(person)).toBe('credential_request_denied');
  });

  it('gives a delegate what the items of her mandate name, and nothing else', async () => {
    expect((await cards('lin')).map(({ type }) => type)).toEqual(['business_licence']);
    const refused = await call('lin', '/certificates', { type: 'food_business_permit' });
    expect([refused.status, refused.body.code]).toEqual([403, 'wrong_capacity']);
    await expect(request('lin', 'food_business_permit_sd_jwt')).rejects.toThrow(/credential_request_denied/);
    const [card] = await cards('lin');
    const proof = await makeProof(app.baseUrl, await nonce(), await makeDeviceKey());
    const copied = await call('lin', `/certificates/${card!.certificate!.id}/copies`, {
      credential_configuration_id: 'business_licence_sd_jwt',
      proofs: { jwt: [proof] },
    });
    expect(copied.status).toBe(200);
    const { mandate, enterprise } = await capacityOf('lin');
    const copies = await app.core.credentials.copiesOf(enterprise.id);
    const hers = copies.filter(({ presenter }) => presenter?.account === people.get('lin')!.id);
    expect(hers.map(({ presenter }) => presenter?.mandate)).toEqual([mandate!.id]);
  });

  it('is in the log of the enterprise and of who acted, by the person', async () => {
    const lin = people.get('lin')!.id;
    const { enterprise } = await capacityOf('lin');
    for (const subject of [lin, enterprise.id]) {
      const issued = (await app.core.audit.about(subject)).filter(
        ({ action, actor }) => action === 'certificate.issued' && actor === `account:${lin}`,
      );
      expect([subject, issued.length]).toEqual([subject, 1]);
    }
  });

  it('ends the delegate’s copies at once with her mandate, and nobody else’s', async () => {
    const hers = await request('lin', 'business_licence_sd_jwt');
    const others = await request('ouyang', 'business_licence_sd_jwt');
    expect([await judge(hers), await judge(others)]).toEqual(['valid', 'valid']);
    const { mandate } = await capacityOf('lin');
    await app.core.enterprises.endMandate({ accountId: people.get('ouyang')!.id }, { mandate: mandate!.id });
    expect([await judge(hers), await judge(others)]).toEqual(['revoked', 'valid']);
    expect((await call('lin', '/certificates')).status).toBe(401);
    expect((await app.core.credentials.checkEverythingIssued()).bad).toEqual([]);
  });

  it('ends the copies of a power that ended unsaid: after a crash the periodic job finds it', async () => {
    const zhou = people.get('zhou')!.id;
    const hers = await request('zhou', 'business_licence_sd_jwt');
    const { endPresenter } = app.core.credentials;
    app.core.credentials.endPresenter = () => Promise.reject(new Error('the store is gone'));
    const { ref, enterprise } = await capacityOf('zhou');
    const { managers } = (await app.core.enterprises.find(enterprise.id))!;
    const [post] = managers.filter(({ account }) => account === zhou);
    const act = { accountId: people.get('ouyang')!.id };
    await app.core.enterprises.removeManager(act, { enterprise: enterprise.id, post: post!.id });
    app.core.credentials.endPresenter = endPresenter;
    expect([await app.core.enterprises.stands(zhou, ref), await judge(hers)]).toEqual([false, 'valid']);
    expect(await app.core.credentials.endPresentersWithout(app.core.enterprises.stands)).toBe(1);
    expect(await judge(hers)).toBe('revoked');
    expect(await app.core.credentials.endPresentersWithout(app.core.enterprises.stands)).toBe(0);
  });
});
