import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SoftPasskey } from '../../../src/tour/soft-passkey.ts';
import { context, type OfficialsRig, openOfficialsRig } from './officials-rig.ts';

const day = 86_400;

describe('administrators by four eyes', () => {
  let rig: OfficialsRig;
  let system: string;
  let security: string;
  beforeEach(async () => {
    rig = await openOfficialsRig();
    [system, security] = await rig.found();
  });
  afterEach(() => rig.close());

  it('need a passkey to enter their office, two factors being one of them cryptographic (security (d))', async () => {
    for (const administrator of [system, security]) {
      const [office] = await rig.officials.capacities.of(administrator, []);
      expect(office).toMatchObject({ kind: 'office', strength: 3 });
    }
  });

  const rolesOf = async (account: string): Promise<string[]> =>
    (await rig.officials.capacities.of(account, [])).flatMap((each) => ('roles' in each ? each.roles : []));
  const propose = async (
    by: string,
    account: string,
    role: 'system_administrator' | 'security_administrator' | 'audit_administrator' = 'audit_administrator',
    unit = 'zj-government',
  ) =>
    (
      await rig.officials.administrators.proposeAppointment({
        account,
        role,
        unit,
        reason: 'need',
        by,
        context,
      })
    ).id;
  const approve = (by: string, proposal: string) =>
    rig.officials.administrators.approve({ proposal, by, context });
  const appoint = async (role: 'system_administrator' | 'audit_administrator', unit?: string) => {
    const account = await rig.newAccount();
    await approve(security, await propose(system, account, role, unit));
    return account;
  };

  it('the first two hold one role each and appoint a third together', async () => {
    expect([await rolesOf(system), await rolesOf(security)]).toEqual([
      ['system_administrator'],
      ['security_administrator'],
    ]);
    const third = await rig.newAccount();
    const proposal = await propose(system, third);
    expect(await rolesOf(third)).toEqual([]);
    expect((await rig.officials.administrators.list()).map(({ id }) => id)).toEqual([proposal]);
    expect((await approve(security, proposal)).state).toBe('done');
    expect(await rolesOf(third)).toEqual(['audit_administrator']);
    expect(await rig.officials.administrators.list()).toEqual([]);
  });

  it('nobody approves her own proposal, nor one that makes herself an administrator', async () => {
    const third = await rig.newAccount();
    const proposal = await propose(system, third);
    await expect(approve(system, proposal)).rejects.toMatchObject({ code: 'second_person_needed' });
    await expect(propose(system, system)).rejects.toMatchObject({ code: 'second_person_needed' });
    expect(await rolesOf(third)).toEqual([]);
  });

  it('who is no appointing administrator neither proposes nor approves: citizens, clerks, the audit administrator', async () => {
    const auditor = await appoint('audit_administrator');
    const clerk = await rig.newOfficial('wenzhou', ['approver']);
    const citizen = await rig.newAccount();
    for (const outsider of [auditor, clerk, citizen]) {
      const target = await rig.newAccount();
      await expect(propose(outsider, target)).rejects.toMatchObject({ code: 'forbidden' });
      await expect(approve(outsider, await propose(system, target))).rejects.toMatchObject({
        code: 'forbidden',
      });
    }
  });

  it('an administrator of a city reaches her city only', async () => {
    const city = await appoint('system_administrator', 'wenzhou');
    const target = await rig.newAccount();
    await expect(propose(city, target, 'audit_administrator', 'jinhua')).rejects.toMatchObject({
      code: 'forbidden',
    });
    const own = await propose(city, target, 'audit_administrator', 'wenzhou-yueqing');
    expect((await approve(security, own)).state).toBe('done');
  });

  it('a proposal runs out after three days and is decided once', async () => {
    const third = await rig.newAccount();
    const late = await propose(system, third);
    rig.clock.forward(3 * day);
    await expect(approve(security, late)).rejects.toMatchObject({ code: 'proposal_ended' });
    const declined = await propose(system, third);
    await rig.officials.administrators.decline({ proposal: declined, by: security, context });
    await expect(approve(security, declined)).rejects.toMatchObject({ code: 'proposal_ended' });
    expect(await rolesOf(third)).toEqual([]);
  });

  it('counts for nothing once its proposer is no administrator any more', async () => {
    const other = await appoint('system_administrator');
    const target = await rig.newAccount();
    const proposal = await propose(other, target);
    await rig.accounts.setState(other, 'blocked', 'cli');
    await expect(approve(security, proposal)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('one person never comes to hold two of the three, also when two proposals are approved at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const target = await rig.newAccount();
      const both = [
        await propose(system, target, 'audit_administrator'),
        await propose(system, target, 'system_administrator', 'wenzhou'),
      ];
      const results = await Promise.allSettled([
        ...both.map((proposal) => approve(security, proposal)),
        rig.officials.posts.appoint({ account: target, unit: 'jinhua', roles: ['issuer_clerk'], context }),
      ]);
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await rolesOf(target)).toHaveLength(1);
    }
  });

  it('one approval of many parallel ones counts', async () => {
    const third = await rig.newAccount();
    const proposal = await propose(system, third);
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => approve(security, proposal)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await rig.officials.posts.of(third)).toHaveLength(1);
  });

  it('an administrator’s post ends by two administrators, not by one and not by leaving', async () => {
    const third = await appoint('system_administrator');
    const [post] = await rig.officials.posts.of(third);
    await expect(
      rig.officials.posts.leave({ account: third, reason: 'left', context }),
    ).rejects.toMatchObject({ code: 'second_person_needed' });
    await expect(
      rig.officials.posts.end({ account: third, post: post!.id, reason: 'left', context }),
    ).rejects.toMatchObject({ code: 'second_person_needed' });
    const ending = await rig.officials.administrators.proposeEnding({
      account: third,
      post: post!.id,
      reason: 'left',
      by: system,
      context,
    });
    await expect(approve(system, ending.id)).rejects.toMatchObject({ code: 'second_person_needed' });
    await approve(security, ending.id);
    expect(await rolesOf(third)).toEqual([]);
    expect(rig.endedSessions.at(-1)).toBe(third);
  });

  it('two stay, whatever happens at once: with fewer nobody could be appointed any more', async () => {
    const third = await appoint('system_administrator');
    const endings: string[] = [];
    for (const account of [system, third]) {
      const [post] = await rig.officials.posts.of(account);
      const { id } = await rig.officials.administrators.proposeEnding({
        account,
        post: post!.id,
        reason: 'left',
        by: account,
        context,
      });
      endings.push(id);
    }
    const results = await Promise.allSettled(endings.map((id) => approve(security, id)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const left = await Promise.all([system, security, third].map(rolesOf));
    expect(left.flat()).toHaveLength(2);
  });

  it('what was approved and not carried out is carried out at the next start', async () => {
    const third = await rig.newAccount();
    const proposal = await propose(system, third);
    // The second write is the post, after the decision.
    rig.faults.failAt(2, 'before');
    await expect(approve(security, proposal)).rejects.toThrow('the store is gone');
    expect(await rolesOf(third)).toEqual([]);
    expect(await rig.officials.administrators.resume()).toBe(1);
    expect(await rolesOf(third)).toEqual(['audit_administrator']);
    expect(await rig.officials.administrators.resume()).toBe(0);
  });
});

describe('the first two administrators', () => {
  let rig: OfficialsRig;
  beforeEach(async () => {
    rig = await openOfficialsRig();
  });
  afterEach(() => rig.close());

  const origin = 'https://id.test.example';

  it('are two people, once for an instance', async () => {
    const accounts = [await rig.newAccount(), await rig.newAccount()] as const;
    const found = (of: readonly [string, string]) =>
      rig.officials.administrators.found({ accounts: of, unit: 'zj-government' });
    await expect(found([accounts[0], accounts[0]])).rejects.toMatchObject({ code: 'invalid_request' });
    const founders = await found(accounts);
    expect(founders.map(({ role }) => role)).toEqual(['system_administrator', 'security_administrator']);
    await expect(found([accounts[0], await rig.newAccount()])).rejects.toMatchObject({
      code: 'already_exists',
    });
  });

  it('start by a link that works once, for an hour, is stored only as a hash, and ends with a passkey of theirs (security (d))', async () => {
    const accounts = [await rig.newAccount(), await rig.newAccount()] as const;
    const links = async () =>
      (await rig.officials.administrators.found({ accounts, unit: 'zj-government' })).map(
        ({ token }) => token,
      );
    const [first, second] = await links();
    const dumped: string[] = [];
    for await (const line of rig.storage.dump()) dumped.push(line);
    expect(dumped.join()).not.toContain(first!);
    const { startLinks } = rig.officials;
    const isOpen = async (token: string) => (await startLinks.passkey({ token, origin })) !== undefined;
    const answerTo = async (token: string): Promise<Parameters<typeof startLinks.use>[0]> => {
      const options = (await startLinks.passkey({ token, origin })) as Parameters<SoftPasskey['create']>[0];
      return { token, origin, label: 'test', response: new SoftPasskey(origin).create(options) };
    };
    // Nothing of a passkey, one made for another link, one made on another site: the link stays.
    const answer = await answerTo(first!);
    const { response: forSecond } = await answerTo(second!);
    for (const wrong of [{ response: '{}' }, { response: forSecond }, { origin: 'https://other.example' }]) {
      const refused = startLinks.use({ ...answer, ...wrong });
      await expect(refused).rejects.toMatchObject({ code: 'invalid_request' });
    }
    expect(await isOpen(first!)).toBe(true);
    const uses = await Promise.allSettled(Array.from({ length: 6 }, () => startLinks.use(answer)));
    expect(uses.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await isOpen(first!)).toBe(false);
    expect(await rig.accounts.authenticators.of(accounts[0])).toMatchObject([{ kind: 'passkey' }]);
    rig.clock.forward(3600);
    expect(await isOpen(second!)).toBe(false);
    // Run again: only who has not started gets a new link.
    const [none, renewed] = await links();
    expect([none, typeof renewed]).toEqual([undefined, 'string']);
    const [, latest] = await links();
    expect(await isOpen(renewed!)).toBe(false);
    await startLinks.use(await answerTo(latest!));
    await expect(links()).rejects.toMatchObject({ code: 'already_exists' });
  });
});
