/** Counters 窗口: a device's identity, shifts by PIN, and the online look at what an item may see. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Account } from '../../src/accounts/index.ts';
import { type Kit, openKit, pinKey } from './counter-kit.ts';
import { type RunningApp, startApp } from './start-app.ts';

const renewal = 'driving-licence-renewal';
const roadside = 'roadside-licence-check';
const renewalFields = ['name', 'licence_number', 'class', 'first_issue', 'valid_until', 'authority'];

describe('counters 窗口', () => {
  let at = Date.parse('2026-11-23T08:00:00Z');
  const clock = { now: () => at };
  let app: RunningApp;
  let kit: Kit;
  let lead: string;
  let clerk: string;
  let lin: Account;
  beforeAll(async () => {
    app = await startApp({ COUNTER_HOLDERS_PER_HOUR: '2' }, { clock });
    kit = openKit(app, clock);
    lead = await kit.official('zj-police', ['counter_lead']);
    clerk = await kit.official('zj-police', ['issuer_clerk']);
    await kit.setPin(clerk, '270418');
    lin = (await app.core.samplePerson('lin'))!;
  }, 60_000);
  afterAll(() => app.stop());
  beforeEach(() => {
    at += 3_700_000;
  });
  const onDuty = async (items = [renewal]) => {
    const device = await kit.enrolled(lead, { items });
    return { device, shift: await kit.beginShift(device, clerk, '270418') };
  };
  const look = ({ device, shift }: Awaited<ReturnType<typeof onDuty>>, text: string, change: object = {}) =>
    device.ask('/looks', { shift, item: renewal, text, ...change });

  describe('the device', () => {
    it('is enrolled by a lead with a code that is good once and for ten minutes', async () => {
      const { status, body } = await kit.propose(lead);
      expect([status, body.counter.state, body.counter.items]).toEqual([201, 'waiting', [renewal]]);
      expect(body.code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
      const device = await kit.makeDevice();
      const typed = ` ${body.code.toLowerCase()} `;
      const me = await device.enrol(typed, body.code.replace('-', ''));
      expect(me).toMatchObject({
        status: 201,
        body: { unit: { id: 'zj-police' }, counter: { state: 'active' }, face: 'sample' },
      });
      expect(me.body.items[0].certificates[0].fields.map(({ name }: { name: string }) => name)).toEqual(
        renewalFields,
      );
      expect((await (await kit.makeDevice()).enrol(body.code)).body.code).toBe('enrolment_code_wrong');
      const late = (await kit.propose(lead)).body;
      at += 601_000;
      expect((await (await kit.makeDevice()).enrol(late.code)).body.code).toBe('enrolment_code_wrong');
      const stolen = (await kit.propose(lead)).body;
      expect((await (await kit.makeDevice()).enrol(stolen.code, 'AAAAAAAA')).status).toBe(403);
    });

    it('is given by a lead of its unit alone, for items of that unit', async () => {
      const elsewhere = await kit.official('zj-market', ['counter_lead']);
      expect((await kit.propose(elsewhere)).status).toBe(404);
      expect((await kit.propose(clerk)).status).toBe(403);
      expect((await kit.propose(lead, { items: ['food-business-permit'] })).status).toBe(400);
      expect((await kit.propose(lead, { items: ['driving-points-statement'] })).status).toBe(400);
      const hall = await kit.official('shaoxing', ['counter_lead']);
      expect((await kit.propose(hall, { unit: 'shaoxing' })).status).toBe(201);
      const { id } = await kit.enrolled(lead);
      const list = async (who: string) =>
        (await kit.api.call(who, 'get', '/admin/api/counters')).body.counters.map(
          (one: { id: string }) => one.id,
        );
      expect([(await list(lead)).includes(id), (await list(elsewhere)).includes(id)]).toEqual([true, false]);
      expect((await kit.api.call(elsewhere, 'post', `/admin/api/counters/${id}/code`)).status).toBe(404);
    });

    it('signs each request: another key, address, method, time or a second use of a proof is refused', async () => {
      const device = await kit.enrolled(lead);
      const other = await kit.makeDevice();
      const path = '/counter/api/me';
      const get = async (proof: string) =>
        (await kit.sendTo('GET', path, undefined, { authorization: `Counter ${proof}` })).status;
      const good = await device.proof('GET', path);
      expect([await get(good), await get(good)]).toEqual([200, 401]);
      for (const wrong of [
        await other.proof('GET', path, {}, device.id),
        await device.proof('POST', path),
        await device.proof('GET', '/counter/api/inbox'),
        await device.proof('GET', path, { iat: kit.now() - 302 }),
        await device.proof('GET', path, { iat: kit.now() + 302 }),
        await device.proof('GET', path, { jti: 'short' }),
        await device.proof('GET', path, {}, 'ct_AAAAAAAAAAAAAAAAAAAAAA'),
        'a.b.c',
      ])
        expect(await get(wrong)).toBe(401);
      expect((await kit.sendTo('GET', path, undefined)).status).toBe(401);
    });

    it('is refused at once when it was revoked or its time is over', async () => {
      const device = await kit.enrolled(lead);
      expect((await device.ask('/me')).status).toBe(200);
      const revoke = `/admin/api/counters/${device.id}/revoke`;
      expect((await kit.api.call(lead, 'post', revoke, { reason: 'device_lost' })).body.state).toBe(
        'revoked',
      );
      expect((await device.ask('/me')).body.code).toBe('counter_ended');
      const short = await kit.enrolled(lead, { days: 1 });
      at += 86_400_000;
      expect((await short.ask('/me')).body.code).toBe('counter_ended');
    });

    it('gives way to the device that uses a new code for its place', async () => {
      const device = await kit.enrolled(lead);
      const { body } = await kit.api.call(lead, 'post', `/admin/api/counters/${device.id}/code`);
      expect((await device.ask('/me')).status).toBe(200);
      const next = await kit.makeDevice();
      expect((await next.enrol(body.code)).body.counter.id).toBe(device.id);
      expect([(await device.ask('/me')).status, (await next.ask('/me')).status]).toEqual([401, 200]);
    });
  });

  describe('shifts', () => {
    it('are opened by a PIN that a device can check offline and the server never stores (ui: officers change shift)', async () => {
      const device = await kit.enrolled(lead);
      const { body } = await device.ask('/me');
      const one = body.officers.find((known: { officer: string }) => known.officer === clerk);
      expect(one.name).not.toBe('测试人');
      const derived = pinKey('270418', one.pin);
      const verifier = createHash('sha256').update(Buffer.from(derived, 'base64url')).digest('base64url');
      expect(verifier).toBe(one.pin.verifier);
      expect(await device.ask('/shifts', { officer: clerk, pin_key: derived })).toMatchObject({
        status: 201,
        body: { officer: clerk },
      });
    });

    it('refuse a PIN that everybody tries first', async () => {
      for (const weak of ['111111', '123456', '987654', '121212', '123123', '12345', 'abcdef'])
        expect([weak, (await kit.setPin(clerk, weak)).status]).toEqual([weak, 400]);
    });

    it('count wrong PINs, those of offline hours too; five lock the officer there and the lead hears of it', async () => {
      const device = await kit.enrolled(lead);
      const wrong = await kit.keyOf(device, clerk, '000001');
      const right = await kit.keyOf(device, clerk, '270418');
      await device.ask('/results', { results: [], wrong_pins: [{ officer: clerk, count: 3 }] });
      for (const _ of [1, 2])
        expect((await device.ask('/shifts', { officer: clerk, pin_key: wrong })).body.code).toBe('wrong_pin');
      expect((await device.ask('/shifts', { officer: clerk, pin_key: right })).status).toBe(429);
      const { body } = await kit.api.call(lead, 'get', '/admin/api/counter-flags');
      expect(body.flags[0]).toMatchObject({ kind: 'wrong_pins', counter: device.id, officer: clerk });
      at += 901_000;
      expect((await device.ask('/shifts', { officer: clerk, pin_key: right })).status).toBe(201);
    });

    it('end with the next shift, with the officer’s post, and after twelve hours (ZZD-2)', async () => {
      const leaver = await kit.official('zj-police', ['issuer_clerk']);
      await kit.setPin(leaver, '390517');
      const device = await kit.enrolled(lead);
      const first = await kit.beginShift(device, clerk, '270418');
      const second = await kit.beginShift(device, leaver, '390517');
      const code = async (shift: string) =>
        (await device.ask('/looks', { shift, item: renewal, text: 'nothing' })).body.code;
      expect([await code(first), await code(second)]).toEqual(['shift_ended', undefined]);
      await app.core.officials.posts.leave({
        account: leaver,
        reason: 'left',
        context: { actor: 'cli' },
      });
      expect(await code(second)).toBe('shift_ended');
      const { body } = await device.ask('/me');
      expect(body.officers.map(({ officer }: { officer: string }) => officer)).not.toContain(leaver);
      const third = await kit.beginShift(device, clerk, '270418');
      at += 12 * 3_600_000;
      expect(await code(third)).toBe('shift_ended');
    });
  });

  describe('the online look', () => {
    it('CTR-2 shows of a valid code the fields and photo that the item lists, and nothing more', async () => {
      const phone = await kit.phoneOf(lin, 'driving_licence', 'standard');
      const counter = await onDuty([renewal, roadside]);
      const { status, body } = await look(counter, await phone.show());
      expect([status, body.verdict.code, body.already_used]).toEqual([200, 'valid', false]);
      expect(body.fields.map(({ name }: { name: string }) => name)).toEqual(renewalFields);
      expect(body.photo).toBeUndefined();
      at += 1000;
      const check = (await look(counter, await phone.show(), { item: roadside })).body;
      expect(check.photo.jpeg.length).toBeGreaterThan(500);
      expect(check.fields.map(({ name }: { name: string }) => name)).toEqual([
        'name',
        'licence_number',
        'class',
        'valid_until',
        'points',
      ]);
      at += 1000;
      const one = (await look(counter, await phone.show(), { fields: ['class'] })).body;
      expect(one.fields.map(({ name }: { name: string }) => name)).toEqual(['class']);
      expect(one.verdict.fields.map(({ name }: { name: string }) => name)).toEqual(['class']);
    });

    it('CTR-2 another field, type or item is 403 and stands in the holder’s log', async () => {
      const phone = await kit.phoneOf(lin, 'driving_licence', 'standard');
      const counter = await onDuty();
      const asked = async (change: object) => {
        at += 1000;
        return (await look(counter, await phone.show(), change)).body.code;
      };
      const before = (await kit.logOf(lin.id, 'certificate.look_refused')).length;
      expect(await asked({ fields: ['class', 'address'] })).toBe('not_for_this_item');
      expect(await asked({ item: roadside })).toBe('not_for_this_item');
      const other = await kit.phoneOf(lin, 'residence_permit', 'standard');
      expect((await look(counter, await other.show())).body.code).toBe('not_for_this_item');
      const log = await kit.logOf(lin.id, 'certificate.look_refused');
      expect(log.length).toBe(before + 2);
      expect(log[0]).toMatchObject({
        result: 'refused',
        details: { item: renewal, type: 'residence_permit' },
      });
    });

    it('ZLB-6 each look is in the holder’s log when it is answered: who, item, field names, result; no value', async () => {
      const phone = await kit.phoneOf(lin, 'driving_licence', 'standard');
      const counter = await onDuty();
      const { body } = await look(counter, await phone.show());
      const [entry] = await kit.logOf(lin.id, 'certificate.looked_at');
      expect(entry).toMatchObject({
        actor: `account:${clerk}`,
        object: phone.certificate.id,
        fields: renewalFields,
        result: 'ok',
        details: { item: renewal, unit: 'zj-police', look: body.look },
      });
      for (const value of [lin.documentNumber, lin.name, lin.phone!])
        expect(JSON.stringify(entry)).not.toContain(value);
    });

    it('ZLB-2 a code is good once in the province, and for ten seconds the same at the same counter', async () => {
      const phone = await kit.phoneOf(lin, 'driving_licence', 'standard');
      const [here, there] = [await onDuty(), await onDuty()];
      const text = await phone.show();
      const first = (await look(here, text)).body;
      const logged = (await kit.logOf(lin.id, 'certificate.looked_at')).length;
      at += 9000;
      const again = (await look(here, `${text}\r\n`)).body;
      expect([again.verdict.code, again.look]).toEqual(['valid', first.look]);
      expect(again.fields).toEqual(first.fields);
      expect((await kit.logOf(lin.id, 'certificate.looked_at')).length).toBe(logged);
      const elsewhere = (await look(there, text)).body;
      expect([elsewhere.verdict.code, elsewhere.already_used, elsewhere.fields]).toEqual([
        'replayed',
        true,
        [],
      ]);
      at += 2000;
      expect((await look(here, text)).body).toMatchObject({ already_used: true, fields: [] });
      at += 50_000;
      expect((await look(there, text)).body.verdict.code).toBe('code_expired');
      const refused = (await kit.logOf(lin.id, 'certificate.look_refused')).slice(0, 3);
      expect(refused.map(({ details }) => details!.verdict)).toEqual([
        'code_expired',
        'replayed',
        'replayed',
      ]);
    });

    it('ZLB-2 of two counters at the same moment one gets the code', async () => {
      const phone = await kit.phoneOf(lin, 'driving_licence', 'standard');
      const [here, there] = [await onDuty(), await onDuty()];
      const text = await phone.show();
      const answers = await Promise.all([look(here, text), look(there, text)]);
      expect(answers.map(({ body }) => body.already_used).sort()).toEqual([false, true]);
    });

    it('shows nothing of a certificate that is not in force, nor of a file or slip that proves nobody', async () => {
      const chen = (await app.core.samplePerson('chen'))!;
      const { certificate } = await kit.phoneOf(lin, 'driving_licence', 'standard');
      const counter = await onDuty();
      const slip = await app.core.credentials.issueSlip({
        account: lin,
        type: 'driving_licence',
        certificate: certificate.id,
        context: { actor: 'test' },
      });
      const paper = (await look(counter, slip.text)).body;
      expect([paper.verdict.code, paper.verdict.format, paper.fields, paper.photo]).toEqual([
        'valid',
        'slip',
        [],
        undefined,
      ]);
      const held = await app.core.credentials.ensureCertificate(chen, 'driving_licence', { actor: 'test' });
      expect(held.state).toBe('02');
      const unreadable = (await look(counter, 'https://example.test/pay')).body;
      expect([unreadable.verdict.code, unreadable.fields]).toEqual(['malformed', []]);
    });

    it('a careful view takes a second code made after the first scan, or this counter’s nonce', async () => {
      const counter = await onDuty(['residence-permit-address-change']);
      const item = 'residence-permit-address-change';
      const { views } = app.core.catalogue.get('residence_permit');
      const careful = views.find((view) => view.careful);
      if (!careful) return;
      const phone = await kit.phoneOf(lin, 'residence_permit', careful.id);
      const first = await look(counter, await phone.show(), { item });
      expect(first.body.verdict.code).toBe('careful_second_code');
      at += 20_000;
      expect((await look(counter, await phone.show(), { item })).body.verdict.code).toBe('valid');
      const nonce = new Uint8Array(8).fill(7);
      const text = await phone.show({ nonce, iat: kit.now() + 1 });
      const hex = Buffer.from(nonce).toString('hex');
      expect((await look(counter, text, { item, nonce: '0000000000000000' })).body.verdict.code).toBe(
        'replayed',
      );
      expect((await look(counter, text, { item, nonce: hex })).body.verdict.code).toBe('valid');
    });

    it('SHR-8 one holder too many in any hour stops the counter until its lead lets it go on', async () => {
      const counter = await onDuty();
      const show = async (person: string) => {
        const account = (await app.core.samplePerson(person))!;
        const text = await (await kit.phoneOf(account, 'driving_licence', 'standard')).show();
        at += 1000;
        return (await look(counter, text)).body;
      };
      expect((await show('lin')).verdict.code).toBe('valid');
      expect((await show('zhou')).verdict.code).toBe('valid');
      expect((await show('lin')).verdict.code).toBe('valid');
      expect((await show('ouyang')).code).toBe('counter_stopped');
      expect((await show('lin')).code).toBe('counter_stopped');
      const ouyang = (await app.core.samplePerson('ouyang'))!;
      expect((await kit.logOf(ouyang.id, 'certificate.look_refused'))[0]!.details).toMatchObject({
        verdict: 'counter_stopped',
      });
      expect((await counter.device.ask('/me')).body.counter.state).toBe('stopped');
      const { flags } = (await kit.api.call(lead, 'get', '/admin/api/counter-flags')).body;
      const flag = flags.find(({ counter: of }: { counter: string }) => of === counter.device.id);
      expect(flag).toMatchObject({ kind: 'too_many_holders', officer: clerk, state: 'open' });
      const close = `/admin/api/counter-flags/${flag.id}/close`;
      expect((await kit.api.call(lead, 'post', close, { outcome: 'explained' })).body).toMatchObject({
        state: 'closed',
        outcome: 'explained',
      });
      const resume = `/admin/api/counters/${counter.device.id}/resume`;
      expect((await kit.api.call(clerk, 'post', resume)).status).toBe(403);
      expect((await kit.api.call(lead, 'post', resume)).body.state).toBe('active');
      counter.shift = await kit.beginShift(counter.device, clerk, '270418');
      expect((await show('ouyang')).verdict.code).toBe('valid');
    });
  });
});
