import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Account, EnterpriseCapacity } from '../../../src/accounts/index.ts';
import type { EndedCapacity } from '../../../src/enterprises/index.ts';
import {
  act,
  allItems,
  codeOf,
  day,
  type EnterprisesRig,
  named,
  openEnterprisesRig,
} from './enterprises-rig.ts';

let rig: EnterprisesRig;
let head: Account;
let manager: Account;
let delegate: Account;
let firm: { id: string; creditCode: string };

beforeAll(async () => {
  rig = await openEnterprisesRig();
});
afterAll(() => rig.close());
beforeEach(async () => {
  [head, manager, delegate] = [await rig.person(), await rig.person(), await rig.person(2)];
  firm = await rig.company(head);
  await rig.enterprises.appointManager(act(head), { enterprise: firm.id, person: named(manager) });
});
afterEach(() => {
  rig.outage.error = undefined;
});

const capacities = async (person: Account, items: readonly string[] = allItems) =>
  (await rig.enterprises.capacities.of(person.id, items)) as EnterpriseCapacity[];
const live = (person: Account, mandate: string, items: readonly string[] = allItems, enterprise = firm.id) =>
  rig.enterprises.capacities.live(person.id, `e:${enterprise}:delegate:${mandate}`, items);
const give = (by: Account, change: object = {}) =>
  rig.enterprises.giveMandate(act(by), {
    enterprise: firm.id,
    to: { person: named(delegate) },
    items: ['food-permit'],
    validUntil: rig.clock.seconds + day,
    ...change,
  });

describe('a mandate', () => {
  it('NET-3: gives the delegate exactly its items, narrowed to the app’s, until it runs out', async () => {
    const items = ['food-permit', 'tax-return'];
    const id = await rig.mandate({ enterprise: firm.id, by: manager }, delegate, { items });
    const expiresAt = rig.clock.seconds + 30 * day;
    const expected = {
      kind: 'enterprise',
      ref: `e:${firm.id}:delegate:${id}`,
      enterprise: { id: firm.id, creditCode: firm.creditCode, name: expect.any(String), region: '330302' },
      role: 'delegate',
    };
    expect(await capacities(delegate)).toEqual([{ ...expected, mandate: { id, items, expiresAt } }]);
    const one = { ...expected, mandate: { id, items: ['tax-return'], expiresAt } };
    expect(await capacities(delegate, ['tax-return', 'archive-copy'])).toEqual([one]);
    expect(await live(delegate, id, ['tax-return'])).toEqual(one);
    expect(await capacities(delegate, ['archive-copy'])).toEqual([]);
    expect(await live(delegate, id, ['archive-copy'])).toBeUndefined();
    expect(await live(delegate, id, [])).toBeUndefined();
  });

  it('NET-3: is refused once it is expired, before it begins, when revoked, and to anybody else', async () => {
    const now = rig.clock.seconds;
    const terms = { validFrom: now + 100, validUntil: now + 200 };
    const id = await rig.mandate({ enterprise: firm.id, by: head }, delegate, terms);
    expect(await live(delegate, id)).toBeUndefined();
    rig.clock.advance(100);
    expect(await live(delegate, id)).toBeDefined();
    expect(await live(manager, id)).toBeUndefined();
    expect(await live(delegate, id, allItems, (await rig.company(head)).id)).toBeUndefined();
    rig.clock.advance(99);
    expect(await live(delegate, id)).toBeDefined();
    rig.clock.advance(1);
    expect([await live(delegate, id), await capacities(delegate)]).toEqual([undefined, []]);
    await rig.enterprises.reconcileWithRegister();
    const [ended] = await rig.enterprises.myMandates(act(delegate));
    expect(ended).toMatchObject({
      state: 'ended',
      endReason: 'expired',
      endedAt: terms.validUntil,
      endedBy: 'system',
    });

    const other = await rig.mandate({ enterprise: firm.id, by: head }, delegate);
    expect(await live(delegate, other)).toBeDefined();
    await rig.enterprises.endMandate(act(manager), { mandate: other });
    expect(await live(delegate, other)).toBeUndefined();
  });

  it('is nothing until the delegate accepts it, and only she can, at proofing level 2', async () => {
    const { id } = await give(head);
    const answer = (by: Account, what: 'accept' | 'decline' = 'accept', mandate = id) =>
      codeOf(rig.enterprises.answerMandate(act(by), { mandate, answer: what }));
    expect(await live(delegate, id)).toBeUndefined();
    expect(await answer(manager)).toBe('not_found');
    expect(await answer(delegate)).toBe('ok');
    expect(await answer(delegate)).toBe('mandate_state');
    const declined = await give(head);
    expect(await answer(delegate, 'decline', declined.id)).toBe('ok');
    expect(await answer(delegate, 'accept', declined.id)).toBe('mandate_state');
    const weak = await rig.person(1);
    const offered = await give(head, { to: { person: named(weak) } });
    expect(await answer(weak, 'accept', offered.id)).toBe('proofing_too_low');
  });

  it('names only items that an enterprise may hand to a delegate, for a year at most', async () => {
    for (const items of [['own-hands'], ['for-persons'], ['retired-item'], ['food-permit', 'no-such-item']]) {
      expect([items, await codeOf(give(head, { items }))]).toEqual([items, 'item_not_for_mandate']);
    }
    const now = rig.clock.seconds;
    for (const terms of [
      { items: [] },
      { validUntil: now },
      { validUntil: now + 366 * day + 1 },
      { validFrom: now - 120 },
      { validFrom: now + 10 * day, validUntil: now + 9 * day },
      { validFrom: now + 400 * day, validUntil: now + 401 * day },
    ]) {
      expect([terms, await codeOf(give(head, terms))]).toEqual([terms, 'invalid_request']);
    }
    expect(await codeOf(give(head, { validUntil: now + 366 * day }))).toBe('ok');
  });

  it('is given by who has a post only, never by a delegate', async () => {
    await rig.mandate({ enterprise: firm.id, by: head }, delegate);
    expect(await codeOf(give(delegate))).toBe('forbidden');
    expect(await codeOf(give(await rig.person()))).toBe('forbidden');
    expect(await codeOf(rig.enterprises.mandatesOf(act(delegate), firm.id))).toBe('not_found');
    const { given } = await rig.enterprises.mandatesOf(act(manager), firm.id);
    expect(given).toHaveLength(1);
  });

  it('is ended by the delegate herself, told to both, audited for both, and the login hears of it', async () => {
    const ended: EndedCapacity[] = [];
    const stop = rig.enterprises.onEnded((one) => void ended.push(one));
    const id = await rig.mandate({ enterprise: firm.id, by: manager }, delegate);
    expect(await codeOf(rig.enterprises.endMandate(act(await rig.person()), { mandate: id }))).toBe(
      'not_found',
    );
    await rig.enterprises.endMandate(act(delegate), { mandate: id });
    expect(await codeOf(rig.enterprises.endMandate(act(delegate), { mandate: id }))).toBe('mandate_state');
    stop();
    expect(ended).toEqual([{ accountId: delegate.id, ref: `e:${firm.id}:delegate:${id}` }]);
    for (const person of [manager, delegate]) {
      const about = (await rig.audit.about(person.id)).filter(({ object }) => object === id);
      expect(about.map(({ action }) => action).sort()).toEqual([
        'mandate.accepted',
        'mandate.ended',
        'mandate.given',
      ]);
      const notices = (await rig.enterprises.myNotices(act(person))).filter(({ object }) => object === id);
      expect(notices.find(({ action }) => action === 'mandate.ended')?.reason).toBe('delegate');
    }
  });

  it('dies with the power of the manager who gave it, and not when somebody else’s ends', async () => {
    const hers = await rig.mandate({ enterprise: firm.id, by: manager }, delegate);
    const heads = await rig.mandate({ enterprise: firm.id, by: head }, delegate);
    const offered = await give(manager);
    const { managers } = await rig.enterprises.get(act(head), firm.id);
    await rig.enterprises.removeManager(act(head), { enterprise: firm.id, post: managers[0]!.id });
    expect([await live(delegate, hers), (await live(delegate, heads))?.kind]).toEqual([
      undefined,
      'enterprise',
    ]);
    expect(
      await codeOf(rig.enterprises.answerMandate(act(delegate), { mandate: offered.id, answer: 'accept' })),
    ).toBe('mandate_state');
    const mine = await rig.enterprises.myMandates(act(delegate));
    expect(mine.find(({ id }) => id === hers)).toMatchObject({
      state: 'ended',
      endReason: 'giver_lost_power',
    });
    // A new post is another one: what was given under the old stays over.
    await rig.enterprises.appointManager(act(head), { enterprise: firm.id, person: named(manager) });
    expect(await live(delegate, hers)).toBeUndefined();
  });

  it('counts in every capacity the person has, each by itself', async () => {
    const other = await rig.company(delegate.proofingLevel === 3 ? delegate : head);
    await rig.mandate({ enterprise: firm.id, by: head }, manager, { items: ['tax-return'] });
    const third = await rig.company(manager);
    const roles = (await capacities(manager)).map(({ role, enterprise }) => [role, enterprise.id]);
    expect(roles).toEqual(
      expect.arrayContaining([
        ['manager', firm.id],
        ['delegate', firm.id],
        ['legal_rep', third.id],
      ]),
    );
    expect(roles).toHaveLength(3);
    expect((await capacities(manager, [])).map(({ role }) => role).sort()).toEqual(['legal_rep', 'manager']);
    expect((await capacities(head)).map(({ enterprise }) => enterprise.id).sort()).toEqual(
      [firm.id, other.id].sort(),
    );
    expect(await rig.enterprises.capacities.live(manager.id, `e:${third.id}:manager`, [])).toBeUndefined();
    for (const ref of ['self', 'e:x:manager', `e:${third.id}:delegate`, `e:${third.id}:legal_rep:x`, '']) {
      expect(await rig.enterprises.capacities.live(manager.id, ref, allItems)).toBeUndefined();
    }
  });
});

describe('an agent firm 代理机构', () => {
  let agentHead: Account;
  let staff: Account;
  let agent: { id: string; creditCode: string };
  beforeEach(async () => {
    [agentHead, staff] = [await rig.person(), await rig.person(2)];
    agent = await rig.company(agentHead);
  });
  const giveAgent = async (change: object = {}) => {
    const { id } = await rig.enterprises.giveMandate(act(manager), {
      enterprise: firm.id,
      to: { agentCreditCode: agent.creditCode },
      items: ['food-permit', 'tax-return'],
      validUntil: rig.clock.seconds + 30 * day,
      ...change,
    });
    return id;
  };
  const accept = (by: Account, mandate: string) =>
    rig.enterprises.answerMandate(act(by), { mandate, answer: 'accept' });
  const nameStaff = (mandate: string, change: object = {}, by = agentHead) =>
    rig.enterprises.nameAgentStaff(act(by), {
      mandate,
      person: named(staff),
      items: ['tax-return'],
      validUntil: rig.clock.seconds + day,
      ...change,
    });
  const chain = async () => {
    const parent = await giveAgent();
    await accept(agentHead, parent);
    const { id } = await nameStaff(parent);
    await accept(staff, id);
    return { parent, id };
  };

  it('names its own staff, who then act for the principal in those items', async () => {
    const parent = await giveAgent();
    expect(await codeOf(nameStaff(parent))).toBe('mandate_state');
    expect(await codeOf(accept(staff, parent))).toBe('not_found');
    await accept(agentHead, parent);
    expect(await capacities(agentHead)).toMatchObject([{ role: 'legal_rep', enterprise: { id: agent.id } }]);
    const { id } = await nameStaff(parent);
    expect(await capacities(staff)).toEqual([]);
    await accept(staff, id);
    expect(await capacities(staff)).toMatchObject([
      { role: 'delegate', enterprise: { id: firm.id }, mandate: { id, items: ['tax-return'] } },
    ]);
    const { given } = await rig.enterprises.mandatesOf(act(head), firm.id);
    expect(given.map(({ kind }) => kind).sort()).toEqual(['agent', 'agent_staff']);
  });

  it('hands on no more items and no more time than it has, and only by its own people', async () => {
    const parent = await giveAgent({ items: ['tax-return'] });
    await accept(agentHead, parent);
    expect(await codeOf(nameStaff(parent, { items: ['food-permit'] }))).toBe('item_not_for_mandate');
    expect(await codeOf(nameStaff(parent, { validUntil: rig.clock.seconds + 31 * day }))).toBe(
      'invalid_request',
    );
    expect(await codeOf(nameStaff(parent, {}, head))).toBe('forbidden');
    const { id } = await nameStaff(parent);
    await accept(staff, id);
    expect(await codeOf(nameStaff(id))).toBe('not_found');
  });

  it('loses everything at once, staff included, when the principal ends its mandate', async () => {
    const { parent, id } = await chain();
    expect(await live(staff, id)).toBeDefined();
    await rig.enterprises.endMandate(act(head), { mandate: parent });
    expect(await live(staff, id)).toBeUndefined();
    const [mine] = await rig.enterprises.myMandates(act(staff));
    expect(mine).toMatchObject({ state: 'ended', endReason: 'parent_ended' });
    expect(await codeOf(nameStaff(parent))).toBe('mandate_state');
  });

  it('also when the firm gives it back, the principal ends one of the staff, or the firm is cancelled', async () => {
    const first = await chain();
    await rig.enterprises.endMandate(act(agentHead), { mandate: first.parent });
    expect(await live(staff, first.id)).toBeUndefined();
    const second = await chain();
    await rig.enterprises.endMandate(act(head), { mandate: second.id });
    expect(await live(staff, second.id)).toBeUndefined();
    const third = await chain();
    expect(await live(staff, third.id)).toBeDefined();
    rig.register.get(agent.creditCode)!.state = '04';
    rig.later();
    expect(await live(staff, third.id)).toBeUndefined();
    const { given } = await rig.enterprises.mandatesOf(act(head), firm.id);
    expect(given.filter(({ state }) => state === 'active')).toEqual([]);
  });

  it('loses the staff that a manager of its own named when she loses her post', async () => {
    const parent = await giveAgent();
    await accept(agentHead, parent);
    const clerk = await rig.person();
    const { managers } = await rig.enterprises.appointManager(act(agentHead), {
      enterprise: agent.id,
      person: named(clerk),
    });
    const { id } = await nameStaff(parent, {}, clerk);
    await accept(staff, id);
    expect(await live(staff, id)).toBeDefined();
    await rig.enterprises.removeManager(act(agentHead), { enterprise: agent.id, post: managers[0]!.id });
    expect(await live(staff, id)).toBeUndefined();
    expect(await rig.enterprises.myMandates(act(staff))).toMatchObject([
      { state: 'ended', endReason: 'giver_lost_power' },
    ]);
  });

  it('is another enterprise with an account, in good standing', async () => {
    expect(await codeOf(giveAgent({ to: { agentCreditCode: firm.creditCode } }))).toBe('invalid_request');
    expect(await codeOf(giveAgent({ to: { agentCreditCode: rig.registered(head) } }))).toBe('not_found');
    rig.register.get(agent.creditCode)!.state = '02';
    rig.later();
    expect(await codeOf(giveAgent())).toBe('enterprise_not_active');
  });
});

describe('a change in the register', () => {
  it('NET-4: of the legal representative ends the old one’s power, her managers, and every mandate they gave', async () => {
    const byHead = await rig.mandate({ enterprise: firm.id, by: head }, delegate);
    const byManager = await rig.mandate({ enterprise: firm.id, by: manager }, delegate);
    const ended: EndedCapacity[] = [];
    const stop = rig.enterprises.onEnded((one) => void ended.push(one));
    const next = await rig.person();
    rig.register.get(firm.creditCode)!.legalRep = named(next);
    rig.later();
    // Whoever is asked about first, all of it is over.
    expect(await live(delegate, byManager)).toBeUndefined();
    expect(await live(delegate, byHead)).toBeUndefined();
    expect([await capacities(head), await capacities(manager), await capacities(delegate)]).toEqual([
      [],
      [],
      [],
    ]);
    stop();
    expect(ended.map(({ ref }) => ref).sort()).toEqual(
      [
        `e:${firm.id}:legal_rep`,
        `e:${firm.id}:manager`,
        `e:${firm.id}:delegate:${byHead}`,
        `e:${firm.id}:delegate:${byManager}`,
      ].sort(),
    );
    expect(await codeOf(give(head))).toBe('forbidden');
    const [notice] = await rig.enterprises.myNotices(act(head));
    expect(notice?.at).toBe(rig.clock.seconds);

    await rig.enterprises.open(act(next), { creditCode: firm.creditCode });
    expect(await capacities(next)).toMatchObject([{ role: 'legal_rep', enterprise: { id: firm.id } }]);
    expect(await live(delegate, byHead)).toBeUndefined();
    // Back again to the first: her old mandates stay over.
    rig.register.get(firm.creditCode)!.legalRep = named(head);
    rig.later();
    await rig.enterprises.open(act(head), { creditCode: firm.creditCode });
    expect([await capacities(next), await live(delegate, byHead)]).toEqual([[], undefined]);
  });

  it('is found by the periodic job when nobody asks', async () => {
    const id = await rig.mandate({ enterprise: firm.id, by: manager }, delegate);
    rig.register.get(firm.creditCode)!.legalRep = named(await rig.person());
    rig.later();
    await rig.enterprises.reconcileWithRegister();
    const mine = await rig.enterprises.myMandates(act(delegate));
    expect(mine.find((mandate) => mandate.id === id)).toMatchObject({
      state: 'ended',
      endReason: 'giver_lost_power',
      endedBy: 'register',
    });
  });

  it.each(['04', '07', '06'] as const)(
    'to state %s ends all, and a later opening begins anew',
    async (state) => {
      const id = await rig.mandate({ enterprise: firm.id, by: head }, delegate);
      rig.register.get(firm.creditCode)!.state = state;
      rig.later();
      expect([await live(delegate, id), await capacities(head), await capacities(manager)]).toEqual([
        undefined,
        [],
        [],
      ]);
      expect(await codeOf(give(head))).toBe('enterprise_not_active');
      rig.register.get(firm.creditCode)!.state = '01';
      rig.later();
      expect([await capacities(head), await live(delegate, id)]).toEqual([[], undefined]);
      await rig.enterprises.open(act(head), { creditCode: firm.creditCode });
      expect(await capacities(head)).toMatchObject([{ role: 'legal_rep' }]);
      expect([await capacities(manager), await live(delegate, id)]).toEqual([[], undefined]);
    },
  );

  it('to suspended, or an entry that is gone, pauses every capacity and ends none', async () => {
    const id = await rig.mandate({ enterprise: firm.id, by: head }, delegate);
    const row = rig.register.get(firm.creditCode)!;
    row.state = '02';
    rig.later();
    expect([await live(delegate, id), await capacities(head)]).toEqual([undefined, []]);
    rig.register.delete(firm.creditCode);
    rig.later();
    expect([await live(delegate, id), await capacities(head)]).toEqual([undefined, []]);
    rig.register.set(firm.creditCode, { ...row, state: '01' });
    rig.later();
    expect((await live(delegate, id))?.kind).toBe('enterprise');
  });

  it('that does not answer: the last answer counts for a quarter of an hour, and gives no new power', async () => {
    const id = await rig.mandate({ enterprise: firm.id, by: head }, delegate);
    rig.outage.error = new Error('500');
    rig.later();
    expect((await live(delegate, id))?.kind).toBe('enterprise');
    expect(await codeOf(give(head))).toBe('register_unavailable');
    await rig.enterprises.endMandate(act(head), { mandate: id });
    expect(await live(delegate, id)).toBeUndefined();
    rig.clock.advance(900);
    expect(await codeOf(rig.enterprises.capacities.live(head.id, `e:${firm.id}:legal_rep`, []))).toBe(
      'register_unavailable',
    );
    expect(await capacities(head)).toEqual([]);
    expect((await rig.enterprises.reconcileWithRegister()).unanswered).toBeGreaterThan(0);
    rig.outage.error = undefined;
    expect(await capacities(head)).toHaveLength(1);
  });

  it('that answers about another enterprise is no answer', async () => {
    rig.register.set(firm.creditCode, {
      ...rig.register.get(firm.creditCode)!,
      creditCode: '91330302MY9900017J',
    });
    rig.clock.advance(901);
    expect(await codeOf(rig.enterprises.capacities.live(head.id, `e:${firm.id}:legal_rep`, []))).toBe(
      'register_unavailable',
    );
  });
});
