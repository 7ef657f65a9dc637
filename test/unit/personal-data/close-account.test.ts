import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createAccounts } from '../../../src/accounts/create-accounts.ts';
import { type Account, type Accounts, createOutbox, type Outbox } from '../../../src/accounts/index.ts';
import { ServiceError } from '../../../src/errors.ts';
import { type ClosingStep, type Closings, createClosings } from '../../../src/personal-data/index.ts';
import { openRig, type Rig, testClock } from '../credentials/issuing-rig.ts';

const day = 86_400;
const context = { actor: 'cli' };
const wang = {
  name: '测试王小明',
  documentKind: '111',
  documentNumber: '330102199003076111',
  phone: '13800138001',
  proofingLevel: 2 as const,
};

describe('closing an account', () => {
  let rig: Rig;
  let clock: ReturnType<typeof testClock>;
  let accounts: Accounts;
  let outbox: Outbox;
  let closings: Closings;
  let account: Account;
  /** What the steps did, in order; the n-th throws while `failAt` counts down to it. */
  let done: string[];
  let failAt: number;
  let held: boolean;

  const step = (name: string): ClosingStep => ({
    async check() {
      if (held) throw new ServiceError('second_person_needed');
    },
    async end() {
      failAt -= 1;
      if (failAt === 0) throw new Error('the store is gone');
      done.push(name);
    },
  });
  const texts = async () => (await outbox.messages()).map(({ text }) => text).join('\n');
  const signIn = () =>
    accounts.signInWithPassword({
      loginName: wang.documentNumber,
      password: 'lake-west-42-boat',
      address: '::1',
    });

  beforeEach(async () => {
    clock = testClock();
    rig = await openRig({ clock });
    const { storage, audit } = rig;
    outbox = createOutbox({ ephemeral: storage.ephemeral, clock });
    accounts = createAccounts({
      storage,
      clock,
      audit,
      counterKey: new Uint8Array(32).fill(7),
      argon2: { memoryCost: 1024, timeCost: 1, parallelism: 1 },
      sms: outbox,
    });
    closings = createClosings({ storage, accounts, audit, clock, steps: [step('first'), step('second')] });
    await storage.prepare();
    account = await accounts.open(wang);
    await accounts.setPassword(account.id, 'lake-west-42-boat');
    done = [];
    failAt = 0;
    held = false;
  });
  afterEach(() => rig.close());

  it('waits seven days in which she signs in as always, and is told to her at both ends', async () => {
    await closings.ask(account.id, { actor: `account:${account.id}` });
    expect(await texts()).toContain('您已申请注销');
    clock.forward(7 * day - 1);
    expect(await closings.closeDue()).toBe(0);
    expect((await signIn())?.id).toBe(account.id);
    clock.forward(1);
    expect(await closings.closeDue()).toBe(1);
    expect(await texts()).toContain('账户已注销');
    expect(await signIn()).toBeUndefined();
    expect(await accounts.get(account.id)).toBeUndefined();
    expect(done).toEqual(['first', 'second']);
    expect((await rig.audit.about(account.id, 1))[0]).toMatchObject({
      action: 'account.closed',
      actor: `account:${account.id}`,
    });
    // Once more after a minute, for what another process wrote meanwhile; then never again.
    expect(await closings.closeDue()).toBe(0);
    clock.forward(60);
    await closings.closeDue();
    clock.forward(day);
    await closings.closeDue();
    expect(done).toHaveLength(4);
    expect(await closings.of(account.id)).toMatchObject({ state: 'closed' });
  });

  it('taken back, nothing has happened to her, and she may ask again', async () => {
    await closings.ask(account.id, context);
    await closings.takeBack(account.id, context);
    clock.forward(8 * day);
    expect(await closings.closeDue()).toBe(0);
    expect(await signIn()).toBeDefined();
    expect(await closings.of(account.id)).toBeUndefined();
    expect(await closings.ask(account.id, context)).toMatchObject({ state: 'waiting' });
  });

  it('taken back at the moment it is carried out: one of the two happens, never half of both', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { id } = await accounts.open({ ...wang, documentNumber: documents[round]! });
      await closings.ask(id, context);
      clock.forward(7 * day);
      const [back, count] = await Promise.all([
        closings.takeBack(id, context).then(
          () => true,
          () => false,
        ),
        closings.closeDue(),
      ]);
      expect(count).toBe(back ? 0 : 1);
      expect((await accounts.get(id)) !== undefined).toBe(back);
    }
  });

  it('a fault at any step is made good by the next turn', async () => {
    for (failAt = 1; failAt <= 2; ) {
      const at = failAt;
      const { id } = await accounts.open({ ...wang, documentNumber: documents[at]! });
      await expect(closings.closeNow(id, context)).rejects.toThrow('the store is gone');
      expect(await closings.of(id)).toMatchObject({ state: 'closing' });
      await expect(closings.takeBack(id, context)).rejects.toMatchObject({ code: 'conflict' });
      expect(await closings.closeDue()).toBe(1);
      expect(await accounts.get(id)).toBeUndefined();
      failAt = at + 1;
    }
  });

  it('what another office holds her to is asked first: nothing is ended while a check says no', async () => {
    held = true;
    await expect(closings.ask(account.id, context)).rejects.toMatchObject({ code: 'second_person_needed' });
    expect(await closings.of(account.id)).toBeUndefined();
    held = false;
    await closings.ask(account.id, context);
    held = true;
    clock.forward(7 * day);
    expect(await closings.closeDue()).toBe(0);
    expect(done).toEqual([]);
    expect((await accounts.get(account.id))?.state).toBe('active');
    held = false;
    expect(await closings.closeDue()).toBe(1);
  });

  it('a person who is not there is not closed', async () => {
    await expect(closings.ask('p_nobody', context)).rejects.toMatchObject({ code: 'not_found' });
    await expect(closings.closeNow('p_nobody', context)).rejects.toMatchObject({ code: 'not_found' });
  });
});

/** Invented, with right check characters. */
const documents = [
  '330106198511220029',
  '330102199003076138',
  '330102199003076154',
  '330102199003076170',
  '330102199003076197',
];
