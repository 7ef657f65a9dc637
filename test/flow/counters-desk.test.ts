/** Counters 窗口: the person without a phone, results of an offline day, the case file, posters and their inbox. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Account } from '../../src/accounts/index.ts';
import { type Kit, openKit } from './counter-kit.ts';
import { type RunningApp, startApp } from './start-app.ts';

const renewal = 'driving-licence-renewal';
const context = { actor: 'test' };

describe('counters 窗口', () => {
  let at = Date.parse('2026-11-23T08:00:00Z');
  const clock = { now: () => at };
  let app: RunningApp;
  let kit: Kit;
  let lead: string;
  let clerk: string;
  let second: string;
  let lin: Account;
  let device: Awaited<ReturnType<Kit['enrolled']>>;
  let shift: string;
  beforeAll(async () => {
    app = await startApp({ COUNTER_WITHOUT_PHONE_PER_HOUR: '2' }, { clock });
    kit = openKit(app, clock);
    lead = await kit.official('zj-police', ['counter_lead']);
    clerk = await kit.official('zj-police', ['issuer_clerk']);
    second = await kit.official('zj-police', ['issuer_clerk']);
    await kit.setPin(clerk, '270418');
    await kit.setPin(second, '390517');
    lin = (await app.core.samplePerson('lin'))!;
    device = await kit.enrolled(lead, { items: [renewal, 'residence-permit-endorsement'] });
  }, 60_000);
  afterAll(() => app.stop());
  beforeEach(async () => {
    at += 3_700_000;
    shift = await kit.beginShift(device, clerk, '270418');
  });
  const cardOf = ({ documentKind: kind, documentNumber: number, name }: Account) => ({ kind, number, name });
  /** Sending is not waited for by the look. */
  const told = async (more: number): Promise<number> => {
    for (let tries = 0; ; tries += 1) {
      const messages = await app.core.smsOutbox!.messages();
      const found = messages.filter(({ text }) => text.includes('办事窗口凭您的身份证件')).length;
      if (found >= more || tries > 50) return found;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  describe('CTR-4 a person without a phone', () => {
    let number: string;
    beforeAll(async () => {
      const { body } = await kit.api.call(clerk, 'post', '/admin/api/cases', {
        item: renewal,
        document: { kind: lin.documentKind, number: lin.documentNumber },
      });
      number = body.number;
    });
    const witness = async (change: object = {}) => ({
      officer: second,
      pin_key: await kit.keyOf(device, second, '390517'),
      ...change,
    });
    const ask = async (change: object = {}) =>
      device.ask('/no-phone', {
        shift,
        item: renewal,
        case: number,
        type: 'driving_licence',
        document: cardOf(lin),
        presence: await witness(),
        ...change,
      });

    it('her case is opened once, by an official of the item, and she reads of it', async () => {
      const again = await kit.api.call(clerk, 'post', '/admin/api/cases', {
        item: renewal,
        document: { kind: lin.documentKind, number: lin.documentNumber },
      });
      expect([again.status, again.body.number]).toEqual([201, number]);
      expect(await kit.logOf(lin.id, 'case.opened_at_counter')).toHaveLength(1);
      const market = await kit.official('zj-market', ['issuer_clerk']);
      const elsewhere = await kit.api.call(market, 'post', '/admin/api/cases', {
        item: renewal,
        document: { kind: lin.documentKind, number: lin.documentNumber },
      });
      expect(elsewhere.status).toBe(404);
    });

    it('CTR-4 card, open case and a second officer show the item’s fields only; text message and log at once', async () => {
      const before = await told(0);
      const { status, body } = await ask();
      expect([status, body.state]).toEqual([200, '01']);
      expect(body.fields.map(({ name }: { name: string }) => name)).toEqual([
        'name',
        'licence_number',
        'class',
        'first_issue',
        'valid_until',
        'authority',
      ]);
      const [entry] = await kit.logOf(lin.id, 'certificate.looked_at');
      expect(entry).toMatchObject({
        actor: `account:${clerk}`,
        details: { item: renewal, way: 'without_phone', case: number, witness: second, look: body.look },
      });
      expect(await told(before + 1)).toBe(before + 1);
    });

    it('CTR-4 a face check takes the second officer’s place, for one look; another face does not', async () => {
      const session = async (sample: string) =>
        (await device.ask('/face-sessions', { shift, sample })).body.face_session;
      const face_session = await session('match');
      expect((await ask({ presence: { face_session } })).status).toBe(200);
      expect((await ask({ presence: { face_session } })).body.code).toBe('presence_not_shown');
      const other = { face_session: await session('no_match') };
      expect((await ask({ presence: other })).body.code).toBe('presence_not_shown');
      const elsewhere = await kit.enrolled(lead);
      const its = await kit.beginShift(elsewhere, second, '390517');
      const foreign = (await elsewhere.ask('/face-sessions', { shift: its, sample: 'match' })).body;
      expect((await ask({ presence: foreign })).body.code).toBe('presence_not_shown');
    });

    it('CTR-4 the second officer is another one, with the right PIN', async () => {
      const key = await kit.keyOf(device, clerk, '270418');
      expect((await ask({ presence: { officer: clerk, pin_key: key } })).body.code).toBe(
        'second_person_needed',
      );
      expect((await ask({ presence: await witness({ pin_key: key }) })).body.code).toBe('wrong_pin');
    });

    it('SHR-1 without her open case of this item there is nothing: no other case, no other person’s, no reason in words', async () => {
      const wang = (await app.core.samplePerson('wang'))!;
      const his = await kit.caseOf(wang, 'residence-permit-endorsement', 'driving_licence').catch(() => '');
      expect((await ask({ case: 'case_AAAAAAAAAAAAAAAA' })).body.code).toBe('no_open_case');
      if (his) expect((await ask({ case: his })).body.code).toBe('no_open_case');
      expect((await ask({ item: 'residence-permit-endorsement' })).body.code).toBe('no_open_case');
      expect((await ask({ case: undefined, reason: 'urgent' })).status).toBe(400);
      expect((await kit.logOf(lin.id, 'certificate.look_refused'))[0]).toMatchObject({
        details: { verdict: 'no_open_case', item: 'residence-permit-endorsement' },
      });
    });

    it('CTR-2 another type or field is 403 and logged', async () => {
      expect((await ask({ type: 'residence_permit' })).body.code).toBe('not_for_this_item');
      expect((await ask({ fields: ['address'] })).body.code).toBe('not_for_this_item');
      expect((await ask({ fields: ['class'] })).body.fields).toHaveLength(1);
      expect((await kit.logOf(lin.id, 'certificate.look_refused'))[0]!.result).toBe('refused');
    });

    it('a name that is not the card’s is nobody, whatever the number', async () => {
      const document = { ...cardOf(lin), name: '林小雯' };
      expect((await ask({ document })).body.code).toBe('person_not_found');
      expect((await ask({ document: { ...cardOf(lin), number: 'E99999999' } })).body.code).toBe(
        'person_not_found',
      );
    });

    it('SHR-8 more than n holders without a phone in an hour stop the counter; what is shown to a phone before does not count there', async () => {
      const stopping = await kit.enrolled(lead);
      const its = await kit.beginShift(stopping, clerk, '270418');
      const codes: unknown[] = [];
      for (const id of ['lin', 'zhou', 'ouyang', 'lin']) {
        const account = (await app.core.samplePerson(id))!;
        const open = await kit.api.call(clerk, 'post', '/admin/api/cases', {
          item: renewal,
          document: { kind: account.documentKind, number: account.documentNumber },
        });
        const answer = await stopping.ask('/no-phone', {
          shift: its,
          item: renewal,
          case: open.body.number,
          type: 'driving_licence',
          document: cardOf(account),
          presence: { officer: second, pin_key: await kit.keyOf(stopping, second, '390517') },
        });
        codes.push(answer.body.code ?? answer.status);
      }
      expect(codes).toEqual([200, 200, 'counter_stopped', 'counter_stopped']);
      const { flags } = (await kit.api.call(lead, 'get', '/admin/api/counter-flags')).body;
      expect(flags[0]).toMatchObject({ kind: 'too_many_holders', details: { way: 'without-phone' } });
    });
  });

  describe('CTR-5 results of an offline day', () => {
    const resultOf = (change: object = {}) => ({
      id: randomUUID(),
      officer: clerk,
      item: renewal,
      format: 'show-code',
      verdict: 'valid',
      type: 'driving_licence',
      view: 1,
      scanned_at: kit.now() - 600,
      made_at: kit.now() - 605,
      pack_number: 3,
      ...change,
    });
    const handIn = async (...results: object[]) => (await device.ask('/results', { results })).body.results;
    const shown = async () => {
      const { copy, certificate } = await kit.phoneOf(lin, 'driving_licence', 'standard');
      return { entry: { list: copy.statusList, index: copy.statusIndex }, certificate };
    };

    it('CTR-5 ZLB-6 each stands in its holder’s log, marked offline with its time, once however often it is sent', async () => {
      const { entry, certificate } = await shown();
      const result = resultOf({ entry });
      expect(await handIn(result)).toEqual([{ id: result.id, status: 'recorded', flagged: false }]);
      expect(await handIn(result)).toEqual([{ id: result.id, status: 'known', flagged: false }]);
      const [first, ...more] = await kit.logOf(lin.id, 'certificate.checked_offline');
      expect(more).toEqual([]);
      expect(first).toMatchObject({
        actor: `account:${clerk}`,
        object: certificate.id,
        result: 'ok',
        details: { offline: true, scanned_at: result.scanned_at, verdict: 'valid', item: renewal },
      });
      expect(first!.fields).toContain('licence_number');
    });

    it('CTR-5 a certificate that was ended is flagged to the lead, with whether it had ended before the scan', async () => {
      const zhou = (await app.core.samplePerson('zhou'))!;
      const { copy, certificate } = await kit.phoneOf(zhou, 'driving_licence', 'standard');
      const entry = { list: copy.statusList, index: copy.statusIndex };
      const early = resultOf({ entry, scanned_at: kit.now() - 60 });
      await app.core.credentials.changeState(certificate.id, '02', 'traffic_points', context);
      at += 120_000;
      const late = resultOf({ entry, scanned_at: kit.now() - 30 });
      const refused = resultOf({ entry, verdict: 'suspended', scanned_at: kit.now() - 30 });
      expect(
        (await handIn(early, late, refused)).map(({ flagged }: { flagged: boolean }) => flagged),
      ).toEqual([true, true, false]);
      const { flags } = (await kit.api.call(lead, 'get', '/admin/api/counter-flags')).body;
      const ended = flags.filter(({ kind }: { kind: string }) => kind === 'certificate_ended');
      expect(
        ended.map((flag: { details: { before_scan: boolean } }) => flag.details.before_scan).sort(),
      ).toEqual([false, true]);
      expect(ended[0]).toMatchObject({
        officer: clerk,
        unit: 'zj-police',
        details: { identifier: certificate.identifier, certificate_state: '02' },
      });
      const counters = (await kit.api.call(lead, 'get', '/admin/api/counters')).body.counters;
      expect(counters.find(({ id }: { id: string }) => id === device.id).open_flags).toBeGreaterThan(1);
      const elsewhere = await kit.official('zj-market', ['counter_lead']);
      expect((await kit.api.call(elsewhere, 'get', '/admin/api/counter-flags')).body.flags).toEqual([]);
      const close = `/admin/api/counter-flags/${ended[0].id}/close`;
      expect((await kit.api.call(elsewhere, 'post', close, { outcome: 'mistake' })).status).toBe(404);
      expect(JSON.stringify(flags)).not.toContain(zhou.documentNumber);
    });

    it('CTR-5 takes no value and no name, no result of a stranger, of tomorrow or of last year', async () => {
      const { entry } = await shown();
      for (const more of [{ fields: ['x'] }, { name: '林晓雯' }, { entry: { ...entry, value: 'C1' } }])
        expect((await device.ask('/results', { results: [resultOf(more)] })).status).toBe(400);
      const market = await kit.official('zj-market', ['issuer_clerk']);
      const taken = await handIn(
        resultOf({ entry, officer: market }),
        resultOf({ entry, scanned_at: kit.now() + 3600 }),
        resultOf({ entry, scanned_at: kit.now() - 31 * 86_400 }),
        resultOf({ entry: { list: 1, index: 7 } }),
        resultOf({ verdict: 'malformed', format: 'unknown', type: undefined, view: undefined }),
      );
      expect(taken.map(({ status }: { status: string }) => status)).toEqual([
        'refused',
        'refused',
        'refused',
        'recorded',
        'recorded',
      ]);
    });
  });

  it('CTR-3 an officer on shift takes a copy into a case of this counter’s items, and of no other', async () => {
    const [open] = await app.core.cases.find('applicant', lin.id);
    const copy = (change: object = {}) =>
      device.ask(
        '/annotated-copies',
        { shift, case: open!.id, type: 'driving_licence', days: 5, ...change },
        { 'idempotency-key': randomUUID() },
      );
    const { status, body } = await copy();
    expect([status, body.type]).toEqual([201, 'driving_licence']);
    const other = await kit.enrolled(lead, { items: ['residence-permit-endorsement'] });
    const its = await kit.beginShift(other, second, '390517');
    const refused = await other.ask(
      '/annotated-copies',
      { shift: its, case: open!.id, type: 'driving_licence', days: 5 },
      { 'idempotency-key': randomUUID() },
    );
    expect(refused.status).toBe(404);
  });

  describe('a poster 海报码', () => {
    let poster: { id: string; url: string; print_url: string };
    beforeAll(async () => {
      const made = await kit.api.call(lead, 'post', '/admin/api/posters', {
        counter: device.id,
        item: renewal,
      });
      expect(made.status).toBe(201);
      poster = made.body;
    });
    const page = async (address: string, language = 'zh') => {
      const answer = await fetch(address, { headers: { accept: 'text/html', 'accept-language': language } });
      return { status: answer.status, text: await answer.text() };
    };
    const json = async (id = poster.id) => kit.sendTo('GET', `/p/${id}`, undefined);
    const presentation = async (values: Record<string, string>, account: Account = lin) => {
      const phone = await kit.phoneOf(account, 'driving_licence', 'standard');
      const verdict = await app.core.credentials.judgeOnline(await phone.show());
      return { credentials: [{ verdict, values }] };
    };

    it('tells a wallet and a person who asks, for what, which fields', async () => {
      expect(poster.url).toBe(`${app.baseUrl}/p/${poster.id}`);
      const { status, body } = await json();
      expect([status, body.receives, body.unit.id, body.item.code]).toEqual([
        200,
        true,
        'zj-police',
        renewal,
      ]);
      expect(body.certificates[0].fields).toHaveLength(6);
      const zh = await page(poster.url);
      expect([zh.status, zh.text.includes('驾驶证期满换证'), zh.text.includes('没有卡包')]).toEqual([
        200,
        true,
        true,
      ]);
      expect((await page(poster.url, 'en')).text).toContain('Renew a driving licence');
      const sheet = await page(poster.print_url);
      expect([sheet.text.includes('<svg'), sheet.text.includes('Renew a driving licence')]).toEqual([
        true,
        true,
      ]);
      expect((await json('pt_AAAAAAAAAAAA')).status).toBe(404);
    });

    it('is made by the lead, for an item of that counter', async () => {
      const make = (who: string, item: string) =>
        kit.api.call(who, 'post', '/admin/api/posters', { counter: device.id, item });
      expect((await make(lead, 'driving-licence-replacement')).body.code).toBe('not_for_this_item');
      const elsewhere = await kit.official('zj-market', ['counter_lead']);
      expect((await make(elsewhere, renewal)).status).toBe(404);
      expect((await kit.api.call(elsewhere, 'get', '/admin/api/posters')).body.posters).toEqual([]);
    });

    it('what is sent to it arrives at its counter, under a number, and each opening is in the holder’s log (ZLB-6)', async () => {
      const { posters } = app.core.counters;
      const values = { name: lin.name, class: 'C1' };
      const { number } = await posters.receive(poster.id, await presentation(values));
      const { entries } = (await device.ask('/inbox')).body;
      const entry = entries.find((one: { number: string }) => one.number === number);
      expect(entry).toMatchObject({ item: renewal, opened: false });
      expect(JSON.stringify(entries)).not.toContain(lin.name);
      const opened = await device.ask(`/inbox/${entry.id}/open`, { shift });
      expect(opened.body.credentials[0]).toMatchObject({
        type: 'driving_licence',
        verdict: { code: 'valid' },
      });
      expect(
        opened.body.credentials[0].fields.map(({ name, value }: { name: string; value: string }) => [
          name,
          value,
        ]),
      ).toEqual([
        ['name', lin.name],
        ['class', 'C1'],
      ]);
      expect((await kit.logOf(lin.id, 'certificate.looked_at'))[0]).toMatchObject({
        fields: ['name', 'class'],
        details: { way: 'poster', item: renewal },
      });
      expect((await kit.logOf(lin.id, 'presentation.sent'))[0]!.fields).toEqual(['name', 'class']);
      const other = await kit.enrolled(lead);
      const its = await kit.beginShift(other, second, '390517');
      expect((await other.ask(`/inbox/${entry.id}/open`, { shift: its })).status).toBe(404);
      at += 3_600_000;
      expect((await device.ask('/inbox')).body.entries).toEqual([]);
    });

    it('CTR-2 takes nothing the item does not list, of one holder, valid, and only while it stands', async () => {
      const { posters } = app.core.counters;
      await expect(posters.receive(poster.id, await presentation({ address: 'x' }))).rejects.toThrow(
        'not_for_this_item',
      );
      expect((await kit.logOf(lin.id, 'presentation.refused'))[0]!.result).toBe('refused');
      const zhou = (await app.core.samplePerson('ouyang'))!;
      const two = [await presentation({ class: 'C1' }), await presentation({ class: 'C1' }, zhou)];
      await expect(
        posters.receive(poster.id, { credentials: two.flatMap(({ credentials }) => credentials) }),
      ).rejects.toThrow('invalid_request');
      await expect(posters.receive(poster.id, { credentials: [] })).rejects.toThrow('invalid_request');
      const unfit = { verdict: await app.core.credentials.judgeOnline('nothing'), values: {} };
      await expect(posters.receive(poster.id, { credentials: [unfit] })).rejects.toThrow('invalid_request');
      expect(posters.allowed({ item: renewal })[0]!.fields).toHaveLength(6);
      const end = `/admin/api/posters/${poster.id}/end`;
      expect((await kit.api.call(lead, 'post', end)).body.state).toBe('ended');
      await expect(posters.receive(poster.id, await presentation({ class: 'C1' }))).rejects.toThrow(
        'poster_ended',
      );
      expect((await json()).body.code).toBe('poster_ended');
      expect((await page(poster.url)).text).toContain('已停用');
    });
  });
});
