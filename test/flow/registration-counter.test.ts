import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Account } from '../../src/accounts/index.ts';
import { slipHtml, slipText } from '../../src/registration/index.ts';
import { raiseByFace } from '../../src/registration/raise-level.ts';
import { HttpSession } from '../../src/tour/http-session.ts';
import { faults, goodPassword, heading, newcomers, OpeningBrowser } from './opening-browser.ts';
import { type RunningApp, startApp } from './start-app.ts';

let app: RunningApp;
let officer: Account;
beforeAll(async () => {
  app = await startApp({ TRUSTED_PROXIES: 'loopback' });
  officer = (await app.core.samplePerson('chen'))!;
}, 60_000);
afterAll(() => app.stop());

const open = (person: { kind: string; number: string; name: string }, cardChecked = true) =>
  app.core.registration.openByOfficer({ ...person, cardChecked, officer: officer.id });
const startWith = async (values: Record<string, string>) => {
  const one = new OpeningBrowser(app);
  one.page = await one.open(`${one.url}/start`);
  return one.send('start', values);
};
const both = { password: goodPassword, repeat: goodPassword };

describe('an account opened by an officer, for a person without a phone (issue 4.1)', () => {
  it('is at level 3 when the card was checked, else 2, with the officer as actor of the audit', async () => {
    const { account, slip } = await open(newcomers.zhou);
    expect(account).toMatchObject({ proofingLevel: 3, state: 'active' });
    expect(account.phone).toBeUndefined();
    expect(slip.expiresAt - account.createdAt).toBeGreaterThanOrEqual(7 * 86_400);
    const entries = await app.core.audit.about(account.id);
    const byOfficer = entries.filter(({ actor }) => actor === `account:${officer.id}`);
    expect(byOfficer.map(({ action }) => action).sort()).toEqual([
      'account.registered',
      'account.start_code_made',
    ]);
    const [consent] = await app.core.registration.consentsOf(account.id);
    expect(consent).toMatchObject({ purpose: 'identity', given: 'paper' });
    expect((await open(newcomers.anna, false)).account.proofingLevel).toBe(2);
  });

  it('is refused when the register says no or knows nobody, when there is one already, and for a faulty number', async () => {
    await expect(open({ ...newcomers.shen, name: '沈秋和' })).rejects.toMatchObject({
      code: 'identity_not_matched',
    });
    await expect(open({ kind: '414', number: 'E00000009', name: '无名' })).rejects.toMatchObject({
      code: 'identity_not_matched',
    });
    await expect(open(newcomers.zhou)).rejects.toMatchObject({ code: 'account_exists' });
    const faulty = await open({ ...newcomers.shen, number: '330106199203154627' }).catch((e: unknown) => e);
    expect(faulty).toMatchObject({ code: 'invalid_request', detail: 'faults: number_check' });
    const at20 = await Promise.allSettled(Array.from({ length: 20 }, () => open(newcomers.jose)));
    expect(at20.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is started with the code from the slip, once, in any spelling, and the code outlives a bad password', async () => {
    const { account, slip } = await open(newcomers.aynur);
    const short = await startWith({ code: slip.code, password: 'kurz9', repeat: 'kurz9' });
    expect([short.status, faults(short)[0]]).toEqual([422, expect.stringMatching(/too short/)]);
    expect(short.html).toContain(`value="${slip.code}"`);
    const differ = await startWith({ code: slip.code, password: goodPassword, repeat: 'other' });
    expect(differ.status).toBe(422);
    const typed = slip.code.toLowerCase().replaceAll('-', ' ');
    const tries = await Promise.all([
      startWith({ code: typed, ...both }),
      startWith({ code: typed, ...both }),
    ]);
    expect(tries.map(({ status }) => status).sort()).toEqual([200, 422]);
    const again = await startWith({ code: slip.code, ...both });
    expect([again.status, faults(again)[0]]).toEqual([422, expect.stringMatching(/^That code is not right/)]);
    const right = { account: account.id, password: goodPassword, address: 'test' };
    expect(await app.core.accounts.checkOwnPassword(right)).toBe(true);
    await expect(app.core.registration.makeStartCode(account.id, officer.id)).rejects.toMatchObject({
      code: 'already_exists',
    });
  });

  it('gets another slip while it was never started, and the first one ends', async () => {
    const { account, slip } = await open(newcomers.anqi);
    const next = await app.core.registration.makeStartCode(account.id, officer.id);
    expect((await startWith({ code: slip.code, ...both })).status).toBe(422);
    expect(heading(await startWith({ code: next.code, ...both }))).toBe('Your account is open');
  });

  it('is no way in any more once the person has a password of her own', async () => {
    const document = { documentKind: '414' as const, documentNumber: 'E90210391' };
    const account = await app.core.accounts.open({ name: 'Ada Byron', ...document, proofingLevel: 3 });
    const slip = await app.core.registration.makeStartCode(account.id, officer.id);
    await app.core.accounts.setPassword(account.id, goodPassword);
    expect((await startWith({ code: slip.code, ...both })).status).toBe(422);
    const right = { account: account.id, password: goodPassword, address: 'test' };
    expect(await app.core.accounts.checkOwnPassword(right)).toBe(true);
  });

  it('takes no more than twenty guesses of a code from one address', async () => {
    const one = new OpeningBrowser(app);
    const page = await one.open(`${one.url}/start`);
    const statuses: number[] = [];
    for (let tries = 0; tries < 21; tries += 1) {
      statuses.push(
        (await one.send('start', { code: `BBBB-CCCC-DDDD-${1000 + tries}`, ...both }, page)).status,
      );
    }
    expect([statuses[0], statuses.at(-1)]).toEqual([422, 429]);
  });

  it('prints a slip in both languages with masked name and number', async () => {
    const { account, slip } = await open(newcomers.peien);
    const input = { slip, person: account, baseUrl: app.baseUrl };
    for (const text of [slipText(input), slipHtml(input)]) {
      expect(text).toContain(slip.code);
      expect(text).toContain('林**');
      expect(text).toContain(`${app.baseUrl}/open-account/start`);
      expect(text).toMatch(/开通码.*Start code/s);
      expect(text).not.toContain(newcomers.peien.number);
      expect(text).not.toContain(newcomers.peien.name);
    }
  });
});

describe('raising the proofing level (NET-2)', () => {
  const signIn = async (person: { number: string }) => {
    const session = new HttpSession();
    const redirectUri = 'http://localhost:1/callback';
    const { clientId } = await app.core.apps.add({
      client_name: 'Levels',
      redirect_uris: [redirectUri],
      scope: 'openid',
      token_endpoint_auth_method: 'none',
    });
    const query = new URLSearchParams({
      client_id: clientId,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'openid',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
      ui_locales: 'en',
    });
    const away = (url: URL) => url.port === '1';
    const page = await session.open(`${app.baseUrl}/auth?${query}`, away);
    await session.submit(
      session.form(page, /sign-in$/),
      { login_name: person.number, password: goodPassword },
      away,
    );
    return session;
  };
  const levelOf = async (id: string) => (await app.core.accounts.get(id))!.proofingLevel;

  it('asks for a sign-in first', async () => {
    const page = await new HttpSession().request(`${app.baseUrl}/raise-level`, {
      headers: { 'accept-language': 'en' },
    });
    expect(page.status).toBe(401);
    expect(page.html).toContain('Sign in first');
    expect(page.html).not.toContain('/raise-level/face"');
  });

  it('by face: the sample says that it is one, a no raises nothing, a yes raises to 3 and is audited', async () => {
    const { account, slip } = await open(newcomers.rare, false);
    await startWith({ code: slip.code, ...both });
    const session = await signIn(newcomers.rare);
    const page = await session.open(`${app.baseUrl}/raise-level?lang=en`);
    expect(page.html).toContain('This is a sample.');
    expect(page.html).toMatch(/Digital certificate<\/strong> \(not connected\)/);
    const refused = await session.submit(session.form(page, /face$/), { answer: 'no_match' });
    expect([refused.status, await levelOf(account.id)]).toEqual([422, 2]);
    const replayed = await session.submit(session.form(page, /face$/), { answer: 'match' });
    expect([replayed.status, await levelOf(account.id)]).toEqual([422, 2]);
    expect(faults(replayed)[0]).toBe('This check was too old.');
    const forged = session.form(refused, /face$/);
    const wrongToken = await session.submit(
      { ...forged, fields: { ...forged.fields, csrf: 'x' } },
      { answer: 'match' },
    );
    expect([wrongToken.status, await levelOf(account.id)]).toEqual([403, 2]);
    const raised = await session.submit(session.form(refused, /face$/), { answer: 'match' });
    expect(raised.html).toContain('You are at the highest level.');
    expect(await levelOf(account.id)).toBe(3);
    const entries = await app.core.audit.about(account.id);
    expect(entries.find(({ action }) => action === 'account.level_raised')).toMatchObject({
      actor: `account:${account.id}`,
      details: { way: 'face', from: 2, to: 3, adapter: 'sample' },
    });
  });

  it('by face: a check counts for the person who began it, and a silent one raises nothing', async () => {
    const anna = (await app.core.accounts.findByDocument(newcomers.anna.kind, newcomers.anna.number))!;
    const other = (await app.core.accounts.findByDocument(newcomers.zhou.kind, newcomers.zhou.number))!;
    const sessionId = await app.core.registration.beginFaceCheck(anna.id);
    expect(await app.core.registration.raiseByFace(other.id, sessionId)).toBe('expired');
    expect(await app.core.registration.raiseByFace(anna.id, sessionId)).toBe('unavailable');
    const context = app.core.registration.pages;
    const asked: unknown[] = [];
    const silent = {
      adapter: 'test',
      isSample: false,
      async check(_session: string, person: unknown) {
        asked.push(person);
        return 'unavailable' as const;
      },
    };
    const next = await app.core.registration.beginFaceCheck(anna.id);
    expect(await raiseByFace({ ...context, face: silent }, anna.id, next)).toBe('unavailable');
    const { documentKind: kind, documentNumber: number, name } = anna;
    expect(asked).toEqual([{ kind, number, name }]);
    expect(await levelOf(anna.id)).toBe(2);
  });

  it('by an officer, never by oneself, and never down', async () => {
    const anna = (await app.core.accounts.findByDocument(newcomers.anna.kind, newcomers.anna.number))!;
    await expect(app.core.registration.raiseByOfficer(anna.id, anna.id)).rejects.toMatchObject({
      code: 'forbidden',
    });
    await Promise.all(
      Array.from({ length: 5 }, () => app.core.registration.raiseByOfficer(anna.id, officer.id)),
    );
    expect(await levelOf(anna.id)).toBe(3);
    const raises = (await app.core.audit.about(anna.id)).filter(
      ({ action }) => action === 'account.level_raised',
    );
    expect(raises).toMatchObject([{ actor: `account:${officer.id}`, details: { way: 'officer' } }]);
  });
});
