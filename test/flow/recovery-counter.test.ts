import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express, { type RequestHandler } from 'express';
import { pino } from 'pino';
import request from 'supertest';
import type { Capacity } from '../../src/accounts/index.ts';
import { adminRoutes } from '../../src/admin/index.ts';
import { ServiceError } from '../../src/errors.ts';
import { problemHandler } from '../../src/http/index.ts';
import type { Role } from '../../src/officials/index.ts';
import { type Portal, signInPortal, userInfo } from '../../src/tour/sign-in-portal.ts';
import { heading, OpeningBrowser } from './opening-browser.ts';
import {
  addLoser,
  type Loser,
  messagesTo,
  newPassword,
  RecoveringBrowser,
  signsIn,
} from './recovering-browser.ts';
import { type RunningApp, startApp } from './start-app.ts';

let app: RunningApp;
let portal: Portal;
let call: (caller: string | undefined, path: string, body?: object) => request.Test;
const callers = new Map<string, { accountId: string; capacity?: Capacity }>();

const officer = async (unit: string, roles: Role[] = ['counter_lead']): Promise<string> => {
  const { account } = await addLoser(app);
  await app.core.officials.posts.appoint({ account: account.id, unit, roles, context: { actor: 'cli' } });
  const [capacity] = await app.core.officials.capacities.of(account.id, []);
  callers.set(account.id, { accountId: account.id, ...(capacity ? { capacity } : {}) });
  return account.id;
};

beforeAll(async () => {
  app = await startApp({ TRUSTED_PROXIES: 'loopback' });
  const redirectUri = 'http://localhost:1/callback';
  const added = await app.core.apps.add({
    client_name: '窗口测试',
    redirect_uris: [redirectUri],
    scope: 'openid profile offline_access',
  });
  portal = { baseUrl: app.baseUrl, redirectUri, clientId: added.clientId, clientSecret: added.clientSecret! };
  // The routes on the real core; who calls is said by a header, as the guard says it from the token.
  const requireScope = (): RequestHandler => (req, _res, next) => {
    const caller = callers.get(req.get('x-caller') ?? '');
    if (!caller) throw new ServiceError('unauthenticated');
    Object.assign(req, { caller });
    next();
  };
  const server = express();
  const { admin, storage } = app.core;
  server.use(adminRoutes({ ...admin.dependencies, ephemeral: storage.ephemeral, requireScope }));
  server.use(problemHandler({ baseUrl: app.baseUrl, logger: pino({ level: 'silent' }) }));
  call = (caller, path, body = {}) => {
    const sent = request(server).post(`/admin/api${path}`).set({ accept: 'application/json' });
    return (caller ? sent.set('x-caller', caller) : sent).send(body);
  };
}, 60_000);
afterAll(() => app.stop());

const purpose = 'lost_phone';
const find = (by: string, who: Loser) =>
  call(by, '/people/find', { document: { kind: '414', number: who.number }, purpose });
const actionsOf = async (who: Loser) =>
  (await app.core.audit.about(who.account.id)).map(({ action, actor }) => [action, actor]);

describe('a lost phone at a counter (issue 4.2)', () => {
  it('is found by document, masked, with the purpose on the person’s own log', async () => {
    const [her, lead] = [await addLoser(app), await officer('wenzhou')];
    const found = await find(lead, her);
    expect(found.body).toEqual({
      account: her.account.id,
      name: '苏**',
      phone: `${her.phone.slice(0, 3)}****${her.phone.slice(-4)}`,
      state: 'active',
      proofingLevel: 3,
      authenticators: ['password', 'recovery'],
    });
    const looked = (await app.core.audit.about(her.account.id)).find(
      ({ action }) => action === 'person.looked_up',
    );
    expect(looked).toMatchObject({ actor: `account:${lead}`, details: { purpose, unit: 'wenzhou' } });
    expect((await find(lead, { ...her, number: 'E00000000' })).status).toBe(404);
    expect((await call(lead, '/people/find', { document: { kind: '414', number: her.number } })).status).toBe(
      400,
    );
  });

  it('is ended in one call: tokens, sessions, text messages and recoveries are dead when it answers', async () => {
    const [her, lead] = [await addLoser(app), await officer('wenzhou')];
    const signedIn = await Promise.all(
      [1, 2, 3].map(() =>
        signInPortal(portal, { loginName: her.number, password: her.password }, 'openid profile'),
      ),
    );
    const thief = new RecoveringBrowser(app);
    await thief.begin(her.phone);
    await thief.proveMessage(her.phone);
    const answer = await call(lead, `/people/${her.account.id}/end-phone`, { purpose });
    expect([answer.status, answer.body]).toEqual([200, { account: her.account.id, ended: true, copies: 0 }]);
    for (const one of signedIn) {
      await expect(userInfo(portal, one)).rejects.toThrow();
      const again = await one.session.open(`${app.baseUrl}/recover/waiting`);
      expect(again.status).toBe(401);
    }
    const account = (await app.core.accounts.get(her.account.id))!;
    expect(account.phone).toBeUndefined();
    expect((await app.core.accounts.authenticators.methodsOf(account)).has('sms')).toBe(false);
    await thief.look();
    expect(heading(thief.page)).toBe('Recover your password');
    const told = await app.core.accounts.authenticators.notices(her.account.id);
    expect(told.map(({ kind }) => kind)).toContain('phone_ended');
    expect(await actionsOf(her)).toEqual(
      expect.arrayContaining([
        ['person.phone_end_asked', `account:${lead}`],
        ['phone.ended', `account:${lead}`],
      ]),
    );
    // She keeps what she knows, and signs in with it.
    expect(await signsIn(app, her, her.password)).toBe(true);
  });
});

describe('what a counter ends', () => {
  const endPhone = (by: string, account: string) => call(by, `/people/${account}/end-phone`, { purpose });

  it('is never an official’s phone, and never one’s own (security (b) Privilege escalation)', async () => {
    const [lead, other] = [await officer('wenzhou'), await officer('zj-police', ['issuer_clerk'])];
    expect((await endPhone(lead, lead)).body.code).toBe('second_person_needed');
    const refused = await endPhone(lead, other);
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
    for (const one of [lead, other]) expect((await app.core.accounts.get(one))?.phone).toBeDefined();
  });

  it('is bounded for each officer: thirty an hour, resets with it', async () => {
    const [her, lead, another] = [await addLoser(app), await officer('wenzhou'), await officer('wenzhou')];
    const nobody = `p_${'0'.repeat(22)}`;
    for (let nth = 0; nth < 29; nth += 1) expect((await endPhone(lead, nobody)).status).toBe(404);
    expect((await endPhone(lead, her.account.id)).status).toBe(200);
    const reset = { purpose: 'lost_everything', cardChecked: true, phone: 'keep' };
    expect((await call(lead, `/people/${her.account.id}/reset`, reset)).status).toBe(429);
    expect((await endPhone(lead, her.account.id)).status).toBe(429);
    expect((await endPhone(another, her.account.id)).status).toBe(200);
  });
});

describe('a reset at a counter takes two officers', () => {
  const proposal = { purpose: 'lost_everything', cardChecked: true, phone: 'keep' };
  const propose = (by: string, who: Loser, more: object = {}) =>
    call(by, `/people/${who.account.id}/reset`, { ...proposal, ...more });
  const approve = (by: string, id: string) => call(by, `/resets/${id}/approve`);

  it('everything old is off, and the slip gives a new start to whoever was checked twice', async () => {
    const her = await addLoser(app);
    const [first, second] = [await officer('wenzhou'), await officer('wenzhou')];
    const signedIn = await signInPortal(
      portal,
      { loginName: her.number, password: her.password },
      'openid profile',
    );
    const filed = await propose(first, her);
    expect([filed.status, filed.body.state, filed.body.slip]).toEqual([201, 'open', undefined]);
    expect((await messagesTo(app, her.phone))[0]).toMatch(/正在为您的一证通账户办理/);
    expect(await signsIn(app, her, her.password)).toBe(true);
    expect((await approve(first, filed.body.id)).body.code).toBe('second_person_needed');
    const both = await Promise.all([approve(second, filed.body.id), approve(second, filed.body.id)]);
    const agreed = both.find(({ status }) => status === 200)!;
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await app.core.accounts.authenticators.of(her.account.id)).toEqual([]);
    await expect(userInfo(portal, signedIn)).rejects.toThrow();
    expect(await signsIn(app, her, her.password)).toBe(false);
    const browser = new OpeningBrowser(app);
    browser.page = await browser.open(`${browser.url}/start`);
    const started = await browser.send('start', {
      code: agreed.body.slip.code,
      password: newPassword,
      repeat: newPassword,
    });
    expect(started.status).toBe(200);
    expect(await signsIn(app, her, newPassword)).toBe(true);
    expect(await actionsOf(her)).toEqual(
      expect.arrayContaining([
        ['reset.proposed', `account:${first}`],
        ['reset.approved', `account:${second}`],
        ['authenticators.reset', `account:${second}`],
        ['account.start_code_made', `account:${second}`],
      ]),
    );
    expect((await approve(second, filed.body.id)).body.code).toBe('proposal_ended');
  });

  it('never over an official, oneself or a card that nobody held, and never from another unit', async () => {
    const her = await addLoser(app);
    const [first, second] = [await officer('wenzhou'), await officer('jinhua')];
    const filed = await propose(first, her, { phone: 'end' });
    expect((await approve(second, filed.body.id)).status).toBe(404);
    expect((await propose(first, her, { cardChecked: false })).status).toBe(400);
    const clerk = (await app.core.accounts.get(await officer('zj-police', ['issuer_clerk'])))!;
    const overClerk = await propose(first, { ...her, account: clerk });
    expect([overClerk.status, overClerk.body.code]).toEqual([403, 'forbidden']);
    const lead = (await app.core.accounts.get(first))!;
    expect((await propose(first, { ...her, account: lead })).body.code).toBe('second_person_needed');
    expect(await signsIn(app, her, her.password)).toBe(true);
    const third = await officer('wenzhou');
    expect((await call(third, `/resets/${filed.body.id}/decline`)).body.state).toBe('declined');
    expect((await approve(third, filed.body.id)).body.code).toBe('proposal_ended');
  });

  it('ends with the post of who proposed it, and takes the phone along when it is lost', async () => {
    const her = await addLoser(app);
    const [first, second] = [await officer('wenzhou'), await officer('wenzhou')];
    const gone = await propose(first, her);
    await app.core.officials.posts.leave({ account: first, reason: 'left', context: { actor: 'cli' } });
    expect((await approve(second, gone.body.id)).body.code).toBe('proposal_ended');
    const third = await officer('wenzhou');
    const filed = await propose(third, her, { phone: 'end' });
    expect((await approve(second, filed.body.id)).status).toBe(200);
    expect((await app.core.accounts.get(her.account.id))!.phone).toBeUndefined();
  });
});
