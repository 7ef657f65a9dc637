/**
 * Random sequences of acts of five people beside a model of who may see whose certificates. After every act the answer
 * is what the model says, for every pair: nobody sees more, nobody less, and never more than ten.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Account } from '../../../src/accounts/index.ts';
import { act, codeOf, day, documentOf, type FamiliesRig, openFamiliesRig } from './families-rig.ts';

interface ModelLink {
  id: string;
  actor: number;
  holder: number;
  state: 'invited' | 'active' | 'ended';
  until: number;
}

interface World {
  rig: FamiliesRig;
  people: Account[];
  levels: number[];
  dead: Set<number>;
  links: ModelLink[];
}

type Step = (world: World) => Promise<void>;

const levels = [3, 3, 3, 2, 3] as const;
const person = fc.nat(levels.length - 1);

const settle = ({ rig, links }: World): void => {
  for (const link of links)
    if (link.state === 'invited' && link.until <= rig.clock.seconds) link.state = 'ended';
};

const openBetween = ({ links }: World, actor: number, holder: number, state: ModelLink['state']) =>
  links.some((one) => one.actor === actor && one.holder === holder && one.state === state);

const inviteStep = fc.tuple(person, person).map(
  ([actor, holder]): Step =>
    async (world) => {
      const { rig, people, dead } = world;
      let id = '';
      const code = await codeOf(
        rig.families.invite(act(people[actor]!), documentOf(people[holder]!)).then((link) => {
          id = link.id;
        }),
      );
      // Of somebody who is dead an invitation is kept as of nobody: only what is invited already tells.
      const linked =
        openBetween(world, actor, holder, 'invited') ||
        (!dead.has(holder) && openBetween(world, actor, holder, 'active'));
      const expected = dead.has(actor)
        ? 'unauthenticated'
        : world.levels[actor]! < 3
          ? 'proofing_too_low'
          : actor === holder
            ? 'invalid_request'
            : linked
              ? 'already_exists'
              : 'ok';
      expect(code).toBe(expected);
      if (code === 'ok') {
        const until = rig.clock.seconds + 30 * day;
        world.links.push({ id, actor, holder, state: 'invited', until });
      }
    },
);

const whose = fc.oneof(
  { weight: 3, arbitrary: fc.constant('holder' as const) },
  { weight: 1, arbitrary: fc.constant('actor' as const) },
  { weight: 1, arbitrary: person },
);
const answer = fc.constantFrom('accept', 'accept', 'accept', 'refuse', 'end');

const answerStep = fc.tuple(whose, fc.nat(30), answer).map(
  ([side, at, answer]): Step =>
    async (world) => {
      const { rig, people, dead, links } = world;
      const link = links[at % (links.length || 1)];
      if (!link) return;
      const who = typeof side === 'number' ? side : link[side];
      const code = await codeOf(rig.families[answer as 'accept'](act(people[who]!), link.id));
      const isHolder = who === link.holder;
      const concerned = answer === 'end' ? isHolder || who === link.actor : isHolder;
      const expected = dead.has(who)
        ? ['unauthenticated']
        : !concerned
          ? ['not_found']
          : link.state === 'ended' || (answer !== 'end' && link.state !== 'invited')
            ? ['family_link_over', 'not_found']
            : answer === 'accept' && world.levels[who]! < 3
              ? ['proofing_too_low']
              : ['ok'];
      expect(expected).toContain(code);
      if (code === 'ok') link.state = answer === 'accept' ? 'active' : 'ended';
    },
);

const timeStep = fc.integer({ min: 1, max: 20 }).map(
  (days): Step =>
    async ({ rig }) =>
      rig.clock.advance(days * day),
);

const jobStep = fc.constant<Step>(async ({ rig }) => void (await rig.families.settle()));

const deathStep = person.map(
  (who): Step =>
    async ({ rig, people, dead, links }) => {
      // One death at most: the living have more to do.
      if (dead.size > 0) return;
      rig.news.push({ id: `d-${rig.news.length}`, kind: 'death', holder: documentOf(people[who]!) });
      await rig.lifeEvents.apply();
      dead.add(who);
      for (const link of links) {
        const hers = link.actor === who || (link.holder === who && link.state === 'active');
        if (hers) link.state = 'ended';
      }
    },
);

const step = fc.oneof(
  { weight: 5, arbitrary: inviteStep },
  { weight: 6, arbitrary: answerStep },
  { weight: 1, arbitrary: timeStep },
  { weight: 1, arbitrary: jobStep },
  { weight: 1, arbitrary: deathStep },
);

describe('any sequence of invitations, answers, ends, time and a death (ZLB-5)', () => {
  it('lets exactly those see who were allowed and still are', async () => {
    let active = 0;
    const rig = await openFamiliesRig();
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
          const people: Account[] = [];
          for (const proofingLevel of levels) people.push(await rig.person({ proofingLevel }));
          const world: World = { rig, people, levels: [...levels], dead: new Set(), links: [] };
          for (const take of steps) {
            settle(world);
            await take(world);
            settle(world);
            for (const link of world.links) {
              const sees =
                (await codeOf(rig.families.certificates.list(act(people[link.actor]!), link.id))) === 'ok';
              expect(sees).toBe(link.state === 'active');
              if (sees) active += 1;
            }
          }
          // Counters of who names others run for an hour.
          rig.clock.advance(day);
        }),
        { numRuns: 25 },
      );
    } finally {
      await rig.close();
    }
    expect(active).toBeGreaterThan(20);
  }, 240_000);
});
