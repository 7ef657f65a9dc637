/** Her own affairs are not her office's, nor an enterprise's: what a wallet reads in one capacity (ZZD-1, NET-3). */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Account } from '../../src/accounts/index.ts';
import { type RunningApp, startApp } from './start-app.ts';

const context = { actor: 'cli' };

describe('use log, changes and objections in each capacity', () => {
  let app: RunningApp;
  let zhao: Account;
  let office: string;
  let card: string;
  beforeAll(async () => {
    app = await startApp();
    const { credentials, officials } = app.core;
    zhao = (await app.core.samplePerson('zhao'))!;
    const capacity = (await officials.capacities.of(zhao.id, [])).find(({ kind }) => kind === 'office')!;
    office = capacity.ref;
    card = (await credentials.ensureCertificate(zhao, 'enforcement_card', context)).id;
    const seen = { actor: 'account:p_somebody', subject: zhao.id, result: 'ok' } as const;
    await app.core.audit.append({ ...seen, action: 'certificate.looked_at', object: card, fields: ['name'] });
    await app.core.audit.append({ ...seen, action: 'account.read_plain', fields: ['phone'] });
  }, 60_000);
  afterAll(() => app.stop());
  const reading = (capacity: string) => ({ accountId: zhao.id, capacity });
  const filing = (capacity: string) => ({ ...reading(capacity), context });

  it('ZZD-1 in her office she reads who used her card there, and nothing of her own', async () => {
    const { useLog } = app.core;
    const own = (await useLog.uses(reading('self'))).uses;
    const inOffice = (await useLog.uses(reading(office))).uses;
    const acts = (list: typeof own) => list.map(({ act }) => act.zh);
    expect(acts(own).filter((act) => !acts(inOffice).includes(act))).toHaveLength(1);
    expect(inOffice.length).toBeGreaterThan(0);
    expect(inOffice.every(({ about }) => about?.zh.includes('执法证'))).toBe(true);
    const changes = (await useLog.changes(reading(office))).changes;
    expect(changes.map(({ kind }) => kind)).toEqual([]);
  });

  it('ZZD-1 what she objects to as herself is neither read nor withdrawn in her office, and the other way round', async () => {
    const { objections } = app.core;
    const words = '地址有误';
    const deletion = { kind: 'delete_data' as const, of: { kind: 'unit' as const, id: 'zj-police' }, words };
    const own = await objections.file(filing('self'), deletion);
    const asked = { kind: 'wrong_field' as const, field: 'name', words, certificate: card };
    const hers = await objections.file(filing(office), asked);
    const ids = async (capacity: string) =>
      (await objections.list(filing(capacity))).objections.map(({ id }) => id);
    expect([await ids('self'), await ids(office)]).toEqual([[own.shown.id], [hers.shown.id]]);
    await expect(objections.withdraw(filing(office), own.shown.id)).rejects.toThrow('not_found');
    await expect(objections.withdraw(filing('self'), hers.shown.id)).rejects.toThrow('not_found');
    await expect(objections.file(filing(office), deletion)).rejects.toThrow('wrong_capacity');
    expect((await objections.withdraw(filing('self'), own.shown.id)).state).toBe('withdrawn');
  });

  it('ZLB-6 who read her number or phone in the clear, or looked her up by her number, stands in her use log', async () => {
    const lin = (await app.core.samplePerson('lin'))!;
    const seen = { actor: 'account:p_somebody', subject: lin.id, result: 'ok' } as const;
    const read = await app.core.audit.append({ ...seen, action: 'account.read_plain', fields: ['phone'] });
    const found = await app.core.audit.append({ ...seen, action: 'person.looked_up' });
    const own = { actor: `account:${lin.id}`, subject: lin.id, result: 'ok' } as const;
    const hers = await app.core.audit.append({ ...own, action: 'account.read_plain', fields: ['phone'] });
    const { uses } = await app.core.useLog.uses({ accountId: lin.id, capacity: 'self' });
    const ids = uses.map(({ id }) => id);
    expect([read, found, hers].map(({ id }) => ids.includes(id))).toEqual([true, true, false]);
  });
});
