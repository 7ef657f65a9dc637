/** Cards carried for somebody else or in an office: who shows them, and how they end with the power. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Account } from '../../src/accounts/index.ts';
import { type Portal, signInPortal } from '../../src/tour/sign-in-portal.ts';
import { getJson, issuerMetadata, makeDeviceKey, makeProof } from '../../src/tour/wallet-client.ts';
import { makeShowCode, verify } from '../../src/verifier/core/index.ts';
import { loadTrusted } from './load-trusted.ts';
import { type RunningApp, startApp } from './start-app.ts';

const context = { actor: 'cli' };
const scope = 'openid wallet office_card business_licence food_business_permit';
/** Of config/sample/guardians.csv. */
const child = { kind: '111', number: '320102201308049227', name: '潘玲英' };

describe('shown by somebody else, or in an office', () => {
  let app: RunningApp;
  let portal: Portal;
  const people = new Map<string, Account>();

  beforeAll(async () => {
    app = await startApp();
    const redirectUri = 'http://localhost:1/callback';
    const { clientId, clientSecret } = await app.core.apps.add({
      client_name: 'Another wallet',
      redirect_uris: [redirectUri],
      scope,
    });
    portal = { baseUrl: app.baseUrl, clientId, clientSecret: clientSecret!, redirectUri };
    for (const id of ['lin', 'zhou', 'zhao', 'ouyang']) people.set(id, (await app.core.samplePerson(id))!);
  }, 90_000);
  afterAll(() => app.stop());

  const enter = async (id: string, capacity?: string): Promise<string> => {
    const entered = await signInPortal(
      portal,
      {
        loginName: people.get(id)!.documentNumber,
        password: app.passwordOf(id),
        readCode: async () => /\d{6}/.exec((await app.core.smsOutbox!.messages())[0]!.text)![0],
      },
      scope,
      capacity ? { capacity } : {},
    );
    return entered.accessToken;
  };
  const call = async (token: string, path: string, body?: unknown) => {
    const answer = await fetch(`${app.baseUrl}/wallet/api${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  };
  /** A view on a key of this phone, with the address it is asked at. */
  const fetchView = async (token: string, path: string, configuration: string) => {
    const { nonce_endpoint } = await issuerMetadata(app.baseUrl);
    const { c_nonce } = await getJson<{ c_nonce: string }>(nonce_endpoint, { method: 'POST' });
    const key = await makeDeviceKey();
    const answer = await call(token, path, {
      credential_configuration_id: configuration,
      proofs: { jwt: [await makeProof(app.baseUrl, c_nonce, key)] },
    });
    const view = answer.body.credentials?.[0]?.credential as string;
    return { status: answer.status, code: answer.body.code, view, key };
  };
  const codeOf = ({ view, key }: { view: string; key: CryptoKeyPair }) =>
    makeShowCode(Buffer.from(view, 'base64url'), key.privateKey, { iat: Math.floor(Date.now() / 1000) });
  /** What a villager's page says: the code alone, the published pack, no login. */
  const scan = async (copy: { view: string; key: CryptoKeyPair }) =>
    verify(await codeOf(copy), await loadTrusted(app.baseUrl), { now: Math.floor(Date.now() / 1000) });
  const shownIn = (verdict: Awaited<ReturnType<typeof scan>>) =>
    Object.fromEntries(verdict.fields.map(({ name, value }) => [name, value]));
  /** Seconds until the online answer says that it has ended, asked again and again; the next pack says so too. */
  const untilEnded = async (copy: { view: string; key: CryptoKeyPair }): Promise<number> => {
    const from = performance.now();
    while ((await app.core.credentials.judgeOnline(await codeOf(copy))).code !== 'revoked') {
      if (performance.now() - from > 60_000) throw new Error('it never ended');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const taken = (performance.now() - from) / 1000;
    expect((await scan(copy)).code).toBe('revoked');
    return taken;
  };

  it('ZLB-5 a guardian shows her child’s certificate: the code names both, and the end of the link ends it in the pack', async () => {
    const token = await enter('lin');
    const { body: link } = await call(token, '/family/children', child);
    const path = `/family/${link.id}`;
    const card = (await call(token, `${path}/certificates`, { type: 'residence_permit' })).body;
    const copy = await fetchView(token, `${path}/copies`, 'residence_permit_view_resident');
    const verdict = await scan(copy);
    expect([verdict.code, shownIn(verdict).shown_by]).toEqual(['valid', '林**']);
    expect(verdict.fields.find(({ name }) => name === 'shown_by')).toMatchObject({
      compare: true,
      label: { zh: expect.stringContaining('出示人') },
    });
    // What names nobody has no status: nobody shows it for another.
    const nameless = card.views.filter(({ once }: { once: boolean }) => once);
    expect(nameless).toEqual([]);
    await call(token, `${path}/end`, {});
    expect(await untilEnded(copy)).toBeLessThan(5);
    const log = await app.core.audit.about(people.get('lin')!.id, 20);
    expect(log.map(({ action }) => action)).toContain('certificate.presenter_ended');
  }, 120_000);

  it('ZLB-5 SHR-3 a guardian says that her child’s certificate is wrong; it is hers to follow while the link stands', async () => {
    const token = await enter('lin');
    const { body: link } = await call(token, '/family/children', child);
    const { body: card } = await call(token, `/family/${link.id}/certificates`, { type: 'residence_permit' });
    const filed = {
      kind: 'wrong_field',
      certificate: card.certificate.id,
      field: 'present_address',
      words: '门牌号写错了',
    };
    // Without the link the child's certificate is not there for her; with a link that is another's, neither.
    expect((await call(token, '/objections', filed)).status).toBe(404);
    const others = await enter('zhou');
    expect((await call(others, '/objections', { ...filed, link: link.id })).status).toBe(404);
    const sent = await call(token, '/objections', { ...filed, link: link.id });
    expect([sent.status, sent.body.state, sent.body.person]).toEqual([201, 'open', '潘**']);
    expect((await call(token, '/objections', { ...filed, link: link.id })).status).toBe(200);
    const holder = (await app.core.families.actsFor(people.get('lin')!.id, link.id))!;
    const log = await app.core.audit.about(holder.id, 20);
    expect(log.find(({ action }) => action === 'objection.filed')).toMatchObject({
      actor: `account:${people.get('lin')!.id}`,
      fields: ['present_address'],
      details: { link: link.id },
    });
    const mine = async () => (await call(token, '/objections')).body.objections as { id: string }[];
    expect((await mine()).map(({ id }) => id)).toEqual([sent.body.id]);
    await call(token, `/family/${link.id}/end`, {});
    expect(await mine()).toEqual([]);
    expect((await call(token, `/objections/${sent.body.id}/withdraw`, {})).status).toBe(404);
  }, 120_000);

  it('ZLB-5 the guardian’s lost phone takes the child’s copies along', async () => {
    const token = await enter('lin');
    const { body: link } = await call(token, '/family/children', child);
    const copy = await fetchView(token, `/family/${link.id}/copies`, 'residence_permit_view_resident');
    expect((await scan(copy)).code).toBe('valid');
    const { id: account } = people.get('lin')!;
    await app.core.credentials.endPhones({ account, scope: { allBut: undefined }, context });
    expect(await untilEnded(copy)).toBeLessThan(5);
  }, 120_000);

  it('ZLB-5 a delegate shows her firm’s licence in her own name; the end of the mandate ends her copies, nobody else’s', async () => {
    const of = async (id: string) => {
      const all = await app.core.enterprises.capacities.of(people.get(id)!.id, ['food-business-permit']);
      return all.find(
        (one) => one.kind === 'enterprise' && one.enterprise.creditCode.startsWith('91330302'),
      )!;
    };
    const [head, delegate] = [await of('ouyang'), await of('lin')];
    const [heads, hers] = [await enter('ouyang', head.ref), await enter('lin', delegate.ref)];
    const added = await call(heads, '/certificates', { type: 'business_licence' });
    const path = `/certificates/${added.body.certificate.id}/copies`;
    const configuration = added.body.views[0].configurationId;
    const [own, lent] = [
      await fetchView(heads, path, configuration),
      await fetchView(hers, path, configuration),
    ];
    expect([shownIn(await scan(own)).shown_by, shownIn(await scan(lent)).shown_by]).toEqual([
      '欧阳**',
      '林**',
    ]);
    if (delegate.kind !== 'enterprise') throw new Error('no enterprise');
    await app.core.enterprises.endMandate(
      { accountId: people.get('ouyang')!.id },
      { mandate: delegate.mandate!.id },
    );
    expect(await untilEnded(lent)).toBeLessThan(5);
    expect((await scan(own)).code).toBe('valid');
  }, 120_000);

  it('GRS-1 SUP-1 an official carries his card in his office alone; anybody checks the code without signing in; it ends when he leaves', async () => {
    const { id } = people.get('zhao')!;
    const [post] = await app.core.officials.capacities.of(id, []);
    const own = await enter('zhao');
    const told = (await call(own, '/certificates')).body.certificates;
    expect(told.find(({ type }: { type: string }) => type === 'enforcement_card')).toMatchObject({
      status: 'unavailable',
      reason: 'in_office_only',
    });
    expect((await call(own, '/certificates', { type: 'enforcement_card' })).body.code).toBe('wrong_capacity');

    const token = await enter('zhao', post!.ref);
    expect((await call(token, '/me')).body.actingFor).toMatchObject({ id: 'zj-police', kind: 'office' });
    const types = (await call(token, '/certificates')).body.certificates.map(
      (one: { type: string }) => one.type,
    );
    expect(types.sort()).toEqual(['enforcement_card', 'grid_worker_card']);
    const added = await call(token, '/certificates', { type: 'enforcement_card' });
    const path = `/certificates/${added.body.certificate.id}/copies`;
    const copy = await fetchView(token, path, 'enforcement_card_view_standard');
    const verdict = await scan(copy);
    expect(verdict.code).toBe('valid');
    expect(shownIn(verdict)).toMatchObject({ name: '赵立新', unit: expect.any(String) });
    expect(shownIn(verdict)).not.toHaveProperty('shown_by');

    // The realms stay apart (ZZD-1): the wallet's token opens no office.
    const admin = await fetch(`${app.baseUrl}/admin/api/me`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(admin.status).toBe(403);

    await app.core.officials.posts.leave({ account: id, reason: 'left', context });
    expect(await untilEnded(copy)).toBeLessThan(60);
    expect((await call(token, '/certificates')).status).toBe(401);
  }, 120_000);
});
