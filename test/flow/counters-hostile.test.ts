/** Counters 窗口 as a careless or dishonest officer, or a bad network, uses them. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Account } from '../../src/accounts/index.ts';
import { type Kit, openKit } from './counter-kit.ts';
import { type RunningApp, startApp } from './start-app.ts';

const renewal = 'driving-licence-renewal';
const roadside = 'roadside-licence-check';

describe('a counter 窗口 that asks in odd ways', () => {
  let at = Date.parse('2026-11-23T08:00:00Z');
  const clock = { now: () => at };
  let app: RunningApp;
  let kit: Kit;
  let lead: string;
  let clerk: string;
  let lin: Account;
  let device: Awaited<ReturnType<Kit['enrolled']>>;
  let shift: string;
  beforeAll(async () => {
    app = await startApp({ COUNTER_HOLDERS_PER_HOUR: '2' }, { clock });
    kit = openKit(app, clock);
    lead = await kit.official('zj-police', ['counter_lead']);
    clerk = await kit.official('zj-police', ['issuer_clerk']);
    await kit.setPin(clerk, '270418');
    lin = (await app.core.samplePerson('lin'))!;
    device = await kit.enrolled(lead, { items: [renewal, roadside] });
  }, 60_000);
  afterAll(() => app.stop());
  beforeEach(async () => {
    at += 3_700_000;
    shift = await kit.beginShift(device, clerk, '270418');
  });
  const look = (text: string, change: object = {}) =>
    device.ask('/looks', { shift, item: renewal, text, ...change });
  const licence = () => kit.phoneOf(lin, 'driving_licence', 'standard');
  const logged = (action: string) => kit.logOf(lin.id, action);

  it('ZLB-6 the same code asked again for more fields, or for another item, is logged again', async () => {
    const text = await (await licence()).show();
    const before = (await logged('certificate.looked_at')).length;
    expect((await look(text, { fields: ['class'] })).body.fields).toHaveLength(1);
    expect((await look(text)).body.fields).toHaveLength(6);
    expect((await look(text, { item: roadside })).body.photo).toBeDefined();
    const entries = (await logged('certificate.looked_at')).slice(0, 3);
    expect(entries.map(({ details, fields }) => [details!.item, fields!.length])).toEqual([
      [roadside, 6],
      [renewal, 6],
      [renewal, 1],
    ]);
    expect((await look(text)).status).toBe(200);
    expect(await logged('certificate.looked_at')).toHaveLength(before + 3);
  });

  it('ZLB-2 a code that a scan gun sends twice at one moment gets one answer and one entry', async () => {
    const text = await (await licence()).show();
    const before = (await logged('certificate.looked_at')).length;
    const answers = await Promise.all([look(text), look(text), look(`${text}\n`)]);
    expect(answers.map(({ body }) => body.verdict.code)).toEqual(['valid', 'valid', 'valid']);
    expect(new Set(answers.map(({ body }) => body.look)).size).toBe(1);
    expect(await logged('certificate.looked_at')).toHaveLength(before + 1);
  });

  it('ZLB-6 a code that came too late stands in its holder’s log', async () => {
    const text = await (await licence()).show();
    at += 61_000;
    expect((await look(text)).body).toMatchObject({ verdict: { code: 'code_expired' }, fields: [] });
    expect((await logged('certificate.look_refused'))[0]).toMatchObject({
      details: { verdict: 'code_expired', counter: device.id },
    });
  });

  it('CTR-5 no result is taken of an officer whose post had ended before the scan', async () => {
    const leaver = await kit.official('zj-police', ['issuer_clerk']);
    const { copy } = await licence();
    const result = (scanned_at: number) => ({
      id: randomUUID(),
      officer: leaver,
      format: 'show-code',
      verdict: 'valid',
      entry: { list: copy.statusList, index: copy.statusIndex },
      scanned_at,
    });
    at += 60_000;
    const during = result(kit.now() - 5);
    await app.core.officials.posts.leave({ account: leaver, reason: 'left', context: { actor: 'cli' } });
    at += 600_000;
    const results = [during, result(kit.now() - 5), result(kit.now() - 30_000)];
    const taken = (await device.ask('/results', { results })).body.results;
    expect(taken.map(({ status }: { status: string }) => status)).toEqual(['recorded', 'refused', 'refused']);
  });

  it('ZZD-2 a shift ends with the last day of the officer’s post, at that second, and nobody has to say so', async () => {
    const lender = await kit.official('zj-market', ['issuer_clerk']);
    const until = kit.now() + 600;
    await app.core.officials.posts.appoint({
      account: lender,
      unit: 'zj-police',
      roles: ['issuer_clerk'],
      until,
      context: { actor: 'cli' },
    });
    await kit.setPin(lender, '390517');
    const its = await kit.beginShift(device, lender, '390517');
    const code = async () => (await device.ask('/looks', { shift: its, item: renewal, text: 'x' })).body.code;
    at = until * 1000 - 1;
    expect(await code()).toBeUndefined();
    at = until * 1000;
    expect(await code()).toBe('shift_ended');
    const { body } = await device.ask('/me');
    expect(body.officers.map(({ officer }: { officer: string }) => officer)).not.toContain(lender);
  });

  it('a number that nobody has is tried in the open: each try is in the audit', async () => {
    const entries = async () => (await app.core.audit.verify()).entries;
    const before = await entries();
    const answer = await kit.api.call(clerk, 'post', '/admin/api/cases', {
      item: renewal,
      document: { kind: '414', number: 'E99999991' },
    });
    expect(answer.body.code).toBe('person_not_found');
    expect(await entries()).toBe(before + 1);
  });

  describe('CTR-4 a person without a phone', () => {
    let second: string;
    beforeAll(async () => {
      second = await kit.official('zj-police', ['issuer_clerk']);
      await kit.setPin(second, '390517');
    });
    const openCase = async ({ id }: Account) => {
      const number = `case_${randomUUID()}`;
      const openKey = `${id}|${renewal}`;
      const rest = { client: 'test', certificate: 'none', state: 'accepted' as const, createdAt: kit.now() };
      await app.core.cases.insert({ id: number, item: renewal, openKey, applicant: id, ...rest });
      return number;
    };
    const ask = async (account: Account, change: object = {}) =>
      device.ask('/no-phone', {
        shift,
        item: renewal,
        case: await openCase(account),
        type: 'driving_licence',
        document: { kind: account.documentKind, number: account.documentNumber, name: account.name },
        presence: { officer: second, pin_key: await kit.keyOf(device, second, '390517') },
        ...change,
      });

    it('CTR-4 a certificate past its last day is not in force, and shows nothing', async () => {
      const { status, body } = await ask(
        (await app.core.accounts.findByDocument('111', '420106199610089122'))!,
      );
      expect([status, body.state, body.fields, body.photo]).toEqual([200, '05', [], undefined]);
    });

    it('ZLB-6 that she has none is an answer too, and stands in her log', async () => {
      const account = await app.core.accounts.open({
        name: '测试人',
        documentKind: '414',
        documentNumber: 'E50000001',
        proofingLevel: 2,
      });
      expect((await ask(account)).body.code).toBe('not_in_register');
      expect((await kit.logOf(account.id, 'certificate.look_refused'))[0]).toMatchObject({
        details: { verdict: 'not_in_register', way: 'without_phone', witness: second },
      });
    });
  });

  describe('a poster 海报码', () => {
    let poster: string;
    beforeEach(async () => {
      const made = await kit.api.call(lead, 'post', '/admin/api/posters', {
        counter: device.id,
        item: renewal,
      });
      poster = made.body.id;
    });
    const sentBy = async (account: Account) => {
      const phone = await kit.phoneOf(account, 'driving_licence', 'standard');
      const verdict = await app.core.credentials.judgeOnline(await phone.show());
      return { credentials: [{ verdict, values: { class: 'C1' } }] };
    };
    const sendIn = async (account: Account = lin) =>
      app.core.counters.posters.receive(poster, await sentBy(account));
    const setItems = (items: string[]) =>
      kit.api.call(lead, 'post', `/admin/api/counters/${device.id}/items`, { items });

    it('no two that wait at a counter have one number', async () => {
      // Of numbers drawn blindly some two of 150 are alike in two runs of three.
      const numbers: string[] = [];
      const sent = await sentBy(lin);
      for (let times = 0; times < 150; times += 1)
        numbers.push((await app.core.counters.posters.receive(poster, sent)).number);
      expect(new Set(numbers).size).toBe(numbers.length);
      const { entries } = (await device.ask('/inbox')).body;
      expect(new Set(entries.map(({ number }: { number: string }) => number)).size).toBe(entries.length);
    });

    it('CTR-2 what waits for an item that was taken from the counter is opened there no more', async () => {
      const { number } = await sendIn();
      const { entries } = (await device.ask('/inbox')).body;
      const { id } = entries.find((one: { number: string }) => one.number === number);
      await setItems([roadside]);
      const refused = await device.ask(`/inbox/${id}/open`, { shift });
      expect([refused.status, refused.body.code]).toEqual([403, 'not_for_this_item']);
      expect((await logged('certificate.look_refused'))[0]).toMatchObject({
        details: { verdict: 'not_for_this_item', look: id },
      });
      expect((await kit.sendTo('POST', `/presentations/posters/${poster}`, {})).status).toBe(404);
      await setItems([renewal, roadside]);
      expect((await device.ask(`/inbox/${id}/open`, { shift })).status).toBe(200);
    });

    it('SHR-8 who sent something to a poster counts among the holders of an hour', async () => {
      const codes: unknown[] = [];
      for (const id of ['lin', 'zhou', 'ouyang']) {
        const { number } = await sendIn((await app.core.samplePerson(id))!);
        const { entries } = (await device.ask('/inbox')).body;
        const entry = entries.find((one: { number: string }) => one.number === number);
        const { status, body } = await device.ask(`/inbox/${entry.id}/open`, { shift });
        codes.push(body.code ?? status);
      }
      expect(codes).toEqual([200, 200, 'counter_stopped']);
      await kit.api.call(lead, 'post', `/admin/api/counters/${device.id}/resume`);
    });
  });
});
