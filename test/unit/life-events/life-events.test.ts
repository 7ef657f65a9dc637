import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Account } from '../../../src/accounts/index.ts';
import { describeWith } from '../../contract/server-suites.ts';
import { type MakeStore, mongoStore, sqliteStore } from '../../contract/test-stores.ts';
import { newDeviceKeys } from '../credentials/issuing-rig.ts';
import { creditCode } from '../enterprises/enterprises-rig.ts';
import {
  act,
  codeOf,
  day,
  dayFrom,
  documentOf,
  type FamiliesRig,
  named,
  numberOf,
  openFamiliesRig,
} from '../families/families-rig.ts';

const context = { actor: 'cli' };

const describeLifeEvents = (engine: string, make: MakeStore): void =>
  describe(`life events on ${engine}`, () => {
    let rig: FamiliesRig;
    beforeEach(async () => {
      rig = await openFamiliesRig(make);
    }, 60_000);
    afterEach(() => rig.close());

    let told = 0;
    const tell = (event: object): void => {
      told += 1;
      rig.news.push({ id: `news-${told}`, ...event } as never);
    };
    const copy = async (account: Account) =>
      rig.credentials.issueCopies({
        account,
        type: 'residence_permit',
        format: 'dc+sd-jwt',
        deviceKeys: await newDeviceKeys(1),
        context,
      });
    /** Status of every copy of this person: 0 valid, 1 invalid. */
    const statuses = async ({ id }: Account): Promise<number[]> => {
      const mine = await rig.fault
        .collection<{ id: string; holder: string }>('copies')
        .find('holder' as never, id);
      const entries = await Promise.all(
        mine.map((one) =>
          rig.fault
            .collection<{ id: string; copy: string; state: number }>('status_entries')
            .find('copy', one.id),
        ),
      );
      return entries.flat().map(({ state }) => state);
    };
    const certificates = async ({ id }: Account) => rig.credentials.list({ holder: id });
    const notices = async ({ id }: Account) =>
      (await rig.accounts.authenticators.notices(id)).map(({ kind }) => kind);
    const appliedTimes = async ({ id }: Account) =>
      (await rig.audit.about(id, 500)).filter(({ action }) => action === 'life_event.applied').length;

    /** Somebody with everything that a death has to end. */
    const busyPerson = async () => {
      const who = await rig.person();
      const [delegate, mother] = [await rig.person(), await rig.person({ birthDate: '1950-01-01' })];
      rig.permit(named(who));
      await copy(who);
      const code = creditCode(told + 500 + Math.floor(Math.random() * 400));
      rig.companies.set(code, {
        creditCode: code,
        name: '样例有限公司',
        legalRep: named(who),
        state: '01',
        region: '330302',
        agency: false,
      });
      const { id: enterprise } = await rig.enterprises.open(act(who), { creditCode: code });
      const terms = { items: ['food-permit'], validUntil: rig.clock.seconds + 30 * day };
      const given = await rig.enterprises.giveMandate(act(who), {
        enterprise,
        to: { person: named(delegate) },
        ...terms,
      });
      await rig.enterprises.answerMandate(act(delegate), { mandate: given.id, answer: 'accept' });
      const { account: child } = await rig.child(who);
      const relative = await rig.relative(who, mother);
      return { who, delegate, mother, child, relative, enterprise, mandate: given.id };
    };

    const expectAllOver = async (busy: Awaited<ReturnType<typeof busyPerson>>): Promise<void> => {
      const { who, delegate, mother, enterprise, mandate } = busy;
      expect(await rig.accounts.get(who.id)).toMatchObject({ state: 'closed', closedReason: 'death' });
      expect(rig.sessionsEnded).toContain(who.id);
      expect((await certificates(who)).map(({ state, stateReason }) => [state, stateReason])).toEqual([
        ['04', 'holder_died'],
      ]);
      expect(await statuses(who)).toEqual([1]);
      expect(await rig.enterprises.capacities.of(who.id, ['food-permit'])).toEqual([]);
      expect(await rig.enterprises.capacities.of(delegate.id, ['food-permit'])).toEqual([]);
      expect((await rig.enterprises.find(enterprise))?.legalRep).toBeUndefined();
      const given = (await rig.enterprises.givenBy(enterprise)).find(({ id }) => id === mandate);
      expect([given?.state, given?.endReason]).toEqual(['ended', 'giver_lost_power']);
      expect((await rig.families.of(mother.id)).for_me).toEqual([
        expect.objectContaining({ state: 'ended', end_reason: 'account_closed' }),
      ]);
      expect(await notices(mother)).toContain('family_ended');
      expect(await codeOf(rig.families.certificates.list(act(who), busy.relative))).toBe('unauthenticated');
    };

    it('death ends sessions, certificates, copies, mandates, posts and family links, and tells the other sides', async () => {
      const busy = await busyPerson();
      tell({ kind: 'death', holder: documentOf(busy.who) });
      expect(await rig.lifeEvents.apply()).toEqual({ received: 1, faulty: 0, pending: 0 });
      await expectAllOver(busy);
      expect(await notices(busy.who)).not.toContain('family_ended');
      // Others are left alone.
      expect(await rig.accounts.get(busy.child.id)).toMatchObject({ state: 'active' });
      expect(await rig.lifeEvents.apply()).toEqual({ received: 0, faulty: 0, pending: 0 });
      expect(await appliedTimes(busy.who)).toBe(1);
      expect(await rig.lifeEvents.list('left')).toEqual([]);
      expect(rig.failures).toEqual([]);
    });

    it('death of somebody with a mandate ends it; of a dead person’s relative, her link', async () => {
      const busy = await busyPerson();
      tell({ kind: 'death', holder: documentOf(busy.delegate) });
      tell({ kind: 'death', holder: documentOf(busy.mother) });
      await rig.lifeEvents.apply();
      const [given] = await rig.enterprises.givenBy(busy.enterprise);
      expect([given?.state, given?.endReason]).toEqual(['ended', 'delegate_closed']);
      const { acting } = await rig.families.of(busy.who.id);
      expect(acting.find(({ id }) => id === busy.relative)).toMatchObject({
        state: 'ended',
        end_reason: 'account_closed',
      });
      expect(await notices(busy.who)).toContain('family_ended');
    });

    it('a certificate that a request under way records for the dead is cancelled a minute later', async () => {
      const who = await rig.person();
      rig.permit(named(who));
      tell({ kind: 'death', holder: documentOf(who) });
      await rig.lifeEvents.apply();
      // The request has read the account before it was closed.
      await copy(who);
      expect(await statuses(who)).toEqual([0]);
      rig.clock.advance(60);
      await rig.lifeEvents.apply();
      expect([await statuses(who), (await certificates(who))[0]?.state]).toEqual([[1], '04']);
      expect(await rig.lifeEvents.list('all')).toMatchObject([{ state: 'applied', pending: undefined }]);
      expect(await appliedTimes(who)).toBe(1);
    });

    it('a death that broke off at any write is carried out whole after a restart, once', async () => {
      for (let nth = 1; ; nth += 1) {
        const busy = await busyPerson();
        tell({ kind: 'death', holder: documentOf(busy.who) });
        rig.failures.length = 0;
        rig.fault.failAt(nth, nth % 2 === 0 ? 'before' : 'after');
        await rig.lifeEvents.apply().catch((error: unknown) => rig.failures.push(error));
        rig.fault.failAt(Number.POSITIVE_INFINITY, 'before');
        await rig.restart();
        rig.clock.advance(60);
        expect((await rig.lifeEvents.apply()).pending).toBe(0);
        await rig.families.settle();
        await rig.enterprises.reconcileWithRegister();
        await expectAllOver(busy);
        const states = (await rig.lifeEvents.list('all')).filter(({ account }) => account === busy.who.id);
        expect(states.map(({ state }) => state)).toEqual(['applied']);
        if (rig.failures.length === 0) break;
        expect(nth).toBeLessThan(100);
      }
    }, 240_000);

    it('a new name: the account at once, the certificates as soon as the register has it, next version, old copies end', async () => {
      const who = await rig.person({ name: '沈秋禾' });
      const row = rig.permit(named(who));
      const { certificate } = await copy(who);
      tell({ kind: 'name_changed', holder: documentOf(who), name: '沈秋荷' });
      expect((await rig.lifeEvents.apply()).pending).toBe(1);
      expect((await rig.accounts.get(who.id))?.name).toBe('沈秋荷');
      expect(await notices(who)).toEqual(['name_changed']);
      expect(await statuses(who)).toEqual([0]);
      expect(await rig.lifeEvents.list('left')).toMatchObject([{ state: 'reissuing', account: who.id }]);

      row.holderName = '沈秋荷';
      row.fields.name = '沈秋荷';
      expect((await rig.lifeEvents.apply()).pending).toBe(0);
      const [now, ...more] = await certificates(who);
      expect(more).toEqual([]);
      expect(now).toMatchObject({ id: certificate.id, state: '01', fields: { name: '沈秋荷' } });
      const version = (identifier: string) => identifier.split('.').slice(-2)[0];
      expect([version(certificate.identifier), version(now!.identifier)]).toEqual(['001', '002']);
      expect(await statuses(who)).toEqual([1]);
      await copy((await rig.accounts.get(who.id))!);
      expect((await statuses(who)).sort()).toEqual([0, 1]);
      expect((await rig.credentials.checkEverythingIssued()).bad).toEqual([]);
      expect(await notices(who)).toEqual(['name_changed']);
      const log = (await rig.audit.about(who.id, 100)).map(({ action }) => action);
      expect(log).toEqual(expect.arrayContaining(['account.renamed', 'certificate.reissued']));
    });

    it('whoever is being given a copy meanwhile gets no valid one with the old name', async () => {
      for (let round = 0; round < 5; round += 1) {
        const who = await rig.person({ name: '沈秋禾' });
        const row = rig.permit(named(who));
        await copy(who);
        row.holderName = '沈秋荷';
        row.fields.name = '沈秋荷';
        tell({ kind: 'name_changed', holder: documentOf(who), name: '沈秋荷' });
        const issuing = Array.from({ length: 6 }, () => copy(who).catch(() => undefined));
        await Promise.all([...issuing, rig.lifeEvents.apply()]);
        expect((await rig.lifeEvents.apply()).pending).toBe(0);
        const mine = await rig.fault
          .collection<{ id: string; holder: string; signed?: string }>('copies')
          .find('holder', who.id);
        for (const one of mine) {
          const [entry] = await rig.fault
            .collection<{ id: string; copy: string; state: number }>('status_entries')
            .find('copy', one.id);
          const disclosed = (one.signed ?? '')
            .split('~')
            .slice(1)
            .map((part) => Buffer.from(part, 'base64url').toString());
          const hasOldName = disclosed.some((text) => text.includes('沈秋禾'));
          if (hasOldName || one.signed === undefined) expect(entry?.state).toBe(1);
        }
        expect(mine.length).toBeGreaterThan(0);
      }
    }, 60_000);

    it('a new number moves the account’s index: she is found by the new one alone, and her certificate has it', async () => {
      const who = await rig.person();
      const row = rig.permit(named(who));
      await copy(who);
      const number = numberOf('1980-01-01', 950);
      row.holder.number = number;
      row.fields.id_number = number;
      tell({ kind: 'number_changed', holder: documentOf(who), to: { kind: '111', number } });
      // The register names her by the new number already.
      tell({ kind: 'name_changed', holder: { kind: '111', number }, name: who.name });
      expect((await rig.lifeEvents.apply()).pending).toBe(0);
      expect(await rig.accounts.findByDocument('111', who.documentNumber)).toBeUndefined();
      expect((await rig.accounts.findByDocument('111', number))?.id).toBe(who.id);
      expect((await certificates(who))[0]?.fields.id_number).toBe(number);
      expect(await statuses(who)).toEqual([1]);
      expect(await notices(who)).toContain('document_changed');
    });

    it('a legal representative with a new number keeps her firm while its register still has the old one', async () => {
      const { who, enterprise, delegate } = await busyPerson();
      const number = numberOf('1980-01-01', 930);
      tell({ kind: 'number_changed', holder: documentOf(who), to: { kind: '111', number } });
      await rig.lifeEvents.apply();
      rig.clock.advance(5);
      await rig.enterprises.reconcileWithRegister();
      expect((await rig.enterprises.find(enterprise))?.legalRep?.account).toBe(who.id);
      expect(await rig.enterprises.capacities.of(delegate.id, ['food-permit'])).toHaveLength(1);
      // Somebody else of that old number is not she.
      for (const record of rig.companies.values()) record.legalRep.name = '另一人';
      rig.clock.advance(5);
      await rig.enterprises.reconcileWithRegister();
      expect((await rig.enterprises.find(enterprise))?.legalRep).toBeUndefined();
    });

    it('two events of one person that broke off are applied in their order', async () => {
      for (let nth = 1; ; nth += 1) {
        const who = await rig.person({ name: '甲' });
        rig.permit(named(who));
        await copy(who);
        const number = numberOf('1980-01-01', 600 + nth);
        tell({ kind: 'name_changed', holder: documentOf(who), name: '乙乙' });
        tell({ kind: 'number_changed', holder: documentOf(who), to: { kind: '111', number } });
        tell({ kind: 'name_changed', holder: { kind: '111', number }, name: '丙丙' });
        rig.failures.length = 0;
        rig.fault.failAt(nth, nth % 2 === 0 ? 'before' : 'after');
        await rig.lifeEvents.apply().catch((error: unknown) => rig.failures.push(error));
        rig.fault.failAt(Number.POSITIVE_INFINITY, 'before');
        await rig.restart();
        rig.permits.at(-1)!.holderName = '丙丙';
        rig.permits.at(-1)!.holder.number = number;
        Object.assign(rig.permits.at(-1)!.fields, { name: '丙丙', id_number: number });
        await rig.lifeEvents.apply();
        expect((await rig.lifeEvents.apply()).pending).toBe(0);
        expect(await rig.accounts.get(who.id)).toMatchObject({ name: '丙丙', documentNumber: number });
        expect((await certificates(who)).map(({ fields }) => fields.name)).toEqual(['丙丙']);
        expect(await statuses(who)).toEqual([1]);
        if (rig.failures.length === 0) break;
        expect(nth).toBeLessThan(100);
      }
    }, 240_000);

    it('a number that has an account already is refused for an officer to look at; nothing changes', async () => {
      const [who, other] = [await rig.person(), await rig.person()];
      tell({ kind: 'number_changed', holder: documentOf(who), to: documentOf(other) });
      tell({ kind: 'death', holder: { kind: '111', number: numberOf('1980-01-01', 999) } });
      expect((await rig.lifeEvents.apply()).pending).toBe(0);
      expect(await rig.lifeEvents.list('left')).toMatchObject([
        { state: 'refused', reason: 'account_exists' },
      ]);
      expect(await rig.accounts.get(who.id)).toMatchObject({ documentNumber: who.documentNumber });
      expect((await rig.lifeEvents.list('all')).map(({ state }) => state)).toEqual(['refused', 'nobody']);
    });

    it('a register that does not follow within thirty days leaves the event to an officer', async () => {
      const who = await rig.person({ name: '甲' });
      rig.permit(named(who));
      await copy(who);
      tell({ kind: 'name_changed', holder: documentOf(who), name: '乙乙' });
      await rig.lifeEvents.apply();
      rig.clock.advance(30 * day);
      await rig.lifeEvents.apply();
      expect(await rig.lifeEvents.list('left')).toMatchObject([
        { state: 'refused', reason: 'register_not_changed' },
      ]);
    });

    it('a certificate that waits is asked for every minute of an hour, then once an hour', async () => {
      const who = await rig.person({ name: '甲' });
      const row = rig.permit(named(who));
      await copy(who);
      tell({ kind: 'name_changed', holder: documentOf(who), name: '乙乙' });
      await rig.lifeEvents.apply();
      rig.clock.advance(3_600);
      row.holderName = '乙乙';
      row.fields.name = '乙乙';
      let turns = 0;
      while ((await rig.lifeEvents.apply()).pending > 0) {
        rig.clock.advance(60);
        turns += 1;
        expect(turns).toBeLessThan(60);
      }
      tell({ kind: 'name_changed', holder: documentOf(who), name: '丙丙' });
      await rig.lifeEvents.apply();
      rig.clock.advance(7_200);
      row.holderName = '丙丙';
      row.fields.name = '丙丙';
      expect((await rig.lifeEvents.apply({ all: true })).pending).toBe(0);
    });

    it('an event that two processes take at once, or that comes again under its id, is applied once', async () => {
      const who = await rig.person();
      const child = await rig.child(await rig.person(), dayFrom(rig.clock.seconds, -6));
      tell({ kind: 'death', holder: documentOf(who) });
      await Promise.all([rig.lifeEvents.apply(), rig.lifeEvents.apply()]);
      rig.news.push({ ...rig.news[0]! });
      tell({ kind: 'death', holder: documentOf(child.account) });
      const report = await rig.lifeEvents.apply();
      expect(report).toEqual({ received: 1, faulty: 0, pending: 0 });
      expect(await rig.accounts.get(child.account.id)).toMatchObject({ state: 'closed' });
      expect((await rig.lifeEvents.list('all')).map(({ state }) => state)).toEqual(['applied', 'applied']);
    });

    it('nothing personal stands in the store, before or after', async () => {
      const who = await rig.person({ name: '沈秋禾' });
      rig.permit(named(who));
      await copy(who);
      const number = numberOf('1980-01-01', 940);
      tell({ kind: 'name_changed', holder: documentOf(who), name: '沈秋荷' });
      tell({ kind: 'number_changed', holder: documentOf(who), to: { kind: '111', number } });
      await rig.lifeEvents.apply();
      let dump = '';
      for await (const line of rig.storage.dump()) dump += line;
      expect([who.name, '沈秋荷', who.documentNumber, number].filter((text) => dump.includes(text))).toEqual(
        [],
      );
    });
  });

describeLifeEvents('sqlite', sqliteStore);
describeWith('MONGODB_URL', 'life events on MongoDB', (url) =>
  describeLifeEvents('mongodb', mongoStore(url)),
);
