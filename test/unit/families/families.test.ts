import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Account } from '../../../src/accounts/index.ts';
import { birthDateOf, fourteenthBirthday, isChild } from '../../../src/families/index.ts';
import { describeWith } from '../../contract/server-suites.ts';
import { type MakeStore, mongoStore, sqliteStore } from '../../contract/test-stores.ts';
import { newDeviceKey } from '../credentials/issuing-rig.ts';
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
} from './families-rig.ts';

describe('under 14 (PIPL art. 31)', () => {
  it('is told by the number: to the second in which the 14th birthday begins in UTC+8', () => {
    const child = { kind: '111', number: numberOf('2012-11-23') };
    const birthday = Date.parse('2026-11-23T00:00:00+08:00') / 1000;
    expect(fourteenthBirthday('2012-11-23')).toBe(birthday);
    expect([isChild(child, birthday - 1), isChild(child, birthday)]).toEqual([true, false]);
    // Still the 22nd in UTC.
    expect(new Date(birthday * 1000).toISOString()).toBe('2026-11-22T16:00:00.000Z');
  });

  it('ends on 1 March for who was born on 29 February, and knows the foreigner’s card of 2023', () => {
    expect(fourteenthBirthday('2012-02-29')).toBe(Date.parse('2026-03-01T00:00:00+08:00') / 1000);
    expect(birthDateOf({ kind: '553', number: '933840198607040028' })).toBe('1986-07-04');
    expect(birthDateOf({ kind: '414', number: 'E90210347' })).toBeUndefined();
    expect(isChild({ kind: '414', number: 'E90210347' }, 0)).toBe(false);
  });
});

const describeFamilies = (engine: string, make: MakeStore): void =>
  describe(`families on ${engine} (ZLB-5)`, () => {
    let rig: FamiliesRig;
    beforeEach(async () => {
      rig = await openFamiliesRig(make);
    }, 60_000);
    afterEach(() => rig.close());

    const notices = async (account: Account) =>
      (await rig.accounts.authenticators.notices(account.id)).map(({ kind }) => kind);
    const logOf = async (account: Account) =>
      (await rig.audit.about(account.id, 500)).map(({ action, actor }) => `${action} ${actor}`);
    const stateOf = async (account: Account, link: string) => {
      const { acting, for_me } = await rig.families.of(account.id);
      const found = [...acting, ...for_me].find(({ id }) => id === link);
      return [found?.state, found?.end_reason];
    };

    it('a guardian whom the register names adds her child under 14; the child’s account signs nobody in', async () => {
      const mother = await rig.person();
      const { account, link } = await rig.child(mother);
      expect(await stateOf(mother, link)).toEqual(['active', undefined]);
      expect(await rig.accounts.authenticators.of(account.id)).toEqual([]);
      expect(await codeOf(rig.families.addChild(act(mother), named(account)))).toBe('already_exists');
      expect(await notices(mother)).toContain('family_linked');
      expect(await logOf(account)).toContain(`family.linked account:${mother.id}`);
      const [shown] = (await rig.families.of(mother.id)).acting;
      expect(shown).toMatchObject({ kind: 'guardian', basis: 'register', person: { name: '样**' } });
      expect(JSON.stringify(await rig.families.of(account.id))).not.toContain(mother.documentNumber);
    });

    it('a child nobody knows, a wrong name and another’s child get one answer', async () => {
      const [mother, stranger] = [await rig.person(), await rig.person()];
      const { account } = await rig.child(mother);
      const unknown = { kind: '111', number: numberOf(dayFrom(rig.clock.seconds, -9), 900), name: '无此人' };
      for (const [who, child] of [
        [stranger, named(account)],
        [mother, { ...named(account), name: '别人' }],
        [stranger, unknown],
      ] as const) {
        const error = await rig.families.addChild(act(who), child).catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ code: 'guardian_not_recorded', detail: undefined });
      }
      expect(await rig.accounts.findByDocument('111', unknown.number)).toBeUndefined();
      expect(await codeOf(rig.families.addChild(act(stranger), named(mother)))).toBe('not_a_child');
      const low = await rig.person({ proofingLevel: 2 });
      expect(await codeOf(rig.families.addChild(act(low), named(account)))).toBe('proofing_too_low');
    });

    it('a relative agrees herself at level 3, never below, and only she', async () => {
      const [daughter, mother, other] = [
        await rig.person(),
        await rig.person({ proofingLevel: 2, birthDate: '1950-02-03' }),
        await rig.person(),
      ];
      const { id } = await rig.families.invite(act(daughter), documentOf(mother));
      expect(await notices(mother)).toEqual(['family_invited']);
      expect(await codeOf(rig.families.certificates.list(act(daughter), id))).toBe('family_link_over');
      expect(await codeOf(rig.families.accept(act(mother), id))).toBe('proofing_too_low');
      for (const one of [daughter, other])
        expect(await codeOf(rig.families.accept(act(one), id))).toBe('not_found');
      expect(await stateOf(mother, id)).toEqual(['invited', undefined]);

      const elder = await rig.person({ birthDate: '1949-05-06' });
      const second = await rig.families.invite(act(daughter), documentOf(elder));
      await rig.families.accept(act(elder), second.id);
      expect(await stateOf(daughter, second.id)).toEqual(['active', undefined]);
      expect(await codeOf(rig.families.accept(act(elder), second.id))).toBe('family_link_over');
      expect(await logOf(elder)).toContain(`family.linked account:${elder.id}`);

      await rig.families.refuse(act(mother), id);
      expect(await stateOf(daughter, id)).toEqual(['ended', 'refused']);
      const child = rig.resident(dayFrom(rig.clock.seconds, -5));
      expect(await codeOf(rig.families.invite(act(daughter), child))).toBe('child_needs_guardian');
      const young = await rig.person({ birthDate: dayFrom(rig.clock.seconds, -12) });
      expect(await codeOf(rig.families.invite(act(young), documentOf(elder)))).toBe('forbidden');
    });

    it('an invitation to a document without an account looks the same, counts the same and runs out the same', async () => {
      const [daughter, known] = [await rig.person(), await rig.person({ birthDate: '1960-01-02' })];
      const nobody = { kind: '111', number: numberOf('1960-01-02', 800) };
      await rig.families.invite(act(daughter), documentOf(known));
      await rig.families.invite(act(daughter), nobody);
      const shape = async () =>
        (await rig.families.of(daughter.id)).acting.map(({ id: _, person, ...rest }) => ({
          ...rest,
          person: person && { ...person, document: person.document.length },
        }));
      const [first, second] = await shape();
      expect(second).toEqual(first);
      expect(first?.person).not.toHaveProperty('name');
      for (const one of [documentOf(known), nobody])
        expect(await codeOf(rig.families.invite(act(daughter), one))).toBe('already_exists');
      rig.clock.advance(30 * day);
      const over = await shape();
      expect(over[1]).toEqual(over[0]);
      expect(over[0]).toMatchObject({ state: 'ended', end_reason: 'expired', person: undefined });
    });

    it('an invitation taken back and sent again writes to nobody’s phone a second time that day', async () => {
      const [actor, known] = [await rig.person(), await rig.person()];
      for (let i = 0; i < 3; i += 1) {
        const { id } = await rig.families.invite(act(actor), documentOf(known));
        await rig.families.end(act(actor), id);
      }
      expect(await notices(known)).toEqual(['family_invited']);
      expect(await notices(actor)).toEqual([]);
    });

    it('at most ten at one time, also when twelve are asked for at once', async () => {
      const actor = await rig.person();
      const all = Array.from({ length: 12 }, (_, i) => ({
        kind: '111',
        number: numberOf('1970-01-01', 700 + i),
      }));
      const codes = await Promise.all(all.map((one) => codeOf(rig.families.invite(act(actor), one))));
      expect(codes.filter((code) => code === 'ok')).toHaveLength(10);
      expect(codes.filter((code) => code === 'too_many_family_links')).toHaveLength(2);
      const { acting, links_left } = await rig.families.of(actor.id);
      expect([acting.length, links_left]).toEqual([10, 0]);
      await rig.families.end(act(actor), acting[0]!.id);
      expect((await rig.families.of(actor.id)).links_left).toBe(1);
    });

    it('lists, adds and opens the child’s certificates; the child’s log says who looked', async () => {
      const mother = await rig.person();
      const { account, link } = await rig.child(mother);
      const list = await rig.families.certificates.list(act(mother), link);
      expect(list.certificates.find(({ type }) => type === 'residence_permit')?.status).toBe('available');
      const added = await rig.families.certificates.add(act(mother), { link, type: 'residence_permit' });
      expect(JSON.stringify(added)).not.toContain(account.documentNumber);
      const certificate = added.certificate!.id;
      const { fields } = await rig.families.certificates.reveal(act(mother), { link, certificate });
      expect(fields.find(({ name }) => name === 'id_number')?.value).toBe(account.documentNumber);
      const log = await rig.audit.about(account.id, 100);
      const look = log.find(({ action }) => action === 'certificate.opened_by_family');
      expect(look).toMatchObject({ actor: `account:${mother.id}`, object: certificate, details: { link } });
      expect(look?.fields).toContain('id_number');
      const own = await rig.person();
      rig.permit(named(own));
      const { id: foreign } = await rig.credentials.ensureCertificate(own, 'residence_permit', {
        actor: 'cli',
      });
      const reveal = rig.families.certificates.reveal(act(mother), { link, certificate: foreign });
      expect(await codeOf(reveal)).toBe('not_found');
      const [stranger] = [await rig.person()];
      expect(await codeOf(rig.families.certificates.list(act(stranger), link))).toBe('not_found');
    });

    const issue = async (actor: Account, link: string, proofs?: string[]) =>
      rig.families.certificates.issue(act(actor), {
        link,
        configuration: 'residence_permit_view_standard',
        proofs: proofs ?? [await rig.proof()],
      });
    const statusSet = async (): Promise<number> => {
      const entries = await rig.fault.collection<{ id: string; state: number }>('status_entries').list();
      return entries.filter(({ state }) => state === 1).length;
    };

    it('copies on a key of the link are dead at once when either side ends it', async () => {
      const [mother, elder] = [await rig.person(), await rig.person({ birthDate: '1950-01-01' })];
      const { account, link } = await rig.child(mother);
      rig.permit(named(elder));
      const other = await rig.relative(mother, elder);
      expect((await issue(mother, link)).credentials).toHaveLength(1);
      expect((await issue(mother, other)).credentials).toHaveLength(1);
      expect(await statusSet()).toBe(0);
      await rig.families.end(act(mother), link);
      expect(await statusSet()).toBe(1);
      await rig.families.end(act(elder), other);
      expect(await statusSet()).toBe(2);
      expect(await stateOf(mother, other)).toEqual(['ended', 'other_side']);
      for (const one of [link, other]) {
        expect(await codeOf(issue(mother, one))).toBe('family_link_over');
        expect(await codeOf(rig.families.certificates.list(act(mother), one))).toBe('family_link_over');
        expect(await codeOf(rig.families.end(act(mother), one))).toBe('family_link_over');
      }
      expect(await notices(mother)).toEqual(expect.arrayContaining(['family_ended']));
      expect(await logOf(account)).toContain(`family.ended account:${mother.id}`);
      expect((await rig.credentials.checkEverythingIssued()).bad).toEqual([]);
    });

    it('a proof that was seen before, for another place or without a key signs nothing', async () => {
      const mother = await rig.person();
      const { link } = await rig.child(mother);
      const proof = await rig.proof();
      await issue(mother, link, [proof]);
      expect(await codeOf(issue(mother, link, [proof]))).toBe('invalid_request');
      const { jwk } = await newDeviceKey();
      expect(await codeOf(issue(mother, link, [JSON.stringify(jwk)]))).toBe('invalid_request');
      const [head, , signature] = (await rig.proof()).split('.');
      const payload = Buffer.from(JSON.stringify({ aud: 'x' })).toString('base64url');
      expect(await codeOf(issue(mother, link, [`${head}.${payload}.${signature}`]))).toBe('invalid_request');
    });

    it('the guardian’s access ends in the second of the 14th birthday, unless the child has said to keep it', async () => {
      const mother = await rig.person();
      const birthDate = dayFrom(rig.clock.seconds, -14, 40);
      const [one, two] = [await rig.child(mother, birthDate), await rig.child(mother, birthDate)];
      await issue(mother, one.link);
      const birthday = fourteenthBirthday(birthDate);
      expect(await codeOf(rig.families.keep(act(two.account), two.link))).toBe('too_young');
      expect(await codeOf(rig.families.keep(act(mother), two.link))).toBe('not_found');
      rig.goTo(birthday - 29 * day);
      await rig.families.keep(act(two.account), two.link);

      rig.goTo(birthday - 1);
      await rig.families.certificates.list(act(mother), one.link);
      rig.goTo(birthday);
      expect(await codeOf(rig.families.certificates.list(act(mother), one.link))).toBe('family_link_over');
      await rig.families.certificates.list(act(mother), two.link);
      expect(await stateOf(mother, one.link)).toEqual(['ended', 'child_turned_14']);
      expect(await statusSet()).toBe(1);
      expect(await codeOf(rig.families.keep(act(one.account), one.link))).toBe('family_link_over');
      expect(await codeOf(rig.families.addChild(act(mother), named(one.account)))).toBe('not_a_child');
    });

    it('the job writes the birthday down for guardians who never come', async () => {
      const mother = await rig.person();
      const birthDate = dayFrom(rig.clock.seconds, -14, 2);
      const { account, link } = await rig.child(mother, birthDate);
      await issue(mother, link);
      // Found by the day, however many families there are; the day itself is sealed.
      const pointers = rig.fault.collection<{ id: string; holder: string }>('family_pointers');
      const found = await pointers.findKeyed('birthday', dayFrom(rig.clock.seconds, 0, 2));
      expect(found.map(({ holder }) => holder)).toEqual([account.id]);
      rig.goTo(fourteenthBirthday(birthDate));
      await rig.families.settle();
      expect(await statusSet()).toBe(1);
      expect(await logOf(account)).toContain('family.ended system');
    });

    describe('at the counter', () => {
      const at = (officer: Account, unit = 'counter-1') => ({ ...act(officer), unit });
      const confirm = (officer: Account, record: string, unit?: string) =>
        rig.families.counter.decide(at(officer, unit), { record, decision: 'confirm' });
      const record = async (
        officer: Account,
        basis: 'guardianship' | 'counter_consent' | 'court',
        actor: Account,
        holder: { kind: string; number: string; name: string },
      ) =>
        rig.families.counter.record(at(officer), {
          basis,
          actor: named(actor),
          holder,
          evidence: '（2026）浙0106民特12号',
        });

      it('two officers of one unit record a consent, a court’s decision, a guardianship: the first alone makes nothing', async () => {
        const [first, second, actor] = [await rig.person(), await rig.person(), await rig.person()];
        const [willing, unable] = [
          await rig.person({ birthDate: '1945-01-01' }),
          await rig.person({ proofingLevel: 2 }),
        ];
        const child = rig.resident(dayFrom(rig.clock.seconds, -3));
        for (const [basis, holder] of [
          ['counter_consent', named(willing)],
          ['court', named(unable)],
          ['guardianship', child],
        ] as const) {
          const { id } = await record(first, basis, actor, holder);
          expect(await codeOf(confirm(first, id))).toBe('second_person_needed');
          expect((await rig.families.of(actor.id)).acting.filter((one) => one.basis === basis)).toEqual([]);
          expect(await codeOf(confirm(second, id, 'counter-2'))).toBe('not_found');
          const decided = await confirm(second, id);
          expect(decided.state).toBe('done');
          const [link] = (await rig.families.of(actor.id)).acting.filter((one) => one.basis === basis);
          expect(link).toMatchObject({
            state: 'active',
            kind: basis === 'guardianship' ? 'guardian' : 'relative',
          });
          await rig.families.certificates.list(act(actor), link!.id);
          const again = confirm(second, id);
          expect(await codeOf(again)).toBe('proposal_ended');
        }
      });

      it('nobody acts in her own matter, below level 3 or with a paper that has no number', async () => {
        const [first, actor, holder] = [await rig.person(), await rig.person(), await rig.person()];
        const low = await rig.person({ proofingLevel: 2 });
        expect(await codeOf(record(actor, 'court', actor, named(holder)))).toBe('forbidden');
        expect(await codeOf(record(first, 'counter_consent', actor, named(low)))).toBe('proofing_too_low');
        expect(await codeOf(record(first, 'court', low, named(holder)))).toBe('proofing_too_low');
        expect(await codeOf(record(first, 'court', actor, { ...named(holder), name: '别人' }))).toBe(
          'person_not_found',
        );
        const input = { basis: 'court' as const, actor: named(actor), holder: named(holder), evidence: '?' };
        expect(await codeOf(rig.families.counter.record(at(first), input))).toBe('invalid_request');
        const { id } = await record(first, 'court', actor, named(holder));
        expect(await codeOf(confirm(holder, id))).toBe('forbidden');
        expect(await rig.families.counter.waiting('counter-2')).toEqual([]);
        const [waiting] = await rig.families.counter.waiting('counter-1');
        expect(waiting).toMatchObject({ id, actor: { name: '样**' }, holder: { name: '样**' } });
        rig.clock.advance(7 * day);
        expect(await rig.families.counter.waiting('counter-1')).toEqual([]);
        expect(await codeOf(confirm(low, id))).toBe('proposal_ended');
      });

      it('a confirmation that broke off is carried out once by the job', async () => {
        const [first, second, actor, holder] = [
          await rig.person(),
          await rig.person(),
          await rig.person(),
          await rig.person(),
        ];
        for (let nth = 1; ; nth += 1) {
          const before = (await rig.families.of(actor.id)).acting.find(({ state }) => state === 'active');
          if (before) await rig.families.end(act(actor), before.id);
          const { id } = await record(first, 'counter_consent', actor, named(holder));
          rig.fault.failAt(nth, 'before');
          const code = await codeOf(confirm(second, id));
          rig.fault.failAt(Number.POSITIVE_INFINITY, 'before');
          await rig.restart();
          rig.clock.advance(60);
          await rig.families.settle();
          const links = (await rig.families.of(actor.id)).acting.filter(({ state }) => state === 'active');
          // The first write is the confirmation itself: without it nothing was decided.
          expect([nth, links.length]).toEqual([nth, nth === 1 ? 0 : 1]);
          if (code === 'ok') break;
        }
      }, 120_000);
    });

    it('ends, notices and copies are finished by the job when the act broke off at any write', async () => {
      const mother = await rig.person();
      for (let nth = 1; ; nth += 1) {
        const { account, link } = await rig.child(mother);
        await issue(mother, link);
        const dead = await statusSet();
        rig.fault.failAt(nth, nth % 2 === 0 ? 'before' : 'after');
        const code = await codeOf(rig.families.end(act(mother), link));
        rig.fault.failAt(Number.POSITIVE_INFINITY, 'before');
        await rig.restart();
        rig.clock.advance(60);
        await rig.families.settle();
        if ((await stateOf(mother, link))[0] === 'active') await rig.families.end(act(mother), link);
        expect([nth, (await statusSet()) - dead]).toEqual([nth, 1]);
        expect(await logOf(account)).toContain(`family.ended account:${mother.id}`);
        if (code === 'ok') break;
      }
    }, 120_000);

    it('nothing personal stands in the audit, the errors or the store', async () => {
      const [mother, elder] = [await rig.person(), await rig.person({ birthDate: '1950-01-01' })];
      const { account } = await rig.child(mother);
      await rig.families.invite(act(mother), documentOf(elder));
      const personal = [mother, elder, account].flatMap(({ name, documentNumber }) => [name, documentNumber]);
      let dump = '';
      for await (const line of rig.storage.dump()) dump += line;
      expect(personal.filter((text) => dump.includes(text))).toEqual([]);
    });
  });

describeFamilies('sqlite', sqliteStore);
describeWith('MONGODB_URL', 'families on MongoDB', (url) => describeFamilies('mongodb', mongoStore(url)));
