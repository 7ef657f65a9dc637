import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { pino } from 'pino';
import request from 'supertest';
import type { Capacity } from '../../../src/accounts/index.ts';
import { problemHandler } from '../../../src/http/index.ts';
import { context, type OfficialsRig, openOfficialsRig } from './officials-rig.ts';

describe('requireRole', () => {
  let rig: OfficialsRig;
  let caller: { accountId: string; capacity?: Capacity } | undefined;
  const app = express();
  beforeAll(async () => {
    rig = await openOfficialsRig();
    app.use((req, _res, next) => {
      Object.assign(req, { caller });
      next();
    });
    const answer: express.RequestHandler = (req, res) => void res.json(req.official);
    app.get('/any', rig.officials.requireRole(), answer);
    app.get('/clerk', rig.officials.requireRole('issuer_clerk'), answer);
    app.get('/either', rig.officials.requireRole('issuer_clerk', 'approver'), answer);
    app.use(problemHandler({ baseUrl: 'http://localhost', logger: pino({ level: 'silent' }) }));
  });
  afterAll(() => rig.close());

  const officeOf = async (account: string): Promise<Capacity> =>
    (await rig.officials.capacities.of(account, []))[0]!;
  const status = async (path: string) =>
    (await request(app).get(path).set('accept', 'application/json')).status;

  it('answers 401 to nobody and 403 to a citizen and an enterprise (ZZD-1)', async () => {
    caller = undefined;
    expect(await status('/any')).toBe(401);
    const accountId = await rig.newOfficial('wenzhou', ['issuer_clerk']);
    // She holds a post, but this token was made for herself.
    for (const capacity of [undefined, { kind: 'self', ref: 'self' } as const]) {
      caller = { accountId, capacity };
      expect([await status('/any'), await status('/clerk')]).toEqual([403, 403]);
    }
    const enterprise = { id: 'e', creditCode: 'c', name: 'n', region: '330000' };
    caller = { accountId, capacity: { kind: 'enterprise', ref: 'e:1:manager', enterprise, role: 'manager' } };
    expect(await status('/any')).toBe(403);
  });

  it('goes by the roles the store knows, not by those of the token', async () => {
    const accountId = await rig.newOfficial('wenzhou', ['approver']);
    const office = await officeOf(accountId);
    caller = { accountId, capacity: { ...office, roles: ['issuer_clerk'] } as Capacity };
    expect([await status('/any'), await status('/clerk'), await status('/either')]).toEqual([200, 403, 200]);
    const shown = await request(app).get('/any');
    expect(shown.body).toEqual({ accountId, capacity: office });
  });

  it('refuses another person’s office', async () => {
    const holder = await rig.newOfficial('wenzhou', ['issuer_clerk']);
    caller = { accountId: await rig.newAccount(), capacity: await officeOf(holder) };
    expect(await status('/clerk')).toBe(403);
  });

  it('refuses from the moment the post ends, whatever the token says (ZZD-2)', async () => {
    const accountId = await rig.newOfficial('wenzhou', ['issuer_clerk']);
    caller = { accountId, capacity: await officeOf(accountId) };
    expect(await status('/clerk')).toBe(200);
    await rig.officials.posts.leave({ account: accountId, reason: 'left', context });
    expect([await status('/any'), await status('/clerk')]).toEqual([403, 403]);
  });
});
