/**
 * Random sequences of acts on two enterprises, one of them the other's agent firm, beside a model of who has which
 * power. After every act what the login would be told is exactly what the model says.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Account } from '../../../src/accounts/index.ts';
import { act, allItems, codeOf, type EnterprisesRig, named, openEnterprisesRig } from './enterprises-rig.ts';

interface Tenure {
  person: number;
  alive: boolean;
  id?: string;
}

interface Company {
  code: string;
  id?: string;
  /** Whom the register names. */
  registered: number;
  state: '01' | '02' | '04';
  /** Over for good until somebody opens it again. */
  ended?: boolean;
  head?: Tenure;
  managers: Tenure[];
}

interface Given {
  id: string;
  company: number;
  /** Absent: to the agent firm. */
  to?: number;
  under: Tenure;
  parent?: Given;
  accepted: boolean;
  ended: boolean;
  until: number;
}

interface World {
  rig: EnterprisesRig;
  people: Account[];
  companies: [Company, Company];
  mandates: Given[];
  /** How often a sixth manager was refused. */
  sixths: number;
}

const peopleCount = 8;
const agent = 1;

const powerOf = (company: Company, person: number): Tenure | undefined =>
  [company.head, ...company.managers].find((tenure) => tenure?.alive && tenure.person === person);

const isUp = (company: Company): boolean => company.state === '01' && !company.ended;

/** The model’s own reconciliation: what the register says holds at once. */
const settle = (company: Company): void => {
  const over = company.state === '04' || (company.head && company.head.person !== company.registered);
  // Paused, the register is not asked whether the legal representative is still the same.
  if (!company.id || company.state === '02' || !over) return;
  if (company.state === '04') company.ended = true;
  for (const tenure of [company.head, ...company.managers]) if (tenure) tenure.alive = false;
  company.head = undefined;
  company.managers = [];
};

const stands = ({ companies, rig }: World, mandate: Given): boolean => {
  const now = rig.clock.seconds;
  const usesAgent = mandate.to === undefined || mandate.parent !== undefined;
  if (mandate.ended || mandate.until <= now || !isUp(companies[mandate.company]!)) return false;
  if (usesAgent && !isUp(companies[agent])) return false;
  if (mandate.parent && !(mandate.parent.accepted && stands({ companies, rig } as World, mandate.parent)))
    return false;
  return mandate.under.alive;
};

type Step = (world: World) => Promise<void>;

const person = fc.nat(peopleCount - 1);
const company = fc.nat(1);
const which = fc.nat(30);
const mandateAt = ({ mandates }: World, at: number): Given | undefined =>
  mandates[at % (mandates.length || 1)];

const openStep = fc.tuple(company, person).map(
  ([c, p]): Step =>
    async ({ rig, people, companies }) => {
      const it = companies[c]!;
      const allowed = it.state === '01' && it.registered === p;
      const opened = await rig.enterprises
        .open(act(people[p]!), { creditCode: it.code })
        .catch(() => undefined);
      expect(opened !== undefined).toBe(allowed);
      if (!opened) return;
      it.id = opened.id;
      it.ended = false;
      if (!it.head) it.head = { person: p, alive: true };
    },
);

const appoint =
  ([c, by, byHead, p]: [number, number, boolean, number]): Step =>
  async (world) => {
    const { rig, people, companies } = world;
    const it = companies[c]!;
    if (!it.id) return;
    const actor = byHead ? (it.head?.person ?? by) : by;
    const code = await codeOf(
      rig.enterprises.appointManager(act(people[actor]!), { enterprise: it.id, person: named(people[p]!) }),
    );
    const expected = !isUp(it)
      ? 'enterprise_not_active'
      : it.head?.person !== actor
        ? 'forbidden'
        : powerOf(it, p)
          ? 'already_exists'
          : it.managers.length >= 5
            ? 'too_many_managers'
            : 'ok';
    expect(code).toBe(expected);
    if (code === 'too_many_managers') world.sixths += 1;
    if (code === 'ok') it.managers.push({ person: p, alive: true });
  };
const appointStep = fc.tuple(company, person, fc.boolean(), person).map(appoint);

const removeStep = fc.tuple(company, which).map(
  ([c, at]): Step =>
    async ({ rig, people, companies }) => {
      const it = companies[c]!;
      if (!it.id || !it.head || it.managers.length === 0 || !isUp(it)) return;
      const gone = it.managers[at % it.managers.length]!;
      const stored = await rig.enterprises.find(it.id);
      const post = stored!.managers.find(({ account }) => account === people[gone.person]!.id)!.id;
      await rig.enterprises.removeManager(act(people[it.head.person]!), { enterprise: it.id, post });
      gone.alive = false;
      it.managers = it.managers.filter((tenure) => tenure !== gone);
    },
);

const giveStep = fc
  .tuple(company, person, which, fc.option(person), fc.integer({ min: 100, max: 2_000 }))
  .map(
    ([c, by, at, to, length]): Step =>
      async (world) => {
        const { rig, people, companies } = world;
        const it = companies[c]!;
        const toAgent = to === null;
        if (!it.id || (toAgent && (c === agent || !companies[agent].id || !isUp(companies[agent])))) return;
        const powerful = [it.head, ...it.managers].filter((tenure) => tenure !== undefined);
        const actor = powerful.length > 0 && at > 3 ? powerful[at % powerful.length]!.person : by;
        const until = rig.clock.seconds + length;
        const giving = rig.enterprises.giveMandate(act(people[actor]!), {
          enterprise: it.id,
          to: toAgent ? { agentCreditCode: companies[agent].code } : { person: named(people[to]!) },
          items: ['food-permit'],
          validUntil: until,
        });
        const power = powerOf(it, actor);
        const expected = !isUp(it) ? 'enterprise_not_active' : power ? 'ok' : 'forbidden';
        expect(await codeOf(giving)).toBe(expected);
        if (expected !== 'ok') return;
        const given = await giving;
        const mandate = { id: given.id, company: c, under: power!, accepted: false, ended: false, until };
        world.mandates.push(toAgent ? mandate : { ...mandate, to });
      },
  );

const acceptStep = which.map(
  (at): Step =>
    async (world) => {
      const mandate = mandateAt(world, at);
      if (!mandate) return;
      const { rig, people, companies } = world;
      const holder = mandate.to ?? companies[agent].head?.person;
      if (holder === undefined) return;
      const answering = rig.enterprises.answerMandate(act(people[holder]!), {
        mandate: mandate.id,
        answer: 'accept',
      });
      expect((await codeOf(answering)) === 'ok').toBe(!mandate.accepted && stands(world, mandate));
      if (stands(world, mandate)) mandate.accepted = true;
    },
);

const staffStep = fc.tuple(which, person).map(
  ([at, to]): Step =>
    async (world) => {
      const parent = world.mandates.filter((one) => one.to === undefined && one.accepted)[at % 3];
      const { rig, people, companies } = world;
      const head = companies[agent].head;
      if (!parent || !head || !stands(world, parent)) return;
      const named_ = await rig.enterprises.nameAgentStaff(act(people[head.person]!), {
        mandate: parent.id,
        person: named(people[to]!),
        items: ['food-permit'],
        validUntil: parent.until,
      });
      await rig.enterprises.answerMandate(act(people[to]!), { mandate: named_.id, answer: 'accept' });
      const { company: c, until } = parent;
      world.mandates.push({
        id: named_.id,
        company: c,
        to,
        under: head,
        parent,
        accepted: true,
        ended: false,
        until,
      });
    },
);

const endStep = fc.tuple(which, fc.boolean()).map(
  ([at, byHolder]): Step =>
    async (world) => {
      const mandate = mandateAt(world, at);
      if (!mandate) return;
      const { rig, people, companies } = world;
      const actor = byHolder ? mandate.to : companies[mandate.company]!.head?.person;
      if (actor === undefined) return;
      const code = await codeOf(rig.enterprises.endMandate(act(people[actor]!), { mandate: mandate.id }));
      expect(['ok', 'mandate_state']).toContain(code);
      if (code === 'ok') mandate.ended = true;
    },
);

const registerStep = fc.tuple(company, person, fc.constantFrom('01', '01', '01', '02', '04')).map(
  ([c, p, state]): Step =>
    async ({ rig, people, companies }) => {
      const it = companies[c]!;
      it.registered = p;
      it.state = state as Company['state'];
      Object.assign(rig.register.get(it.code)!, { legalRep: named(people[p]!), state });
    },
);

const jobStep = fc.constant<Step>(async ({ rig }) => void (await rig.enterprises.reconcileWithRegister()));

const steps = fc.array(
  fc.oneof(
    { arbitrary: openStep, weight: 2 },
    { arbitrary: appointStep, weight: 5 },
    { arbitrary: removeStep, weight: 1 },
    { arbitrary: giveStep, weight: 5 },
    { arbitrary: acceptStep, weight: 5 },
    { arbitrary: staffStep, weight: 3 },
    { arbitrary: endStep, weight: 1 },
    { arbitrary: registerStep, weight: 1 },
    { arbitrary: jobStep, weight: 1 },
  ),
  { minLength: 30, maxLength: 45 },
);

const expectedRefs = (world: World, at: number): string[] => {
  const posts = world.companies.flatMap((it) => {
    if (!it.id || !isUp(it)) return [];
    if (it.head?.person === at) return [`e:${it.id}:legal_rep`];
    return powerOf(it, at) ? [`e:${it.id}:manager`] : [];
  });
  const mandates = world.mandates.filter((one) => one.to === at && one.accepted && stands(world, one));
  return [
    ...posts,
    ...mandates.map((one) => `e:${world.companies[one.company]!.id}:delegate:${one.id}`),
  ].sort();
};

const check = async (world: World): Promise<void> => {
  for (const it of world.companies) {
    if (it.id) expect((await world.rig.enterprises.find(it.id))!.managers.length).toBeLessThanOrEqual(5);
  }
  const { capacities } = world.rig.enterprises;
  for (const [at, { id }] of world.people.entries()) {
    const refs = (await capacities.of(id, allItems)).map(({ ref }) => ref).sort();
    expect(refs).toEqual(expectedRefs(world, at));
  }
  for (const mandate of world.mandates) {
    if (mandate.to === undefined) continue;
    const ref = `e:${world.companies[mandate.company]!.id}:delegate:${mandate.id}`;
    const live = await capacities.live(world.people[mandate.to]!.id, ref, allItems);
    expect(live !== undefined).toBe(mandate.accepted && stands(world, mandate));
  }
};

describe('any sequence of acts', () => {
  it('NET-3, NET-4: leaves no more than five managers and no live mandate whose giver has lost her power', async () => {
    let [delegations, sixths] = [0, 0];
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const rig = await openEnterprisesRig();
        try {
          const people: Account[] = [];
          for (let i = 0; i < peopleCount; i += 1) people.push(await rig.person());
          const companies = await Promise.all(
            [0, 1].map(async (registered): Promise<Company> => {
              const { id, creditCode } = await rig.company(people[registered]!);
              const head = { person: registered, alive: true };
              return { code: creditCode, id, registered, state: '01', head, managers: [] };
            }),
          );
          // One short of full, so that the sixth is tried.
          for (let at = 2; at < 6; at += 1) {
            await rig.enterprises.appointManager(act(people[0]!), {
              enterprise: companies[0]!.id!,
              person: named(people[at]!),
            });
            companies[0]!.managers.push({ person: at, alive: true });
          }
          const world: World = {
            rig,
            people,
            companies: companies as [Company, Company],
            mandates: [],
            sixths: 0,
          };
          for (const step of sequence) {
            // Past what the reconciler remembers, and slow enough for the bound on looking people up.
            rig.clock.advance(60);
            await step(world);
            for (const it of world.companies) settle(it);
            // An agent firm that ended got its mandates in an earlier life.
            if (world.companies[agent].ended) {
              for (const one of world.mandates) if (one.to === undefined || one.parent) one.ended = true;
            }
            await check(world);
          }
          sixths += world.sixths;
          delegations += world.mandates.filter(({ accepted }) => accepted).length;
        } finally {
          await rig.close();
        }
      }),
      // The first run always reaches the sixth.
      { numRuns: 20, endOnFailure: true, examples: [[[6, 7].map((sixth) => appoint([0, 0, true, sixth]))]] },
    );
    expect([delegations > 0, sixths > 0]).toEqual([true, true]);
  }, 120_000);
});
