import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditEntry } from '../../src/audit/index.ts';
import { type Portal, signInPortal } from '../../src/tour/sign-in-portal.ts';
import { type RunningApp, startApp } from './start-app.ts';

const renewal = 'driving-licence-renewal';
const renewalScope = `openid item:${renewal}`;
const renewalFields = ['name', 'licence_number', 'class', 'first_issue', 'valid_until', 'authority'];

let app: RunningApp;
let portal: Portal;
let department: Portal;

const addApp = async (name: string, port: number): Promise<Portal> => {
  const redirectUri = `http://localhost:${port}/callback`;
  const { clientId, clientSecret } = await app.core.apps.add({
    client_name: name,
    redirect_uris: [redirectUri],
    scope: app.core.appScopes.join(' '),
  });
  return { baseUrl: app.baseUrl, clientId, clientSecret: clientSecret!, redirectUri };
};

beforeAll(async () => {
  app = await startApp();
  portal = await addApp('Portal', 1);
  department = await addApp('Department', 2);
}, 60_000);
afterAll(() => app.stop());

const accountOf = async (id: string) => (await app.core.samplePerson(id))!;
const signIn = async (id: string, scope = renewalScope, through = portal) => {
  const { documentNumber } = await accountOf(id);
  return signInPortal(through, { loginName: documentNumber, password: app.passwordOf(id) }, scope);
};

/** The answer of the portal's API: status and body. */
const call = async (token: string, path: string, item?: string) => {
  const answer = await fetch(`${app.baseUrl}/portal${path}`, {
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(item ? { method: 'POST', body: JSON.stringify({ item }) } : {}),
  });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
};

describe('a service item through the portal', () => {
  it('is filled in: it asks for nothing and has exactly the item’s fields, for no visit and no paper', async () => {
    const { accessToken } = await signIn('lin');
    const { status, headers, body } = await call(accessToken, `/items/${renewal}`);
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toMatchObject({
      item: { code: renewal, name: { zh: '驾驶证期满换证', en: 'Renew a driving licence' } },
      certificate: { state: '01' },
      asks: [],
      visits: { before: 2, now: 0 },
      papers: { before: 3, now: 0 },
    });
    const { prefilled } = body as { prefilled: { name: string; label: { zh: string }; value: string }[] };
    expect(prefilled.map(({ name }) => name)).toEqual(renewalFields);
    const lin = await accountOf('lin');
    expect(prefilled[0]).toMatchObject({ label: { zh: '姓名', en: 'Name' }, value: lin.name });
    expect(prefilled[1]!.value).toBe(lin.documentNumber);
  });

  it('says of each field which certificate it comes from, when the item reads two', async () => {
    const code = 'driving-licence-transfer-in';
    const { accessToken } = await signIn('lin', `openid item:${code}`);
    const { body } = await call(accessToken, `/items/${code}`);
    const { prefilled } = body as { prefilled: { certificate: string; name: string }[] };
    expect(prefilled.map(({ certificate, name }) => `${certificate}.${name}`)).toEqual([
      ...['name', 'licence_number', 'class', 'first_issue', 'valid_until', 'file_number', 'authority'].map(
        (name) => `driving_licence.${name}`,
      ),
      ...['present_address', 'region', 'valid_until'].map((name) => `residence_permit.${name}`),
    ]);
  });

  it('is closed to a token without the item’s scope, and to no token', async () => {
    const { accessToken } = await signIn('lin', 'openid profile item:driving-points-statement');
    const answers = [
      await call(accessToken, `/items/${renewal}`),
      await call(accessToken, '/cases', renewal),
      await call(accessToken, '/items/no-such-item'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(answers[0]!.headers.get('www-authenticate')).toContain(`scope="item:${renewal}"`);
    const without = await signIn('lin', 'openid driving_licence');
    expect((await call(without.accessToken, '/cases')).status).toBe(403);
    expect((await fetch(`${app.baseUrl}/portal/items/${renewal}`)).status).toBe(401);
  });

  it('gives one case however often it is submitted, at the same moment or later', async () => {
    const { accessToken } = await signIn('ouyang');
    const submit = () => call(accessToken, '/cases', renewal);
    const answers = [...(await Promise.all([submit(), submit(), submit()])), await submit()];
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(new Set(answers.map(({ body }) => body.number)).size).toBe(1);
    const { body } = await call(accessToken, '/cases');
    expect(body.cases).toEqual([
      {
        number: answers[0]!.body.number,
        item: renewal,
        item_name: { zh: '驾驶证期满换证', en: 'Renew a driving licence' },
        state: 'accepted',
        created_at: expect.any(Number),
      },
    ]);
    const about = await app.core.audit.about((await accountOf('ouyang')).id);
    expect(about.filter(({ action }) => action === 'case.submitted')).toHaveLength(1);
  });

  it('shows the case to the department’s app, which knows the person by another sub', async () => {
    const atPortal = await signIn('petrov');
    const { body: submitted } = await call(atPortal.accessToken, '/cases', renewal);
    const atDepartment = await signIn('petrov', renewalScope, department);
    expect(atDepartment.subject).not.toBe(atPortal.subject);
    const { body } = await call(atDepartment.accessToken, '/cases');
    expect(body.cases).toEqual([submitted]);
    for (const sub of [atPortal.subject, atDepartment.subject]) {
      expect(JSON.stringify(body)).not.toContain(sub);
    }
    const otherItem = await signIn('petrov', 'openid item:driving-points-statement', department);
    expect((await call(otherItem.accessToken, '/cases')).body.cases).toEqual([]);
  });

  it('cannot be handled online with a suspended licence, and the refusal is in the person’s log', async () => {
    const { accessToken } = await signIn('chen');
    const filledIn = await call(accessToken, `/items/${renewal}`);
    expect([filledIn.status, filledIn.body.certificate.state]).toEqual([200, '02']);
    const refused = await call(accessToken, '/cases', renewal);
    expect([refused.status, refused.body.code]).toEqual([409, 'certificate_state']);
    expect((await call(accessToken, '/cases')).body.cases).toEqual([]);
    const about = await app.core.audit.about((await accountOf('chen')).id);
    expect(about.find(({ action }) => action === 'case.submitted')).toMatchObject({
      result: 'refused',
      details: { item: renewal, reason: 'certificate_state', state: '02' },
    });
  });

  it('has nothing for a person without the certificate', async () => {
    const { accessToken } = await signIn('wu');
    const answer = await call(accessToken, `/items/${renewal}`);
    expect([answer.status, answer.body.code]).toEqual([404, 'not_in_register']);
  });

  it('is refused to a person when it is an enterprise’s', async () => {
    const { accessToken } = await signIn('lin', 'openid item:food-business-permit');
    for (const answer of [
      await call(accessToken, '/items/food-business-permit'),
      await call(accessToken, '/cases', 'food-business-permit'),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
    }
  });

  it('writes every reading into the audit about the person: field names, and no value', async () => {
    const account = await accountOf('wang');
    const { accessToken } = await signIn('wang');
    const { body } = await call(accessToken, `/items/${renewal}`);
    await call(accessToken, `/items/${renewal}`);
    const about = await app.core.audit.about(account.id);
    const readings = about.filter(({ action }: AuditEntry) => action === 'certificate.read_for_item');
    expect(readings).toHaveLength(2);
    for (const reading of readings) {
      expect(reading).toMatchObject({
        actor: `client:${portal.clientId}`,
        subject: account.id,
        fields: renewalFields,
        result: 'ok',
        details: { item: renewal },
      });
    }
    const text = JSON.stringify(about);
    for (const { name, value } of body.prefilled as { name: string; value: string }[]) {
      // A class such as C1 is too short to look for in hashes and ids.
      if (value.length > 4) expect([name, text.includes(value)]).toEqual([name, false]);
    }
  });
});

describe('the consent page', () => {
  const asks = async (scope: string, language: string): Promise<string> => {
    const asked = new URLSearchParams({
      client_id: portal.clientId,
      redirect_uri: portal.redirectUri,
      response_type: 'code',
      scope,
      ui_locales: language,
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    });
    const { session } = await signIn('jin', 'openid');
    const page = await session.open(`${app.baseUrl}/auth?${asked}`);
    expect(page.status).toBe(200);
    return page.html;
  };

  it('names the item and every field that it reads', async () => {
    expect(await asks(renewalScope, 'zh-CN')).toContain(
      '办理「驾驶证期满换证」，并读取您的机动车驾驶证（姓名、证号、准驾车型',
    );
  });

  it('writes the name of a certificate as it is, the province’s capital letter too', async () => {
    expect(await asks('openid residence_permit', 'en')).toContain('Receive your “Zhejiang residence permit”');
  });
});

describe('the public list of items', () => {
  const get = (path: string) => fetch(`${app.baseUrl}${path}`);

  it('says of each item what it asks, of whom and on what basis, to anyone', async () => {
    const answer = await get('/items');
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
    const { items } = (await answer.json()) as { items: { code: string; scope?: string }[] };
    expect(items).toHaveLength(10);
    const scoped = items.filter(({ scope }) => scope).map(({ scope }) => scope);
    expect(app.core.appScopes).toEqual(expect.arrayContaining(scoped));
    expect(items.find(({ code }) => code === renewal)).toEqual({
      code: renewal,
      name: { zh: '驾驶证期满换证', en: 'Renew a driving licence' },
      unit: { id: 'zj-police', name: { zh: '浙江省公安厅', en: 'Zhejiang Public Security Department' } },
      legal_basis: { zh: expect.stringContaining('《'), en: expect.any(String) },
      who: ['person'],
      delegate: false,
      certificates: [
        {
          type: 'driving_licence',
          name: { zh: '机动车驾驶证', en: 'Driving licence' },
          fields: renewalFields.map((name) => ({ name, label: expect.anything() })),
        },
      ],
      level: { proofing: 2, authenticator: 1 },
      visits: { before: 2, now: 0 },
      papers: { before: 3, now: 0 },
      handled: 'both',
      prefill: true,
      state: 'active',
      scope: `item:${renewal}`,
    });
  });

  it('has one item at its code, without a scope when no app may ask for it, and 404 for none', async () => {
    const check = (await (await get('/items/roadside-licence-check')).json()) as Record<string, unknown>;
    expect(check).toMatchObject({ who: ['official'], handled: 'counter' });
    expect(check).not.toHaveProperty('scope');
    expect(await (await get('/items/exit-entry-documents')).json()).toMatchObject({
      state: 'retired',
      certificates: [],
    });
    for (const path of ['/items/no-such-item', '/items/__proto__', '/items/%00']) {
      const missing = await get(path);
      expect([path, missing.status >= 400 && missing.status < 500]).toEqual([path, true]);
    }
    expect((await get('/items/no-such-item')).status).toBe(404);
  });
});
