import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Account } from '../../../src/accounts/index.ts';
import { describeWith } from '../../contract/server-suites.ts';
import { type MakeStore, mongoStore, sqliteStore } from '../../contract/test-stores.ts';
import { act, allItems, codeOf, type EnterprisesRig, named, openEnterprisesRig } from './enterprises-rig.ts';

const describeManagers = (engine: string, make: () => MakeStore): void =>
  describe(`enterprises and managers on ${engine}`, () => {
    let rig: EnterprisesRig;
    let head: Account;
    beforeAll(async () => {
      rig = await openEnterprisesRig(make());
      head = await rig.person();
    });
    afterAll(() => rig.close());

    const appoint = (enterprise: string, person: Account, by = head) =>
      rig.enterprises.appointManager(act(by), { enterprise, person: named(person) });
    const refs = async (person: Account) =>
      (await rig.enterprises.capacities.of(person.id, allItems)).map(({ ref }) => ref);

    it('an account is opened by the legal representative whom the register names, once, and found again', async () => {
      const creditCode = rig.registered(head);
      const opened = await Promise.all(
        Array.from({ length: 5 }, () => rig.enterprises.open(act(head), { creditCode: ` ${creditCode} ` })),
      );
      expect(new Set(opened.map(({ id }) => id)).size).toBe(1);
      expect(new Set(opened.map(({ legalRep }) => legalRep?.id)).size).toBe(1);
      expect(await rig.enterprises.capacities.of(head.id, [])).toEqual([
        {
          kind: 'enterprise',
          ref: `e:${opened[0]!.id}:legal_rep`,
          enterprise: { id: opened[0]!.id, creditCode, name: expect.any(String), region: '330302' },
          role: 'legal_rep',
        },
      ]);
    });

    it('is refused to anybody else, below proofing level 3, and for what the register does not have', async () => {
      const [other, weak] = [await rig.person(), await rig.person(2)];
      const open = (person: Account, creditCode: string) =>
        codeOf(rig.enterprises.open(act(person), { creditCode }));
      expect(await open(other, rig.registered(head))).toBe('not_legal_representative');
      expect(await open(weak, rig.registered(weak))).toBe('proofing_too_low');
      expect(await open(head, rig.registered(head, { state: '04' }))).toBe('enterprise_not_active');
      expect(await open(head, '91330302MY990001')).toBe('invalid_request');
      expect(await open(head, '91330302MY9900017J')).toBe('not_in_register');
      const misnamed = rig.registered(head, { legalRep: { ...named(head), name: '别人' } });
      expect(await open(head, misnamed)).toBe('register_entry_faulty');
      const refused = (await rig.audit.about(other.id)).filter(({ result }) => result === 'refused');
      expect(refused).toMatchObject([
        { action: 'enterprise.open_refused', details: { reason: 'not_legal_representative' } },
      ]);
    });

    it('a registered code whose check character is wrong waits for an officer’s override with evidence (GB 32100)', async () => {
      const creditCode = '91330302MY99900016';
      rig.registered(head, { creditCode });
      const open = () => rig.enterprises.open(act(head), { creditCode });
      expect(await codeOf(open())).toBe('credit_code_faulty');
      const accept = (evidence: string, code = creditCode) =>
        rig.enterprises.acceptCreditCode({ creditCode: code, evidence, actor: 'cli' });
      expect(await codeOf(accept('no'))).toBe('invalid_request');
      expect(await codeOf(accept('执照副本第7号', '91330302MY99900024'))).toBe('not_in_register');
      const accepted = await accept('执照副本第7号');
      expect(accepted).toMatchObject({ evidence: '执照副本第7号', acceptedBy: 'cli' });
      expect((await accept('another file 8')).id).toBe(accepted.id);
      expect((await open()).creditCode).toBe(creditCode);
    });

    it('NET-4: of 20 managers appointed in parallel exactly five get in, and the sixth only once one has left', async () => {
      const { id } = await rig.company(head);
      const people = await Promise.all(Array.from({ length: 20 }, () => rig.person()));
      const answers = await Promise.all(people.map((person) => codeOf(appoint(id, person))));
      expect(answers.filter((answer) => answer === 'ok')).toHaveLength(5);
      expect(answers.filter((answer) => answer === 'too_many_managers')).toHaveLength(15);
      const { managers } = await rig.enterprises.get(act(head), id);
      expect(managers).toHaveLength(5);

      rig.clock.advance(901);
      const sixth = people[answers.indexOf('too_many_managers')]!;
      expect(await codeOf(appoint(id, sixth))).toBe('too_many_managers');
      await rig.enterprises.removeManager(act(head), { enterprise: id, post: managers[0]!.id });
      await appoint(id, sixth);
      expect(await refs(sixth)).toEqual([`e:${id}:manager`]);
      expect(await refs(people.find((person) => person.id === managers[0]!.account)!)).toEqual([]);
    }, 30_000);

    it('a manager is proved at level 3, named with the right name, appointed by the legal representative only', async () => {
      rig.clock.advance(901);
      const { id } = await rig.company(head);
      const [manager, other, weak] = [await rig.person(), await rig.person(), await rig.person(2)];
      expect(await codeOf(appoint(id, weak))).toBe('proofing_too_low');
      expect(await codeOf(appoint(id, { ...manager, name: '别人' }))).toBe('person_not_found');
      expect(await codeOf(appoint(id, { ...manager, documentNumber: '11010519491231002X' }))).toBe(
        'person_not_found',
      );
      await appoint(id, manager);
      expect(await codeOf(appoint(id, manager))).toBe('already_exists');
      expect(await codeOf(appoint(id, other, manager))).toBe('forbidden');
      const { managers } = await rig.enterprises.get(act(manager), id);
      const remove = (by: Account) =>
        rig.enterprises.removeManager(act(by), { enterprise: id, post: managers[0]!.id });
      expect(await codeOf(remove(other))).toBe('forbidden');
      await remove(manager);
      expect(await refs(manager)).toEqual([]);
      expect(
        (await rig.enterprises.myNotices(act(manager))).map(({ action, reason }) => [action, reason]),
      ).toEqual(
        expect.arrayContaining([
          ['enterprise.manager_appointed', undefined],
          ['enterprise.manager_ended', 'resigned'],
        ]),
      );
    });

    it('looking for people by document is bounded for each giver', async () => {
      rig.clock.advance(901);
      const { id } = await rig.company(head);
      const nobody = { ...head, documentNumber: '11010519491231002X' };
      const answers = [];
      for (let i = 0; i < 22; i += 1) answers.push(await codeOf(appoint(id, nobody)));
      expect(answers.filter((answer) => answer === 'person_not_found')).toHaveLength(20);
      expect(answers.slice(20)).toEqual(['too_many_requests', 'too_many_requests']);
      rig.clock.advance(901);
    });

    it('a blocked person has no capacity while she is blocked', async () => {
      const person = await rig.person();
      await rig.company(person);
      const [ref] = await refs(person);
      await rig.accounts.setState(person.id, 'blocked', 'cli');
      expect(await refs(person)).toEqual([]);
      expect(await rig.enterprises.capacities.live(person.id, ref!, allItems)).toBeUndefined();
      await rig.accounts.setState(person.id, 'active', 'cli');
      expect(await refs(person)).toEqual([ref]);
    });
  });

describeManagers('SQLite', () => sqliteStore);
describeWith('MONGODB_URL', 'enterprises on MongoDB', (url) =>
  describeManagers('MongoDB', () => mongoStore(url)),
);
