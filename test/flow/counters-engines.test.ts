/** Counters on MongoDB and Redis: what rests on the engines' promises. On SQLite: counters.test.ts. */
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { systemClock } from '../../src/clock.ts';
import { describeWith } from '../contract/server-suites.ts';
import { type Kit, openKit } from './counter-kit.ts';
import { type RunningApp, startApp } from './start-app.ts';

const renewal = 'driving-licence-renewal';

describeWith('MONGODB_URL', 'counters 窗口 on MongoDB', (mongodbUrl) => {
  describeWith('REDIS_URL', 'and Redis', (redisUrl) => {
    let app: RunningApp;
    let kit: Kit;
    beforeAll(async () => {
      const url = new URL(mongodbUrl);
      url.pathname = `/onecert_counters_${randomBytes(4).toString('hex')}`;
      app = await startApp({ MONGODB_URL: url.href, REDIS_URL: redisUrl, COUNTER_HOLDERS_PER_HOUR: '1' });
      kit = openKit(app, systemClock);
    }, 120_000);
    afterAll(() => app.stop());

    it('one code enrols one device; a code that is shown is good once (ZLB-2); the guard counts (SHR-8); results are taken once (CTR-5)', async () => {
      const lead = await kit.official('zj-police', ['counter_lead']);
      await kit.setPin(lead, '270418');
      const { code } = (await kit.propose(lead)).body;
      const devices = await Promise.all([kit.makeDevice(), kit.makeDevice(), kit.makeDevice()]);
      const enrolled = await Promise.all(devices.map((one) => one.enrol(code)));
      expect(enrolled.map(({ status }) => status).sort()).toEqual([201, 403, 403]);
      const here = devices.find(({ id }) => id !== '')!;
      const there = await kit.enrolled(lead);
      const shifts = [
        await kit.beginShift(here, lead, '270418'),
        await kit.beginShift(there, lead, '270418'),
      ] as const;
      const lin = (await app.core.samplePerson('lin'))!;
      const phone = await kit.phoneOf(lin, 'driving_licence', 'standard');
      const text = await phone.show();
      const answers = await Promise.all(
        [here, there].map((device, i) => device.ask('/looks', { shift: shifts[i], item: renewal, text })),
      );
      expect(answers.map(({ body }) => body.already_used).sort()).toEqual([false, true]);
      const results = [
        {
          id: randomUUID(),
          officer: lead,
          format: 'show-code',
          verdict: 'valid',
          entry: { list: phone.copy.statusList, index: phone.copy.statusIndex },
          scanned_at: kit.now(),
        },
      ];
      const taken = async () => (await here.ask('/results', { results })).body.results[0].status;
      expect([await taken(), await taken()]).toEqual(['recorded', 'known']);
      const winner = answers[0]!.body.already_used ? there : here;
      const zhou = await kit.phoneOf((await app.core.samplePerson('zhou'))!, 'driving_licence', 'standard');
      const next = { shift: shifts[winner === here ? 0 : 1], item: renewal, text: await zhou.show() };
      expect((await winner.ask('/looks', next)).body.code).toBe('counter_stopped');
      expect((await winner.ask('/me')).body.counter.state).toBe('stopped');
    }, 60_000);

    it('of wrong PINs that come at one moment no more than five are looked at', async () => {
      const lead = await kit.official('zj-police', ['counter_lead']);
      await kit.setPin(lead, '270418');
      const device = await kit.enrolled(lead);
      const tries = await Promise.all(
        Array.from({ length: 12 }, () =>
          device.ask('/shifts', { officer: lead, pin_key: randomBytes(32).toString('base64url') }),
        ),
      );
      const codes = tries.map(({ body }) => body.code);
      expect(codes.filter((code) => code === 'wrong_pin').length).toBeLessThanOrEqual(5);
      expect(codes.filter((code) => code === 'too_many_requests').length).toBeGreaterThanOrEqual(7);
      expect(
        (await device.ask('/shifts', { officer: lead, pin_key: randomBytes(32).toString('base64url') })).body
          .code,
      ).toBe('too_many_requests');
    }, 60_000);
  });
});
