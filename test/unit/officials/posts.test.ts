import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OfficeCapacity } from '../../../src/accounts/index.ts';
import { isAdministratorRole, type Role, roles } from '../../../src/officials/index.ts';
import { context, type OfficialsRig, openOfficialsRig } from './officials-rig.ts';

let rig: OfficialsRig;
beforeAll(async () => {
  rig = await openOfficialsRig();
});
afterAll(() => rig.close());

const capacity = async (account: string): Promise<OfficeCapacity> => {
  const [found] = await rig.officials.capacities.of(account, []);
  if (found?.kind !== 'office') throw new Error('no office');
  return found;
};

describe('a post', () => {
  it('gives a capacity of the realm of officials with the unit, its region and the roles', async () => {
    const clerk = await rig.newOfficial('wenzhou', ['issuer_clerk', 'register_steward']);
    const office = await capacity(clerk);
    const [post] = await rig.officials.posts.of(clerk);
    expect(office).toMatchObject({
      kind: 'office',
      ref: `o:${post!.id}`,
      unit: { id: 'wenzhou', region: '330300', name: { zh: '温州市公安局' } },
      roles: ['issuer_clerk', 'register_steward'],
      strength: 2,
    });
    expect(JSON.stringify(office)).not.toMatch(/测试人|\d{17}/);
    expect(await rig.officials.capacities.live(clerk, office.ref, [])).toEqual(office);
  });

  it('is nobody else’s capacity, and no capacity of another kind', async () => {
    const clerk = await rig.newOfficial('wenzhou', ['issuer_clerk']);
    const other = await rig.newOfficial('wenzhou', ['issuer_clerk']);
    const { ref } = await capacity(clerk);
    expect(await rig.officials.capacities.live(other, ref, [])).toBeUndefined();
    expect(await rig.officials.capacities.live(clerk, 'self', [])).toBeUndefined();
    expect(await rig.officials.capacities.of(await rig.newAccount(), [])).toEqual([]);
  });

  it('holds from its first to its last second', async () => {
    const account = await rig.newAccount();
    const now = Math.floor(rig.clock.now() / 1000);
    await rig.officials.posts.appoint({
      account,
      unit: 'wenzhou',
      roles: ['issuer_clerk'],
      from: now + 60,
      until: now + 120,
      context,
    });
    const held = async () => (await rig.officials.capacities.of(account, [])).length;
    expect(await held()).toBe(0);
    rig.clock.forward(60);
    expect(await held()).toBe(1);
    rig.clock.forward(60);
    expect(await held()).toBe(0);
  });

  it('is refused in an unknown unit, outside the unit’s region, for nobody and for who is not proofed', async () => {
    const account = await rig.newAccount();
    const appoint = (more: object) =>
      rig.officials.posts.appoint({ account, unit: 'wenzhou', roles: ['issuer_clerk'], context, ...more });
    await expect(appoint({ unit: 'nowhere' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(appoint({ region: '330700' })).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(appoint({ region: '330000' })).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(appoint({ roles: [] })).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(appoint({ from: 10, until: 10 })).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(appoint({ account: 'p_0000000000000000000000' })).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(appoint({ account: await rig.newAccount(1) })).rejects.toMatchObject({ code: 'forbidden' });
    expect(await rig.officials.posts.of(account)).toEqual([]);
  });

  it('gives nothing while the account is blocked', async () => {
    const clerk = await rig.newOfficial('wenzhou', ['issuer_clerk']);
    await rig.accounts.setState(clerk, 'blocked', 'cli');
    expect(await rig.officials.capacities.of(clerk, [])).toEqual([]);
    await rig.accounts.setState(clerk, 'active', 'cli');
    expect(await rig.officials.capacities.of(clerk, [])).toHaveLength(1);
  });

  it('stands in the access list of its unit and of those above, and in no other (ZZD-5)', async () => {
    const clerk = await rig.newOfficial('shengzhou-ganlin', ['counter_lead']);
    const accounts = async (unit?: string) =>
      (await rig.officials.posts.list({ unit })).map(({ account }) => account);
    expect(await accounts('shaoxing')).toContain(clerk);
    expect(await accounts()).toContain(clerk);
    expect(await accounts('shaoxing-zhuji')).not.toContain(clerk);
  });
});

describe('ending, moving, leaving (ZZD-2)', () => {
  it('an ended post gives nothing any more, and the sessions end', async () => {
    const clerk = await rig.newOfficial('wenzhou', ['issuer_clerk']);
    const { ref } = await capacity(clerk);
    const [post] = await rig.officials.posts.of(clerk);
    await rig.officials.posts.end({ account: clerk, post: post!.id, reason: 'retired', context });
    expect(await rig.officials.capacities.live(clerk, ref, [])).toBeUndefined();
    expect(rig.endedSessions.at(-1)).toBe(clerk);
    await expect(
      rig.officials.posts.end({ account: clerk, post: post!.id, reason: 'retired', context }),
    ).rejects.toMatchObject({ code: 'not_found' });
  });

  it('a move ends the old office and opens the new one in one step', async () => {
    const clerk = await rig.newOfficial('wenzhou', ['issuer_clerk']);
    const { ref } = await capacity(clerk);
    const [post] = await rig.officials.posts.of(clerk);
    await rig.officials.posts.move({
      account: clerk,
      post: post!.id,
      to: { unit: 'jinhua', roles: ['approver'] },
      reason: 'moved',
      context,
    });
    expect(await rig.officials.capacities.live(clerk, ref, [])).toBeUndefined();
    expect(await capacity(clerk)).toMatchObject({ unit: { id: 'jinhua' }, roles: ['approver'] });
    expect(rig.endedSessions.at(-1)).toBe(clerk);
  });

  it('of parallel moves of one post one happens', async () => {
    const clerk = await rig.newOfficial('wenzhou', ['issuer_clerk']);
    const [post] = await rig.officials.posts.of(clerk);
    const move = () =>
      rig.officials.posts.move({
        account: clerk,
        post: post!.id,
        to: { unit: 'jinhua', roles: ['approver'] },
        reason: 'moved',
        context,
      });
    const results = await Promise.allSettled([move(), move(), move(), move()]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await rig.officials.capacities.of(clerk, [])).toHaveLength(1);
  });

  it('who leaves loses every post at once', async () => {
    const clerk = await rig.newOfficial('wenzhou', ['issuer_clerk']);
    await rig.officials.posts.appoint({ account: clerk, unit: 'jinhua', roles: ['approver'], context });
    expect(await rig.officials.posts.leave({ account: clerk, reason: 'left', context })).toHaveLength(2);
    expect(await rig.officials.capacities.of(clerk, [])).toEqual([]);
  });

  it('takes a code as reason, never a sentence about somebody', async () => {
    const clerk = await rig.newOfficial('wenzhou', ['issuer_clerk']);
    await expect(
      rig.officials.posts.leave({ account: clerk, reason: '张三 was late', context }),
    ).rejects.toMatchObject({ code: 'invalid_request' });
    expect(await rig.officials.capacities.of(clerk, [])).toHaveLength(1);
  });

  it('is in the audit as references and codes, about the person', async () => {
    const clerk = await rig.newOfficial('wenzhou', ['issuer_clerk']);
    await rig.officials.posts.leave({ account: clerk, reason: 'left', context });
    const entries = await rig.audit.about(clerk);
    expect(entries.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['post.opened', 'post.ended']),
    );
    expect((await rig.audit.verify()).ok).toBe(true);
  });
});

describe('roles that exclude each other (MLPS: three administrators)', () => {
  const pairs = roles.flatMap((a) => roles.map((b): [Role, Role] => [a, b]));

  it('a post of two roles is refused wherever an administrator’s is among them', async () => {
    for (const [a, b] of pairs.filter(
      ([x, y]) => x !== y && (isAdministratorRole(x) || isAdministratorRole(y)),
    )) {
      const account = await rig.newAccount();
      await expect(
        rig.officials.posts.appoint({ account, unit: 'wenzhou', roles: [a, b], context }),
      ).rejects.toMatchObject({ code: 'second_person_needed' });
    }
  });

  it('an administrator gets no business post beside it, not in another unit and not for later either', async () => {
    const [system] = await rig.found();
    const later = Math.floor(rig.clock.now() / 1000) + 86_400;
    for (const more of [{}, { unit: 'jinhua' }, { from: later }]) {
      await expect(
        rig.officials.posts.appoint({
          account: system,
          unit: 'wenzhou',
          roles: ['issuer_clerk'],
          context,
          ...more,
        }),
      ).rejects.toMatchObject({ code: 'roles_exclude' });
    }
    expect(await rig.officials.posts.of(system)).toHaveLength(1);
  });

  it('parallel appointments are all kept: each looks at the document it replaces', async () => {
    const account = await rig.newAccount();
    const units = ['wenzhou', 'jinhua', 'zj-market', 'zj-finance', 'shaoxing', 'zj-police'];
    await Promise.all(
      units.map((unit) => rig.officials.posts.appoint({ account, unit, roles: ['issuer_clerk'], context })),
    );
    expect(await rig.officials.capacities.of(account, [])).toHaveLength(units.length);
  });
});

describe('what an office may act on (GRS-2)', () => {
  const office = async (unit: string, role: Role, region?: string): Promise<OfficeCapacity> =>
    capacity(await rig.newOfficial(unit, [role], { region }));
  const may = (of: OfficeCapacity, target: { unit?: string; region?: string }, role: Role = 'issuer_clerk') =>
    rig.officials.mayAct(of, role, target);

  it('a province unit sees all below it, a city unit only its own', async () => {
    const province = await office('zj-police', 'issuer_clerk');
    const city = await office('wenzhou', 'issuer_clerk');
    expect(await may(province, { unit: 'wenzhou', region: '330302' })).toBe(true);
    expect(await may(province, { unit: 'jinhua-yiwu' })).toBe(true);
    expect(await may(province, { unit: 'zj-market' })).toBe(false);
    expect(await may(city, { unit: 'wenzhou' })).toBe(true);
    expect(await may(city, { unit: 'wenzhou-yueqing', region: '330382' })).toBe(true);
    expect(await may(city, { unit: 'jinhua' })).toBe(false);
    expect(await may(city, { unit: 'zj-police' })).toBe(false);
    expect(await may(city, { region: '330700' })).toBe(false);
  });

  it('a town of 330683 does not read one of 330681, nor the county above', async () => {
    const town = await office('shengzhou-ganlin', 'issuer_clerk');
    expect(await may(town, { region: '330683101' })).toBe(true);
    expect(await may(town, { region: '330681101' })).toBe(false);
    expect(await may(town, { region: '330683102' })).toBe(false);
    expect(await may(town, { region: '330683' })).toBe(false);
    const county = await office('shaoxing-shengzhou', 'issuer_clerk');
    expect(await may(county, { region: '330683102' })).toBe(true);
    expect(await may(county, { region: '330681101' })).toBe(false);
  });

  it('a post narrower than its unit reaches no further than its own region', async () => {
    const narrow = await office('wenzhou', 'issuer_clerk', '330302');
    expect(await may(narrow, { region: '330302' })).toBe(true);
    expect(await may(narrow, { region: '330382' })).toBe(false);
  });

  it('the role has to be among the office’s own, and unknown units and regions are refused', async () => {
    const clerk = await office('zj-police', 'issuer_clerk');
    expect(await may(clerk, { unit: 'wenzhou' }, 'approver')).toBe(false);
    expect(await may(clerk, { unit: 'nowhere' })).toBe(false);
    expect(await may(clerk, { region: 'x' })).toBe(false);
  });
});
